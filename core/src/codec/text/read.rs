//! Text to values, fast: one pass that says no more than yes or no. What is wrong with a text that is refused, and where, is
//! found by [`super::refused`] in a second one.

use super::super::number;
use super::shapes::{List, Node, Shapes};
use super::{SIGN, string};
use crate::json;
use crate::value::{Map, Text, Value};
use alloc::vec::Vec;

/// Reads one value.
pub(super) struct Reader<'a> {
    text: &'a str,
    /// How many more objects and arrays may be open.
    depth: u8,
    /// The values of the arrays and objects that are open, each behind those around it.
    values: Vec<Value>,
    shapes: Shapes,
    /// The keys of the objects that are open and have no shape.
    keys: Vec<Text>,
    /// Where the shape of the last object began.
    seen: Node,
    /// What is shared by all arrays and by all maps that are empty.
    empty: Option<(Value, Value)>,
}

impl<'a> Reader<'a> {
    /// The value that begins at `at` in a text, and where it ends. Inside it, so many objects and arrays may be open.
    pub(super) fn read(text: &'a str, at: usize, depth: u8) -> Option<(Value, usize)> {
        let rest = text.as_bytes().get(at..)?;
        let mut reader = Self {
            text,
            depth,
            values: Vec::new(),
            shapes: Shapes::new(rest.len()),
            keys: Vec::new(),
            seen: Node::ROOT,
            empty: None,
        };
        let rest = reader.value(white(rest), Node::ROOT)?;
        Some((reader.values.pop()?, reader.offset(rest)))
    }

    fn offset(&self, rest: &[u8]) -> usize {
        self.text.len().wrapping_sub(rest.len())
    }

    /// Reads a value onto the stack, and gives what is behind it. `before` is the last object that stood at its place.
    fn value(&mut self, rest: &'a [u8], before: Node) -> Option<&'a [u8]> {
        let (first, behind) = rest.split_first()?;
        match first {
            b'"' => self.string(behind),
            b'-' | b'0'..=b'9' => {
                let (number, rest) = number::read(rest)?;
                self.values.push(number.into());
                Some(rest)
            }
            b'{' => self.open(|reader| reader.object(white(behind), before)),
            b'[' => self.open(|reader| reader.array(white(behind), before)),
            b't' => self.word(behind, b"rue", Value::Bool(true)),
            b'f' => self.word(behind, b"alse", Value::Bool(false)),
            b'n' => self.word(behind, b"ull", Value::Nil),
            _ => None, // wildcard: no value begins so
        }
    }

    fn empty(&mut self) -> &(Value, Value) {
        self.empty.get_or_insert_with(|| (Vec::new().into(), Map::new().into()))
    }

    fn word(&mut self, rest: &'a [u8], word: &[u8], value: Value) -> Option<&'a [u8]> {
        let rest = rest.strip_prefix(word)?;
        self.values.push(value);
        Some(rest)
    }

    fn open(&mut self, read: impl FnOnce(&mut Self) -> Option<&'a [u8]>) -> Option<&'a [u8]> {
        self.depth = self.depth.checked_sub(1)?;
        let rest = read(self)?;
        self.depth = self.depth.saturating_add(1);
        Some(rest)
    }

    fn array(&mut self, mut rest: &'a [u8], mut before: Node) -> Option<&'a [u8]> {
        if let Some((b']', rest)) = rest.split_first() {
            let empty = self.empty().0.clone();
            self.values.push(empty);
            self.seen = before;
            return Some(rest);
        }
        let start = self.values.len();
        loop {
            self.seen = before;
            rest = white(self.value(rest, before)?);
            before = self.seen;
            match rest.split_first()? {
                (b',', behind) => rest = white(behind),
                (b']', behind) => {
                    // Exactly as much room as is needed.
                    let values: Vec<Value> = self.values.drain(start..).collect();
                    self.values.push(values.into());
                    return Some(behind);
                }
                _ => return None, // wildcard: neither another element nor the end
            }
        }
    }

    fn object(&mut self, mut rest: &'a [u8], before: Node) -> Option<&'a [u8]> {
        if let Some((b'}', rest)) = rest.split_first() {
            let empty = self.empty().1.clone();
            self.values.push(empty);
            self.seen = before;
            return Some(rest);
        }
        let start = self.values.len();
        let mut node = Node::ROOT;
        let mut guess = before;
        let mut first = None;
        loop {
            rest = rest.strip_prefix(b"\"")?;
            (node, rest) = match self.shapes.same(guess, rest) {
                Some(rest) => (guess, rest),
                None => {
                    let (key, plain, behind) = self.key(rest)?;
                    match self.shapes.go(node, &key, plain, self.seen) {
                        Some(node) => (node, behind),
                        None => return self.wide(start, node, key, behind),
                    }
                }
            };
            first = first.or(Some(node));
            rest = white(white(rest).strip_prefix(b":")?);
            let place = self.shapes.inside(node);
            self.seen = place;
            rest = white(self.value(rest, place)?);
            if self.seen != place {
                self.shapes.set_inside(node, self.seen);
            }
            if matches!(self.values.last(), Some(Value::Nil)) {
                return None;
            }
            match rest.split_first()? {
                (b',', behind) => rest = white(behind),
                (b'}', behind) => {
                    let map = self.shapes.list(node)?.map(&mut self.values, start)?;
                    self.values.push(map.into());
                    self.seen = first?;
                    return Some(behind);
                }
                _ => return None, // wildcard: neither another field nor the end
            }
            guess = self.shapes.next(node);
        }
    }

    /// The rest of an object that has too many keys for a shape, from behind its key `key` on.
    fn wide(&mut self, start: usize, node: Node, key: Text, mut rest: &'a [u8]) -> Option<&'a [u8]> {
        let keys = self.keys.len();
        self.keys.extend(self.shapes.keys(node));
        self.keys.push(key);
        let mut before = self.seen;
        loop {
            rest = white(white(rest).strip_prefix(b":")?);
            self.seen = before;
            rest = white(self.value(rest, before)?);
            before = self.seen;
            if matches!(self.values.last(), Some(Value::Nil)) {
                return None;
            }
            match rest.split_first()? {
                (b',', behind) => {
                    let (key, _, behind) = self.key(white(behind).strip_prefix(b"\"")?)?;
                    self.keys.push(key);
                    rest = behind;
                }
                (b'}', behind) => {
                    let map = List::new(self.keys.drain(keys..).collect())?.map(&mut self.values, start)?;
                    self.values.push(map.into());
                    return Some(behind);
                }
                _ => return None, // wildcard: neither another field nor the end
            }
        }
    }

    /// The key whose quote has been read, whether it stands in the text as it is, and what is behind it.
    fn key(&self, rest: &'a [u8]) -> Option<(Text, bool, &'a [u8])> {
        if let Some((key, behind)) = short(rest) {
            return Some((key, true, behind));
        }
        let (value, behind) = self.long(rest)?;
        match value {
            // With its closing quote it has as many bytes in the text, unless it was escaped.
            Value::Text(key) => {
                let plain = rest.len().wrapping_sub(behind.len()) == key.len().wrapping_add(1);
                Some((key, plain, behind))
            }
            _ => None, // wildcard: a tagged string is no key
        }
    }

    fn string(&mut self, rest: &'a [u8]) -> Option<&'a [u8]> {
        let (value, rest) = match short(rest) {
            Some((text, rest)) => (Value::Text(text), rest),
            None => self.long(rest)?,
        };
        self.values.push(value);
        Some(rest)
    }

    /// The string whose quote has been read, and what is behind it.
    fn long(&self, rest: &'a [u8]) -> Option<(Value, &'a [u8])> {
        let start = self.offset(rest);
        let len = json::plain(rest);
        match rest.get(len)? {
            b'"' => {
                let value = string(self.text.get(start..start.checked_add(len)?)?)?;
                Some((value, rest.get(len.checked_add(1)?..)?))
            }
            b'\\' => {
                let token = json::string(self.text, start.checked_sub(1)?).ok()?;
                let value = string(&token.decode().ok()?)?;
                Some((value, self.text.as_bytes().get(token.end..)?))
            }
            _ => None, // wildcard: a control character
        }
    }
}

/// A string that is held in place and stands in the text as it is, whose quote has been read, and what is behind it. `None`
/// of other strings, and of those near the end of a text.
fn short(rest: &[u8]) -> Option<(Text, &[u8])> {
    let words: [u64; 3] = rest.first_chunk().map(|chunk: &[u8; 24]| {
        let (words, _) = chunk.as_chunks();
        core::array::from_fn(|at| words.get(at).copied().map_or(0, u64::from_le_bytes))
    })?;
    let [a, b, c] = words;
    let len = match words.map(json::special) {
        [0, 0, special] => 16 + json::first(special),
        [0, special, _] => 8 + json::first(special),
        [special, _, _] => json::first(special),
    };
    let behind = rest.get(len..)?.strip_prefix(b"\"")?;
    if rest.first() == Some(&(SIGN as u8)) {
        return None;
    }
    Text::cut(u128::from(b) << 64 | u128::from(a), c, len).map(|text| (text, behind))
}

fn white(mut rest: &[u8]) -> &[u8] {
    while let Some((b' ' | b'\t' | b'\n' | b'\r', behind)) = rest.split_first() {
        rest = behind;
    }
    rest
}
