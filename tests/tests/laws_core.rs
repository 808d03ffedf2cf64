//! Laws of the session and of the sender: total for every input, one verdict for each change, harmless strays.

#[path = "laws_core/moves.rs"]
mod moves;
#[path = "laws_core/others.rs"]
mod others;
#[path = "laws_core/rig.rs"]
mod rig;
#[path = "laws_core/sending.rs"]
mod sending;

use moves::Move;
use proptest::collection::vec;
use proptest::prelude::*;
use rig::Rig;
use sending::Post;

fn any_move() -> impl Strategy<Value = Move> {
    any::<[u8; 3]>().prop_map(Move::from_code)
}

fn is_legal(it: &Move) -> bool {
    !matches!(it, Move::Forge(..))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the application, the stores, the timers and the others do: no panic, an `Err` changes nothing, each
    /// accepted change has one verdict, one request is outstanding at a time, strays are harmless, invariants hold.
    #[test]
    fn a_session_keeps_its_laws(code: u8, exists: bool, moves in vec(any_move(), 0..500)) {
        let mut rig = Rig::new(code, exists);
        for it in moves.into_iter().filter(is_legal) {
            rig.play(it);
        }
    }

    /// The same with answers that no store gives; only the invariants may break then.
    #[test]
    fn a_session_survives_answers_that_no_store_gives(
        code: u8, exists: bool, moves in vec(any_move(), 0..500),
    ) {
        let mut rig = Rig::new(code, exists);
        for it in moves {
            rig.play(it);
        }
    }

    /// For whatever is due, a timer is armed: nothing waits for an input that nobody will make.
    #[test]
    fn a_session_that_waits_is_woken(code: u8, exists: bool, moves in vec(any_move(), 0..500)) {
        let mut rig = Rig::new(code, exists);
        for it in moves.into_iter().filter(is_legal) {
            rig.play(it);
            rig.check_wakes();
        }
    }

    /// The same laws for a sender; what it is told of a change is true of the record.
    #[test]
    fn a_sender_keeps_its_laws(code: u8, moves in vec(any::<[u8; 2]>(), 0..300)) {
        let mut post = Post::new(code);
        for it in moves {
            post.play(it);
        }
    }
}
