//! The stored form of a journal, its log and its segments.

use super::ledger::{SourceField, check_source, write_source};
use super::part::{Stored, refused, unknown};
use super::{Item, JOURNAL_MAX_BYTES, JOURNAL_MAX_SEGMENTS, MAX_DEPTH, SEGMENT_MAX_CHANGES, StoredError};
use crate::few::Few;
use crate::ids::{Epoch, Nonce, SchemaVersion, Seq};
use crate::journal::Journal;
use crate::json::{self, JsonError, Limits, Reader, Writer};
use crate::segment::{Log, Segment};
use alloc::sync::Arc;

impl<C: Stored> Item for Journal<C> {
    const LAYOUT: u32 = 1;
    const LIMITS: Limits = Limits { max_depth: MAX_DEPTH, max_bytes: JOURNAL_MAX_BYTES };

    fn verify(&self) -> Result<(), StoredError> {
        if self.epoch == Epoch(0) {
            return Err(StoredError::Invariant { what: "a session of epoch 0" });
        }
        if self.log.len() > JOURNAL_MAX_SEGMENTS {
            return Err(StoredError::TooMany { what: "segments in a journal", limit: JOURNAL_MAX_SEGMENTS });
        }
        self.log.iter().try_for_each(|segment| check_segment(segment))
    }

    fn write(&self, fields: &mut json::Fields<'_>) {
        let Self { epoch, nonce, log } = self;
        fields.field("epoch").u32(epoch.0);
        fields.field("nonce").hex64(nonce.0);
        log.write(fields.field("log"));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, JsonError> {
        let (mut epoch, mut nonce, mut log) = (None, None, None);
        reader.object(|name, reader| {
            match name.as_ref() {
                "layout" => drop(reader.u32()?),
                "epoch" => epoch = Some(Epoch(reader.u32()?)),
                "nonce" => nonce = Some(Nonce(reader.hex64()?)),
                "log" => log = Some(Log::read(reader)?),
                _ => return Err(unknown(reader)),
            }
            Ok(())
        })?;
        Ok(Self {
            epoch: reader.require("epoch", epoch)?,
            nonce: reader.require("nonce", nonce)?,
            log: reader.require("log", log)?,
        })
    }
}

/// An array of segments, in the order in which they must be applied.
impl<C: Stored> Stored for Log<C> {
    fn write(&self, to: Writer<'_>) {
        to.array(|elements| self.iter().for_each(|segment| segment.write(elements.element())));
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, JsonError> {
        let mut log = Self::new();
        from.array(|index, reader| {
            if index >= JOURNAL_MAX_SEGMENTS {
                return Err(reader.refuse("no more segments than the limit"));
            }
            log.push(Arc::new(Segment::read(reader)?));
            Ok(())
        })?;
        Ok(log)
    }
}

/// The last position is not written: there is one change per position, so what is read is always well-formed. A segment
/// that is not is refused by the item that holds it.
impl<C: Stored> Stored for Segment<C> {
    fn write(&self, to: Writer<'_>) {
        let Self { source, from, to: _, schema, changes } = self;
        to.object(|fields| {
            write_source(fields, *source);
            if *from > Seq(0) {
                fields.field("from").u32(from.0);
            }
            fields.field("schema").u32(schema.0);
            fields.field("changes").array(|elements| changes.iter().for_each(|it| it.write(elements.element())));
        });
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, JsonError> {
        let at = reader.position();
        let mut source = SourceField::default();
        let mut from = Seq(0);
        let (mut schema, mut changes) = (None, None);
        reader.object(|name, reader| {
            match name.as_ref() {
                "from" => from = Seq(reader.u32()?),
                "schema" => schema = Some(SchemaVersion(reader.u32()?)),
                "changes" => changes = Some(read_changes(reader)?),
                other => source.read(other, reader)?,
            }
            Ok(())
        })?;
        let source = source.require(reader)?;
        let schema = reader.require("schema", schema)?;
        let changes = reader.require("changes", changes)?;
        let to = u32::try_from(changes.len()).ok().and_then(|n| from.0.checked_add(n)).map(Seq);
        let to = to.ok_or(refused(at, "positions up to 2^32-1"))?;
        Ok(Self { source, from, to, schema, changes })
    }
}

fn read_changes<C: Stored>(reader: &mut Reader<'_>) -> Result<Few<C, 2>, JsonError> {
    let at = reader.position();
    let mut changes = Few::new();
    reader.array(|index, reader| {
        if index >= SEGMENT_MAX_CHANGES {
            return Err(reader.refuse("no more changes than the limit"));
        }
        changes.push(C::read(reader)?);
        Ok(())
    })?;
    if changes.is_empty() {
        return Err(refused(at, "at least one change"));
    }
    Ok(changes)
}

fn check_segment<C>(segment: &Segment<C>) -> Result<(), StoredError> {
    check_source(segment.source)?;
    if segment.changes.len() > SEGMENT_MAX_CHANGES {
        return Err(StoredError::TooMany { what: "changes in a segment", limit: SEGMENT_MAX_CHANGES });
    }
    if !segment.is_well_formed() {
        return Err(StoredError::Invariant { what: "a segment without exactly one change per position" });
    }
    Ok(())
}
