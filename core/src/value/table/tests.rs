//! Tables of a host that numbers its tables.

use super::{Key, Node, NumberKeys, Shape, Table, TablePolicy, read};
use crate::value::{Map, Reason, Refused, Value};
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicU32, Ordering};

/// A host: its tables by their numbers, and how often one was looked into.
#[derive(Default)]
struct Host {
    tables: Vec<(Shape, Vec<(Key, Leaf)>)>,
    looks: AtomicU32,
}

#[derive(Clone)]
enum Leaf {
    Value(Value),
    Integer(i128),
    Table(usize),
    Function,
}

#[derive(Clone, Copy)]
struct Of<'h>(&'h Host, usize);

impl Table for Of<'_> {
    type Id = usize;

    fn id(&self) -> usize {
        self.1
    }

    fn shape(&self) -> Shape {
        self.0.tables[self.1].0
    }

    fn entries(&self) -> impl Iterator<Item = (Key, Node<Self>)> {
        self.0.looks.fetch_add(1, Ordering::Relaxed);
        self.0.tables[self.1].1.iter().map(|(key, leaf)| {
            let node = match leaf {
                Leaf::Value(value) => Node::Leaf(value.clone()),
                Leaf::Integer(integer) => Node::Integer(*integer),
                Leaf::Table(table) => Node::Table(Of(self.0, *table)),
                Leaf::Function => Node::Other("function"),
            };
            (key.clone(), node)
        })
    }
}

fn text(key: &str) -> Key {
    Key::Text(key.into())
}

fn one(key: Key) -> (Key, Leaf) {
    (key, Leaf::Value(1.into()))
}

fn host(tables: Vec<Vec<(Key, Leaf)>>) -> Host {
    Host { tables: tables.into_iter().map(|entries| (Shape::Untyped, entries)).collect(), ..Host::default() }
}

fn single(shape: Shape, keys: &[Key]) -> Host {
    Host { tables: vec![(shape, keys.iter().cloned().map(one).collect())], ..Host::default() }
}

fn read_with(host: &Host, policy: TablePolicy) -> Result<Value, (String, Reason)> {
    read(Node::Table(Of(host, 0)), &policy).map_err(|Refused { path, why }| (path.to_string(), why))
}

fn refused(host: &Host) -> (String, Reason) {
    read_with(host, TablePolicy::default()).unwrap_err()
}

const DECIMAL: TablePolicy = TablePolicy { number_keys: NumberKeys::Decimal, max_depth: 31 };

fn map(keys: &[&str]) -> Value {
    Map::from_iter(keys.iter().map(|key| (*key, Value::from(1)))).into()
}

#[test]
fn the_keys_decide_what_a_table_is() {
    let read = |keys: &[Key]| read_with(&single(Shape::Untyped, keys), TablePolicy::default());
    assert_eq!(read(&[]), Ok(Map::new().into()));
    assert_eq!(read(&[text("b"), text("a")]), Ok(map(&["a", "b"])));
    assert_eq!(read(&[Key::Number(2.0), Key::Number(1.0)]), Ok(vec![Value::from(1), 1.into()].into()));
    let at = |path: &str, why| Err((path.into(), why));
    assert_eq!(read(&[Key::Number(1.0), text("b"), text("a")]), at("$.a", Reason::MixedKeys));
    assert_eq!(read(&[Key::Number(1.0), Key::Number(3.0)]), at("$", Reason::MissingPlace { key: 2 }));
    assert_eq!(read(&[Key::Number(7e15)]), at("$", Reason::MissingPlace { key: 1 }));
    assert_eq!(read(&[text("a"), text("a")]), at("$.a", Reason::DuplicateKey));
    assert_eq!(read(&[Key::Number(1.0), Key::Number(1.0)]), at("$", Reason::DuplicateKey));
    assert_eq!(read(&[text("a"), Key::Other("boolean")]), at("$", Reason::KeyType { name: "boolean" }));
    for number in [0.0, -0.0, -1.0, 0.5, 1e300, f64::INFINITY, f64::NAN] {
        assert_eq!(read(&[Key::Number(number)]), at("$", Reason::NumberKey), "{number}");
    }
}

#[test]
fn number_keys_are_strings_where_that_is_declared() {
    let read = |keys: &[Key]| read_with(&single(Shape::Untyped, keys), DECIMAL);
    let ids = [Key::Number(261.0), Key::Number(0.5), Key::Number(-0.0), Key::Number(1e21), text("a")];
    assert_eq!(read(&ids), Ok(map(&["-0", "0.5", "1e+21", "261", "a"])));
    assert_eq!(read(&[Key::Number(1.0), Key::Number(3.0)]), Ok(map(&["1", "3"])));
    assert_eq!(read(&[Key::Number(1.0)]), Ok(vec![Value::from(1)].into()));
    assert_eq!(read(&[Key::Number(1.0), text("1")]), Err(("$.1".into(), Reason::DuplicateKey)));
    assert_eq!(read(&[Key::Number(f64::INFINITY)]), Err(("$".into(), Reason::NumberKey)));
    assert_eq!(read(&[Key::Other("boolean")]), Err(("$".into(), Reason::KeyType { name: "boolean" })));
}

#[test]
fn a_typed_host_says_what_a_table_is() {
    let read = |shape, keys: &[Key]| read_with(&single(shape, keys), TablePolicy::default());
    let typed = |shape, keys: &[Key]| read_with(&single(shape, keys), DECIMAL);
    assert_eq!(read(Shape::Array, &[]), Ok(Vec::new().into()));
    assert_eq!(read(Shape::Map, &[]), Ok(Map::new().into()));
    assert_eq!(read(Shape::Map, &[Key::Number(1.0), text("x")]), Ok(map(&["1", "x"])));
    for read in [read, typed] {
        assert_eq!(read(Shape::Array, &[Key::Number(1.0)]), Ok(vec![Value::from(1)].into()));
        assert_eq!(read(Shape::Array, &[text("x")]), Err(("$.x".into(), Reason::MixedKeys)));
        let missing = Reason::MissingPlace { key: 1 };
        assert_eq!(read(Shape::Array, &[Key::Number(2.0)]), Err(("$".into(), missing)));
    }
}

#[test]
fn what_is_no_value_is_refused_where_it_is() {
    let items =
        |leaf| host(vec![vec![(text("items"), Leaf::Table(1))], vec![one(Key::Number(1.0)), (Key::Number(2.0), leaf)]]);
    assert_eq!(refused(&items(Leaf::Function)), ("$.items[1]".into(), Reason::Unknown { name: "function" }));
    assert_eq!(refused(&items(Leaf::Integer((1 << 53) + 1))), ("$.items[1]".into(), Reason::Inexact));
    assert_eq!(refused(&items(Leaf::Value(Value::Nil))), ("$.items[1]".into(), Reason::Hole));
    let read = read_with(&items(Leaf::Integer(1 << 53)), TablePolicy::default()).unwrap();
    assert_eq!(read, Map::from_iter([("items", vec![1.into(), Value::from(9_007_199_254_740_992.0)].into())]).into());
    let nothing = read_with(&host(vec![vec![(text("a"), Leaf::Value(Value::Nil))]]), TablePolicy::default());
    assert_eq!(nothing, Ok(Map::new().into()), "as in Luau");
}

#[test]
fn a_cycle_is_refused_where_it_closes() {
    let inside = host(vec![
        vec![(text("a"), Leaf::Table(1))],
        vec![(Key::Number(1.0), Leaf::Table(2))],
        vec![(text("back"), Leaf::Table(1))],
    ]);
    let of = crate::value::Path::from_iter(["a"]);
    assert_eq!(refused(&inside), ("$.a[0].back".into(), Reason::Cycle { of }));
    let itself = host(vec![vec![(Key::Number(1.0), Leaf::Table(0))]]);
    assert_eq!(refused(&itself), ("$[0]".into(), Reason::Cycle { of: crate::value::Path::root() }));
}

/// Thirty tables, each twice in the one before it: 2^30 ways, thirty looks.
#[test]
fn a_shared_table_is_read_once_and_shared() {
    let twice = |table| vec![(text("a"), Leaf::Table(table)), (text("b"), Leaf::Table(table))];
    let host = host((1..30).map(twice).chain([vec![]]).collect());
    let value = read_with(&host, TablePolicy::default()).unwrap();
    assert_eq!(host.looks.load(Ordering::Relaxed), 30);
    let Value::Map(map) = value else { panic!("it is a map") };
    let [Value::Map(a), Value::Map(b)] = map.values() else { panic!("they are maps") };
    assert!(alloc::sync::Arc::ptr_eq(a, b));
}

#[test]
fn tables_go_as_deep_as_allowed_even_shared_ones() {
    let chain = |last: usize| {
        let tables = (1..last).map(|next| vec![(text("x"), Leaf::Table(next))]);
        host(tables.chain([vec![]]).collect())
    };
    let limit = 5;
    let policy = TablePolicy { max_depth: limit, ..TablePolicy::default() };
    assert!(read_with(&chain(5), policy).is_ok());
    assert_eq!(read_with(&chain(6), policy), Err(("$.x.x.x.x.x".into(), Reason::TooDeep { limit })));
    // First seen at depth 1, where it fits, then at depth 4, where it does not.
    let mut shared = chain(5);
    shared.tables[0].1 = vec![(text("a"), Leaf::Table(4)), (text("x"), Leaf::Table(1))];
    assert!(read_with(&shared, policy).is_ok());
    shared.tables.push((Shape::Untyped, vec![(text("y"), Leaf::Table(4))]));
    shared.tables[0].1[0].1 = Leaf::Table(5);
    shared.tables[3].1[0].1 = Leaf::Table(5);
    assert_eq!(read_with(&shared, policy), Err(("$.x.x.x.x".into(), Reason::TooDeep { limit })));
}
