//! Tables with string keys. Tables of one kind, the items of an inventory, share one list of keys.

use super::{Text, Value};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::hash::{Hash, Hasher};

/// In a table of up to so many keys, one is looked for among all.
const SMALL: usize = 16;

/// The keys of a map, ascending byte by byte, each once. Shared by every map that has exactly these.
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Keys(Arc<List>);

#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
struct List {
    keys: Vec<Text>,
    /// True if each is plain, see [`Text::is_plain`]; so whoever writes them need not look.
    is_plain: bool,
}

impl List {
    fn new(keys: Vec<Text>) -> Self {
        Self { is_plain: keys.iter().all(Text::is_plain), keys }
    }
}

impl Default for List {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl Keys {
    /// Keys in any order; of equal ones, one is kept.
    pub fn new(mut keys: Vec<Text>) -> Self {
        keys.sort_unstable();
        keys.dedup();
        Self::ascending(keys)
    }

    /// Keys that ascend already, each once: whoever calls has seen to it.
    pub(crate) fn ascending(keys: Vec<Text>) -> Self {
        Self(Arc::new(List::new(keys)))
    }

    /// True if each key is plain, see [`Text::is_plain`].
    #[inline]
    pub(crate) fn is_plain(&self) -> bool {
        self.0.is_plain
    }

    fn insert(&mut self, at: usize, key: Text) {
        let list = Arc::make_mut(&mut self.0);
        list.is_plain &= key.is_plain();
        list.keys.insert(at, key);
    }

    fn remove(&mut self, at: usize) {
        let list = Arc::make_mut(&mut self.0);
        list.keys.remove(at);
        list.is_plain = list.keys.iter().all(Text::is_plain);
    }

    /// The keys, ascending.
    pub fn as_slice(&self) -> &[Text] {
        &self.0.keys
    }

    /// Number of keys.
    pub fn len(&self) -> usize {
        self.0.keys.len()
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.0.keys.is_empty()
    }

    /// Where the key is, or where it belongs.
    ///
    /// # Errors
    /// The key is absent; its place is given.
    pub fn find(&self, key: &[u8]) -> Result<usize, usize> {
        self.0.keys.binary_search_by(|it| it.as_bytes().cmp(key))
    }

    /// As [`find`](Self::find), for a key that is one already.
    #[inline]
    pub(crate) fn place(&self, key: &Text) -> Result<usize, usize> {
        // Equality costs less than order, and most tables are small.
        if self.0.keys.len() <= SMALL
            && let Some(at) = self.0.keys.iter().position(|it| it == key)
        {
            return Ok(at);
        }
        self.0.keys.binary_search(key)
    }

    fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

/// A table with string keys, in the order of their bytes. No value is [`Value::Nil`].
#[derive(Clone, Debug, Default)]
pub struct Map {
    keys: Keys,
    values: Vec<Value>,
}

impl Map {
    /// A map without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// A map with these keys, and their values in the same order; `None` unless there are as many of both, and no `Nil`.
    pub fn with(keys: Keys, values: Vec<Value>) -> Option<Self> {
        let fits = keys.len() == values.len() && !values.iter().any(|value| matches!(value, Value::Nil));
        fits.then_some(Self { keys, values })
    }

    /// A map with these keys, and their values in the same order: as many of both, and no `Nil`; whoever calls has seen to
    /// it.
    pub(crate) fn of(keys: Keys, values: Vec<Value>) -> Self {
        Self { keys, values }
    }

    /// The keys.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The values in the order of the keys.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The value of a key.
    pub fn get(&self, key: impl AsRef<[u8]>) -> Option<&Value> {
        self.values.get(self.keys.find(key.as_ref()).ok()?)
    }

    /// Puts a value, and gives back what it replaces, or `Nil`. Putting `Nil` removes the key, as in Luau.
    pub fn insert(&mut self, key: impl Into<Text>, value: Value) -> Value {
        let key = key.into();
        if matches!(value, Value::Nil) {
            return self.remove(key.as_bytes());
        }
        match self.keys.find(key.as_bytes()) {
            Ok(at) => self.values.get_mut(at).map_or(Value::Nil, |old| core::mem::replace(old, value)),
            Err(at) => {
                self.keys.insert(at, key);
                self.values.insert(at, value);
                Value::Nil
            }
        }
    }

    /// The value at a place in the order of the keys, to be changed. It must not become `Nil`.
    pub(crate) fn value_mut(&mut self, at: usize) -> Option<&mut Value> {
        self.values.get_mut(at)
    }

    /// Removes a key and gives back its value, or `Nil`.
    pub fn remove(&mut self, key: impl AsRef<[u8]>) -> Value {
        let Ok(at) = self.keys.find(key.as_ref()) else {
            return Value::Nil;
        };
        self.keys.remove(at);
        self.values.remove(at)
    }

    /// All entries, ascending by key.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Text, &Value)> {
        self.keys.as_slice().iter().zip(&self.values)
    }
}

impl PartialEq for Map {
    fn eq(&self, other: &Self) -> bool {
        self.keys.is_same(&other.keys) && self.values == other.values
    }
}

impl Eq for Map {}

impl PartialOrd for Map {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Map {
    fn cmp(&self, other: &Self) -> Ordering {
        self.iter().cmp(other.iter())
    }
}

impl Hash for Map {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.keys.hash(state);
        self.values.hash(state);
    }
}

impl<K: Into<Text>> FromIterator<(K, Value)> for Map {
    /// Of equal keys, the last one counts; with `Nil`, it removes the key. Takes n log n steps, and n if the keys ascend.
    fn from_iter<I: IntoIterator<Item = (K, Value)>>(entries: I) -> Self {
        let mut entries: Vec<(Text, Value)> = entries.into_iter().map(|(key, value)| (key.into(), value)).collect();
        entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        entries.dedup_by(|later, earlier| {
            let same = later.0 == earlier.0;
            if same {
                core::mem::swap(later, earlier);
            }
            same
        });
        entries.retain(|(_, value)| !matches!(value, Value::Nil));
        let (keys, values) = entries.into_iter().unzip();
        Self::of(Keys::ascending(keys), values)
    }
}
