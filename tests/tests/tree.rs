//! Schemas, templates and migrations of trees (DIA-10, KIT-7; decisions B5, K22, K23; race R23), and what tracked edits refuse.

#[path = "tree/small.rs"]
mod small;

use keyholder_core::document::{Applied, Document, MigrationFailed};
use keyholder_core::ids::SchemaVersion;
use keyholder_core::json::Writer;
use keyholder_core::ops::{Bounds, BoundsPolicy, Op};
use keyholder_core::stored::{DATA_MAX_BYTES, Stored};
use keyholder_core::tracked::{Problem, Tracked};
use keyholder_core::tree::{
    BadChange, BadSchema, Change, Declared, MAX_DEPTH, MAX_OPS, NoDiff, Outcome, Pattern, Refused, Schema, Step, Tree,
    Undeclared, Wild, dry_run,
};
use keyholder_core::value::{Path, Segment, Value};
use small::{V1, map, nested, open, path, read};

#[test]
fn a_schema_says_what_does_not_fit_together() {
    let counter = |pattern: &str, min| Declared::counter(pattern, Bounds::new(min, 9, BoundsPolicy::Reject).unwrap());
    let refused = |template: Value, declared| Schema::new(V1, template, declared).err();
    let template = |pattern: &str| Some(BadSchema::Template(Pattern::new(pattern)));
    assert_eq!(refused(map([]), vec![counter("a", 0), counter("a", 0)]), Some(BadSchema::Twice("a".into())));
    assert_eq!(refused(map([]), vec![counter("a", 0), counter("a.b", 0)]), Some(BadSchema::Twice("a.b".into())));
    assert_eq!(refused(map([]), vec![counter("a.b", 0), counter("a", 0)]), Some(BadSchema::Twice("a".into())));
    assert_eq!(refused(map([]), vec![counter("a.*", 0), counter("a.b", 0)]), None, "a name goes before a star");
    assert_eq!(refused(map([]), vec![counter("a", 1)]), template("a"), "it begins with 0");
    assert_eq!(refused(map([("a", 1.into())]), vec![counter("a", 1)]), None);
    assert_eq!(refused(map([("a", 10.into())]), vec![counter("a", 1)]), template("a"));
    assert_eq!(refused(map([("a", 0.5.into())]), vec![counter("a", 0)]), template("a"));
    assert_eq!(refused(map([("a", 1.into())]), vec![counter("a", 0).retired()]), template("a"));
    assert_eq!(
        refused(map([("a", vec![Value::from(1), 1.into()].into())]), vec![Declared::set("a", 2)]),
        template("a")
    );
    assert_eq!(
        refused(map([("a", vec![Value::from(1), 2.into()].into())]), vec![Declared::set("a", 1)]),
        template("a")
    );
    assert_eq!(refused(nested(MAX_DEPTH + 1), vec![]), Some(BadSchema::TooDeep));
    assert_eq!(refused(nested(MAX_DEPTH), vec![]), None);
    let long = Pattern::from(vec![Wild::Any; MAX_DEPTH + 1]);
    assert_eq!(refused(map([]), vec![Declared::register(long.clone())]), Some(BadSchema::Pattern(long)));
    let schema = || Schema::new(SchemaVersion(2), map([("a", "1234".into())]), vec![]).unwrap();
    assert_eq!(schema().with_steps(SchemaVersion(0), vec![]).err(), Some(BadSchema::Step(SchemaVersion(0))));
    assert_eq!(schema().with_steps(SchemaVersion(3), vec![]).err(), Some(BadSchema::Step(SchemaVersion(3))));
    let once = schema().with_steps(SchemaVersion(2), vec![]).unwrap();
    assert_eq!(once.with_steps(SchemaVersion(2), vec![]).err(), Some(BadSchema::Step(SchemaVersion(2))));
    assert_eq!(schema().with_max_bytes(DATA_MAX_BYTES + 1).err(), Some(BadSchema::TooBig(DATA_MAX_BYTES + 1)));
    assert_eq!(schema().with_max_bytes(12).err(), Some(BadSchema::TooBig(13)), "the template, and a comma");
    assert!(schema().with_max_bytes(13).is_ok());
}

#[test]
fn patterns_and_refusals_are_shown_as_paths() {
    assert_eq!(Pattern::new("bag.*.count").to_string(), "$.bag.*.count");
    assert_eq!(Pattern::from(vec![Wild::Key("a.b".into())]).to_string(), "$[\"a.b\"]");
    let shown = [
        BadSchema::Twice("a.b".into()).to_string(),
        BadSchema::Template("a.b".into()).to_string(),
        BadSchema::Pattern("a.b".into()).to_string(),
        NoDiff::Unreachable(path(&["a", "b"])).to_string(),
        BadChange::Nil { at: path(&["a", "b"]) }.to_string(),
        BadChange::TooDeep { at: path(&["a", "b"]) }.to_string(),
    ];
    assert!(shown.iter().all(|it| it.contains("$.a.b")), "{shown:?}");
}

#[test]
fn a_change_keeps_to_its_limits() {
    let too_many = Change::new(vec![(path(&["a"]), Op::Add(1)); MAX_OPS + 1]);
    assert_eq!(too_many, Err(BadChange::TooMany { ops: MAX_OPS + 1 }));
    assert!(Change::new(vec![(path(&["a"]), Op::Add(1)); MAX_OPS]).is_ok());
    let nil = Err(BadChange::Nil { at: path(&["a"]) });
    assert_eq!(Change::one(path(&["a"]), Op::Set(Value::Nil)), nil);
    assert_eq!(Change::one(path(&["a"]), Op::SetIf { expect: None, value: Value::Nil }), nil);
    assert_eq!(Change::one(path(&["a"]), Op::Insert(Value::Nil)), nil);
    let deep = |steps: usize, value| Change::one(Path::from_iter(vec!["a"; steps]), Op::Set(value)).is_ok();
    assert!(deep(MAX_DEPTH, 1.into()) && !deep(MAX_DEPTH + 1, 1.into()));
    assert!(deep(MAX_DEPTH - 1, map([])) && !deep(MAX_DEPTH, map([])));
    assert!(Change::one(Path::from_iter(vec!["a"; MAX_DEPTH + 1]), Op::Add(1)).is_err());
}

/// What is missing is added by a change that replaces nothing, so a template may be registered while players are online.
#[test]
fn a_template_adds_what_is_missing_and_nothing_else() {
    let schema = schema();
    let data = r#"{"bag":{"sword":{"count":1}},"flags":{"seen":true},"stats":{"theirs":7}}"#;
    let mut tree = read(data);
    let change = tree.missing(&schema);
    assert_eq!(tree.apply(&schema, &change), Applied::Whole);
    let added = r#"{"bag":{"sword":{"count":1}},"flags":{"seen":true,"tutorial":false},"pets":[1],"stats":{"coins":3,"theirs":7}}"#;
    assert_eq!(text(&tree), added);
    assert_eq!(tree.missing(&schema), Change::default());
    assert_eq!(Tree::fresh(&schema, SchemaVersion(2)).missing(&schema), Change::default());
    assert_eq!(text(&Tree::fresh(&schema, V1)), "{}", "the vocabulary of another version");
    // The player had it all along, and it was taken away since: what was there before is not overwritten.
    let mut late = read(r#"{"flags":{"tutorial":true},"stats":{"coins":0}}"#);
    assert!(matches!(late.apply(&schema, &change), Applied::Skipped(_)));
    assert_eq!(text(&late), r#"{"flags":{"tutorial":true},"stats":{"coins":0}}"#);
}

/// Race R23: a server of the old version meets fields of the new one.
#[test]
fn only_data_of_the_same_version_lose_what_nobody_knows() {
    let schema = schema();
    let data = r#"{"bag":{"x":1},"flags":{"old":1,"seen":true},"gone":[1],"stats":{"coins":1,"theirs":2}}"#;
    let tree = read(data);
    assert_eq!(tree.unknown(&schema, SchemaVersion(3)), Change::default());
    assert_eq!(tree.unknown(&schema, V1), Change::default());
    let mut pruned = tree.clone();
    assert_eq!(pruned.apply(&schema, &tree.unknown(&schema, SchemaVersion(2))), Applied::Whole);
    assert_eq!(text(&pruned), r#"{"bag":{"x":1},"flags":{"seen":true},"stats":{"coins":1}}"#);
}

#[test]
fn each_step_of_a_migration_does_what_it_says_or_nothing_happens() {
    let after = |steps, data: &str| {
        let schema = Schema::new(V1, map([]), vec![]).unwrap().with_steps(V1, steps).unwrap();
        let mut tree = read(data);
        let result = tree.migrate(&schema, SchemaVersion(0), V1);
        assert!(result.is_ok() || text(&tree) == data);
        result.map(|()| text(&tree))
    };
    let refused = Err(MigrationFailed::Step(V1));
    let rename = || vec![Step::Rename { from: path(&["gold"]), to: path(&["stats", "coins"]) }];
    assert_eq!(after(rename(), r#"{"gold":5}"#), Ok(r#"{"stats":{"coins":5}}"#.into()));
    assert_eq!(after(rename(), r#"{"stats":{}}"#), Ok(r#"{"stats":{}}"#.into()));
    assert_eq!(after(rename(), r#"{"gold":5,"stats":{"coins":6}}"#), refused);
    assert_eq!(after(rename(), r#"{"gold":5,"stats":7}"#), refused);
    let add = || vec![Step::AddDefault { path: path(&["a", "b"]), value: 1.into() }];
    assert_eq!(after(add(), "{}"), Ok(r#"{"a":{"b":1}}"#.into()));
    assert_eq!(after(add(), r#"{"a":{"b":null}}"#.replace("null", "2").as_str()), Ok(r#"{"a":{"b":2}}"#.into()));
    assert_eq!(after(vec![Step::Drop { path: path(&["a"]) }], r#"{"a":1,"b":2}"#), Ok(r#"{"b":2}"#.into()));
    let late = vec![
        Step::Drop { path: path(&["a"]) },
        Step::Custom(|root| {
            *root = Value::Nil;
            Err(Refused)
        }),
    ];
    assert_eq!(after(late, r#"{"a":1}"#), refused, "and what was dropped is there");
    let deepen = Step::Custom(|root| {
        *root = vec![root.clone()].into();
        Ok(())
    });
    assert_eq!(after(vec![deepen; MAX_DEPTH], "{}"), refused, "too deep");
    let schema = Schema::new(SchemaVersion(9), map([]), vec![]).unwrap().with_steps(SchemaVersion(2), vec![]).unwrap();
    let missing = |version| Err(MigrationFailed::Missing(SchemaVersion(version)));
    let migrate = |from, to| read("{}").migrate(&schema, SchemaVersion(from), SchemaVersion(to));
    assert_eq!([migrate(1, 2), migrate(1, 3), migrate(2, u32::MAX)], [Ok(()), missing(3), missing(3)]);
    assert_eq!([migrate(5, 5), migrate(3, 2)], [Ok(()), missing(2)]);
    let grow = Step::AddDefault { path: path(&["a"]), value: "123456789".into() };
    let tight =
        Schema::new(V1, map([]), vec![]).unwrap().with_steps(V1, vec![grow]).unwrap().with_max_bytes(9).unwrap();
    assert_eq!(read("{}").migrate(&tight, SchemaVersion(0), V1), Err(MigrationFailed::TooBig(V1)));
}

#[test]
fn a_dry_run_tells_what_would_change_and_changes_nothing() {
    let schema = schema().with_steps(V1, vec![]).unwrap();
    let refuse_text = Step::Custom(|root| if root.at(&"broken".into()).is_some() { Err(Refused) } else { Ok(()) });
    let rename = Step::Rename { from: path(&["gold"]), to: path(&["stats", "coins"]) };
    let schema = schema.with_steps(SchemaVersion(2), vec![refuse_text, rename]).unwrap();
    let done = Tree::fresh(&schema, SchemaVersion(2));
    let old = read(r#"{"gold":9}"#);
    let broken = read(r#"{"broken":1}"#);
    let records = [
        ("a", &old, V1),
        ("b", &broken, V1),
        ("c", &done, SchemaVersion(2)),
        ("d", &old, V1),
        ("e", &done, SchemaVersion(3)),
    ];
    let run = dry_run(&schema, records);
    assert_eq!((run.unchanged, run.changed), (1, 2));
    let refusals = [("b", MigrationFailed::Step(SchemaVersion(2))), ("e", MigrationFailed::Missing(SchemaVersion(2)))];
    assert_eq!(run.refused, refusals);
    let paths: Vec<_> = run.paths.iter().map(|(path, count)| (path.to_string(), *count)).collect();
    let expected = ["$.bag", "$.flags", "$.gold", "$.pets", "$.stats"].map(|path| (path.to_owned(), 2));
    assert_eq!(paths, expected);
    assert_eq!(
        old.dry_run(&schema, SchemaVersion(2)),
        Outcome::Changed(vec![path(&["bag"]), path(&["flags"]), path(&["pets"]), path(&["stats"]),])
    );
}

/// A journal of the old version is applied before the migration, in the words of that version.
#[test]
fn a_retired_field_takes_operations_only_where_it_is() {
    let bounds = Bounds::new(0, 9, BoundsPolicy::Reject).unwrap();
    let schema = Schema::new(V1, map([]), vec![Declared::counter("gold", bounds).retired()]).unwrap();
    let add = Change::one(path(&["gold"]), Op::Add(1)).unwrap();
    let mut old = read(r#"{"gold":4}"#);
    assert_eq!((old.apply(&schema, &add), text(&old)), (Applied::Whole, r#"{"gold":5}"#.into()));
    let mut new = read("{}");
    assert!(matches!(new.apply(&schema, &add), Applied::Skipped(_)));
    assert_eq!(text(&new), "{}");
}

#[test]
fn tracked_edits_are_refused_by_path_and_touch_nothing() {
    let mut tracked = Tracked::new(read(r#"{"a":[1,2],"n":0.5,"s":"x"}"#).into_root());
    let at = |text: &str| -> Vec<Segment> {
        text.split('.').map(|it| it.parse().map_or_else(|_| Segment::from(it), Segment::Index)).collect()
    };
    let refusals = [
        (tracked.set(&at("s.x"), 1.into()).err(), Problem::NoTable),
        (tracked.set(&at("a.3"), 1.into()).err(), Problem::NoPlace),
        (tracked.set(&at("a.x"), 1.into()).err(), Problem::NoPlace),
        (tracked.set(&at("m.0"), 1.into()).err(), Problem::NoPlace),
        (tracked.remove(&[]).err(), Problem::Root),
        (tracked.insert(&at("a.0"), Value::Nil).err(), Problem::Nil),
        (tracked.insert(&at("a.3"), 1.into()).err(), Problem::NoPlace),
        (tracked.insert(&at("s"), 1.into()).err(), Problem::NoPlace),
        (tracked.add(&at("n"), 1).err(), Problem::NoCounter),
        (tracked.set(&vec!["d".into(); MAX_DEPTH + 1], 1.into()).err(), Problem::TooDeep),
    ];
    for (refused, why) in refusals {
        let refused = refused.unwrap();
        assert_eq!(refused.why, why, "{refused}");
        assert!(refused.to_string().contains("nothing") || refused.to_string().contains("refused"), "{refused}");
    }
    assert_eq!(text(&Tree::new(tracked.snapshot())), r#"{"a":[1,2],"n":0.5,"s":"x"}"#);
    assert_eq!(tracked.change(&open()), Ok(Change::default()));
    // What is as it was is no change, however it came about.
    tracked.set(&at("s"), "y".into()).unwrap();
    tracked.set(&at("s"), "x".into()).unwrap();
    assert_eq!(tracked.remove(&at("a.0")), Ok(Some(1.into())));
    tracked.insert(&at("a.0"), 1.into()).unwrap();
    assert!(tracked.is_edited());
    assert_eq!(tracked.change(&open()), Ok(Change::default()));
}

/// The sums of a counter are one addition, and a leaf that is written often is one operation.
#[test]
fn edits_of_one_leaf_are_one_operation() {
    let schema = open().with_undeclared(Undeclared::Counters);
    let mut tracked = Tracked::new(read(r#"{"items":[{"n":1,"t":"a"}],"xp":10}"#).into_root());
    let n: [Segment; 3] = ["items".into(), 0_u32.into(), "n".into()];
    for _ in 0..5 {
        tracked.add(&n, 2).unwrap();
        tracked.add(&["xp".into()], -3).unwrap();
    }
    tracked.set(&["items".into(), 0_u32.into(), "t".into()], "b".into()).unwrap();
    tracked.set(&["new".into(), "deep".into()], true.into()).unwrap();
    let change = tracked.change(&schema).unwrap();
    let mut written = String::new();
    change.write(Writer::new(&mut written));
    assert_eq!(
        written,
        r#"[[["items",0,"n"],"add",10],[["items",0,"t"],"set","b"],[["new"],"set",{"deep":true}],[["xp"],"add",-15]]"#
    );
}

/// What the template and the declarations are in these tests.
fn schema() -> Schema {
    let bounds = Bounds::new(0, 99, BoundsPolicy::Reject).unwrap();
    let declared = vec![
        Declared::counter("stats.coins", bounds),
        Declared::set("pets", 3),
        Declared::counter("bag.*.count", bounds),
        Declared::register("flags.seen"),
    ];
    let template = r#"{"bag":{},"flags":{"tutorial":false},"pets":[1],"stats":{"coins":3}}"#;
    Schema::new(SchemaVersion(2), read(template).into_root(), declared).unwrap()
}

fn text(tree: &Tree) -> String {
    let mut text = String::new();
    tree.write(Writer::new(&mut text));
    text
}
