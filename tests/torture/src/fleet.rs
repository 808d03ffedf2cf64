//! The processes: the store, and the servers, one in each place.

use crate::args::{Arguments, Broken, Trouble};
use crate::history::{History, Line};
use crate::remote::Remote;
use crate::server::{self, Order};
use crate::store;
use crate::wire::{self, Reader};
use serde::Serialize;
use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// How long a process may take to start, or to end.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a fleet is made of.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    file: PathBuf,
    token: String,
    faults: Trouble,
    seed: u64,
    is_blind: bool,
}

impl Setup {
    pub(crate) fn new(arguments: &Arguments, file: PathBuf, seed: u64) -> Result<Self, getrandom::Error> {
        // Not of the seed: nobody else on this machine shall guess it.
        let token = format!("{:016x}{:016x}", getrandom::u64()?, getrandom::u64()?);
        let is_blind = arguments.broken == Some(Broken::BlindWrites);
        Ok(Self { file, token, faults: arguments.faults, seed, is_blind })
    }
}

/// The fleet as players see it.
#[derive(Debug)]
pub(crate) struct Fleet {
    /// A server in each place, but where one is being started.
    places: RwLock<Vec<Option<Remote>>>,
    /// Since when the store is up or down, and which of them.
    store: RwLock<(Instant, bool)>,
}

impl Fleet {
    /// Any server that is there.
    pub(crate) async fn pick(&self, dice: &mut fastrand::Rng) -> Remote {
        loop {
            let at = dice.usize(..);
            let there: Vec<Remote> = read(&self.places).iter().flatten().cloned().collect();
            if let Some(remote) = (!there.is_empty()).then(|| there[at % there.len()].clone()) {
                return remote;
            }
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// The store has been there all the time since.
    pub(crate) fn store_is_up_since(&self, since: Instant) -> bool {
        let (turned, is_up) = *read(&self.store);
        is_up && turned < since
    }

    fn set_store(&self, is_up: bool) {
        *self.store.write().unwrap_or_else(PoisonError::into_inner) = (Instant::now(), is_up);
    }

    fn set_place(&self, place: usize, remote: Option<Remote>) {
        self.places.write().unwrap_or_else(PoisonError::into_inner)[place] = remote;
    }
}

fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

/// Starts and ends processes.
#[derive(Debug)]
pub(crate) struct Keeper {
    setup: Setup,
    fleet: Arc<Fleet>,
    history: Arc<History>,
    store: Store,
    servers: Vec<Server>,
    /// How many servers were started.
    started: u64,
}

#[derive(Debug)]
struct Store {
    child: Child,
    /// It ends when this is dropped.
    stdin: Option<ChildStdin>,
    address: SocketAddr,
    listening: JoinHandle<()>,
}

#[derive(Debug)]
struct Server {
    child: Child,
    remote: Remote,
}

impl Keeper {
    /// Starts everything.
    pub(crate) async fn start(setup: Setup, servers: usize, history: Arc<History>) -> Result<Self, Box<dyn Error>> {
        let store = start_store(&setup, &history).await?;
        let fleet = Fleet { places: RwLock::new(vec![None; servers]), store: RwLock::new((Instant::now(), true)) };
        let mut keeper = Self { setup, fleet: Arc::new(fleet), history, store, servers: Vec::new(), started: 0 };
        for place in 0..servers {
            let server = keeper.start_server(place).await?;
            keeper.servers.push(server);
        }
        Ok(keeper)
    }

    pub(crate) fn fleet(&self) -> Arc<Fleet> {
        Arc::clone(&self.fleet)
    }

    pub(crate) fn len(&self) -> usize {
        self.servers.len()
    }

    /// The server of a place.
    pub(crate) fn server(&self, place: usize) -> &Remote {
        &self.servers[place].remote
    }

    /// Kills the server of a place, and starts another one after a while.
    pub(crate) async fn kill_server(&mut self, place: usize, after: Duration) -> Result<(), Box<dyn Error>> {
        let Server { child, remote } = &mut self.servers[place];
        remote.killed();
        self.history.add(Line::Killed { server: remote.number() });
        child.kill().await?;
        self.fleet.set_place(place, None);
        sleep(after).await;
        self.servers[place] = self.start_server(place).await?;
        Ok(())
    }

    /// Kills the store, and starts it anew on the same file after a while.
    pub(crate) async fn kill_store(&mut self, after: Duration) -> Result<(), Box<dyn Error>> {
        self.store_must_run()?;
        self.fleet.set_store(false);
        self.history.add(Line::StoreKilled);
        self.store.child.kill().await?;
        sleep(after).await;
        self.store = start_store(&self.setup, &self.history).await?;
        for server in &self.servers {
            let _ = server.remote.send(Order::Store(self.store.address)).await;
        }
        self.fleet.set_store(true);
        Ok(())
    }

    /// Stops the process of a place, or lets it go on.
    #[cfg(unix)]
    pub(crate) fn signal(&self, place: usize, stop: bool) -> io::Result<()> {
        use rustix::process::{Pid, Signal, kill_process};
        let Server { child, remote } = &self.servers[place];
        // Only a child that was not waited for has an id: nobody else can have taken it over.
        let id = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        if let Some(id) = id {
            kill_process(id, if stop { Signal::STOP } else { Signal::CONT })?;
            remote.turned();
        }
        Ok(())
    }

    /// There are no such signals here.
    #[cfg(not(unix))]
    pub(crate) fn signal(&self, _place: usize, _stop: bool) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Shuts everything down.
    pub(crate) async fn end(mut self) -> Result<(), Box<dyn Error>> {
        for server in &mut self.servers {
            let _ = timeout(PATIENCE, server.remote.shutdown()).await;
            server.remote.killed();
            server.child.kill().await?;
            timeout(PATIENCE, server.remote.heard_out()).await?;
        }
        self.store_must_run()?;
        drop(self.store.stdin.take());
        timeout(PATIENCE, self.store.child.wait()).await??;
        timeout(PATIENCE, self.store.listening).await??;
        Ok(())
    }

    /// Takes it down if the store has ended by itself.
    fn store_must_run(&mut self) -> io::Result<()> {
        if let Some(status) = self.store.child.try_wait()? {
            self.history.add(Line::Crashed { what: format!("the store: {status}") });
        }
        Ok(())
    }

    async fn start_server(&mut self, place: usize) -> Result<Server, Box<dyn Error>> {
        self.started += 1;
        let number = self.started;
        let begin = server::Begin {
            store: self.store.address,
            token: self.setup.token.clone(),
            faults: self.setup.faults,
            seed: self.setup.seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15),
        };
        let (child, stdin, stdout) = spawn("server", &begin).await?;
        let (ready, is_ready) = oneshot::channel();
        let remote = Remote::new(number, stdin, stdout, ready, Arc::clone(&self.history));
        timeout(PATIENCE, is_ready).await.map_err(|_| "a server did not start in time")??;
        self.fleet.set_place(place, Some(remote.clone()));
        Ok(Server { child, remote })
    }
}

async fn start_store(setup: &Setup, history: &Arc<History>) -> Result<Store, Box<dyn Error>> {
    let begin = store::Begin { file: setup.file.clone(), token: setup.token.clone(), is_blind: setup.is_blind };
    let (child, stdin, mut stdout) = spawn("store", &begin).await?;
    let Some(store::Says::Listens(address)) = timeout(PATIENCE, stdout.next()).await?? else {
        return Err("the store did not start".into());
    };
    let history = Arc::clone(history);
    let listening = tokio::spawn(async move {
        while let Ok(Some(store::Says::Committed(committed))) = stdout.next().await {
            history.add(Line::Committed(committed));
        }
    });
    Ok(Store { child, stdin: Some(stdin), address, listening })
}

/// Starts this program again as something else.
async fn spawn(role: &str, begin: &impl Serialize) -> io::Result<(Child, ChildStdin, Reader<ChildStdout>)> {
    let mut child = Command::new(std::env::current_exe()?)
        .args(["--role", role])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(io::ErrorKind::BrokenPipe.into());
    };
    stdin.write_all(wire::line(begin)?.as_bytes()).await?;
    Ok((child, stdin, Reader::new(stdout)))
}
