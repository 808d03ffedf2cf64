//! Arrays and maps: empty, nested, deep; the order of keys; lists of keys that are written once.

use super::Named;
use keyholder_core::value::{Keys, Map, Text, Value};

fn map<K: Into<Text>, V: Into<Value>, const N: usize>(entries: [(K, V); N]) -> Value {
    entries.into_iter().map(|(key, value)| (key, value.into())).collect::<Map>().into()
}

fn array<V: Into<Value>, const N: usize>(values: [V; N]) -> Value {
    values.into_iter().map(Into::into).collect::<Vec<Value>>().into()
}

fn number_of(count: u32) -> Value {
    (0..count).map(Value::from).collect::<Vec<_>>().into()
}

/// A value in so many tables.
fn nested(levels: usize, around: impl Fn(Value) -> Value, inner: Value) -> Value {
    (0..levels).fold(inner, |value, _| around(value))
}

/// Maps of so many lists of keys, each once, and then the last of them again.
fn shapes(count: u32) -> Value {
    let of = |at: u32| map([(format!("k{at:02}").as_str(), at)]);
    (0..count).chain([count - 1]).map(of).collect::<Vec<_>>().into()
}

/// Arrays and maps.
pub(in super::super) fn tables() -> Vec<Named> {
    let named = |name: &str, value: Value| Named::new(name, "DIA-11", value);
    let told = |name: &str, tells, value: Value| Named::new(name, tells, value);
    let empty = || map::<&str, Value, 0>([]);
    let item = |id: &str, count: u32| map([("count", Value::from(count)), ("id", id.into())]);
    let ordered = Keys::new(["b", "a", "c"].map(Text::from).into());
    let [one, two, three] = [1, 2, 3].map(Value::from);
    let ordered = Map::with(ordered, vec![one, two, three]).unwrap_or_default();
    vec![
        told("array-empty", "DIA-11 D31", array::<Value, 0>([])),
        told("map-empty", "DIA-11 D31", empty()),
        named("array-of-one", array([1])),
        named("array-of-15", number_of(15)),
        named("array-of-16", number_of(16)),
        named("array-of-128", number_of(128)),
        told("array-with-nil", "DIA-11 D31", array([Value::Nil, 1.into(), Value::Nil])),
        named("array-of-all-kinds", array([true.into(), 1.into(), "a".into(), Value::Buffer([7].into()), empty()])),
        named("array-of-arrays", array([array::<Value, 0>([]), array([1]), array([array([2])])])),
        named("array-of-empty-maps", array([empty(), empty()])),
        told("array-32-deep", "DIA-11 R39", nested(31, |it| array([it]), array([1]))),
        told("map-32-deep", "DIA-11 R39", nested(31, |it| map([("k", it)]), map([("k", 1)]))),
        told("array-32-deep-and-empty", "DIA-11 R39", nested(31, |it| array([it]), array::<Value, 0>([]))),
        told("map-32-deep-and-empty", "DIA-11 R39", nested(31, |it| array([it]), empty())),
        named("arrays-40-beside-each-other", (0..40).map(|_| array([1])).collect::<Vec<_>>().into()),
        named("maps-40-beside-each-other", (0..40).map(|_| map([("k", 1)])).collect::<Vec<_>>().into()),
        named("map-of-one", map([("coins", 5)])),
        told("map-of-three", "R39", ordered.into()),
        told(
            "map-keys-by-bytes",
            "R39",
            map([("B", 1), ("a", 2), ("_", 3), ("\u{e9}", 4), ("0", 5), ("10", 6), ("9", 7)]),
        ),
        told("map-keys-beyond-utf16", "R39", map([("\u{ffff}", 1), ("\u{10000}", 2), ("\u{e000}", 3)])),
        told("map-key-prefix-of-another", "R39", map([("ab", 1), ("a", 2), ("abc", 3), ("a\0", 4)])),
        named("map-key-empty", map([("", 1)])),
        told("map-keys-composed-and-not", "R39", map([("\u{e9}", 1), ("e\u{301}", 2)])),
        told("map-key-with-the-sign", "D29 R39", map([("$b", 2), ("a", 1)])),
        told("map-key-like-a-tag", "D29 R39", map([("$v3AACAPwAAIMDNzMw9", 1)])),
        named("map-key-with-escapes", map([("a\"\\\n\u{1}", 1)])),
        named("map-key-no-utf8", map([(Text::from([0xff_u8].as_slice()), 1), (Text::from("z"), 2)])),
        named("map-key-of-22", map([("abcdefghijklmnopqrstuv", 1)])),
        named("map-key-of-200", map([("k".repeat(200).as_str(), 1)])),
        named("map-key-like-an-index", map([("1", 1), ("2", 2)])),
        named(
            "map-of-100",
            (0..100)
                .map(|at: u32| (format!("key{at}").as_str().into(), at.into()))
                .collect::<Vec<(Text, Value)>>()
                .into_iter()
                .collect::<Map>()
                .into(),
        ),
        named("items-of-one-shape", array([item("sword", 1), item("shield", 2), item("bow", 3)])),
        named(
            "items-of-two-shapes",
            array([item("sword", 1), map([("id", "axe")]), item("bow", 3), map([("id", "mace")])]),
        ),
        named("shape-inside-its-like", map([("a", map([("a", map([("a", 1)]))]))])),
        named("shape-of-a-later-sibling", map([("a", map([("x", 1)])), ("b", map([("x", 2)]))])),
        named("shapes-of-64", shapes(64)),
        named("shapes-of-65", shapes(65)),
        named("shapes-of-70", shapes(70)),
        named(
            "player",
            map([
                ("coins", Value::from(250)),
                ("inventory", array([item("sword", 1), item("potion", 12)])),
                ("settings", map([("music", Value::from(0.5)), ("name", "Ada".into())])),
                ("tags", array(["beta", "vip"])),
            ]),
        ),
    ]
}
