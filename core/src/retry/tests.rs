use super::{Failure, GaveUp, Heard, Next, NotReading, Retry};
use crate::config::{Config, MAX_MS, Settings};
use crate::timer::{Millis, Window};

use Failure::{Permanent, Throttled, Transient, Unknown};

fn config() -> Config<()> {
    Config::new(Settings { retry_attempts: 3, retry_cap_ms: 3_000, ..Settings::DEFAULT }, ()).unwrap()
}

fn failed(it: &mut Retry, failure: Failure) -> Next {
    it.heard(&config(), Heard::Failed(failure)).unwrap()
}

fn again(ms: u64) -> Next {
    Next::Again { within: Window::up_to(ms) }
}

fn read(ms: u64) -> Next {
    Next::ReadBack { within: Window::up_to(ms) }
}

#[test]
fn waits_double_and_attempts_end() {
    let mut it = Retry::new();
    assert_eq!(failed(&mut it, Transient), again(1_000));
    assert_eq!(failed(&mut it, Throttled(None)), again(2_000));
    assert_eq!((it.attempts(), it.is_in_doubt()), (3, false));
    assert_eq!(failed(&mut it, Transient), Next::GiveUp(GaveUp::Attempts));
}

#[test]
fn what_cannot_succeed_is_not_repeated() {
    assert_eq!(failed(&mut Retry::new(), Permanent), Next::GiveUp(GaveUp::Permanent));
}

#[test]
fn the_platform_says_how_long() {
    let within = |min, max| Next::Again { within: Window { min: Millis(min), max: Millis(max) } };
    assert_eq!(failed(&mut Retry::new(), Throttled(Some(Millis(9_000)))), within(9_000, 9_500));
    assert_eq!(failed(&mut Retry::new(), Throttled(Some(Millis(1)))), within(500, 1_000), "never sooner than usual");
    assert_eq!(failed(&mut Retry::new(), Throttled(Some(Millis(u64::MAX)))), within(MAX_MS, MAX_MS + 500));
}

#[test]
fn doubt_is_read_back_before_anything_is_sent() {
    let mut it = Retry::new();
    assert_eq!(it.heard(&config(), Heard::Absent), Err(NotReading));
    assert_eq!(failed(&mut it, Unknown), read(1_000));
    assert_eq!(failed(&mut it, Transient), read(2_000));
    assert_eq!((it.is_in_doubt(), it.attempts()), (true, 1));
    assert_eq!(it.heard(&config(), Heard::Absent), Ok(Next::Again { within: Window::exactly(0) }));
    assert_eq!(failed(&mut it, Unknown), read(3_000), "up to the cap");
    assert_eq!(failed(&mut it, Unknown), Next::GiveUp(GaveUp::InDoubt));
}

#[test]
fn the_last_attempt_is_read_back_as_well() {
    let mut it = Retry::new();
    failed(&mut it, Transient);
    failed(&mut it, Transient);
    assert_eq!(failed(&mut it, Unknown), read(3_000));
    let mut other = it;
    assert_eq!(it.heard(&config(), Heard::Absent), Ok(Next::GiveUp(GaveUp::Attempts)));
    assert_eq!(failed(&mut other, Permanent), Next::GiveUp(GaveUp::InDoubt), "what cannot be read is not known");
}
