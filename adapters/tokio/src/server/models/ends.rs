//! How a server ends: whoever waits is told, whoever comes after is refused, and the driver goes.

use super::{Loop, add, ann, caught, explore, handle, server, store};
use crate::server::{Gone, NotOpened};
use keyholder_core::config::StealPolicy;
use keyholder_core::host::{HostMisuse, Phase};
use keyholder_core::input::Mode;
use loom::future::block_on;
use loom::thread;
use std::pin::pin;

#[test]
fn a_shutdown_tells_everybody_and_ends_the_driver() {
    explore("a shutdown beside an open", || {
        let shared = server(1, StealPolicy::Never);
        let driver = thread::spawn({
            let driver = Loop::new(&shared, store());
            || block_on(driver.run())
        });
        let caller = thread::spawn({
            let server = handle(&shared);
            move || match block_on(server.open(&ann(), Mode::Exclusive)) {
                // What is open is saved and released, and the caller hears of it.
                Ok(_) => drop(server.change(&ann(), add(1))),
                Err(why) => {
                    let is_late = matches!(why, NotOpened::Misuse(HostMisuse::Closing) | NotOpened::Gone(_));
                    assert!(is_late || why == NotOpened::Cancelled, "{why}");
                }
            }
        });
        let server = handle(&shared);
        let report = block_on(server.shutdown()).unwrap();
        assert_eq!(report.abandoned, 0);
        assert_eq!(server.phase(), Phase::Closed);
        assert!(block_on(server.open(&ann(), Mode::Exclusive)).is_err());
        caller.join().unwrap();
        driver.join().unwrap();
    });
}

/// A driver that is dropped in the middle of what it does, with or without what it leaves behind.
fn dropped(name: &str, is_told: bool) {
    explore(name, move || {
        let shared = server(1, StealPolicy::Never);
        let caller = thread::spawn({
            let server = handle(&shared);
            move || {
                let opened = block_on(server.open(&ann(), Mode::Exclusive));
                assert_eq!(opened, Err(NotOpened::Gone(Gone)));
            }
        });
        let mut driver = Loop::new(&shared, store());
        driver.silent = usize::MAX;
        block_on(async {
            if is_told {
                super::once(&mut pin!(driver.run())).await;
            } else {
                super::once(&mut pin!(driver.turn())).await;
            }
        });
        caller.join().unwrap();
        assert_eq!(block_on(handle(&shared).shutdown()).unwrap().closed, 0);
    });
}

#[test]
fn a_driver_that_is_dropped_leaves_nobody_waiting() {
    dropped("a driver that is dropped", true);
}

#[test]
fn a_driver_that_goes_without_a_word_is_caught() {
    caught("ends::a_driver_that_goes_without_a_word_is_caught", "deadlock", || {
        dropped("a driver that goes without a word", false)
    });
}
