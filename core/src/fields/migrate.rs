//! Migration: steps from version to version, all or none (decisions K22, K23; KIT-7).

use crate::document::{self, MigrationFailed};
use crate::fields::{Field, FieldName, Fields, Shape};
use crate::ids::SchemaVersion;
use crate::stored::Stored;

/// One step of a migration, a pure function of the data.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_enums, reason = "what the others cannot say, `Custom` can")]
pub enum Step<V> {
    /// Gives a field a new name. Nothing to do if it is absent; refused if the new name is taken, since one of the two
    /// values would be lost.
    Rename {
        /// The old name.
        from: FieldName,
        /// The new name.
        to: FieldName,
    },
    /// Adds a field. Nothing to do if it is there.
    AddDefault {
        /// The name.
        name: FieldName,
        /// The value.
        value: Field<V>,
    },
    /// Removes a field. Nothing to do if it is absent.
    Drop {
        /// The name.
        name: FieldName,
    },
    /// Anything else. It must be total and depend on the data alone: it may be run again after a lost reply.
    Custom(fn(&mut Fields<V>) -> Result<(), Refused>),
}

/// A step that cannot be taken with these data.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_structs, reason = "a refusal says no more than that it is one")]
pub struct Refused;

/// Takes all steps from version `from` to version `to`. Equal versions need none; data ahead of the code are never
/// brought back (P8a), so `from > to` is a missing step.
///
/// # Errors
/// [`MigrationFailed::Missing`] before any step was taken, [`MigrationFailed::Step`] if one refused the data,
/// [`MigrationFailed::TooBig`] if they outgrew the shape. The document is as it was in each case.
pub(super) fn migrate<V: Clone + Stored>(
    fields: &mut Fields<V>,
    shape: &Shape<V>,
    from: SchemaVersion,
    to: SchemaVersion,
) -> Result<(), MigrationFailed> {
    let chain = document::chain(|version| shape.steps(version), from, to)?;
    // On a copy: a step that refuses may have changed something before (K22).
    let mut copy = fields.clone();
    for (version, steps) in chain {
        for step in steps {
            take(step, &mut copy).map_err(|Refused| MigrationFailed::Step(version))?;
        }
    }
    if copy.bytes > shape.max_bytes() && copy.bytes > fields.bytes {
        return Err(MigrationFailed::TooBig(to));
    }
    *fields = copy;
    Ok(())
}

fn take<V: Clone + Stored>(step: &Step<V>, fields: &mut Fields<V>) -> Result<(), Refused> {
    match step {
        Step::Rename { from, to } => rename(fields, from, to),
        Step::AddDefault { name, value } => {
            if fields.get(name.as_str()).is_none() {
                fields.insert(name.clone(), value.clone());
            }
            Ok(())
        }
        Step::Drop { name } => {
            fields.remove(name.as_str());
            Ok(())
        }
        Step::Custom(run) => run(fields),
    }
}

fn rename<V: Stored>(fields: &mut Fields<V>, from: &FieldName, to: &FieldName) -> Result<(), Refused> {
    let Some(field) = fields.remove(from.as_str()) else {
        return Ok(());
    };
    match fields.insert(to.clone(), field) {
        None => Ok(()),
        Some(_) => Err(Refused),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use alloc::vec;

    fn name(text: &str) -> FieldName {
        FieldName::new(text).unwrap()
    }

    fn fields(of: &[(&str, i64)]) -> Fields<u8> {
        let mut fields = Fields::new();
        for (field, value) in of {
            fields.insert(name(field), Field::Counter(*value));
        }
        fields
    }

    fn after(step: Step<u8>, of: &[(&str, i64)]) -> Result<Fields<u8>, MigrationFailed> {
        let shape = Shape::new(SchemaVersion(1), vec![]).unwrap().with_steps(SchemaVersion(1), vec![step]).unwrap();
        let mut data = fields(of);
        let before = data.clone();
        let result = data.migrate(&shape, SchemaVersion(0), SchemaVersion(1));
        assert!(result.is_ok() || data == before);
        result.map(|()| data)
    }

    #[test]
    fn each_step_does_what_it_says() {
        let refused = Err(MigrationFailed::Step(SchemaVersion(1)));
        let rename = || Step::Rename { from: name("a"), to: name("b") };
        assert_eq!(after(rename(), &[("a", 1), ("u", 5)]), Ok(fields(&[("b", 1), ("u", 5)])));
        assert_eq!(after(rename(), &[("b", 2)]), Ok(fields(&[("b", 2)])));
        assert_eq!(after(rename(), &[("a", 1), ("b", 2)]), refused);
        let add = || Step::AddDefault { name: name("a"), value: Field::Counter(7) };
        assert_eq!(after(add(), &[]), Ok(fields(&[("a", 7)])));
        assert_eq!(after(add(), &[("a", 1)]), Ok(fields(&[("a", 1)])));
        let drop = || Step::Drop { name: name("a") };
        assert_eq!(after(drop(), &[("a", 1), ("u", 5)]), Ok(fields(&[("u", 5)])));
        assert_eq!(after(drop(), &[]), Ok(fields(&[])));
        let refuse = Step::Custom(|fields| {
            fields.remove("a");
            Err(Refused)
        });
        assert_eq!(after(refuse, &[("a", 1)]), refused);
    }

    #[test]
    fn every_step_must_exist_before_one_is_taken() {
        let shape = Shape::new(SchemaVersion(9), vec![]).unwrap();
        let shape = shape.with_steps(SchemaVersion(2), vec![Step::Drop { name: name("a") }]).unwrap();
        let shape = shape.with_steps(SchemaVersion(4), vec![]).unwrap();
        let migrate = |from, to| {
            let mut data = fields(&[("a", 1)]);
            let result = data.migrate(&shape, SchemaVersion(from), SchemaVersion(to));
            (result, data.is_empty())
        };
        let missing = |version| Err(MigrationFailed::Missing(SchemaVersion(version)));
        assert_eq!(migrate(1, 2), (Ok(()), true));
        assert_eq!(migrate(1, 4), (missing(3), false));
        assert_eq!(migrate(1, u32::MAX), (missing(3), false));
        assert_eq!(migrate(3, 4), (Ok(()), false));
        assert_eq!(migrate(u32::MAX, u32::MAX), (Ok(()), false));
        assert_eq!(migrate(4, 2), (missing(2), false));
    }
}
