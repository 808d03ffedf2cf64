//! Trees at their edges: what no operation reaches, what is too much, and what stands beside a star (rule R-25, decision D13).

#[path = "tree/small.rs"]
mod small;

use keyholder_core::document::{Applied, Document, MigrationFailed};
use keyholder_core::fields::Diff;
use keyholder_core::ops::{Bounds, BoundsPolicy, Op};
use keyholder_core::tracked::Tracked;
use keyholder_core::tree::{Change, Declared, MAX_DEPTH, NoDiff, Outcome, Schema, Tree};
use keyholder_core::value::{Path, Segment, Value};
use small::{V1, map, nested, open, path, read};

/// A table that must not be replaced as a whole cannot be made empty either.
#[test]
fn an_empty_table_around_counters_is_out_of_reach() {
    let bounds = Bounds::new(0, 9, BoundsPolicy::Reject).unwrap();
    let schema = Schema::new(V1, map([]), vec![Declared::counter("a.n", bounds)]).unwrap();
    let unreachable = Err(NoDiff::Unreachable(path(&["a"])));
    assert_eq!(read(r#"{"a":{}}"#).diff(&read("{}"), &schema), unreachable);
    let mut tracked = Tracked::new(map([]));
    tracked.set(&["a".into()], map([])).unwrap();
    assert_eq!(tracked.change(&schema), unreachable);
    assert!(read(r#"{"a":{"n":1}}"#).diff(&read("{}"), &schema).is_ok());
}

/// What is declared by name goes before the star; what the star declares beside it holds all the same.
#[test]
fn a_name_beside_a_star_keeps_what_the_star_declares() {
    let bounds = Bounds::new(0, 9, BoundsPolicy::Reject).unwrap();
    let declared = |pattern: &str| Declared::counter(pattern, bounds);
    let schema = Schema::new(
        V1,
        map([]),
        vec![declared("inv.*.count"), declared("inv.sword.level"), Declared::register("inv.box")],
    );
    let schema = schema.unwrap();
    for of in ["bow", "sword"] {
        let add = Change::one(path(&["inv", of, "count"]), Op::Add(1)).unwrap();
        assert!(Tree::is_credit(&schema, &add), "{of}");
        assert_eq!(read("{}").apply(&schema, &add), Applied::Whole);
    }
    let inside = Change::one(path(&["inv", "box", "count"]), Op::Add(1)).unwrap();
    assert!(matches!(read("{}").apply(&schema, &inside), Applied::Skipped(_)));
}

/// Beyond what one change may have, a table is set as a whole.
#[test]
fn a_difference_of_very_many_operations_is_one_of_the_whole() {
    let numbers = |from: i32| -> Tree { Tree::new((from..from + 70_000).map(Value::from).collect::<Vec<_>>().into()) };
    let (old, new) = (numbers(0), numbers(100_000));
    let change = new.diff(&old, &open()).unwrap();
    assert_eq!(change.ops().len(), 1);
    let mut moved = old.clone();
    assert_eq!((moved.apply(&open(), &change), &moved), (Applied::Whole, &new));
    let mut tracked = Tracked::new(old.into_root());
    for at in 0..70_000_u32 {
        tracked.set(&[at.into()], Value::from(at + 100_000)).unwrap();
    }
    assert_eq!(tracked.change(&open()).unwrap().ops(), change.ops());
}

/// A change and its bytes are one and the same, also where a part has to be set as a whole.
#[test]
fn what_a_set_cannot_hold_is_refused_in_both_forms() {
    let schema = Schema::new(V1, map([]), vec![Declared::set("s", 9)]).unwrap();
    for held in [vec![Value::Nil, 1.into()], vec![nested(MAX_DEPTH)]] {
        let mut tracked = Tracked::new(map([]));
        tracked.set(&["s".into()], held.into()).unwrap_or_default();
        let change = tracked.change(&schema);
        let delta = tracked.delta(&schema, &mut Vec::new());
        assert_eq!(change.map(|_| ()), delta);
    }
    assert!(Change::one(path(&["s"]), Op::Insert(nested(MAX_DEPTH - 2))).is_ok());
    assert!(Change::one(path(&["s"]), Op::Insert(nested(MAX_DEPTH - 1))).is_err());
    assert!(Change::one(path(&["s"]), Op::Remove(nested(MAX_DEPTH))).is_err());
    let expect = Some(nested(MAX_DEPTH));
    assert!(Change::one(path(&["s"]), Op::SetIf { expect, value: 1.into() }).is_err());
}

/// Few tables that stand in each other many times are more than any store takes: told at once.
#[test]
fn tables_that_are_shared_count_wherever_they_stand() {
    let wide = (1..MAX_DEPTH).fold(Value::from(1), |value, _| vec![value; 4].into());
    assert!(Change::one(path(&["a"]), Op::Set(wide)).is_err());
}

#[test]
fn nothing_creates_a_retired_element() {
    let schema = Schema::new(V1, map([]), vec![Declared::register("list.*").retired()]).unwrap();
    let mut tree = read(r#"{"list":[]}"#);
    for op in [Op::Insert(1.into()), Op::Set(1.into())] {
        let at = Path::from(vec!["list".into(), Segment::Index(0)]);
        assert!(matches!(tree.apply(&schema, &Change::one(at, op).unwrap()), Applied::Skipped(_)));
    }
}

#[test]
fn a_dry_run_tells_what_would_not_fit() {
    let schema = Schema::new(V1, map([("coins", "0123456789".into())]), vec![]).unwrap().with_max_bytes(40).unwrap();
    let full = read(r#"{"a":"0123456789012345678901234"}"#);
    assert_eq!(full.dry_run(&schema, V1), Outcome::Refused(MigrationFailed::TooBig(V1)));
}

/// Thousands of values go into a set by one change, and out of it if the change is skipped in the end.
#[test]
fn a_set_takes_many_values_at_once() {
    let schema = Schema::new(V1, map([]), vec![Declared::set("s", 9_000)]).unwrap();
    let numbers = |count: u32| Tree::new(map([("s", (0..count).map(Value::from).collect::<Vec<_>>().into())]));
    let (none, all) = (numbers(0), numbers(9_000));
    let change = all.diff(&none, &schema).unwrap();
    let mut tree = none.clone();
    assert_eq!((change.ops().len(), tree.apply(&schema, &change), &tree), (9_000, Applied::Whole, &all));
    assert_eq!(tree.bytes(&schema), all.bytes(&schema));
    let back = none.diff(&all, &schema).unwrap();
    let mut ops = back.ops().to_vec();
    ops.push((path(&["s"]), Op::Add(1)));
    let before = tree.clone();
    assert!(matches!(tree.apply(&schema, &Change::new(ops).unwrap()), Applied::Skipped(_)));
    assert_eq!((&tree, tree.bytes(&schema)), (&before, before.bytes(&schema)));
    assert_eq!((tree.apply(&schema, &back), tree.bytes(&schema)), (Applied::Whole, none.bytes(&schema)));
}
