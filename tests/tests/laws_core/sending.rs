//! A sender with its record, and whoever else writes it. It panics as soon as a law is broken.

use crate::rig::config;
use keyholder_core::config::Config;
use keyholder_core::document::Document;
use keyholder_core::effect::{Effect, Effects, Event, Verdict};
use keyholder_core::ids::{Epoch, HostId, Nonce, ReceiptId, SchemaVersion, SourceId};
use keyholder_core::input::{Misuse, Outcome};
use keyholder_core::ledger::Source;
use keyholder_core::record::{Owner, Record};
use keyholder_core::rules::Standard;
use keyholder_core::sender::{Sender, SenderInput};
use keyholder_core::update::{Claim, Permit, Ticket, Update};
use keyholder_model::tally::{DEEDS, Deed, Kind, Tally, TallyShape};
use std::sync::Arc;

type Stored = Option<Arc<Record<Tally>>>;

/// The sender under test and its record.
pub struct Post {
    config: Config<TallyShape>,
    sender: Sender<Deed>,
    record: Stored,
    request: Option<Update<Tally, Deed>>,
    late: Option<(Stored, Arc<Record<Tally>>)>,
    last: Effects<Tally, Deed>,
    /// The change that waits for its verdict.
    open: Option<u8>,
    /// Changes that were told to be durable, and those that were told to be lost.
    told: [Vec<u8>; 2],
    /// The number of the next change; the document counts eight.
    next: u8,
    /// The record was erased or deleted: what was durable may be gone.
    erased: bool,
}

impl Post {
    /// A sender that has sent nothing, of one of three kinds, and a record.
    pub fn new(code: u8) -> Self {
        let config = config(code);
        let source = match code % 5 {
            0 => Source::Receipt(ReceiptId([code; 16])),
            1 => Source::Session(Epoch(1), Nonce(1)),
            _ => Source::Numbered(SourceId(1)),
        };
        let version = SchemaVersion(1);
        let mut record = Record::new(version, version, Tally::fresh(config.shape(), version));
        record.epoch = Epoch(1);
        Self {
            config,
            sender: Sender::new(source),
            record: Some(Arc::new(record)),
            request: None,
            late: None,
            last: Effects::new(),
            open: None,
            told: [Vec::new(), Vec::new()],
            next: 0,
            erased: false,
        }
    }

    /// Makes the move of a code and checks what always holds.
    pub fn play(&mut self, [what, how]: [u8; 2]) {
        match what % 16 {
            0..=3 if self.next < DEEDS => {
                let kinds = [Kind::Count, Kind::Charge, Kind::Earn, Kind::Set];
                let deed = Deed { id: self.next, kind: kinds[usize::from(how) % 4], vocabulary: 1 };
                let schema = SchemaVersion(1 + u32::from(how >> 4 & 1));
                if self.step(SenderInput::Send(deed, schema)).is_ok() {
                    self.open = Some(self.next);
                    self.next += 1;
                }
            }
            0..=5 => assert_eq!(self.step(SenderInput::Retry), Ok(())),
            6 if how % 4 == 0 => assert_eq!(self.step(SenderInput::GiveUp), Ok(())),
            7 => {
                // The host restarts: nobody waits for the answer, and the request may still land.
                self.sender = Sender::resume(self.sender.outbox());
                if let Some(request) = self.request.take() {
                    let result = request.run(&Standard, &self.config, self.record.as_deref());
                    self.late = result.map(|result| (self.record.clone(), Arc::new(result)));
                }
            }
            8 => {
                if let Some((_, result)) = self.late.take().filter(|(base, _)| same(base, &self.record)) {
                    self.record = Some(result);
                }
            }
            9..=10 => self.others(how),
            _ => self.answer(how),
        }
        assert_eq!(self.sender.is_busy(), self.open.is_some(), "busy until the verdict");
        let [durable, lost] = &self.told;
        let counts = |id: &u8| self.record.as_ref().map_or(0, |record| record.data.count(*id));
        assert!(self.erased || durable.iter().all(|id| counts(id) == 1), "durable, but not in the record once");
        assert!(lost.iter().all(|id| counts(id) == 0), "lost, but in the record");
        assert!((0..DEEDS).all(|id| counts(&id) <= 1), "in the record twice");
    }

    fn answer(&mut self, how: u8) {
        let Some(request) = self.request.take() else {
            assert_eq!(self.step(SenderInput::Durable(Outcome::Unknown)), Err(Misuse::NotAsked));
            return;
        };
        let result = request.run(&Standard, &self.config, self.record.as_deref()).map(Arc::new);
        let outcome = match how % 8 {
            0 => Outcome::Conflict,
            1 => Outcome::Unavailable,
            2 => {
                self.late = result.map(|result| (self.record.clone(), result));
                Outcome::Unknown
            }
            3 => {
                self.record = result.or(self.record.take());
                Outcome::Unknown
            }
            _ => match result {
                None => Outcome::Read(self.record.clone()),
                Some(result) => {
                    self.record = Some(result.clone());
                    Outcome::Wrote(Some(result))
                }
            },
        };
        assert_eq!(self.step(SenderInput::Durable(outcome)), Ok(()));
    }

    fn others(&mut self, how: u8) {
        let Some(record) = self.record.clone() else {
            return;
        };
        let epoch = record.epoch;
        let by = Owner { host: HostId(2), nonce: Nonce(u64::from(epoch.0) + 1) };
        let update = match how % 8 {
            0..=2 => Update::Claim(Claim { by, permit: Permit::Any }),
            3 | 4 => {
                let nonce = record.owner.map_or(Nonce(0), |owner| owner.nonce);
                let me = Ticket { epoch, nonce };
                Update::Save { me, log: Default::default(), told: Default::default(), release: true }
            }
            5 => Update::Wipe { expected: epoch },
            6 => Update::Recreate { expected: epoch },
            _ => {
                if how >> 3 == 0 {
                    (self.record, self.erased) = (None, true);
                }
                Update::Look
            }
        };
        if let Some(result) = update.run(&Standard, &self.config, self.record.as_deref()) {
            self.erased |= matches!(update, Update::Wipe { .. });
            self.record = Some(Arc::new(result));
        }
    }

    fn step(&mut self, input: SenderInput<Tally, Deed>) -> Result<(), Misuse> {
        let (before, mut out) = (self.sender.clone(), self.last.clone());
        let result = self.sender.step(&self.config, input, &mut out);
        if result.is_err() {
            assert!(self.sender == before && out == self.last, "an `Err` has changed something");
            return result;
        }
        let old = self.last.len();
        assert!(out.iter().take(old).eq(self.last.iter()), "earlier effects stay where they are");
        for effect in out.clone().drain().skip(old) {
            match effect {
                Effect::Durable(update) => {
                    assert!(self.request.replace(update).is_none(), "two requests are outstanding");
                }
                Effect::Event(Event::Verdict { from, to, verdict }) => {
                    assert_eq!(from, to);
                    let id = self.open.take().expect("a verdict on a change that waits for none");
                    match verdict {
                        Verdict::Durable(_) => self.told[0].push(id),
                        Verdict::Lost(_) => self.told[1].push(id),
                        Verdict::Superseded | Verdict::Unknown => {}
                    }
                }
                Effect::Event(_) | Effect::Arm { .. } | Effect::Disarm(_) => {}
                Effect::Journal(_) | Effect::Probe(_) | Effect::Tell { .. } => {
                    panic!("a sender only writes the record")
                }
            }
        }
        self.last = out;
        if self.last.len() > 8 {
            self.last = Effects::new();
        }
        result
    }
}

fn same(a: &Stored, b: &Stored) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => Arc::ptr_eq(a, b),
        (a, b) => a.is_none() && b.is_none(),
    }
}
