//! Sorted maps and queues over time.

use super::maps::{Item, Listing, Unsent, Update, Write};
use super::memory::{Memory, Quota, Scope, quota};
use super::queues::Read;
use crate::error::ApiError;
use crate::text::filter::Items;
use crate::text::order::Direction;
use crate::text::sort::SortKey;
use crate::time::Timestamp;
use jiff::SignedDuration;
use proptest::prelude::*;
use serde_json::{Value, json};

const PLENTY: Quota = Quota { bytes: 1 << 40 };

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + seconds).unwrap()
}

fn at_time(memory: &mut Memory, now: i64) -> &mut Memory {
    memory.expire(at(now));
    memory
}

fn seconds(seconds: i64) -> SignedDuration {
    SignedDuration::from_secs(seconds)
}

fn write(value: Value, sort: SortKey, ttl: i64) -> Write {
    Write { value: Some(value), sort: Some(sort), ttl: Some(seconds(ttl)) }
}

fn ids(store: &Memory, filter: &str, direction: Direction, limit: usize) -> Vec<String> {
    let mut listing = Listing { filter: Items::parse(filter).unwrap(), direction, after: None, limit };
    let mut ids = Vec::new();
    loop {
        let (page, more) = store.items("m", &listing);
        assert!(page.len() <= limit);
        ids.extend(page.iter().map(|(id, _)| (*id).to_owned()));
        listing.after = page.last().map(|(id, item)| (item.sort.clone(), (*id).to_owned()));
        if !more {
            return ids;
        }
    }
}

/// Documentation: Memory stores, Sorted map, the order of its example.
#[test]
fn items_are_in_the_documented_order() {
    let mut memory = Memory::default();
    let store = at_time(&mut memory, 0);
    let text = |text: &str| SortKey::Text(text.into());
    for (id, sort) in [
        ("player0", SortKey::Absent),
        ("player1", SortKey::Number(-1.0)),
        ("player2", SortKey::Number(0.0)),
        ("player3", SortKey::Number(3.25)),
        ("player4", SortKey::Number(1.0)),
        ("player5", SortKey::Number(1.0)),
        ("player6", text("someString")),
        ("player7", SortKey::Absent),
    ] {
        store.create_item("m", id, write(json!(1), sort, 60), at(0), PLENTY).unwrap();
    }
    let mut order =
        ["player1", "player2", "player4", "player5", "player3", "player6", "player0", "player7"].map(str::to_owned);
    assert_eq!(ids(store, "", Direction::Ascending, 3), order);
    assert_eq!(ids(store, "sortKey > 0 && sortKey < 3.25", Direction::Ascending, 1), ["player4", "player5"]);
    assert_eq!(ids(store, "id > 'player5'", Direction::Descending, 9), ["player7", "player6"]);
    order.reverse();
    assert_eq!(ids(store, "", Direction::Descending, 3), order);
}

#[test]
fn an_item_expires_and_can_be_created_again() {
    let mut memory = Memory::default();
    let create = |memory: &mut Memory, when| {
        let store = at_time(memory, when);
        store.create_item("m", "a", write(json!("x"), SortKey::Absent, 10), at(when), PLENTY).map(|item| item.etag)
    };
    let first = create(&mut memory, 0).unwrap();
    assert_eq!(create(&mut memory, 9).unwrap_err().code, "ALREADY_EXISTS");
    assert!(create(&mut memory, 10).unwrap() > first, "etags rise across an expiry");
    assert_eq!(at_time(&mut memory, 20).bytes(), 0);
    let store = at_time(&mut memory, 20);
    for ttl in [-1, 3_888_001] {
        assert!(store.create_item("m", "a", write(json!(1), SortKey::Absent, ttl), at(20), PLENTY).is_err());
    }
    let silent = Write { value: Some(json!(1)), ..Write::default() };
    assert_eq!(store.create_item("m", "a", silent, at(0), PLENTY).unwrap().expires, at(3_888_000));
}

#[test]
fn an_update_resets_or_keeps_what_it_does_not_send() {
    let mut memory = Memory::default();
    let store = at_time(&mut memory, 0);
    let mut update = Update::default();
    let only_value = || Write { value: Some(json!(2)), ..Write::default() };
    let fields = |item: &Item| (item.sort.clone(), item.expires);
    assert_eq!(store.update_item("m", "a", only_value(), &update, at(0), PLENTY).unwrap_err().code, "NOT_FOUND");
    store.create_item("m", "a", write(json!(1), SortKey::Number(1.0), 60), at(0), PLENTY).unwrap();
    update.unsent = Unsent::Kept;
    let item = store.update_item("m", "a", only_value(), &update, at(5), PLENTY).unwrap();
    assert_eq!((fields(item), &item.value), ((SortKey::Number(1.0), at(60)), &json!(2)));
    update.unsent = Unsent::Reset;
    let item = store.update_item("m", "a", only_value(), &update, at(5), PLENTY).unwrap();
    assert_eq!(fields(item), (SortKey::Absent, at(3_888_005)));
    update.etag = Some("0".into());
    assert_eq!(store.update_item("m", "a", only_value(), &update, at(5), PLENTY).unwrap_err().code, "ABORTED");
    assert_eq!(store.delete_item("m", "a", Some("0")).unwrap_err().code, "ABORTED");
    store.delete_item("m", "a", None).unwrap();
    assert_eq!(store.delete_item("m", "a", None).unwrap_err().code, "NOT_FOUND");
    update = Update { allow_missing: true, ..Update::default() };
    store.update_item("m", "a", only_value(), &update, at(5), PLENTY).unwrap();
}

#[test]
fn memory_over_the_quota_refuses_what_grows_it() {
    assert_eq!(quota(0), 65_536);
    assert_eq!(quota(10), 65_536 + 12_288);
    let mut memory = Memory::default();
    let store = at_time(&mut memory, 0);
    let small = Quota { bytes: 40 };
    let sized = |n: usize| write(json!("x".repeat(n)), SortKey::Absent, 60);
    store.create_item("m", "a", sized(30), at(0), small).unwrap();
    let refused = |result: Result<&Item, ApiError>| result.unwrap_err().code == "RESOURCE_EXHAUSTED";
    assert!(refused(store.create_item("m", "b", sized(30), at(0), small)));
    let update = Update::default();
    assert!(refused(store.update_item("m", "a", sized(60), &update, at(0), small)));
    let lowered = Quota { bytes: 1 };
    store.update_item("m", "a", sized(29), &update, at(0), lowered).unwrap();
    assert!(store.add_message("q", json!(1), 0.0, None, at(0), lowered).is_err());
    assert!(store.create_item("m", "c", sized(32 * 1_024), at(0), PLENTY).is_err(), "two quotes too many");
    store.flush(Scope::Test);
    assert_eq!(store.bytes(), 32);
    let operation = store.flush(Scope::Live);
    assert_eq!(store.bytes(), 0);
    assert!(store.flushed(operation, Scope::Live) && !store.flushed(operation, Scope::Test));
}

fn read(store: &mut Memory, count: usize, all_or_nothing: bool, now: i64) -> Option<(u64, Vec<Value>)> {
    let read = Read { count, all_or_nothing, window: seconds(30) };
    let (id, messages) = store.read_messages("q", read, at(now)).ok()?;
    Some((id, messages.into_iter().map(|(_, message)| message.data.clone()).collect()))
}

#[test]
fn a_queue_gives_by_priority_and_hides_what_it_gave() {
    let mut memory = Memory::default();
    let store = at_time(&mut memory, 0);
    for (data, priority) in [(1, 0.0), (2, 5.0), (3, -0.0), (4, -2.5), (5, 5.0)] {
        store.add_message("q", json!(data), priority, Some(seconds(100)), at(0), PLENTY).unwrap();
    }
    let (first, front) = read(store, 2, false, 0).unwrap();
    assert_eq!(front, [2, 5]);
    assert_eq!(read(store, 4, true, 0), None, "three are left to see");
    assert_eq!(read(store, 3, true, 1).unwrap().1, [1, 3, 4]);
    assert_eq!(read(store, 1, false, 1).unwrap().1, [json!(0); 0]);
    store.discard("q", first, at(29));
    store.discard("q", first, at(29));
    let (late, again) = read(store, 9, false, 31).unwrap();
    assert_eq!(again, [1, 3, 4], "what nobody discarded is seen again");
    store.discard("q", late, at(61));
    assert_eq!(read(store, 9, false, 61).unwrap().1, [1, 3, 4], "too late to discard");
    assert_eq!(at_time(&mut memory, 100).bytes(), 0);
    assert_eq!(at_time(&mut memory, 100).queues().count(), 0);
}

#[test]
fn ids_of_messages_show_priority_and_order() {
    let mut memory = Memory::default();
    let store = at_time(&mut memory, 0);
    let (id, _) = store.add_message("q", json!(1), 0.0, None, at(0), PLENTY).unwrap();
    assert_eq!(id.to_string(), "7fffffffffffffff0000000000000001");
    assert!(store.add_message("q", Value::Null, 0.0, None, at(0), PLENTY).is_err());
    assert!(store.add_message("q", json!(1), f64::NAN, None, at(0), PLENTY).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is done in whatever order, the bytes are those of what is there, and no message is seen by two readers.
    #[test]
    fn what_is_counted_is_what_is_there(steps in prop::collection::vec((0_u8..6, 0_u8..4, 0_i64..8), 0..60)) {
        let mut memory = Memory::default();
        let (mut now, mut held) = (0, std::collections::BTreeMap::new());
        for (what, which, n) in steps {
            let id = which.to_string();
            let store = at_time(&mut memory, now);
            match what {
                0 => {
                    let item = write(json!(n), SortKey::Number(f64::from(which % 2)), n);
                    let update = Update { allow_missing: true, ..Update::default() };
                    store.update_item("m", &id, item, &update, at(now), PLENTY).unwrap();
                }
                1 => drop(store.delete_item("m", &id, None)),
                2 => drop(store.add_message("q", json!(n), n as f64, Some(seconds(n)), at(now), PLENTY).unwrap()),
                3 => {
                    let read = Read { count: 2, all_or_nothing: false, window: seconds(3) };
                    held.retain(|_, until| *until > now);
                    let (_, messages) = store.read_messages("q", read, at(now)).unwrap();
                    for (position, _) in messages {
                        prop_assert!(held.insert(position, now + 3).is_none(), "read twice");
                    }
                }
                4 => store.discard("q", n as u64, at(now)),
                _ => now += n,
            }
            let store = at_time(&mut memory, now);
            let maps = store.maps().flat_map(|(_, items)| items);
            let items: u64 = maps.map(|(id, item)| (id.len() + 8 + item.value.to_string().len()) as u64).sum();
            let queues = store.queues().flat_map(|(_, queue)| queue.messages());
            let messages: u64 = queues.map(|(_, message, _)| 8 + message.data.to_string().len() as u64).sum();
            prop_assert_eq!(store.bytes(), items + messages);
        }
    }
}
