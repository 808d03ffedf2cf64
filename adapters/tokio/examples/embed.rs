//! A server with one player, on a file of this machine: `cargo run --release -p keyholder-tokio --example embed`.

use keyholder_core::config::{Config, Settings};
use keyholder_core::ids::SchemaVersion;
use keyholder_core::input::Mode;
use keyholder_core::ops::{Bounds, BoundsPolicy, Op};
use keyholder_core::tree::{Change, Declared, Schema, Tree};
use keyholder_core::value::{Map, Path};
use keyholder_tokio::local::{Local, LocalSettings};
use keyholder_tokio::memory::{Entries, EntriesSettings, Topics};
use keyholder_tokio::server::{Options, Stores, keys_of, server};
use std::sync::Arc;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let coins = Declared::counter("coins", Bounds::new(0, 1_000_000, BoundsPolicy::Reject)?);
    let schema = Schema::new(SchemaVersion(1), Map::new().into(), vec![coins])?;
    let file = std::env::temp_dir().join("keyholder-embed.redb");
    let stores = Stores {
        durable: Arc::new(Local::open(file, LocalSettings::default()).await?),
        memory: Arc::new(Entries::new(EntriesSettings::PLATFORM)),
        bus: Arc::new(Topics::new()),
    };
    let config = Config::new(Settings::DEFAULT, schema)?;
    let (players, driver) = server::<_, _, _, Tree, Change>(stores, config, Options::default()).await?;
    let running = tokio::spawn(driver.run());
    players.ready()?;

    let ann = keys_of("Player_1", &["stats"])?;
    let visit = players.join(&ann, Mode::Exclusive).await?;
    let five = Change::new(vec![(Path::from_iter(["coins"]), Op::Add(5))])?;
    players.change_durably(&ann[0], five).await?; // In the file now.
    println!("{:?}", players.view(&ann[0]).ok_or("not here")?.root());
    players.leave(&visit).await?;

    players.shutdown().await?;
    assert_eq!(running.await?.abandoned, 0);
    Ok(())
}
