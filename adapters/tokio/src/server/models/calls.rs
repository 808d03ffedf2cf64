//! Calls on one key: one after the other, and a caller who has gone is in nobody's way.

use super::{Loop, ann, caught, explore, handle, once, server, store};
use keyholder_core::config::StealPolicy;
use loom::future::block_on;
use loom::thread;
use std::pin::pin;

/// Two callers of one key, beside the driver. The first one's request is never answered, and the caller goes.
fn gone(name: &str, leaks: bool) {
    explore(name, move || {
        let shared = server(1, StealPolicy::Never);
        let (first, second) = (handle(&shared), handle(&shared));
        let mut driver = Loop::new(&shared, store());
        driver.silent = 1;
        let driver = thread::spawn(|| block_on(driver.run()));
        let key = ann();
        let mut waits = Box::pin(first.read_fresh(&key));
        assert!(block_on(once(&mut waits)).is_none());
        let caller = thread::spawn(move || assert_eq!(block_on(second.read_fresh(&ann())), Ok(None)));
        if leaks {
            std::mem::forget(waits);
        } else {
            drop(waits);
        }
        caller.join().unwrap();
        block_on(first.shutdown()).unwrap();
        driver.join().unwrap();
    });
}

#[test]
fn a_caller_who_has_gone_blocks_nobody() {
    gone("a caller who has gone", false);
}

#[test]
fn a_caller_who_goes_without_a_word_is_caught() {
    caught("calls::a_caller_who_goes_without_a_word_is_caught", "deadlock", || {
        gone("a caller who goes without a word", true)
    });
}

#[test]
fn a_caller_who_goes_while_others_hold_the_key_is_passed_over() {
    explore("a caller who goes from the middle of the line", || {
        let shared = server(1, StealPolicy::Never);
        let driver = Loop::new(&shared, store());
        let (key, server) = (ann(), handle(&shared));
        let mut waits = [(); 3].map(|()| Box::pin(server.read_fresh(&key)));
        block_on(async {
            for wait in &mut waits {
                assert!(once(wait).await.is_none());
            }
        });
        let driver = thread::spawn(|| block_on(driver.run()));
        let [first, second, third] = waits;
        drop(second);
        // The last one is not answered before the first one.
        assert_eq!(block_on(third), Ok(None));
        assert_eq!(block_on(once(&mut pin!(first))), Some(Ok(None)));
        block_on(server.shutdown()).unwrap();
        driver.join().unwrap();
    });
}
