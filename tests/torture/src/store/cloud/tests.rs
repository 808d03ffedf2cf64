use super::{client, connect, read_all, run};
use crate::args::{On, Trouble};
use crate::documents;
use crate::orders;
use crate::store::{Begin, Committed};
use keyholder_core::ids::Epoch;
use keyholder_core::record::Record;
use keyholder_core::stored::Item;
use keyholder_core::tree::Tree;
use keyholder_core::value::Map;
use keyholder_open_cloud::StartError;
use keyholder_tokio::backend::{DurableStore, Expected, Meta};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

const TOKEN: &str = "token";

struct Running {
    begin: orders::Begin,
    committed: Arc<Mutex<Vec<Committed>>>,
    end: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

/// A port that was free a moment ago.
async fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

/// The store process, without its process.
async fn start(file: &Path, is_blind: bool) -> Running {
    let (address, faults, seed) = (free().await, Trouble::None, 1);
    let (on, token) = (On::Emulator, TOKEN.to_owned());
    let begin = Begin { on, file: file.to_owned(), token, is_blind, address: Some(address), faults, seed };
    let committed = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&committed);
    let (end, ended) = oneshot::channel();
    let serving = tokio::spawn(async move {
        let tell = Arc::new(move |it| told.lock().unwrap().push(it));
        let ended = async move { ended.await.unwrap_or_default() };
        run(&begin, tell, ended).await.unwrap();
    });
    let begin = orders::Begin { on, store: address, token: TOKEN.to_owned(), is_blind, faults, seed };
    Running { begin, committed, end, serving }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commits_are_told_with_epoch_and_owner_and_outlive_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cloud.redb");
    let running = start(&file, false).await;
    let cloud = connect(&running.begin).await.unwrap();
    let mut record = Record::new(documents::SCHEMA, documents::SCHEMA, Tree::new(Map::new().into()));
    let key = documents::key(3).unwrap();
    let mut expected = Expected::Absent;
    for epoch in 1..4 {
        record.epoch = Epoch(epoch);
        let text = record.to_text().unwrap().into();
        expected = Expected::Tag(cloud.records.write(&key, expected, text, &Meta::default()).await.unwrap());
    }
    running.end.send(()).unwrap();
    running.serving.await.unwrap();
    // Each of them, though the platform keeps but the last of an hour; and none of the check.
    let told = running.committed.lock().unwrap().clone();
    let wanted = |n: u32| Committed { player: 3, revision: n.into(), epoch: n, owner: None };
    assert_eq!(told, [wanted(1), wanted(2), wanted(3)]);
    // The emulator lets go of the file a moment after it has ended.
    let stored = loop {
        match read_all(&file).await {
            Ok(stored) => break stored,
            Err(error) => assert!(error.to_string().contains("cannot be opened"), "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!(stored.into_keys().collect::<Vec<_>>(), [3]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_check_in_front_of_a_start_refuses_a_blind_store_and_can_be_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(&folder.path().join("cloud.redb"), true).await;
    let honest = orders::Begin { is_blind: false, token: TOKEN.to_owned(), ..running.begin };
    let refused = connect(&honest).await.unwrap_err();
    let refused = refused.downcast_ref::<StartError>().unwrap();
    assert!(matches!(refused, StartError::Taken { what: "with a stale tag", status: 200 }), "{refused}");
    assert!(connect(&orders::Begin { is_blind: true, ..honest }).await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_does_not_know_the_token_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(&folder.path().join("cloud.redb"), false).await;
    let known = connect(&running.begin).await.unwrap();
    let key = documents::key(1).unwrap();
    assert_eq!(known.records.read(&key).await, Ok(None));
    let stranger = keyholder_open_cloud::Records::new(client(running.begin.store, "another").unwrap());
    assert!(stranger.read(&key).await.is_err());
}
