//! Reading a host's tables.

use super::{Key, Node, NumberKeys, Shape, Table, TablePolicy};
use crate::json::Writer;
use crate::stored::Stored;
use crate::value::{Map, Number, Path, Reason, Refused, Segment, Text, Value};
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

/// The value of a host's node.
///
/// # Errors
/// The first thing that no value stands for, or that `policy` does not allow, with its path: [`Reason::MixedKeys`],
/// [`Reason::MissingPlace`], [`Reason::NumberKey`], [`Reason::KeyType`], [`Reason::DuplicateKey`], [`Reason::Cycle`],
/// [`Reason::TooDeep`], [`Reason::Hole`], [`Reason::Inexact`], [`Reason::Unknown`].
pub fn read<T: Table>(node: Node<T>, policy: &TablePolicy) -> Result<Value, Refused> {
    let mut reader = Reader { policy, seen: BTreeMap::new(), path: Path::root() };
    let read = reader.node(node, 0);
    read.map(|read| read.value).map_err(|why| Refused { path: reader.path, why })
}

struct Reader<'p, I> {
    policy: &'p TablePolicy,
    /// Every table that was met.
    seen: BTreeMap<I, Seen>,
    /// Where the reader is; after a refusal, where that was.
    path: Path,
}

enum Seen {
    /// It is being read, and stands here.
    Open(Path),
    Read(Read),
}

#[derive(Clone)]
struct Read {
    value: Value,
    /// Tables inside each other, itself included.
    height: u8,
}

/// What the keys of a table make of it.
enum Entries<T> {
    Array(Vec<Node<T>>),
    Map(BTreeMap<Text, Node<T>>),
}

impl<I: Ord> Reader<'_, I> {
    fn node<T: Table<Id = I>>(&mut self, node: Node<T>, depth: u8) -> Result<Read, Reason> {
        let value = match node {
            Node::Leaf(value) => value,
            Node::Integer(integer) => Number::exact(integer).map(Value::Number).ok_or(Reason::Inexact)?,
            Node::Other(name) => return Err(Reason::Unknown { name }),
            Node::Table(table) => return self.table(&table, depth),
        };
        Ok(Read { value, height: 0 })
    }

    fn table<T: Table<Id = I>>(&mut self, table: &T, depth: u8) -> Result<Read, Reason> {
        let limit = self.policy.max_depth;
        match self.seen.get(&table.id()) {
            Some(Seen::Open(of)) => return Err(Reason::Cycle { of: of.clone() }),
            // What was shallow enough elsewhere may be too deep here.
            Some(Seen::Read(read)) if read.height > limit.saturating_sub(depth) => {
                return Err(Reason::TooDeep { limit });
            }
            Some(Seen::Read(read)) => return Ok(read.clone()),
            None => {}
        }
        let depth = depth.checked_add(1).filter(|depth| *depth <= limit).ok_or(Reason::TooDeep { limit })?;
        self.seen.insert(table.id(), Seen::Open(self.path.clone()));
        let mut height = 0;
        let value = match self.entries(table)? {
            Entries::Array(nodes) => {
                let mut values = Vec::with_capacity(nodes.len());
                for (index, node) in (0_u32..).zip(nodes) {
                    let value = self.part(Segment::Index(index), node, depth, &mut height)?;
                    if value == Value::Nil {
                        self.path.push(index);
                        return Err(Reason::Hole);
                    }
                    values.push(value);
                }
                Value::from(values)
            }
            Entries::Map(nodes) => {
                let mut map = Map::new();
                for (key, node) in nodes {
                    let value = self.part(Segment::Key(key.clone()), node, depth, &mut height)?;
                    map.insert(key, value);
                }
                Value::from(map)
            }
        };
        let read = Read { value, height: u8::saturating_add(height, 1) };
        self.seen.insert(table.id(), Seen::Read(read.clone()));
        Ok(read)
    }

    fn part<T: Table<Id = I>>(
        &mut self,
        at: Segment,
        node: Node<T>,
        depth: u8,
        height: &mut u8,
    ) -> Result<Value, Reason> {
        self.path.push(at);
        let read = self.node(node, depth)?;
        self.path.pop();
        *height = read.height.max(*height);
        Ok(read.value)
    }

    fn entries<T: Table<Id = I>>(&mut self, table: &T) -> Result<Entries<T>, Reason> {
        let mut texts: BTreeMap<Text, Node<T>> = BTreeMap::new();
        let mut numbers: Vec<(Number, Node<T>)> = Vec::new();
        for (key, node) in table.entries() {
            match key {
                Key::Text(key) => self.admit(&mut texts, key, node)?,
                Key::Number(key) => numbers.push((Number(key), node)),
                Key::Other(name) => return Err(Reason::KeyType { name }),
            }
        }
        let typed = match table.shape() {
            Shape::Untyped => None,
            Shape::Array => Some(true),
            Shape::Map => Some(false),
        };
        let decimal = typed == Some(false) || typed.is_none() && self.policy.number_keys == NumberKeys::Decimal;
        if typed != Some(false) && texts.is_empty() && (typed.is_some() || !numbers.is_empty()) {
            numbers.sort_by_key(|(key, _)| *key);
            let wrong = not_places(&numbers);
            match wrong {
                None => return Ok(Entries::Array(numbers.into_iter().map(|(_, node)| node).collect())),
                Some(why) if !decimal => return Err(why),
                Some(_) => {}
            }
        }
        if numbers.is_empty() && typed != Some(true) {
            return Ok(Entries::Map(texts));
        }
        if !decimal {
            // The first string key, in the order of their bytes: whatever order the host has, the answer is the same.
            if let Some(key) = texts.into_keys().next() {
                self.path.push(key);
            }
            return Err(Reason::MixedKeys);
        }
        for (key, node) in numbers {
            if !key.0.is_finite() {
                return Err(Reason::NumberKey);
            }
            let mut text = String::new();
            Value::Number(key).write(Writer::new(&mut text));
            self.admit(&mut texts, text.as_str().into(), node)?;
        }
        Ok(Entries::Map(texts))
    }

    fn admit<T>(&mut self, nodes: &mut BTreeMap<Text, Node<T>>, key: Text, node: Node<T>) -> Result<(), Reason> {
        if nodes.insert(key.clone(), node).is_some() {
            self.path.push(key);
            return Err(Reason::DuplicateKey);
        }
        Ok(())
    }
}

/// Why these keys, ascending, are not 1 to n.
fn not_places<T>(keys: &[(Number, Node<T>)]) -> Option<Reason> {
    let mut places = 1_u64..;
    for (key, _) in keys {
        let Some(integer) = key.integer().and_then(|key| u64::try_from(key).ok()).filter(|key| *key > 0) else {
            return Some(Reason::NumberKey);
        };
        let place = places.next()?;
        if integer < place {
            return Some(Reason::DuplicateKey);
        }
        if integer > place {
            return Some(Reason::MissingPlace { key: place });
        }
    }
    None
}
