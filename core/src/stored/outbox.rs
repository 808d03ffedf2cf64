//! The stored form of an external sender.

use super::ledger::{SourceField, check_source, write_source};
use super::part::{Stored, unknown};
use super::{Item, MAX_DEPTH, OUTBOX_MAX_BYTES, StoredError};
use crate::ids::{Epoch, SchemaVersion, Seq};
use crate::json::{self, JsonError, Limits, Reader, Writer};
use crate::ledger::Source;

/// What a [`Sender`](crate::sender::Sender) has to remember across a restart of its host (race R13). A change that has
/// its number may have been sent: the sender that comes back is in doubt about it.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Outbox<C> {
    /// The source under which it sends.
    pub source: Source,
    /// The last number used.
    pub last: Seq,
    /// The source's position in the record, as last seen.
    pub after: Seq,
    /// The change in delivery.
    pub delivery: Option<Delivery<C>>,
}

/// A change in delivery.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Delivery<C> {
    /// The change.
    pub change: C,
    /// The vocabulary in which it is written.
    pub schema: SchemaVersion,
    /// Its number; `None` if the record has not been seen yet, so that it was never sent.
    pub number: Option<Number>,
}

/// The identity under which a change is sent, every time.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Number {
    /// The position before the change.
    pub from: Seq,
    /// The position of the change.
    pub to: Seq,
    /// The record's epoch when the change got its number.
    pub seen: Option<Epoch>,
}

impl<C: Stored> Item for Outbox<C> {
    const LAYOUT: u32 = 1;
    const LIMITS: Limits = Limits { max_depth: MAX_DEPTH, max_bytes: OUTBOX_MAX_BYTES };

    fn verify(&self) -> Result<(), StoredError> {
        let invariant = |what| Err(StoredError::Invariant { what });
        check_source(self.source)?;
        let number = self.delivery.as_ref().and_then(|delivery| delivery.number);
        if number.is_some_and(|number| number.from >= number.to) {
            return invariant("a change whose position is not after the one before it");
        }
        if number.is_some_and(|number| number.to > self.last) {
            return invariant("a change with a number beyond the last one used");
        }
        if self.after > self.last {
            return invariant("a position in the record beyond the last number used");
        }
        match self.source {
            Source::Session(..) => invariant("an outbox whose source is a session"),
            Source::Receipt(_) if self.last > Seq(1) => invariant("a receipt beyond its only position"),
            Source::Numbered(_) | Source::Receipt(_) => Ok(()),
        }
    }

    fn write(&self, fields: &mut json::Fields<'_>) {
        let Self { source, last, after, delivery } = self;
        write_source(fields, *source);
        if *last > Seq(0) {
            fields.field("last").u32(last.0);
        }
        if *after > Seq(0) {
            fields.field("after").u32(after.0);
        }
        if let Some(delivery) = delivery {
            delivery.write(fields.field("delivery"));
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, JsonError> {
        let mut source = SourceField::default();
        let (mut last, mut after, mut delivery) = (Seq(0), Seq(0), None);
        reader.object(|name, reader| {
            match name.as_ref() {
                "layout" => drop(reader.u32()?),
                "last" => last = Seq(reader.u32()?),
                "after" => after = Seq(reader.u32()?),
                "delivery" => delivery = Some(Delivery::read(reader)?),
                other => source.read(other, reader)?,
            }
            Ok(())
        })?;
        Ok(Self { source: source.require(reader)?, last, after, delivery })
    }
}

impl<C: Stored> Stored for Delivery<C> {
    fn write(&self, to: Writer<'_>) {
        let Self { change, schema, number } = self;
        to.object(|fields| {
            fields.field("schema").u32(schema.0);
            change.write(fields.field("change"));
            if let Some(number) = number {
                number.write(fields.field("number"));
            }
        });
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, JsonError> {
        let (mut schema, mut change, mut number) = (None, None, None);
        from.object(|name, reader| {
            match name.as_ref() {
                "schema" => schema = Some(SchemaVersion(reader.u32()?)),
                "change" => change = Some(C::read(reader)?),
                "number" => number = Some(Number::read(reader)?),
                _ => return Err(unknown(reader)),
            }
            Ok(())
        })?;
        let schema = from.require("schema", schema)?;
        Ok(Self { change: from.require("change", change)?, schema, number })
    }
}

impl Stored for Number {
    fn write(&self, to: Writer<'_>) {
        let Self { from, to: position, seen } = self;
        to.object(|fields| {
            fields.field("from").u32(from.0);
            fields.field("to").u32(position.0);
            if let Some(seen) = seen {
                fields.field("seen").u32(seen.0);
            }
        });
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, JsonError> {
        let (mut from, mut to, mut seen) = (None, None, None);
        reader.object(|name, reader| {
            match name.as_ref() {
                "from" => from = Some(Seq(reader.u32()?)),
                "to" => to = Some(Seq(reader.u32()?)),
                "seen" => seen = Some(Epoch(reader.u32()?)),
                _ => return Err(unknown(reader)),
            }
            Ok(())
        })?;
        Ok(Self { from: reader.require("from", from)?, to: reader.require("to", to)?, seen })
    }
}
