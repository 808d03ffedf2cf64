//! Text to values, fast: one pass that says no more than yes or no. What is wrong with a text that is refused, and where, is
//! found by [`super::refused`] in a second one.

use super::super::{number, roblox};
use super::shapes::{Key, Node, Shapes, list_of};
use super::{SIGN, push, string};
use crate::json;
use crate::value::{Map, Number, Text, Value};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Room for so many values is made at once.
const FIRST: usize = 32;

/// Room for so many values is kept for the next text.
const KEPT: usize = 1024;

/// What is kept from one text to the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Kept {
    /// Room for the values of the arrays and objects that are open; between two texts there are none.
    values: Vec<Value>,
    shapes: Shapes,
    /// What is shared by all arrays and by all maps that are empty.
    empty: Option<(Value, Value)>,
}

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
    empty: Option<(Value, Value)>,
}

impl<'a> Reader<'a> {
    /// The value that begins at `at` in a text, and where it ends. Inside it, so many objects and arrays may be open.
    pub(super) fn read(text: &'a str, at: usize, depth: u8, kept: &mut Kept) -> Option<(Value, usize)> {
        let rest = text.as_bytes().get(at..)?;
        let Kept { values, mut shapes, empty } = core::mem::take(kept);
        shapes.expect(rest.len());
        let mut reader = Self { text, depth, values, shapes, keys: Vec::new(), seen: Node::ROOT, empty };
        let end = reader.value(white(rest), Node::ROOT).map(|rest| reader.offset(rest));
        let value = reader.values.pop();
        *kept = reader.kept();
        value.zip(end)
    }

    fn kept(mut self) -> Kept {
        self.values.clear();
        self.values.shrink_to(KEPT);
        self.shapes.end();
        Kept { values: self.values, shapes: self.shapes, empty: self.empty }
    }

    fn offset(&self, rest: &[u8]) -> usize {
        self.text.len().wrapping_sub(rest.len())
    }

    /// Reads a value onto the stack, and gives what is behind it. `before` is the last object that stood at its place.
    #[inline(always)]
    fn value(&mut self, rest: &'a [u8], before: Node) -> Option<&'a [u8]> {
        let (first, behind) = rest.split_first()?;
        match first {
            b'"' => self.string(behind),
            b'-' | b'0'..=b'9' => {
                let (number, rest) = number::read(rest)?;
                push(&mut self.values, || Value::Number(Number(number)));
                Some(rest)
            }
            b'{' => self.open(|reader| reader.object(white(behind), before)),
            b'[' => self.open(|reader| reader.array(white(behind), before)),
            b't' => self.word(behind, b"rue", || Value::Bool(true)),
            b'f' => self.word(behind, b"alse", || Value::Bool(false)),
            b'n' => self.word(behind, b"ull", || Value::Nil),
            _ => None, // wildcard: no value begins so
        }
    }

    fn empty(&mut self) -> &(Value, Value) {
        self.empty.get_or_insert_with(|| (Vec::new().into(), Map::new().into()))
    }

    #[inline]
    fn word<const LEN: usize>(
        &mut self,
        rest: &'a [u8],
        word: &[u8; LEN],
        value: impl FnOnce() -> Value,
    ) -> Option<&'a [u8]> {
        let (first, rest) = rest.split_first_chunk()?;
        push(&mut self.values, value);
        (first == word).then_some(rest)
    }

    fn open(&mut self, read: impl FnOnce(&mut Self) -> Option<&'a [u8]>) -> Option<&'a [u8]> {
        self.depth = self.depth.checked_sub(1)?;
        if self.values.capacity() == 0 {
            self.values.reserve_exact(FIRST);
        }
        let rest = read(self)?;
        self.depth = self.depth.saturating_add(1);
        Some(rest)
    }

    #[inline(never)]
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
                    let values = self.values.split_off(start);
                    push(&mut self.values, || Value::Array(Arc::new(values)));
                    return Some(behind);
                }
                _ => return None, // wildcard: neither another element nor the end
            }
        }
    }

    #[inline(never)]
    fn object(&mut self, mut rest: &'a [u8], before: Node) -> Option<&'a [u8]> {
        if let Some((b'}', rest)) = rest.split_first() {
            let empty = self.empty().1.clone();
            self.values.push(empty);
            self.seen = before;
            return Some(rest);
        }
        let start = self.values.len();
        let (mut node, mut guess, mut first) = (Node::ROOT, before, None);
        loop {
            rest = rest.strip_prefix(b"\"")?;
            if let Some(behind) = self.shapes.same(guess, rest) {
                (node, rest) = (guess, behind);
            } else {
                let behind = self.key(rest)?;
                let key = Key::new(rest, behind);
                let Some(next) = self.shapes.go(node, key, self.seen) else {
                    return self.wide(start, node, key, behind);
                };
                (node, rest) = (next, behind);
            }
            first = first.or(Some(node));
            let (inside, next) = self.shapes.last(node);
            guess = next;
            self.seen = inside;
            rest = self.field(rest, inside)?;
            if self.seen != inside {
                self.shapes.set_inside(node, self.seen);
            }
            match rest.split_first()? {
                (b',', behind) => rest = white(behind),
                (b'}', behind) => {
                    let map = self.shapes.list(node)?.map(&mut self.values, start)?;
                    push(&mut self.values, || Value::Map(map));
                    self.seen = first?;
                    return Some(behind);
                }
                _ => return None, // wildcard: neither another field nor the end
            }
        }
    }

    /// The rest of an object that has too many keys for a shape, from behind its key `key` on.
    fn wide(&mut self, start: usize, node: Node, mut key: Key<'a>, mut rest: &'a [u8]) -> Option<&'a [u8]> {
        let keys = self.keys.len();
        self.keys.append(&mut self.shapes.keys(node)?);
        let mut before = self.seen;
        loop {
            self.keys.push(key.decode()?);
            self.seen = before;
            rest = self.field(rest, before)?;
            before = self.seen;
            match rest.split_first()? {
                (b',', behind) => {
                    let text = white(behind).strip_prefix(b"\"")?;
                    rest = self.key(text)?;
                    key = Key::new(text, rest);
                }
                (b'}', behind) => {
                    let map = list_of(self.keys.split_off(keys))?.map(&mut self.values, start)?;
                    push(&mut self.values, || Value::Map(map));
                    return Some(behind);
                }
                _ => return None, // wildcard: neither another field nor the end
            }
        }
    }

    /// The value of a field, and the white space around it.
    #[inline(always)]
    fn field(&mut self, rest: &'a [u8], before: Node) -> Option<&'a [u8]> {
        let rest = white(rest);
        // A key whose value is `null` is left out.
        if rest.first() == Some(&b'n') {
            return None;
        }
        self.value(rest, before).map(white)
    }

    /// What is behind the key whose quote has been read, and behind its colon.
    fn key(&self, rest: &'a [u8]) -> Option<&'a [u8]> {
        let len = json::plain(rest);
        let behind = match rest.get(len)? {
            b'"' => rest.get(len.checked_add(1)?..)?,
            b'\\' => {
                let token = json::string(self.text, self.offset(rest).checked_sub(1)?).ok()?;
                self.text.as_bytes().get(token.end..)?
            }
            _ => return None, // wildcard: a control character
        };
        white(behind).strip_prefix(b":")
    }

    /// Reads a string whose quote has been read onto the stack, and gives what is behind it.
    #[inline]
    fn string(&mut self, rest: &'a [u8]) -> Option<&'a [u8]> {
        if rest.first() == Some(&(SIGN as u8)) {
            if let Some(behind) = roblox::read_often(rest, &mut self.values) {
                return Some(behind);
            }
        } else if let Some((bytes, len, behind)) = short(rest) {
            push(&mut self.values, || Value::Text(Text::cut(bytes, len)));
            return Some(behind);
        }
        self.long(rest)
    }

    /// See [`Self::string`], of any string.
    fn long(&mut self, rest: &'a [u8]) -> Option<&'a [u8]> {
        let start = self.offset(rest);
        let len = json::plain(rest);
        match rest.get(len)? {
            b'"' => {
                self.values.push(string(self.text.get(start..start.checked_add(len)?)?)?);
                rest.get(len.checked_add(1)?..)
            }
            b'\\' => {
                let token = json::string(self.text, start.checked_sub(1)?).ok()?;
                self.values.push(string(&token.decode().ok()?)?);
                self.text.as_bytes().get(token.end..)
            }
            _ => None, // wildcard: a control character
        }
    }
}

/// The first bytes and the length of a string that is held in place and stands in the text as it is, whose quote has been
/// read, and what is behind it. `None` of other strings, and of those near the end of a text.
#[inline]
pub(super) fn short(rest: &[u8]) -> Option<(&[u8; Text::INLINE], usize, &[u8])> {
    let chunk: &[u8; 24] = rest.first_chunk()?;
    let (words, _) = chunk.as_chunks();
    let words = core::array::from_fn(|at| words.get(at).map_or(0, |word| u64::from_le_bytes(*word)));
    let len = json::plain_words(words, 16);
    let behind = rest.get(len..)?.strip_prefix(b"\"")?;
    let is_short = len <= Text::INLINE && chunk.first() != Some(&(SIGN as u8));
    chunk.first_chunk().filter(|_| is_short).map(|bytes| (bytes, len, behind))
}

fn white(mut rest: &[u8]) -> &[u8] {
    while let Some((b' ' | b'\t' | b'\n' | b'\r', behind)) = rest.split_first() {
        rest = behind;
    }
    rest
}
