//! The stored form of a record: the header's fields by name, then those of newer code, the data last.

use super::part::{Stored, unknown, word};
use super::{Item, MAX_DEPTH, RECORD_MAX_BYTES, StoredError, extra, ledger};
use crate::ids::{Epoch, HostId, Nonce, SchemaVersion};
use crate::json::{self, JsonError, Limits, Reader, Writer};
use crate::ledger::Ledger;
use crate::record::{Life, Owner, Record};

/// The fields that this layout has. No field of newer code has one of these names.
pub(super) const NAMES: [&str; 15] = [
    "layout",
    "epoch",
    "owner",
    "want",
    "floor",
    "wrote",
    "wiped",
    "restored",
    "life",
    "schema",
    "compat",
    "ledger",
    "users",
    "transaction",
    "data",
];

const LIVES: [(&str, Life); 2] = [("live", Life::Live), ("tombstone", Life::Tombstone)];

impl<D: Stored> Item for Record<D> {
    const LAYOUT: u32 = 1;
    const LIMITS: Limits = Limits { max_depth: MAX_DEPTH, max_bytes: RECORD_MAX_BYTES };

    fn verify(&self) -> Result<(), StoredError> {
        check(self)?;
        ledger::check(&self.ledger, self.epoch)?;
        self.extra.as_deref().map_or(Ok(()), extra::check)
    }

    fn write(&self, fields: &mut json::Fields<'_>) {
        // Taken apart, so that a new field of the header is not forgotten here.
        let Self { epoch, owner, want, floor, wrote, wiped, restored, life, schema, compat, ledger, extra, data } =
            self;
        fields.field("epoch").u32(epoch.0);
        for (name, owner) in [("owner", owner), ("want", want)] {
            if let Some(owner) = owner {
                owner.write(fields.field(name));
            }
        }
        for (name, epoch) in [("floor", floor), ("wrote", wrote), ("wiped", wiped), ("restored", restored)] {
            if *epoch > Epoch(0) {
                fields.field(name).u32(epoch.0);
            }
        }
        match life {
            Life::Live => {}
            Life::Tombstone => fields.field("life").string("tombstone"),
        }
        fields.field("schema").u32(schema.0);
        fields.field("compat").u32(compat.0);
        if !ledger.is_empty() {
            ledger.write(fields.field("ledger"));
        }
        if let Some(extra) = extra {
            extra::write(extra, fields);
        }
        data.write(fields.field("data"));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, JsonError> {
        let (mut epoch, mut schema, mut compat, mut data) = (None, None, None, None);
        // Whatever a text does not name is as in a record that nobody has claimed yet.
        let mut header = Record::new(SchemaVersion(0), SchemaVersion(0), ());
        reader.object(|name, reader| {
            match name.as_ref() {
                "layout" => drop(reader.u32()?),
                "epoch" => epoch = Some(Epoch(reader.u32()?)),
                "owner" => header.owner = Some(Owner::read(reader)?),
                "want" => header.want = Some(Owner::read(reader)?),
                "floor" => header.floor = Epoch(reader.u32()?),
                "wrote" => header.wrote = Epoch(reader.u32()?),
                "wiped" => header.wiped = Epoch(reader.u32()?),
                "restored" => header.restored = Epoch(reader.u32()?),
                "life" => header.life = word(reader, "live or tombstone", &LIVES)?,
                "schema" => schema = Some(SchemaVersion(reader.u32()?)),
                "compat" => compat = Some(SchemaVersion(reader.u32()?)),
                "ledger" => header.ledger = Ledger::read(reader)?,
                "data" => data = Some(D::read(reader)?),
                other => extra::read(&mut header.extra, other, reader)?,
            }
            Ok(())
        })?;
        Ok(Self {
            epoch: reader.require("epoch", epoch)?,
            owner: header.owner,
            want: header.want,
            floor: header.floor,
            wrote: header.wrote,
            wiped: header.wiped,
            restored: header.restored,
            life: header.life,
            schema: reader.require("schema", schema)?,
            compat: reader.require("compat", compat)?,
            ledger: header.ledger,
            extra: extra::settle(header.extra),
            data: reader.require("data", data)?,
        })
    }
}

impl Stored for Owner {
    fn write(&self, to: Writer<'_>) {
        let Self { host, nonce } = self;
        to.object(|fields| {
            fields.field("host").hex64(host.0);
            fields.field("nonce").hex64(nonce.0);
        });
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, JsonError> {
        let (mut host, mut nonce) = (None, None);
        from.object(|name, reader| {
            match name.as_ref() {
                "host" => host = Some(HostId(reader.hex64()?)),
                "nonce" => nonce = Some(Nonce(reader.hex64()?)),
                _ => return Err(unknown(reader)),
            }
            Ok(())
        })?;
        Ok(Self { host: from.require("host", host)?, nonce: from.require("nonce", nonce)? })
    }
}

/// Refuses a header to which no rule leads from a new record. Older versions of a record pass, also when they have been
/// put back by hand and their epochs are used a second time: each is consistent in itself.
fn check<D>(record: &Record<D>) -> Result<(), StoredError> {
    let is_tombstone = record.life == Life::Tombstone;
    let broken = [
        // A record comes into being by a claim.
        (record.epoch == Epoch(0), "epoch is 0"),
        (record.floor > record.epoch, "floor is beyond epoch"),
        (record.wrote > record.epoch, "wrote is beyond epoch"),
        (record.wiped > record.epoch, "wiped is beyond epoch"),
        (record.restored > record.epoch, "restored is beyond epoch"),
        // What was issued before an erasure or a restore would come back after it (P7).
        (record.wiped > record.floor, "wiped is beyond floor"),
        (record.restored > record.floor, "restored is beyond floor"),
        (record.compat > record.schema, "compat is beyond schema"),
        (is_tombstone && record.owner.is_some(), "a tombstone has an owner"),
        (is_tombstone && record.want.is_some(), "a tombstone is wanted"),
        (is_tombstone && record.wiped == Epoch(0), "a tombstone was never wiped"),
    ];
    match broken.into_iter().find(|(is_broken, _)| *is_broken) {
        Some((_, what)) => Err(StoredError::Invariant { what }),
        None => Ok(()),
    }
}
