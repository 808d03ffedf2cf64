//! Requests, answers, events and states in words: the same words in stories and in scenario files, so that who has
//! read one can read the other.

use super::names::{Manner, Names};
use crate::tally::{DEEDS, Deed, Tally};
use crate::world::ModelRecord;
use keyholder_core::document::{Applied, Skip};
use keyholder_core::effect::{Event, LostReason, Verdict};
use keyholder_core::ids::{Epoch, SchemaVersion};
use keyholder_core::input::{Misuse, Mode, Notice};
use keyholder_core::journal::{Journal, JournalUpdate};
use keyholder_core::ledger::Source;
use keyholder_core::record::Life;
use keyholder_core::rules::Refusal;
use keyholder_core::update::{Permit, Update};
use std::fmt::Debug;

/// A name of the code as words: `BelowMinimum` is "below minimum".
pub(crate) fn plain(it: impl Debug) -> String {
    let mut words = String::new();
    for c in format!("{it:?}").chars() {
        if c.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(c.to_lowercase());
    }
    words
}

pub(crate) fn misuse(it: Misuse) -> String {
    match it {
        Misuse::Refused(why) => plain(why),
        other => plain(other),
    }
}

/// A request on the record.
pub(crate) fn update(names: &Names, update: &Update<Tally, Deed>) -> String {
    match update {
        Update::Look => "read".to_owned(),
        Update::Claim(claim) => match claim.permit {
            Permit::Vacant => "claim, if free".to_owned(),
            Permit::Gone(held) => format!("claim, if free or held by {}", names.session(held)),
            Permit::Any => "claim, any owner".to_owned(),
        },
        Update::Settle { me, log, pending } => {
            let mut text = format!("settle {}", names.log(log, Some(me.source())));
            if let Some(external) = pending {
                text += &format!(", with delivery {}", names.segment(&external.segment));
            }
            text
        }
        Update::Save { me, log, release, .. } => {
            let text = format!("save {}", names.log(log, Some(me.source())));
            if *release { text + ", release" } else { text }
        }
        Update::HandBack { me, log } => format!("hand back {}", names.log(log, Some(me.source()))),
        Update::Release { touch: false, .. } => "give up the claim".to_owned(),
        Update::Release { touch: true, .. } => "give up the claim, write in any case".to_owned(),
        Update::Want { held, by } => format!("ask {} for the record, for {}", names.session(*held), names.owner(*by)),
        Update::External(external) => {
            let seen = external.seen.map_or(String::new(), |seen| format!(", first tried in epoch {seen}"));
            format!("deliver {}{seen}", names.segment(&external.segment))
        }
        Update::ForgetReceipts { before } => format!("forget receipts from before epoch {before}"),
        Update::Wipe { expected } => format!("wipe, expected epoch {expected}"),
        Update::Recreate { expected } => format!("re-create, expected epoch {expected}"),
        Update::Restore { expected, version } => {
            let data = data(names, &version.data);
            format!("restore ({data}) of epoch {}, expected epoch {expected}", version.epoch)
        }
    }
}

/// A request on the journal.
pub(crate) fn journal_update(names: &Names, update: &JournalUpdate<Tally, Deed>) -> String {
    match update {
        JournalUpdate::Read => "read".to_owned(),
        JournalUpdate::Write { journal, .. } => {
            let own = Source::Session(journal.epoch, journal.nonce);
            format!("write {}", names.log(&journal.log, Some(own)))
        }
        JournalUpdate::Delete { .. } => "delete".to_owned(),
    }
}

/// The record in one line; a story may ask for the part that says who holds it.
pub(crate) fn record(names: &Names, record: Option<&ModelRecord>) -> String {
    let Some(record) = record else {
        return "no record".to_owned();
    };
    let mut parts = vec![holder(names, record)];
    if let Some(want) = record.want {
        parts.push(format!("asked for by {}", names.owner(want)));
    }
    let epochs = [("lived on in", record.wrote), ("floor", record.floor), ("wiped in", record.wiped)];
    for (name, epoch) in epochs.into_iter().chain([("restored in", record.restored)]) {
        if epoch > Epoch(0) {
            parts.push(format!("{name} {epoch}"));
        }
    }
    if record.schema > SchemaVersion(1) || record.compat > SchemaVersion(1) {
        parts.push(format!("schema {} for code {}", record.schema, record.compat));
    }
    if let Some(extra) = &record.extra {
        parts.extend(extra.users.iter().map(|user| format!("of user {user}")));
        parts.extend(extra.unknown.iter().map(|(name, _)| format!("header field {name}")));
    }
    if record.life == Life::Tombstone {
        parts.push("erased".to_owned());
    }
    if record.data != Tally::default() {
        parts.push(data(names, &record.data));
    }
    if !record.ledger.is_empty() {
        let entries = record.ledger.iter().map(|(source, entry)| {
            let odd: String = entry.odd.iter().map(|(seq, applied)| format!("({seq} {})", outcome(*applied))).collect();
            let sealed = if entry.sealed { "(sealed)" } else { "" };
            format!("{}:{}{odd}{sealed}", names.source(source), entry.seq)
        });
        parts.push(format!("ledger {}", entries.collect::<Vec<_>>().join(" ")));
    }
    parts.join(", ")
}

/// Who holds the record.
pub(crate) fn holder(names: &Names, record: &ModelRecord) -> String {
    match record.owner {
        Some(owner) => format!("epoch {}, owner {}", record.epoch, names.owner(owner)),
        None => format!("epoch {}, free", record.epoch),
    }
}

/// The player's data in one line.
pub(crate) fn data(names: &Names, data: &Tally) -> String {
    let mut parts = Vec::new();
    for (name, value) in [("coins", data.coins), ("gems", data.gems)] {
        if value != 0 {
            parts.push(format!("{name} {value}"));
        }
    }
    if data.register > 0 {
        parts.push(format!("register {}", data.register));
    }
    let counted: Vec<String> = (0..DEEDS)
        .filter(|id| data.count(*id) > 0)
        .map(|id| match data.count(id) {
            1 => (id + 1).to_string(),
            many => format!("{} ({many} times)", id + 1),
        })
        .collect();
    match (counted.is_empty(), names.manner) {
        (true, _) if parts.is_empty() => return "no changes".to_owned(),
        (true, _) => {}
        (false, Manner::Exact) => parts.push(format!("changes {}", counted.join(" "))),
        (false, Manner::Story) => parts.push(format!("changes {}", counted.join(" and "))),
    }
    parts.join(", ")
}

/// The journal entry in one line.
pub(crate) fn journal(names: &Names, journal: Option<&Journal<Deed>>) -> String {
    match journal {
        None => "no entry".to_owned(),
        Some(it) => {
            let own = Source::Session(it.epoch, it.nonce);
            format!("by {} in epoch {}, {}", names.attempt(it.nonce), it.epoch, names.log(&it.log, Some(own)))
        }
    }
}

/// A message between servers.
pub(crate) fn notice(names: &Names, notice: Notice) -> String {
    match notice {
        Notice::Ask { from, held } => format!("{} asks about {}", names.server(from), names.session(held)),
        Notice::Busy { held, closing: false } => format!("{} is busy", names.session(held)),
        Notice::Busy { held, closing: true } => format!("{} is closing", names.session(held)),
        Notice::Gone { held } => format!("{} is gone", names.session(held)),
        Notice::Look { held } => format!("{} should look at its record", names.session(held)),
    }
}

/// What the application is told, with the changes that it is told about.
pub(crate) fn event(names: &Names, event: Event, ids: &[u8]) -> String {
    let changes = || names.changes(ids.iter().copied());
    match event {
        Event::Opened { epoch, mode } => format!("opened in epoch {epoch}{}", self::mode(mode)),
        Event::Refused(why) => format!("not opened: {}", refusal(names, why)),
        Event::Accepted(_) => format!("accepted {}", changes()),
        Event::Verdict { verdict, .. } => self::verdict(names, verdict, &changes()),
        Event::ViewChanged => "view changed".to_owned(),
        Event::TakeOverRequested(by) => format!("{} asks for the record", names.asker(by)),
        Event::SessionLost(why) => format!("session lost: {}", plain(why)),
        Event::Ended(end) => format!("ended: {}", plain(end)),
    }
}

fn verdict(names: &Names, verdict: Verdict, changes: &str) -> String {
    let (word, why) = match verdict {
        Verdict::Durable(Applied::Whole) => ("durable", None),
        Verdict::Durable(applied) => ("durable", Some(outcome(applied))),
        Verdict::Superseded => ("superseded", None),
        Verdict::Lost(LostReason::Bound(why)) => ("lost", Some(plain(why))),
        Verdict::Lost(LostReason::Refused(why)) => ("lost", Some(plain(why))),
        Verdict::Lost(reason) => ("lost", Some(plain(reason))),
        Verdict::Unknown => ("unknown", None),
    };
    match (names.manner, why) {
        (Manner::Exact, None) => format!("{word} {changes}"),
        (Manner::Exact, Some(why)) => format!("{word} {changes}: {why}"),
        (Manner::Story, None) => format!("{changes} is {word}"),
        (Manner::Story, Some(why)) => format!("{changes} is {word}, {why}"),
    }
}

fn outcome(applied: Applied) -> String {
    match applied {
        Applied::Whole => "whole".to_owned(),
        Applied::Clamped => "clamped".to_owned(),
        Applied::Skipped(Skip::BelowMinimum) => "below minimum".to_owned(),
        Applied::Skipped(why) => plain(why),
    }
}

fn refusal(names: &Names, why: Refusal) -> String {
    match why {
        Refusal::Held(_, held) => format!("held by {}", names.session(held)),
        Refusal::Tombstone => "erased".to_owned(),
        Refusal::TooOld(least) => format!("needs code {least}"),
        Refusal::Migration(why) => why.to_string(),
        other => plain(other),
    }
}

pub(crate) fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Exclusive => "",
        Mode::DeltaOnly => ", delta-only",
        Mode::ReadOnly => ", read-only",
    }
}
