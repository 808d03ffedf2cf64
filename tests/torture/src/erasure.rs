//! An erasure from outside, as an operator does it: decided on the record as it is, repeated until it is known to be done, and
//! then the record is let be used again.

use crate::fleet::Fleet;
use crate::history::{History, Line};
use crate::orders::{Done, Task};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// How often one web writer after the other is asked, how long each is waited for, and what is waited in between.
const TRIES: u32 = 40;
const PATIENCE: Duration = Duration::from_secs(30);
const RETRY: Duration = Duration::from_millis(50);

/// One erasure of one player's record.
pub(crate) struct Erasure {
    player: u64,
    fleet: Arc<Fleet>,
    history: Arc<History>,
    dice: fastrand::Rng,
}

impl Erasure {
    pub(crate) fn new(player: u64, fleet: Arc<Fleet>, history: Arc<History>, dice: fastrand::Rng) -> Self {
        Self { player, fleet, history, dice }
    }

    /// Erases and re-creates, where there are web writers and there is a record.
    pub(crate) async fn run(mut self) {
        let player = self.player;
        let Some(decided) = self.ask(Task::Look).await else { return };
        self.history.add(Line::ErasureAsked { player });
        // Whoever is asked again erases no more than was decided: a wipe knows the epoch that it expects.
        let Some(erased) = self.ask(Task::Wipe(decided)).await else { return };
        self.history.add(Line::Erased { player });
        sleep(Duration::from_millis(self.dice.u64(0..300))).await;
        self.ask(Task::Recreate(erased)).await;
    }

    /// Asks until one says that it is done: the epoch of the record then.
    async fn ask(&mut self, task: Task) -> Option<u32> {
        for _ in 0..TRIES {
            let writer = self.fleet.writer(&mut self.dice).await?;
            if let Ok(Ok(Done::At(epoch))) = timeout(PATIENCE, writer.ask(self.player, task.clone())).await {
                return Some(epoch);
            }
            sleep(RETRY).await;
        }
        None
    }
}
