//! Players with several records, erased and exported, on stores that are memory only.

use keyholder_core::config::{Autosave, Budget, Config, Settings};
use keyholder_core::host::Pace;
use keyholder_core::ids::SchemaVersion;
use keyholder_core::input::Mode;
use keyholder_core::ops::{Bounds, BoundsPolicy, Op};
use keyholder_core::tree::{Change, Declared, Schema, Tree};
use keyholder_core::value::{Map, Path, Value};
use keyholder_tokio::backend::{Ban, Key, MemoryKey, MemoryStore, Moderation, StoreError, tombstones};
use keyholder_tokio::memory::{Bans, Durable, Entries, Faults, Faulty, Topics};
use keyholder_tokio::server::{Gone, Handle, NotJoined, NotRegistered, Options, SelfTest, Stores, keys_of, server};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{sleep, timeout};

type Server = Handle<Tree, Change>;
type Studio = Stores<Durable, Entries, Topics>;

fn coins_of() -> Declared {
    Declared::counter("coins", Bounds::new(0, 1_000_000, BoundsPolicy::Reject).unwrap())
}

fn config() -> Config<Schema> {
    let schema = Schema::new(SchemaVersion(1), Map::new().into(), vec![coins_of()]).unwrap();
    Config::new(Settings { budget: Budget::AMPLE, ..Settings::DEFAULT }, schema).unwrap()
}

async fn started(stores: &Studio, options: Options) -> Server {
    let (handle, driver) = server(stores.clone(), config(), options).await.unwrap();
    tokio::spawn(driver.run());
    handle.ready().unwrap();
    handle
}

fn ann() -> Vec<Key> {
    keys_of("ann", &["stats", "bags"]).unwrap()
}

fn add(coins: i64) -> Change {
    Change::new(vec![(Path::from_iter(["coins"]), Op::Add(coins))]).unwrap()
}

fn coins(tree: &Tree) -> Option<i64> {
    let Value::Map(map) = tree.root() else { return None };
    let Some(Value::Number(coins)) = map.get("coins") else { return None };
    coins.integer()
}

#[tokio::test(start_paused = true)]
async fn all_records_of_a_player_come_and_go_together() {
    let stores = Stores::studio();
    let here = started(&stores, Options::default()).await;
    let there = started(&stores, Options::default()).await;
    let visit = here.join(&ann(), Mode::Exclusive).await.unwrap();
    assert_eq!(here.open_count(), 2);
    for key in &ann() {
        here.change(key, add(5)).unwrap();
    }
    // Elsewhere they are refused as a whole, with which record and why.
    let refused = there.join(&ann(), Mode::Exclusive).await.unwrap_err();
    assert!(matches!(&refused, NotJoined::Refused(key, _) if ann().contains(key)), "{refused}");
    assert!(timeout(Duration::from_secs(60), visit.left()).await.is_err(), "and stay here");
    here.leave(&visit).await.unwrap();
    let again = there.join(&ann(), Mode::Exclusive).await.unwrap();
    for key in &ann() {
        assert_eq!(there.view(key).as_ref().and_then(coins), Some(5));
    }
    // One record is taken by hand: the visit ends, the other one is saved.
    there.change(&ann()[0], add(1)).unwrap();
    there.close(&ann()[1]).await.unwrap();
    again.left().await.unwrap();
    assert_eq!(there.open_count(), 0);
    assert_eq!(here.read_fresh(&ann()[0]).await.unwrap().and_then(|it| coins(&it.data)), Some(6));
}

#[tokio::test(start_paused = true)]
async fn a_join_that_nobody_waits_for_is_given_back() {
    let stores = Stores::studio();
    let here = started(&stores, Options::default()).await;
    let keys = ann();
    assert!(timeout(Duration::ZERO, here.join(&keys, Mode::Exclusive)).await.is_err());
    sleep(Duration::from_secs(10)).await;
    assert_eq!(here.open_count(), 0);
    here.join(&keys, Mode::Exclusive).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_erasure_reaches_who_plays_elsewhere_and_is_told_in_an_audit() {
    let stores = Stores::studio();
    let here = started(&stores, Options::default()).await;
    let there = started(&stores, Options::default()).await;
    let visit = there.join(&ann(), Mode::Exclusive).await.unwrap();
    there.change_durably(&ann()[0], add(5)).await.unwrap();
    there.change(&ann()[1], add(7)).unwrap();
    sleep(Duration::from_secs(20)).await;
    assert!(stores.memory.read(&MemoryKey::Journal(ann()[1].clone())).await.unwrap().is_some());

    let export = here.export_player(&ann()).await;
    assert!(export.audit().records.iter().all(|it| it.done && it.epoch == Some(1)));
    let bans = Bans::new();
    let ban = Ban { display_reason: "erased".into(), ..Ban::default() };
    let wiped = here.wipe_player(&ann(), Some((&bans, 77, &ban))).await;
    assert!(wiped.is_erased() && wiped.ban == Some(Ok(())));
    let copies: Vec<_> =
        wiped.records.iter().map(|(_, it)| coins(&it.as_ref().unwrap().copy.as_ref().unwrap().data)).collect();
    assert_eq!(copies[0], Some(5));
    assert!(bans.banned(77).await.unwrap().is_some());
    timeout(Duration::from_secs(1), visit.left()).await.expect("within a second").unwrap();
    assert_eq!(stores.memory.read(&MemoryKey::Journal(ann()[1].clone())).await.unwrap(), None);

    // What is kept says who and when, and nothing of the player's data.
    let audit = serde_json::to_string(&wiped.audit()).unwrap();
    assert!(audit.contains(r#""what":"wipe""#) && audit.contains(r#""location":"stats""#), "{audit}");
    assert!(!audit.contains("coins"), "{audit}");
    let refused = here.join(&ann(), Mode::Exclusive).await.unwrap_err();
    assert!(matches!(refused, NotJoined::Refused(..)), "{refused}");
    here.read(&Key::new("stats", "bob").unwrap()).await.unwrap();
    let bob = Key::new("stats", "bob").unwrap();
    here.open(&bob, Mode::Exclusive).await.unwrap();
    let list = tombstones::<_, Tree>(&*stores.durable, "stats", None, 10).await.unwrap();
    let found: Vec<_> = list.found.iter().map(|it| it.key.player()).collect();
    assert_eq!((found, list.next, list.unreadable.len()), (vec!["ann"], None, 0));
    assert!(list.found[0].written_ms.is_some());
}

#[tokio::test(start_paused = true)]
async fn nobody_is_banned_whose_data_are_still_there() {
    let stores = Stores::studio();
    let durable = Arc::new(Faulty::new(stores.durable.as_ref().clone(), Faults::default(), 1));
    durable.set_down(true);
    let faulty = Stores { durable, memory: Arc::clone(&stores.memory), bus: Arc::clone(&stores.bus) };
    let options = Options { self_test: SelfTest::Skip, ..Options::default() };
    let (handle, driver) = server::<_, _, _, Tree, Change>(faulty, config(), options).await.unwrap();
    tokio::spawn(driver.run());
    handle.ready().unwrap();
    let bans = Bans::new();
    let wiped = handle.wipe_player(&ann(), Some((&bans, 77, &Ban::default()))).await;
    assert!(!wiped.is_erased() && wiped.ban.is_none());
    assert_eq!(bans.banned(77).await, Ok::<_, StoreError>(None));
    assert!(wiped.audit().records.iter().all(|it| !it.done));
    assert!(handle.statistics().retries > 0 && handle.statistics().unavailable > 0);
}

#[tokio::test(start_paused = true)]
async fn a_copy_is_what_was_erased_also_when_the_request_is_given_up() {
    let stores = Stores::studio();
    let here = started(&stores, Options::default()).await;
    let slow = Duration::from_secs(10);
    let faults = Faults { latency_min: slow, latency_max: slow, ..Faults::default() };
    let durable = Arc::new(Faulty::new(stores.durable.as_ref().clone(), faults, 1));
    let far = Stores { durable, memory: Arc::clone(&stores.memory), bus: Arc::clone(&stores.bus) };
    let options = Options { request_timeout: Duration::from_secs(15), self_test: SelfTest::Skip, ..Options::default() };
    let (web, driver) = server::<_, _, _, Tree, Change>(far, config(), options).await.unwrap();
    tokio::spawn(driver.run());
    web.ready().unwrap();
    let key = ann().remove(0);
    here.open(&key, Mode::Exclusive).await.unwrap();
    here.change_durably(&key, add(5)).await.unwrap();
    let wiping = tokio::spawn({
        let key = key.clone();
        async move { web.wipe(&key).await }
    });
    // Between the look and the tombstone, something more becomes durable.
    sleep(Duration::from_secs(12)).await;
    here.change_durably(&key, add(100)).await.unwrap();
    let wiped = wiping.await.unwrap().unwrap();
    assert!(wiped.is_erased());
    assert_eq!(wiped.copy.and_then(|it| coins(&it.data)), Some(105));
}

#[tokio::test(start_paused = true)]
async fn a_template_is_registered_while_players_are_here() {
    let here = started(&Stores::studio(), Options::default()).await;
    let visit = here.join(&ann(), Mode::Exclusive).await.unwrap();
    let schema = |version, title: &str| {
        let template: Value = Map::from_iter([("title", Value::from(title))]).into();
        Schema::new(SchemaVersion(version), template, vec![coins_of()]).unwrap()
    };
    assert!(matches!(here.register(schema(2, "new")), Err(NotRegistered::Version { .. })));
    assert_eq!(here.register(schema(1, "new")), Ok(2));
    assert_eq!(here.register(schema(1, "other")), Ok(0), "nothing is replaced");
    here.leave(&visit).await.unwrap();
    for key in &ann() {
        let record = here.read_fresh(key).await.unwrap().unwrap();
        let Value::Map(map) = record.data.root() else { panic!("a map") };
        assert_eq!(map.get("title"), Some(&"new".into()));
    }
    // Who comes is reconciled as well.
    let bob = Key::new("stats", "bob").unwrap();
    here.open(&bob, Mode::Exclusive).await.unwrap();
    let view = here.view(&bob).unwrap();
    assert!(matches!(view.root(), Value::Map(map) if map.get("title") == Some(&"other".into())));
}

#[tokio::test(start_paused = true)]
async fn a_driver_that_never_ran_leaves_nobody_waiting() {
    let (handle, driver) =
        server::<_, _, _, Tree, Change>(Stores::studio(), config(), Options::default()).await.unwrap();
    handle.ready().unwrap();
    let keys = ann();
    let (opened, ()) = tokio::join!(handle.join(&keys, Mode::Exclusive), async { drop(driver) });
    assert_eq!(opened.unwrap_err(), NotJoined::Gone(Gone));
    let report = timeout(Duration::from_secs(60), handle.shutdown()).await.expect("nobody waits");
    assert!(report.is_err() || report.is_ok_and(|it| it.closed == 0));
    let none = handle.wipe_player::<Bans>(&[], None).await;
    assert!(none.records.is_empty());
    let bans = Bans::new();
    assert_eq!(handle.wipe_player(&[], Some((&bans, 77, &Ban::default()))).await.ban, None);
    assert_eq!(bans.banned(77).await, Ok::<_, StoreError>(None));
}

#[tokio::test(start_paused = true)]
async fn a_location_is_journalled_at_its_own_pace() {
    let stores = Stores::studio();
    let autosave = Autosave { active_ttl_ms: 60_000, idle_ttl_ms: 60_000, ..Settings::DEFAULT.autosave };
    let pace = Pace { journal_every_ms: 2_000, autosave };
    let options = Options { paces: BTreeMap::from([("bags".to_owned(), pace)]), ..Options::default() };
    let here = started(&stores, options).await;
    here.join(&ann(), Mode::Exclusive).await.unwrap();
    for key in &ann() {
        here.change(key, add(1)).unwrap();
    }
    sleep(Duration::from_millis(2_500)).await;
    assert!(stores.memory.read(&MemoryKey::Journal(ann()[1].clone())).await.unwrap().is_some());
}
