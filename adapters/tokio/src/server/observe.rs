//! What a server tells of itself: spans for `tracing`, figures for `metrics`. No value of a player is in either, and no
//! nonce: who knows that may write the record.

use super::shared::State;
use crate::backend::Key;
use keyholder_core::document::Document;
use keyholder_core::effect::{End, Event, Verdict};
use keyholder_core::heartbeat::PulseOutcome;
use keyholder_core::host::{Answer, HostTimer};
use keyholder_core::input::Outcome;
use keyholder_core::journal::JournalUpdate;
use keyholder_core::rules::Liveness;
use keyholder_core::timer::Timer;
use keyholder_core::update::Update;
use metrics::{counter, gauge, histogram};
use std::collections::HashMap;
use std::time::Instant;
use tracing::field::Empty;
use tracing::{Span, debug_span, info_span};

/// The span of each session, from its first request to its end. Nothing is kept while nobody collects them.
#[derive(Debug, Default)]
pub(super) struct Spans(HashMap<Key, Span>);

impl Spans {
    /// The session of this key asks for something.
    pub(super) fn begin(&mut self, key: &Key) {
        if !self.0.contains_key(key) {
            let span = info_span!("session", %key, epoch = Empty, end = Empty);
            if !span.is_disabled() {
                self.0.insert(key.clone(), span);
            }
        }
    }

    /// What a session says.
    pub(super) fn event(&mut self, key: &Key, event: &Event) {
        match event {
            Event::Opened { epoch, .. } => {
                counter!("keyholder_opens_total", "result" => "opened").increment(1);
                if let Some(span) = self.0.get(key) {
                    span.record("epoch", epoch.0);
                }
            }
            Event::Refused(_) => counter!("keyholder_opens_total", "result" => "refused").increment(1),
            Event::Verdict { from, to, verdict } => {
                let verdict = match verdict {
                    Verdict::Durable(_) => "durable",
                    Verdict::Superseded => "superseded",
                    Verdict::Lost(_) => "lost",
                    Verdict::Unknown => "unknown",
                };
                let changes = u64::from(to.0.saturating_sub(from.0)).saturating_add(1);
                counter!("keyholder_verdicts_total", "verdict" => verdict).increment(changes);
            }
            Event::Ended(end) => {
                let end = match end {
                    End::Closed => "closed",
                    End::Refused => "refused",
                    End::Cancelled => "cancelled",
                    End::Lost => "lost",
                    End::Abandoned => "abandoned",
                    _ => "other",
                };
                counter!("keyholder_ended_total", "end" => end).increment(1);
                if let Some(span) = self.0.remove(key) {
                    span.record("end", end);
                }
            }
            Event::Accepted(_) | Event::ViewChanged | Event::TakeOverRequested(_) | Event::SessionLost(_) => {}
        }
    }

    /// A request, within the session of its key if that has one.
    pub(super) fn request(&self, key: Option<&Key>, kind: &'static str) -> Span {
        let session = key.and_then(|key| self.0.get(key)).and_then(Span::id);
        match key {
            Some(key) => debug_span!(parent: session, "request", kind, %key, outcome = Empty),
            None => debug_span!(parent: None, "request", kind, outcome = Empty),
        }
    }
}

/// A request that is under way.
#[derive(Debug)]
pub(super) struct Request {
    kind: &'static str,
    since: Instant,
    pub(super) span: Span,
}

impl Request {
    pub(super) fn new(kind: &'static str, span: Span) -> Self {
        Self { kind, since: Instant::now(), span }
    }

    /// It is answered.
    pub(super) fn answered<D, C>(self, answer: &Answer<D, C>) {
        let outcome = outcome(answer);
        self.span.record("outcome", outcome);
        counter!("keyholder_requests_total", "kind" => self.kind, "outcome" => outcome).increment(1);
        histogram!("keyholder_request_seconds", "kind" => self.kind).record(self.since.elapsed());
    }
}

/// A timer is armed: for a request that is repeated, or for those that have to wait.
pub(super) fn armed(timer: &HostTimer<Key>) {
    match timer {
        HostTimer::Session(_, Timer::Retry) | HostTimer::Call(_) => counter!("keyholder_retries_total").increment(1),
        HostTimer::Requests => counter!("keyholder_waits_total").increment(1),
        _ => {}
    }
}

/// How much there is.
pub(super) fn load<D: Document<C>, C: Clone>(state: &State<D, C>) {
    let (waiting, running) = state.host.load();
    // The keys are counted already.
    gauge!("keyholder_sessions").set(state.host.sessions().size_hint().0 as f64);
    gauge!("keyholder_requests_waiting").set(waiting as f64);
    gauge!("keyholder_requests_running").set(running as f64);
}

/// The name of a request on a record.
pub(super) fn kind<D, C>(update: &Update<D, C>) -> &'static str {
    match update {
        Update::Look => "read",
        Update::Claim(_) => "claim",
        Update::Settle { .. } => "settle",
        Update::Save { release: false, .. } => "save",
        Update::Save { release: true, .. } => "close",
        Update::HandBack { .. } => "hand_back",
        Update::Release { .. } => "release",
        Update::Want { .. } => "want",
        Update::External(_) => "external",
        Update::Wipe { .. } => "wipe",
        Update::Recreate { .. } => "recreate",
        Update::ForgetReceipts { .. } => "forget_receipts",
        Update::Restore { .. } => "restore",
    }
}

/// The name of a request on a journal.
pub(super) fn journal_kind<D, C>(update: &JournalUpdate<D, C>) -> &'static str {
    match update {
        JournalUpdate::Read => "journal_read",
        JournalUpdate::Write { .. } => "journal_write",
        JournalUpdate::Delete { .. } => "journal_delete",
    }
}

fn outcome<D, C>(answer: &Answer<D, C>) -> &'static str {
    fn of<T>(outcome: &Outcome<T>) -> &'static str {
        match outcome {
            Outcome::Read(_) => "read",
            Outcome::Wrote(_) => "wrote",
            Outcome::Conflict => "conflict",
            Outcome::Unknown => "unknown",
            Outcome::Unavailable => "unavailable",
        }
    }
    match answer {
        Answer::Durable(outcome) | Answer::Wiped(outcome, _) => of(outcome),
        Answer::Journal(outcome) => of(outcome),
        Answer::Probed(Liveness::Unreadable) => "unavailable",
        Answer::Probed(_) => "read",
        Answer::Heartbeat(PulseOutcome::Wrote) => "wrote",
        Answer::Heartbeat(PulseOutcome::Unknown) => "unknown",
        Answer::Heartbeat(PulseOutcome::Unavailable) => "unavailable",
    }
}
