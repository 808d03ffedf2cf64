//! What the code knows of the data: which paths are counters, sets and registers, what new data look like, and how older
//! data become data of this version.

use super::declared::{Declared, Pattern, Wild};
use super::migrate::Step;
use super::{depth, place, size};
use crate::ids::SchemaVersion;
use crate::ops::{self, Bounds, BoundsPolicy, FieldKind, MAX_EXACT, Op};
use crate::stored::DATA_MAX_BYTES;
use crate::value::{Path, Segment, Text, Value};
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::fmt;

/// What a number is that the schema does not declare.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "the two ways to read an undeclared number")]
pub enum Undeclared {
    /// A register: the last commit wins. Nothing is ever added up that nobody declared (race R15).
    #[default]
    Registers,
    /// A counter if it is a whole number within ±2^53, as Diary treats every number: two servers' differences add up. `Set`
    /// still replaces it.
    Counters,
}

/// Configuration: checked once, never a state.
#[derive(Clone, Debug)]
pub struct Schema {
    version: SchemaVersion,
    root: Node,
    declared: Vec<Declared>,
    template: Value,
    undeclared: Undeclared,
    steps: BTreeMap<SchemaVersion, Vec<Step>>,
    max_bytes: usize,
}

/// What is declared at a path and below it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Node {
    declared: Option<Declared>,
    keys: BTreeMap<Text, Node>,
    any: Option<Box<Node>>,
    /// True if a counter or set with a path of its own stands below: then this table is never replaced as a whole, for what
    /// others added meanwhile would be lost.
    guards: bool,
}

impl Node {
    /// One step further; a key that is declared by name goes before any key.
    pub(crate) fn child(&self, segment: &Segment) -> Option<&Self> {
        match segment {
            Segment::Key(key) => self.key(key),
            Segment::Index(_) => self.any.as_deref(),
        }
    }

    pub(crate) fn key(&self, key: &Text) -> Option<&Self> {
        // Most of a document is undeclared, and most declarations have no names to compare.
        if self.keys.is_empty() { self.any.as_deref() } else { self.keys.get(key).or(self.any.as_deref()) }
    }

    /// What is declared below any key holds below each key that is named, but where more is declared by name.
    fn spread(&mut self) {
        if let Some(any) = &self.any {
            self.keys.values_mut().for_each(|named| named.also(any));
        }
        self.keys.values_mut().for_each(Self::spread);
        if let Some(any) = &mut self.any {
            any.spread();
        }
    }

    fn also(&mut self, other: &Self) {
        // What is one whole by its name has no parts; what has parts by its name is not one whole.
        if self.declared.is_some() || other.declared.is_some() {
            return;
        }
        for (key, node) in &other.keys {
            self.keys.entry(key.clone()).or_default().graft(node);
        }
        if let Some(node) = &other.any {
            self.any.get_or_insert_default().graft(node);
        }
    }

    fn graft(&mut self, other: &Self) {
        let is_new = self.declared.is_none() && self.keys.is_empty() && self.any.is_none();
        if is_new {
            *self = other.clone();
        } else {
            self.also(other);
        }
    }

    pub(crate) fn element(&self) -> Option<&Self> {
        self.any.as_deref()
    }

    pub(crate) fn declared(&self) -> Option<&Declared> {
        self.declared.as_ref()
    }

    pub(crate) fn guards(&self) -> bool {
        self.guards
    }
}

/// What a path is by a schema.
#[derive(Clone, Copy, Debug)]
pub(super) enum Found<'s> {
    /// Declared.
    Declared(&'s Declared),
    /// Not declared; true if a table there must not be replaced as a whole.
    Undeclared(bool),
    /// Inside of something that is only replaced as a whole.
    Inside,
}

impl Schema {
    /// The schema of data of one version. New players get the template.
    ///
    /// # Errors
    /// [`BadSchema`] names what does not fit together: two declarations of one path or one inside the other, a template
    /// that is too deep or not what is declared, a counter without a beginning within its bounds.
    pub fn new(version: SchemaVersion, template: Value, declared: Vec<Declared>) -> Result<Self, BadSchema> {
        let mut root = Node::default();
        for field in &declared {
            declare(&mut root, field)?;
        }
        root.spread();
        if !depth::fits(0, &template) {
            return Err(BadSchema::TooDeep);
        }
        let schema = Self {
            version,
            root,
            declared,
            template,
            undeclared: Undeclared::default(),
            steps: BTreeMap::new(),
            max_bytes: DATA_MAX_BYTES,
        };
        schema.declared.iter().try_for_each(|field| schema.check(field))?;
        schema.check_size()?;
        Ok(schema)
    }

    /// Says what undeclared numbers are.
    pub fn with_undeclared(mut self, numbers: Undeclared) -> Self {
        self.undeclared = numbers;
        self
    }

    /// Adds the steps from the version before `to` to `to`. A version that changes nothing needs an empty list: a missing
    /// one is an error, not an assumption (KIT-7).
    ///
    /// # Errors
    /// [`BadSchema::Step`] if `to` is 0 or beyond the version of the schema, or has its steps already.
    pub fn with_steps(mut self, to: SchemaVersion, steps: Vec<Step>) -> Result<Self, BadSchema> {
        let is_in_range = to > SchemaVersion(0) && to <= self.version;
        if !is_in_range || self.steps.contains_key(&to) {
            return Err(BadSchema::Step(to));
        }
        self.steps.insert(to, steps);
        Ok(self)
    }

    /// Sets the largest document in bytes, as [`Tree::bytes`](super::Tree::bytes) counts. Default [`DATA_MAX_BYTES`], which
    /// is also the most.
    ///
    /// # Errors
    /// [`BadSchema::TooBig`] beyond that, or if the template is larger.
    pub fn with_max_bytes(mut self, max_bytes: usize) -> Result<Self, BadSchema> {
        if max_bytes > DATA_MAX_BYTES {
            return Err(BadSchema::TooBig(max_bytes));
        }
        self.max_bytes = max_bytes;
        self.check_size()?;
        Ok(self)
    }

    /// The version of the data that the declarations describe.
    pub fn version(&self) -> SchemaVersion {
        self.version
    }

    /// The data of a new player.
    pub fn template(&self) -> &Value {
        &self.template
    }

    /// The declarations, as they were given.
    pub fn declared(&self) -> &[Declared] {
        &self.declared
    }

    /// What undeclared numbers are.
    pub fn undeclared(&self) -> Undeclared {
        self.undeclared
    }

    /// The largest document in bytes.
    pub fn max_bytes(&self) -> usize {
        self.max_bytes
    }

    /// The steps that lead to a version from the one before it.
    pub fn steps(&self, to: SchemaVersion) -> Option<&[Step]> {
        self.steps.get(&to).map(Vec::as_slice)
    }

    pub(crate) fn root(&self) -> &Node {
        &self.root
    }

    pub(super) fn find(&self, path: &Path) -> Found<'_> {
        let mut node = &self.root;
        for segment in path.segments() {
            if node.declared.is_some() {
                return Found::Inside;
            }
            let Some(child) = node.child(segment) else {
                return Found::Undeclared(false);
            };
            node = child;
        }
        node.declared.as_ref().map_or(Found::Undeclared(node.guards), Found::Declared)
    }

    /// True if a whole number that nobody declared is a counter here. In place of a table that `guards` a declared amount
    /// nothing is counted: the amount could never come back.
    pub(super) fn counts(&self, guards: bool) -> bool {
        self.undeclared == Undeclared::Counters && !guards
    }

    /// True if the operation is a credit of what it finds there, counters that nobody declared included.
    pub(super) fn is_credit(&self, path: &Path, op: &Op<Value>) -> bool {
        // An element of an array may have moved when the change comes late.
        let may_move = path.segments().iter().any(|segment| matches!(segment, Segment::Index(_)));
        !may_move
            && match self.find(path) {
                Found::Declared(field) => ops::is_credit(field.kind(), op),
                Found::Undeclared(guards) => self.counts(guards) && ops::is_credit(&FieldKind::Counter(ANY_EXACT), op),
                Found::Inside => false,
            }
    }

    /// A declaration beside the template.
    fn check(&self, field: &Declared) -> Result<(), BadSchema> {
        let path = field.pattern().path();
        let begins = path.as_ref().and_then(|path| path.of(&self.template));
        let fits = match (field.kind(), begins) {
            (FieldKind::Register, _) | (FieldKind::Set { .. }, None) => true,
            (FieldKind::Counter(bounds), None) => field.is_retired() || bounds.contains(0),
            (FieldKind::Counter(bounds), Some(value)) => place::exact(value).is_some_and(|it| bounds.contains(it)),
            (FieldKind::Set { max_len }, Some(value)) => {
                place::as_set(value).is_some_and(|set| u32::try_from(set.len()).is_ok_and(|len| len <= *max_len))
            }
        };
        let is_absent_if_retired = !field.is_retired() || begins.is_none();
        if fits && is_absent_if_retired { Ok(()) } else { Err(BadSchema::Template(field.pattern().clone())) }
    }

    fn check_size(&self) -> Result<(), BadSchema> {
        let bytes = size::of(&self.template, Some(&self.root), self);
        if bytes > self.max_bytes { Err(BadSchema::TooBig(bytes)) } else { Ok(()) }
    }
}

/// The bounds of a counter that nobody declared.
pub(super) const ANY_EXACT: Bounds = match Bounds::new(-MAX_EXACT, MAX_EXACT, BoundsPolicy::Reject) {
    Ok(bounds) => bounds,
    Err(_) => panic!("the bounds are exact"),
};

fn declare(root: &mut Node, field: &Declared) -> Result<(), BadSchema> {
    let pattern = field.pattern();
    let twice = || BadSchema::Twice(pattern.clone());
    if pattern.steps().is_empty() || pattern.steps().len() > depth::MAX_DEPTH {
        return Err(BadSchema::Pattern(pattern.clone()));
    }
    let is_amount = !matches!(field.kind(), FieldKind::Register);
    // Behind a star stands one of many, which comes and goes with the table that it is in.
    let has_star = pattern.steps().contains(&Wild::Any);
    let mut node = root;
    for step in pattern.steps() {
        if node.declared.is_some() {
            return Err(twice());
        }
        node.guards |= is_amount && !has_star;
        node = match step {
            Wild::Key(key) => node.keys.entry(key.clone()).or_default(),
            Wild::Any => node.any.get_or_insert_default(),
        };
    }
    if node.declared.is_some() || !node.keys.is_empty() || node.any.is_some() {
        return Err(twice());
    }
    node.declared = Some(field.clone());
    Ok(())
}

/// A schema that was refused.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum BadSchema {
    /// No path has this form, or it is too long.
    Pattern(Pattern),
    /// Two declarations have this form, or one stands inside of what the other declares.
    Twice(Pattern),
    /// The template has something else here than is declared; or it has nothing, and 0 is out of bounds; or the field is
    /// retired and yet there.
    Template(Pattern),
    /// The template is nested too deep.
    TooDeep,
    /// The steps to this version are there already, or no data of the schema can have this version.
    Step(SchemaVersion),
    /// So many bytes do not fit a record, or the template does not fit into the limit that was set.
    TooBig(usize),
}

impl fmt::Display for BadSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pattern(pattern) => write!(f, "{pattern} is no path that data can have: name 1 to 26 steps"),
            Self::Twice(pattern) => write!(f, "{pattern} is declared twice, or inside of another declaration"),
            Self::Template(pattern) => {
                write!(
                    f,
                    "the template does not fit the declaration of {pattern}: its kind, its bounds or its retirement"
                )
            }
            Self::TooDeep => write!(f, "the template is nested deeper than {} tables", depth::MAX_DEPTH),
            Self::Step(version) => write!(f, "steps to schema {version} are given twice or lead beyond the schema"),
            Self::TooBig(bytes) => {
                write!(f, "{bytes} bytes are too many for the data of a record; at most {DATA_MAX_BYTES}")
            }
        }
    }
}

impl core::error::Error for BadSchema {}
