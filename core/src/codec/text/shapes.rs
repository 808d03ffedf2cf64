//! The lists of keys of one text. Objects at one place mostly have the same keys in the same order, so the keys that came
//! are kept as steps from one key to the next, and each step remembers which one followed it. A key that is guessed right
//! costs one comparison, and an object whose keys have been there before shares their list: no allocation.

use crate::value::{Keys, Map, Text, Value};
use alloc::vec::Vec;

/// The most steps of a text: further lists of keys are not shared.
const MOST: usize = 1024;

/// A text has at most one step for as many bytes, so that many keys in a small one do not take much room.
const BYTES: usize = 24;

/// Room for so many steps is made at once.
const FIRST: usize = 64;

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

#[derive(Debug)]
pub(super) struct Shapes {
    steps: Vec<Step>,
    lists: Vec<List>,
    most: usize,
}

#[derive(Debug)]
struct Step {
    key: Text,
    /// The key stands in the text as it is.
    plain: bool,
    /// Each key is greater than the one before.
    ascends: bool,
    /// Number of keys.
    count: u32,
    from: Node,
    /// The step that followed when an object was last here.
    next: Node,
    /// One of the steps that follow; each tells of one more.
    first: Node,
    other: Node,
    /// The first step of the object that was last the value of this key, or an element of it.
    inside: Node,
    /// The place of its list behind the last: 0 as long as no object has ended here.
    list: usize,
}

impl Shapes {
    /// No steps, for a text of so many bytes.
    pub(super) fn new(bytes: usize) -> Self {
        Self { steps: Vec::new(), lists: Vec::new(), most: bytes.checked_div(BYTES).unwrap_or_default().min(MOST) }
    }

    /// The step before the first key of all objects.
    fn begin(&mut self) {
        self.steps.reserve_exact(self.most.min(FIRST).saturating_add(1));
        let [from, next, first, other, inside] = [Node::ROOT; 5];
        let key = Text::default();
        self.steps.push(Step { key, plain: false, ascends: true, count: 0, from, next, first, other, inside, list: 0 });
    }

    /// What stands behind the key of `guess` if that key is next in the text, whose quote has been read.
    #[inline]
    pub(super) fn same<'a>(&self, guess: Node, text: &'a [u8]) -> Option<&'a [u8]> {
        let step = self.step(guess).filter(|step| step.plain)?;
        text.strip_prefix(step.key.as_bytes())?.strip_prefix(b"\"")
    }

    /// The step that followed `node` last.
    #[inline]
    pub(super) fn next(&self, node: Node) -> Node {
        self.step(node).map_or(Node::ROOT, |step| step.next)
    }

    /// The first step of the object that was last the value of the key of `node`.
    #[inline]
    pub(super) fn inside(&self, node: Node) -> Node {
        self.step(node).map_or(Node::ROOT, |step| step.inside)
    }

    /// See [`Self::inside`].
    #[inline]
    pub(super) fn set_inside(&mut self, node: Node, inside: Node) {
        if let Some(step) = self.step_mut(node) {
            step.inside = inside;
        }
    }

    /// Goes from `node` over `key`, which is `plain` if it stands in the text as it is; `None` if there is no room for
    /// another step. What is inside a new one is guessed to be `inside`.
    pub(super) fn go(&mut self, node: Node, key: &Text, plain: bool, inside: Node) -> Option<Node> {
        if self.steps.is_empty() {
            self.begin();
        }
        let from = self.step(node)?;
        let mut to = from.first;
        for _ in 0..OTHERS {
            let Some(step) = self.step(to).filter(|_| to != Node::ROOT) else { break };
            if step.key == *key {
                self.step_mut(node)?.next = to;
                return Some(to);
            }
            to = step.other;
        }
        if from.count >= LONGEST || self.steps.len() > self.most {
            return None;
        }
        to = Node(u32::try_from(self.steps.len()).ok()?);
        let step = Step {
            key: key.clone(),
            plain,
            ascends: from.ascends && (node == Node::ROOT || from.key < *key),
            count: from.count.saturating_add(1),
            from: node,
            next: Node::ROOT,
            first: Node::ROOT,
            other: from.first,
            inside,
            list: 0,
        };
        self.steps.push(step);
        let from = self.step_mut(node)?;
        (from.first, from.next) = (to, to);
        Some(to)
    }

    /// The keys up to `node`, in the order of the text.
    pub(super) fn keys(&self, node: Node) -> Vec<Text> {
        let count = self.step(node).map_or(0, |step| step.count);
        let mut keys = Vec::with_capacity(count as usize);
        let mut at = node;
        while let Some(step) = self.step(at).filter(|_| at != Node::ROOT) {
            keys.push(step.key.clone());
            at = step.from;
        }
        keys.reverse();
        keys
    }

    /// The list of the keys up to `node`; `None` if one of them is there twice.
    pub(super) fn list(&mut self, node: Node) -> Option<&List> {
        if self.step(node)?.list == 0 {
            self.lists.push(List::new(self.keys(node))?);
            self.step_mut(node)?.list = self.lists.len();
        }
        self.lists.get(self.step(node)?.list.checked_sub(1)?)
    }

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
    /// The list of keys in the order of a text; `None` if one of them is there twice.
    pub(super) fn new(keys: Vec<Text>) -> Option<Self> {
        if keys.is_sorted_by(|a, b| a < b) {
            return Some(Self { keys: Keys::ascending(keys), order: Vec::new() });
        }
        let mut pairs: Vec<_> = keys.into_iter().zip(0_u32..).collect();
        pairs.sort_unstable();
        let (keys, order): (Vec<_>, _) = pairs.into_iter().unzip();
        keys.is_sorted_by(|a, b| a < b).then(|| Self { keys: Keys::ascending(keys), order })
    }

    /// A map of these keys with the values from `start` on, which are taken away.
    pub(super) fn map(&self, values: &mut Vec<Value>, start: usize) -> Option<Map> {
        // Exactly as much room as is needed.
        if self.order.is_empty() {
            return Map::with(self.keys.clone(), values.drain(start..).collect());
        }
        let taken = values.get_mut(start..)?;
        let take = |at: &u32| taken.get_mut(*at as usize).map(core::mem::take).unwrap_or_default();
        let ordered = self.order.iter().map(take).collect();
        values.truncate(start);
        Map::with(self.keys.clone(), ordered)
    }
}
