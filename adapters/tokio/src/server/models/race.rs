//! Two servers and one record, over one store: one owner, and nothing lost that was acknowledged.

use super::{Loop, add, ann, caught, coins, explore, handle, server, store};
use crate::backend::{
    DurableCapabilities, DurableStore, Entry, Expected, Key, Meta, Page, StoreError, Tag, Version, VersionId,
};
use crate::memory::Durable;
use keyholder_core::config::StealPolicy;
use keyholder_core::ids::HostId;
use keyholder_core::input::Mode;
use keyholder_core::record::Record;
use keyholder_core::stored::Item;
use keyholder_core::tree::Tree;
use loom::future::block_on;
use loom::thread;
use std::sync::Arc;

/// One player has the record open at the first server and is saved there, while a second server opens it.
fn teleport<S: DurableStore + Clone>(name: &str, steal: StealPolicy, store: fn() -> S) {
    explore(name, move || {
        let store = store();
        let (one, two) = (server(1, steal), server(2, steal));
        let opens = Loop::new(&one, store.clone());
        let (first, second) = (handle(&one), handle(&two));
        let [one, two] = [(&one, &two), (&two, &one)].map(|(me, peer)| {
            let mut driver = Loop::new(me, store.clone());
            driver.peer = Some(Arc::clone(peer));
            driver
        });
        let before = block_on(async {
            let key = ann();
            tokio::select! {
                biased;
                opened = first.open(&key, Mode::Exclusive) => opened.unwrap(),
                () = opens.turn() => unreachable!("it was not closed"),
            }
        });
        let holder = thread::spawn(move || {
            let key = ann();
            block_on(async move {
                let plays = async {
                    let saved = first.change_durably(&key, add(1)).await.is_ok();
                    let _ = first.close(&key).await;
                    saved
                };
                tokio::select! {
                    biased;
                    saved = plays => saved,
                    () = one.run() => unreachable!("it was not closed"),
                }
            })
        });
        let (epoch, saved) = block_on(async {
            let key = ann();
            let plays = async {
                let epoch = second.open(&key, Mode::Exclusive).await.unwrap();
                (epoch, second.change_durably(&key, add(10)).await.is_ok())
            };
            tokio::select! {
                biased;
                played = plays => played,
                () = two.turn() => unreachable!("it was not closed"),
            }
        });
        let was_saved = holder.join().unwrap();
        assert!(epoch > before && saved, "the second one has it");
        let entry = block_on(store.read(&ann())).unwrap().unwrap();
        let record = Record::<Tree>::from_text(&*entry.text).unwrap();
        assert_eq!((record.epoch, record.owner.map(|it| it.host)), (epoch, Some(HostId(2))), "one owner");
        let coins = coins(&record.data);
        assert_eq!(coins / 10, 1, "what the second one saved is there once: {coins}");
        assert!(coins % 10 == i64::from(was_saved) || coins % 10 == 1 && !was_saved, "acknowledged and lost: {coins}");
    });
}

#[test]
fn a_player_who_teleports_has_one_owner() {
    teleport("a teleport that waits", StealPolicy::Never, store);
}

#[test]
fn a_player_who_is_stolen_has_one_owner() {
    teleport("a teleport that steals", StealPolicy::Now, store);
}

/// A store that looks at the condition, and writes then.
#[derive(Clone)]
struct Lies(Durable);

impl DurableStore for Lies {
    fn capabilities(&self) -> DurableCapabilities {
        self.0.capabilities()
    }

    async fn read(&self, key: &Key) -> Result<Option<Entry>, StoreError> {
        self.0.read(key).await
    }

    async fn write(&self, key: &Key, expected: Expected, text: Arc<str>, meta: &Meta) -> Result<Tag, StoreError> {
        let now = || async {
            Ok::<_, StoreError>(self.0.read(key).await?.map_or(Expected::Absent, |it| Expected::Tag(it.tag)))
        };
        if now().await? != expected {
            return Err(StoreError::Conflict);
        }
        loop {
            match self.0.write(key, now().await?, Arc::clone(&text), meta).await {
                Err(StoreError::Conflict) => {}
                done => return done,
            }
        }
    }

    async fn versions(&self, key: &Key) -> Result<Vec<Version>, StoreError> {
        self.0.versions(key).await
    }

    async fn read_version(&self, key: &Key, version: &VersionId) -> Result<Option<Entry>, StoreError> {
        self.0.read_version(key, version).await
    }

    async fn list(&self, location: &str, after: Option<&str>, limit: usize) -> Result<Page, StoreError> {
        self.0.list(location, after, limit).await
    }

    async fn remove(&self, key: &Key) -> Result<(), StoreError> {
        self.0.remove(key).await
    }
}

#[test]
fn a_store_that_looks_and_writes_in_two_steps_is_caught() {
    caught("race::a_store_that_looks_and_writes_in_two_steps_is_caught", "acknowledged and lost", || {
        teleport("a store that looks and writes in two steps", StealPolicy::Now, || Lies(store()))
    });
}
