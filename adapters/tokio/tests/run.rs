//! Requests of the core on stores.

use keyholder_core::config::{Config, Settings};
use keyholder_core::fields::{Change, Fields, Shape};
use keyholder_core::heartbeat::PulseOutcome;
use keyholder_core::ids::{Epoch, HostId, Nonce, SchemaVersion};
use keyholder_core::input::Outcome;
use keyholder_core::journal::{Journal, JournalUpdate};
use keyholder_core::record::{Owner, Record};
use keyholder_core::rules::{Liveness, Standard};
use keyholder_core::segment::Log;
use keyholder_core::stored::{Item, StoredError};
use keyholder_core::update::{Claim, Permit, Update};
use keyholder_tokio::backend::*;
use keyholder_tokio::memory::{Durable, DurableSettings, Entries, EntriesSettings, Faults, Faulty};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

type Doc = Fields<String>;
type Request = Update<Doc, Change<String>>;

const TRIES: NonZeroU32 = NonZeroU32::new(3).unwrap();
const TTL: Duration = Duration::from_secs(60);

fn config() -> Config<Shape<String>> {
    Config::new(Settings::DEFAULT, Shape::new(SchemaVersion(1), vec![]).unwrap()).unwrap()
}

fn key() -> Key {
    Key::new("players", "Player_1").unwrap()
}

fn owner(nonce: u64) -> Owner {
    Owner { host: HostId(0xa1), nonce: Nonce(nonce) }
}

fn claim(nonce: u64) -> Request {
    Update::Claim(Claim { by: owner(nonce), permit: Permit::Any })
}

fn records() -> Durable {
    Durable::new(DurableSettings::PLATFORM)
}

async fn run(store: &impl DurableStore, request: &Request) -> Answer<Record<Doc>> {
    update(store, &key(), request, &Standard, &config(), TRIES).await
}

#[tokio::test]
async fn a_rule_runs_on_what_is_there_and_its_result_is_written() {
    let store = records();
    assert_eq!(run(&store, &Update::Look).await, Answer { outcome: Outcome::Read(None), trouble: None });
    let wrote = run(&store, &claim(1)).await.outcome;
    let Outcome::Wrote(Some(record)) = wrote else { panic!("{wrote:?}") };
    assert_eq!((record.epoch, record.owner), (Epoch(1), Some(owner(1))));
    let entry = store.read(&key()).await.unwrap().unwrap();
    assert_eq!(Record::<Doc>::from_text(&*entry.text).as_ref(), Ok(&*record));
    assert_eq!(run(&store, &Update::Look).await.outcome, Outcome::Read(Some(record)));
}

#[tokio::test]
async fn users_and_attributes_are_written_back() {
    let store = records();
    let _ = run(&store, &claim(1)).await;
    let entry = store.read(&key()).await.unwrap().unwrap();
    let meta = Meta { users: vec![7], attributes: [("a".to_owned(), "b".to_owned())].into() };
    store.write(&key(), Expected::Tag(entry.tag), entry.text, &meta).await.unwrap();
    let _ = run(&store, &claim(2)).await;
    assert_eq!(store.read(&key()).await.unwrap().unwrap().meta, meta);
}

#[tokio::test]
async fn what_cannot_be_read_is_named_and_never_written_over() {
    let texts = [
        "",
        "{\"coins\":5}",
        r#"{"layout":2,"epoch":1,"schema":1,"compat":1,"data":{}}"#,
        r#"{"layout":1,"epoch":1,"schema":1,"compat":2,"data":{}}"#,
    ];
    for text in texts {
        let store = records();
        let tag = store.write(&key(), Expected::Absent, text.into(), &Meta::default()).await.unwrap();
        for request in [claim(1), Update::Look, Update::Release { nonce: Nonce(1), touch: true }] {
            let Answer { outcome, trouble } = run(&store, &request).await;
            assert_eq!(outcome, Outcome::Unavailable);
            assert!(matches!(trouble, Some(Trouble::Unreadable(_))), "{trouble:?}");
        }
        assert_eq!(store.read(&key()).await.unwrap().unwrap().tag, tag);
    }
    let store = records();
    store.write(&key(), Expected::Absent, texts[2].into(), &Meta::default()).await.unwrap();
    let newer = run(&store, &claim(1)).await.trouble;
    assert_eq!(newer, Some(Trouble::Unreadable(StoredError::NewerLayout(2))));
}

#[tokio::test(start_paused = true)]
async fn each_end_of_a_write_has_its_outcome() {
    let lost = Faults { reply_lost: 1_000, ..Faults::default() };
    let store = Faulty::new(records(), lost, 1);
    let answer = run(&store, &claim(1)).await;
    assert_eq!(answer, Answer { outcome: Outcome::Unknown, trouble: Some(StoreError::Unknown.into()) });
    assert!(store.inner().read(&key()).await.unwrap().is_some(), "it was applied");
    store.set_down(true);
    let answer = run(&store, &claim(1)).await;
    assert_eq!(answer, Answer { outcome: Outcome::Unavailable, trouble: Some(StoreError::UNAVAILABLE.into()) });

    // Every read is as old as the first: the tag is stale each time.
    let store = Faulty::new(records(), Faults { stale: 1_000, ..Faults::default() }, 1);
    assert_eq!(run(&store, &Update::Look).await.outcome, Outcome::Read(None));
    assert!(matches!(run(&store, &claim(1)).await.outcome, Outcome::Wrote(_)));
    let answer = run(&store, &claim(2)).await;
    assert_eq!(answer, Answer { outcome: Outcome::Conflict, trouble: Some(StoreError::Conflict.into()) });
}

#[tokio::test(start_paused = true)]
async fn a_late_write_lands_after_later_requests_or_never() {
    let late = Faults { late: 1_000, late_by: Duration::from_secs(5), ..Faults::default() };
    let store = Faulty::new(records(), late, 3);
    assert_eq!(run(&store, &claim(1)).await.outcome, Outcome::Unknown);
    assert_eq!(run(&store, &Update::Look).await.outcome, Outcome::Read(None));
    tokio::time::sleep(Duration::from_secs(5)).await;
    let Outcome::Read(Some(record)) = run(&store, &Update::Look).await.outcome else { panic!("it never landed") };
    assert_eq!(record.owner, Some(owner(1)));
    assert_eq!(run(&store, &claim(2)).await.outcome, Outcome::Unknown);
    assert!(matches!(run(store.inner(), &claim(3)).await.outcome, Outcome::Wrote(_)));
    tokio::time::sleep(Duration::from_secs(5)).await;
    let Outcome::Read(Some(record)) = run(&store, &Update::Look).await.outcome else { panic!("it is gone") };
    assert_eq!(record.owner, Some(owner(3)), "what expected an older record does not land");
}

#[tokio::test(start_paused = true)]
async fn a_journal_is_written_read_and_deleted_under_its_tag() {
    let (store, config) = (Entries::new(EntriesSettings::PLATFORM), config());
    let base = Arc::new(Record::new(SchemaVersion(1), SchemaVersion(1), Doc::new()));
    let journal = Arc::new(Journal::<Change<String>> { epoch: Epoch(1), nonce: Nonce(1), log: Log::new() });
    let run = async |request| update_journal(&store, &key(), &request, &Standard, &config, TTL, TRIES).await.outcome;
    assert_eq!(run(JournalUpdate::Read).await, Outcome::Read(None));
    let write = JournalUpdate::Write { journal: journal.clone(), base: base.clone() };
    assert_eq!(run(write.clone()).await, Outcome::Wrote(Some(journal.clone())));
    assert_eq!(run(JournalUpdate::Read).await, Outcome::Read(Some(journal.clone())));
    tokio::time::sleep(TTL).await;
    assert_eq!(run(JournalUpdate::Read).await, Outcome::Read(None), "it has lapsed");
    assert_eq!(run(write.clone()).await, Outcome::Wrote(Some(journal)));
    let mut closed = Record::clone(&base);
    closed.epoch = Epoch(1);
    assert_eq!(run(JournalUpdate::Delete { base: Arc::new(closed) }).await, Outcome::Wrote(None));
    let place = MemoryKey::Journal(key());
    assert_eq!(store.read(&place).await, Ok(None));

    store.put(&place, "not a journal".into(), TTL).await.unwrap();
    let answer = update_journal(&store, &key(), &write, &Standard, &config, TTL, TRIES).await;
    assert!(matches!(answer, Answer { outcome: Outcome::Unavailable, trouble: Some(Trouble::Unreadable(_)) }));
    assert_eq!(store.read(&place).await.unwrap().unwrap().text, "not a journal".into());
}

#[tokio::test(start_paused = true)]
async fn a_heartbeat_is_there_until_it_lapses_or_is_deleted() {
    let store = Faulty::new(Entries::new(EntriesSettings::PLATFORM), Faults::default(), 1);
    let host = HostId(0xa1);
    assert_eq!(probe(&store, host).await, (Liveness::Absent, None));
    assert_eq!(write_heartbeat(&store, host, TTL).await, (PulseOutcome::Wrote, None));
    assert_eq!(probe(&store, host).await, (Liveness::Alive, None));
    tokio::time::sleep(TTL).await;
    assert_eq!(probe(&store, host).await, (Liveness::Absent, None));
    assert_eq!(write_heartbeat(&store, host, TTL).await, (PulseOutcome::Wrote, None));
    assert_eq!(delete_heartbeat(&store, host).await, (PulseOutcome::Wrote, None));
    assert_eq!(delete_heartbeat(&store, host).await, (PulseOutcome::Wrote, None), "already");
    assert_eq!(probe(&store, host).await, (Liveness::Absent, None));
    store.inner().put(&MemoryKey::Heartbeat(host), "of newer code".into(), TTL).await.unwrap();
    assert_eq!(probe(&store, host).await, (Liveness::Alive, None), "somebody wrote it");
    store.set_down(true);
    assert_eq!(probe(&store, host).await, (Liveness::Unreadable, Some(StoreError::UNAVAILABLE)));
    let down = Some(Trouble::Store(StoreError::UNAVAILABLE));
    assert_eq!(write_heartbeat(&store, host, TTL).await, (PulseOutcome::Unavailable, down));
}

#[tokio::test(start_paused = true)]
async fn an_entry_vanishes_when_the_dice_say_so() {
    let faults = Faults { vanish: 500, ..Faults::default() };
    let gone = async |seed| {
        let store = Faulty::new(Entries::new(EntriesSettings::PLATFORM), faults, seed);
        let mut gone = Vec::new();
        for number in 0..64 {
            let _ = write_heartbeat(&store, HostId(number), TTL).await;
            gone.push(probe(&store, HostId(number)).await.0);
        }
        gone
    };
    let first = gone(1).await;
    assert!(first.contains(&Liveness::Absent) && first.contains(&Liveness::Alive));
    assert_eq!(first, gone(1).await, "the same seed, the same faults");
    assert_ne!(first, gone(2).await);
}
