//! The lists of keys of texts. Objects at one place mostly have the same keys in the same order, so the keys that came
//! are kept as steps from one key to the next, and each step remembers which one followed it. A key that is guessed right
//! costs one comparison, and an object whose keys have been there before shares their list: no allocation.

use super::read::short;
use super::{push, string};
use crate::json;
use crate::value::{Keys, Map, Text, Value};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// The most steps: further lists of keys are not shared.
const MOST: usize = 1024;

/// The most bytes that the keys of steps and lists take, if they are to be kept for the next text.
const KEPT: usize = 256 * 1024;

/// A text has at most one step for as many bytes, so that many keys in a small one do not take much room.
const BYTES: usize = 24;

/// Room for so many steps is made at once: those of a small text, in 1 KiB.
const FIRST: usize = 27;

/// Room for so many lists is made at once.
const LISTS: usize = 8;

/// The most steps of an object. What has more keys is no item of a kind: each of its keys is its own.
const LONGEST: u32 = 64;

/// What is looked at of a key at once.
const WINDOW: usize = 24;

/// How many other steps are looked at where a guess was wrong.
const OTHERS: usize = 16;

/// A step: the keys from the first to this one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Node(u32);

impl Node {
    /// Before the first key; as a guess, none.
    pub(super) const ROOT: Self = Self(0);
}

/// A key as it stands in a text: from behind its opening quote up to its colon, and what is behind it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key<'k> {
    from: &'k [u8],
    len: usize,
}

impl<'k> Key<'k> {
    /// The key at the front of `rest`, which ends where `behind` begins.
    pub(super) fn new(rest: &'k [u8], behind: &[u8]) -> Self {
        Self { from: rest, len: rest.len().saturating_sub(behind.len()) }
    }

    /// What it stands for; `None` if that is no string.
    pub(super) fn decode(self) -> Option<Text> {
        if let Some((bytes, len, _)) = short(self.from) {
            return Some(Text::cut(bytes, len));
        }
        let key = self.from.get(..self.len)?;
        let end = key.iter().rposition(|byte| *byte == b'"')?;
        let inner = core::str::from_utf8(key.get(..end)?).ok()?;
        // A tagged string is no key.
        if let Value::Text(key) = string(&json::unescape(inner)?)? { Some(key) } else { None }
    }
}

/// Where the key of a step is kept.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    at: u32,
    len: u32,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Shapes {
    /// The keys of all steps, each with at least [`WINDOW`] bytes.
    keys: Vec<u8>,
    steps: Vec<Step>,
    lists: Vec<List>,
    /// The bytes that the keys of all lists take.
    listed: usize,
    most: usize,
}

#[derive(Clone, Debug)]
struct Step {
    key: Place,
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

impl Shapes {
    /// Allows for the steps of a text of so many bytes, beside those that are there.
    pub(super) fn expect(&mut self, bytes: usize) {
        let more = bytes.checked_div(BYTES).unwrap_or_default();
        self.most = self.steps.len().saturating_add(more).min(MOST);
    }

    /// Forgets everything if it is too much to be kept for the next text.
    pub(super) fn end(&mut self) {
        if self.steps.len() >= MOST || self.keys.len().saturating_add(self.listed) > KEPT {
            *self = Self::default();
        }
    }

    /// The step before the first key of all objects.
    fn begin(&mut self) {
        self.lists.reserve_exact(LISTS);
        self.keys.reserve_exact(self.most.min(FIRST).saturating_mul(WINDOW));
        self.steps.reserve_exact(self.most.min(FIRST).saturating_add(1));
        let [from, next, first, other, inside] = [Node::ROOT; 5];
        self.steps.push(Step { key: Place::default(), from, next, first, other, inside, count: 0, list: 0 });
    }

    /// The key of a step, and what is stored behind it.
    #[inline]
    fn window(&self, key: Place) -> &[u8] {
        self.keys.get(key.at as usize..).unwrap_or_default()
    }

    /// What stands behind the key of `guess`, if `rest` begins with it.
    #[inline]
    pub(super) fn same<'a>(&self, guess: Node, rest: &'a [u8]) -> Option<&'a [u8]> {
        let key = self.step(guess).filter(|_| guess != Node::ROOT)?.key;
        let (from, len) = (self.window(key), key.len as usize);
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
    pub(super) fn go(&mut self, node: Node, key: Key<'_>, inside: Node) -> Option<Node> {
        if self.steps.is_empty() {
            self.begin();
        }
        let from = self.step(node)?;
        let (other, count) = (from.first, from.count.saturating_add(1));
        let mut to = other;
        for _ in 0..OTHERS {
            let Some(step) = self.step(to).filter(|_| to != Node::ROOT) else { break };
            if self.same(to, key.from).is_some() {
                self.step_mut(node)?.next = to;
                return Some(to);
            }
            to = step.other;
        }
        if count > LONGEST || self.steps.len() > self.most {
            return None;
        }
        to = Node(u32::try_from(self.steps.len()).ok()?);
        let key = self.keep(key.from.get(..key.len)?)?;
        let [next, first] = [Node::ROOT; 2];
        self.steps.push(Step { key, from: node, next, first, other, inside, count, list: 0 });
        let from = self.step_mut(node)?;
        (from.first, from.next) = (to, to);
        Some(to)
    }

    fn keep(&mut self, key: &[u8]) -> Option<Place> {
        let place = Place { at: u32::try_from(self.keys.len()).ok()?, len: u32::try_from(key.len()).ok()? };
        self.keys.extend_from_slice(key);
        let end = self.keys.len().saturating_add(WINDOW.saturating_sub(key.len()));
        self.keys.resize(end, 0);
        Some(place)
    }

    /// The keys up to `node`; `None` if one of them is no string.
    pub(super) fn keys(&self, node: Node) -> Option<Vec<Text>> {
        let mut keys = Vec::with_capacity(self.step(node)?.count as usize);
        let mut at = node;
        while at != Node::ROOT {
            let step = self.step(at)?;
            keys.push(Key { from: self.window(step.key), len: step.key.len as usize }.decode()?);
            at = step.from;
        }
        keys.reverse();
        Some(keys)
    }

    /// The list of the keys up to `node`; `None` if one of them is there twice.
    pub(super) fn list(&mut self, node: Node) -> Option<&List> {
        if self.step(node)?.list == 0 {
            let keys = self.keys(node)?;
            let bytes = keys.iter().map(|key| key.len().saturating_add(size_of::<Text>())).sum();
            self.listed = self.listed.saturating_add(bytes);
            let list = list_of(keys)?;
            push(&mut self.lists, || list);
            self.step_mut(node)?.list = u32::try_from(self.lists.len()).ok()?;
        }
        self.lists.get(self.step(node)?.list.checked_sub(1)? as usize)
    }

    #[inline]
    fn step(&self, node: Node) -> Option<&Step> {
        self.steps.get(node.0 as usize)
    }

    fn step_mut(&mut self, node: Node) -> Option<&mut Step> {
        self.steps.get_mut(node.0 as usize)
    }
}

/// The list of these keys; `None` if one of them is there twice.
pub(super) fn list_of(keys: Vec<Text>) -> Option<List> {
    if keys.is_sorted_by(|a, b| a < b) {
        return Some(List { keys: Keys::ascending(keys), order: Vec::new() });
    }
    let mut pairs: Vec<_> = keys.into_iter().zip(0_u32..).collect();
    pairs.sort_unstable();
    let (keys, order): (Vec<_>, _) = pairs.into_iter().unzip();
    keys.is_sorted_by(|a, b| a < b).then(|| List { keys: Keys::ascending(keys), order })
}

/// The keys of an object that has ended.
#[derive(Clone, Debug)]
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
