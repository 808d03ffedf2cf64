//! Records, logs and requests for cases, and files of requests on records.

use crate::vectors::config::ConfigJson;
use crate::vectors::file::File;
use crate::vectors::hex::Hex64;
use crate::vectors::kinds::{Run, Turn, stored_text};
use crate::vectors::request::{ExternalJson, OwnerJson, PermitJson, Request, TicketJson};
use crate::vectors::sheet::{Sheet, meant};
use keyholder_core::document::Applied;
use keyholder_core::ids::{Epoch, HostId, Nonce, ReceiptId, SchemaVersion, Seq, SourceId};
use keyholder_core::ledger::{Entry, Source};
use keyholder_core::record::{Life, Owner, Record};
use keyholder_core::stored::Item;
use keyholder_core::tree::Tree;
use keyholder_core::value::Value;

pub(super) type Player = Record<Tree>;

/// A numbered source and a receipt.
pub(super) const WEB: Source = Source::Numbered(SourceId(0xc1));
pub(super) const PURCHASE: Source = Source::Receipt(ReceiptId([0xd1; 16]));
pub(super) const RECEIPT: &str = "d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1";

/// A session: its epoch, and the nonce that goes with it here.
pub(super) fn session(epoch: u32) -> Source {
    Source::Session(Epoch(epoch), Nonce(nonce(epoch).0))
}

/// The nonce of the session of an epoch.
pub(super) fn nonce(epoch: u32) -> Hex64 {
    Hex64(0xb0 + u64::from(epoch))
}

/// The ticket of the session of an epoch.
pub(super) fn me(epoch: u32) -> TicketJson {
    TicketJson(epoch, nonce(epoch))
}

/// Server `a`, with the nonce of the session of an epoch.
pub(super) fn a(epoch: u32) -> OwnerJson {
    OwnerJson { host: Hex64(0xa1), nonce: nonce(epoch) }
}

/// Another server, likewise.
pub(super) fn b(epoch: u32) -> OwnerJson {
    OwnerJson { host: Hex64(0xa2), nonce: nonce(epoch) }
}

/// A live record that nobody holds.
pub(super) fn free(epoch: u32, data: &str) -> Player {
    let data = stored_text::read::<Value>(data).unwrap_or_default();
    Record { epoch: Epoch(epoch), ..Record::new(SchemaVersion(1), SchemaVersion(1), Tree::new(data)) }
}

/// The same, held by server `a` since that epoch.
pub(super) fn held(epoch: u32, data: &str) -> Player {
    let OwnerJson { host, nonce } = a(epoch);
    Record { owner: Some(Owner { host: HostId(host.0), nonce: Nonce(nonce.0) }), ..free(epoch, data) }
}

/// An erased record.
pub(super) fn erased(epoch: u32) -> Player {
    let (epoch, record) = (Epoch(epoch), free(epoch, "{}"));
    Record { floor: epoch, wiped: epoch, life: Life::Tombstone, ..record }
}

/// With a ledger entry.
pub(super) fn knows(mut record: Player, source: Source, seq: u32, at: u32) -> Player {
    record.ledger.insert(source, Entry { seq: Seq(seq), at: Epoch(at), ..Entry::default() });
    record
}

/// With an outcome in the entry of a source.
pub(super) fn odd(mut record: Player, source: Source, seq: u32, outcome: Applied) -> Player {
    record.ledger.update(source, |entry| entry.odd.push((Seq(seq), outcome)));
    record
}

/// With a sealed source.
pub(super) fn sealed(mut record: Player, source: Source) -> Player {
    record.ledger.update(source, |entry| entry.sealed = true);
    record
}

/// The stored text; of a record that cannot be, why, which no reader takes.
pub(super) fn text(record: &Player) -> String {
    record.to_text().unwrap_or_else(|why| why.to_string())
}

/// A segment of the session of an epoch: changes behind a position.
pub(super) fn segment(epoch: u32, from: u32, changes: &[&str]) -> String {
    words_of(epoch, from, 1, changes)
}

/// The same in the vocabulary of a version.
pub(super) fn words_of(epoch: u32, from: u32, schema: u32, changes: &[&str]) -> String {
    let from = if from == 0 { String::new() } else { format!(r#""from":{from},"#) };
    let nonce = String::from(nonce(epoch));
    format!(r#"{{"s":[{epoch},"{nonce}"],{from}"schema":{schema},"changes":[{}]}}"#, changes.join(","))
}

/// A log of segments.
pub(super) fn log(segments: &[String]) -> String {
    format!("[{}]", segments.join(","))
}

/// A log of one segment of the session of an epoch, from the start.
pub(super) fn own(epoch: u32, changes: &[&str]) -> String {
    log(&[segment(epoch, 0, changes)])
}

pub(super) fn claim(by: OwnerJson, permit: PermitJson) -> Request {
    Request::Claim { by, permit }
}

pub(super) fn settle(epoch: u32, log: String) -> Request {
    Request::Settle { me: me(epoch), log, pending: None }
}

pub(super) fn save(epoch: u32, log: String) -> Request {
    Request::Save { me: me(epoch), log, told: 0, release: false }
}

pub(super) fn close(epoch: u32, log: String) -> Request {
    Request::Save { me: me(epoch), log, told: 0, release: true }
}

pub(super) fn hand_back(epoch: u32, log: String) -> Request {
    Request::HandBack { me: me(epoch), log }
}

/// A change of the numbered source.
pub(super) fn web(from: u32, to: u32, seen: Option<u32>, change: &str) -> ExternalJson {
    ExternalJson {
        n: Some(Hex64(0xc1)),
        from,
        to,
        schema: 1,
        changes: vec![change.to_owned()],
        seen,
        ..ExternalJson::default()
    }
}

/// A change of the purchase.
pub(super) fn purchase(seen: Option<u32>, change: &str) -> ExternalJson {
    ExternalJson { n: None, r: Some(RECEIPT.to_owned()), ..web(0, 1, seen, change) }
}

/// A file of requests on records.
pub(super) struct Runs(Sheet<Run>);

impl Runs {
    pub(super) fn new<const N: usize>(
        name: &'static str,
        about: &'static str,
        configs: [(&'static str, ConfigJson); N],
    ) -> Self {
        Self(Sheet::new(name, "rules", about, configs))
    }

    /// Adds requests that are run one after the other. `expects` says of each the verdict, where there is one, and whether
    /// something is written: `free, writes; mine, nothing`.
    pub(super) fn show(
        &mut self,
        name: &str,
        tells: &'static str,
        config: &str,
        record: Option<&Player>,
        requests: Vec<Request>,
        expects: &str,
    ) {
        let turn = |request| Turn { request, verdict: None, writes: None };
        let turns = requests.into_iter().map(turn).collect();
        let case = Run { config: config.to_owned(), record: record.map(text), turns };
        self.0.add(name, tells, case, |case| meant(said(&case.turns).as_str(), expects));
    }

    pub(super) fn file(self) -> Result<File, String> {
        self.0.file()
    }
}

fn said(turns: &[Turn]) -> String {
    let turn = |turn: &Turn| {
        let verdict = turn.verdict.as_ref().map(|it| format!("{it}, ")).unwrap_or_default();
        format!("{verdict}{}", if turn.writes.is_some() { "writes" } else { "nothing" })
    };
    turns.iter().map(turn).collect::<Vec<_>>().join("; ")
}
