//! The store's side of the socket.

use super::protocol::{Answer, Call, Failed, Reply, Request, Stored, TOKEN_BYTES, text_of};
use crate::documents;
use crate::store::{Committed, Tell};
use crate::wire::{self, Reader};
use keyholder_tokio::backend::{Bus, DurableStore, Expected, Key, MemoryStore, Meta, StoreError, Tag, Topic};
use keyholder_tokio::local::Local;
use keyholder_tokio::memory::{Entries, EntriesSettings, Topics};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::OwnedWriteHalf;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Who has not said the token by then is not listened to.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many answers wait for a connection.
const WAITING: usize = 256;

/// Three stores for whoever knows the token. Clones are the same.
#[derive(Clone)]
pub(super) struct Service {
    durable: Local,
    memory: Entries,
    bus: Topics,
    token: Arc<str>,
    is_blind: bool,
    tell: Tell,
}

impl Service {
    pub(super) fn new(durable: Local, token: String, is_blind: bool, tell: Tell) -> Self {
        let (memory, bus) = (Entries::new(EntriesSettings::PLATFORM), Topics::new());
        Self { durable, memory, bus, token: token.into(), is_blind, tell }
    }

    /// Answers whoever connects.
    pub(super) async fn serve(self, listener: TcpListener) {
        let mut connections = JoinSet::new();
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    connections.spawn(self.clone().connection(stream));
                    while connections.try_join_next().is_some() {}
                }
                // Too many are open: some of them end.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
    }

    async fn connection(self, mut stream: TcpStream) {
        let mut token = [0; TOKEN_BYTES + 1];
        let said = timeout(PATIENCE, stream.read_exact(&mut token)).await;
        let is_known = token.strip_suffix(b"\n") == Some(self.token.as_bytes());
        if !matches!(said, Ok(Ok(_))) || !is_known || stream.set_nodelay(true).is_err() {
            return;
        }
        let (read, write) = stream.into_split();
        let (replies, waiting) = mpsc::channel(WAITING);
        let receiving = async {
            let mut requests = Reader::new(read);
            while let Ok(Some(Request { id, call })) = requests.next().await {
                // Side by side, as of different callers; what was asked for is done even if nobody waits for the answer.
                tokio::spawn(self.clone().answer(id, call, replies.clone()));
            }
        };
        tokio::select! {
            () = send(write, waiting) => {}
            () = receiving => {}
        }
    }

    async fn answer(self, id: u64, call: Call, replies: mpsc::Sender<Reply>) {
        if let Call::Subscribe { topic } = call {
            self.subscribe(id, &topic.0, replies).await;
            return;
        }
        let result = self.call(call).await.map_err(Failed::from);
        let _ = replies.send(Reply::Answer { id, result }).await;
    }

    async fn subscribe(&self, id: u64, topic: &Topic, replies: mpsc::Sender<Reply>) {
        let (result, mut messages) = match self.bus.subscribe(topic).await {
            Ok(messages) => (Ok(Answer::Done), Some(messages)),
            Err(error) => (Err(error.into()), None),
        };
        let _ = replies.send(Reply::Answer { id, result }).await;
        while let Some(messages) = &mut messages {
            let message = tokio::select! {
                message = messages.next() => message,
                () = replies.closed() => None,
            };
            let Some(message) = message else { return };
            let _ = replies.send(Reply::Message { id, message }).await;
        }
    }

    async fn call(&self, call: Call) -> Result<Answer, StoreError> {
        match call {
            Call::Read { key } => {
                let found = self.durable.read(&key.0).await?;
                Ok(Answer::Found(found.map(|it| {
                    let Meta { users, attributes } = it.meta;
                    (text_of(&it.tag), Stored { text: it.text, users, attributes })
                })))
            }
            Call::Write { key, expected, stored } => self.write(&key.0, expected, stored).await,
            Call::Remove { key } => self.durable.remove(&key.0).await.map(|()| Answer::Done),
            Call::ReadEntry { key } => {
                let found = self.memory.read(&key.into()).await?;
                Ok(Answer::Found(found.map(|it| (text_of(&it.tag), Stored { text: it.text, ..Stored::default() }))))
            }
            Call::WriteEntry { key, expected, text, ttl } => {
                let tag = self.memory.write(&key.into(), expectation(expected), text, ttl).await?;
                Ok(Answer::Tag(text_of(&tag)))
            }
            Call::PutEntry { key, text, ttl } => {
                Ok(Answer::Tag(text_of(&self.memory.put(&key.into(), text, ttl).await?)))
            }
            Call::DeleteEntry { key, tag } => {
                self.memory.delete(&key.into(), &Tag::new(tag)).await.map(|()| Answer::Done)
            }
            Call::Publish { topic, message } => self.bus.publish(&topic.0, message).await.map(|()| Answer::Done),
            Call::Subscribe { .. } => Ok(Answer::Done),
        }
    }

    async fn write(&self, key: &Key, expected: Option<Arc<str>>, stored: Stored) -> Result<Answer, StoreError> {
        let Stored { text, users, attributes } = stored;
        let expected = if self.is_blind {
            self.durable.read(key).await?.map_or(Expected::Absent, |it| Expected::Tag(it.tag))
        } else {
            expectation(expected)
        };
        let tag = self.durable.write(key, expected, Arc::clone(&text), &Meta { users, attributes }).await?;
        if let (Some(player), Ok(revision)) = (documents::player(key), tag.as_str().parse())
            && let Some((epoch, owner)) = documents::owner(&text)
        {
            (self.tell)(Committed { player, revision, epoch, owner });
        }
        Ok(Answer::Tag(text_of(&tag)))
    }
}

fn expectation(tag: Option<Arc<str>>) -> Expected {
    tag.map_or(Expected::Absent, |tag| Expected::Tag(Tag::new(tag)))
}

async fn send(mut to: OwnedWriteHalf, mut replies: mpsc::Receiver<Reply>) {
    while let Some(reply) = replies.recv().await {
        let Ok(line) = wire::line(&reply) else { return };
        if to.write_all(line.as_bytes()).await.is_err() {
            return;
        }
    }
}
