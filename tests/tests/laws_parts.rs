//! The small machines of a host against their plainest forms, larger than the model has them: the same answers after
//! every input (KIT-9, KIT-11, DIA-7, races R26 and R36).

use keyholder_core::budget::{Budget, Kind, Taken, Urgency};
use keyholder_core::config::{self, Rate, Settings};
use keyholder_core::lock::{Acquired, Locks};
use keyholder_core::queue::{Ended, FAIR, Full, Priority, Pushed, Queue, Verdict};
use keyholder_core::timer::Millis;
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn cases() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

/// A pending write as a list has it.
#[derive(Clone, Copy, Debug)]
struct Line {
    key: u8,
    item: u32,
    priority: Priority,
    /// How many were pending before it when it was pushed.
    before: usize,
    /// Starts since it could have started.
    waited: usize,
}

const COOLDOWN: u64 = 5;
const AT_ONCE: usize = 3;

/// A queue that is searched from its beginning. Keys below 4 are tracked; the others share two places.
#[derive(Default)]
struct Plain {
    lines: Vec<Line>,
    running: BTreeSet<u8>,
    rests: BTreeMap<u8, u64>,
    flush: Option<u64>,
}

impl Plain {
    fn may_start(&self, it: &Line, now: u64) -> bool {
        let cools = it.priority == Priority::Autosave && self.flush.is_none();
        let rests = cools && self.rests.get(&it.key).is_some_and(|until| *until > now);
        !rests && !self.running.contains(&it.key)
    }

    fn has(&self, key: u8) -> bool {
        self.running.contains(&key) || self.lines.iter().any(|it| it.key == key)
    }

    fn is_open(&self, now: u64) -> bool {
        self.running.len() < AT_ONCE && self.flush.is_none_or(|deadline| now < deadline)
    }

    fn tidy(&mut self) {
        let kept: BTreeSet<u8> = (0..=u8::MAX).filter(|key| *key < 4 || self.has(*key)).collect();
        self.rests.retain(|key, _| kept.contains(key));
        if self.lines.is_empty() && self.running.is_empty() {
            self.flush = None;
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Push(u8, Priority),
    Next,
    Done(u8, Ended),
    Flush(u64),
    Wait(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let key = 0..9_u8;
    let priority = prop_oneof![Just(Priority::Autosave), Just(Priority::Asked), Just(Priority::Leave)];
    let ended = prop_oneof![Just(Ended::Done), Just(Ended::Failed)];
    let step = prop_oneof![
        30 => (key.clone(), priority).prop_map(|(key, priority)| Step::Push(key, priority)),
        30 => Just(Step::Next),
        20 => (key, ended).prop_map(|(key, ended)| Step::Done(key, ended)),
        1 => (0..9_u64).prop_map(Step::Flush),
        4 => (1..4_u64).prop_map(Step::Wait),
    ];
    vec(step, 0..400)
}

proptest! {
    #![proptest_config(cases())]

    /// Nothing is lost, refused or told without its reason; what starts may, and nothing waits for longer than its
    /// place in the order allows.
    #[test]
    fn a_queue_answers_as_a_list_does(steps in steps()) {
        let settings = config::Queue { reserve: 2, cooldown_ms: COOLDOWN };
        let shutdown = config::Shutdown { max_concurrent_saves: AT_ONCE as u32, close_window_ms: 1 };
        let mut queue = Queue::new(&settings, &shutdown);
        (0..4).for_each(|key| queue.track(key));
        let (mut plain, mut now) = (Plain::default(), 0);
        for (item, step) in (0..).zip(steps) {
            match step {
                Step::Push(key, priority) => {
                    let pushed = queue.push(key, item, priority);
                    let of_reserve = plain.lines.iter().map(|it| it.key).chain(plain.running.iter().copied());
                    let full = key >= 4 && of_reserve.filter(|key| *key >= 4).count() >= 2;
                    let before = plain.lines.len();
                    match plain.lines.iter_mut().find(|it| it.key == key) {
                        Some(older) => {
                            prop_assert_eq!(pushed, Ok(Pushed::Superseded(older.item)));
                            (older.item, older.priority) = (item, older.priority.max(priority));
                        }
                        None if full => prop_assert_eq!(pushed, Err(Full(item))),
                        None => {
                            prop_assert_eq!(pushed, Ok(Pushed::Queued));
                            plain.lines.push(Line { key, item, priority, before, waited: 0 });
                        }
                    }
                }
                Step::Next => {
                    let start = queue.next(Millis(now));
                    let ready: Vec<Line> =
                        plain.lines.iter().filter(|it| plain.is_open(now) && plain.may_start(it, now)).copied().collect();
                    prop_assert_eq!(start.is_some(), !ready.is_empty());
                    if let Some(start) = start {
                        let started = ready.iter().position(|it| it.key == start.key).expect("it may start");
                        let it = ready[started];
                        prop_assert_eq!((start.item, start.priority), (it.item, it.priority));
                        // The first come of the most urgent, or of all.
                        let most = ready.iter().map(|it| it.priority).max();
                        let first = ready.iter().position(|it| Some(it.priority) == most);
                        prop_assert!(started == 0 || Some(started) == first);
                        prop_assert!(it.waited < usize::from(FAIR) * (it.before + 1));
                        plain.lines.retain(|other| other.key != it.key);
                        for other in &mut plain.lines {
                            other.waited += usize::from(ready.iter().any(|it| it.key == other.key));
                        }
                        plain.running.insert(it.key);
                    }
                }
                Step::Done(key, ended) => {
                    let told = queue.done(&key, ended, Millis(now));
                    prop_assert_eq!(told.is_ok(), plain.running.remove(&key));
                    if let Ok(told) = told {
                        plain.rests.insert(key, now + COOLDOWN);
                        let wanted = if ended == Ended::Done { Verdict::Done } else { Verdict::Failed };
                        prop_assert_eq!(told, (plain.flush.is_some() && !plain.has(key)).then_some(wanted));
                    }
                }
                Step::Flush(span) => {
                    let keys = (0..9).filter(|key| plain.has(*key)).count();
                    prop_assert_eq!(queue.flush(Millis(now + span)), keys);
                    plain.flush = Some(now + span);
                }
                Step::Wait(span) => now += span,
            }
            plain.tidy();
            let told = queue.expire(Millis(now));
            if plain.flush.is_some_and(|deadline| deadline <= now) {
                let told: BTreeMap<u8, Verdict<u32>> = told.into_iter().collect();
                for key in 0..9 {
                    let pending = plain.lines.iter().find(|it| it.key == key).map(|it| it.item);
                    let running = plain.running.contains(&key);
                    let wanted = plain.has(key).then_some(Verdict::Deadline { pending, running });
                    prop_assert_eq!(told.get(&key).copied(), wanted);
                }
                plain.lines.clear();
                plain.flush = None;
            } else {
                prop_assert_eq!(told, vec![]);
            }
            plain.tidy();
            let due = |now| plain.is_open(now) && plain.lines.iter().any(|it| plain.may_start(it, now));
            let wake = |now| due(now) || plain.flush.is_some_and(|deadline| deadline <= now);
            for later in now..now + 2 * COOLDOWN {
                prop_assert_eq!(queue.wake_at().is_some_and(|at| at <= Millis(later)), wake(later));
            }
            prop_assert_eq!(queue.len(), plain.lines.len() + plain.running.len());
            prop_assert_eq!(queue.check(), Ok(()));
        }
    }

    /// Each key has a line of its own, and it is served from its beginning.
    #[test]
    fn locks_answer_as_lists_do(steps in vec((0..3_u8, 0..12_u8, 0..3_u8), 0..300)) {
        let mut locks = Locks::new(&config::Lock { max_waiting: 8 });
        let mut plain: BTreeMap<u8, Vec<u8>> = BTreeMap::new();
        for (key, call, act) in steps {
            let line = plain.entry(key).or_default();
            let at = line.iter().position(|it| *it == call);
            let next = |line: &Vec<u8>| if at == Some(0) { line.first().copied() } else { None };
            match act {
                0 => {
                    let full = at.is_none() && line.len() > 8;
                    let wanted = match at.unwrap_or(line.len()) {
                        0 => Acquired::Granted,
                        _ if full => Acquired::Full,
                        ahead => Acquired::Waiting { ahead },
                    };
                    prop_assert_eq!(locks.acquire(key, call), wanted);
                    if at.is_none() && !full {
                        line.push(call);
                    }
                }
                1 => {
                    let released = locks.release(&key, &call);
                    prop_assert_eq!(released.is_ok(), at == Some(0));
                    if let Ok(passed) = released {
                        line.remove(0);
                        prop_assert_eq!(passed, next(line));
                    }
                }
                _ => {
                    line.retain(|it| *it != call);
                    prop_assert_eq!(locks.cancel(&key, &call), next(line));
                }
            }
            prop_assert_eq!(locks.holder(&key), line.first());
            prop_assert!(locks.waiting(&key).eq(line.iter().skip(1)));
            prop_assert_eq!(locks.len(), plain.values().filter(|line| !line.is_empty()).count());
            prop_assert_eq!(locks.check(), Ok(()));
        }
    }

    /// Against fractions with room for everything: what is there, and the very millisecond at which there is enough.
    #[test]
    fn a_bucket_neither_drifts_nor_overflows(
        base in 0..2_000_u32, per_player in 0..200_u32, share in 1..=100_u32, reserve in 0..=90_u32,
        start in prop_oneof![Just(0), Just(u64::MAX - 1_000_000), any::<u64>()],
        steps in vec((0..3_000_u32, any::<bool>(), 0..90_000_u64, 0..9_u32), 1..80),
    ) {
        let write = Rate { base, per_player };
        let settings =
            config::Budget { share_percent: share, reserve_percent: reserve, write, ..Settings::DEFAULT.budget };
        let mut budget = Budget::new(&settings, Millis(start));
        let earns = |players: u32| i128::from(base + per_player * players) * i128::from(share);
        let (mut now, mut players, mut level) = (start, 0, earns(0) * 60_000);
        for (cost, urgent, span, more) in steps {
            let span = span.min(u64::MAX - now);
            now += span;
            level = (level + earns(players) * i128::from(span)).min(earns(players) * 60_000);
            if more < 3 {
                players = more;
                budget.players(players, Millis(now));
                level = level.min(earns(players) * 60_000);
            }
            let (a_milli, holds) = (earns(players), earns(players) * 60_000);
            let kept = if urgent { 0 } else { holds * i128::from(reserve) / 100 };
            let wanted = (i128::from(cost) * 6_000_000 + kept).min(holds);
            let urgency = if urgent { Urgency::Urgent } else { Urgency::Normal };
            let taken = budget.take(Kind::Write, cost, urgency, Millis(now));
            if cost == 0 || a_milli > 0 && level >= wanted {
                prop_assert_eq!(taken, Taken::Ready);
                level -= i128::from(cost) * 6_000_000;
            } else if a_milli == 0 {
                prop_assert_eq!(taken, Taken::Never);
            } else {
                let wait = (wanted - level + a_milli - 1) / a_milli;
                let at = u64::try_from(i128::from(now) + wait).unwrap_or(u64::MAX);
                prop_assert_eq!(taken, Taken::At(Millis(at)));
            }
        }
    }
}
