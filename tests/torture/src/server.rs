//! A server process: one server over the store process, which does what it is told on standard input, and says what comes
//! of it on standard output the moment it knows.

use crate::args::Trouble;
use crate::documents;
use crate::history::Word;
use crate::store::{Client, Link};
use crate::wire::{self, Reader};
use keyholder_core::effect::{Event, Verdict};
use keyholder_core::host::HostMisuse;
use keyholder_core::ids::{ReceiptId, Seq};
use keyholder_core::input::Mode;
use keyholder_core::ledger::Source;
use keyholder_core::tree::{Change, Tree};
use keyholder_tokio::backend::Key;
use keyholder_tokio::memory::Faulty;
use keyholder_tokio::server::{Driver, Handle, NotOpened, NotSaved, Options, SelfTest, Stores, server};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};

/// How many events wait until they are looked at.
const EVENTS: usize = 65_536;

/// What a server process is told first.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Begin {
    pub(crate) store: SocketAddr,
    pub(crate) token: String,
    pub(crate) faults: Trouble,
    pub(crate) seed: u64,
}

/// What a server process is told.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Order {
    /// The store is here now.
    Store(SocketAddr),
    Do {
        id: u64,
        player: u64,
        task: Task,
    },
    /// Everybody is saved and released.
    Shutdown {
        id: u64,
    },
}

/// What a player asks of a server. A change is its name and its worth.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Task {
    Open,
    /// One is waited for; several are taken in memory and then saved.
    Change(Vec<(String, i32)>),
    Deliver {
        receipt: [u8; 16],
        gift: (String, i32),
    },
    Steal,
    Close,
}

/// What a server process says.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Says {
    /// It is open for players.
    Ready,
    /// What became of a change.
    Word { player: u64, change: String, word: Word },
    /// An order has been carried out, or not.
    Done { id: u64, done: Done },
}

/// What came of an order.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Done {
    Opened(u32),
    Yes,
    No,
}

type Wired = Faulty<Client>;

/// Runs a server until standard input ends.
pub(crate) async fn run() -> Result<(), Box<dyn Error>> {
    let mut input = Reader::new(tokio::io::stdin());
    let Some(Begin { store, token, faults, seed }) = input.next().await? else { return Ok(()) };
    let (moved, address) = watch::channel(store);
    let client = Client::connect(Link { address, token, cut: faults.cut(), seed });
    let faulty = |number| Arc::new(Faulty::new(client.clone(), faults.faults(), seed ^ number));
    let stores = Stores { durable: faulty(1), memory: faulty(2), bus: faulty(3) };
    let (tell, told) = mpsc::channel(EVENTS);
    let (handle, driver) = boot(&stores, tell).await?;
    handle.ready()?;
    tokio::spawn(driver.run());
    let desk = Desk { handle, taken: Arc::default() };
    tokio::spawn(desk.clone().watch(told));
    say(&Says::Ready);
    while let Some(order) = input.next().await? {
        match order {
            Order::Store(address) => drop(moved.send(address)),
            Order::Do { id, player, task } => {
                let desk = desk.clone();
                tokio::spawn(async move {
                    let done = desk.carry_out(player, task).await;
                    say(&Says::Done { id, done });
                });
            }
            Order::Shutdown { id } => {
                let desk = desk.clone();
                tokio::spawn(async move {
                    let done = desk.handle.shutdown().await.map_or(Done::No, |_| Done::Yes);
                    say(&Says::Done { id, done });
                });
            }
        }
    }
    // Whoever started this has ended, or wants it to end: what is under way is not waited for.
    std::process::exit(0)
}

/// Tried until the store is there.
async fn boot(
    stores: &Stores<Wired, Wired, Wired>,
    events: mpsc::Sender<(Key, Event)>,
) -> Result<(Handle<Tree, Change>, Driver<Wired, Wired, Wired, Tree, Change>), Box<dyn Error>> {
    loop {
        let options = Options {
            request_timeout: Duration::from_secs(5),
            // The faults are wanted here, and the store behind them has been tested.
            self_test: SelfTest::Skip,
            events: Some(events.clone()),
            ..Options::default()
        };
        let config = documents::config()?;
        match server::<_, _, _, Tree, Change>(stores.clone(), config, options).await {
            Ok(started) => return Ok(started),
            Err(_) => sleep(Duration::from_millis(20)).await,
        }
    }
}

/// What is written is read at once, so that it never has to wait.
fn say(says: &Says) {
    let mut stdout = io::stdout().lock();
    let said = wire::line(says).and_then(|line| stdout.write_all(line.as_bytes())).and_then(|()| stdout.flush());
    if said.is_err() {
        // Nobody listens any more.
        std::process::exit(1);
    }
}

/// Where players are served.
#[derive(Clone)]
struct Desk {
    handle: Handle<Tree, Change>,
    /// Changes that were taken and have no verdict yet, of those that are not waited for one by one.
    taken: Arc<Mutex<BTreeMap<Key, BTreeMap<Seq, String>>>>,
}

impl Desk {
    async fn carry_out(&self, player: u64, task: Task) -> Done {
        let Ok(key) = documents::key(player) else { return Done::No };
        match task {
            Task::Open => self.open(&key).await,
            Task::Change(changes) => self.change(player, &key, changes).await,
            Task::Deliver { receipt, gift } => self.deliver(player, &key, receipt, gift).await,
            Task::Steal => self.handle.steal(&key).map_or(Done::No, |()| Done::Yes),
            Task::Close => self.handle.close(&key).await.map_or(Done::No, |()| Done::Yes),
        }
    }

    async fn open(&self, key: &Key) -> Done {
        // Who is here twice is let go first, as an application does whose player comes back.
        for _ in 0..2 {
            match self.handle.open(key, Mode::Exclusive).await {
                Ok(epoch) => return Done::Opened(epoch.0),
                Err(NotOpened::Misuse(HostMisuse::Taken)) => {
                    let _ = timeout(Duration::from_secs(5), self.handle.close(key)).await;
                }
                Err(_) => return Done::No,
            }
        }
        Done::No
    }

    async fn change(&self, player: u64, key: &Key, changes: Vec<(String, i32)>) -> Done {
        if let [(name, worth)] = &changes[..] {
            let Some(change) = documents::change(name, *worth) else { return Done::No };
            let saved = self.handle.change_durably(key, change).await;
            let word = match &saved {
                Ok(()) => Word::Acknowledged,
                // It was refused before it was taken, or is known not to be there.
                Err(NotSaved::Misuse(_) | NotSaved::Verdict(Verdict::Lost(_))) => Word::Refused,
                Err(_) => Word::Unknown,
            };
            say(&Says::Word { player, change: name.clone(), word });
            return saved.map_or(Done::No, |()| Done::Yes);
        }
        for (name, worth) in changes {
            let Some(change) = documents::change(&name, worth) else { continue };
            // Held meanwhile, so that its verdict finds its name.
            let mut taken = self.taken();
            match self.handle.change(key, change) {
                Ok(seq) => drop(taken.entry(key.clone()).or_default().insert(seq, name)),
                Err(_) => say(&Says::Word { player, change: name, word: Word::Refused }),
            }
        }
        self.handle.save(key).await.map_or(Done::No, |()| Done::Yes)
    }

    async fn deliver(&self, player: u64, key: &Key, receipt: [u8; 16], (name, worth): (String, i32)) -> Done {
        let Some(gift) = documents::gift(&name, worth) else { return Done::No };
        let source = Source::Receipt(ReceiptId(receipt));
        let (word, done) = match self.handle.deliver(key, source, gift, documents::SCHEMA).await {
            Ok(Verdict::Durable(_)) => (Word::Acknowledged, Done::Yes),
            Ok(Verdict::Lost(_)) => (Word::Refused, Done::No),
            Ok(_) | Err(_) => (Word::Unknown, Done::No),
        };
        say(&Says::Word { player, change: name, word });
        done
    }

    /// Says every verdict, and gives up what others ask for.
    async fn watch(self, mut told: mpsc::Receiver<(Key, Event)>) {
        while let Some((key, event)) = told.recv().await {
            match event {
                Event::Verdict { from, to, verdict } => self.verdict(&key, from, to, verdict),
                Event::Ended(_) => drop(self.taken().remove(&key)),
                Event::TakeOverRequested(_) => {
                    let desk = self.clone();
                    tokio::spawn(async move { desk.handle.close(&key).await });
                }
                _ => {}
            }
        }
    }

    fn verdict(&self, key: &Key, from: Seq, to: Seq, verdict: Verdict) {
        let word = match verdict {
            Verdict::Durable(_) => Word::Acknowledged,
            Verdict::Lost(_) => Word::Refused,
            Verdict::Superseded | Verdict::Unknown => Word::Unknown,
        };
        let Some(player) = documents::player(key) else { return };
        let mut taken = self.taken();
        let Some(names) = taken.get_mut(key) else { return };
        let done: Vec<Seq> = names.range(from..=to).map(|(seq, _)| *seq).collect();
        for seq in done {
            if let Some(change) = names.remove(&seq) {
                say(&Says::Word { player, change, word });
            }
        }
    }

    fn taken(&self) -> MutexGuard<'_, BTreeMap<Key, BTreeMap<Seq, String>>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
