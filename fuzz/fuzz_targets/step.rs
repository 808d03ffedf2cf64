//! A session over stores that fail in every way, and answers that no store gives: the laws of `tests/tests/laws_core.rs`.
#![no_main]

use arbitrary::Arbitrary;
use keyholder_fuzz::moves::Move;
use keyholder_fuzz::rig::Rig;
use keyholder_fuzz::sending::Post;
use libfuzzer_sys::fuzz_target;

/// A life of one session after the other over the same stores, or that of a sender.
#[derive(Arbitrary, Debug)]
enum Life {
    /// Sessions, whose stores are honest.
    Sessions { code: u8, exists: bool, moves: Vec<[u8; 3]> },
    /// Sessions, whose answers may be forged.
    Forged { code: u8, exists: bool, moves: Vec<[u8; 3]> },
    /// A sender.
    Sender { code: u8, moves: Vec<[u8; 2]> },
}

fuzz_target!(|life: Life| match life {
    Life::Sessions { code, exists, moves } => {
        let mut rig = Rig::new(code, exists);
        let honest = |it: &Move| !matches!(it, Move::Forge(..));
        for it in moves.into_iter().map(Move::from_code).filter(honest) {
            rig.play(it);
            rig.check_wakes();
        }
    }
    Life::Forged { code, exists, moves } => {
        let mut rig = Rig::new(code, exists);
        for it in moves {
            rig.play(Move::from_code(it));
        }
    }
    Life::Sender { code, moves } => {
        let mut post = Post::new(code);
        for it in moves {
            post.play(it);
        }
    }
});
