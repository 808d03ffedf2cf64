use super::{Ended, FAIR, Full, NotRunning, Priority, Pushed, Queue, Verdict};
use crate::config;
use crate::timer::Millis;
use alloc::vec::Vec;
use alloc::{format, vec};

use Priority::{Asked, Autosave, Leave};

fn queue(reserve: u32, at_once: u32) -> Queue<u8, u8> {
    let settings = config::Queue { reserve, cooldown_ms: 10 };
    Queue::new(&settings, &config::Shutdown { max_concurrent_saves: at_once, close_window_ms: 1 })
}

/// Starts and ends writes until none is left; the keys in their order.
fn drain(queue: &mut Queue<u8, u8>, now: u64) -> Vec<u8> {
    let mut keys = Vec::new();
    while let Some(start) = queue.next(Millis(now)) {
        keys.push(start.key);
        queue.done(&start.key, Ended::Done, Millis(now)).unwrap();
        queue.check().unwrap();
    }
    keys
}

#[test]
fn one_runs_and_one_is_pending() {
    let mut it = queue(9, 9);
    assert_eq!(it.push(1, 10, Leave), Ok(Pushed::Queued));
    let start = it.next(Millis(0)).unwrap();
    assert_eq!((start.key, start.item, start.priority), (1, 10, Leave));
    assert_eq!(it.push(1, 11, Leave), Ok(Pushed::Queued));
    assert_eq!(it.push(1, 12, Autosave), Ok(Pushed::Superseded(11)));
    assert_eq!((it.next(Millis(99)), it.len(), it.wake_at()), (None, 2, None), "its own runs");
    assert_eq!(it.done(&1, Ended::Failed, Millis(5)), Ok(None));
    let start = it.next(Millis(5)).unwrap();
    assert_eq!((start.item, start.priority), (12, Leave), "the newest, as urgent as the oldest");
    assert_eq!(it.done(&1, Ended::Done, Millis(5)), Ok(None));
    assert_eq!(it.done(&1, Ended::Done, Millis(5)), Err(NotRunning));
    assert_eq!((it.is_empty(), it.check()), (true, Ok(())));
}

#[test]
fn what_has_no_place_is_given_back() {
    let mut it = queue(2, 9);
    it.track(1);
    for key in [2, 3] {
        assert_eq!(it.push(key, key, Asked), Ok(Pushed::Queued));
    }
    let before = it.clone();
    assert_eq!(it.push(4, 4, Leave), Err(Full(4)));
    assert_eq!(it, before);
    assert_eq!(it.push(3, 33, Asked), Ok(Pushed::Superseded(3)), "a place that it has");
    assert_eq!(it.push(1, 1, Autosave), Ok(Pushed::Queued), "a place of its own");
    assert_eq!((it.len(), it.capacity()), (3, 4));
    it.track(3);
    assert_eq!(it.push(4, 4, Leave), Ok(Pushed::Queued), "3 has places of its own by now");
    it.untrack(&3);
    assert_eq!((it.capacity(), it.check()), (6, Ok(())), "until what is in them is written");
    drain(&mut it, 0);
    assert_eq!(it.capacity(), 4);
    assert_eq!(format!("{:?}", Full("secret")), "Full(..)");
}

#[test]
fn the_urgent_goes_first_and_the_oldest_among_equals() {
    let mut it = queue(9, 9);
    for (key, priority) in [(1, Autosave), (2, Asked), (3, Leave), (4, Leave), (5, Asked)] {
        it.push(key, 0, priority).unwrap();
    }
    assert_eq!(drain(&mut it, 0), [3, 4, 2, 1, 5], "the fourth start is of the one that waits for longest");
}

#[test]
fn nothing_waits_for_ever() {
    let mut it = queue(99, 1);
    for key in 1..=3 {
        it.push(key, 0, Autosave).unwrap();
    }
    let mut starts = Vec::new();
    for fresh in 10..30 {
        it.push(fresh, 0, Leave).unwrap();
        it.push(3, fresh, Autosave).unwrap(); // saved again and again, and not put off by that
        let start = it.next(Millis(0)).unwrap();
        starts.push(start.key);
        it.done(&start.key, Ended::Done, Millis(0)).unwrap();
    }
    let at = |key| starts.iter().position(|it| *it == key).unwrap() + 1;
    assert_eq!([at(1), at(2), at(3)], [1, 2, 3].map(|before| before * usize::from(FAIR)));
}

#[test]
fn an_autosave_cools_down() {
    let mut it = queue(9, 1);
    it.track(1);
    it.push(1, 1, Autosave).unwrap();
    assert_eq!(drain(&mut it, 100), [1]);
    it.push(1, 2, Autosave).unwrap();
    assert_eq!((it.wake_at(), it.next(Millis(109))), (Some(Millis(110)), None));
    assert_eq!(it.next(Millis(110)).map(|it| it.item), Some(2));
    it.done(&1, Ended::Done, Millis(110)).unwrap();
    it.push(1, 3, Autosave).unwrap();
    it.push(1, 4, Asked).unwrap();
    assert_eq!(it.wake_at(), Some(Millis(0)));
    assert_eq!(it.next(Millis(110)).map(|it| it.item), Some(4), "who asks does not wait");
    it.push(2, 5, Leave).unwrap();
    assert_eq!((it.next(Millis(110)), it.wake_at()), (None, None), "one runs, and no more may");
}

#[test]
fn a_moment_at_the_end_of_time_is_no_overflow() {
    let mut it = queue(9, 9);
    it.track(1);
    it.push(1, 1, Autosave).unwrap();
    it.next(Millis(u64::MAX)).unwrap();
    it.done(&1, Ended::Done, Millis(u64::MAX)).unwrap();
    it.push(1, 1, Autosave).unwrap();
    assert_eq!(it.wake_at(), Some(Millis(u64::MAX)));
    assert!(it.next(Millis(0)).is_none(), "nor is a clock that went back");
    assert!(it.next(Millis(u64::MAX)).is_some());
}

#[test]
fn a_flush_has_a_verdict_for_each_key() {
    let mut it = queue(9, 3);
    it.track(1);
    it.push(1, 1, Autosave).unwrap();
    drain(&mut it, 100);
    for key in 1..=6 {
        it.push(key, key, Autosave).unwrap();
    }
    assert_eq!(it.flush(Millis(150)), 6);
    let first: Vec<_> = core::iter::from_fn(|| it.next(Millis(101))).map(|it| it.key).collect();
    assert_eq!(first, [1, 2, 3], "without cooling down");
    it.push(2, 22, Autosave).unwrap();
    assert_eq!(it.done(&1, Ended::Done, Millis(102)), Ok(Some(Verdict::Done)));
    assert_eq!(it.done(&2, Ended::Done, Millis(102)), Ok(None), "there is something left");
    assert_eq!(it.done(&3, Ended::Failed, Millis(102)), Ok(Some(Verdict::Failed)));
    let second: Vec<_> = core::iter::from_fn(|| it.next(Millis(103))).map(|it| it.key).collect();
    assert_eq!(second, [4, 5, 6]);
    it.push(6, 66, Autosave).unwrap();
    assert_eq!((it.expire(Millis(149)), it.wake_at()), (vec![], Some(Millis(150))));
    assert_eq!(it.next(Millis(150)), None, "it is too late to begin");
    let late = |pending, running| Verdict::Deadline { pending, running };
    let told =
        vec![(2, late(Some(22), false)), (4, late(None, true)), (5, late(None, true)), (6, late(Some(66), true))];
    assert_eq!(it.expire(Millis(150)), told);
    assert_eq!((it.is_flushing(), it.len(), it.check()), (false, 3, Ok(())));
    assert_eq!(it.done(&4, Ended::Done, Millis(151)), Ok(None), "it has its verdict");
}

#[test]
fn a_flush_of_nothing_is_over() {
    let mut it = queue(9, 9);
    assert_eq!((it.flush(Millis(5)), it.is_flushing(), it.wake_at()), (0, false, None));
    it.push(1, 1, Autosave).unwrap();
    it.flush(Millis(5));
    assert_eq!((it.remove(&1), it.is_flushing()), (Some(1), false));
}

#[test]
fn what_is_removed_is_given_back() {
    let mut it = queue(9, 9);
    it.track(1);
    it.push(1, 1, Leave).unwrap();
    it.next(Millis(0)).unwrap();
    it.push(1, 2, Leave).unwrap();
    assert_eq!((it.remove(&1), it.remove(&1), it.remove(&2)), (Some(2), None, None));
    assert_eq!((it.len(), it.check()), (1, Ok(())), "what runs cannot be called back");
    assert_eq!(it.done(&1, Ended::Done, Millis(0)), Ok(None));
    assert_eq!(it, queue(9, 9));
}
