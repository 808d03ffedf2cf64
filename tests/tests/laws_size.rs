//! The laws of size: a document knows what its stored form takes, and never outgrows its shape (rules R-3, R-9).

use keyholder_core::config::{Config, Settings};
use keyholder_core::document::{Applied, Document, MigrationFailed, Skip};
use keyholder_core::fields::{BadShape, Change, Declared, Field, FieldName, Fields, Shape, Step};
use keyholder_core::ids::{Epoch, HostId, Nonce, SchemaVersion, Seq, SourceId};
use keyholder_core::journal::Journal;
use keyholder_core::json::Writer;
use keyholder_core::ledger::{Entry, Source};
use keyholder_core::ops::{Bounds, BoundsPolicy, MAX_EXACT, Op};
use keyholder_core::record::{Extra, Owner, Record};
use keyholder_core::rules::{Rules, Standard};
use keyholder_core::segment::{Log, Segment};
use keyholder_core::stored::{DATA_MAX_BYTES, Item, JOURNAL_MAX_BYTES, MAX_USERS, Stored, TRANSACTION_MAX_BYTES};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeSet;
use std::sync::Arc;

type Doc = Fields<String>;

const VERSION: SchemaVersion = SchemaVersion(1);
const TOO_BIG: Applied = Applied::Skipped(Skip::TooBig);

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Kept up to date by every operation, the figure is the one of a document that is built at once; it is at least what
    /// the text takes, and at most the commas and the digits that counters have not.
    #[test]
    fn a_document_knows_its_size(changes in vec(any_change(), 0..12), limit in 2..400_usize) {
        let mut document = Doc::new();
        for change in &changes {
            document.apply(&shape(limit), change);
        }
        let mut rebuilt = Doc::new();
        for (name, field) in document.iter() {
            rebuilt.insert(name.clone(), field.clone());
        }
        prop_assert_eq!(document.bytes(), rebuilt.bytes());
        prop_assert_eq!(&document, &rebuilt);
        let len = text(&document).len();
        let lists = 1 + document.iter().filter(|(_, field)| matches!(field, Field::Set(_))).count();
        let counters = document.iter().filter(|(_, field)| matches!(field, Field::Counter(_))).count();
        prop_assert!(len <= document.bytes() && document.bytes() <= len + lists + 20 * counters);
    }

    #[test]
    fn no_change_takes_a_document_beyond_its_shape(changes in vec(any_change(), 0..12), limit in 2..400_usize) {
        let mut document = Doc::new();
        for change in &changes {
            let before = document.clone();
            let outcome = document.apply(&shape(limit), change);
            prop_assert!(document.bytes() <= limit);
            let mut roomy = before.clone();
            if outcome == TOO_BIG {
                prop_assert_eq!(&document, &before);
                prop_assert!(!matches!(roomy.apply(&shape(DATA_MAX_BYTES), change), Applied::Skipped(_)));
                prop_assert!(roomy.bytes() > limit);
            } else {
                prop_assert_eq!(roomy.apply(&shape(DATA_MAX_BYTES), change), outcome, "the limit changes nothing else");
                prop_assert_eq!(&document, &roomy);
            }
        }
    }

    /// C1 of `ops::is_credit` near the limit: neither of two credits depends on which comes first, unless one is skipped
    /// in both orders.
    #[test]
    fn credits_fit_in_one_order_if_they_fit_in_the_other(
        before in vec(any_change(), 0..6), x in any_credit(), y in any_credit(), limit in 2..300_usize,
    ) {
        let mut document = Doc::new();
        for change in &before {
            document.apply(&shape(limit), change);
        }
        let both = |first: &Change<String>, second: &Change<String>| {
            let mut document = document.clone();
            let outcomes = [document.apply(&shape(limit), first), document.apply(&shape(limit), second)];
            (document, outcomes.iter().all(|outcome| !matches!(outcome, Applied::Skipped(_))))
        };
        let (there, back) = (both(&x, &y), both(&y, &x));
        prop_assert_eq!(there.1, back.1);
        if there.1 {
            prop_assert_eq!(there.0, back.0);
        }
    }

    /// What is too big already (an older limit) may shrink, and stay, and not grow.
    #[test]
    fn what_is_too_big_may_only_shrink(before in vec(any_change(), 0..12), change in any_change()) {
        let mut document = Doc::new();
        for change in &before {
            document.apply(&shape(DATA_MAX_BYTES), change);
        }
        let bytes = document.bytes();
        if document.apply(&shape(2), &change) == TOO_BIG {
            prop_assert_eq!(document.bytes(), bytes);
        } else {
            prop_assert!(document.bytes() <= bytes);
        }
    }

    #[test]
    fn a_change_weighs_what_its_text_takes(change in any_change()) {
        let mut text = String::new();
        change.write(Writer::new(&mut text));
        prop_assert_eq!(Doc::weight(&change), text.len());
    }
}

#[test]
fn the_limit_is_met_exactly_and_passed_by_one() {
    let set = |len: usize| Change::one(name("title"), Op::Set("x".repeat(len)));
    let around = r#"{"title":{"register":""},}"#.len();
    for len in [1, 50] {
        let limit = around + len;
        let mut document = Doc::new();
        assert_eq!(document.apply(&shape(limit), &set(len + 1)), TOO_BIG);
        assert!(document.is_empty());
        assert_eq!(document.apply(&shape(limit), &set(len)), Applied::Whole);
        assert_eq!(document.bytes(), limit);
        let add = Change::one(name("coins"), Op::Add(1));
        assert_eq!(document.apply(&shape(limit), &add), TOO_BIG, "there is no room for another field");
        assert_eq!(document.apply(&shape(limit), &Change::one(name("title"), Op::Delete)), Applied::Whole);
        assert_eq!(document.bytes(), 2);
    }
    assert_eq!(shape_of(vec![]).with_max_bytes(DATA_MAX_BYTES + 1).unwrap_err(), BadShape::TooBig(DATA_MAX_BYTES + 1));
}

#[test]
fn a_migration_does_not_outgrow_the_shape() {
    let steps = || vec![Step::AddDefault { name: name("note"), value: Field::Register("a long story".into()) }];
    let migrated = |limit| {
        let shape = shape_of(vec![]).with_steps(VERSION, steps()).unwrap().with_max_bytes(limit).unwrap();
        let mut document = Doc::new();
        let result = document.migrate(&shape, SchemaVersion(0), VERSION);
        assert_eq!(document.is_empty(), result.is_err());
        result
    };
    let bytes = r#"{"note":{"register":"a long story"},}"#.len();
    assert_eq!(migrated(bytes - 1), Err(MigrationFailed::TooBig(VERSION)));
    assert_eq!(migrated(bytes), Ok(()));
}

/// The estimate that the settings are checked with is at least what the rules can put together.
#[test]
fn the_longest_header_is_not_longer_than_its_estimate() {
    let settings = Settings { ledger_max_entries: 300, log_max_changes: 200, ..Settings::DEFAULT };
    let mut record = Record::new(SchemaVersion(u32::MAX), SchemaVersion(u32::MAX), Doc::new());
    let last = Epoch(u32::MAX);
    let owner = Some(Owner { host: HostId(u64::MAX), nonce: Nonce(u64::MAX) });
    (record.epoch, record.floor, record.wrote, record.owner, record.want) = (last, last, last, owner, owner);
    (record.wiped, record.restored) = (last, last);
    let entry = |sealed, seq: u32| Entry { seq: Seq(seq), at: last, sealed, odd: Vec::new() };
    for id in 0..300 {
        record.ledger.insert(Source::Numbered(SourceId(id)), entry(false, u32::MAX));
    }
    for id in 0..=u64::from(settings.window_epochs) {
        record.ledger.insert(Source::Session(last, Nonce(id)), entry(true, u32::MAX));
    }
    let odd = |count: u32| (u32::MAX - count..u32::MAX).map(|seq| (Seq(seq), Applied::Skipped(Skip::BelowMinimum)));
    record.ledger.update(Source::Session(last, Nonce(0)), |entry| entry.odd = odd(4_096).collect());
    record.ledger.update(Source::Session(last, Nonce(1)), |entry| entry.odd = odd(2_048).collect());
    record.ledger.update(Source::Session(last, Nonce(2)), |entry| entry.odd = odd(200).collect());
    let users = vec![(1 << 53) - 1; MAX_USERS];
    let transaction = Some("\u{1}".repeat(TRANSACTION_MAX_BYTES));
    record.extra =
        Some(Box::new(Extra { users, transaction, unknown: vec![("of_newer_code".into(), "1".repeat(8_000))] }));
    let (len, most) = (record.to_text().unwrap().len(), settings.header_max_bytes());
    assert!(len <= most && most <= len + len / 4, "{len} bytes, estimated as {most}");
}

/// What the rules count around a journal and its segments is at least what stands there.
#[test]
fn a_journal_that_fits_by_the_rules_can_be_written() {
    let last = Epoch(u32::MAX);
    let segment = |from| Segment {
        source: Source::Session(last, Nonce(u64::MAX)),
        from: Seq(from),
        to: Seq(from + 2),
        schema: SchemaVersion(u32::MAX),
        changes: (0..2).map(|_| Change::one(name("title"), Op::Set("x".repeat(400)))).collect(),
    };
    let segments = |count: u32| (0..count).map(|at| Arc::new(segment(u32::MAX - 2 - 2 * at))).collect::<Log<_>>();
    let config = Config::new(Settings::DEFAULT, shape(400)).expect("the shape goes with the settings");
    let rules: &dyn Rules<Doc, Change<String>> = &Standard;
    let most = (1..100).take_while(|count| rules.fits_journal(&config, &segments(*count))).last().expect("one fits");
    let journal = Journal { epoch: last, nonce: Nonce(u64::MAX), log: segments(most) };
    let len = journal.to_text().expect("it can be written").len();
    assert!(len <= JOURNAL_MAX_BYTES && len + 2_000 > JOURNAL_MAX_BYTES, "{most} segments, {len} bytes");
}

fn text(document: &Doc) -> String {
    let mut text = String::new();
    document.write(Writer::new(&mut text));
    text
}

fn name(text: &str) -> FieldName {
    FieldName::new(text).unwrap()
}

fn shape_of(fields: Vec<Declared<String>>) -> Shape<String> {
    Shape::new(VERSION, fields).unwrap()
}

fn shape(limit: usize) -> Shape<String> {
    let bounds = |policy| Bounds::new(-MAX_EXACT, MAX_EXACT, policy).unwrap();
    let fields = vec![
        Declared::counter(name("coins"), bounds(BoundsPolicy::Reject), -3).unwrap(),
        Declared::counter(name("ra\"nk"), bounds(BoundsPolicy::Clamp), 0).unwrap(),
        Declared::set(name("pets"), 4, BTreeSet::from(["cat".to_owned()])).unwrap(),
        Declared::set(name("badges"), 99, BTreeSet::new()).unwrap(),
        Declared::register(name("title"), None),
        Declared::register(name("note"), Some("hello".into())),
    ];
    shape_of(fields).with_max_bytes(limit).unwrap()
}

fn any_value() -> impl Strategy<Value = String> {
    prop_oneof![select(vec!["", "cat", "a\"b\\c", "\n\u{1}"]).prop_map(str::to_owned), "[a-zé]{0,40}"]
}

fn any_number() -> impl Strategy<Value = i64> {
    prop_oneof![-5..5_i64, Just(MAX_EXACT), Just(-MAX_EXACT)]
}

fn any_op() -> impl Strategy<Value = (FieldName, Op<String>)> {
    let counter =
        prop_oneof![any_number().prop_map(Op::Add), any_number().prop_map(Op::Min), any_number().prop_map(Op::Max),];
    let set = prop_oneof![any_value().prop_map(Op::Insert), any_value().prop_map(Op::Remove)];
    let register = prop_oneof![
        any_value().prop_map(Op::Set),
        Just(Op::Delete),
        any_value().prop_map(|value| Op::SetIf { expect: None, value }),
    ];
    let named = |names: &'static [&'static str]| select(names).prop_map(name);
    prop_oneof![
        (named(&["coins", "ra\"nk", "title"]), counter),
        (named(&["pets", "badges", "coins"]), set),
        (named(&["title", "note", "pets"]), register),
    ]
}

fn any_change() -> impl Strategy<Value = Change<String>> {
    vec(any_op(), 0..4).prop_map(|ops| Change::new(ops).unwrap())
}

fn any_credit() -> impl Strategy<Value = Change<String>> {
    let add = (select(vec!["coins", "ra\"nk"]), 0..9_i64).prop_map(|(field, by)| (name(field), Op::Add(by)));
    let insert = (select(vec!["pets", "badges"]), any_value()).prop_map(|(field, it)| (name(field), Op::Insert(it)));
    vec(prop_oneof![add, insert], 1..3).prop_map(|ops| Change::new(ops).unwrap())
}
