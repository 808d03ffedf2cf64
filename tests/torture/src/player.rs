//! What a player does: come to a server, play, be given things from outside, leave or just turn up elsewhere.

use crate::erasure::Erasure;
use crate::fleet::Fleet;
use crate::history::{History, Line};
use crate::orders::{Done, Task};
use crate::remote::{Died, Kind, Remote};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// After so many changes a player goes on as another one: else records would only grow.
const CHANGES: u64 = 200;

/// How long an open is waited for, and anything else.
const OPEN: Duration = Duration::from_secs(10);
const ELSE: Duration = Duration::from_secs(30);

/// A place in the run that one player after another takes.
pub(crate) struct Player {
    id: u64,
    /// How much the ids of players in this place are apart.
    places: u64,
    fleet: Arc<Fleet>,
    history: Arc<History>,
    dice: fastrand::Rng,
    changes: u64,
    out: Option<Out>,
    /// The last erasure, which may be under way.
    erasure: Option<JoinHandle<()>>,
}

/// The server of a player was killed.
struct Out {
    at: Instant,
    undisturbed: bool,
}

impl Player {
    pub(crate) fn new(place: u64, places: u64, fleet: Arc<Fleet>, history: Arc<History>, seed: u64) -> Self {
        let dice = fastrand::Rng::with_seed(seed ^ (place + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        Self { id: place, places, fleet, history, dice, changes: 0, out: None, erasure: None }
    }

    /// Plays until the time is over.
    pub(crate) async fn play(mut self, end: Instant) {
        let mut here = None;
        while Instant::now() < end {
            let server = match here.take() {
                Some(server) => server,
                None => {
                    let server = self.fleet.pick(&mut self.dice).await;
                    if !self.come(&server).await {
                        continue;
                    }
                    server
                }
            };
            if self.stay(&server, end).await {
                here = self.leave(&server).await;
            }
            if self.changes > CHANGES && here.is_none() {
                self.is_erased().await;
                (self.id, self.changes, self.out) = (self.id + self.places, 0, None);
            }
        }
        self.is_erased().await;
    }

    /// Waits until an erasure that is under way has ended.
    async fn is_erased(&mut self) {
        if let Some(erasure) = self.erasure.take() {
            let _ = erasure.await;
        }
    }

    /// From time to time the record is erased from outside, whoever holds it: one erasure at a time. Three players in four are
    /// spared, so that what they have is there to be looked at in the end.
    fn erase(&mut self) {
        let is_time = self.id.is_multiple_of(4) && self.dice.u8(0..16) == 0;
        if is_time && self.erasure.as_ref().is_none_or(JoinHandle::is_finished) {
            let (fleet, history) = (Arc::clone(&self.fleet), Arc::clone(&self.history));
            self.erasure = Some(tokio::spawn(Erasure::new(self.id, fleet, history, self.dice.fork()).run()));
        }
    }

    /// Opens the record; true once it is open.
    async fn come(&mut self, server: &Remote) -> bool {
        let (asked_ms, turns) = (self.history.now_ms(), server.turns());
        let opened = timeout(OPEN, server.ask(self.id, Task::Open)).await;
        let in_the_way = matches!(opened, Ok(Err(Died))) || turns % 2 == 1 || server.turns() != turns;
        if let Some(out) = &mut self.out {
            out.undisturbed &= !in_the_way && self.fleet.store_is_up_since(out.at);
        }
        let Ok(Ok(Done::At(epoch))) = opened else {
            sleep(self.ms(20, 200)).await;
            return false;
        };
        let (player, server, told_ms) = (self.id, server.number(), self.history.now_ms());
        self.history.add(Line::Opened { player, epoch, server, asked_ms, told_ms });
        if let Some(Out { at, undisturbed }) = self.out.take() {
            let after_ms = u64::try_from(at.elapsed().as_millis()).unwrap_or(u64::MAX);
            self.history.add(Line::Returned { player, after_ms, undisturbed });
        }
        true
    }

    /// Plays for a while; false if the session is over.
    async fn stay(&mut self, server: &Remote, end: Instant) -> bool {
        for _ in 0..self.dice.u8(1..8) {
            if Instant::now() >= end {
                break;
            }
            self.erase();
            let change = self.change();
            let changed = timeout(ELSE, server.ask(self.id, change));
            let changed = if self.dice.u8(0..4) == 0 {
                let gift = self.gift().await;
                // At the same time, so that both write to the record.
                tokio::join!(changed, gift.deliver(&self.history)).0
            } else {
                changed.await
            };
            match changed {
                Ok(Ok(Done::Yes)) => sleep(self.ms(5, 80)).await,
                Ok(Ok(Done::No | Done::At(_))) | Err(_) => return false,
                Ok(Err(Died)) => {
                    // While its record is being erased, nobody gets in.
                    let undisturbed = self.erasure.as_ref().is_none_or(JoinHandle::is_finished);
                    self.out = server.killed_at().map(|at| Out { at, undisturbed });
                    return false;
                }
            }
        }
        true
    }

    /// Leaves in one way or another; the server where the player is then.
    async fn leave(&mut self, server: &Remote) -> Option<Remote> {
        let (id, mut way, later) = (self.id, self.dice.u8(0..5), self.ms(0, 200));
        // Whoever cannot be asked keeps the record as long as it lives: then most take it.
        if way == 4 && !self.fleet.has_bus() && self.dice.u8(0..4) > 0 {
            way = 3;
        }
        if way < 2 {
            let _ = timeout(ELSE, server.ask(id, Task::Close)).await;
            return None;
        }
        self.history.add(Line::Teleported { player: id });
        let next = self.fleet.pick(&mut self.dice).await;
        let is_there = match way {
            // The new server opens while the old one still saves.
            2 => tokio::join!(self.come(&next), timeout(ELSE, server.ask(id, Task::Close))).0,
            // The old server hears nothing of it, and the new one takes the record over.
            3 => {
                self.history.add(Line::Stolen { player: id });
                let steal = async {
                    sleep(later).await;
                    let _ = timeout(ELSE, next.ask(id, Task::Steal)).await;
                };
                tokio::join!(self.come(&next), steal).0
            }
            _ => self.come(&next).await,
        };
        is_there.then_some(next)
    }

    /// One change, or a few together.
    fn change(&mut self) -> Task {
        let count = if self.dice.u8(0..3) == 0 { self.dice.u8(2..6) } else { 1 };
        Task::Change((0..count).map(|_| self.name('c')).collect())
    }

    /// A new name and what it is worth.
    fn name(&mut self, kind: char) -> (String, i32) {
        self.changes += 1;
        let change = format!("{kind}{}", self.changes);
        self.history.add(Line::Asked { player: self.id, change: change.clone() });
        (change, self.dice.i32(1..10))
    }

    /// Something from outside, which any server or web writer may deliver.
    async fn gift(&mut self) -> Gift {
        let gift = self.name('g');
        let mut receipt = [0; 16];
        receipt[..8].copy_from_slice(&self.id.to_be_bytes());
        receipt[8..].copy_from_slice(&self.changes.to_be_bytes());
        let mut givers = Vec::new();
        for _ in 0..4 {
            givers.push(self.fleet.giver(&mut self.dice).await);
        }
        Gift { player: self.id, receipt, gift, givers, again: self.dice.u8(0..4) == 0 }
    }

    fn ms(&mut self, from: u64, to: u64) -> Duration {
        Duration::from_millis(self.dice.u64(from..to))
    }
}

struct Gift {
    player: u64,
    receipt: [u8; 16],
    gift: (String, i32),
    /// Who delivers it, one after the other, until somebody knows what became of it.
    givers: Vec<Remote>,
    /// It is delivered by all of them, whatever they say.
    again: bool,
}

impl Gift {
    async fn deliver(self, history: &History) {
        let mut is_known = false;
        let player = self.player;
        for (number, giver) in self.givers.iter().enumerate() {
            if is_known {
                history.add(Line::Repeated { player });
            }
            if number > 0 {
                history.add(Line::Asked { player, change: self.gift.0.clone() });
            }
            let task = Task::Deliver { receipt: self.receipt, gift: self.gift.clone() };
            let delivered = timeout(ELSE, giver.ask(player, task)).await;
            if matches!(delivered, Ok(Ok(Done::Yes))) {
                is_known = true;
                if giver.kind() == Kind::Writer {
                    history.add(Line::Granted { player });
                }
            }
            if is_known && !self.again {
                break;
            }
        }
    }
}
