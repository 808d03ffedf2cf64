//! The stores: what a request does to the record and to the journal, and what the properties note about it.

use super::outside::note_birth;
use super::{Fate, Flag, Flight, Game, Ghost, Kept, ModelRecord, World};
use crate::tally::{Deed, Tally};
use keyholder_core::input::Outcome;
use keyholder_core::journal::{Journal, JournalChange, JournalUpdate};
use keyholder_core::ledger::Source;
use keyholder_core::rules::{Position, Rules};
use keyholder_core::update::{Ticket, Update};
use std::sync::Arc;

impl<R: Rules<Tally, Deed> + ?Sized> Game<R> {
    /// Issues a request on the record, which may be lost on its way: in coarse steps it is applied at once, in fine steps
    /// its write stays in flight.
    pub(crate) fn issue(&self, world: &mut World, code: u8, update: &Update<Tally, Deed>, fate: Fate) -> Flight {
        if fate == Fate::Dropped {
            world.spent.lost += 1;
            return Flight::Answered(Outcome::Unknown);
        }
        if let Update::External(external) = update {
            note_birth(world, external);
        }
        let config = &self.configs[usize::from(code)];
        match update.run(self.rules, config, world.record.as_deref()) {
            None => Flight::Answered(Outcome::Read((*world.record).clone())),
            Some(result) => {
                self.note_write(world, update, &result);
                let result = Arc::new(result);
                if self.bounds.fine {
                    return Flight::Landing(result);
                }
                self.write(world, result.clone());
                Flight::Answered(Outcome::Wrote(Some(result)))
            }
        }
    }

    /// Commits a write: whoever read the record before will fail, unless writes are blind.
    pub(super) fn write(&self, world: &mut World, result: Arc<ModelRecord>) {
        let ghost = &mut world.ghost;
        let there = Ghost::mask(Ghost::each(ghost.undone | ghost.tied).filter(|deed| result.data.count(*deed) > 0));
        ghost.undone &= !there;
        ghost.tied &= !there;
        world.record = Kept::new(Some(result));
        if !self.bounds.fine || !self.rules.is_conditional() {
            return;
        }
        for at in 0..world.hosts.len() {
            // Looked at before it is touched: what is written to is no longer shared.
            let lands = |flight: &Option<Flight>| matches!(flight, Some(Flight::Landing(_)));
            let host = world
                .hosts
                .get_mut(at)
                .filter(|host| host.session.as_ref().is_some_and(|it| lands(&it.flight) || lands(&it.second)));
            if let Some(host) = host.and_then(|host| host.session.as_mut()) {
                for flight in [&mut host.flight, &mut host.second].into_iter().flatten() {
                    grow_stale(flight);
                }
            }
        }
        if let Some(outside) = &mut world.outside {
            outside.abandoned.clear();
            for at in 0..outside.senders.len() {
                if let Some(flight) = outside.senders.get_mut(at).and_then(|sender| sender.flight.as_mut()) {
                    grow_stale(flight);
                }
            }
        }
    }

    /// What P1, P2, P8a, P10 and P12 say of a write, at the moment at which its rule was run.
    fn note_write(&self, world: &mut World, update: &Update<Tally, Deed>, after: &ModelRecord) {
        let before = world.record.clone();
        let before = before.as_deref();
        match update {
            Update::Save { me, log, .. } | Update::Settle { me, log, .. } => {
                if before.is_none_or(|before| !before.is_held_by(me.epoch, me.nonce)) {
                    world.ghost.raise(Flag::ForeignWrite);
                }
                self.note_gaps(world, before, log);
            }
            Update::HandBack { log, .. } => self.note_gaps(world, before, log),
            Update::Claim(_) => {
                if before.is_some_and(|before| after.epoch <= before.epoch) {
                    world.ghost.raise(Flag::EpochNotRaised);
                }
                self.note_robbery(world, before);
            }
            Update::Look | Update::Want { .. } | Update::External(_) => {}
            // Given up before its recovery was committed: what was journalled in order may not be in order any more.
            Update::Release { nonce, .. } => {
                let claimed = before.and_then(|it| it.owner).is_some_and(|owner| owner.nonce == *nonce);
                world.ghost.unread |= claimed && world.ghost.journalled & world.ghost.debits != 0;
            }
            Update::Wipe { .. } | Update::Recreate { .. } | Update::Restore { .. } => {}
            Update::ForgetReceipts { .. } => {}
        }
        if before.is_some_and(|before| after.schema < before.schema) {
            world.ghost.raise(Flag::SchemaLowered);
        }
    }

    fn note_gaps(&self, world: &mut World, before: Option<&ModelRecord>, log: &keyholder_core::segment::Log<Deed>) {
        let Some(before) = before else {
            return;
        };
        // A segment may wait for the one before it in the same log.
        let mut reached: Vec<(Source, u32)> = Vec::new();
        for segment in log.iter() {
            let follows = reached.iter().any(|(of, to)| *of == segment.source && *to == segment.from.0);
            if !follows && self.rules.position(before, segment) == Position::Gap && !world.ghost.rolled_back {
                world.ghost.raise(Flag::Gap);
            }
            reached.push((segment.source, segment.to.0));
        }
    }

    /// P10: a session that lives was robbed although no message was lost, or although its heartbeat never lapsed.
    fn note_robbery(&self, world: &mut World, before: Option<&ModelRecord>) {
        if !self.bounds.is_robbery_judged() {
            return;
        }
        let Some((owner, epoch)) = before.and_then(|it| it.owner.map(|owner| (owner, it.epoch))) else {
            return;
        };
        let held = Ticket { epoch, nonce: owner.nonce };
        let lives = world.sessions().any(|it| it.session.ticket() == held);
        if lives && (world.spent.mislaid == 0 || world.spent.lapsed == 0) {
            world.ghost.raise(Flag::Robbed);
        }
    }

    /// Issues a request on the journal: it is applied at once, its answer travels separately.
    pub(crate) fn issue_journal(
        &self,
        world: &mut World,
        code: u8,
        update: &JournalUpdate<Tally, Deed>,
    ) -> Outcome<Journal<Deed>> {
        let config = &self.configs[usize::from(code)];
        match update.run(self.rules, config, world.journal.as_deref()) {
            JournalChange::Keep => Outcome::Read(world.journal.clone()),
            JournalChange::Delete => {
                world.journal = None;
                Outcome::Wrote(None)
            }
            JournalChange::Put(journal) => {
                self.note_journal(world, &journal);
                let journal = Arc::new(journal);
                world.journal = Some(journal.clone());
                Outcome::Wrote(Some(journal))
            }
        }
    }

    /// P6 speaks of what a session journalled while the record named it.
    fn note_journal(&self, world: &mut World, journal: &Journal<Deed>) {
        let holds = world.record.as_ref().is_some_and(|record| record.is_held_by(journal.epoch, journal.nonce));
        let knows = !world.ghost.rolled_back || journal.nonce.0 > u64::from(world.ghost.attempts_before);
        if !holds || !knows {
            return;
        }
        let own = Source::Session(journal.epoch, journal.nonce);
        let mut behind = false;
        for segment in journal.log.iter().filter(|segment| segment.source == own) {
            let deeds = Ghost::mask(segment.changes.iter().map(|deed| deed.id));
            let ghost = &mut world.ghost;
            // A segment is refused as a whole, and what follows of its session with it.
            behind |= deeds & ghost.debits != 0;
            ghost.journalled |= deeds;
            ghost.tied = ghost.tied & !deeds | if behind { deeds & !ghost.debits } else { 0 };
        }
    }
}

fn grow_stale(flight: &mut Flight) {
    if matches!(flight, Flight::Landing(_)) {
        *flight = Flight::Stale;
    }
}
