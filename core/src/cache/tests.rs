//! What the cache does, case by case. `tests/tests/cache.rs` compares it with a reference, `model/` explores it.

use super::{Cache, FixedState, Held, Put, Refused, Saved, Stats};
use crate::config::{self, MAX_COUNT};
use crate::ids::Seq;
use crate::timer::Millis;
use alloc::vec::Vec;

const START: Millis = Millis(1_000);

fn cache(max_entries: u32) -> Cache<u32, u32> {
    Cache::new(&config::Cache { ttl_ms: Some(10), max_entries })
}

fn keys(cache: &Cache<u32, u32>) -> Vec<u32> {
    cache.check().unwrap();
    cache.iter().map(|(key, _)| *key).collect()
}

fn dirty(cache: &Cache<u32, u32>) -> Vec<u32> {
    cache.dirty().map(|(key, ..)| *key).collect()
}

#[test]
fn the_least_recently_used_goes() {
    let mut cache = cache(3);
    for key in 1..=3 {
        assert_eq!(cache.put_clean(key, key, START), Ok(Put::Added));
    }
    assert_eq!(cache.get(&1, START), Some(1));
    assert_eq!(cache.put_clean(2, 20, START), Ok(Put::Replaced));
    assert_eq!(cache.put_clean(4, 4, START), Ok(Put::Evicted(3)));
    assert_eq!(keys(&cache), [1, 2, 4]);
    assert_eq!(cache.peek(&1).map(|it| *it.value), Some(1));
    assert_eq!(cache.put_clean(5, 5, START), Ok(Put::Evicted(1)));
}

#[test]
fn a_dirty_entry_stays_and_is_evicted_by_its_use_once_it_is_saved() {
    let mut cache = cache(3);
    cache.put_dirty(1, 1, Seq(1), START).unwrap();
    cache.put_clean(2, 2, START).unwrap();
    cache.put_clean(3, 3, START).unwrap();
    assert_eq!(cache.put_clean(4, 4, START), Ok(Put::Evicted(2)));
    assert_eq!(cache.saved(&1, Seq(1)), Saved::Clean);
    assert_eq!(keys(&cache), [1, 3, 4]);
    assert_eq!(cache.put_clean(5, 5, START), Ok(Put::Evicted(1)));
}

#[test]
fn a_cache_full_of_dirty_entries_refuses() {
    let mut cache = cache(2);
    cache.put_dirty(1, 1, Seq(1), START).unwrap();
    cache.put_dirty(2, 2, Seq(1), START).unwrap();
    let before = cache.clone();
    assert_eq!(cache.put_clean(3, 3, START), Err(Refused::Full));
    assert_eq!(cache.put_dirty(3, 3, Seq(1), START), Err(Refused::Full));
    assert_eq!(cache, before);
    assert_eq!(cache.put_dirty(1, 10, Seq(2), START), Ok(Put::Replaced));
    assert_eq!(cache.len(), cache.max_entries());
}

#[test]
fn only_news_of_the_newest_change_makes_an_entry_clean() {
    let mut cache = cache(2);
    assert_eq!(cache.saved(&1, Seq(9)), Saved::Absent);
    cache.put_dirty(1, 1, Seq(1), START).unwrap();
    cache.put_dirty(1, 2, Seq(2), START).unwrap();
    assert_eq!(cache.saved(&1, Seq(1)), Saved::Dirty(Seq(2)));
    assert_eq!(cache.put_dirty(1, 1, Seq(1), START), Err(Refused::Older(Seq(2))));
    assert_eq!(cache.put_clean(1, 0, START), Err(Refused::Dirty(Seq(2))));
    assert_eq!(cache.peek(&1), Some(Held { value: &2, put_at: START, dirty: Some(Seq(2)) }));
    assert_eq!(cache.put_dirty(1, 3, Seq(2), START), Ok(Put::Replaced));
    assert_eq!(cache.saved(&1, Seq(7)), Saved::Clean);
    assert_eq!(cache.saved(&1, Seq(7)), Saved::Clean);
    assert_eq!(cache.put_clean(1, 0, START), Ok(Put::Replaced));
}

#[test]
fn change_zero_is_dirty_as_any_other() {
    let mut cache = cache(1);
    cache.put_dirty(1, 1, Seq(0), START).unwrap();
    assert_eq!(cache.put_clean(2, 2, START), Err(Refused::Full));
    assert_eq!(cache.saved(&1, Seq(0)), Saved::Clean);
}

#[test]
fn age_is_of_clean_entries_alone() {
    let mut cache = cache(3);
    cache.put_clean(1, 1, START).unwrap();
    cache.put_dirty(2, 2, Seq(1), START).unwrap();
    let (last, late) = (Millis(1_010), Millis(1_011));
    assert_eq!(cache.get(&1, last), Some(1));
    assert_eq!(cache.get(&2, late), Some(2));
    assert_eq!(cache.get(&1, Millis(0)), Some(1), "a clock that went back makes nothing older");
    assert_eq!(cache.len(), 2);
    assert_eq!(cache.get(&1, late), None);
    assert_eq!(keys(&cache), [2]);
    assert_eq!(cache.stats(), Stats { entries: 1, dirty: 1, hits: 3, misses: 1 });
    // It was put long ago, so once it is saved a read finds it too old, and asks the store.
    cache.saved(&2, Seq(1));
    assert_eq!(cache.get(&2, late), None);
}

#[test]
fn without_a_limit_nothing_is_too_old() {
    let mut cache: Cache<u32, u32> = Cache::new(&config::Cache { ttl_ms: None, max_entries: 2 });
    cache.put_clean(1, 1, Millis(0)).unwrap();
    assert_eq!(cache.get(&1, Millis(u64::MAX)), Some(1));
}

#[test]
fn dirty_entries_are_told_in_the_order_in_which_they_became_dirty() {
    let mut cache = cache(5);
    for key in [3, 1, 4, 2] {
        cache.put_dirty(key, key, Seq(1), START).unwrap();
    }
    cache.get(&3, START);
    cache.put_dirty(1, 1, Seq(2), START).unwrap();
    assert_eq!(dirty(&cache), [3, 1, 4, 2]);
    cache.saved(&4, Seq(1));
    cache.saved(&3, Seq(1));
    cache.put_dirty(3, 3, Seq(1), START).unwrap();
    assert_eq!(dirty(&cache), [1, 2, 3]);
    assert_eq!(cache.dirty().map(|(.., seq)| seq.0).collect::<Vec<_>>(), [2, 1, 1]);
    assert_eq!(keys(&cache), [4, 2, 1, 3]);
}

#[test]
fn what_is_taken_out_is_told() {
    let mut cache = cache(4);
    for key in 1..=4 {
        cache.put_dirty(key, key, Seq(key), START).unwrap();
    }
    assert_eq!(cache.remove(&2), Some(Held { value: 2, put_at: START, dirty: Some(Seq(2)) }));
    assert_eq!(cache.remove(&2), None);
    assert_eq!((keys(&cache), dirty(&cache)), ([1, 3, 4].to_vec(), [1, 3, 4].to_vec()));
    cache.saved(&3, Seq(3));
    assert_eq!(cache.remove(&3).and_then(|it| it.dirty), None);
    cache.get(&1, START);
    assert_eq!(cache.clear(), 2);
    assert!(cache.is_empty() && keys(&cache).is_empty() && dirty(&cache).is_empty());
    assert_eq!((cache.stats(), cache.stats().hit_rate()), (Stats::default(), None));
    assert_eq!(cache, self::cache(4));
}

#[test]
fn the_hit_rate_is_of_all_reads() {
    let mut cache = cache(1);
    cache.put_clean(1, 1, START).unwrap();
    assert_eq!(cache.stats().hit_rate(), None);
    for key in [1, 1, 1, 2] {
        cache.get(&key, START);
    }
    assert_eq!(cache.stats().hit_rate(), Some(0.75));
    cache.reset_stats();
    assert_eq!(cache.stats(), Stats { entries: 1, ..Stats::default() });
}

#[test]
fn settings_that_no_config_takes_are_borne() {
    let mut none = cache(0);
    assert_eq!(none.put_clean(1, 1, START), Err(Refused::Full));
    assert_eq!(none.put_dirty(1, 1, Seq(1), START), Err(Refused::Full));
    assert_eq!((none.get(&1, START), none.remove(&1)), (None, None));
    assert_eq!(cache(u32::MAX).max_entries(), MAX_COUNT as usize);
}

#[test]
fn a_value_is_a_snapshot() {
    let mut cache: Cache<&str, alloc::sync::Arc<str>> =
        Cache::with_hasher(&config::Settings::DEFAULT.cache, FixedState::default());
    cache.put_clean("ann", "one".into(), START).unwrap();
    let read = cache.get("ann", START).unwrap();
    cache.put_dirty("ann", "two".into(), Seq(1), START).unwrap();
    assert_eq!((&*read, cache.get("ann", START).as_deref()), ("one", Some("two")));
}

/// With many entries that come, go and are saved in no order, the bookkeeping stays within what it may take.
#[test]
fn bookkeeping_takes_at_most_sixty_bytes_an_entry() {
    for max_entries in [500, 10_000] {
        let mut cache: Cache<u64, u64> = Cache::new(&config::Cache { ttl_ms: None, max_entries });
        for key in 0..u64::from(max_entries) * 20 {
            cache.put_dirty(key, key, Seq(1), START).unwrap();
            cache.get(&(key / 2), START);
            cache.saved(&key, Seq(1));
        }
        cache.check().unwrap();
        let bytes = cache.bytes() as f64 / cache.len() as f64 - 16.0;
        assert!(bytes <= 60.0, "{max_entries} entries take {bytes:.1} bytes each");
    }
}
