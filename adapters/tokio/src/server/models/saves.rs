//! A save that nobody waits for: asked for at any moment of the driver's round, it is made.

use super::{Loop, add, ann, caught, coins, explore, handle, server, store};
use crate::backend::DurableStore;
use keyholder_core::config::StealPolicy;
use keyholder_core::input::Mode;
use keyholder_core::record::Record;
use keyholder_core::stored::Item;
use keyholder_core::tree::Tree;
use loom::future::block_on;
use loom::thread;
use std::sync::Arc;

/// One waits until a change is durable and asks for nothing; another one asks for the save and waits for nothing.
fn asked(name: &str, rings: bool) {
    explore(name, move || {
        let (shared, store) = (server(1, StealPolicy::Never), store());
        let (first, second) = (handle(&shared), Arc::clone(&shared));
        let driver = Loop::new(&shared, store.clone());
        let key = ann();
        block_on(async {
            tokio::select! {
                biased;
                opened = first.open(&key, Mode::Exclusive) => drop(opened.unwrap()),
                () = Loop::new(&shared, store.clone()).turn() => unreachable!("it was not closed"),
            }
        });
        let driver = thread::spawn(|| block_on(driver.run()));
        let seq = first.change(&key, add(1)).unwrap();
        let saved = shared.lock().waits.verdict(&key, seq);
        let caller = thread::spawn(move || {
            if rings {
                second.save_soon(&ann()).unwrap();
            } else {
                second.lock().saves.insert(ann());
            }
        });
        assert_eq!(block_on(saved), Ok(Ok(())));
        let entry = block_on(store.read(&key)).unwrap().unwrap();
        assert_eq!(coins(&Record::<Tree>::from_text(&*entry.text).unwrap().data), 1);
        caller.join().unwrap();
        block_on(first.shutdown()).unwrap();
        driver.join().unwrap();
    });
}

#[test]
fn a_save_that_nobody_waits_for_is_made() {
    asked("a save that nobody waits for", true);
}

#[test]
fn a_save_that_is_left_without_a_ring_is_caught() {
    caught("saves::a_save_that_is_left_without_a_ring_is_caught", "deadlock", || {
        asked("a save that is left without a ring", false)
    });
}
