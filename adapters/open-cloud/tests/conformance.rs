//! The conformance suites of `keyholder-tokio`, over real HTTP, against the emulator.

use keyholder_emulator::settings::{ConflictStatus, Drift, Faults};
use keyholder_emulator::{Emulator, Settings as Local};
use keyholder_open_cloud::{ApiKey, Bans, Client, Engine, Entries, Messages, Records, Settings, StartError};
use keyholder_tokio::backend::Key;
use keyholder_tokio::conformance::{self, Report, Verdict, self_test};
use std::future::pending;
use std::sync::Arc;
use tokio::net::TcpListener;

/// An emulator on a port of its own, and a connection to it.
async fn start(engine: Engine, local: Local) -> Client {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let emulator = Emulator::new(local);
    tokio::spawn(async move { emulator.serve(listener, pending()).await });
    // The suites make thousands of requests, and need not wait for a budget.
    let settings = Settings { base_url, engine, share_percent: None, ..Settings::new(1) };
    Client::new(&settings, &ApiKey::new("local").unwrap()).unwrap()
}

/// Without limits: the suites make thousands of requests.
fn unlimited() -> Local {
    Local { limits: false, ..Local::default() }
}

fn passed(report: &Report, skipped: &[&str]) {
    assert!(report.is_ok(), "{report}");
    let left_out = report.checks.iter().filter(|check| matches!(check.verdict, Verdict::Skipped(_)));
    assert_eq!(left_out.map(|check| check.name).collect::<Vec<_>>(), skipped, "{report}");
}

fn scratch() -> Key {
    Key::new("scratch", "server-1").unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_on_v2_pass() {
    let client = start(Engine::V2, unlimited()).await;
    passed(&conformance::durable("suite", async || Records::new(client.clone())).await, &[]);
}

/// What is not established, or was seen in more than one form, one after the other.
const DRIFTS: [(Engine, &str); 4] = [
    (Engine::V1, "tombstone=404"),
    (Engine::V1, "tombstone=204,last-page=one-more"),
    (Engine::V2, "conflict=412,last-page=one-more"),
    (Engine::V2, "conflict=400,last-page=null"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_pass_on_either_interface_whatever_is_not_established() {
    for (engine, drift) in DRIFTS {
        let client = start(engine, Local { drift: Drift::parse(drift).unwrap(), ..unlimited() }).await;
        let report = conformance::durable("suite", async || Records::new(client.clone())).await;
        passed(&report, &[]);
    }
}

/// What stays true whatever the network and the platform do.
const HONEST: [&str; 3] = ["acknowledged is kept", "refused is not applied", "unknown is whole or nothing"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_answers_and_failing_servers_are_answered_honestly() {
    for engine in [Engine::V1, Engine::V2] {
        let faults = Faults::parse("before=0.01,after=0.02,drop=0.02,html=0.01,empty=0.02,seed=7");
        let client = start(engine, Local { faults: faults.unwrap(), ..unlimited() }).await;
        let report = conformance::durable("suite", async || Records::new(client.clone())).await;
        let failed: Vec<_> = report.failed().filter(|name| HONEST.contains(name)).collect();
        assert!(failed.is_empty(), "{engine:?}\n{report}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn entries_pass_as_far_as_they_declare() {
    let client = start(Engine::V2, unlimited()).await;
    let report = conformance::memory("suite", async || Entries::new(client.clone(), "suite").unwrap()).await;
    passed(&report, &["one winner", "acknowledged is kept", "refused is not applied", "cancel is whole or nothing"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_pass_as_far_as_a_sender_sees() {
    let client = start(Engine::V2, unlimited()).await;
    let report = conformance::bus("suite", async || Messages::new(client.clone())).await;
    let checked = report.checks.iter().filter(|check| check.verdict == Verdict::Passed);
    assert_eq!(
        checked.map(|check| check.name).collect::<Vec<_>>(),
        ["nobody listens is no error", "too large refused"]
    );
    assert!(report.is_ok(), "{report}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bans_pass() {
    let client = start(Engine::V2, unlimited()).await;
    passed(&conformance::moderation(1, async || Bans::new(client.clone())).await, &[]);
}

#[tokio::test]
async fn a_start_is_refused_only_where_stale_writes_are_taken() {
    for engine in [Engine::V2, Engine::V1] {
        for conflict in
            [ConflictStatus::Aborted, ConflictStatus::PreconditionFailed, ConflictStatus::FailedPrecondition]
        {
            let local = Local { drift: Drift { conflict, ..Drift::default() }, ..Local::default() };
            let records = Records::open(start(engine, local).await, &scratch()).await.unwrap();
            assert_eq!(self_test(&Arc::new(records), &scratch()).await, Ok(()));
        }
    }
    let local = Local { drift: Drift { conflict: ConflictStatus::Ignored, ..Drift::default() }, ..Local::default() };
    let refused = Records::open(start(Engine::V2, local).await, &scratch()).await;
    assert_eq!(refused.err(), Some(StartError::Taken { what: "with a stale tag", status: 200 }));
}
