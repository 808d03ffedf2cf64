//! The state of a host, as a person looks at it.

use crate::figures::count;
use crate::output::{Paint, Tone};
use keyholder_core::budget::Kind;
use keyholder_core::host::Host;
use keyholder_core::timer::Millis;
use keyholder_core::tree::{Change, Tree};
use keyholder_tokio::backend::Key;
use serde::Serialize;

/// A host between two steps.
#[derive(Debug, Serialize)]
pub(super) struct State {
    phase: String,
    now_ms: u64,
    /// Requests that wait, and requests that are outstanding.
    waiting: usize,
    outstanding: usize,
    cached: usize,
    budget: Vec<(&'static str, u32)>,
    sessions: Vec<Session>,
}

/// A session of it.
#[derive(Debug, Serialize)]
struct Session {
    key: String,
    phase: String,
    epoch: u32,
    accepted: u32,
    told: u32,
    unsaved_segments: usize,
    asks_record: bool,
    asks_journal: bool,
}

impl State {
    pub(super) fn of(host: &Host<Key, Tree, Change>, now: Millis) -> Self {
        let (waiting, outstanding) = host.load();
        let kinds =
            [("reads", Kind::Read), ("writes", Kind::Write), ("memory", Kind::Memory), ("messages", Kind::Message)];
        let sessions = host.sessions().map(|(key, it)| Session {
            key: key.to_string(),
            phase: format!("{:?}", it.phase()),
            epoch: it.ticket().epoch.0,
            accepted: it.last_accepted().0,
            told: it.told().0,
            unsaved_segments: it.log().len(),
            asks_record: it.is_asked(),
            asks_journal: it.is_journal_asked(),
        });
        Self {
            phase: format!("{:?}", host.phase()),
            now_ms: now.0,
            waiting,
            outstanding,
            cached: host.cache().len(),
            budget: kinds.map(|(name, kind)| (name, host.budget_left(kind, now))).into(),
            sessions: sessions.collect(),
        }
    }

    /// A table of the sessions, and a line about the rest.
    pub(super) fn table(&self, paint: Paint) -> String {
        let mut table =
            paint.table(&["key", "~phase", ">epoch", ">accepted", ">told", ">unsaved segments", "waits for"]);
        for it in &self.sessions {
            let waits = match (it.asks_record, it.asks_journal) {
                (true, true) => "record, journal",
                (true, false) => "record",
                (false, true) => "journal",
                (false, false) => "",
            };
            let number = |number: u32| paint.cell(Tone::Plain, count(number.into()));
            table.add_row([
                paint.cell(Tone::Strong, &*it.key),
                paint.cell(Tone::Plain, &*it.phase),
                number(it.epoch),
                number(it.accepted),
                number(it.told),
                paint.cell(Tone::Plain, count(it.unsaved_segments as u64)),
                paint.cell(Tone::Quiet, waits),
            ]);
        }
        let budget: Vec<String> =
            self.budget.iter().map(|(name, left)| format!("{} {name}", count((*left).into()))).collect();
        format!(
            "{table}\nThe host is {} at {} ms: {} requests wait, {} are outstanding, {} records cached; budget left: {}.",
            self.phase.to_lowercase(),
            count(self.now_ms),
            count(self.waiting as u64),
            count(self.outstanding as u64),
            count(self.cached as u64),
            budget.join(", ")
        )
    }
}
