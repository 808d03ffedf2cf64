//! A web writer: no server, and no session. It grants what was bought and erases, straight over Open Cloud: by the rules of the
//! protocol and under a conditional write, as `keyholder record grant` and `keyholder record wipe` do.

use crate::documents;
use crate::history::Word;
use crate::orders::{self, Begin, Done, Says, Task, Worker, say};
use crate::store::cloud::{self, Cloud};
use crate::wire::Reader;
use keyholder_core::config::Config;
use keyholder_core::effect::{Effect, Effects, Event, Verdict};
use keyholder_core::ids::{Epoch, ReceiptId};
use keyholder_core::input::Outcome;
use keyholder_core::ledger::Source;
use keyholder_core::record::{Life, Record};
use keyholder_core::rules::Standard;
use keyholder_core::sender::{Sender, SenderInput};
use keyholder_core::tree::{Change, Schema, Tree};
use keyholder_core::update::Update;
use keyholder_open_cloud::Records;
use keyholder_tokio::backend::{Key, update};
use keyholder_tokio::memory::Faulty;
use std::error::Error;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

/// How often a rule is run again because others wrote in between, before it is a conflict.
const TRIES: NonZeroU32 = NonZeroU32::new(5).unwrap();

/// How often a request is made until it is known what became of it.
const ATTEMPTS: u32 = 200;

/// What is waited in between.
const RETRY: Duration = Duration::from_millis(50);

type Request = Update<Tree, Change>;

/// Runs a web writer until standard input ends.
pub(crate) async fn run() -> Result<(), Box<dyn Error>> {
    let mut input = Reader::new(tokio::io::stdin());
    let Some(begin) = input.next::<Begin>().await? else { return Ok(()) };
    let Cloud { records, .. } = cloud::connect(&begin).await?;
    let records = Faulty::new(records, begin.faults.faults(), begin.seed);
    let web = Web { records, config: Arc::new(documents::config()?) };
    // Open Cloud is always in the same place.
    Ok(orders::attend(input, web, |_| {}).await?)
}

#[derive(Clone)]
struct Web {
    records: Faulty<Records>,
    config: Arc<Config<Schema>>,
}

impl Worker for Web {
    async fn carry_out(self, player: u64, task: Task) -> Done {
        let Ok(key) = documents::key(player) else { return Done::No };
        match task {
            Task::Deliver { receipt, gift: (name, worth) } => {
                let Some(gift) = documents::gift(&name, worth) else { return Done::No };
                let word = Word::of(&self.grant(&key, receipt, gift).await);
                say(&Says::Word { player, change: name, word });
                if word == Word::Acknowledged { Done::Yes } else { Done::No }
            }
            Task::Look => self.run(&key, &Request::Look, |_| true).await,
            Task::Wipe(expected) => {
                let expected = Epoch(expected);
                self.run(&key, &Request::Wipe { expected }, |it| it.wiped > expected).await
            }
            Task::Recreate(expected) => {
                let request = Request::Recreate { expected: Epoch(expected) };
                self.run(&key, &request, |it| it.life == Life::Live).await
            }
            // Only a server has sessions.
            Task::Open | Task::Change(_) | Task::Steal | Task::Close => Done::No,
        }
    }

    async fn shutdown(self) -> Done {
        Done::Yes
    }
}

impl Web {
    /// Delivers under the id of a receipt, until it is known what became of it.
    async fn grant(&self, key: &Key, receipt: [u8; 16], gift: Change) -> Verdict {
        let mut sender = Sender::new(Source::Receipt(ReceiptId(receipt)));
        let mut input = Some(SenderInput::Send(gift, documents::SCHEMA));
        let mut attempts = 0;
        while let Some(now) = input.take() {
            let mut effects = Effects::new();
            if sender.step::<Tree>(&self.config, now, &mut effects).is_err() {
                break;
            }
            for effect in effects.drain() {
                match effect {
                    Effect::Durable(request) => {
                        let answer = update(&self.records, key, &request, &Standard, &self.config, TRIES).await;
                        input = Some(SenderInput::Durable(answer.outcome));
                    }
                    Effect::Arm { .. } => {
                        attempts += 1;
                        sleep(RETRY).await;
                        input = Some(if attempts < ATTEMPTS { SenderInput::Retry } else { SenderInput::GiveUp });
                    }
                    Effect::Event(Event::Verdict { verdict, .. }) => return verdict,
                    _ => {}
                }
            }
        }
        Verdict::Unknown
    }

    /// Makes a request until it is known what became of it; the epoch of the record then, if it `is_done`.
    async fn run(&self, key: &Key, request: &Request, is_done: impl Fn(&Record<Tree>) -> bool + Send) -> Done {
        for _ in 0..ATTEMPTS {
            let answer = update(&self.records, key, request, &Standard, &self.config, TRIES).await;
            if let Outcome::Read(record) | Outcome::Wrote(record) = answer.outcome {
                let done = record.filter(|it| is_done(it));
                return done.map_or(Done::No, |it| Done::At(it.epoch.0));
            }
            sleep(RETRY).await;
        }
        Done::No
    }
}
