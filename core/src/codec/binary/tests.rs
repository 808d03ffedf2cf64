//! Examples of bytes, and one of each refusal. The laws stand in `tests/tests/binary.rs`.

use super::cursor::{Cursor, put_varint};
use super::{BadBinary, BinaryProblem, Limits, VERSION, read, write};
use crate::value::types::{EnumItem, Vector3};
use crate::value::{Float, Map, Number, Path, Roblox, Segment, Value};
use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

fn bytes(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(value, &mut bytes);
    bytes
}

/// Bytes behind a version.
fn versioned(rest: &[u8]) -> Vec<u8> {
    [&[VERSION], rest].concat()
}

fn refusal(rest: &[u8]) -> BadBinary {
    read(&versioned(rest), Limits::default()).expect_err("these are the bytes of no value")
}

fn map(entries: impl IntoIterator<Item = (&'static str, i32)>) -> Value {
    Map::from_iter(entries.into_iter().map(|(key, value)| (key, value.into()))).into()
}

#[test]
fn bytes_are_as_specified() {
    let long = "x".repeat(48);
    let vector = Vector3 { x: Float(1.0), y: Float(-2.5), z: Float(0.1) };
    let item = EnumItem { kind: "Material".into(), value: 256 };
    let twice = vec![map([("a", 1), ("b", 2)]), map([("a", 3), ("b", 4)]), map([])];
    let examples: Vec<(Value, Vec<u8>)> = vec![
        (Value::Nil, vec![0xc0]),
        (false.into(), vec![0xc1]),
        (true.into(), vec![0xc2]),
        (0.into(), vec![0x00]),
        (63.into(), vec![0x3f]),
        (64.into(), vec![0xc3, 0x80, 0x01]),
        ((-1).into(), vec![0xc3, 0x01]),
        (9_007_199_254_740_992.0.into(), [&[0xc3][..], &[0x80; 7], &[0x20]].concat()),
        (9_007_199_254_740_994.0.into(), [&[0xc5][..], &9_007_199_254_740_994_f64.to_le_bytes()].concat()),
        ((-0.0).into(), vec![0xc4, 0, 0, 0, 0x80]),
        (0.5.into(), vec![0xc4, 0, 0, 0, 0x3f]),
        (f64::INFINITY.into(), vec![0xc4, 0, 0, 0x80, 0x7f]),
        (0.1.into(), vec![0xc5, 0x9a, 0x99, 0x99, 0x99, 0x99, 0x99, 0xb9, 0x3f]),
        (f64::NAN.into(), vec![0xc5, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f]),
        ("".into(), vec![0x40]),
        ("ab".into(), vec![0x42, b'a', b'b']),
        ([0xff_u8].as_slice().into(), vec![0x41, 0xff]),
        (long.as_str().into(), [&[0xc6, 48], long.as_bytes()].concat()),
        (vec![Value::Nil, 1.into()].into(), vec![0x72, 0xc0, 0x01]),
        (vec![Value::Nil; 16].into(), [&[0xc7, 16][..], &[0xc0; 16]].concat()),
        (twice.into(), vec![0x73, 0xc9, 2, 1, b'a', 1, b'b', 1, 2, 0x80, 3, 4, 0xc8]),
        (Value::Buffer([1_u8, 2, 3].into()), vec![0xcb, 3, 1, 2, 3]),
        (Roblox::Vector3(vector).into(), vec![0xd2, 0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0, 0xcd, 0xcc, 0xcc, 0x3d]),
        (Roblox::EnumItem(Arc::new(item)).into(), [&[0xe3, 0, 1, 0, 0, 8], &b"Material"[..]].concat()),
        (Roblox::ColorSequence(Arc::default()).into(), vec![0xd6, 0]),
        (Roblox::Content(None).into(), vec![0xea, 0]),
    ];
    for (value, expected) in examples {
        assert_eq!(bytes(&value), versioned(&expected), "{value:?}");
        assert_eq!(read(&versioned(&expected), Limits::default()), Ok(value));
    }
}

#[test]
fn every_other_form_is_refused() {
    use BinaryProblem as Problem;
    let double = |number: f64| [&[0xc5][..], &number.to_le_bytes()].concat();
    let examples: Vec<(Vec<u8>, usize, Problem)> = vec![
        (vec![], 1, Problem::Ended),
        (vec![0xcf], 1, Problem::UnknownTag { found: 0xcf }),
        (vec![0xff], 1, Problem::UnknownTag { found: 0xff }),
        (vec![0xc0, 0xc0], 2, Problem::TrailingBytes),
        (vec![0x42, b'a'], 2, Problem::Ended),
        // Numbers that have a shorter form.
        (vec![0xc3, 0x00], 1, Problem::NotShortest),
        (vec![0xc3, 0x7e], 1, Problem::NotShortest),
        (vec![0xc3, 0x80, 0x81, 0x00], 2, Problem::NotShortest),
        (double(1.0), 1, Problem::NotShortest),
        (double(-0.0), 1, Problem::NotShortest),
        (double(0.5), 1, Problem::NotShortest),
        (double(f64::INFINITY), 1, Problem::NotShortest),
        (vec![0xc4, 0, 0, 0x80, 0x3f], 1, Problem::NotShortest),
        (vec![0xc4, 0, 0, 0xc0, 0x7f], 1, Problem::NotShortest),
        ([&[0xc3][..], &[0xff; 9], &[0x01]].concat(), 1, Problem::OutOfRange),
        ([&[0xc3][..], &[0xff; 9], &[0x03]].concat(), 2, Problem::OutOfRange),
        (vec![0xc3, 0x82, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20], 1, Problem::OutOfRange),
        // Lengths and counts that fit into a tag.
        (vec![0xc6, 1, b'a'], 1, Problem::NotShortest),
        (vec![0xc7, 0], 1, Problem::NotShortest),
        (vec![0xcb, 0x80, 0x00], 2, Problem::NotShortest),
        (vec![0x72, 0xc9, 1, 1, b'a', 1, 0xca, 0, 1], 7, Problem::NotShortest),
        (vec![0xc9, 0], 2, Problem::NotShortest),
        // Keys.
        (vec![0xc9, 2, 1, b'b', 1, b'a', 1, 1], 5, Problem::KeyOrder),
        (vec![0xc9, 2, 1, b'a', 1, b'a', 1, 1], 5, Problem::KeyOrder),
        (vec![0x72, 0xc9, 1, 1, b'a', 1, 0xc9, 1, 1, b'a', 1], 8, Problem::KnownKeys),
        (vec![0x80, 1], 1, Problem::UnknownKeys),
        (vec![0xca, 0xff, 0x01], 1, Problem::UnknownKeys),
        (vec![0xc9, 1, 1, b'a', 0xc0], 5, Problem::NilInMap),
        // Roblox values.
        (vec![0xe3, 0, 0, 0, 0, 1, 0xff], 7, Problem::NotUtf8),
        (vec![0xea, 2], 2, Problem::BadPayload),
        ([&[0xeb, 18][..], b"v3AACAPwAAIMDNzMw9"].concat(), 2, Problem::KnownKind),
        ([&[0xeb, 5][..], b"v3AAA"].concat(), 2, Problem::KnownKind),
        (vec![0xeb, 2, b'$', b'a'], 2, Problem::KnownKind),
    ];
    for (rest, at, what) in examples {
        let bad = refusal(&rest);
        assert_eq!((bad.at, bad.what), (at, what), "{rest:02x?}");
    }
    let other = read(&[2, 0xc0], Limits::default()).unwrap_err();
    assert_eq!((other.at, other.what), (0, Problem::Version { found: 2 }));
    assert_eq!(read(&[], Limits::default()).unwrap_err().what, Problem::Ended);
}

#[test]
fn a_refusal_names_its_place() {
    // {"items": [1, {"count": nil}]}
    let bad = refusal(&[&[0xc9, 1, 5][..], b"items", &[0x72, 0x01, 0xc9, 1, 5], b"count", &[0xc0]].concat());
    assert_eq!(bad.path, Path::from(vec!["items".into(), Segment::Index(1), "count".into()]));
    assert_eq!(bad.to_string(), "bytes refused at 19, $.items[1].count: nil in a map, expected the key to be left out");
}

#[test]
fn limits_hold() {
    let nested = |levels: usize| [&[VERSION][..], &vec![0x71; levels], &[0x70]].concat();
    let read_within = |bytes: &[u8], max_depth, max_bytes| read(bytes, Limits { max_depth, max_bytes });
    assert!(read_within(&nested(3), 4, 5).is_ok());
    let deep = read_within(&nested(3), 3, 5).unwrap_err();
    assert_eq!((deep.at, deep.what), (4, BinaryProblem::TooDeep { limit: 3 }));
    assert_eq!(deep.path.segments().len(), 3);
    assert_eq!(read_within(&nested(3), 4, 4).unwrap_err().what, BinaryProblem::TooBig { limit: 4 });
    assert_eq!(read_within(&[VERSION, 0xc8], 0, 9).unwrap_err().what, BinaryProblem::TooDeep { limit: 0 });
}

/// A count beyond what is left is refused before there is room for it, also if an outer count has promised the same bytes.
#[test]
fn counts_are_believed_once() {
    for rest in [&[0xc7, 0xff, 0xff, 0xff, 0xff, 0x0f, 0][..], &[0xc9, 0xff, 0xff, 0x03, 0], &[0x75, 1, 2, 3]] {
        assert_eq!(refusal(rest).what, BinaryProblem::Ended);
    }
    // Eight bytes follow: four for the inner values are too many, since the outer array waits for five more.
    let bad = refusal(&[0x76, 0x74, 1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!((bad.at, bad.what, bad.path), (2, BinaryProblem::Ended, Path::from(vec![Segment::Index(0)])));
    assert!(read(&versioned(&[0x75, 0x74, 1, 2, 3, 4, 5, 6, 7, 8]), Limits::default()).is_ok());
}

#[test]
fn varints_survive_up_to_their_bounds() {
    for number in (0..64).flat_map(|bit| [(1 << bit) - 1, 1 << bit, !0 << bit]) {
        let mut bytes = Vec::new();
        put_varint(number, &mut bytes);
        let mut cursor = Cursor::new(&bytes);
        assert_eq!((cursor.varint(), cursor.left()), (Ok(number), 0));
        assert_eq!(bytes.len(), (64 - number.leading_zeros() as usize).div_ceil(7).max(1));
    }
}

/// Every NaN, whatever a cast would make of it.
#[test]
fn numbers_keep_their_bits() {
    let mut bits = 0x9e37_79b9_7f4a_7c15_u64;
    for round in 0..50_000 {
        bits = bits.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(round);
        let nan = bits | 0x7ff0_0000_0000_0000;
        let single = f64::from(f32::from_bits((bits >> 32) as u32));
        for number in [bits, nan, single.to_bits(), ((bits >> 8).cast_signed() as f64).to_bits()] {
            let value = Value::Number(Number(f64::from_bits(number)));
            assert_eq!(read(&bytes(&value), Limits::default()), Ok(value), "{number:x}");
        }
    }
}
