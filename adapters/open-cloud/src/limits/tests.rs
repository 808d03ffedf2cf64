use super::{Kind, Limits, pause};
use crate::Engine;
use keyholder_tokio::backend::{Key, NotApplied};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use std::time::Duration;
use tokio::time::advance;

fn headers(list: &[(&'static str, &'static str)]) -> HeaderMap {
    list.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
}

/// How many are taken before the first that is not.
fn taken(limits: &Limits, kind: Kind) -> u32 {
    let mut taken = 0;
    while limits.take(kind).is_ok() {
        taken += 1;
    }
    taken
}

#[tokio::test(start_paused = true)]
async fn a_share_of_the_budget_is_used_and_no_more() {
    let limits = Limits::new(Engine::V2, Some(50), 0);
    // Half of 300 a minute, ten seconds of it at once.
    assert_eq!(taken(&limits, Kind::Read), 25);
    assert_eq!(limits.take(Kind::Read), Err(NotApplied::Throttled { wait: Some(Duration::from_millis(400)) }));
    assert_eq!(taken(&limits, Kind::Write), 25, "budgets are apart");
    let mut minute = 0;
    for _ in 0..600 {
        advance(Duration::from_millis(100)).await;
        minute += taken(&limits, Kind::Read);
    }
    assert_eq!(minute, 150);
    limits.set_players(100);
    advance(Duration::from_secs(60)).await;
    assert_eq!(taken(&limits, Kind::Read), 4_300 / 2 / 6);
}

#[tokio::test(start_paused = true)]
async fn the_older_interface_has_two_budgets() {
    let limits = Limits::new(Engine::V1, Some(100), 1_000);
    assert_eq!(taken(&limits, Kind::Read), 50);
    assert_eq!(taken(&limits, Kind::List), 0);
    assert_eq!(taken(&limits, Kind::Remove), 50);
    assert_eq!(taken(&limits, Kind::Write), 0);
}

#[tokio::test(start_paused = true)]
async fn bytes_of_the_older_interface_are_waited_for() {
    let limits = Limits::new(Engine::V1, Some(50), 0);
    // Half of 10 MB a minute are 83.3 kB a second: 4 MiB are 50.3 s, of which 10 s may be owed.
    limits.spend(Kind::Write, 4_194_304);
    let wait = |taken| match taken {
        Err(NotApplied::Throttled { wait: Some(wait) }) => wait.as_millis(),
        _ => 0,
    };
    assert_eq!(wait(limits.take(Kind::Write)), 40_331);
    assert_eq!(wait(limits.take(Kind::Remove)), 40_331, "removals are writes there");
    assert_eq!(limits.take(Kind::Read), Ok(()));
    advance(Duration::from_millis(40_332)).await;
    assert_eq!(limits.take(Kind::Write), Ok(()));
    // Ten seconds of half of 20 MB a minute, in parts that are rounded up to a KiB.
    let reads = 10_000_000 / 6 / 1_024;
    (0..reads).for_each(|_| limits.spend(Kind::List, 1));
    assert_eq!(limits.take(Kind::Read), Ok(()));
    limits.spend(Kind::Read, 1_025);
    assert!(limits.take(Kind::Read).is_err());
    let v2 = Limits::new(Engine::V2, Some(1), 0);
    v2.spend(Kind::Write, 4_194_304);
    assert_eq!(v2.take(Kind::Write), Ok(()), "it has no such budget");
}

#[tokio::test(start_paused = true)]
async fn the_smallest_share_lets_one_through() {
    let limits = Limits::new(Engine::V2, Some(1), 0);
    assert_eq!(taken(&limits, Kind::List), 1);
}

#[tokio::test(start_paused = true)]
async fn without_a_share_only_pauses_count() {
    let limits = Limits::new(Engine::V1, None, 0);
    assert!((0..10_000).all(|_| limits.take(Kind::Read).is_ok()));
    let key = Key::new("a", "1").unwrap();
    assert!((0..10).all(|_| limits.take_write(&key, 4_194_304).is_ok()));
    limits.note(Kind::Read, true, &headers(&[("retry-after", "3")]));
    assert!(limits.take(Kind::Read).is_err());
}

#[test]
fn the_largest_of_what_the_headers_say_counts() {
    let seconds = |list| pause(&headers(list)).map(|wait| wait.as_secs());
    assert_eq!(seconds(&[("x-ratelimit-reset", "22, 0")]), Some(22));
    assert_eq!(seconds(&[("x-ratelimit-reset", "22"), ("retry-after", "5")]), Some(22));
    assert_eq!(seconds(&[("retry-after", "7")]), Some(7));
    assert_eq!(seconds(&[("x-ratelimit-reset", "20;w=60, 3;w=1")]), Some(20));
    assert_eq!(seconds(&[("x-ratelimit-reset", "99999999999999999999, x, 4")]), Some(4));
    assert_eq!(seconds(&[("x-ratelimit-reset", "1000000")]), Some(300));
    assert_eq!(seconds(&[("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT")]), None);
    assert_eq!(seconds(&[("x-ratelimit-reset", "0"), ("retry-after", "-3")]), None);
    assert_eq!(seconds(&[]), None);
}

#[tokio::test(start_paused = true)]
async fn a_budget_rests_as_long_as_an_answer_says() {
    let limits = Limits::new(Engine::V2, Some(100), 0);
    limits.note(Kind::Read, true, &headers(&[("x-ratelimit-remaining", "86"), ("x-ratelimit-reset", "22, 0")]));
    assert_eq!(limits.take(Kind::Read), Err(NotApplied::Throttled { wait: Some(Duration::from_secs(22)) }));
    assert_eq!(limits.take(Kind::Write), Ok(()));
    advance(Duration::from_secs(22)).await;
    assert_eq!(limits.take(Kind::Read), Ok(()));
    // What is left of the smallest window counts, also when the request was taken.
    limits.note(Kind::Read, false, &headers(&[("x-ratelimit-remaining", "998, 1"), ("x-ratelimit-reset", "20")]));
    assert_eq!(limits.take(Kind::Read), Ok(()));
    limits.note(Kind::Read, false, &headers(&[("x-ratelimit-remaining", "998, 0"), ("x-ratelimit-reset", "20")]));
    assert!(limits.take(Kind::Read).is_err());
    limits.note(Kind::Restriction, true, &headers(&[("x-ratelimit-reset", "60")]));
    assert_eq!(limits.take(Kind::Restriction), Ok(()), "it may be the limit of one user");
}

#[tokio::test(start_paused = true)]
async fn a_key_takes_four_mebibytes_a_minute() {
    let limits = Limits::new(Engine::V2, Some(100), 0);
    let (one, other) = (Key::new("a", "1").unwrap(), Key::new("a", "2").unwrap());
    assert_eq!(limits.take_write(&one, 1), Ok(()));
    advance(Duration::from_secs(10)).await;
    assert_eq!(limits.take_write(&one, 4_095 * 1_024), Ok(()), "one and the rest");
    assert_eq!(limits.take_write(&one, 1), Err(NotApplied::Throttled { wait: Some(Duration::from_secs(50)) }));
    assert_eq!(limits.take_write(&other, 4_194_304), Ok(()));
    limits.give_back(&other);
    assert_eq!(limits.take_write(&other, 4_194_304), Ok(()), "what was not sent does not count");
    advance(Duration::from_secs(50)).await;
    assert_eq!(
        limits.take_write(&one, 1),
        Ok(()),
        "small writes are rounded up to one KiB, and forgotten after a minute"
    );
    assert_eq!(limits.take_write(&one, 1), Err(NotApplied::Throttled { wait: Some(Duration::from_secs(10)) }));
    advance(Duration::from_secs(120)).await;
    assert_eq!(limits.take_write(&one, 4_194_304), Ok(()), "the largest value is always taken alone");
    assert_eq!(limits.state().keys.len(), 1, "the other key is forgotten");
}
