//! What must be seen at least once, so that a green run proves it went where it matters.
//!
//! Witnesses are read off steps, so they need no ghost in the state.

use crate::world::{Act, Action, Fate, ModelRecord, World};
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

/// Which of the wanted witnesses one step shows, as bits.
pub fn shown(from: &World, action: Action, to: &World, wanted: u64) -> u64 {
    let step = Step { from, action, to };
    let asked = SHOWN.iter().enumerate().filter(|(bit, _)| wanted >> bit & 1 == 1);
    asked.fold(0, |bits, (bit, shows)| bits | u64::from(shows(&step)) << bit)
}

/// A step, looked at.
struct Step<'a> {
    from: &'a World,
    action: Action,
    to: &'a World,
}

/// What shows each witness, in the order of [`NAMES`].
const SHOWN: [fn(&Step<'_>) -> bool; NAMES.len()] = [
    |it| it.after(|phase| matches!(phase, Phase::Active)) > 1,
    |it| it.enters(|phase| matches!(phase, Phase::Fenced)),
    |it| matches!(it.action.act, Act::Lose(_) | Act::TimeOut(_)),
    |it| it.action.fate == Fate::Dropped && it.to.spent.lost > it.from.spent.lost,
    |it| it.enters(|phase| matches!(phase, Phase::Settling)),
    |it| matches!(it.action.act, Act::Deliver(_)) && it.leaves(|phase| matches!(phase, Phase::Settling)),
    |it| {
        it.wrote()
            && it.after(|phase| matches!(phase, Phase::Fenced)) > 0
            && it.from.record.as_ref().map(|record| &record.data) != it.to.record.as_ref().map(|record| &record.data)
    },
    |it| it.wrote() && seals(it.to) > seals(it.from),
    |it| matches!(it.action.act, Act::Deliver(_)) && it.leaves(|phase| matches!(phase, Phase::Closing)),
    |it| {
        matches!(it.action.act, Act::Resend(_) | Act::DeliverOut(_) | Act::Send(..))
            && it.wrote()
            && it.after(|phase| matches!(phase, Phase::Active)) > 0
    },
    |it| it.to.ghost.lost != it.from.ghost.lost,
    |it| it.to.ghost.unknown != it.from.ghost.unknown,
    |it| it.to.ghost.superseded != it.from.ghost.superseded,
    |it| it.raises(|record| record.wiped.0),
    |it| {
        let journal = it.to.journal.as_ref().map(|journal| (journal.epoch, journal.nonce));
        let record = it.to.record.as_ref();
        let owner = record.and_then(|record| record.owner.map(|owner| (record.epoch, owner.nonce)));
        journal.is_some() && owner.is_some() && journal != owner && it.from.journal != it.to.journal
    },
    |it| {
        it.to.sessions().any(|it| {
            let own = it.session.source();
            *it.session.phase() == Phase::Active && it.session.log().iter().any(|segment| segment.source != own)
        })
    },
    |it| it.from.record.is_some() && it.raises(|record| record.schema.0),
    |it| it.leaves(|phase| matches!(phase, Phase::Cancelling)),
    |it| {
        it.leaves(|phase| matches!(phase, Phase::Waiting(_))) && it.enters(|phase| matches!(phase, Phase::Claiming(_)))
    },
    |it| matches!(it.action.act, Act::LandLate(_)),
];

impl Step<'_> {
    fn before(&self, wanted: fn(&Phase) -> bool) -> usize {
        self.from.sessions().filter(|it| wanted(it.session.phase())).count()
    }

    fn after(&self, wanted: fn(&Phase) -> bool) -> usize {
        self.to.sessions().filter(|it| wanted(it.session.phase())).count()
    }

    fn enters(&self, phase: fn(&Phase) -> bool) -> bool {
        self.after(phase) > self.before(phase)
    }

    fn leaves(&self, phase: fn(&Phase) -> bool) -> bool {
        self.after(phase) < self.before(phase)
    }

    fn wrote(&self) -> bool {
        self.from.record != self.to.record
    }

    fn raises(&self, number: fn(&ModelRecord) -> u32) -> bool {
        let number = |world: &World| world.record.as_deref().map_or(0, number);
        number(self.to) > number(self.from)
    }
}

fn seals(world: &World) -> usize {
    world.record.as_ref().map_or(0, |record| record.ledger.iter().filter(|(_, entry)| entry.sealed).count())
}
