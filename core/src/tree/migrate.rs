//! From one schema version to the next: all steps or none (decisions K22, K23).

use super::place::{self, Slot};
use super::{Schema, Tree, depth, size};
use crate::document::{self, MigrationFailed};
use crate::fields::Refused;
use crate::ids::SchemaVersion;
use crate::value::{Map, Path, Segment, Value};
use alloc::sync::Arc;

/// One step of a migration, a pure function of the data.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_enums, reason = "what the others cannot say, `Custom` can")]
pub enum Step {
    /// Moves a value to another path, and makes the tables that are missing on the way. Nothing to do if it is absent;
    /// refused if something is there already, since one of the two would be lost.
    Rename {
        /// The old path.
        from: Path,
        /// The new path.
        to: Path,
    },
    /// Adds a value where nothing is.
    AddDefault {
        /// The path.
        path: Path,
        /// The value.
        value: Value,
    },
    /// Removes a value. Nothing to do if it is absent.
    Drop {
        /// The path.
        path: Path,
    },
    /// Anything else. It must be total and depend on the data alone: it may be run again after a lost reply.
    Custom(fn(&mut Value) -> Result<(), Refused>),
}

/// Takes all steps from version `from` to version `to`. Equal versions need none; data ahead of the code are never brought
/// back (P8a), so `from > to` is a missing step.
///
/// # Errors
/// [`MigrationFailed::Missing`] before any step was taken, [`MigrationFailed::Step`] if one refused the data or nested them
/// too deep, [`MigrationFailed::TooBig`] if they outgrew the schema. The tree is as it was in each case.
pub(super) fn migrate(
    tree: &mut Tree,
    schema: &Schema,
    from: SchemaVersion,
    to: SchemaVersion,
) -> Result<(), MigrationFailed> {
    let chain = document::chain(|version| schema.steps(version), from, to)?;
    // On a copy, which costs nothing before the first write: a step that refuses may have changed something before (K22).
    let mut root = tree.root.clone();
    let was_in_depth = depth::fits(0, &root);
    for (version, steps) in chain {
        for step in steps {
            take(step, &mut root).map_err(|Refused| MigrationFailed::Step(version))?;
        }
        if was_in_depth && !depth::fits(0, &root) {
            return Err(MigrationFailed::Step(version));
        }
    }
    let (before, bytes) = (tree.bytes(schema), size::of(&root, Some(schema.root()), schema));
    if bytes > schema.max_bytes() && bytes > before {
        return Err(MigrationFailed::TooBig(to));
    }
    tree.root = root;
    tree.bytes.set(bytes);
    Ok(())
}

fn take(step: &Step, root: &mut Value) -> Result<(), Refused> {
    match step {
        Step::Rename { from, to } => match take_out(root, from) {
            None => Ok(()),
            Some(_) if to.of(root).is_some() => Err(Refused),
            Some(value) => put_in(root, to.segments(), value),
        },
        Step::AddDefault { path, value } => {
            if path.of(root).is_none() && !matches!(value, Value::Nil) {
                put_in(root, path.segments(), value.clone())?;
            }
            Ok(())
        }
        Step::Drop { path } => {
            take_out(root, path);
            Ok(())
        }
        Step::Custom(run) => run(root),
    }
}

fn take_out(root: &mut Value, path: &Path) -> Option<Value> {
    path.of(root)?;
    let (parent, last) = place::parent_mut(root, path.segments())?;
    place::take(parent, last)
}

/// Puts a value where nothing is.
fn put_in(table: &mut Value, segments: &[Segment], value: Value) -> Result<(), Refused> {
    let Some((first, rest)) = segments.split_first() else {
        return Err(Refused);
    };
    match place::slot(table, first) {
        Slot::Taken(at) => put_in(place::at_mut(table, at).ok_or(Refused)?, rest, value),
        Slot::Free => {
            let value = made(rest, value)?;
            place::add(table, first, value).map_err(|_| Refused)
        }
        Slot::Wrong => Err(Refused),
    }
}

/// A value with the tables around it that its way asks for.
pub(crate) fn made(way: &[Segment], value: Value) -> Result<Value, Refused> {
    way.iter().rev().try_fold(value, |value, segment| match segment {
        Segment::Key(key) => Ok(Value::Map(Arc::new(Map::from_iter([(key.clone(), value)])))),
        Segment::Index(_) => Err(Refused),
    })
}
