//! `keyholder emulate`: a local Open Cloud.

pub(crate) mod args;

use crate::output;
use args::EmulateArguments;
use keyholder_emulator::{Emulator, Settings};
use serde::Serialize;
use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::TcpListener;

/// Where it is.
#[derive(Serialize)]
struct Listens<'a> {
    address: SocketAddr,
    url: &'a str,
    universes: &'a [u64],
}

/// Answers until it is interrupted.
pub(crate) fn run(arguments: &EmulateArguments) -> Result<bool, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(arguments))?;
    Ok(true)
}

async fn serve(arguments: &EmulateArguments) -> Result<(), Box<dyn Error>> {
    let settings = Settings {
        universes: arguments.universe.clone(),
        keys: arguments.api_key.clone(),
        ccu: arguments.ccu,
        game_load: arguments.game_load,
        limits: !arguments.no_limits,
        drift: arguments.drift,
        faults: arguments.faults.clone(),
        delivery: arguments.delivery,
        data: arguments.data.clone(),
        ..Settings::default()
    };
    let emulator = match &arguments.data {
        Some(file) => Emulator::open(settings).map_err(|error| format!("{}: {error}", file.display()))?,
        None => Emulator::new(settings),
    };
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port));
    let listener = TcpListener::bind(address).await.map_err(|error| format!("{address}: {error}"))?;
    let address = listener.local_addr()?;
    let url = format!("http://{address}");
    if arguments.json {
        output::json(&Listens { address, url: &url, universes: &arguments.universe })?;
    } else {
        let universes: Vec<String> = arguments.universe.iter().map(u64::to_string).collect();
        output::say(&format!("Open Cloud is emulated at {url} for universe {}", universes.join(", ")))?;
        output::say(&format!("what it holds, and the last requests: {url}/"))?;
        output::say("interrupt it (Ctrl-C) to end it")?;
    }
    let interrupted = async {
        // Where nobody can interrupt it, it ends with its process.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    Ok(emulator.serve(listener, interrupted).await?)
}
