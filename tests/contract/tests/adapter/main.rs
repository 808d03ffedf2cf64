//! The adapter held to the platform's documents: every request that it makes, and every answer of the emulator to it, while the
//! conformance suites run on both, over HTTP.

mod recorder;

use std::sync::Arc;

use keyholder_contract::Contract;
use keyholder_emulator::settings::{Drift, Faults};
use keyholder_emulator::{Emulator, Settings as Local};
use keyholder_open_cloud::{Bans, Engine, Entries, Messages, Records};
use keyholder_tokio::backend::{DurableStore, Expected, Key, Meta};
use keyholder_tokio::conformance;

use recorder::Recorder;

/// All that the adapter asks for. One that is missing here was not known to be used; one that is never asked for was not checked.
const OPERATIONS: [&str; 19] = [
    "Cloud_CreateDataStoreEntry__Using_Universes",
    "Cloud_CreateMemoryStoreSortedMapItem",
    "Cloud_DeleteDataStoreEntry__Using_Universes_DataStores",
    "Cloud_DeleteMemoryStoreSortedMapItem",
    "Cloud_GetDataStoreEntry__Using_Universes_DataStores",
    "Cloud_GetMemoryStoreSortedMapItem",
    "Cloud_GetUserRestriction__Using_Universes",
    "Cloud_ListDataStoreEntries__Using_Universes",
    "Cloud_ListDataStoreEntryRevisions__Using_Universes_DataStores",
    "Cloud_PublishUniverseMessage",
    "Cloud_UpdateDataStoreEntry__Using_Universes_DataStores",
    "Cloud_UpdateMemoryStoreSortedMapItem",
    "Cloud_UpdateUserRestriction__Using_Universes",
    "Entries_DeleteEntryAsync",
    "Entries_GetEntryAsync",
    "Entries_GetEntryVersionAsync",
    "Entries_ListEntryVersionsAsync",
    "Entries_ListKeysAsync",
    "Entries_SetEntryAsync",
];

fn unlimited() -> Local {
    Local { limits: false, ..Local::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_request_and_every_answer_is_one_of_the_document() {
    let Some(contract) = Contract::beside_the_project("the adapter's requests").expect("a contract") else { return };
    let recorder = Recorder::new(contract, true);
    for engine in [Engine::V2, Engine::V1] {
        let client = recorder.client(Emulator::new(unlimited()), engine).await;
        conformance::durable("suite", async || Records::new(client.clone())).await;
        tour(Records::new(client)).await;
    }
    let client = recorder.client(Emulator::new(unlimited()), Engine::V2).await;
    conformance::memory("suite", async || Entries::new(client.clone(), "suite").unwrap()).await;
    conformance::bus("suite", async || Messages::new(client.clone())).await;
    conformance::moderation(1, async || Bans::new(client.clone())).await;
    let seen = recorder.end();
    assert_eq!(seen, OPERATIONS);
}

/// What is asked for after a failure is asked for in the same form. The answers are not looked at: pages of HTML and nothing at all
/// are what is tried here.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn so_is_every_request_after_a_failure() {
    let Some(contract) = Contract::beside_the_project("the adapter's requests").expect("a contract") else { return };
    let recorder = Recorder::new(contract, false);
    let suite = async |engine, drift| {
        let faults = Faults::parse("before=0.01,after=0.01,html=0.01,empty=0.01,seed=7").unwrap();
        let local = Local { drift: Drift::parse(drift).unwrap(), faults, ..unlimited() };
        let client = recorder.client(Emulator::new(local), engine).await;
        conformance::durable("suite", async || Records::new(client.clone())).await;
    };
    // Side by side, for they wait after each failure.
    tokio::join!(
        suite(Engine::V2, "conflict=400"),
        suite(Engine::V2, "conflict=412"),
        suite(Engine::V1, "tombstone=404")
    );
    recorder.end();
}

/// What the suites leave out: the check at the start, users and attributes, names and values that have to be escaped, an old
/// version, a record that is made again.
async fn tour(records: Records) {
    records.check(&Key::new("scratch", "server-1").unwrap()).await.unwrap();
    let key = Key::new("my players/\u{e9}", "a/b@c:d e%\u{e9}?#&=+").unwrap();
    let attributes = [("note".to_owned(), "\u{e9}\u{1f511}\"\\\n".to_owned())].into();
    let meta = Meta { users: vec![1, 23, u64::from(u32::MAX), 4], attributes };
    let text: Arc<str> = "{\"a\":\"\u{e9}\u{1f511}\\\"\\\\\\n\",\"b\":[1,-2.5,null,{}]}".into();
    let first = records.write(&key, Expected::Absent, Arc::clone(&text), &meta).await.unwrap();
    records.write(&key, Expected::Tag(first), "{\"coins\":9007199254740993}".into(), &meta).await.unwrap();
    let newest = records.versions(&key).await.unwrap().remove(0);
    let entry = records.read_version(&key, &newest.id).await.unwrap().unwrap();
    assert_eq!((&*entry.text, entry.meta), ("{\"coins\":9007199254740993}", meta.clone()));
    records.list(key.location(), None, 10).await.unwrap();
    records.remove(&key).await.unwrap();
    records.write(&key, Expected::Absent, text, &meta).await.unwrap();
    let largest = format!("{{\"a\":\"{}\"}}", "x".repeat(4_000_000));
    let large = Key::new("players", "large").unwrap();
    records.write(&large, Expected::Absent, largest.into(), &meta).await.unwrap();
    records.read(&large).await.unwrap().unwrap();
}
