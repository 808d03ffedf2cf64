//! A server process, as whoever started it sees it.

use super::args::TeleportArguments;
use super::wire::{Order, Said};
use std::env;
use std::error::Error;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

/// How long a server may take for an order: longer than it waits for a record.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) struct Remote {
    child: Child,
    orders: ChildStdin,
    said: Lines<BufReader<ChildStdout>>,
}

impl Remote {
    /// Starts a server, and waits until it is ready.
    pub(super) async fn start(arguments: &TeleportArguments) -> Result<Self, Box<dyn Error>> {
        let TeleportArguments { player, open_cloud, cloud, .. } = arguments;
        let mut command = Command::new(env::current_exe()?);
        // The key is in the environment or in its file, and on no command line.
        command.args(["teleport", "--server", "--open-cloud", &open_cloud.to_string()]);
        command.args(["--engine", cloud.engine.name(), "--memory-map", &cloud.memory_map]);
        if let Some(url) = &cloud.url {
            command.args(["--url", url]);
        }
        if let Some(file) = &cloud.api_key_file {
            command.arg("--api-key-file").arg(file);
        }
        command.args(["--", player]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        let (Some(orders), Some(said)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("a server cannot be talked to".into());
        };
        let mut remote = Self { child, orders, said: BufReader::new(said).lines() };
        match remote.hear().await? {
            Said::Ready => Ok(remote),
            other => Err(format!("a server began with {other:?}").into()),
        }
    }

    /// Has the server do something, and waits for it.
    pub(super) async fn ask(&mut self, order: Order) -> Result<Said, Box<dyn Error>> {
        let mut line = serde_json::to_string(&order)?;
        line.push('\n');
        self.orders.write_all(line.as_bytes()).await?;
        self.hear().await
    }

    async fn hear(&mut self) -> Result<Said, Box<dyn Error>> {
        let Some(line) = timeout(PATIENCE, self.said.next_line()).await?? else {
            return Err("a server has ended; what it said of it stands above".into());
        };
        Ok(serde_json::from_str(&line)?)
    }

    /// Kills it, wherever it is.
    pub(super) async fn kill(&mut self) -> Result<(), Box<dyn Error>> {
        Ok(self.child.kill().await?)
    }

    /// Lets it end by itself.
    pub(super) async fn end(self) -> Result<(), Box<dyn Error>> {
        let Self { mut child, orders, said } = self;
        drop((orders, said));
        timeout(PATIENCE, child.wait()).await??;
        Ok(())
    }
}
