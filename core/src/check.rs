//! Invariants as functions: what holds of every record, journal and session, in worlds and on live hosts alike.
//!
//! They hold under the standard rules in every state between two steps, foreign restores included; a broken variant of
//! the rules breaks them sooner or later. A host that finds one broken has found a bug, a store that lies, or a record
//! that something else has written: it reports the [`Violation`] and goes on, for nothing here is a guard. The check of
//! a session is [`Session::check`](crate::session::Session::check).

use crate::document::Applied;
use crate::ids::{Epoch, Seq};
use crate::journal::Journal;
use crate::ledger::{Entry, Source};
use crate::record::{Life, Record};
use crate::segment::Log;
use core::fmt;

/// An invariant does not hold.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Violation {
    /// The property that rests on the invariant.
    pub property: &'static str,
    /// The invariant, as it should be.
    pub sentence: &'static str,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} does not hold: {}", self.property, self.sentence)
    }
}

impl core::error::Error for Violation {}

/// `Err` unless the invariant holds.
pub(crate) fn holds(invariant: bool, property: &'static str, sentence: &'static str) -> Result<(), Violation> {
    if invariant { Ok(()) } else { Err(Violation { property, sentence }) }
}

impl<D> Record<D> {
    /// Checks the header; nothing is said of the data.
    ///
    /// # Errors
    /// The first [`Violation`] found.
    pub fn check(&self) -> Result<(), Violation> {
        holds(self.floor <= self.epoch, "P7", "the floor does not exceed the epoch")?;
        holds(self.wrote <= self.epoch, "P11", "nobody has lived on the data in an epoch that is still to come")?;
        holds(self.wiped <= self.floor, "P7", "a wipe raised the floor to its epoch")?;
        holds(self.restored <= self.floor, "P7", "a restore raised the floor to its epoch")?;
        holds(self.compat <= self.schema, "P8a", "the compatible floor does not exceed the schema")?;
        holds(self.owner.is_none() || self.epoch > Epoch(0), "P2", "whoever holds the record has raised its epoch")?;
        holds(self.want.is_none() || self.owner.is_some(), "P9", "nobody asks for a record that was released")?;
        if self.life == Life::Tombstone {
            holds(self.owner.is_none(), "P7", "nobody holds a tombstone")?;
            holds(self.ledger.is_empty(), "P7", "nothing was applied to a tombstone")?;
            let latest = self.wiped == self.epoch && self.wiped > Epoch(0);
            holds(latest, "P7", "the wipe that left the tombstone is the last that raised the epoch")?;
        }
        let mut before = None;
        for (source, entry) in self.ledger.iter() {
            holds(before < Some(source), "P4", "the ledger names each source once, in order")?;
            before = Some(source);
            self.check_entry(source, entry)?;
        }
        Ok(())
    }

    fn check_entry(&self, source: Source, entry: &Entry) -> Result<(), Violation> {
        let applied = Epoch(1) <= entry.at && entry.at <= self.epoch;
        holds(applied, "P4", "a source was last applied in an epoch that the record has had")?;
        holds(entry.seq > Seq(0) || entry.sealed, "P4", "an entry says that something was applied, or refused")?;
        match source {
            // It may lie above the record's epoch after a restore from outside.
            Source::Session(epoch, _) => {
                holds(epoch > Epoch(0), "P2", "a session has claimed")?;
                holds(epoch >= self.floor, "P7", "no session that was born before the floor is remembered")?;
            }
            Source::Numbered(_) => holds(!entry.sealed, "P13", "only sessions are sealed")?,
            Source::Receipt(_) => {
                holds(!entry.sealed, "P13", "only sessions are sealed")?;
                holds(entry.seq <= Seq(1), "P4", "a receipt has one position")?;
            }
        }
        let mut before = Seq(0);
        for (seq, applied) in &entry.odd {
            let ascending = before < *seq && *seq <= entry.seq;
            holds(ascending, "P14", "outcomes belong to changes that were applied, each once, in order")?;
            holds(*applied != Applied::Whole, "P14", "only what was not applied whole is remembered")?;
            before = *seq;
        }
        Ok(())
    }
}

impl<C> Journal<C> {
    /// Checks what the writer has put together.
    ///
    /// # Errors
    /// The first [`Violation`] found.
    pub fn check(&self) -> Result<(), Violation> {
        let own = Source::Session(self.epoch, self.nonce);
        holds(self.epoch > Epoch(0), "P2", "only a session that has claimed writes a journal")?;
        for segment in self.log.iter() {
            let of = segment.source.epoch();
            holds(of.is_some(), "P6", "a journal holds changes of sessions only")?;
            holds(of <= Some(self.epoch), "P6", "a journal holds nothing of later sessions than its writer")?;
        }
        chained(&self.log, own)
    }
}

/// What holds of every log: well-formed segments, the owner's behind the foreign ones and each where the one before
/// ends, and those of each other source in order.
pub(crate) fn chained<C>(log: &Log<C>, own: Source) -> Result<(), Violation> {
    let mut end = None;
    for (at, segment) in log.iter().enumerate() {
        holds(segment.is_well_formed(), "P12", "a segment has one change per position")?;
        if segment.source == own {
            holds(end.is_none_or(|end| end == segment.from), "P12", "own segments follow each other without a gap")?;
            end = Some(segment.to);
        } else {
            holds(end.is_none(), "P12", "foreign segments stand before the owner's")?;
        }
        let mut behind = log.iter().skip(at.saturating_add(1));
        let reordered = behind.any(|later| later.source == segment.source && later.from < segment.to);
        holds(!reordered, "P12", "segments of one source stand in order and do not overlap")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Violation, chained};
    use crate::document::{Applied, Skip};
    use crate::few::Few;
    use crate::ids::{Epoch, HostId, Nonce, ReceiptId, SchemaVersion, Seq, SourceId};
    use crate::journal::Journal;
    use crate::ledger::{Entry, Source};
    use crate::record::{Life, Owner, Record};
    use crate::segment::{Log, Segment};
    use alloc::string::ToString;
    use alloc::sync::Arc;
    use alloc::vec::Vec;

    /// What breaks an invariant.
    type Break<T> = fn(&mut T);

    const OWNER: Owner = Owner { host: HostId(1), nonce: Nonce(1) };
    const SKIPPED: Applied = Applied::Skipped(Skip::Full);

    fn record() -> Record<()> {
        let mut record = Record::new(SchemaVersion(2), SchemaVersion(1), ());
        (record.epoch, record.floor, record.wrote) = (Epoch(7), Epoch(3), Epoch(7));
        record.owner = Some(OWNER);
        record.ledger.insert(session(3), entry(4));
        record.ledger.insert(Source::Numbered(SourceId(1)), entry(2));
        record.ledger.insert(Source::Receipt(ReceiptId([0; 16])), entry(1));
        record
    }

    fn session(epoch: u32) -> Source {
        Source::Session(Epoch(epoch), Nonce(9))
    }

    fn entry(seq: u32) -> Entry {
        Entry { seq: Seq(seq), at: Epoch(7), ..Entry::default() }
    }

    fn tombstone() -> Record<()> {
        let mut record = Record::new(SchemaVersion(2), SchemaVersion(1), ());
        (record.epoch, record.floor, record.wiped, record.life) = (Epoch(7), Epoch(7), Epoch(7), Life::Tombstone);
        record
    }

    fn property(result: Result<(), Violation>) -> Option<&'static str> {
        result.err().map(|violation| violation.property)
    }

    #[test]
    fn sound_records_pass_and_each_broken_header_is_found() {
        assert_eq!(record().check(), Ok(()));
        assert_eq!(tombstone().check(), Ok(()));
        let broken: &[(&str, Break<Record<()>>)] = &[
            ("P7", |it| it.floor = Epoch(8)),
            ("P11", |it| it.wrote = Epoch(8)),
            ("P7", |it| it.wiped = Epoch(4)),
            ("P7", |it| it.restored = Epoch(4)),
            ("P8a", |it| it.compat = SchemaVersion(3)),
            ("P7", |it| it.life = Life::Tombstone),
            ("P9", |it| (it.owner, it.want) = (None, Some(OWNER))),
        ];
        for (expected, breaks) in broken {
            let mut record = record();
            breaks(&mut record);
            assert_eq!(property(record.check()), Some(*expected));
        }
        let broken: &[Break<Record<()>>] = &[
            |it| it.owner = Some(OWNER),
            |it| it.ledger.update(session(7), |at| *at = entry(1)),
            |it| it.wiped = Epoch(6),
        ];
        for breaks in broken {
            let mut record = tombstone();
            breaks(&mut record);
            assert_eq!(property(record.check()), Some("P7"));
        }
        let mut unclaimed: Record<()> = Record::new(SchemaVersion(1), SchemaVersion(1), ());
        unclaimed.owner = Some(OWNER);
        assert_eq!(property(unclaimed.check()), Some("P2"));
    }

    #[test]
    fn each_broken_ledger_entry_is_found() {
        let receipt = Source::Receipt(ReceiptId([0; 16]));
        let broken: &[(&str, Source, Break<Entry>)] = &[
            ("P4", session(3), |it| it.at = Epoch(8)),
            ("P4", session(3), |it| it.at = Epoch(0)),
            ("P4", session(3), |it| it.seq = Seq(0)),
            ("P13", Source::Numbered(SourceId(1)), |it| it.sealed = true),
            ("P13", receipt, |it| it.sealed = true),
            ("P4", receipt, |it| it.seq = Seq(2)),
            ("P14", session(3), |it| it.odd = [(Seq(5), SKIPPED)].into()),
            ("P14", session(3), |it| it.odd = [(Seq(0), SKIPPED)].into()),
            ("P14", session(3), |it| it.odd = [(Seq(2), SKIPPED), (Seq(2), SKIPPED)].into()),
            ("P14", session(3), |it| it.odd = [(Seq(2), Applied::Whole)].into()),
        ];
        for (expected, source, breaks) in broken {
            let mut record = record();
            record.ledger.update(*source, breaks);
            assert_eq!(property(record.check()), Some(*expected), "{source:?}");
        }
        for (expected, epoch) in [("P2", 0), ("P7", 2)] {
            let mut record = record();
            record.ledger.insert(session(epoch), entry(1));
            assert_eq!(property(record.check()), Some(expected));
        }
    }

    fn segment(source: Source, from: u32, to: u32) -> Arc<Segment<u8>> {
        let changes: Few<u8, 2> = (from..to).map(|_| 0).collect();
        Arc::new(Segment { source, from: Seq(from), to: Seq(to), schema: SchemaVersion(1), changes })
    }

    #[test]
    fn logs_are_well_formed_and_in_order() {
        let [a, b, own] = [2, 3, 4].map(session);
        let check = |segments: &[Arc<Segment<u8>>]| chained(&segments.iter().cloned().collect(), own);
        let sound = [segment(b, 4, 5), segment(a, 0, 1), segment(a, 2, 3), segment(own, 1, 3), segment(own, 3, 4)];
        assert_eq!(check(&sound), Ok(()));
        let broken: [&[Arc<Segment<u8>>]; 6] = [
            &[segment(own, 1, 1)],
            &[segment(own, 1, 2), segment(own, 3, 4)],
            &[segment(own, 1, 3), segment(own, 2, 4)],
            &[segment(own, 1, 2), segment(a, 0, 1)],
            &[segment(a, 1, 2), segment(a, 0, 1)],
            &[segment(a, 0, 2), segment(b, 0, 1), segment(a, 1, 3)],
        ];
        for segments in broken {
            assert_eq!(property(check(segments)), Some("P12"), "{segments:?}");
        }
    }

    #[test]
    fn a_journal_is_of_its_writer_and_of_earlier_sessions() {
        let journal = |epoch, segments: Vec<_>| Journal {
            epoch: Epoch(epoch),
            nonce: Nonce(9),
            log: segments.into_iter().collect::<Log<u8>>(),
        };
        assert_eq!(journal(4, [segment(session(2), 0, 1), segment(session(4), 0, 1)].into()).check(), Ok(()));
        assert_eq!(property(journal(0, Vec::new()).check()), Some("P2"));
        assert_eq!(property(journal(4, [segment(session(5), 0, 1)].into()).check()), Some("P6"));
        let external = Source::Numbered(SourceId(1));
        assert_eq!(property(journal(4, [segment(external, 0, 1)].into()).check()), Some("P6"));
        assert_eq!(property(journal(4, [segment(session(4), 0, 0)].into()).check()), Some("P12"));
    }

    #[test]
    fn a_violation_is_a_sentence() {
        let violation = Violation { property: "P7", sentence: "the floor does not exceed the epoch" };
        assert_eq!(violation.to_string(), "P7 does not hold: the floor does not exceed the epoch");
    }
}
