//! What servers and web writers are told on standard input and say on standard output, each a line the moment it is known.

use crate::args::{On, Trouble};
use crate::history::Word;
use crate::wire::{self, Reader};
use serde::{Deserialize, Serialize};
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use tokio::io::Stdin;

/// What a process is told first.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Begin {
    pub(crate) on: On,
    pub(crate) store: SocketAddr,
    pub(crate) token: String,
    /// The store is known to break its word, and is used all the same.
    pub(crate) is_blind: bool,
    pub(crate) faults: Trouble,
    pub(crate) seed: u64,
}

/// What a process is told.
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

/// What is asked for. A change is its name and its worth.
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
    /// The epoch of the record.
    Look,
    /// Erases, as was decided in this epoch.
    Wipe(u32),
    /// Lets the record be used again that was erased in this epoch.
    Recreate(u32),
}

/// What a process says.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Says {
    /// Orders are carried out.
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
    /// It was done, and the record has this epoch.
    At(u32),
    Yes,
    No,
}

/// Who carries out orders.
pub(crate) trait Worker: Clone + Send + 'static {
    /// Does something for a player.
    fn carry_out(self, player: u64, task: Task) -> impl Future<Output = Done> + Send;

    /// Saves and releases everybody.
    fn shutdown(self) -> impl Future<Output = Done> + Send;
}

/// Carries orders out side by side, until standard input ends. `moved` hears where the store is.
pub(crate) async fn attend(
    mut input: Reader<Stdin>,
    worker: impl Worker,
    moved: impl Fn(SocketAddr),
) -> io::Result<()> {
    say(&Says::Ready);
    while let Some(order) = input.next().await? {
        let worker = worker.clone();
        match order {
            Order::Store(address) => moved(address),
            Order::Do { id, player, task } => drop(tokio::spawn(async move {
                let done = worker.carry_out(player, task).await;
                say(&Says::Done { id, done });
            })),
            Order::Shutdown { id } => drop(tokio::spawn(async move {
                let done = worker.shutdown().await;
                say(&Says::Done { id, done });
            })),
        }
    }
    // Whoever started this has ended, or wants it to end: what is under way is not waited for.
    std::process::exit(0)
}

/// Says something to whoever started this.
pub(crate) fn say(says: &Says) {
    if wire::say(says).is_err() {
        // Nobody listens any more.
        std::process::exit(1);
    }
}
