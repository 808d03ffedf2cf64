//! The lists of keys of one text. Objects at one place mostly have the same keys in the same order, so the keys that came
//! are kept as steps from one key to the next, and each step remembers which one followed it. A key that is guessed right
//! costs one comparison, and an object whose keys have been there before shares their list: no allocation.

use super::read::short;
use super::{push, string};
use crate::json;
use crate::value::{Keys, Map, Text, Value};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// The most steps of a text: further lists of keys are not shared.
const MOST: usize = 1024;

/// A text has at most one step for as many bytes, so that many keys in a small one do not take much room.
const BYTES: usize = 24;

/// Room for so many steps is made at once: those of a small text, in 1 KiB.
const FIRST: usize = 27;

/// Room for so many lists is made at once.
const LISTS: usize = 8;

/// The most steps of an object. What has more keys is no item of a kind: each of its keys is its own.
const LONGEST: u32 = 64;

/// How many other steps are looked at where a guess was wrong.
const OTHERS: usize = 16;

/// A step: the keys from the first to this one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Node(u32);

impl Node {
    /// Before the first key; as a guess, none.
    pub(super) const ROOT: Self = Self(0);
}

/// A key as it stands in the text: from behind its opening quote up to its colon.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    at: u32,
    len: u32,
}

const NO_KEY: Key = Key { at: 0, len: 0 };

#[derive(Debug)]
pub(super) struct Shapes<'a> {
    text: &'a [u8],
    steps: Vec<Step>,
    lists: Vec<List>,
    most: usize,
}

#[derive(Debug)]
struct Step {
    key: Key,
    from: Node,
    /// The step that followed when an object was last here.
    next: Node,
    /// One of the steps that follow; each tells of one more.
    first: Node,
    other: Node,
    /// The first step of the object that was last the value of this key, or an element of it.
    inside: Node,
    /// Number of keys.
    count: u32,
    /// The place of its list behind the last: 0 as long as no object has ended here.
    list: u32,
}

impl<'a> Shapes<'a> {
    /// No steps, for a value that begins at `at`.
    pub(super) fn new(text: &'a str, at: usize) -> Self {
        let most = text.len().saturating_sub(at).checked_div(BYTES).unwrap_or_default().min(MOST);
        Self { text: text.as_bytes(), steps: Vec::new(), lists: Vec::new(), most }
    }

    /// The step before the first key of all objects.
    fn begin(&mut self) {
        self.lists.reserve_exact(LISTS);
        self.steps.reserve_exact(self.most.min(FIRST).saturating_add(1));
        let [from, next, first, other, inside] = [Node::ROOT; 5];
        self.steps.push(Step { key: NO_KEY, from, next, first, other, inside, count: 0, list: 0 });
    }

    /// The key at the front of `rest`, which ends where `behind` begins; `None` in a text longer than 4 GiB.
    pub(super) fn key(&self, rest: &[u8], behind: &[u8]) -> Option<Key> {
        let at = u32::try_from(self.text.len().checked_sub(rest.len())?).ok()?;
        let len = u32::try_from(rest.len().checked_sub(behind.len())?).ok()?;
        Some(Key { at, len })
    }

    /// All of the text from a key on.
    #[inline]
    fn from(&self, key: Key) -> &'a [u8] {
        self.text.get(key.at as usize..).unwrap_or_default()
    }

    /// What stands behind the key of `guess`, if `rest` begins with it.
    #[inline]
    pub(super) fn same(&self, guess: Node, rest: &'a [u8]) -> Option<&'a [u8]> {
        let key = self.step(guess).filter(|_| guess != Node::ROOT)?.key;
        let (from, len) = (self.from(key), key.len as usize);
        // By words, since most keys are short. At the end of the text there are none, and the guess may fail.
        let word = |bytes: &[u8], at: usize| bytes.get(at..)?.first_chunk().map(|word| u64::from_le_bytes(*word));
        let same = match len {
            ..=8 => {
                (word(rest, 0)? ^ word(from, 0)?).unbounded_shl(64_u32.saturating_sub(key.len.saturating_mul(8))) == 0
            }
            9..=16 => {
                let last = len.saturating_sub(8);
                word(rest, 0)? == word(from, 0)? && word(rest, last)? == word(from, last)?
            }
            17.. => rest.starts_with(from.get(..len)?),
        };
        rest.get(len..).filter(|_| same)
    }

    /// The first step of the object that was last the value of the key of `node`, and the step that followed it last.
    #[inline]
    pub(super) fn last(&self, node: Node) -> (Node, Node) {
        self.step(node).map_or((Node::ROOT, Node::ROOT), |step| (step.inside, step.next))
    }

    /// Takes note of the first step of the object that is the value of the key of `node`.
    #[inline]
    pub(super) fn set_inside(&mut self, node: Node, inside: Node) {
        if let Some(step) = self.step_mut(node) {
            step.inside = inside;
        }
    }

    /// Goes from `node` over `key`; `None` if there is no room for another step. What is inside a new one is guessed to be
    /// `inside`.
    pub(super) fn go(&mut self, node: Node, key: Key, inside: Node) -> Option<Node> {
        if self.steps.is_empty() {
            self.begin();
        }
        let from = self.step(node)?;
        let (other, count) = (from.first, from.count.saturating_add(1));
        let mut to = other;
        for _ in 0..OTHERS {
            let Some(step) = self.step(to).filter(|_| to != Node::ROOT) else { break };
            if self.same(to, self.from(key)).is_some() {
                self.step_mut(node)?.next = to;
                return Some(to);
            }
            to = step.other;
        }
        if count > LONGEST || self.steps.len() > self.most {
            return None;
        }
        to = Node(u32::try_from(self.steps.len()).ok()?);
        let [next, first] = [Node::ROOT; 2];
        self.steps.push(Step { key, from: node, next, first, other, inside, count, list: 0 });
        let from = self.step_mut(node)?;
        (from.first, from.next) = (to, to);
        Some(to)
    }

    /// The keys up to `node`, the last one first.
    pub(super) fn keys(&self, node: Node) -> impl ExactSizeIterator<Item = Key> {
        let count = self.step(node).map_or(0, |step| step.count);
        let mut at = node;
        (0..count as usize).map(move |_| {
            let step = self.step(at);
            at = step.map_or(Node::ROOT, |step| step.from);
            step.map_or(NO_KEY, |step| step.key)
        })
    }

    /// The list of the keys up to `node`; `None` if one of them is there twice.
    pub(super) fn list(&mut self, node: Node) -> Option<&List> {
        if self.step(node)?.list == 0 {
            let list = self.list_of(self.keys(node))?;
            push(&mut self.lists, || list);
            self.step_mut(node)?.list = u32::try_from(self.lists.len()).ok()?;
        }
        self.lists.get(self.step(node)?.list.checked_sub(1)? as usize)
    }

    /// The list of these keys, of which the last one comes first; `None` if one of them is there twice.
    pub(super) fn list_of(&self, from: impl ExactSizeIterator<Item = Key>) -> Option<List> {
        let mut keys = Vec::with_capacity(from.len());
        for key in from {
            match short(self.from(key)) {
                Some((bytes, len, _)) => push(&mut keys, || Text::cut(bytes, len)),
                None => keys.push(self.decode(key)?),
            }
        }
        keys.reverse();
        if keys.is_sorted_by(|a, b| a < b) {
            return Some(List { keys: Keys::ascending(keys), order: Vec::new() });
        }
        let mut pairs: Vec<_> = keys.into_iter().zip(0_u32..).collect();
        pairs.sort_unstable();
        let (keys, order): (Vec<_>, _) = pairs.into_iter().unzip();
        keys.is_sorted_by(|a, b| a < b).then(|| List { keys: Keys::ascending(keys), order })
    }

    /// What a key stands for; `None` if that is no string.
    fn decode(&self, key: Key) -> Option<Text> {
        let key = self.from(key).get(..key.len as usize)?;
        let end = key.iter().rposition(|byte| *byte == b'"')?;
        let inner = core::str::from_utf8(key.get(..end)?).ok()?;
        match string(&json::unescape(inner)?)? {
            Value::Text(key) => Some(key),
            _ => None, // wildcard: a tagged string is no key
        }
    }

    #[inline]
    fn step(&self, node: Node) -> Option<&Step> {
        self.steps.get(node.0 as usize)
    }

    fn step_mut(&mut self, node: Node) -> Option<&mut Step> {
        self.steps.get_mut(node.0 as usize)
    }
}

/// The keys of an object that has ended.
#[derive(Debug)]
pub(super) struct List {
    keys: Keys,
    /// Where the values of these keys stand in the text, counted from the first; empty if they stand as the keys do.
    order: Vec<u32>,
}

impl List {
    /// A map of these keys with the values from `start` on, which are taken away.
    pub(super) fn map(&self, values: &mut Vec<Value>, start: usize) -> Option<Arc<Map>> {
        // Exactly as much room as is needed.
        if self.order.is_empty() {
            return Some(Arc::new(Map::of(self.keys.clone(), values.split_off(start))));
        }
        let taken = values.get_mut(start..)?;
        let take = |at: &u32| taken.get_mut(*at as usize).map(core::mem::take).unwrap_or_default();
        let ordered = self.order.iter().map(take).collect();
        values.truncate(start);
        Some(Arc::new(Map::of(self.keys.clone(), ordered)))
    }
}
