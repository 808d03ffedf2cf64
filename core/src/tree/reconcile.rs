//! Bringing data to what the template says: what is missing is added; what nobody knows is taken out only on request, and
//! never from data of another version (DIA-10, decision B5, race R23).

use super::schema::Node;
use super::trail::Trail;
use super::{Change, Schema, Tree};
use crate::document::{Applied, Document, MigrationFailed};
use crate::ids::SchemaVersion;
use crate::ops::{FieldKind, Op};
use crate::value::{Map, Path, Value};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

/// What migrating a record, and adding what is missing, would do to it.
#[derive(Clone, Debug, Eq, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "each outcome is counted by itself")]
pub enum Outcome {
    /// It is as the code wants it.
    Unchanged,
    /// These paths would be added, changed or taken out.
    Changed(Vec<Path>),
    /// It would be refused, and stay as it is.
    Refused(MigrationFailed),
}

/// What migrating a set of records would do, before one is touched.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct DryRun<N> {
    /// Records that would stay as they are.
    pub unchanged: usize,
    /// Records that would change.
    pub changed: usize,
    /// In how many records each path would be added, changed or taken out.
    pub paths: BTreeMap<Path, usize>,
    /// The records that would be refused, and why.
    pub refused: Vec<(N, MigrationFailed)>,
}

/// Migrates copies of records from the version that each has, adds what is missing, and tells what it did to them.
pub fn dry_run<'t, N>(schema: &Schema, records: impl IntoIterator<Item = (N, &'t Tree, SchemaVersion)>) -> DryRun<N> {
    let mut run = DryRun { unchanged: 0, changed: 0, paths: BTreeMap::new(), refused: Vec::new() };
    for (name, tree, version) in records {
        match tree.dry_run(schema, version) {
            Outcome::Unchanged => run.unchanged = run.unchanged.saturating_add(1),
            Outcome::Changed(paths) => {
                run.changed = run.changed.saturating_add(1);
                for path in paths {
                    let count = run.paths.entry(path).or_default();
                    *count = count.saturating_add(1);
                }
            }
            Outcome::Refused(why) => run.refused.push((name, why)),
        }
    }
    run
}

impl Tree {
    /// The change that adds what the template has and these data have not. It replaces nothing, so it may be submitted at
    /// any time, also when a template is registered again while players are online (decision D18).
    ///
    /// Counters and sets count from the template whether or not they are stored, so they are stored as they are.
    pub fn missing(&self, schema: &Schema) -> Change {
        let mut ops = Vec::new();
        missing(self.root(), schema.template(), Some(schema.root()), &Trail::root(), &mut ops);
        // The template keeps to the limits of a change, but for their number: the rest is missing still, and comes next.
        ops.truncate(super::MAX_OPS);
        Change::new(ops).unwrap_or_default()
    }

    /// The change that takes out what neither the template nor a declaration knows, if the data are of the version of the
    /// schema; else one without operations: data of another version are other code's (race R23).
    ///
    /// A table that is empty in the template is an open one, and arrays are left alone: what is in them is the player's.
    pub fn unknown(&self, schema: &Schema, version: SchemaVersion) -> Change {
        let mut ops = Vec::new();
        if version == schema.version() {
            unknown(self.root(), schema.template(), Some(schema.root()), &Trail::root(), &mut ops);
            ops.truncate(super::MAX_OPS);
        }
        Change::new(ops).unwrap_or_default()
    }

    /// What migrating these data from `version`, and then adding what is missing, would do to them; nothing is changed.
    pub fn dry_run(&self, schema: &Schema, version: SchemaVersion) -> Outcome {
        let mut after = self.clone();
        if let Err(failed) = after.migrate(schema, version, schema.version()) {
            return Outcome::Refused(failed);
        }
        // What does not fit into one change comes with the next.
        loop {
            let change = after.missing(schema);
            if change.ops().is_empty() {
                break;
            }
            if matches!(after.apply(schema, &change), Applied::Skipped(_)) {
                return Outcome::Refused(MigrationFailed::TooBig(schema.version()));
            }
        }
        let mut paths = Vec::new();
        differing(Some(self.root()), Some(after.root()), &Trail::root(), &mut paths);
        if paths.is_empty() { Outcome::Unchanged } else { Outcome::Changed(paths) }
    }
}

fn missing<'v>(
    data: &Value,
    template: &'v Value,
    node: Option<&Node>,
    at: &Trail<'_, 'v>,
    ops: &mut Vec<(Path, Op<Value>)>,
) {
    let (Value::Map(data), Value::Map(template)) = (data, template) else {
        return;
    };
    for (key, default) in template.iter() {
        let child = node.and_then(|node| node.key(key));
        let declared = child.and_then(Node::declared);
        let at = at.key(key);
        match (data.get(key.as_bytes()), declared.map(|field| *field.kind())) {
            (Some(value), None) => missing(value, default, child, &at, ops),
            (Some(_), Some(_)) => {}
            (None, Some(FieldKind::Counter(_))) => ops.push((at.path(), Op::Add(0))),
            (None, Some(FieldKind::Set { .. })) => {
                // An empty one is as good as absent.
                if let Value::Array(values) = default
                    && let Some(first) = values.first()
                {
                    ops.push((at.path(), Op::Insert(first.clone())));
                }
            }
            // Counters inside must not be put as a whole.
            (None, None) if child.is_some_and(Node::guards) => {
                missing(&Map::new().into(), default, child, &at, ops);
            }
            (None, Some(FieldKind::Register) | None) => {
                ops.push((at.path(), Op::SetIf { expect: None, value: default.clone() }));
            }
        }
    }
}

fn unknown<'v>(
    data: &'v Value,
    template: &Value,
    node: Option<&Node>,
    at: &Trail<'_, 'v>,
    ops: &mut Vec<(Path, Op<Value>)>,
) {
    let (Value::Map(data), Value::Map(template)) = (data, template) else {
        return;
    };
    if template.is_empty() {
        return;
    }
    for (key, value) in data.iter() {
        let child = node.and_then(|node| node.key(key));
        let at = at.key(key);
        match (template.get(key.as_bytes()), child) {
            (Some(default), _) => {
                if child.and_then(Node::declared).is_none() {
                    unknown(value, default, child, &at, ops);
                }
            }
            (None, Some(_)) => {}
            (None, None) => ops.push((at.path(), Op::Delete)),
        }
    }
}

/// The highest paths that differ.
fn differing<'v>(old: Option<&'v Value>, new: Option<&'v Value>, at: &Trail<'_, 'v>, paths: &mut Vec<Path>) {
    match (old, new) {
        (Some(Value::Map(old)), Some(Value::Map(new))) => {
            for (key, value) in new.iter() {
                differing(old.get(key.as_bytes()), Some(value), &at.key(key), paths);
            }
            for (key, value) in old.iter().filter(|(key, _)| new.get(key.as_bytes()).is_none()) {
                differing(Some(value), None, &at.key(key), paths);
            }
        }
        (old, new) if old != new => paths.push(at.path()),
        (_, _) => {} // wildcard: equal
    }
}
