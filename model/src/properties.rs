//! The properties: one sentence and one function each, with the same id here, in SPEC.md and in the tables.
//!
//! A property excuses a lost change only where its verdict was told in that trace, and each excuse is named.

use crate::driver::Always;
use crate::tally::{DEEDS, Deed, Tally};
use crate::world::{AnyRules, Flag, Flight, Game, Ghost, HostSession, ModelRecord, World};
use keyholder_core::document::Applied;
use keyholder_core::ids::{Epoch, Seq};
use keyholder_core::record::Life;
use keyholder_core::rules::{Rules, Standard, Standing};
use keyholder_core::session::Phase;

/// Every property, in the order of their bits.
pub const NAMES: [&str; 20] = [
    "P1", "P2", "P3", "P4", "P4v", "P5", "P6", "P6s", "P7", "P8a", "P8b", "P9", "P10", "P11", "P12", "P13", "P14",
    "P15", "P16", "P17",
];

/// What each property says, in the order of [`NAMES`].
pub const SENTENCES: [&str; 20] = [
    "a session's write takes effect only while the record names exactly that session",
    "claims raise the epoch, an attempt claims again only after a lost answer, and no two live sessions share an epoch",
    "what was told to be durable is in the record until a wipe",
    "no operation is in the record twice",
    "the holder's player sees each operation at most once, and each of its own once",
    "at rest, every operation is in the record once, or has another verdict, or died with its server",
    "if all servers died now, everything in the kept journal would be recovered exactly once",
    "the journal never holds a segment newer than the record's schema",
    "nothing born before a wipe is in the record after it",
    "the schema never decreases",
    "nothing sits in the vocabulary of another schema",
    "a released record holds everything of the session that released it",
    "a live session is robbed only after a lost message and a lapsed heartbeat",
    "coins and gems are never negative, and stay in their bounds",
    "every segment continues where the ledger is",
    "what was told to be lost is never in the record",
    "every operation of a session that ended has exactly one verdict",
    "opened, closed, cancelled and the end of a refused open are told only after the commit, and nobody opens what needs newer code",
    "an errand of the operator takes effect once",
    "the core's own invariants hold: every session, the record, the journal",
];

macro_rules! always {
    ($rules:ty) => {
        &[
            Always { name: "P1", holds: |_, w| !w.ghost.has(Flag::ForeignWrite) },
            Always { name: "P2", holds: |_, w| epochs_rise(w) },
            Always { name: "P3", holds: |_, w| durable_stays(w) },
            Always { name: "P4", holds: |_, w| nothing_twice(w) },
            Always { name: "P4v", holds: view_is_exact::<$rules> },
            Always { name: "P5", holds: |_, w| rest_is_complete(w) },
            Always { name: "P6", holds: journal_recovers::<$rules> },
            Always { name: "P6s", holds: |_, w| journal_is_not_newer(w) },
            Always { name: "P7", holds: |_, w| erased_stays_erased(w) },
            Always { name: "P8a", holds: |_, w| !w.ghost.has(Flag::SchemaLowered) },
            Always { name: "P8b", holds: |_, w| one_vocabulary(w) },
            Always { name: "P9", holds: |_, w| release_is_complete(w) },
            Always { name: "P10", holds: |_, w| !w.ghost.has(Flag::Robbed) },
            Always { name: "P11", holds: within_bounds::<$rules> },
            Always { name: "P12", holds: |_, w| !w.ghost.has(Flag::Gap) },
            Always { name: "P13", holds: |_, w| lost_is_lost(w) },
            Always { name: "P14", holds: |_, w| !w.ghost.has(Flag::Verdict) },
            Always { name: "P15", holds: |_, w| told_in_time(w) },
            Always { name: "P16", holds: |_, w| !w.ghost.has(Flag::Twice) },
            Always { name: "P17", holds: invariants_hold::<$rules> },
        ]
    };
}

/// The list for the standard rules and for a broken variant.
pub trait Listed: Rules<Tally, Deed> + Send + Sync + 'static {
    /// All properties.
    fn list() -> &'static [Always<Game<Self>>];
}

impl Listed for Standard {
    fn list() -> &'static [Always<Game<Self>>] {
        always!(Standard)
    }
}

impl Listed for AnyRules {
    fn list() -> &'static [Always<Game<Self>>] {
        always!(AnyRules)
    }
}

fn count(world: &World, deed: u8) -> u8 {
    world.record.as_ref().map_or(0, |record| record.data.count(deed))
}

/// The operations that were issued so far.
pub(crate) fn issued(world: &World) -> impl Iterator<Item = u8> + use<> {
    0..world.spent.deeds.min(DEEDS)
}

/// The operator erased the data after this operation was born.
fn is_erased(world: &World, deed: u8) -> bool {
    world.ghost.born(deed) < u32::from(world.ghost.wiped)
}

/// The record names this session.
pub(crate) fn holds(record: &ModelRecord, it: &HostSession) -> bool {
    let ticket = it.session.ticket();
    record.is_held_by(ticket.epoch, ticket.nonce)
}

/// P2: claims raise the epoch, each attempt claims once for each answer that it lost and once more, and no two live sessions share an epoch. Excuse: a restore from
/// outside lets epochs repeat.
fn epochs_rise(world: &World) -> bool {
    let mut epochs = world.sessions().map(|it| it.session.ticket().epoch).filter(|epoch| *epoch > Epoch(0));
    let twins = match (epochs.next(), epochs.next(), epochs.next()) {
        (Some(a), Some(b), None) => a == b,
        (Some(a), Some(b), Some(c)) => a == b || b == c || a == c,
        _ => false,
    };
    let spent = &world.spent;
    let most = u32::from(spent.opens + spent.errands + spent.lost + 1);
    let once = world.record.as_ref().is_none_or(|record| record.epoch.0 <= most);
    !world.ghost.has(Flag::EpochNotRaised) && once && (!twins || world.ghost.rolled_back)
}

/// P3: what was told to be durable is in the record until a wipe. Excuses: a restore from outside; what the operator's
/// restore took out, until it is in the record again.
fn durable_stays(world: &World) -> bool {
    let expected = world.ghost.durable & !world.ghost.undone;
    world.ghost.rolled_back || Ghost::each(expected).all(|deed| count(world, deed) > 0 || is_erased(world, deed))
}

/// P4: no operation is in the record twice.
fn nothing_twice(world: &World) -> bool {
    issued(world).all(|deed| count(world, deed) <= 1)
}

/// P4v: the holder's player sees each operation at most once, and each of its own once. Excuses: after a restore from
/// outside the view is right only where the session has read what the record is now; where bounds reject, an operation may
/// have lost its room to somebody else's, and leaves the view.
fn view_is_exact<R: Rules<Tally, Deed> + ?Sized>(game: &Game<R>, world: &World) -> bool {
    let Some(record) = &*world.record else {
        return true;
    };
    let rejects = game.bounds.coin_bounds.is_some_and(|bounds| !bounds.clamps);
    let has_read = |it: &HostSession| !world.ghost.rolled_back || it.session.base() == Some(record);
    let plays = |it: &HostSession| *it.session.phase() == Phase::Active && holds(record, it);
    world.sessions().filter(|it| plays(it) && has_read(it)).all(|it| {
        let Some(view) = it.session.view() else {
            return false;
        };
        issued(world).all(|deed| view.count(deed) <= 1)
            && (rejects || it.deeds().all(|deed| view.count(deed) == 1 || world.ghost.lost >> deed & 1 == 1))
    })
}

/// Nobody has a session, and nothing is under way.
pub(crate) fn is_at_rest(world: &World) -> bool {
    let outside = world.outside.as_ref().is_none_or(|it| {
        it.abandoned.is_empty() && it.senders.iter().all(|sender| !sender.sender.is_busy() && sender.flight.is_none())
    });
    outside && world.sessions().next().is_none()
}

/// P5: at rest, every operation is in the record once, or has another verdict, or died with its server. Excuses: a
/// restore from outside; what was durable and then erased; what the operator's restore took out, until it is in the record
/// again.
fn rest_is_complete(world: &World) -> bool {
    if world.ghost.rolled_back || !is_at_rest(world) {
        return true;
    }
    let ghost = &world.ghost;
    let excused = ghost.orphaned | ghost.lost | ghost.superseded | ghost.unknown | ghost.undone;
    issued(world).all(|deed| excused >> deed & 1 == 1 || count(world, deed) == 1 || is_erased(world, deed))
}

/// P6: if all servers died now, everything in the kept journal would be recovered exactly once. Excuses: operations with
/// another verdict; what lies beyond the position at which a source was sealed; sources below the floor; changes that a bound
/// skipped, by now or at the recovery; debits, what is tied to one, and old words, once an opener could not read the journal.
fn journal_recovers<R: Rules<Tally, Deed> + ?Sized>(game: &Game<R>, world: &World) -> bool {
    let ghost = &world.ghost;
    // A debit that an opener could not see comes in late or not at all, and what is tied to it shares its fate.
    let spoilt = if ghost.unread { ghost.debits | ghost.tied } else { 0 };
    let expected = ghost.journalled & !(ghost.lost | ghost.superseded | ghost.unknown | spoilt);
    // What an opener could not see before it migrated has no words any more.
    let migrated = world.record.as_ref().is_some_and(|record| record.schema.0 == 2);
    let expected = if ghost.unread && migrated { expected & !ghost.old_words } else { expected };
    let (Some(record), false) = (&*world.record, expected == 0) else {
        return true;
    };
    if record.life == Life::Tombstone {
        return true;
    }
    let mut after = ModelRecord::clone(record);
    if let Some(journal) = &world.journal {
        let config = &game.configs[0];
        let log = game.rules.recover(config, record, journal);
        game.rules.merge(config, &mut after, &log, Standing::Recovering);
    }
    Ghost::each(expected).all(|deed| {
        after.data.count(deed) == 1 || ghost.born(deed) < record.floor.0 || is_forgiven(ghost, &after, deed)
    })
}

/// The ledger says of this very operation that a bound skipped it, or that its source was sealed before it. Once the record
/// was restored from outside, epochs repeat and nobody knows the operation's position: then whatever is so of any
/// operation of its epoch is taken to be so of this one.
fn is_forgiven(ghost: &Ghost, record: &ModelRecord, deed: u8) -> bool {
    let at = ghost.position(deed);
    record.ledger.iter().filter(|(source, _)| source.epoch() == Some(Epoch(ghost.born(deed)))).any(|(_, entry)| {
        let skips =
            |(of, applied): &(Seq, Applied)| matches!(applied, Applied::Skipped(_)) && at.is_none_or(|at| *of == at);
        entry.odd.iter().any(skips) || (entry.sealed && at.is_none_or(|at| at > entry.seq))
    })
}

/// P6s: the journal never holds a segment newer than the record's schema.
fn journal_is_not_newer(world: &World) -> bool {
    let (Some(record), Some(journal)) = (&*world.record, &world.journal) else {
        return true;
    };
    world.ghost.rolled_back || journal.log.iter().all(|segment| segment.schema <= record.schema)
}

/// P7: nothing born before a wipe is in the record after it, and a tombstone holds nothing.
fn erased_stays_erased(world: &World) -> bool {
    let empty = world.record.as_ref().is_some_and(|record| record.life == Life::Tombstone);
    issued(world).all(|deed| !(empty || is_erased(world, deed)) || count(world, deed) == 0)
}

/// P8b: nothing sits in the vocabulary of another schema.
fn one_vocabulary(world: &World) -> bool {
    world.record.as_ref().is_none_or(|record| !record.data.speaks(if record.schema.0 == 2 { 1 } else { 2 }))
}

/// P9: a released record holds everything of the session that released it. Excuses: a restore from outside; what a
/// bound refused, which the ledger says.
fn release_is_complete(world: &World) -> bool {
    let Some(record) = world.record.as_ref().filter(|record| record.owner.is_none() && !world.ghost.rolled_back) else {
        return true;
    };
    world.sessions().filter(|it| it.session.ticket().epoch == record.epoch && it.session.sender().is_none()).all(|it| {
        let entry = record.ledger.get(it.session.source());
        (1..).zip(it.deeds()).all(|(seq, deed)| {
            let skipped = |(of, applied): &(Seq, Applied)| of.0 == seq && matches!(applied, Applied::Skipped(_));
            let bounded = entry.is_some_and(|entry| entry.odd.iter().any(skipped));
            count(world, deed) == 1 || bounded || world.ghost.told() >> deed & 1 == 1
        })
    })
}

/// P11: coins and gems are never negative, and stay in their bounds.
fn within_bounds<R: Rules<Tally, Deed> + ?Sized>(game: &Game<R>, world: &World) -> bool {
    let most = game.bounds.coin_bounds.map_or(i8::MAX, |bounds| bounds.max);
    world.record.as_ref().is_none_or(|record| (0..=most).contains(&record.data.coins) && record.data.gems >= 0)
}

/// P15: opened, closed, cancelled and the end of a refused open are told only after the commit; nothing of a cancelled or refused open is left in the record.
fn told_in_time(world: &World) -> bool {
    let owner = world.record.as_ref().and_then(|record| record.owner);
    let ghostly = owner.is_some_and(|owner| world.ghost.cancelled >> owner.nonce.0 & 1 == 1);
    !world.ghost.has(Flag::Early) && (!ghostly || world.ghost.rolled_back)
}

/// P17: the core's own invariants hold: every session, the record, the journal.
fn invariants_hold<R: Rules<Tally, Deed> + ?Sized>(game: &Game<R>, world: &World) -> bool {
    let record = world.record.as_ref().is_none_or(|record| record.check().is_ok());
    let journal = world.journal.as_ref().is_none_or(|journal| journal.check().is_ok());
    let mut hosts = (0..).zip(world.hosts.iter());
    record
        && journal
        && hosts.all(|(host, it)| it.session.as_ref().is_none_or(|it| it.session.check(game.config(host)).is_ok()))
}

/// P13: what was told to be lost is never in the record. Excuse: a restore from outside.
fn lost_is_lost(world: &World) -> bool {
    world.ghost.rolled_back || Ghost::each(world.ghost.lost).all(|deed| count(world, deed) == 0)
}

/// L1's goal: nothing is in flight or unsaved at a live server, no delivery is open, and the record is free, or held by a
/// live session, or nobody may open it any more.
pub fn is_settled<R: Rules<Tally, Deed> + ?Sized>(game: &Game<R>, world: &World) -> bool {
    let busy = |flight: &Option<Flight>| flight.is_some();
    let calm = world.sessions().all(|it| {
        matches!(it.session.phase(), Phase::Active | Phase::Reading | Phase::Delegating)
            && !it.session.is_dirty()
            && !busy(&it.flight)
            && it.answer.is_none()
    });
    let senders = world
        .outside
        .as_ref()
        .is_none_or(|it| it.senders.iter().all(|sender| !sender.sender.is_busy() && sender.flight.is_none()));
    let held = world.record.as_ref().is_some_and(|record| {
        record.owner.is_some() && record.life == Life::Live && !world.sessions().any(|it| holds(record, it))
    });
    calm && senders && (!held || world.spent.opens >= game.bounds.opens)
}

#[cfg(test)]
mod tests {
    use super::journal_recovers;
    use crate::bounds::Bounds;
    use crate::tally::Tally;
    use crate::world::{Game, Kept, World};
    use keyholder_core::document::{Applied, Document, Skip};
    use keyholder_core::ids::{Epoch, Nonce, SchemaVersion, Seq};
    use keyholder_core::ledger::{Entry, Source};
    use keyholder_core::record::Record;
    use keyholder_core::rules::Standard;
    use std::sync::Arc;

    /// Two operations of the first session were journalled, neither is in the record, and this is what the ledger says.
    fn after(entry: Entry) -> (Game, World) {
        let game = Game::new(&Standard, Bounds { deeds: 2, ..Bounds::SMALL });
        let mut world = game.start();
        let version = SchemaVersion(1);
        let mut record = Record::new(version, version, Tally::fresh(game.configs[0].shape(), version));
        record.epoch = Epoch(1);
        record.ledger.insert(Source::Session(Epoch(1), Nonce(1)), entry);
        world.record = Kept::new(Some(Arc::new(record)));
        world.ghost.journalled = 3;
        world.ghost.set_born(0, 1);
        world.ghost.set_born(1, 1);
        (game, world)
    }

    fn recovers(entry: &Entry, expected: u8) -> bool {
        let (game, mut world) = after(entry.clone());
        world.ghost.journalled = expected;
        journal_recovers(&game, &world)
    }

    #[test]
    fn only_what_a_bound_skipped_is_forgiven() {
        let odd = vec![(Seq(1), Applied::Skipped(Skip::AboveMaximum))];
        let entry = Entry { seq: Seq(2), odd, ..Entry::default() };
        assert!(recovers(&entry, 1));
        assert!(!recovers(&entry, 2), "the second operation was not skipped, and is gone");
    }

    #[test]
    fn only_what_lies_beyond_the_seal_is_forgiven() {
        let entry = Entry { seq: Seq(1), sealed: true, ..Entry::default() };
        assert!(recovers(&entry, 2));
        assert!(!recovers(&entry, 1), "the first operation was applied before the seal, and is gone");
    }

    #[test]
    fn after_a_restore_from_outside_nobody_knows_positions() {
        let (game, mut world) = after(Entry { seq: Seq(1), sealed: true, ..Entry::default() });
        assert!(!journal_recovers(&game, &world));
        world.ghost.rolled_back = true;
        assert!(journal_recovers(&game, &world));
    }
}
