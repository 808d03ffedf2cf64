//! What must be seen at least once, so that a green run proves it went where it matters.
//!
//! Witnesses are read off steps, so they need no ghost in the state.

use crate::world::{Act, Action, Fate, World};
use keyholder_core::session::Phase;

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
];

/// The witnesses of one step, as bits.
pub fn shown(from: &World, action: Action, to: &World) -> u64 {
    let mut bits = 0;
    let mut see = |bit: u32, seen: bool| bits |= u64::from(seen) << bit;
    let phases = |world: &World, wanted: fn(&Phase) -> bool| {
        world.hosts.iter().filter_map(|it| it.session.as_ref()).filter(|it| wanted(it.session.phase())).count()
    };
    see(0, phases(to, |it| matches!(it, Phase::Active)) > 1);
    let fenced = |it: &Phase| matches!(it, Phase::Fenced);
    see(1, phases(to, fenced) > phases(from, fenced));
    see(2, matches!(action.act, Act::Lose(_) | Act::TimeOut(_)));
    see(3, action.fate == Fate::Dropped && to.spent.lost > from.spent.lost);
    let settling = |it: &Phase| matches!(it, Phase::Settling);
    see(4, phases(to, settling) > phases(from, settling));
    see(5, phases(from, settling) > phases(to, settling) && matches!(action.act, Act::Deliver(_)));
    let (before, after) = (from.record.as_deref(), to.record.as_deref());
    let wrote = before != after;
    see(6, wrote && phases(to, fenced) > 0 && before.map(|it| &it.data) != after.map(|it| &it.data));
    let seals = |it: Option<&crate::world::ModelRecord>| {
        it.map_or(0, |record| record.ledger.iter().filter(|(_, entry)| entry.sealed).count())
    };
    see(7, seals(after) > seals(before));
    let active = |it: &Phase| matches!(it, Phase::Active);
    see(
        8,
        matches!(action.act, Act::Deliver(_))
            && phases(from, |it| matches!(it, Phase::Closing)) > phases(to, |it| matches!(it, Phase::Closing)),
    );
    let outward = matches!(action.act, Act::Resend(_) | Act::DeliverOut(_) | Act::Send(..));
    see(9, wrote && outward && phases(to, active) > 0);
    see(10, to.ghost.lost != from.ghost.lost);
    see(11, to.ghost.unknown != from.ghost.unknown);
    see(12, to.ghost.superseded != from.ghost.superseded);
    see(13, after.map(|it| it.wiped) > before.map(|it| it.wiped));
    let owner = after.and_then(|it| it.owner.map(|owner| (it.epoch, owner.nonce)));
    let journal = to.journal.as_ref().map(|it| (it.epoch, it.nonce));
    see(14, from.journal != to.journal && journal.is_some() && owner.is_some() && journal != owner);
    let foreign = to.hosts.iter().filter_map(|it| it.session.as_ref()).any(|it| {
        active(it.session.phase()) && it.session.log().iter().any(|segment| segment.source != it.session.source())
    });
    see(15, foreign);
    see(16, after.map(|it| it.schema) > before.map(|it| it.schema) && before.is_some());
    let cancelling = |it: &Phase| matches!(it, Phase::Cancelling);
    see(17, phases(from, cancelling) > phases(to, cancelling));
    let waiting = |it: &Phase| matches!(it, Phase::Waiting(_));
    let claiming = |it: &Phase| matches!(it, Phase::Claiming(_));
    see(18, phases(from, waiting) > phases(to, waiting) && phases(to, claiming) > phases(from, claiming));
    see(19, matches!(action.act, Act::LandLate(_)));
    bits
}
