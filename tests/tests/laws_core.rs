//! Laws of the session and of the sender: total for every input, one verdict for each change, harmless strays.
#![allow(unreachable_pub, reason = "the fuzz targets use the same modules from outside")]

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
use proptest::test_runner::RngSeed;
use rig::Rig;
use sending::Post;

fn any_move() -> impl Strategy<Value = Move> {
    any::<[u8; 3]>().prop_map(Move::from_code)
}

fn is_legal(it: &Move) -> bool {
    !matches!(it, Move::Forge(..))
}

/// The same cases each time; `PROPTEST_RNG_SEED` asks for others.
fn cases() -> ProptestConfig {
    let asked = ProptestConfig::default();
    let rng_seed = if asked.rng_seed == RngSeed::Random { RngSeed::Fixed(1) } else { asked.rng_seed };
    ProptestConfig { cases: 256, failure_persistence: None, rng_seed, ..asked }
}

proptest! {
    #![proptest_config(cases())]

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

/// What the laws and the walks have found, as short as it can be told.
mod found {
    use super::*;
    use crate::moves::{Answer::Done, Answer::Unavailable, Order, Other};
    use Move::{Answer, AnswerJournal, Command, Fire, Join, Stray};
    use keyholder_core::input::Mode::{DeltaOnly, Exclusive};
    use keyholder_core::session::Phase;
    use keyholder_core::timer::Timer;
    use keyholder_model::tally::Kind;

    fn play(code: u8, moves: &[Move]) -> Rig {
        let mut rig = Rig::new(code, true);
        moves.iter().for_each(|it| rig.play(*it));
        rig
    }

    const CHANGE: Move = Command(Order::Change(Kind::Count));

    #[test]
    fn an_upgrade_that_lost_its_patience_can_be_closed_while_it_recovers() {
        let open = [Join(DeltaOnly), Answer(Done), Command(Order::Open(Exclusive)), Fire(Timer::Patience)];
        let close = [Answer(Done), Command(Order::Close), Answer(Done)];
        let rig = play(0, &[&open[..], &close[..]].concat());
        assert!(matches!(rig.session.phase(), Phase::Ended(_)), "{:?}", rig.session.phase());
    }

    #[test]
    fn a_record_rolled_back_behind_its_migration_is_lost() {
        let migrate = [Join(Exclusive), Answer(Done), Move::Other(Other::Keep), Answer(Done)];
        let back = [CHANGE, Move::Other(Other::ForeignRestore), Command(Order::Save), Answer(Done)];
        play(0b10_0001, &[&migrate[..], &back[..]].concat());
    }

    #[test]
    fn a_change_made_while_the_journal_is_written_is_journalled_when_the_record_is_away() {
        let open = [Join(Exclusive), Answer(Done), AnswerJournal(Done), CHANGE, Fire(Timer::Journal), CHANGE];
        let late = [Fire(Timer::Journal), Fire(Timer::Save), AnswerJournal(Done), Answer(Unavailable)];
        play(4, &[&open[..], &late[..]].concat()).check_wakes();
    }

    #[test]
    fn a_sender_that_gave_up_sends_again_only_after_the_answer() {
        let mut post = Post::new(2);
        [[0, 0], [6, 0], [0, 0]].into_iter().for_each(|it| post.play(it));
    }

    #[test]
    fn a_timer_that_comes_again_is_no_second_request() {
        let open = [Join(Exclusive), Answer(Done), AnswerJournal(Done), CHANGE];
        play(0, &[&open[..], &[Fire(Timer::Save), Stray(Timer::Save), Answer(Done)]].concat());
    }
}
