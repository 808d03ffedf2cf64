//! The lock doctor: who holds a record and since when, what is pending, what would be safe to do.

use super::{Ended, Found, Opened, moment, now_ms};
use crate::figures::counted;
use crate::output::{self, Paint, Tone};
use keyholder_core::ledger::Source;
use keyholder_core::record::{Life, Owner, Record};
use keyholder_core::rules::Liveness;
use keyholder_core::stored::Item;
use keyholder_core::tree::Tree;
use keyholder_tokio::backend::DurableStore;
use serde::Serialize;
use std::error::Error;

#[derive(Serialize)]
struct Told {
    key: String,
    life: &'static str,
    epoch: u32,
    schema: u32,
    written_ms: Option<u64>,
    holder: Option<Holder>,
    wanted_by: Option<String>,
    transaction: bool,
    wiped_at_epoch: u32,
    restored_at_epoch: u32,
    ledger: Ledger,
    /// What is pending, in sentences.
    pending: Vec<String>,
    /// What would be safe to do, in sentences.
    safe: Vec<String>,
}

#[derive(Serialize)]
struct Holder {
    server: String,
    session: String,
    /// `alive`, `absent` or `unreadable`; null where heartbeats cannot be seen.
    heartbeat: Option<&'static str>,
    /// The oldest version that is kept and that this session held: it is in since then at the latest.
    since_at_latest_ms: Option<u64>,
}

/// How many sources of each kind the record remembers.
#[derive(Default, Serialize)]
struct Ledger {
    sessions: u64,
    numbered: u64,
    receipts: u64,
    sealed: u64,
    outcomes: u64,
}

pub(super) async fn run(opened: &Opened<'_>) -> Result<Ended, Box<dyn Error>> {
    let Some(found) = opened.find().await? else { return Ok(Ended::Refused) };
    let record = &found.record;
    let ledger = ledger(record);
    let holder = match record.owner {
        Some(owner) => Some(holder(opened, &found, owner).await?),
        None => None,
    };
    let told = Told {
        key: opened.key.to_string(),
        life: if record.life == Life::Live { "live" } else { "tombstone" },
        epoch: record.epoch.0,
        schema: record.schema.0,
        written_ms: found.versions.first().map(|it| it.written_ms),
        wanted_by: record.want.map(|it| it.host.to_string()),
        transaction: record.transaction().is_some(),
        wiped_at_epoch: record.wiped.0,
        restored_at_epoch: record.restored.0,
        pending: pending(record, &ledger),
        safe: safe(record),
        ledger,
        holder,
    };
    if opened.place.json {
        output::json(&told)?;
    } else {
        show(&told)?;
    }
    Ok(Ended::Done)
}

/// Versions of one session follow each other, so the first of another epoch is before its claim.
async fn holder(opened: &Opened<'_>, found: &Found, owner: Owner) -> Result<Holder, Box<dyn Error>> {
    let mut since = None;
    for version in &found.versions {
        let entry = opened.store.read_version(&opened.key, &version.id).await?;
        let record = entry.and_then(|it| Record::<Tree>::from_text(&*it.text).ok());
        if !record.is_some_and(|it| it.is_held_by(found.record.epoch, owner.nonce)) {
            break;
        }
        since = Some(version.written_ms);
    }
    let heartbeat = opened.store.liveness(owner.host).await.map(|(it, _)| match it {
        Liveness::Alive => "alive",
        Liveness::Absent => "absent",
        Liveness::Unreadable => "unreadable",
    });
    let (server, session) = (owner.host.to_string(), owner.nonce.to_string());
    Ok(Holder { server, session, heartbeat, since_at_latest_ms: since })
}

fn ledger(record: &Record<Tree>) -> Ledger {
    let mut counts = Ledger::default();
    for (source, entry) in record.ledger.iter() {
        match source {
            Source::Session(..) => counts.sessions += 1,
            Source::Numbered(_) => counts.numbered += 1,
            Source::Receipt(_) => counts.receipts += 1,
        }
        counts.sealed += u64::from(entry.sealed);
        counts.outcomes += entry.odd.len() as u64;
    }
    counts
}

fn pending(record: &Record<Tree>, ledger: &Ledger) -> Vec<String> {
    let mut pending = Vec::new();
    if record.owner.is_some() {
        pending.push(
            "what its session had not saved may lie in the journal, in the memory store of the servers".to_owned(),
        );
    }
    if let Some(want) = record.want {
        pending.push(format!("server {} has asked for the record", want.host));
    }
    if record.transaction().is_some() {
        pending.push("a transaction has marked the record; nobody opens it before that is decided".to_owned());
    }
    if record.life == Life::Tombstone {
        pending.push(format!(
            "the data were erased in epoch {}; nobody opens it before it is created again",
            record.wiped
        ));
    }
    if ledger.outcomes > 0 {
        pending.push(format!(
            "{} of changes that were not applied whole, for their senders to ask",
            counted(ledger.outcomes, "outcome")
        ));
    }
    if let Some(extra) = record.extra.as_deref().filter(|it| !it.unknown.is_empty()) {
        pending.push(format!(
            "{} of newer code, which are kept as they are",
            counted(extra.unknown.len() as u64, "header field")
        ));
    }
    pending
}

fn safe(record: &Record<Tree>) -> Vec<String> {
    let mut safe = vec!["`get`, `history`, `export`: they only read".to_owned()];
    match (record.life, record.owner) {
        (Life::Tombstone, _) => safe.push("nothing else: changes and restores are refused".to_owned()),
        (Life::Live, None) => {
            safe.push("`grant`: the same id is applied once".to_owned());
            safe.push("any server may open it; there is nothing to unlock".to_owned());
        }
        (Life::Live, Some(_)) => {
            safe.push(
                "`grant` with amounts of at least 0: the session that holds it sees them with its next save".to_owned(),
            );
            if record.transaction().is_none() {
                safe.push(
                    "`unlock`, if its server is dead for certain: should it come back, what it had not saved and is no credit is lost"
                        .to_owned(),
                );
            }
        }
    }
    safe
}

fn show(told: &Told) -> std::io::Result<()> {
    let paint = Paint::new();
    let now = now_ms();
    let moment = |ms: u64| format!("{} UTC ({})", moment::written(ms), moment::ago(ms, now));
    let mut table = paint.table(&["what", "~"]);
    let mut row = |name: &str, tone: Tone, value: String| {
        table.add_row([paint.cell(Tone::Strong, name), paint.cell(tone, value)]);
    };
    row("key", Tone::Plain, told.key.clone());
    let tone = if told.life == "live" { Tone::Plain } else { Tone::Odd };
    row("data", tone, format!("{}, schema {}", told.life, told.schema));
    row("epoch", Tone::Plain, told.epoch.to_string());
    match &told.holder {
        None => row("held by", Tone::Good, "nobody".to_owned()),
        Some(it) => {
            row("held by", Tone::Odd, format!("server {}, session {}", it.server, it.session));
            row(
                "since",
                Tone::Plain,
                it.since_at_latest_ms
                    .map_or_else(|| "unknown".to_owned(), |it| format!("{} at the latest", moment(it))),
            );
            let (tone, heartbeat) = match it.heartbeat {
                Some("alive") => (Tone::Good, "there: its server is alive"),
                Some("absent") => (Tone::Bad, "none: its server has ended, or cannot reach the memory store"),
                Some(_) => (Tone::Odd, "it could not be read"),
                None => (Tone::Quiet, "unknown: it is in the memory store of the servers, and not in this file"),
            };
            row("heartbeat", tone, heartbeat.to_owned());
        }
    }
    if let Some(ms) = told.written_ms {
        row("last written", Tone::Plain, moment(ms));
    }
    let it = &told.ledger;
    let sources = [(it.sessions, "session"), (it.numbered, "numbered source"), (it.receipts, "receipt")];
    let sources: Vec<String> = sources.iter().map(|(number, noun)| counted(*number, noun)).collect();
    row("it remembers", Tone::Plain, sources.join(", "));
    for it in &told.pending {
        row("pending", Tone::Odd, it.clone());
    }
    for it in &told.safe {
        row("safe", Tone::Good, it.clone());
    }
    output::say(&table.to_string())
}
