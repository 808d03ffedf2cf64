//! What changes a record: each by a rule of the protocol, under a conditional write.

use super::args::{GrantArguments, UnlockArguments};
use super::audit::{Audit, Line};
use super::{Ended, Found, Opened, config, moment, now_ms};
use crate::figures::{bytes, counted};
use keyholder_core::config::Config;
use keyholder_core::document::{Applied, Skip};
use keyholder_core::effect::{Effect, Effects, Event, LostReason, Verdict};
use keyholder_core::ids::{HostId, Nonce};
use keyholder_core::input::Outcome;
use keyholder_core::json::{self, Limits};
use keyholder_core::ledger::Source;
use keyholder_core::ops::{Bounds, BoundsPolicy, Op};
use keyholder_core::record::{Life, Owner, Record};
use keyholder_core::rules::{ClaimVerdict, ExternalVerdict, Liveness, Rules, Standard};
use keyholder_core::sender::{Sender, SenderInput};
use keyholder_core::stored::Stored;
use keyholder_core::tree::{Change, Declared, Schema, Tree};
use keyholder_core::update::{Claim, Permit, Ticket, Update};
use keyholder_core::value::Path;
use keyholder_tokio::backend::{StoreError, Trouble, update};
use std::error::Error;
use std::num::NonZeroU32;

/// Others may write in between, where the store is not a file of ours; the rule then runs again on what is there.
const TRIES: NonZeroU32 = NonZeroU32::new(5).unwrap();

type Request = Update<Tree, Change>;

/// Runs a request; an error if it may or may not have been applied.
async fn run(
    opened: &Opened<'_>,
    config: &Config<Schema>,
    request: &Request,
) -> Result<Outcome<Record<Tree>>, Trouble> {
    let answer = update(opened.store, &opened.key, request, &Standard, config, TRIES).await;
    answer.trouble.map_or(Ok(answer.outcome), Err)
}

pub(super) async fn wipe(opened: &Opened<'_>, yes: bool) -> Result<Ended, Box<dyn Error>> {
    let Some(Found { entry, record, versions }) = opened.find().await? else { return Ok(Ended::Refused) };
    let config = config(&record, Vec::new())?;
    let request = Request::Wipe { expected: record.epoch };
    if record.life == Life::Tombstone {
        opened.tell("already", &format!("it was erased in epoch {}", record.wiped))?;
        return Ok(Ended::Done);
    }
    if request.run(&Standard, &config, Some(&record)).is_none() {
        return opened.refuse("the rules do not erase it: its epochs are used up");
    }
    let holder = record.owner.map_or_else(String::new, |it| format!(", ends the session of server {} on it", it.host));
    let kept = counted(versions.len().saturating_sub(1) as u64, "older version");
    let what = format!("{}{holder}; {kept} stay until they lapse", bytes(entry.text.len() as u64));
    if !yes {
        return opened.show(&format!("this would erase {what}"));
    }
    let mut audit = Audit::open(opened)?;
    let line = Line::new(opened, "wipe", record.epoch.0, what.clone());
    match run(opened, &config, &request).await {
        Ok(Outcome::Wrote(_)) => {
            audit.write(&line)?;
            opened.tell("done", &format!("this erased {what}"))?;
            Ok(Ended::Done)
        }
        Ok(Outcome::Read(Some(now))) if now.life == Life::Tombstone => {
            // By this command, if the answer to its write got lost on the way, or by somebody else.
            audit.write(&line.unknown())?;
            opened.tell("already", &format!("it was erased in epoch {}, by this or by somebody else", now.wiped))?;
            Ok(Ended::Done)
        }
        Ok(_) => opened.refuse("the record was changed in between; look at it again"),
        Err(trouble) => doubt(&mut audit, line, trouble),
    }
}

/// The store failed. What may have been done stands in the audit as well.
fn doubt(audit: &mut Audit, line: Line, trouble: Trouble) -> Result<Ended, Box<dyn Error>> {
    if trouble == Trouble::Store(StoreError::Unknown) {
        audit.write(&line.unknown())?;
    }
    Err(trouble.into())
}

pub(super) async fn grant(opened: &Opened<'_>, arguments: &GrantArguments) -> Result<Ended, Box<dyn Error>> {
    let (change, declared) = change(arguments)?;
    let Some(Found { record, .. }) = opened.find().await? else { return Ok(Ended::Refused) };
    let config = config(&record, declared)?;
    let source = Source::Receipt(arguments.id);
    if let Some(entry) = record.ledger.get(source).filter(|it| it.seq.0 > 0) {
        return match entry.odd.last() {
            Some((_, Applied::Skipped(why))) => opened.refuse(&skipped(*why)),
            Some((_, Applied::Whole | Applied::Clamped)) | None => {
                opened.tell("already", "this grant is in the record; nothing was changed")?;
                Ok(Ended::Done)
            }
        };
    }
    let mut audit = Audit::open(opened)?;
    let id: String = arguments.id.0.iter().map(|byte| format!("{byte:02x}")).collect();
    let line = Line::new(opened, "grant", record.epoch.0, format!("id {id}"));
    let mut sender = Sender::new(source);
    let mut inputs = vec![SenderInput::Send(change, record.schema)];
    while let Some(input) = inputs.pop() {
        let mut effects = Effects::new();
        sender.step::<Tree>(&config, input, &mut effects)?;
        for effect in effects.drain() {
            match effect {
                Effect::Durable(request) => match run(opened, &config, &request).await {
                    Ok(outcome) => inputs.push(SenderInput::Durable(outcome)),
                    Err(trouble) => return doubt(&mut audit, line, trouble),
                },
                Effect::Event(Event::Verdict { verdict, .. }) => return judged(opened, &mut audit, &line, verdict),
                _ => {}
            }
        }
    }
    // The sender would wait until it is admitted.
    let pending =
        sender.pending().map(|it| Rules::<Tree, Change>::external_verdict(&Standard, &config, Some(&record), it));
    match pending {
        Some(ExternalVerdict::Refused(why)) => opened.refuse(&why.to_string()),
        _ => Err("the grant came to no verdict; it may be made again under the same id".into()),
    }
}

fn judged(opened: &Opened<'_>, audit: &mut Audit, line: &Line, verdict: Verdict) -> Result<Ended, Box<dyn Error>> {
    match verdict {
        Verdict::Durable(applied) => {
            audit.write(line)?;
            let clamped = if applied == Applied::Clamped { ", as far as the bounds allow" } else { "" };
            opened.tell("done", &format!("it is in the record{clamped}; the same id changes nothing any more"))?;
            Ok(Ended::Done)
        }
        Verdict::Lost(LostReason::Refused(why)) => opened.refuse(&why.to_string()),
        Verdict::Lost(LostReason::Bound(why)) => {
            // That is written into the record.
            audit.write(line)?;
            opened.refuse(&skipped(why))
        }
        Verdict::Lost(_) | Verdict::Superseded => opened.refuse("it was not applied; look at the record again"),
        Verdict::Unknown => Err("nobody knows whether it was applied; make the same grant again".into()),
    }
}

fn skipped(why: Skip) -> String {
    format!("the change did not fit the data ({why:?}), which the record remembers: this id is used up")
}

/// The change, and what its fields are taken for.
fn change(arguments: &GrantArguments) -> Result<(Change, Vec<Declared>), Box<dyn Error>> {
    let (mut ops, mut declared) = (Vec::new(), Vec::new());
    let bounds = Bounds::new(0, arguments.max, BoundsPolicy::Reject)?;
    for (path, amount) in &arguments.add {
        let amount = amount.parse().map_err(|_| format!("{path}: what is added is a whole number"))?;
        ops.push((at(path), Op::Add(amount)));
        declared.push(Declared::counter(path.as_str(), bounds));
    }
    for (path, value) in &arguments.insert {
        let value = json::read(value, Limits::default(), Tree::read);
        let value = value.map_err(|error| format!("{path}: what is inserted is no value: {error}"))?;
        ops.push((at(path), Op::Insert(value.into_root())));
        declared.push(Declared::set(path.as_str(), u32::MAX));
    }
    Ok((Change::new(ops)?, declared))
}

fn at(path: &str) -> Path {
    Path::from_iter(path.split('.'))
}

pub(super) async fn unlock(opened: &Opened<'_>, arguments: &UnlockArguments) -> Result<Ended, Box<dyn Error>> {
    let Some(Found { record, versions, .. }) = opened.find().await? else { return Ok(Ended::Refused) };
    let Some(owner) = record.owner else {
        return opened.refuse("nobody holds it; there is nothing to unlock");
    };
    match opened.store.liveness(owner.host).await {
        Some((Liveness::Alive, _)) => {
            return opened.refuse(&format!("server {} is alive: its heartbeat is there; ask it to close", owner.host));
        }
        // Silence is a sign only where one would be heard.
        Some((Liveness::Unreadable, why)) => {
            let why = why.map_or_else(String::new, |why| format!(": {why}"));
            return opened.refuse(&format!("whether server {} is alive cannot be read{why}", owner.host));
        }
        Some((Liveness::Absent, _)) | None => {}
    }
    let now = now_ms();
    let written_ms = versions.first().map_or(now, |it| it.written_ms);
    let quiet_ms = arguments.heartbeat_ttl.saturating_mul(1_000);
    if now.saturating_sub(written_ms) < quiet_ms {
        let why = format!(
            "it was written {}, and a heartbeat lives {} s: server {} may be alive; wait, or ask it to close",
            moment::ago(written_ms, now),
            arguments.heartbeat_ttl,
            owner.host
        );
        return opened.refuse(&why);
    }
    let config = config(&record, Vec::new())?;
    let held = Ticket { epoch: record.epoch, nonce: owner.nonce };
    let by = Owner { host: HostId(fastrand::u64(..)), nonce: Nonce(fastrand::u64(..)) };
    let claim = Claim { by, permit: Permit::Gone(held) };
    match Rules::<Tree, Change>::claim_verdict(&Standard, &config, Some(&record), &claim) {
        ClaimVerdict::Free => {}
        ClaimVerdict::Refused(why) => return opened.refuse(&why.to_string()),
        ClaimVerdict::Mine => return opened.refuse("look at the record again"),
    }
    let what =
        format!("session {} of server {}, last written {}", owner.nonce, owner.host, moment::ago(written_ms, now));
    if !arguments.change.yes {
        return opened.show(&format!("this would end {what}"));
    }
    let mut audit = Audit::open(opened)?;
    let line = Line::new(opened, "unlock", record.epoch.0, what.clone());
    // The claim fences whoever comes back, the release lets the next one in. If this ends in between, the record is held by
    // nobody alive, and the same command frees it later.
    for request in [Request::Claim(claim), Request::Release { nonce: by.nonce, touch: false }] {
        match run(opened, &config, &request).await {
            Ok(Outcome::Wrote(_)) => {}
            Ok(_) => return opened.refuse("the record was changed in between; look at it again"),
            // Its session was ended by then; that the record is held by nobody alive is for the same command to mend.
            Err(trouble) if matches!(request, Request::Release { .. }) => {
                audit.write(&line)?;
                return Err(trouble.into());
            }
            Err(trouble) => return doubt(&mut audit, line, trouble),
        }
    }
    audit.write(&line)?;
    opened.tell("done", &format!("this ended {what}; the next open takes over its journal, if that is still there"))?;
    Ok(Ended::Done)
}
