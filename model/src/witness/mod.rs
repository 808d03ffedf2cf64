//! What must be seen at least once, so that a green run proves it went where it matters.
//!
//! Witnesses are read off steps, so they need no ghost in the state.

mod shows;

use crate::tally::{Deed, Tally};
use crate::world::{Act, Action, Flight, Game, World};
use keyholder_core::effect::{Effects, End};
use keyholder_core::input::Input;
use keyholder_core::rules::Rules;
use keyholder_core::session::Phase;
use shows::{SHOWS, Step};

/// Names, in the order of their bits.
pub const NAMES: &[&str] = &[
    "two servers believe to hold the record",
    "a session is fenced",
    "an answer is lost after the write",
    "a request is lost before the write",
    "a journal is recovered",
    "a recovery is committed before Active",
    "a hand-back is applied",
    "a hand-back is refused and sealed",
    "a close is completed",
    "an external change meets a live session",
    "a lost verdict is told",
    "an unknown verdict is told",
    "a superseded verdict is told",
    "a tombstone is written",
    "a zombie writes its journal after the claim",
    "a late take-over is carried on",
    "a schema is raised",
    "a cancelled open ends",
    "a take-over by answer, silence or window",
    "a write lands late",
    "a save reaches a record that names another",
    "an attempt finds its own claim",
    "what is durable is written over in a later epoch",
    "a segment is sent that the record has",
    "a delivery is sent that the record has",
    "a view holds unsaved changes beside another's",
    "the world is at rest with every change in the record",
    "only the journal has a change",
    "the journal holds words of the newer schema",
    "a change from before a wipe is sent after it",
    "old code writes to a record of the newer schema",
    "old words are sent to a record of the newer schema",
    "a release carries unsaved changes",
    "a contender waits for a live holder",
    "a holder answers that it is busy",
    "a change is skipped at the commit",
    "a change is clamped at the commit",
    "two segments of a session are under way",
    "a session that lost the record ends, with changes",
    "an errand is repeated that has arrived",
    "an errand is repeated after somebody went on",
    "sent and unsent changes beside a journal",
    "a journal write finds no room",
];

/// The witnesses of each property, in the order of [`crate::properties::NAMES`]: where none of them is seen, the property holds
/// of nothing.
pub const OF_PROPERTIES: [(&str, &[&str]); 20] = [
    ("P1", &["a save reaches a record that names another"]),
    ("P2", &["an attempt finds its own claim", "two servers believe to hold the record"]),
    ("P3", &["what is durable is written over in a later epoch"]),
    ("P4", &["a segment is sent that the record has", "a delivery is sent that the record has"]),
    ("P4v", &["a view holds unsaved changes beside another's"]),
    ("P5", &["the world is at rest with every change in the record"]),
    ("P6", &["only the journal has a change", "a journal is recovered", "a late take-over is carried on"]),
    ("P6s", &["the journal holds words of the newer schema"]),
    ("P7", &["a tombstone is written", "a change from before a wipe is sent after it"]),
    ("P8a", &["a schema is raised", "old code writes to a record of the newer schema"]),
    ("P8b", &["old words are sent to a record of the newer schema"]),
    ("P9", &["a release carries unsaved changes"]),
    ("P10", &["a contender waits for a live holder", "a holder answers that it is busy"]),
    ("P11", &["a change is skipped at the commit", "a change is clamped at the commit"]),
    ("P12", &["two segments of a session are under way"]),
    ("P13", &["a lost verdict is told", "a hand-back is refused and sealed"]),
    ("P14", &["a session that lost the record ends, with changes", "an unknown verdict is told"]),
    ("P15", &["a recovery is committed before Active", "a close is completed", "a cancelled open ends"]),
    ("P16", &["an errand is repeated that has arrived", "an errand is repeated after somebody went on"]),
    ("P17", &["sent and unsent changes beside a journal"]),
];

/// Which of the wanted witnesses one step shows, as bits.
pub fn shown<R: Rules<Tally, Deed> + ?Sized>(
    game: &Game<R>,
    from: &World,
    action: Action,
    to: &World,
    wanted: u64,
) -> u64 {
    let step = Step { from, action, to, end: &|| end(game, from, action) };
    let asked = SHOWS.iter().enumerate().filter(|(bit, _)| wanted >> bit & 1 == 1);
    asked.fold(0, |bits, (bit, shows)| bits | u64::from(shows(&step)) << bit)
}

/// How a session ends by the answer that it gets in this step. The world drops a session that has ended, so it takes the
/// answer once more.
fn end<R: Rules<Tally, Deed> + ?Sized>(game: &Game<R>, from: &World, action: Action) -> Option<End> {
    let Act::Deliver(host) = action.act else {
        return None;
    };
    let it = from.session(host)?;
    let Some(Flight::Answered(answer)) = &it.flight else {
        return None;
    };
    let mut session = it.session.clone();
    let answer = Input::Durable(answer.clone());
    let _ = session.step_with(game.rules, game.config(host), answer, &mut Effects::new());
    match session.phase() {
        Phase::Ended(end) => Some(*end),
        _ => None,
    }
}
