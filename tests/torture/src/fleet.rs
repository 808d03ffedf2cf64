//! The processes: the store, the servers, one in each place, and where there are any the web writers.

use crate::args::{Arguments, Broken, On, Trouble};
use crate::history::{History, Line};
use crate::orders::{self, Order};
use crate::remote::{Kind, Remote};
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

/// How many web writers there are on Open Cloud.
const WRITERS: usize = 2;

/// What a fleet is made of.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    on: On,
    file: PathBuf,
    token: String,
    faults: Trouble,
    seed: u64,
    is_blind: bool,
    servers: usize,
}

impl Setup {
    pub(crate) fn new(arguments: &Arguments, file: PathBuf, seed: u64) -> Result<Self, getrandom::Error> {
        // Not of the seed: nobody else on this machine shall guess it.
        let token = format!("{:016x}{:016x}", getrandom::u64()?, getrandom::u64()?);
        let is_blind = arguments.broken == Some(Broken::BlindWrites);
        let Arguments { on, faults, servers, .. } = *arguments;
        Ok(Self { on, file, token, faults, seed, is_blind, servers: servers.into() })
    }

    /// How many places there are.
    fn places(&self, kind: Kind) -> usize {
        match (kind, self.on) {
            (Kind::Server, _) => self.servers,
            (Kind::Writer, On::Emulator) => WRITERS,
            (Kind::Writer, On::File) => 0,
        }
    }

    /// The dice of the process of this number.
    fn seed(&self, number: u64) -> u64 {
        self.seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
}

/// The fleet as players see it.
#[derive(Debug)]
pub(crate) struct Fleet {
    on: On,
    /// A server in each place, but where one is being started.
    servers: Places,
    /// The same of web writers.
    writers: Places,
    /// Since when the store is up or down, and which of them.
    store: RwLock<(Instant, bool)>,
}

type Places = RwLock<Vec<Option<Remote>>>;

impl Fleet {
    /// Any server that is there.
    pub(crate) async fn pick(&self, dice: &mut fastrand::Rng) -> Remote {
        any(&self.servers, dice).await
    }

    /// Any web writer that is there; `None` where there are none.
    pub(crate) async fn writer(&self, dice: &mut fastrand::Rng) -> Option<Remote> {
        if read(&self.writers).is_empty() { None } else { Some(any(&self.writers, dice).await) }
    }

    /// Any server, and as often a web writer where there are some: whoever can deliver something.
    pub(crate) async fn giver(&self, dice: &mut fastrand::Rng) -> Remote {
        if dice.bool()
            && let Some(writer) = self.writer(dice).await
        {
            return writer;
        }
        self.pick(dice).await
    }

    /// Servers hear each other, so that who holds a record can be asked for it. Open Cloud publishes, and nobody hears it.
    pub(crate) fn has_bus(&self) -> bool {
        self.on == On::File
    }

    /// The store has been there all the time since.
    pub(crate) fn store_is_up_since(&self, since: Instant) -> bool {
        let (turned, is_up) = *read(&self.store);
        is_up && turned < since
    }

    fn set_store(&self, is_up: bool) {
        *self.store.write().unwrap_or_else(PoisonError::into_inner) = (Instant::now(), is_up);
    }

    fn set_place(&self, kind: Kind, place: usize, remote: Option<Remote>) {
        let places = match kind {
            Kind::Server => &self.servers,
            Kind::Writer => &self.writers,
        };
        places.write().unwrap_or_else(PoisonError::into_inner)[place] = remote;
    }
}

async fn any(places: &Places, dice: &mut fastrand::Rng) -> Remote {
    loop {
        let at = dice.usize(..);
        let there: Vec<Remote> = read(places).iter().flatten().cloned().collect();
        if let Some(remote) = (!there.is_empty()).then(|| there[at % there.len()].clone()) {
            return remote;
        }
        sleep(Duration::from_millis(20)).await;
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
    servers: Vec<Process>,
    writers: Vec<Process>,
    /// How many processes were started.
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
struct Process {
    child: Child,
    remote: Remote,
}

impl Keeper {
    /// Starts everything.
    pub(crate) async fn start(setup: Setup, history: Arc<History>) -> Result<Self, Box<dyn Error>> {
        let store = start_store(&setup, 0, None, &history).await?;
        let places = |kind| RwLock::new(vec![None; setup.places(kind)]);
        let up = RwLock::new((Instant::now(), true));
        let (servers, writers) = (places(Kind::Server), places(Kind::Writer));
        let fleet = Arc::new(Fleet { on: setup.on, servers, writers, store: up });
        let mut keeper = Self { setup, fleet, history, store, servers: Vec::new(), writers: Vec::new(), started: 0 };
        for kind in [Kind::Server, Kind::Writer] {
            for place in 0..keeper.setup.places(kind) {
                let process = keeper.start_process(kind, place).await?;
                keeper.processes(kind).push(process);
            }
        }
        Ok(keeper)
    }

    pub(crate) fn fleet(&self) -> Arc<Fleet> {
        Arc::clone(&self.fleet)
    }

    /// How many places there are.
    pub(crate) fn places(&self, kind: Kind) -> usize {
        self.setup.places(kind)
    }

    /// The server of a place.
    pub(crate) fn server(&self, place: usize) -> &Remote {
        &self.servers[place].remote
    }

    fn processes(&mut self, kind: Kind) -> &mut Vec<Process> {
        match kind {
            Kind::Server => &mut self.servers,
            Kind::Writer => &mut self.writers,
        }
    }

    /// Kills the process of a place, and starts another one after a while.
    pub(crate) async fn kill(&mut self, kind: Kind, place: usize, after: Duration) -> Result<(), Box<dyn Error>> {
        let remote = self.processes(kind)[place].remote.clone();
        remote.killed();
        self.history.add(match kind {
            Kind::Server => Line::Killed { server: remote.number() },
            Kind::Writer => Line::WriterKilled { writer: remote.number() },
        });
        self.processes(kind)[place].child.kill().await?;
        self.fleet.set_place(kind, place, None);
        sleep(after).await;
        let process = self.start_process(kind, place).await?;
        self.processes(kind)[place] = process;
        Ok(())
    }

    /// Kills the store, and starts it anew on the same file after a while.
    pub(crate) async fn kill_store(&mut self, after: Duration) -> Result<(), Box<dyn Error>> {
        self.store_must_run()?;
        self.fleet.set_store(false);
        self.history.add(Line::StoreKilled);
        self.store.child.kill().await?;
        sleep(after).await;
        self.started += 1;
        // Whoever reaches Open Cloud is not told where it is: it comes back where it was.
        let address = (self.setup.on == On::Emulator).then_some(self.store.address);
        self.store = start_store(&self.setup, self.started, address, &self.history).await?;
        for server in &self.servers {
            let _ = server.remote.send(Order::Store(self.store.address)).await;
        }
        self.fleet.set_store(true);
        Ok(())
    }

    /// Stops the server of a place, or lets it go on.
    #[cfg(unix)]
    pub(crate) fn signal(&self, place: usize, stop: bool) -> io::Result<()> {
        use rustix::process::{Pid, Signal, kill_process};
        let Process { child, remote } = &self.servers[place];
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
        for Process { child, remote } in self.servers.iter_mut().chain(&mut self.writers) {
            let _ = timeout(PATIENCE, remote.shutdown()).await;
            remote.killed();
            child.kill().await?;
            timeout(PATIENCE, remote.heard_out()).await?;
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

    async fn start_process(&mut self, kind: Kind, place: usize) -> Result<Process, Box<dyn Error>> {
        self.started += 1;
        let number = self.started;
        let Setup { on, ref token, is_blind, faults, .. } = self.setup;
        let (store, token, seed) = (self.store.address, token.clone(), self.setup.seed(number));
        let (child, stdin, stdout) =
            spawn(kind.role(), &orders::Begin { on, store, token, is_blind, faults, seed }).await?;
        let (ready, is_ready) = oneshot::channel();
        let remote = Remote::new(kind, number, stdin, stdout, ready, Arc::clone(&self.history));
        let late = || format!("a {} did not start in time", kind.role());
        timeout(PATIENCE, is_ready).await.map_err(|_| late())?.map_err(|_| format!("a {} ended", kind.role()))?;
        self.fleet.set_place(kind, place, Some(remote.clone()));
        Ok(Process { child, remote })
    }
}

/// Starts the store that has this number, where it has to be or anywhere.
async fn start_store(
    setup: &Setup,
    number: u64,
    address: Option<SocketAddr>,
    history: &Arc<History>,
) -> Result<Store, Box<dyn Error>> {
    let Setup { on, ref file, ref token, faults, is_blind, .. } = *setup;
    let (file, token, seed) = (file.clone(), token.clone(), setup.seed(number));
    let begin = store::Begin { on, file, token, is_blind, address, faults, seed };
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
