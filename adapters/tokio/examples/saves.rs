//! Durable saves per second through the embedded store, and through its storage engine alone, in turns.
//!
//! `cargo run --release -p keyholder-tokio --example saves [FOLDER]`: the folder should be on the disk that is meant.
//!
//! Both write the same texts of 2 KiB, each after a look at the one before. The engine alone commits one text of every
//! player together; the store commits what its writers, one for each player, happen to send at the same time.

use keyholder_tokio::backend::{DurableStore, Expected, Key, Meta};
use keyholder_tokio::local::{Local, LocalSettings};
use redb::{Database, ReadableTable, TableDefinition};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use tokio::task::JoinSet;

const WRITERS: u64 = 512;
const SAVES: u64 = 40;
const TURNS: usize = 5;

const TABLE: TableDefinition<'_, (&str, &str), (u64, &str)> = TableDefinition::new("records");

/// Every writer has a player of its own and saves again as soon as it is answered.
async fn through_the_store(path: &Path, text: &Arc<str>) -> Result<f64, Box<dyn Error>> {
    let store = Local::open(path, LocalSettings::default()).await?;
    let begin = Instant::now();
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let (store, text) = (store.clone(), Arc::clone(text));
        let key = Key::new("players", writer.to_string())?;
        writers.spawn(async move {
            let (mut expected, meta) = (Expected::Absent, Meta::default());
            for _ in 0..SAVES {
                expected = Expected::Tag(store.write(&key, expected, Arc::clone(&text), &meta).await?);
            }
            Ok::<(), keyholder_tokio::backend::StoreError>(())
        });
    }
    for done in writers.join_all().await {
        done?;
    }
    let rate = (WRITERS * SAVES) as f64 / begin.elapsed().as_secs_f64();
    store.close().await;
    Ok(rate)
}

/// One thread, and a transaction for every round of all players.
fn through_the_engine(path: &Path, text: &str, batch: u64) -> Result<f64, Box<dyn Error>> {
    let database = Database::create(path)?;
    let begin = Instant::now();
    let mut number = 0;
    while number < WRITERS * SAVES {
        let writing = database.begin_write()?;
        {
            let mut table = writing.open_table(TABLE)?;
            for _ in 0..batch {
                let player = (number % WRITERS).to_string();
                let old = table.get(("players", player.as_str()))?.map(|row| row.value().0);
                table.insert(("players", player.as_str()), (old.map_or(1, |old| old + 1), text))?;
                number += 1;
            }
        }
        writing.commit()?;
    }
    Ok(number as f64 / begin.elapsed().as_secs_f64())
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = match std::env::args().nth(1) {
        Some(folder) => tempfile::tempdir_in(folder)?,
        None => tempfile::tempdir()?,
    };
    let text: Arc<str> = "x".repeat(2_048).into();
    let (mut stores, mut engines) = (Vec::new(), Vec::new());
    for turn in 0..TURNS {
        stores.push(through_the_store(&folder.path().join(format!("store-{turn}")), &text).await?);
        engines.push(through_the_engine(&folder.path().join(format!("engine-{turn}")), &text, WRITERS)?);
        println!("turn {}: store {:.0}/s, engine alone {:.0}/s", turn + 1, stores[turn], engines[turn]);
    }
    stores.sort_by(f64::total_cmp);
    engines.sort_by(f64::total_cmp);
    let (store, engine) = (stores[TURNS / 2], engines[TURNS / 2]);
    println!("median: store {store:.0}/s, engine alone {engine:.0}/s, ratio {:.2}", store / engine);
    Ok(())
}
