//! A server process: one server over the store process, which does what it is told, and says what comes of it the moment it
//! knows.

use crate::args::On;
use crate::documents;
use crate::history::Word;
use crate::orders::{self, Begin, Done, Says, Task, Worker, say};
use crate::store::cloud::{self, Cloud};
use crate::store::file::{Client, Link};
use crate::wire::Reader;
use keyholder_core::effect::{Event, Verdict};
use keyholder_core::host::HostMisuse;
use keyholder_core::ids::{ReceiptId, Seq};
use keyholder_core::input::Mode;
use keyholder_core::ledger::Source;
use keyholder_core::tree::{Change, Tree};
use keyholder_tokio::backend::{Bus, DurableStore, Key, MemoryStore};
use keyholder_tokio::memory::Faulty;
use keyholder_tokio::server::{Driver, Handle, NotOpened, NotSaved, Options, SelfTest, Stores, server};
use std::collections::BTreeMap;
use std::error::Error;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::Stdin;
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};

/// How many events wait until they are looked at.
const EVENTS: usize = 65_536;

/// Runs a server until standard input ends.
pub(crate) async fn run() -> Result<(), Box<dyn Error>> {
    let mut input = Reader::new(tokio::io::stdin());
    let Some(begin) = input.next::<Begin>().await? else { return Ok(()) };
    let (moved, address) = watch::channel(begin.store);
    let moved = |address| {
        let _ = moved.send(address);
    };
    match begin.on {
        On::File => {
            let (token, cut, seed) = (begin.token.clone(), begin.faults.cut(), begin.seed);
            let client = Client::connect(Link { address, token, cut, seed });
            serve(input, &begin, (client.clone(), client.clone(), client), moved).await
        }
        On::Emulator => {
            let Cloud { records, entries, messages } = cloud::connect(&begin).await?;
            serve(input, &begin, (records, entries, messages), moved).await
        }
    }
}

/// Runs a server on these stores, with faults on the way to each.
async fn serve<S, M, B>(
    input: Reader<Stdin>,
    begin: &Begin,
    (durable, memory, bus): (S, M, B),
    moved: impl Fn(SocketAddr),
) -> Result<(), Box<dyn Error>>
where
    S: DurableStore + Clone,
    M: MemoryStore + Clone,
    B: Bus + Clone,
{
    let (faults, seed) = (begin.faults.faults(), begin.seed);
    let stores = Stores {
        durable: Arc::new(Faulty::new(durable, faults, seed ^ 1)),
        memory: Arc::new(Faulty::new(memory, faults, seed ^ 2)),
        bus: Arc::new(Faulty::new(bus, faults, seed ^ 3)),
    };
    let (tell, told) = mpsc::channel(EVENTS);
    let (handle, driver) = boot(&stores, tell).await?;
    handle.ready()?;
    tokio::spawn(driver.run());
    let desk = Desk { handle, taken: Arc::default() };
    tokio::spawn(desk.clone().watch(told));
    Ok(orders::attend(input, desk, moved).await?)
}

/// Tried until the store is there.
async fn boot<S: DurableStore, M: MemoryStore, B: Bus>(
    stores: &Stores<S, M, B>,
    events: mpsc::Sender<(Key, Event)>,
) -> Result<(Handle<Tree, Change>, Driver<S, M, B, Tree, Change>), Box<dyn Error>> {
    loop {
        let options = Options {
            request_timeout: Duration::from_secs(5),
            // The faults are wanted here, and the store behind them has been tested.
            self_test: SelfTest::Skip,
            events: Some(events.clone()),
            ..Options::default()
        };
        match server::<_, _, _, Tree, Change>(stores.clone(), documents::config()?, options).await {
            Ok(started) => return Ok(started),
            Err(_) => sleep(Duration::from_millis(20)).await,
        }
    }
}

/// Where players are served.
#[derive(Clone)]
struct Desk {
    handle: Handle<Tree, Change>,
    /// Changes that were taken and have no verdict yet, of those that are not waited for one by one.
    taken: Arc<Mutex<BTreeMap<Key, BTreeMap<Seq, String>>>>,
}

impl Worker for Desk {
    async fn carry_out(self, player: u64, task: Task) -> Done {
        let Ok(key) = documents::key(player) else { return Done::No };
        match task {
            Task::Open => self.open(&key).await,
            Task::Change(changes) => self.change(player, &key, changes).await,
            Task::Deliver { receipt, gift } => self.deliver(player, &key, receipt, gift).await,
            Task::Steal => self.handle.steal(&key).map_or(Done::No, |()| Done::Yes),
            Task::Close => self.handle.close(&key).await.map_or(Done::No, |()| Done::Yes),
            // That is done from outside.
            Task::Look | Task::Wipe(_) | Task::Recreate(_) => Done::No,
        }
    }

    async fn shutdown(self) -> Done {
        self.handle.shutdown().await.map_or(Done::No, |_| Done::Yes)
    }
}

impl Desk {
    async fn open(&self, key: &Key) -> Done {
        // Who is here twice is let go first, as an application does whose player comes back.
        for _ in 0..2 {
            match self.handle.open(key, Mode::Exclusive).await {
                Ok(epoch) => return Done::At(epoch.0),
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
        let delivered = self.handle.deliver(key, source, gift, documents::SCHEMA).await;
        let word = delivered.map_or(Word::Unknown, |verdict| Word::of(&verdict));
        say(&Says::Word { player, change: name, word });
        if word == Word::Acknowledged { Done::Yes } else { Done::No }
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
        let word = Word::of(&verdict);
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
