//! The task behind a client: it keeps a connection, numbers what is asked, and brings back the answers.

use super::client::{Ask, Link};
use super::protocol::{Answer, Call, Failed, Reply, Request, TopicName};
use crate::wire::{self, Reader};
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep;

/// How long after a connection has ended the next is tried.
const RETRY: Duration = Duration::from_millis(20);

type Waiting = BTreeMap<u64, oneshot::Sender<Result<Answer, Failed>>>;

pub(super) struct Pump {
    link: Link,
    asks: mpsc::Receiver<Ask>,
    dice: fastrand::Rng,
    next: u64,
    /// Subscribed to anew on each connection.
    listeners: BTreeMap<u64, (TopicName, mpsc::Sender<Arc<str>>)>,
}

impl Pump {
    pub(super) fn new(link: Link, asks: mpsc::Receiver<Ask>) -> Self {
        let dice = fastrand::Rng::with_seed(link.seed);
        Self { link, asks, dice, next: 0, listeners: BTreeMap::new() }
    }

    /// Runs until the last client is dropped.
    pub(super) async fn run(mut self) {
        loop {
            let address = *self.link.address.borrow_and_update();
            let connected = tokio::select! {
                connected = TcpStream::connect(address) => connected,
                () = refuse(&mut self.asks) => return,
            };
            if let Ok(stream) = connected
                && let Ok(()) = self.carry(stream).await
            {
                return;
            }
            tokio::select! {
                () = sleep(RETRY) => {}
                () = refuse(&mut self.asks) => return,
            }
        }
    }

    /// Carries calls over one connection. `Ok` once the last client is dropped; an error when the connection has ended,
    /// by which everybody who waits learns that there is no answer.
    async fn carry(&mut self, stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let (read, mut write) = stream.into_split();
        write.write_all(format!("{}\n", self.link.token).as_bytes()).await?;
        self.listeners.retain(|_, (_, listener)| !listener.is_closed());
        for (id, (topic, _)) in &self.listeners {
            request(&mut write, *id, Call::Subscribe { topic: topic.clone() }).await?;
        }
        let mut replies = Reader::new(read);
        let mut waiting = Waiting::new();
        loop {
            tokio::select! {
                ask = self.asks.recv() => {
                    let Some(ask) = ask else { return Ok(()) };
                    self.send(&mut write, ask, &mut waiting).await?;
                }
                reply = replies.next() => match reply?.ok_or(io::ErrorKind::UnexpectedEof)? {
                    Reply::Answer { id, result } => {
                        if let Some(reply) = waiting.remove(&id) {
                            let _ = reply.send(result);
                        }
                    }
                    Reply::Message { id, message } => {
                        if let Some((_, listener)) = self.listeners.get(&id) {
                            // A bus waits for nobody.
                            let _ = listener.try_send(message);
                        }
                    }
                }
            }
        }
    }

    async fn send(&mut self, write: &mut OwnedWriteHalf, ask: Ask, waiting: &mut Waiting) -> io::Result<()> {
        let id = self.next;
        self.next += 1;
        waiting.insert(id, ask.reply);
        if let (Call::Subscribe { topic }, Some(listener)) = (&ask.call, ask.listener) {
            self.listeners.insert(id, (topic.clone(), listener));
        }
        request(write, id, ask.call).await?;
        if self.dice.u16(0..1_000) < self.link.cut {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        Ok(())
    }
}

async fn request(write: &mut OwnedWriteHalf, id: u64, call: Call) -> io::Result<()> {
    write.write_all(wire::line(&Request { id, call })?.as_bytes()).await
}

/// Without a connection, nothing leaves this process.
async fn refuse(asks: &mut mpsc::Receiver<Ask>) {
    while let Some(ask) = asks.recv().await {
        let _ = ask.reply.send(Err(Failed::Unavailable));
    }
}
