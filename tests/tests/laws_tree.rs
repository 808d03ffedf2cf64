//! Laws of the tree and of tracked edits: those of every document (decisions D11 to D16, K22, K23; races R15, R18, R19), and
//! that a delta is what was edited (DIA-12, D32).

use keyholder_core::codec::delta;
use keyholder_core::document::{Applied, Document, Skip};
use keyholder_core::fields::Diff;
use keyholder_core::ids::SchemaVersion;
use keyholder_core::json::{self, Limits, Writer};
use keyholder_core::ops::{Bounds, BoundsPolicy, Op};
use keyholder_core::stored::Stored;
use keyholder_core::tracked::Tracked;
use keyholder_core::tree::{Change, Declared, Schema, Tree, Undeclared};
use keyholder_core::value::{Map, Path, Segment, Value};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

const VERSION: SchemaVersion = SchemaVersion(1);

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn skipped_touches_nothing(before in any_data(), change in any_change(), diary in any::<bool>()) {
        let mut after = before.clone();
        if let Applied::Skipped(_) = after.apply(&schema(diary), &change) {
            prop_assert_eq!(after, before);
        }
    }

    /// A change does what its operations do one after the other, or nothing at all.
    #[test]
    fn a_change_is_atomic(before in any_data(), change in any_change(), diary in any::<bool>()) {
        let schema = schema(diary);
        let (mut stepped, mut worst) = (before.clone(), Applied::Whole);
        for (path, op) in change.ops() {
            let outcome = stepped.apply(&schema, &Change::one(path.clone(), op.clone()).unwrap());
            worst = worst.max(outcome);
            if let Applied::Skipped(_) = outcome {
                stepped = before.clone();
                break;
            }
        }
        let mut at_once = before;
        prop_assert_eq!(at_once.apply(&schema, &change), worst);
        prop_assert_eq!(at_once, stepped);
    }

    /// Law C1 of `ops::is_credit`.
    #[test]
    fn credits_commute_unless_one_is_skipped(
        before in any_data(), x in any_credit(), y in any_credit(), diary in any::<bool>(), room in 0..80_usize,
    ) {
        let schema = tight(schema(diary), &before, room);
        let both = |first: &Change, second: &Change| {
            let mut data = before.clone();
            let outcomes = [data.apply(&schema, first), data.apply(&schema, second)];
            (data, outcomes)
        };
        if !Tree::is_credit(&schema, &x) || !Tree::is_credit(&schema, &y) {
            return Ok(());
        }
        let ((there, out), (back, home)) = (both(&x, &y), both(&y, &x));
        let whole = |outcomes: [Applied; 2]| !outcomes.iter().any(|it| matches!(it, Applied::Skipped(_)));
        prop_assert_eq!(whole(out), whole(home));
        if whole(out) {
            prop_assert_eq!(there, back);
        }
    }

    /// The size that is kept up to date is the one of a tree that is built at once, at least what the text takes, and never
    /// grows beyond the limit.
    #[test]
    fn a_tree_knows_its_size(before in any_data(), changes in vec(any_change(), 0..6), diary in any::<bool>(), room in 0..99_usize) {
        let schema = tight(schema(diary), &before, room);
        let mut tree = before;
        for change in &changes {
            let was = tree.bytes(&schema);
            let outcome = tree.apply(&schema, change);
            prop_assert_eq!(tree.bytes(&schema), Tree::new(tree.root().clone()).bytes(&schema));
            prop_assert!(text(tree.root()).len() <= tree.bytes(&schema));
            prop_assert!(tree.bytes(&schema) <= schema.max_bytes().max(was), "{:?}", outcome);
        }
    }

    /// The law of `Diff`.
    #[test]
    fn a_diff_leads_from_one_to_the_other(old in any_data(), new in any_data(), diary in any::<bool>()) {
        let schema = schema(diary);
        prop_assert_eq!(old.diff(&old, &schema), Ok(Change::default()));
        if let Ok(change) = new.diff(&old, &schema) {
            let mut moved = old;
            prop_assert_eq!(moved.apply(&schema, &change), Applied::Whole, "{:?}", change);
            prop_assert_eq!(moved, new);
        }
    }

    #[test]
    fn a_change_is_stored_and_read(change in any_change()) {
        let mut written = String::new();
        change.write(Writer::new(&mut written));
        prop_assert_eq!(Tree::weight(&change), written.len());
        prop_assert_eq!(json::read(&written, Limits::default(), Change::read), Ok(change));
    }

    #[test]
    fn a_change_is_bytes_and_back(change in any_change()) {
        let mut bytes = Vec::new();
        delta::write(&change, &mut bytes);
        prop_assert_eq!(delta::read(&bytes, Limits::default()), Ok(change));
    }

    /// Whatever is read is written as the same bytes: two forms never share a change.
    #[test]
    fn a_delta_has_one_form(change in any_change(), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        let mut bytes = Vec::new();
        delta::write(&change, &mut bytes);
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        if let Ok(read) = delta::read(&bytes, Limits::default()) {
            let mut again = Vec::new();
            delta::write(&read, &mut again);
            prop_assert_eq!(again, bytes);
        }
    }

    /// Whatever is edited: the change leads from what was to what is, what was comes back, and the text is the whole text.
    #[test]
    fn tracked_edits_are_what_was_edited(start in any_value(), rounds in vec(vec(any_edit(), 0..8), 1..4), diary in any::<bool>()) {
        let schema = open(diary);
        let mut tracked = Tracked::new(start);
        for (round, edits) in rounds.into_iter().enumerate() {
            let before = tracked.snapshot();
            prop_assert_eq!(tracked.change(&schema), Ok(Change::default()));
            for edit in edits {
                act(&mut tracked, edit);
                if round > 0 {
                    let whole = text(tracked.root());
                    prop_assert_eq!(tracked.text(), whole);
                }
            }
            let mut undone = tracked.clone();
            undone.rollback();
            prop_assert_eq!(undone.root(), &before);
            let whole = text(&before);
            prop_assert_eq!(undone.text(), whole);
            let change = tracked.change(&schema).unwrap();
            let mut moved = Tree::new(before);
            prop_assert_eq!(moved.apply(&schema, &change), Applied::Whole, "{:?}", change);
            prop_assert_eq!(moved.root(), tracked.root(), "{:?}", change);
            let (mut delta, mut written) = (Vec::new(), Vec::new());
            tracked.delta(&schema, &mut delta).unwrap();
            delta::write(&change, &mut written);
            prop_assert_eq!(&delta, &written);
            let whole = text(tracked.root());
            prop_assert_eq!(tracked.text(), whole);
            tracked.commit();
        }
    }
}

#[test]
fn operations_on_elements_move_what_follows() {
    let mut tree = Tree::new(vec![Value::from(1), 2.into(), 3.into()].into());
    let schema = open(false);
    let at = |index: u32| Path::from_iter([index]);
    let steps = [
        (at(1), Op::Delete, "[1,3]"),
        (at(0), Op::Insert(0.into()), "[0,1,3]"),
        (at(3), Op::Set(4.into()), "[0,1,3,4]"),
        (at(4), Op::Insert(5.into()), "[0,1,3,4,5]"),
        (at(0), Op::Set(9.into()), "[9,1,3,4,5]"),
    ];
    for (path, op, expected) in steps {
        assert_eq!(tree.apply(&schema, &Change::one(path, op).unwrap()), Applied::Whole);
        assert_eq!(text(tree.root()), expected);
    }
    for op in [Op::Set(1.into()), Op::Insert(1.into()), Op::Delete] {
        assert_eq!(tree.apply(&schema, &Change::one(at(6), op).unwrap()), Applied::Skipped(Skip::WrongKind));
    }
}

#[test]
fn counters_are_never_lost_with_their_table() {
    let data = || Tree::new(map([("stats", map([("coins", 5.into())])), ("bag", map([]))]));
    let apply = |path: &[&str], op| {
        let mut tree = data();
        let outcome = tree.apply(&schema(false), &Change::one(path.iter().copied().collect(), op).unwrap());
        (outcome, text(tree.root()))
    };
    let refused = |skip| (Applied::Skipped(skip), text(data().root()));
    assert_eq!(apply(&["stats"], Op::Set(map([]))), refused(Skip::WrongKind));
    assert_eq!(apply(&["stats"], Op::Delete), refused(Skip::WrongKind));
    assert_eq!(apply(&["stats", "coins"], Op::Set(1.into())), refused(Skip::WrongKind));
    assert_eq!(apply(&["stats", "coins", "deep"], Op::Set(1.into())), refused(Skip::WrongKind));
    assert_eq!(apply(&["stats", "coins"], Op::Add(-6)), refused(Skip::BelowMinimum));
    assert_eq!(apply(&["stats", "coins"], Op::Add(6)).1, r#"{"bag":{},"stats":{"coins":11}}"#);
    // What stands behind a star comes and goes with its table.
    let sword = map([("count", 2.into())]);
    assert_eq!(apply(&["bag", "sword"], Op::Set(sword)).1, r#"{"bag":{"sword":{"count":2}},"stats":{"coins":5}}"#);
    assert_eq!(apply(&["bag", "bow", "count"], Op::Add(1)).1, r#"{"bag":{"bow":{"count":1}},"stats":{"coins":5}}"#);
}

/// Diary treats numbers as counters; everybody else as registers.
#[test]
fn two_servers_add_up_where_numbers_are_counters() {
    let base = Tree::new(map([("xp", 10.into()), ("rank", "new".into())]));
    let edited = |by: i32| Tree::new(map([("xp", (10 + by).into()), ("rank", "new".into())]));
    for (diary, expected) in [(true, 15), (false, 12)] {
        let schema = Schema::new(VERSION, map([]), vec![]).unwrap();
        let schema = schema.with_undeclared(if diary { Undeclared::Counters } else { Undeclared::Registers });
        let mut merged = base.clone();
        for by in [3, 2] {
            let change = edited(by).diff(&base, &schema).unwrap();
            assert_eq!(merged.apply(&schema, &change), Applied::Whole);
        }
        assert_eq!(merged.root(), edited(expected - 10).root());
    }
}

/// The data of a player: declared fields, some of them missing, and whatever else.
fn any_data() -> impl Strategy<Value = Tree> {
    let coins = proptest::option::of(0..20_i32);
    let pets = proptest::option::of(select(vec![vec![], vec![1], vec![1, 2], vec![2, 3]]));
    (coins, pets, any_value(), any_value(), 0..2_u8).prop_map(|(coins, pets, bag, other, extra)| {
        let mut root = Map::new();
        if let Some(coins) = coins {
            root.insert("stats", map([("coins", coins.into())]));
        }
        if let Some(pets) = pets {
            root.insert("pets", pets.into_iter().map(Value::from).collect::<Vec<_>>().into());
        }
        root.insert("bag", bag);
        if extra == 1 {
            root.insert("other", other);
        }
        Tree::new(root.into())
    })
}

/// Small tables with few keys, so that paths meet.
fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        4 => (0..4_i32).prop_map(Value::from),
        1 => select(vec![0.5, -0.0, 1e300]).prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => "[a-c]{0,2}".prop_map(|it| Value::from(it.as_str())),
        1 => Just(Value::Nil),
    ];
    leaf.prop_recursive(3, 40, 20, |inner| {
        let entries = vec((any_key(), inner.clone()), 0..5);
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            vec(inner, 15..20).prop_map(Value::from),
            entries.prop_map(|entries| entries.into_iter().collect::<Map>().into()),
        ]
    })
}

fn any_key() -> impl Strategy<Value = &'static str> {
    select(vec!["a", "b", "count", "$x", "\""])
}

fn any_path() -> impl Strategy<Value = Path> {
    let inside = prop_oneof![
        any_key().prop_map(Segment::from),
        (0..4_u32).prop_map(Segment::from),
        (14..21_u32).prop_map(Segment::from),
    ];
    let first = select(vec!["stats", "pets", "bag", "other"]).prop_map(Segment::from);
    let second = prop_oneof![2 => inside.clone(), 1 => Just(Segment::from("coins"))];
    (first, proptest::option::of(second), vec(inside, 0..3))
        .prop_map(|(first, second, rest)| std::iter::once(first).chain(second).chain(rest).collect())
}

fn any_op() -> impl Strategy<Value = Op<Value>> {
    prop_oneof![
        (-6..12_i64).prop_map(Op::Add),
        any_some().prop_map(Op::Set),
        (any_value(), any_some()).prop_map(|(expect, value)| Op::SetIf { expect: Some(expect), value }),
        any_some().prop_map(|value| Op::SetIf { expect: None, value }),
        Just(Op::Delete),
        any_some().prop_map(Op::Insert),
        any_value().prop_map(Op::Remove),
        (0..9_i64).prop_map(Op::Min),
        (0..9_i64).prop_map(Op::Max),
    ]
}

fn any_some() -> impl Strategy<Value = Value> {
    any_value().prop_map(|value| if value == Value::Nil { 7.into() } else { value })
}

fn any_change() -> impl Strategy<Value = Change> {
    vec((any_path(), any_op()), 0..5).prop_map(|ops| Change::new(ops).unwrap())
}

fn any_credit() -> impl Strategy<Value = Change> {
    let counters = select(vec![vec!["stats", "coins"], vec!["bag", "a", "count"], vec!["bag", "b", "count"]]);
    let credit = prop_oneof![
        4 => (counters, 0..12_i64).prop_map(|(path, by)| (path.into_iter().collect(), Op::Add(by))),
        2 => (0..4_i32).prop_map(|it| (Path::from_iter(["pets"]), Op::Insert(it.into()))),
        // A credit only where undeclared numbers are counters, and not in an array.
        1 => (any_path(), 0..12_i64).prop_map(|(path, by)| (path, Op::Add(by))),
    ];
    vec(credit, 1..4).prop_map(|ops| Change::new(ops).unwrap())
}

/// What a host does.
#[derive(Clone, Debug)]
enum Edit {
    Set(Path, Value),
    Remove(Path),
    Insert(Path, Value),
    Add(Path, i64),
}

fn any_edit() -> impl Strategy<Value = Edit> {
    let path = || {
        let segment = prop_oneof![
            any_key().prop_map(Segment::from),
            (0..4_u32).prop_map(Segment::from),
            (14..21_u32).prop_map(Segment::from),
        ];
        vec(segment, 0..4).prop_map(Path::from)
    };
    prop_oneof![
        4 => (path(), any_value()).prop_map(|(path, value)| Edit::Set(path, value)),
        1 => path().prop_map(Edit::Remove),
        1 => (path(), any_value()).prop_map(|(path, value)| Edit::Insert(path, value)),
        1 => (path(), -3..4_i64).prop_map(|(path, by)| Edit::Add(path, by)),
    ]
}

/// Refused edits touch nothing.
fn act(tracked: &mut Tracked, edit: Edit) {
    let before = tracked.snapshot();
    let refused = match edit {
        Edit::Set(path, value) => tracked.set(path.segments(), value).is_err(),
        Edit::Remove(path) => tracked.remove(path.segments()).is_err(),
        Edit::Insert(path, value) => tracked.insert(path.segments(), value).is_err(),
        Edit::Add(path, by) => tracked.add(path.segments(), by).is_err(),
    };
    assert!(!refused || *tracked.root() == before);
}

fn schema(diary: bool) -> Schema {
    let coins = Bounds::new(0, 20, BoundsPolicy::Reject).unwrap();
    let count = Bounds::new(0, 9, BoundsPolicy::Clamp).unwrap();
    let declared = vec![
        Declared::counter("stats.coins", coins),
        Declared::set("pets", 3),
        Declared::counter("bag.*.count", count),
        Declared::register("other.b"),
    ];
    let template = map([("stats", map([("coins", 3.into())])), ("bag", map([]))]);
    let schema = Schema::new(VERSION, template, declared).unwrap();
    schema.with_undeclared(if diary { Undeclared::Counters } else { Undeclared::Registers })
}

/// A schema that declares nothing.
fn open(diary: bool) -> Schema {
    let schema = Schema::new(VERSION, map([]), vec![]).unwrap();
    schema.with_undeclared(if diary { Undeclared::Counters } else { Undeclared::Registers })
}

/// The same schema with little room.
fn tight(schema: Schema, data: &Tree, room: usize) -> Schema {
    let bytes = data.bytes(&schema) + room;
    schema.clone().with_max_bytes(bytes).unwrap_or(schema)
}

fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Map::from_iter(entries).into()
}

fn text(value: &Value) -> String {
    let mut text = String::new();
    value.write(Writer::new(&mut text));
    text
}
