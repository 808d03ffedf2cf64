use super::service::Service;
use super::{Client, Link};
use crate::documents;
use crate::store::Committed;
use keyholder_core::ids::Epoch;
use keyholder_core::record::Record;
use keyholder_core::stored::Item;
use keyholder_core::tree::Tree;
use keyholder_core::value::Map;
use keyholder_tokio::backend::{
    Bus, DurableStore, Expected, MemoryKey, MemoryStore, Meta, NotApplied, Refused, StoreError, Tag, Topic,
};
use keyholder_tokio::conformance::{self, Report};
use keyholder_tokio::local::{Local, LocalSettings};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

struct Running {
    _folder: tempfile::TempDir,
    address: SocketAddr,
    committed: Arc<Mutex<Vec<Committed>>>,
    serving: JoinHandle<()>,
}

async fn start(is_blind: bool) -> Running {
    let folder = tempfile::tempdir().unwrap();
    let local = Local::open(folder.path().join("store.redb"), LocalSettings::default()).await.unwrap();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let committed = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&committed);
    let service = Service::new(local, TOKEN.to_owned(), is_blind, Arc::new(move |it| told.lock().unwrap().push(it)));
    let serving = tokio::spawn(service.serve(listener));
    Running { _folder: folder, address, committed, serving }
}

/// A client that is connected.
async fn client(address: SocketAddr, cut: u16) -> Client {
    let (_, address) = watch::channel(address);
    let client = Client::connect(Link { address, token: TOKEN.to_owned(), cut, seed: 1 });
    let key = documents::key(0).unwrap();
    while DurableStore::read(&client, &key).await.is_err() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    client
}

fn passed(report: &Report, names: &[&str]) {
    assert!(report.is_ok(), "{report}");
    assert_eq!(report.checks.iter().map(|check| check.name).collect::<Vec<_>>(), names);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_client_passes_what_every_store_has_to_pass() {
    let running = start(false).await;
    let client = client(running.address, 0).await;
    passed(&conformance::durable("scratch", async || client.clone()).await, &conformance::DURABLE);
    passed(&conformance::memory("scratch", async || client.clone()).await, &conformance::MEMORY);
    passed(&conformance::bus("scratch", async || client.clone()).await, &conformance::BUS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_beside_a_text_comes_back_and_errors_are_what_they_were() {
    let running = start(false).await;
    let client = client(running.address, 0).await;
    let key = documents::key(7).unwrap();
    let meta = Meta { users: vec![1, u64::MAX], attributes: [("a".to_owned(), "\"\n\u{e9}".to_owned())].into() };
    let tag = DurableStore::write(&client, &key, Expected::Absent, "line\nline".into(), &meta).await.unwrap();
    let entry = DurableStore::read(&client, &key).await.unwrap().unwrap();
    assert_eq!((entry.tag, &*entry.text, entry.meta), (tag.clone(), "line\nline", meta));
    let stale = Expected::Tag(Tag::new("0"));
    let refused = DurableStore::write(&client, &key, stale, "".into(), &Meta::default()).await;
    assert_eq!(refused, Err(StoreError::Conflict));
    let large = "x".repeat(DurableStore::capabilities(&client).max_text_bytes + 1);
    let refused = DurableStore::write(&client, &key, Expected::Tag(tag), large.into(), &Meta::default()).await;
    assert!(matches!(refused, Err(StoreError::NotApplied(NotApplied::Refused(Refused::TooLarge { .. })))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_is_told_with_epoch_and_owner_and_only_a_blind_store_takes_a_stale_tag() {
    let mut record = Record::new(documents::SCHEMA, documents::SCHEMA, Tree::new(Map::new().into()));
    record.epoch = Epoch(1);
    let text: Arc<str> = record.to_text().unwrap().into();
    let key = documents::key(3).unwrap();
    for is_blind in [false, true] {
        let running = start(is_blind).await;
        let client = client(running.address, 0).await;
        let write =
            async |expected| DurableStore::write(&client, &key, expected, Arc::clone(&text), &Meta::default()).await;
        write(Expected::Absent).await.unwrap();
        let again = write(Expected::Absent).await;
        assert_eq!(again.is_ok(), is_blind, "{again:?}");
        let committed = running.committed.lock().unwrap().clone();
        assert_eq!(committed.len(), if is_blind { 2 } else { 1 });
        assert!(committed.iter().all(|it| it.player == 3 && it.epoch == record.epoch.0 && it.owner.is_none()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_ends_makes_writes_unknown_and_is_made_anew() {
    let running = start(false).await;
    let client = client(running.address, 300).await;
    let key = MemoryKey::Journal(documents::key(1).unwrap());
    let (mut unknown, mut written) = (0, 0);
    for _ in 0..200 {
        match client.put(&key, "x".into(), Duration::from_secs(60)).await {
            Ok(_) => written += 1,
            Err(StoreError::Unknown) => unknown += 1,
            Err(error) => assert_eq!(error, StoreError::UNAVAILABLE),
        }
        let read = MemoryStore::read(&client, &key).await;
        assert!(matches!(read, Ok(_) | Err(StoreError::UNAVAILABLE)), "{read:?}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    assert!(unknown > 5 && written > 5, "{unknown} unknown, {written} written");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_subscribed_hears_messages_after_the_store_was_started_anew() {
    let (one, two) = (start(false).await, start(false).await);
    let (moved, address) = watch::channel(one.address);
    let client = Client::connect(Link { address, token: TOKEN.to_owned(), cut: 0, seed: 1 });
    let topic = Topic::new("t").unwrap();
    let mut heard = loop {
        match client.subscribe(&topic).await {
            Ok(heard) => break heard,
            Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    };
    client.publish(&topic, "one".into()).await.unwrap();
    assert_eq!(heard.next().await.as_deref(), Some("one"));

    // A store that was killed is elsewhere when it is back, and knows nobody.
    one.serving.abort();
    moved.send(two.address).unwrap();
    loop {
        let _ = client.publish(&topic, "two".into()).await;
        if let Ok(message) = timeout(Duration::from_millis(50), heard.next()).await {
            assert_eq!(message.as_deref(), Some("two"));
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_does_not_know_the_token_is_not_answered() {
    let running = start(false).await;
    for said in ["\n".repeat(33), format!("{}\n", TOKEN.replace('0', "1")), "{}".repeat(100)] {
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        stream.write_all(said.as_bytes()).await.unwrap();
        let _ = stream.write_all(b"{\"id\":0,\"call\":{\"publish\":{\"topic\":\"t\",\"message\":\"m\"}}}\n").await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        assert!(answer.is_empty());
    }
}
