//! What an error of whoever asks is called, against the emulator: each says what to do.

use keyholder_emulator::settings::ApiKey as LocalKey;
use keyholder_emulator::{Emulator, Settings as Local};
use keyholder_open_cloud::{
    ApiKey, Bans, Client, Engine, Entries, ITEM_MAX_BYTES, Messages, Records, Settings, StartError, VALUE_MAX_BYTES,
};
use keyholder_tokio::backend::{
    BadKey, Ban, Bus, DurableStore, Expected, Key, MemoryKey, MemoryStore, Meta, Moderation, NotApplied, Refused,
    StoreError, Tag, Topic,
};
use std::collections::BTreeMap;
use std::future::pending;
use std::time::Duration;
use tokio::net::TcpListener;

const ENGINES: [Engine; 2] = [Engine::V2, Engine::V1];

/// An emulator with a key for everything, `all`, and one that only reads records, `reader`.
async fn address() -> String {
    start(true).await
}

async fn start(limits: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let reader = LocalKey::with("reader", &["universe-datastores.objects:read"]);
    let emulator = Emulator::new(Local { keys: vec![LocalKey::with_all("all"), reader], limits, ..Local::default() });
    tokio::spawn(async move { emulator.serve(listener, pending()).await });
    address
}

fn client(address: &str, engine: Engine, universe: u64, key: &str) -> Client {
    let settings = Settings { base_url: address.to_owned(), engine, ..Settings::new(universe) };
    Client::new(&settings, &ApiKey::new(key).unwrap()).unwrap()
}

fn key() -> Key {
    Key::new("players", "Player_1").unwrap()
}

async fn create(records: &Records, key: &Key, text: &str) -> Result<Tag, StoreError> {
    records.write(key, Expected::Absent, text.into(), &Meta::default()).await
}

/// Refused, and the text of it names what to do.
#[track_caller]
fn says<T: std::fmt::Debug>(done: Result<T, StoreError>, why: &Refused, what: &str) {
    let error = done.unwrap_err();
    assert_eq!(error, why.clone().into());
    assert!(error.to_string().contains(what), "{error}");
}

#[tokio::test]
async fn a_wrong_key_is_told_from_one_that_may_not() {
    let address = address().await;
    for engine in ENGINES {
        let client = client(&address, engine, 1, "wrong");
        let records = Records::new(client.clone());
        let (why, what) = (Refused::Unauthenticated, "whether it is whole");
        says(records.read(&key()).await, &why, what);
        says(create(&records, &key(), "{}").await, &why, what);
        says(records.list("players", None, 1).await, &why, what);
        says(Messages::new(client.clone()).publish(&Topic::new("t").unwrap(), "m".into()).await, &why, what);
        says(Bans::new(client.clone()).banned(1).await, &why, what);
        let opened = Records::open(client, &key()).await;
        assert!(matches!(opened, Err(StartError::Store(error)) if error == why.into()));
    }
    for engine in ENGINES {
        let client = client(&address, engine, 1, "reader");
        let records = Records::new(client.clone());
        let (why, what) = (Refused::Denied, "permissions of the key");
        assert_eq!(records.read(&key()).await, Ok(None));
        says(create(&records, &key(), "{}").await, &why, what);
        says(records.remove(&key()).await, &why, what);
        says(records.versions(&key()).await, &why, what);
        says(records.list("players", None, 1).await, &why, what);
        let entries = Entries::new(client.clone(), "map").unwrap();
        says(entries.read(&MemoryKey::Journal(key())).await, &why, what);
        let ban = Ban { lasts: None, display_reason: String::new(), private_reason: String::new() };
        says(Bans::new(client).ban(1, &ban).await, &why, what);
    }
}

#[tokio::test]
async fn an_experience_that_is_none_is_named() {
    let address = address().await;
    for engine in ENGINES {
        let client = client(&address, engine, 99, "all");
        let records = Records::new(client.clone());
        let (why, what) = (Refused::Invalid { status: 404 }, "address and settings");
        says(records.reach().await, &why, what);
        says(create(&records, &key(), "{}").await, &why, what);
        let opened = Records::open(client.clone(), &key()).await;
        assert!(matches!(opened, Err(StartError::Store(error)) if error == why.clone().into()));
        says(Messages::new(client).publish(&Topic::new("t").unwrap(), "m".into()).await, &why, what);
        let nowhere = self::client(&format!("{address}/nowhere"), engine, 1, "all");
        says(Records::new(nowhere).reach().await, &why, what);
        for key in ["all", "reader"] {
            assert_eq!(Records::new(self::client(&address, engine, 1, key)).reach().await, Ok(()));
        }
    }
}

#[tokio::test]
async fn a_full_memory_store_and_an_item_that_is_too_large_are_told() {
    let address = address().await;
    let entries = Entries::new(client(&address, Engine::V2, 1, "all"), "map").unwrap();
    let (text, ttl) = (format!("{{\"a\":\"{}\"}}", "x".repeat(30_000)), Duration::from_secs(60));
    let mut last = Ok(Tag::new(""));
    for number in 0..10 {
        let key = MemoryKey::Journal(Key::new("players", number.to_string()).unwrap());
        last = entries.put(&key, text.as_str().into(), ttl).await;
        if last.is_err() {
            break;
        }
    }
    says(last, &Refused::Full, "make room");
    // The budget of all requests goes on.
    assert_eq!(entries.read(&MemoryKey::Journal(key())).await, Ok(None));
}

#[tokio::test]
async fn what_is_too_large_is_not_sent() {
    for engine in ENGINES {
        // The largest value and its mark are more than a key takes in a minute.
        let address = start(false).await;
        let client = client(&address, engine, 1, "all");
        let records = Records::new(client.clone());
        let largest = |bytes: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(bytes - "{\"a\":\"\"}".len()));
        assert!(create(&records, &key(), &largest(VALUE_MAX_BYTES)).await.is_ok(), "{engine:?}");
        let limit = records.capabilities().max_text_bytes;
        says(
            create(&records, &key(), &largest(VALUE_MAX_BYTES + 1)).await,
            &Refused::TooLarge { limit },
            "make it smaller",
        );
        let (entries, ttl) = (Entries::new(client, "map").unwrap(), Duration::from_secs(60));
        let item = MemoryKey::Journal(key());
        assert!(entries.put(&item, largest(ITEM_MAX_BYTES - 2).into(), ttl).await.is_ok());
        let limit = entries.capabilities().max_text_bytes;
        says(
            entries.put(&item, largest(ITEM_MAX_BYTES + 1).into(), ttl).await,
            &Refused::TooLarge { limit },
            "smaller",
        );
    }
}

#[tokio::test]
async fn names_have_the_lengths_that_each_interface_takes() {
    let address = address().await;
    let too_long = Key::new("players", "x".repeat(51));
    assert_eq!(too_long, Err(BadKey::TooLong { what: "player key", limit: 50 }));
    // 50 characters of two bytes.
    let (short, long) = ("x".repeat(50), "\u{e9}".repeat(50));
    let v2 = Records::new(client(&address, Engine::V2, 1, "all"));
    for (location, player) in [(&short, &long), (&long, &short), (&long, &long)] {
        assert!(create(&v2, &Key::new(location, player).unwrap(), "{}").await.is_ok());
    }
    let v1 = Records::new(client(&address, Engine::V1, 1, "all"));
    assert!(create(&v1, &Key::new(&short, &short).unwrap(), "{}").await.is_ok());
    let why = Refused::TooMany { what: "bytes in a name through the older interface", limit: 50 };
    for (location, player) in [(&short, &long), (&long, &short)] {
        let key = Key::new(location, player).unwrap();
        says(create(&v1, &key, "{}").await, &why, "50");
        says(v1.read(&key).await, &why, "50");
        says(v1.remove(&key).await, &why, "50");
    }
    says(v1.list(&long, None, 1).await, &why, "50");
    let client = client(&address, Engine::V2, 1, "all");
    for name in ["", ".", ".."] {
        assert!(matches!(Entries::new(client.clone(), name), Err(Refused::Unsupported(_))));
    }
    assert!(matches!(Entries::new(client, &"x".repeat(51)), Err(Refused::TooMany { limit: 50, .. })));
}

#[tokio::test]
async fn users_and_attributes_have_their_limits() {
    let address = address().await;
    for engine in ENGINES {
        let records = Records::new(client(&address, engine, 1, "all"));
        let attribute = |name: usize, text: usize| BTreeMap::from([("n".repeat(name), "t".repeat(text))]);
        for meta in [
            Meta { users: vec![1; 5], ..Meta::default() },
            Meta { attributes: attribute(51, 1), ..Meta::default() },
            Meta { attributes: attribute(1, 251), ..Meta::default() },
            Meta { attributes: attribute(50, 250).into_iter().chain(attribute(1, 1)).collect(), ..Meta::default() },
        ] {
            let done = records.write(&key(), Expected::Absent, "{}".into(), &meta).await;
            let is_named = matches!(&done, Err(StoreError::NotApplied(NotApplied::Refused(Refused::TooMany { .. }))));
            assert!(is_named, "{engine:?} {done:?}");
        }
        assert_eq!(records.read(&key()).await, Ok(None));
    }
}

#[tokio::test]
async fn numbers_that_the_platform_would_change_come_back() {
    let address = address().await;
    for (engine, location) in [(Engine::V2, "v2"), (Engine::V1, "v1")] {
        let records = Records::new(client(&address, engine, 1, "all"));
        for (place, number) in [
            "9007199254740991",
            "9007199254740992",
            "-9007199254740992",
            "9007199254740993",
            "-1e300",
            "-0",
            "1e400",
            "NaN",
        ]
        .iter()
        .enumerate()
        {
            let (key, text) = (Key::new(location, place.to_string()).unwrap(), format!("{{\"a\":{number}}}"));
            create(&records, &key, &text).await.unwrap();
            let entry = records.read(&key).await.unwrap().unwrap();
            assert_eq!(*entry.text, *text);
        }
    }
}
