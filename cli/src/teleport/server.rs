//! A server process: a host over Open Cloud that does for one player what it is told.

use super::args::TeleportArguments;
use super::wire::{Order, Said};
use super::{LOCATION, client};
use crate::output;
use crate::settings::quick;
use keyholder_core::config::{Config, Settings};
use keyholder_core::effect::Event;
use keyholder_core::ids::SchemaVersion;
use keyholder_core::input::Mode;
use keyholder_core::ops::{Bounds, BoundsPolicy, MAX_EXACT, Op};
use keyholder_core::tree::{Change, Declared, Schema, Tree};
use keyholder_core::value::{Map, Path, Value};
use keyholder_open_cloud::{Entries, Messages, Records};
use keyholder_tokio::backend::Key;
use keyholder_tokio::server::{Handle, Options, Stores, server};
use std::error::Error;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::sync::mpsc;

type Server = Handle<Tree, Change>;

/// Runs a server until standard input ends.
pub(super) async fn run(arguments: &TeleportArguments) -> Result<(), Box<dyn Error>> {
    let key = Key::new(LOCATION, arguments.player.as_str())?;
    let (tell, events) = mpsc::channel(1_024);
    let options = Options { events: Some(tell), ..Options::default() };
    let client = client(arguments)?;
    let stores = Stores {
        durable: Arc::new(Records::new(client.clone())),
        memory: Arc::new(Entries::new(client.clone(), &arguments.cloud.memory_map)?),
        bus: Arc::new(Messages::new(client)),
    };
    let (server, driver) = server::<_, _, _, Tree, Change>(stores, config()?, options).await?;
    tokio::spawn(driver.run());
    tokio::spawn(give_up(server.clone(), events));
    server.ready()?;
    say(&Said::Ready)?;
    let mut orders = BufReader::new(tokio::io::stdin()).lines();
    while let Some(order) = orders.next_line().await? {
        say(&carry_out(&server, &key, serde_json::from_str(&order)?).await)?;
    }
    server.shutdown().await?;
    Ok(())
}

async fn carry_out(server: &Server, key: &Key, order: Order) -> Said {
    let done = match order {
        Order::Open => match server.open(key, Mode::Exclusive).await {
            Ok(epoch) => return Said::Opened { epoch: epoch.0, coins: coins(server, key) },
            Err(why) => Err(why.to_string()),
        },
        Order::Earn(amount) => match Change::new(vec![(Path::from_iter(["coins"]), Op::Add(amount.into()))]) {
            Ok(change) => server.change_durably(key, change).await.map(|()| Said::Earned).map_err(|it| it.to_string()),
            Err(why) => Err(why.to_string()),
        },
        Order::Close => server.close(key).await.map(|()| Said::Closed).map_err(|it| it.to_string()),
    };
    done.unwrap_or_else(Said::Refused)
}

/// Lets go what another server asks for.
async fn give_up(server: Server, mut events: mpsc::Receiver<(Key, Event)>) {
    while let Some((key, event)) = events.recv().await {
        if matches!(event, Event::TakeOverRequested(_)) {
            let _ = server.close(&key).await;
        }
    }
}

/// No journal: a sorted map has no conditional write, and the coins are saved before anybody says that they are there. Whoever
/// waits for a record asks twice a second: an experience without players has five reads in a second for everybody.
fn config() -> Result<Config<Schema>, Box<dyn Error>> {
    let coins = Declared::counter("coins", Bounds::new(0, MAX_EXACT, BoundsPolicy::Reject)?);
    let schema = Schema::new(SchemaVersion(1), Map::new().into(), vec![coins])?;
    Ok(Config::new(Settings { journal: false, acquire_retry_ms: 500, ..quick() }, schema)?)
}

fn coins(server: &Server, key: &Key) -> i64 {
    let tree = server.view(key);
    match tree.as_ref().map(Tree::root) {
        Some(Value::Map(root)) => match root.get("coins") {
            Some(Value::Number(coins)) => coins.integer().unwrap_or_default(),
            _ => 0,
        },
        _ => 0,
    }
}

fn say(said: &Said) -> Result<(), Box<dyn Error>> {
    Ok(output::say(&serde_json::to_string(said)?)?)
}
