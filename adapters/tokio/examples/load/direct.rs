//! The same durable saves through handle and driver, and through the core with nothing around it, in turns.

use super::Failed;
use super::world::{Server, add, config, keys, opened, seeded, start};
use keyholder_core::config::Config;
use keyholder_core::heartbeat::PulseOutcome;
use keyholder_core::host::{Answer, Host, HostEffect, HostInput};
use keyholder_core::ids::{HostId, Nonce};
use keyholder_core::input::{Command, Mode, Outcome};
use keyholder_core::rules::{Liveness, Standard};
use keyholder_core::timer::Millis;
use keyholder_core::tree::{Change, Schema, Tree};
use keyholder_tokio::backend::{self, Key};
use keyholder_tokio::memory::{Durable, DurableSettings};
use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

const PLAYERS: usize = 256;
const TURNS: u32 = 5;
/// Saves of each player in a turn.
const SAVES: usize = 20;

/// Microseconds of processor and waiting for one save: through handle and driver, and through the core alone. The best of
/// the turns of each.
pub(crate) async fn both() -> Result<(f64, f64), Failed> {
    let store = || Arc::new(Durable::new(DurableSettings { quota: None, ..DurableSettings::PLATFORM }));
    let (one, other) = (store(), store());
    seeded(&*one, PLAYERS).await?;
    seeded(&*other, PLAYERS).await?;
    let keys = keys(PLAYERS)?;
    let (server, _running) = start(one).await?;
    opened(&server, &keys).await?;
    let mut alone = Alone::new(other)?;
    for key in &keys {
        alone.open(key).await?;
    }
    let (mut through, mut bare) = (Duration::MAX, Duration::MAX);
    for _ in 0..TURNS {
        through = through.min(by_handle(&server, &keys).await?);
        let began = Instant::now();
        for _ in 0..SAVES {
            for key in &keys {
                alone.save(key).await?;
            }
        }
        bare = bare.min(began.elapsed());
    }
    let each = |it: Duration| it.as_secs_f64() * 1e6 / (PLAYERS * SAVES) as f64;
    Ok((each(through), each(bare)))
}

async fn by_handle(server: &Server, keys: &[Key]) -> Result<Duration, Failed> {
    let began = Instant::now();
    let mut tasks = JoinSet::new();
    for lane in keys.chunks(keys.len() / 64) {
        let (server, lane, change) = (server.clone(), lane.to_vec(), add()?);
        tasks.spawn(async move {
            for _ in 0..SAVES {
                for key in &lane {
                    server.change_durably(key, change.clone()).await?;
                }
            }
            Ok::<_, keyholder_tokio::server::NotSaved>(())
        });
    }
    for done in tasks.join_all().await {
        done?;
    }
    Ok(began.elapsed())
}

/// A host whose requests are carried out one after the other, right where they are asked for.
struct Alone {
    host: Host<Key, Tree, Change>,
    config: Config<Schema>,
    store: Arc<Durable>,
    nonce: u64,
    now: u64,
}

impl Alone {
    fn new(store: Arc<Durable>) -> Result<Self, Failed> {
        let config = config()?;
        let mut host = Host::new(HostId(1), &config);
        for input in [HostInput::Start, HostInput::Ready] {
            host.step(&config, Millis(0), input, &mut Vec::new())?;
        }
        Ok(Self { host, config, store, nonce: 0, now: 0 })
    }

    async fn open(&mut self, key: &Key) -> Result<(), Failed> {
        self.nonce += 1;
        let nonce = Nonce(self.nonce);
        self.run(HostInput::Open { key: key.clone(), mode: Mode::Exclusive, nonce }).await
    }

    async fn save(&mut self, key: &Key) -> Result<(), Failed> {
        self.run(HostInput::Command { key: key.clone(), command: Command::Change(add()?) }).await?;
        self.run(HostInput::Command { key: key.clone(), command: Command::Save }).await
    }

    async fn run(&mut self, input: HostInput<Key, Tree, Change>) -> Result<(), Failed> {
        self.now += 1;
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            let mut effects = Vec::new();
            self.host.step(&self.config, Millis(self.now), input, &mut effects)?;
            for effect in effects {
                let (request, answer) = match effect {
                    HostEffect::Durable { request, key, update } => {
                        let tries = NonZeroU32::MIN;
                        let answer = backend::update(&*self.store, &key, &update, &Standard, &self.config, tries).await;
                        (request, Answer::Durable(answer.outcome))
                    }
                    HostEffect::Journal { request, .. } => (request, Answer::Journal(Outcome::Read(None))),
                    HostEffect::Heartbeat { request, .. } => (request, Answer::Heartbeat(PulseOutcome::Wrote)),
                    HostEffect::Probe { request, .. } => (request, Answer::Probed(Liveness::Absent)),
                    _ => continue,
                };
                inputs.push_back(HostInput::Answered(request, answer));
            }
        }
        Ok(())
    }
}
