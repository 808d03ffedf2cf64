//! What a player does: come to a server, play, leave or just turn up elsewhere, and be given things from outside.

use super::account::{Account, Word};
use super::fleet::{Fleet, Server, key};
use keyholder_core::effect::Verdict;
use keyholder_core::ids::{ReceiptId, SchemaVersion};
use keyholder_core::input::Mode;
use keyholder_core::ledger::Source;
use keyholder_core::ops::Op;
use keyholder_core::tree::Change;
use keyholder_core::value::Path;
use keyholder_tokio::backend::Key;
use keyholder_tokio::server::NotSaved;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::time::{sleep, timeout};

/// One player, until the time is over.
pub(super) async fn play(number: usize, fleet: Arc<Fleet>, account: Arc<Account>, dice: fastrand::Rng, end: Instant) {
    let Ok(key) = key(number) else { return };
    let mut player = Player { number, key, account, dice, changes: 0, out: None };
    let mut at = player.dice.usize(0..fleet.len());
    while Instant::now() < end {
        let server = fleet.server(at).await;
        if player.come(&server).await {
            player.stay(&server, end).await;
        }
        let next = player.dice.usize(0..fleet.len());
        if next != at {
            player.account.count(|it| it.teleports += 1);
        }
        at = next;
        if player.dice.u8(0..5) == 0 {
            let web = fleet.server(player.dice.usize(0..fleet.len())).await;
            player.gift(&web).await;
        }
    }
}

struct Player {
    number: usize,
    key: Key,
    account: Arc<Account>,
    dice: fastrand::Rng,
    changes: u64,
    /// When their server was gone.
    out: Option<Instant>,
}

impl Player {
    /// Opens the record; true once it is open.
    async fn come(&mut self, server: &Server) -> bool {
        let opened = timeout(Duration::from_secs(10), server.open(&self.key, Mode::Exclusive)).await;
        match opened {
            Ok(Ok(_)) => {
                if let Some(out) = self.out.take() {
                    self.account.returned(out.elapsed());
                }
                true
            }
            Ok(Err(_)) | Err(_) => {
                self.account.count(|it| it.held += 1);
                sleep(Duration::from_millis(self.dice.u64(20..200))).await;
                false
            }
        }
    }

    /// Plays for a while, and leaves, or turns up elsewhere without having left.
    async fn stay(&mut self, server: &Server, end: Instant) {
        for _ in 0..self.dice.u8(1..8) {
            if Instant::now() >= end {
                break;
            }
            if !self.change(server).await {
                return;
            }
            sleep(Duration::from_millis(self.dice.u64(5..80))).await;
        }
        if self.dice.u8(0..4) != 0 {
            let _ = server.close(&self.key).await;
        }
    }

    /// Changes something and hears what became of it; false if the session is over.
    async fn change(&mut self, server: &Server) -> bool {
        self.changes += 1;
        let (name, worth) = (format!("c{}", self.changes), self.dice.i64(1..10));
        let Some(change) = change(&name, worth) else { return false };
        match server.change_durably(&self.key, change).await {
            Ok(()) => {
                self.account.word(self.number, &name, Word::Acknowledged);
                true
            }
            // It was refused before it was taken, or is known not to be there.
            Err(NotSaved::Misuse(_) | NotSaved::Verdict(Verdict::Lost(_))) => {
                self.account.word(self.number, &name, Word::Refused);
                false
            }
            Err(why) => {
                self.account.word(self.number, &name, Word::Unknown);
                if matches!(why, NotSaved::Gone(_)) {
                    self.out = Some(Instant::now());
                }
                false
            }
        }
    }

    /// Something from outside, which is delivered until somebody says what became of it, and at times once more.
    async fn gift(&mut self, web: &Server) {
        self.changes += 1;
        let (name, worth) = (format!("g{}", self.changes), self.dice.i64(1..10));
        let Some(gift) = gift(&name, worth) else { return };
        let mut id = [0; 16];
        id[..8].copy_from_slice(&(self.number as u64).to_be_bytes());
        id[8..].copy_from_slice(&self.changes.to_be_bytes());
        let source = Source::Receipt(ReceiptId(id));
        let again = self.dice.u8(0..4) == 0;
        for attempt in 0..4 {
            let delivered = web.deliver(&self.key, source, gift.clone(), SchemaVersion(1));
            let word = match timeout(Duration::from_secs(5), delivered).await {
                Ok(Ok(Verdict::Durable(_))) => Word::Acknowledged,
                Ok(Ok(Verdict::Lost(_))) => Word::Refused,
                Ok(Ok(_) | Err(_)) | Err(_) => Word::Unknown,
            };
            self.account.word(self.number, &name, word);
            if attempt > 0 {
                self.account.count(|it| it.repeated += 1);
            }
            if word == Word::Acknowledged && !again || word == Word::Refused {
                break;
            }
        }
        self.account.count(|it| it.gifts += 1);
    }
}

/// Adds its worth, and writes its name beside it: both or neither.
fn change(name: &str, worth: i64) -> Option<Change> {
    let [coins, log] = [Path::from_iter(["coins"]), Path::from_iter(["log", name])];
    Change::new(vec![(coins, Op::Add(worth)), (log, Op::Set(i32::try_from(worth).ok()?.into()))]).ok()
}

/// The same for a gift. Both are credits, which may come at any time.
fn gift(name: &str, worth: i64) -> Option<Change> {
    let [coins, gifts] = [Path::from_iter(["gift_coins"]), Path::from_iter(["gifts"])];
    let named = format!("{name}={worth}");
    Change::new(vec![(coins, Op::Add(worth)), (gifts, Op::Insert(named.as_str().into()))]).ok()
}
