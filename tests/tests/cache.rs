//! The cache against a list that is searched from its beginning: the same answers, order and figures after every input
//! (KIT-8, races R27 and R28).

use keyholder_core::cache::{Cache, FixedState, Held, Put, Refused, Saved, Stats};
use keyholder_core::config;
use keyholder_core::ids::Seq;
use keyholder_core::timer::Millis;
use proptest::collection::vec;
use proptest::prelude::*;
use std::hash::{BuildHasher, Hasher};

const TTL: u64 = 5;

/// An entry as the cache tells it, with its key.
type Line = (u8, Held<u32>);

/// Least recently used first.
#[derive(Default)]
struct Reference {
    lines: Vec<Line>,
    /// Keys, in the order in which they became dirty.
    dirty: Vec<u8>,
    max: usize,
    stats: Stats,
}

impl Reference {
    fn take(&mut self, key: u8) -> Option<Held<u32>> {
        let at = self.lines.iter().position(|it| it.0 == key)?;
        self.dirty.retain(|it| *it != key);
        Some(self.lines.remove(at).1)
    }

    fn dirty(&self, key: u8) -> Option<Seq> {
        self.lines.iter().find(|it| it.0 == key).and_then(|it| it.1.dirty)
    }

    fn get(&mut self, key: u8, now: Millis) -> Option<u32> {
        let at = self.lines.iter().position(|it| it.0 == key);
        let fresh = at.filter(|at| {
            let held = self.lines[*at].1;
            held.dirty.is_some() || now.0.saturating_sub(held.put_at.0) <= TTL
        });
        *if fresh.is_some() { &mut self.stats.hits } else { &mut self.stats.misses } += 1;
        let line = self.lines.remove(at?);
        fresh.map(|_| {
            self.lines.push(line);
            line.1.value
        })
    }

    fn put(&mut self, key: u8, value: u32, dirty: Option<Seq>, put_at: Millis) -> Result<Put<u8>, Refused> {
        match (self.dirty(key), dirty) {
            (Some(seq), None) => return Err(Refused::Dirty(seq)),
            (Some(newer), Some(seq)) if newer > seq => return Err(Refused::Older(newer)),
            _ => {}
        }
        let mut put = Put::Added;
        if let Some(at) = self.lines.iter().position(|it| it.0 == key) {
            self.lines.remove(at);
            put = Put::Replaced;
        } else if self.lines.len() == self.max {
            let at = self.lines.iter().position(|it| it.1.dirty.is_none()).ok_or(Refused::Full)?;
            put = Put::Evicted(self.lines.remove(at).0);
        }
        self.lines.push((key, Held { value, put_at, dirty }));
        if dirty.is_some() && !self.dirty.contains(&key) {
            self.dirty.push(key);
        }
        Ok(put)
    }

    fn saved(&mut self, key: u8, upto: Seq) -> Saved {
        let Some((_, held)) = self.lines.iter_mut().find(|it| it.0 == key) else {
            return Saved::Absent;
        };
        if let Some(seq) = held.dirty.filter(|seq| *seq > upto) {
            return Saved::Dirty(seq);
        }
        held.dirty = None;
        self.dirty.retain(|it| *it != key);
        Saved::Clean
    }

    fn clear(&mut self) -> usize {
        let dirty = self.dirty.len();
        *self = Self { max: self.max, ..Self::default() };
        dirty
    }

    fn stats(&self) -> Stats {
        Stats { entries: self.lines.len(), dirty: self.dirty.len(), ..self.stats }
    }
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Get(u8),
    Clean(u8),
    Dirty(u8, u32),
    Saved(u8, u32),
    /// The entry that has been dirty for longest is saved: what a host does.
    SaveOldest,
    Remove(u8),
    Clear,
    Wait(u64),
}

fn steps(keys: u8) -> impl Strategy<Value = Vec<Step>> {
    let key = 0..keys;
    let step = prop_oneof![
        60 => key.clone().prop_map(Step::Get),
        40 => key.clone().prop_map(Step::Clean),
        30 => (key.clone(), 0..4_u32).prop_map(|(key, seq)| Step::Dirty(key, seq)),
        20 => (key.clone(), 0..4_u32).prop_map(|(key, seq)| Step::Saved(key, seq)),
        20 => Just(Step::SaveOldest),
        8 => key.prop_map(Step::Remove),
        1 => Just(Step::Clear),
        20 => (1..4_u64).prop_map(Step::Wait),
    ];
    vec(step, 0..4_000)
}

/// Every key has the same hash, or one of two: keys are told apart by themselves.
#[derive(Clone, Copy, Default)]
struct Poor(u64);

impl BuildHasher for Poor {
    type Hasher = Self;

    fn build_hasher(&self) -> Self {
        *self
    }
}

impl Hasher for Poor {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 ^= bytes.iter().map(|it| u64::from(*it & 1)).sum::<u64>();
    }
}

fn agree<S: BuildHasher>(max: u32, hasher: S, steps: &[Step]) -> Result<(), TestCaseError> {
    let mut cache = Cache::with_hasher(&config::Cache { ttl_ms: Some(TTL), max_entries: max }, hasher);
    let mut reference = Reference { max: max as usize, ..Reference::default() };
    let mut now = Millis(0);
    for (value, step) in (0_u32..).zip(steps) {
        match *step {
            Step::Get(key) => prop_assert_eq!(cache.get(&key, now), reference.get(key, now)),
            Step::Clean(key) => {
                prop_assert_eq!(cache.put_clean(key, value, now), reference.put(key, value, None, now));
            }
            Step::Dirty(key, seq) => {
                let expected = reference.put(key, value, Some(Seq(seq)), now);
                prop_assert_eq!(cache.put_dirty(key, value, Seq(seq), now), expected);
            }
            Step::Saved(key, seq) => prop_assert_eq!(cache.saved(&key, Seq(seq)), reference.saved(key, Seq(seq))),
            Step::SaveOldest => {
                let oldest = cache.dirty().next().map(|(key, _, seq)| (*key, seq));
                if let Some((key, seq)) = oldest {
                    prop_assert_eq!((cache.saved(&key, seq), reference.saved(key, seq)), (Saved::Clean, Saved::Clean));
                }
            }
            Step::Remove(key) => prop_assert_eq!(cache.remove(&key), reference.take(key)),
            Step::Clear => prop_assert_eq!(cache.clear(), reference.clear()),
            Step::Wait(ms) => now.0 += ms,
        }
        prop_assert_eq!(cache.check(), Ok(()));
        prop_assert_eq!(cache.stats(), reference.stats());
        let lines = cache.iter().map(|(key, it)| (*key, Held { value: *it.value, put_at: it.put_at, dirty: it.dirty }));
        prop_assert!(lines.eq(reference.lines.iter().copied()), "{step:?}: {cache:?}, {:?}", reference.lines);
        prop_assert!(cache.dirty().map(|it| *it.0).eq(reference.dirty.iter().copied()), "{step:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_small_cache_does_as_the_list(max in 0..6_u32, steps in steps(9)) {
        agree(max, FixedState::default(), &steps)?;
    }

    /// Enough entries for places on two levels.
    #[test]
    fn a_larger_cache_does_as_the_list(max in 60..100_u32, steps in steps(130)) {
        agree(max, FixedState::default(), &steps)?;
    }

    #[test]
    fn keys_with_one_hash_are_told_apart(max in 1..20_u32, steps in steps(30)) {
        agree(max, Poor::default(), &steps)?;
    }
}
