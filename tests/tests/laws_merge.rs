//! Laws of the merge and of the requests on a record: each change once, in order, never past a seal or below the floor.

use keyholder_core::config::{Config, Settings};
use keyholder_core::document::Document;
use keyholder_core::few::Few;
use keyholder_core::ids::{Epoch, HostId, Nonce, ReceiptId, SchemaVersion, Seq, SourceId};
use keyholder_core::ledger::{Entry, Source};
use keyholder_core::record::{Life, Owner, Record};
use keyholder_core::rules::{Position, Rules, Standard, Standing};
use keyholder_core::segment::{Log, Segment};
use keyholder_core::update::{Claim, External, Permit, Ticket, Update};
use keyholder_model::tally::{CoinBounds, DEEDS, Deed, Kind, Tally, TallyShape};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;
use std::sync::Arc;

type Player = Record<Tally>;
type Request = Update<Tally, Deed>;

/// The same cases each time; `PROPTEST_RNG_SEED` asks for others.
fn cases() -> ProptestConfig {
    let asked = ProptestConfig::default();
    let rng_seed = if asked.rng_seed == RngSeed::Random { RngSeed::Fixed(1) } else { asked.rng_seed };
    ProptestConfig { cases: 256, failure_persistence: None, rng_seed, ..asked }
}

proptest! {
    #![proptest_config(cases())]

    /// The prefix rule: of each source, the ledger moves along segments that join where it is, and never back. What it
    /// steps over was applied once, or has an outcome.
    #[test]
    fn the_ledger_moves_along_joined_segments(before in any_record(), log in any_log(), standing in any_standing()) {
        let after = merged(&before, &log, standing);
        for source in sources(&before, &log) {
            let (from, to) = (before.ledger.seq(source), after.ledger.seq(source));
            let mut at = from;
            for segment in log.iter().filter(|segment| segment.source == source) {
                if segment.from == at && at < to {
                    at = segment.to;
                }
            }
            prop_assert_eq!(at, to, "{:?} went from {} to {} along {:?}", source, from, to, &log);
            prop_assert!(to == from || after.ledger.get(source).is_some_and(|entry| entry.at == before.epoch));
        }
        let applied: u32 = log.iter().map(|segment| {
            let done = standard().position(&after, segment) == Position::Already;
            let new = standard().position(&before, segment) != Position::Already;
            if done && new { segment.changes.len() as u32 } else { 0 }
        }).sum();
        let odd = |record: &Player| record.ledger.iter().map(|(_, entry)| entry.odd.len() as u32).sum::<u32>();
        prop_assert_eq!(total(&after) - total(&before) + odd(&after) - odd(&before), applied);
    }

    /// Merging a log twice is merging it once.
    #[test]
    fn a_merge_is_idempotent(before in any_record(), log in any_log(), standing in any_standing()) {
        let mut once = before.clone();
        standard().merge(&config(None), &mut once, &log, standing);
        let mut twice = once.clone();
        prop_assert!(!standard().merge(&config(None), &mut twice, &log, standing).applied);
        prop_assert_eq!(once, twice);
    }

    /// Credits of different sources come in any order.
    #[test]
    fn credits_of_different_sources_commute(
        before in any_record(), a in any_credits(), b in any_credits(), standing in any_standing(),
    ) {
        prop_assume!(a.source != b.source);
        let log = |first: &Arc<Segment<Deed>>, second: &Arc<Segment<Deed>>| [first, second].into_iter().cloned().collect();
        prop_assert_eq!(merged(&before, &log(&a, &b), standing), merged(&before, &log(&b, &a), standing));
    }

    /// What is sealed, expired or late and no credit leaves no trace; the header is not a merge's to change.
    #[test]
    fn a_merge_stops_at_seals_floors_and_debits(before in any_record(), log in any_log(), standing in any_standing()) {
        let after = merged(&before, &log, standing);
        for (source, entry) in before.ledger.iter().filter(|(_, entry)| entry.sealed) {
            prop_assert_eq!(after.ledger.get(source), Some(entry));
        }
        for source in sources(&before, &log).into_iter().filter(|it| it.epoch().is_some_and(|it| it < before.floor)) {
            prop_assert_eq!(after.ledger.get(source), before.ledger.get(source));
        }
        if standing == Standing::Late {
            prop_assert!(after.data.coins >= before.data.coins && after.data.register == before.data.register);
        }
        let header = Record { ledger: before.ledger.clone(), data: before.data, ..after };
        prop_assert_eq!(header, before);
    }

    /// Bounds hold whatever is merged, if they held before.
    #[test]
    fn bounds_hold(before in any_record(), log in any_log(), standing in any_standing(), clamps: bool) {
        let mut after = before;
        after.data.coins = 1;
        standard().merge(&config(Some(CoinBounds { max: 2, clamps })), &mut after, &log, standing);
        prop_assert!((0..=2).contains(&after.data.coins), "{}", after.data.coins);
    }

    /// A request is a function of the record; it leads from a sound record to a sound one, repeated it writes nothing
    /// more, and what only ever grows does not shrink.
    #[test]
    fn requests_are_pure_and_repeatable(record in proptest::option::of(any_record()), request in any_request()) {
        let (config, record) = (config(None), record.as_ref());
        let result = request.run(standard(), &config, record);
        prop_assert_eq!(&result, &request.run(standard(), &config, record));
        let Some(after) = result else { return Ok(()) };
        prop_assert_eq!(after.check(), Ok(()));
        let touches = matches!(request, Update::Release { touch: true, .. });
        if !touches {
            prop_assert_eq!(request.run(standard(), &config, Some(&after)), None, "{:?}", request);
        }
        if let Some(before) = record {
            prop_assert!(touches || after != *before, "a write that changes nothing: {request:?}");
            prop_assert!(before.epoch <= after.epoch && before.floor <= after.floor && before.schema <= after.schema);
            prop_assert!(before.wiped <= after.wiped && before.restored <= after.restored);
            let resets = matches!(request, Update::Wipe { .. } | Update::Restore { .. } | Update::Claim(_));
            let forgets = resets || matches!(request, Update::ForgetReceipts { .. });
            let kept = before.ledger.iter().all(|(source, entry)| entry.seq <= after.ledger.seq(source));
            prop_assert!(forgets || kept, "the ledger went back");
        }
    }

    /// The ends of the range of numbers are as good as any other.
    #[test]
    fn positions_at_the_end_of_their_range(back in 0u32..3, external: bool, standing in any_standing()) {
        let source = if external { Source::Numbered(SourceId(1)) } else { Source::Session(Epoch(3), Nonce(1)) };
        let (from, to) = (Seq(u32::MAX - back - 1), Seq(u32::MAX - back));
        let mut before = record();
        before.ledger.update(source, |entry| (entry.seq, entry.at) = (from, Epoch(1)));
        let segment = segment(source, from, to, &[Kind::Count]);
        let after = merged(&before, &[segment.clone()].into_iter().collect(), standing);
        prop_assert_eq!(after.ledger.seq(source), to);
        let request = Request::External(External { segment, seen: Some(Epoch(3)) });
        let result = request.run(standard(), &config(None), Some(&before));
        prop_assert_eq!(result.is_some(), external);
    }
}

fn standard() -> &'static Standard {
    &Standard
}

fn config(bounds: Option<CoinBounds>) -> Config<TallyShape> {
    let settings = Settings {
        schema: SchemaVersion(1),
        window_epochs: 2,
        ledger_prune_entries: 3,
        ledger_max_entries: 5,
        allow_small_window: true,
        ..Settings::DEFAULT
    };
    Config::new(settings, TallyShape { coins: 3, bounds, converts: false, migrates: true })
        .expect("the settings of the laws are sound")
}

fn merged(before: &Player, log: &Log<Deed>, standing: Standing) -> Player {
    let mut after = before.clone();
    standard().merge(&config(None), &mut after, log, standing);
    after
}

fn total(record: &Player) -> u32 {
    (0..DEEDS).map(|id| u32::from(record.data.count(id))).sum()
}

fn sources(record: &Player, log: &Log<Deed>) -> Vec<Source> {
    let known = record.ledger.iter().map(|(source, _)| source);
    known.chain(log.iter().map(|segment| segment.source)).collect()
}

/// A record in its third epoch.
fn record() -> Player {
    let version = SchemaVersion(1);
    let mut record = Record::new(version, version, Tally::fresh(config(None).shape(), version));
    record.epoch = Epoch(3);
    record
}

/// Each change has a number of its own as far as they go, so that counts do not run full.
fn segment(source: Source, from: Seq, to: Seq, kinds: &[Kind]) -> Arc<Segment<Deed>> {
    let first = (from.0 % u32::from(DEEDS)) as u8;
    let deed = |(at, kind): (u8, &Kind)| Deed { id: (first + at) % DEEDS, kind: *kind, vocabulary: 1 };
    let changes: Few<Deed, 2> = (0..).zip(kinds).map(deed).collect();
    Arc::new(Segment { source, from, to, schema: SchemaVersion(1), changes })
}

fn any_source() -> impl Strategy<Value = Source> {
    prop_oneof![
        4 => (1u32..5, 1u64..3).prop_map(|(epoch, nonce)| Source::Session(Epoch(epoch), Nonce(nonce))),
        1 => (1u64..3).prop_map(|id| Source::Numbered(SourceId(id))),
        1 => (0u8..2).prop_map(|id| Source::Receipt(ReceiptId([id; 16]))),
    ]
}

fn any_segment(kinds: &'static [Kind]) -> impl Strategy<Value = Arc<Segment<Deed>>> {
    (any_source(), 0u32..4, vec(select(kinds), 1..4)).prop_map(|(source, from, kinds)| match source {
        Source::Session(..) => segment(source, Seq(from), Seq(from + kinds.len() as u32), &kinds),
        Source::Numbered(_) => segment(source, Seq(from), Seq(from + kinds.len() as u32), &kinds[..1]),
        Source::Receipt(_) => segment(source, Seq(0), Seq(1), &kinds[..1]),
    })
}

const KINDS: &[Kind] = &[Kind::Count, Kind::Count, Kind::Earn, Kind::Spend, Kind::Charge, Kind::Set];

fn any_credits() -> impl Strategy<Value = Arc<Segment<Deed>>> {
    any_segment(&[Kind::Count, Kind::Earn])
}

/// Segments of one source stand in order, as in every log; those of different sources in any.
fn any_log() -> impl Strategy<Value = Log<Deed>> {
    vec(any_segment(KINDS), 0..6).prop_map(|mut segments| {
        segments.sort_by_key(|segment| (segment.source, segment.from));
        segments.dedup_by(|b, a| a.source == b.source && b.from < a.to);
        segments.into_iter().collect()
    })
}

fn any_standing() -> impl Strategy<Value = Standing> {
    prop_oneof![any_source().prop_map(Standing::Owner), Just(Standing::Recovering), Just(Standing::Late)]
}

/// A sound record: whether somebody holds it, what it has of whom, what was erased.
fn any_record() -> impl Strategy<Value = Player> {
    let entries = vec((any_source(), 0u32..4, any::<bool>()), 0..4);
    (1u32..5, 0u32..5, proptest::option::of(1u64..3), 0u32..5, any::<bool>(), any::<bool>(), entries).prop_map(
        |(epoch, floor, nonce, wrote, wiped, erased, entries)| {
            let mut it = record();
            it.epoch = Epoch(epoch);
            it.floor = Epoch(floor.min(epoch));
            it.wrote = Epoch(wrote.min(epoch));
            it.wiped = if wiped { it.floor } else { Epoch(0) };
            if erased {
                (it.life, it.floor, it.wiped) = (Life::Tombstone, it.epoch, it.epoch);
                return it;
            }
            it.owner = nonce.map(|nonce| Owner { host: HostId(nonce), nonce: Nonce(nonce) });
            for (source, seq, sealed) in entries {
                let expired = source.epoch().is_some_and(|epoch| epoch < it.floor);
                let sealed = sealed && source.epoch().is_some();
                let seq = if matches!(source, Source::Receipt(_)) { 1 } else { seq };
                if !expired && (seq > 0 || sealed) {
                    let entry = Entry { seq: Seq(seq), at: it.epoch, sealed, ..Entry::default() };
                    it.ledger.insert(source, entry);
                }
            }
            it
        },
    )
}

fn any_request() -> impl Strategy<Value = Request> {
    let ticket = || (1u32..5, 1u64..3).prop_map(|(epoch, nonce)| Ticket { epoch: Epoch(epoch), nonce: Nonce(nonce) });
    let owner = || (1u64..4, 1u64..4).prop_map(|(host, nonce)| Owner { host: HostId(host), nonce: Nonce(nonce) });
    let permit = prop_oneof![Just(Permit::Any), Just(Permit::Vacant), ticket().prop_map(Permit::Gone)];
    // Nobody expects an epoch that a record has not reached: each is read off a record.
    let expected = || (0u32..2).prop_map(Epoch);
    let seen = || proptest::option::of((0u32..5).prop_map(Epoch));
    let external = move || (any_segment(KINDS), seen()).prop_map(|(segment, seen)| External { segment, seen });
    prop_oneof![
        Just(Update::Look),
        (owner(), permit).prop_map(|(by, permit)| Update::Claim(Claim { by, permit })),
        (ticket(), any_log(), proptest::option::of(external())).prop_map(|(me, log, pending)| Update::Settle {
            me,
            log,
            pending
        }),
        (ticket(), any_log(), 0u32..4, any::<bool>()).prop_map(|(me, log, told, release)| Update::Save {
            me,
            log,
            told: Seq(told),
            release
        }),
        (ticket(), any_log()).prop_map(|(me, log)| Update::HandBack { me, log }),
        (1u64..4, any::<bool>()).prop_map(|(nonce, touch)| Update::Release { nonce: Nonce(nonce), touch }),
        (ticket(), owner()).prop_map(|(held, by)| Update::Want { held, by }),
        external().prop_map(Update::External),
        expected().prop_map(|expected| Update::Wipe { expected }),
        (1u32..5).prop_map(|expected| Update::Recreate { expected: Epoch(expected) }),
        (1u32..5, 0u32..7).prop_map(|(expected, epoch)| {
            let mut version = Record::new(SchemaVersion(1), SchemaVersion(1), Tally::default());
            version.epoch = Epoch(epoch);
            Update::Restore { expected: Epoch(expected), version: Arc::new(version) }
        }),
        (1u32..5).prop_map(|before| Update::ForgetReceipts { before: Epoch(before) }),
    ]
}
