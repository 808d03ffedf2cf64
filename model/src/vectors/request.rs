//! Requests on a record as they are written: identities as in the stored forms, logs, changes and records as stored texts.

use super::hex::Hex64;
use super::kinds::stored_text;
use keyholder_core::ids::{Epoch, HostId, Nonce, ReceiptId, SchemaVersion, Seq, SourceId};
use keyholder_core::json;
use keyholder_core::ledger::Source;
use keyholder_core::record::{Owner, Record};
use keyholder_core::segment::{Log, Segment};
use keyholder_core::stored::Item;
use keyholder_core::tree::{Change, Tree};
use keyholder_core::update::{Claim, External, Permit, Ticket, Update};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A request on a record.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Request {
    Look {},
    Claim { by: OwnerJson, permit: PermitJson },
    Settle { me: TicketJson, log: String, pending: Option<ExternalJson> },
    Save { me: TicketJson, log: String, told: u32, release: bool },
    HandBack { me: TicketJson, log: String },
    Release { nonce: Hex64, touch: bool },
    Want { held: TicketJson, by: OwnerJson },
    External(ExternalJson),
    Wipe { expected: u32 },
    Recreate { expected: u32 },
    ForgetReceipts { before: u32 },
    Restore { expected: u32, version: String },
}

/// `[epoch, nonce]`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(super) struct TicketJson(pub(super) u32, pub(super) Hex64);

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OwnerJson {
    pub(super) host: Hex64,
    pub(super) nonce: Hex64,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum PermitJson {
    Vacant,
    Gone(TicketJson),
    Any,
}

/// An external change: its source as `n`, `r` or `s`, its positions, which no stored segment has, and its changes.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExternalJson {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) n: Option<Hex64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) r: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) s: Option<TicketJson>,
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) schema: u32,
    pub(super) changes: Vec<String>,
    pub(super) seen: Option<u32>,
}

impl Request {
    /// The request itself.
    pub(super) fn update(&self) -> Result<Update<Tree, Change>, String> {
        Ok(match self {
            Self::Look {} => Update::Look,
            Self::Claim { by, permit } => {
                let permit = match permit {
                    PermitJson::Vacant => Permit::Vacant,
                    PermitJson::Gone(held) => Permit::Gone(held.ticket()),
                    PermitJson::Any => Permit::Any,
                };
                Update::Claim(Claim { by: by.owner(), permit })
            }
            Self::Settle { me, log, pending } => {
                let pending = pending.as_ref().map(ExternalJson::external).transpose()?;
                Update::Settle { me: me.ticket(), log: self::log(log)?, pending }
            }
            Self::Save { me, log, told, release } => {
                Update::Save { me: me.ticket(), log: self::log(log)?, told: Seq(*told), release: *release }
            }
            Self::HandBack { me, log } => Update::HandBack { me: me.ticket(), log: self::log(log)? },
            Self::Release { nonce, touch } => Update::Release { nonce: Nonce(nonce.0), touch: *touch },
            Self::Want { held, by } => Update::Want { held: held.ticket(), by: by.owner() },
            Self::External(external) => Update::External(external.external()?),
            Self::Wipe { expected } => Update::Wipe { expected: Epoch(*expected) },
            Self::Recreate { expected } => Update::Recreate { expected: Epoch(*expected) },
            Self::ForgetReceipts { before } => Update::ForgetReceipts { before: Epoch(*before) },
            Self::Restore { expected, version } => {
                let version = Record::from_text(version).map_err(|why| format!("the version: {why}"))?;
                Update::Restore { expected: Epoch(*expected), version: Arc::new(version) }
            }
        })
    }
}

impl TicketJson {
    fn ticket(self) -> Ticket {
        Ticket { epoch: Epoch(self.0), nonce: Nonce(self.1.0) }
    }
}

impl OwnerJson {
    fn owner(self) -> Owner {
        Owner { host: HostId(self.host.0), nonce: Nonce(self.nonce.0) }
    }
}

impl ExternalJson {
    fn external(&self) -> Result<External<Change>, String> {
        let changes = self.changes.iter().map(|text| stored_text::read(text).map_err(|why| format!("a change: {why}")));
        let segment = Segment {
            source: self.source()?,
            from: Seq(self.from),
            to: Seq(self.to),
            schema: SchemaVersion(self.schema),
            changes: changes.collect::<Result<Vec<_>, _>>()?.into_iter().collect(),
        };
        Ok(External { segment: Arc::new(segment), seen: self.seen.map(Epoch) })
    }

    fn source(&self) -> Result<Source, String> {
        match (self.n, &self.r, self.s) {
            (Some(id), None, None) => Ok(Source::Numbered(SourceId(id.0))),
            (None, Some(id), None) => {
                let id = json::parse_hex128(id).ok_or("a receipt is 32 lowercase hex digits")?;
                Ok(Source::Receipt(ReceiptId(id)))
            }
            (None, None, Some(me)) => Ok(me.ticket().source()),
            _ => Err("an external change has one source: n, r or s".to_owned()),
        }
    }
}

/// A log as it is stored.
pub(super) fn log(text: &str) -> Result<Log<Change>, String> {
    stored_text::read(text).map_err(|why| format!("the log: {why}"))
}
