//! Bytes that claim much and hold little take no more memory than they justify. A test of its own: it counts what the whole
//! process takes.

use keyholder_core::codec::binary::{BinaryProblem, Limits, VERSION, read};
use std::alloc::System;

#[global_allocator]
static MEMORY: cap::Cap<System> = cap::Cap::new(System, usize::MAX);

/// What a byte may take: the place of an empty map and what it points to are the most.
const PER_BYTE: usize = 80;

/// Whatever a reader has beside.
const BESIDE: usize = 4_096;

#[test]
fn claims_take_what_the_bytes_justify() {
    let huge = [0xff, 0xff, 0xff, 0xff, 0x0f];
    let lies = [
        // A string, a buffer, an array, a list of keys, a key, a sequence of colours.
        [&[0xc6][..], &huge].concat(),
        [&[0xcb][..], &huge].concat(),
        [&[0xc7][..], &huge].concat(),
        [&[0xc9][..], &huge].concat(),
        [&[0xc9, 1][..], &huge].concat(),
        [&[0xd6][..], &huge, &[0; 48]].concat(),
    ];
    for lie in lies {
        assert_eq!(refused(&lie), BinaryProblem::Ended);
        // The same, and enough bytes for a part of it.
        assert_eq!(refused(&[lie, vec![0; 10_000]].concat()), BinaryProblem::Ended);
    }
    // Arrays in arrays, each of which claims all that is left.
    let mut nested = Vec::new();
    for level in 0..200_u32 {
        let claim = 100_000 - 4 * (level + 1);
        nested.extend([0xc7, claim as u8 & 0x7f | 0x80, (claim >> 7) as u8 & 0x7f | 0x80, (claim >> 14) as u8]);
    }
    nested.resize(100_000, 0);
    assert_eq!(refused(&nested), BinaryProblem::Ended);
    // The most that is no lie.
    for dear in [&[0x70][..], &[0xc8], &[0xd6, 0], &[0xea, 1, 0]] {
        let count = 20_000_u32;
        let claim = [count as u8 & 0x7f | 0x80, (count >> 7) as u8 & 0x7f | 0x80, (count >> 14) as u8];
        let bytes = [&[VERSION, 0xc7], &claim[..], &dear.repeat(count as usize)].concat();
        bounded(&bytes, |bytes| assert!(read(bytes, DEEP).is_ok()));
    }
    // As many lists of keys as possible, each with one key of two bytes.
    let keys = (0..=u16::MAX).flat_map(|key| [&[0xc9, 1, 2], &key.to_be_bytes()[..], &[0]].concat());
    let bytes = [&[VERSION, 0xc7, 0x80, 0x80, 0x04], &keys.collect::<Vec<_>>()[..]].concat();
    bounded(&bytes, |bytes| assert!(read(bytes, DEEP).is_ok()));
}

const DEEP: Limits = Limits { max_depth: 255, max_bytes: usize::MAX };

fn refused(rest: &[u8]) -> BinaryProblem {
    let mut problem = None;
    let bytes = [&[VERSION], rest].concat();
    bounded(&bytes, |bytes| problem = read(bytes, DEEP).err().map(|bad| bad.what));
    problem.expect("these are the bytes of no value")
}

/// Runs `read`; the process ends if it takes more.
fn bounded(bytes: &[u8], read: impl FnOnce(&[u8])) {
    MEMORY.set_limit(MEMORY.allocated() + bytes.len() * PER_BYTE + BESIDE).expect("the limit is beyond what is taken");
    read(bytes);
    MEMORY.set_limit(usize::MAX).expect("this is the greatest limit");
}
