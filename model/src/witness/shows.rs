//! What shows each witness, in a step.

use crate::properties::{holds, is_at_rest};
use crate::tally::Deed;
use crate::world::{Act, Action, Fate, Ghost, HostSession, ModelRecord, ModelSession, World};
use keyholder_core::document::Applied;
use keyholder_core::effect::End;
use keyholder_core::ids::Epoch;
use keyholder_core::input::{Notice, Outcome};
use keyholder_core::journal::Journal;
use keyholder_core::segment::Segment;
use keyholder_core::session::Phase;
use keyholder_core::update::{External, Update};

/// A step, looked at.
pub(super) struct Step<'a> {
    pub(super) from: &'a World,
    pub(super) action: Action,
    pub(super) to: &'a World,
    /// How the session ends that gets its answer in this step, if it does.
    pub(super) end: &'a dyn Fn() -> Option<End>,
}

/// What shows each witness, in the order of [`NAMES`](super::NAMES).
pub(super) const SHOWS: [fn(&Step<'_>) -> bool; super::NAMES.len()] = [
    |it| it.after(|phase| matches!(phase, Phase::Active)) > 1,
    |it| it.enters(|phase| matches!(phase, Phase::Fenced)),
    |it| matches!(it.action.act, Act::Lose(_) | Act::TimeOut(_)),
    |it| it.action.fate == Fate::Dropped && it.to.spent.lost > it.from.spent.lost,
    |it| it.enters(|phase| matches!(phase, Phase::Settling)),
    |it| matches!(it.action.act, Act::Deliver(_)) && it.leaves(|phase| matches!(phase, Phase::Settling)),
    // While it is fenced, a session asks for nothing else.
    |it| {
        let saved = |world: &World, own| world.record.as_ref().map(|record| record.ledger.seq(own));
        it.asks().is_some_and(|asked| {
            let own = asked.session.source();
            *asked.session.phase() == Phase::Fenced && saved(it.to, own) > saved(it.from, own)
        })
    },
    |it| it.wrote() && seals(it.to) > seals(it.from),
    |it| it.ends(Phase::Closing, End::Closed),
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
    |it| it.ends(Phase::Cancelling, End::Cancelled),
    |it| {
        it.leaves(|phase| matches!(phase, Phase::Waiting(_))) && it.enters(|phase| matches!(phase, Phase::Claiming(_)))
    },
    |it| matches!(it.action.act, Act::LandLate(_)),
    |it| {
        it.asks().is_some_and(|it| {
            let believes = matches!(it.session.phase(), Phase::Settling | Phase::Active | Phase::Closing);
            believes && it.session.is_dirty() && it.is_robbed
        })
    },
    |it| {
        let owner = it.from.record.as_ref().and_then(|record| record.owner);
        it.asks().is_some_and(|it| {
            let claims = matches!(it.session.phase(), Phase::Claiming(_));
            claims && owner.is_some_and(|owner| owner.nonce == it.session.owner().nonce)
        })
    },
    |it| {
        let (Some(before), Some(after)) = (&*it.from.record, &*it.to.record) else {
            return false;
        };
        let later = |deed| before.data.count(deed) > 0 && it.from.ghost.born(deed) < after.epoch.0;
        before.data != after.data && Ghost::each(it.from.ghost.durable).any(later)
    },
    |it| it.asks().is_some_and(|asked| asked.log().any(|segment| it.has(segment))),
    |it| it.delivers().is_some_and(|external| it.has(&external.segment)),
    |it| {
        it.to.sessions().filter(|it| *it.session.phase() == Phase::Active && it.session.is_dirty()).any(|session| {
            let own = Ghost::mask(session.deeds());
            let sees = |deed| session.session.view().is_some_and(|view| view.count(deed) > 0);
            Ghost::each(!own).any(sees) && Ghost::each(own).any(sees)
        })
    },
    |it| {
        let issued = it.to.spent.deeds;
        let record = it.to.record.as_ref();
        issued > 0 && is_at_rest(it.to) && record.is_some_and(|it| (0..issued).all(|deed| it.data.count(deed) == 1))
    },
    |it| {
        let ghost = &it.to.ghost;
        let record = it.to.record.as_ref();
        let has = |deed| record.is_some_and(|record| record.data.count(deed) > 0);
        it.to.journal.is_some() && Ghost::each(ghost.journalled & ghost.orphaned).any(|deed| !has(deed))
    },
    |it| it.to.journal.as_ref().is_some_and(|journal| journal.log.iter().any(|segment| segment.schema.0 == 2)),
    |it| {
        let wiped = it.from.record.as_ref().map_or(0, |record| record.wiped.0);
        it.asks().is_some_and(|it| it.log().next().is_some() && it.session.ticket().epoch.0 < wiped)
            || it.delivers().is_some_and(|external| external.seen.is_some_and(|seen| seen.0 < wiped))
    },
    // Code of the newer version runs on server b alone.
    |it| it.wrote() && it.action.act.host() == Some(0) && it.schema() == 2,
    |it| {
        it.asks().is_some_and(|asked| asked.log().any(|segment| segment.schema.0 < it.schema()))
            || it.delivers().is_some_and(|external| external.segment.schema.0 < it.schema())
    },
    |it| {
        let (Some(before), Some(after)) = (&*it.from.record, &*it.to.record) else {
            return false;
        };
        let released = before.owner.is_some() && after.owner.is_none() && before.epoch == after.epoch;
        released && before.data != after.data
    },
    |it| {
        it.to.sessions().any(|contender| match contender.session.phase() {
            Phase::Waiting(contention) => it.to.sessions().any(|it| it.session.ticket() == contention.held),
            _ => false,
        })
    },
    |it| match it.action.act {
        Act::Hear(at) => matches!(it.from.bus.get(usize::from(at)), Some((_, Notice::Busy { .. }))),
        _ => false,
    },
    |it| {
        odd(it.to, |applied| matches!(applied, Applied::Skipped(_)))
            > odd(it.from, |applied| matches!(applied, Applied::Skipped(_)))
    },
    |it| odd(it.to, |applied| applied == Applied::Clamped) > odd(it.from, |applied| applied == Applied::Clamped),
    |it| it.asks().is_some_and(|it| it.log().filter(|segment| segment.source == it.session.source()).count() > 1),
    |it| {
        let host = it.action.act.host().filter(|_| !matches!(it.action.act, Act::Crash(_)));
        host.is_some_and(|host| {
            let lost = |it: &HostSession| *it.session.phase() == Phase::Fenced && it.deeds != 0;
            it.from.session(host).is_some_and(lost) && it.to.session(host).is_none()
        })
    },
    |it| it.repeats().is_some(),
    |it| {
        let epoch = it.from.record.as_ref().map(|record| record.epoch);
        it.repeats().is_some_and(|expected| epoch.is_some_and(|epoch| epoch.0 > expected.0 + 1))
    },
    |it| {
        it.to.journal.is_some()
            && it.to.sessions().any(|it| {
                let own = it.session.source();
                let sent = it.session.log().iter().filter(|segment| segment.source == own).map(|it| it.to).max();
                sent.is_some_and(|sent| sent < it.session.last_accepted())
            })
    },
    // Of an entry that it may write over, a session in these phases reads only what its own write left there.
    |it| {
        it.to.sessions().any(|it| {
            let writes = matches!(it.session.phase(), Phase::Active | Phase::Closing);
            let earlier = |old: &Journal<Deed>| old.epoch < it.session.ticket().epoch;
            writes && matches!(&it.answer, Some(Outcome::Read(Some(old))) if earlier(old))
        })
    },
];

/// A server whose request on the record reaches it in a step.
struct Asking<'a> {
    /// Its session, after the step.
    session: &'a ModelSession,
    /// The record that it reaches names another session.
    is_robbed: bool,
}

impl Asking<'_> {
    /// What the session has not saved, and sends where it may.
    fn log(&self) -> impl Iterator<Item = &Segment<Deed>> {
        self.session.log().iter().map(|segment| &**segment)
    }
}

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

    /// A session that was in this phase is told by the answer in this step that it is over, and how.
    fn ends(&self, phase: Phase, end: End) -> bool {
        let was = self.action.act.host().and_then(|host| self.from.session(host));
        was.is_some_and(|it| *it.session.phase() == phase) && (self.end)() == Some(end)
    }

    fn wrote(&self) -> bool {
        self.from.record != self.to.record
    }

    /// The server that acts, if its request on the record arrives there in this step.
    fn asks(&self) -> Option<Asking<'_>> {
        let host = self.action.act.host().filter(|_| self.action.fate != Fate::Dropped)?;
        let after = self.to.session(host)?;
        let before = self.from.session(host).and_then(|it| it.flight.as_ref());
        let answered = matches!(self.action.act, Act::Deliver(_) | Act::Lose(_) | Act::TimeOut(_));
        let record = self.from.record.as_ref();
        let is_robbed = record.is_some_and(|record| record.owner.is_some() && !holds(record, after));
        let issued = after.flight.is_some() && (before.is_none() || answered);
        issued.then_some(Asking { session: &after.session, is_robbed })
    }

    /// The delivery of a writer, or of a session that does not hold the record, that arrives at the record in this step.
    fn delivers(&self) -> Option<&External<Deed>> {
        if self.action.fate == Fate::Dropped {
            return None;
        }
        match self.action.act {
            Act::Send(at, _) | Act::Resend(at) => {
                self.to.outside.as_ref()?.senders.get(usize::from(at))?.sender.pending()
            }
            _ => self.asks()?.session.sender().filter(|sender| sender.is_asked())?.pending(),
        }
    }

    /// The epoch that the operator's errand expects, if it is repeated here after it reached the record.
    fn repeats(&self) -> Option<Epoch> {
        let Act::Repeat(slot) = self.action.act else {
            return None;
        };
        let errand = self.from.outside.as_ref()?.errands[usize::from(slot)].as_ref();
        match errand.filter(|it| it.arrived && self.action.fate == Fate::Reaches)?.update {
            Update::Wipe { expected } | Update::Recreate { expected } | Update::Restore { expected, .. } => {
                Some(expected)
            }
            _ => None,
        }
    }

    /// Has the record this segment already?
    fn has(&self, segment: &Segment<Deed>) -> bool {
        self.from.record.as_ref().is_some_and(|record| record.ledger.seq(segment.source) >= segment.to)
    }

    /// The schema of the record.
    fn schema(&self) -> u32 {
        self.from.record.as_ref().map_or(0, |record| record.schema.0)
    }

    fn raises(&self, number: fn(&ModelRecord) -> u32) -> bool {
        let number = |world: &World| world.record.as_deref().map_or(0, number);
        number(self.to) > number(self.from)
    }
}

fn seals(world: &World) -> usize {
    world.record.as_ref().map_or(0, |record| record.ledger.iter().filter(|(_, entry)| entry.sealed).count())
}

/// How many outcomes of this kind the record remembers.
fn odd(world: &World, wanted: fn(Applied) -> bool) -> usize {
    let all = world.record.iter().flat_map(|record| record.ledger.iter()).flat_map(|(_, entry)| &entry.odd);
    all.filter(|(_, applied)| wanted(*applied)).count()
}
