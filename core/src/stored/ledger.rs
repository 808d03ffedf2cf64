//! The stored form of a ledger, and of the sources that it names.

use super::part::{Stored, pair, refused, unknown, word};
use super::{ENTRY_MAX_ODD, LEDGER_MAX_ENTRIES, StoredError};
use crate::document::{Applied, Skip};
use crate::ids::{Epoch, Nonce, ReceiptId, Seq, SourceId};
use crate::json::{self, JsonError, Reader, Writer};
use crate::ledger::{Entry, Ledger, Source};
use alloc::vec::Vec;

/// The words for outcomes. A change that was applied whole is not odd, so there is no word for it.
const OUTCOMES: [(&str, Applied); 8] = [
    ("clamped", Applied::Clamped),
    ("below_minimum", Applied::Skipped(Skip::BelowMinimum)),
    ("above_maximum", Applied::Skipped(Skip::AboveMaximum)),
    ("mismatch", Applied::Skipped(Skip::Mismatch)),
    ("wrong_kind", Applied::Skipped(Skip::WrongKind)),
    ("full", Applied::Skipped(Skip::Full)),
    ("too_big", Applied::Skipped(Skip::TooBig)),
    ("unknown_field", Applied::Skipped(Skip::UnknownField)),
];

/// An array of entries in the order of their sources.
impl Stored for Ledger {
    fn write(&self, to: Writer<'_>) {
        to.array(|elements| {
            for (source, entry) in self.iter() {
                elements.element().object(|fields| {
                    write_source(fields, source);
                    write_entry(fields, entry);
                });
            }
        });
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, JsonError> {
        let mut ledger = Self::default();
        let mut last = None;
        from.array(|index, reader| {
            if index >= LEDGER_MAX_ENTRIES {
                return Err(reader.refuse("no more ledger entries than the limit"));
            }
            let at = reader.position();
            let (source, entry) = read_entry(reader)?;
            // A source that comes twice has two positions; which one counts must not depend on the reader.
            if last.is_some_and(|last| source <= last) {
                return Err(refused(at, "sources in ascending order, each once"));
            }
            last = Some(source);
            ledger.update(source, |slot| *slot = entry);
            Ok(())
        })?;
        Ok(ledger)
    }
}

/// Writes the field that names a source.
pub(super) fn write_source(fields: &mut json::Fields<'_>, source: Source) {
    match source {
        Source::Session(epoch, nonce) => fields.field("s").array(|elements| {
            elements.element().u32(epoch.0);
            elements.element().hex64(nonce.0);
        }),
        Source::Numbered(id) => fields.field("n").hex64(id.0),
        Source::Receipt(id) => fields.field("r").hex128(id.0),
    }
}

/// A source that is being looked for among the fields of an object.
#[derive(Debug, Default)]
pub(super) struct SourceField(Option<Source>);

impl SourceField {
    /// Reads the value of the field `name`, one of `s`, `n`, `r`.
    pub(super) fn read(&mut self, name: &str, reader: &mut Reader<'_>) -> Result<(), JsonError> {
        let at = reader.position();
        let source = match name {
            "s" => {
                let parts = pair(reader, "[epoch, nonce]", Reader::u32, Reader::hex64)?;
                Source::Session(Epoch(parts.0), Nonce(parts.1))
            }
            "n" => Source::Numbered(SourceId(reader.hex64()?)),
            "r" => Source::Receipt(ReceiptId(reader.hex128()?)),
            _ => return Err(unknown(reader)),
        };
        if self.0.replace(source).is_some() {
            return Err(refused(at, "one source, not two"));
        }
        Ok(())
    }

    /// The source, once the object has ended.
    pub(super) fn require(self, reader: &Reader<'_>) -> Result<Source, JsonError> {
        reader.require("s, n or r", self.0)
    }
}

/// Refuses a source that cannot have issued anything.
pub(super) fn check_source(source: Source) -> Result<(), StoredError> {
    match source {
        Source::Session(Epoch(0), _) => Err(StoredError::Invariant { what: "a session of epoch 0" }),
        Source::Session(..) | Source::Numbered(_) | Source::Receipt(_) => Ok(()),
    }
}

/// Refuses a ledger to which no merge into a record of this epoch leads. A session of a *later* epoch is no
/// contradiction: after a restore from outside the protocol, it may still hand back what it has.
pub(super) fn check(ledger: &Ledger, epoch: Epoch) -> Result<(), StoredError> {
    if ledger.len() > LEDGER_MAX_ENTRIES {
        return Err(StoredError::TooMany { what: "ledger entries", limit: LEDGER_MAX_ENTRIES });
    }
    for (source, entry) in ledger.iter() {
        check_source(source)?;
        check_entry(source, entry, epoch)?;
    }
    Ok(())
}

fn check_entry(source: Source, entry: &Entry, epoch: Epoch) -> Result<(), StoredError> {
    let invariant = |what| Err(StoredError::Invariant { what });
    if entry.at == Epoch(0) || entry.at > epoch {
        return invariant("a ledger entry that was applied in epoch 0 or after the record's epoch");
    }
    match source {
        Source::Session(..) => {}
        Source::Numbered(_) | Source::Receipt(_) if entry.sealed => {
            return invariant("a ledger entry that seals a source that is no session");
        }
        Source::Receipt(_) if entry.seq > Seq(1) => return invariant("a receipt beyond its only position"),
        Source::Numbered(_) | Source::Receipt(_) => {}
    }
    if entry.odd.len() > ENTRY_MAX_ODD {
        return Err(StoredError::TooMany { what: "outcomes in a ledger entry", limit: ENTRY_MAX_ODD });
    }
    let mut last = Seq(0);
    for (seq, applied) in &entry.odd {
        if *seq <= last || *seq > entry.seq {
            return invariant("outcomes in a ledger entry that do not ascend from 1 to its position");
        }
        if *applied == Applied::Whole {
            return invariant("an outcome in a ledger entry of a change that was applied whole");
        }
        last = *seq;
    }
    Ok(())
}

fn write_entry(fields: &mut json::Fields<'_>, entry: &Entry) {
    let Entry { seq, at, sealed, odd } = entry;
    fields.field("seq").u32(seq.0);
    fields.field("at").u32(at.0);
    if *sealed {
        fields.field("sealed").bool(true);
    }
    if !odd.is_empty() {
        fields.field("odd").array(|elements| {
            for (seq, applied) in odd {
                elements.element().array(|pair| {
                    pair.element().u32(seq.0);
                    pair.element().string(outcome(*applied));
                });
            }
        });
    }
}

fn read_entry(reader: &mut Reader<'_>) -> Result<(Source, Entry), JsonError> {
    let mut source = SourceField::default();
    let (mut seq, mut at) = (None, None);
    let mut entry = Entry::default();
    reader.object(|name, reader| {
        match name.as_ref() {
            "seq" => seq = Some(Seq(reader.u32()?)),
            "at" => at = Some(Epoch(reader.u32()?)),
            "sealed" => entry.sealed = reader.bool()?,
            "odd" => entry.odd = read_odd(reader)?,
            other => source.read(other, reader)?,
        }
        Ok(())
    })?;
    entry.seq = reader.require("seq", seq)?;
    entry.at = reader.require("at", at)?;
    Ok((source.require(reader)?, entry))
}

fn read_odd(reader: &mut Reader<'_>) -> Result<Vec<(Seq, Applied)>, JsonError> {
    let mut odd = Vec::new();
    reader.array(|index, reader| {
        if index >= ENTRY_MAX_ODD {
            return Err(reader.refuse("no more outcomes than the limit"));
        }
        let applied = |reader: &mut Reader<'_>| word(reader, "the word for an outcome", &OUTCOMES);
        let (seq, applied) = pair(reader, "[sequence number, outcome]", Reader::u32, applied)?;
        odd.push((Seq(seq), applied));
        Ok(())
    })?;
    Ok(odd)
}

fn outcome(applied: Applied) -> &'static str {
    match applied {
        // No reader takes this word, and `check` refuses it before it is written into an item.
        Applied::Whole => "whole",
        Applied::Clamped => "clamped",
        Applied::Skipped(skip) => match skip {
            Skip::BelowMinimum => "below_minimum",
            Skip::AboveMaximum => "above_maximum",
            Skip::Mismatch => "mismatch",
            Skip::WrongKind => "wrong_kind",
            Skip::Full => "full",
            Skip::TooBig => "too_big",
            Skip::UnknownField => "unknown_field",
        },
    }
}
