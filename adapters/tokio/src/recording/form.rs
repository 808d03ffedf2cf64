//! A schema as it stands in a recording.

use keyholder_core::ids::SchemaVersion;
use keyholder_core::json::{self, JsonError, Limits};
use keyholder_core::ops::{BadBounds, Bounds, BoundsPolicy, FieldKind};
use keyholder_core::stored::Stored;
use keyholder_core::tree::{BadSchema, Declared, Pattern, Schema, Step, Tree, Undeclared, Wild};
use keyholder_core::value::{Path, Segment, Text, Value};
use serde::{Deserialize, Serialize};

/// So many versions are looked through for steps.
const MAX_VERSIONS: u32 = 65_536;

/// Everything of a schema but code. Values and keys are stored texts.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct SchemaForm {
    version: u32,
    template: String,
    declared: Vec<Field>,
    counters: bool,
    steps: Vec<(u32, Vec<Move>)>,
    max_bytes: usize,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
struct Field {
    /// `None` is any key.
    pattern: Vec<Option<String>>,
    kind: Kind,
    retired: bool,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
enum Kind {
    Register,
    Counter { min: i64, max: i64, clamps: bool },
    Set { max_len: u32 },
}

#[derive(Clone, Debug, Deserialize, Serialize)]
enum Move {
    Rename { from: String, to: String },
    AddDefault { path: String, value: String },
    Drop { path: String },
}

/// A form that no schema has.
#[derive(Debug, thiserror::Error)]
#[error("the recorded schema is none")]
pub(super) struct BadForm;

impl From<JsonError> for BadForm {
    fn from(_: JsonError) -> Self {
        Self
    }
}

impl From<BadBounds> for BadForm {
    fn from(_: BadBounds) -> Self {
        Self
    }
}

impl From<BadSchema> for BadForm {
    fn from(_: BadSchema) -> Self {
        Self
    }
}

impl SchemaForm {
    /// The form of a schema; `None` if a step of it is code, or it has too many versions.
    pub fn of(schema: &Schema) -> Option<Self> {
        let last = schema.version().0;
        let mut steps = Vec::new();
        for version in 1..=Some(last).filter(|it| *it <= MAX_VERSIONS)? {
            if let Some(taken) = schema.steps(SchemaVersion(version)) {
                steps.push((version, taken.iter().map(Move::of).collect::<Option<_>>()?));
            }
        }
        Some(Self {
            version: last,
            template: text(&Tree::new(schema.template().clone())),
            declared: schema.declared().iter().map(Field::of).collect(),
            counters: schema.undeclared() == Undeclared::Counters,
            steps,
            max_bytes: schema.max_bytes(),
        })
    }

    pub(super) fn schema(&self) -> Result<Schema, BadForm> {
        let declared = self.declared.iter().map(Field::declared).collect::<Result<_, _>>()?;
        let template = part::<Tree>(&self.template)?.into_root();
        let numbers = if self.counters { Undeclared::Counters } else { Undeclared::Registers };
        let mut schema = Schema::new(SchemaVersion(self.version), template, declared)?.with_undeclared(numbers);
        for (version, steps) in &self.steps {
            let steps = steps.iter().map(Move::step).collect::<Result<_, _>>()?;
            schema = schema.with_steps(SchemaVersion(*version), steps)?;
        }
        Ok(schema.with_max_bytes(self.max_bytes)?)
    }
}

impl Field {
    fn of(field: &Declared) -> Self {
        let key = |step: &Wild| match step {
            Wild::Key(key) => Some(text(&Path::from_iter([Segment::Key(key.clone())]))),
            Wild::Any => None,
        };
        let kind = match field.kind() {
            FieldKind::Register => Kind::Register,
            FieldKind::Counter(bounds) => {
                let clamps = bounds.policy() == BoundsPolicy::Clamp;
                Kind::Counter { min: bounds.min(), max: bounds.max(), clamps }
            }
            FieldKind::Set { max_len } => Kind::Set { max_len: *max_len },
        };
        Self { pattern: field.pattern().steps().iter().map(key).collect(), kind, retired: field.is_retired() }
    }

    fn declared(&self) -> Result<Declared, BadForm> {
        let step = |key: &Option<String>| key.as_deref().map_or(Ok(Wild::Any), |key| Ok(Wild::Key(name(key)?)));
        let pattern = Pattern::from(self.pattern.iter().map(step).collect::<Result<Vec<_>, BadForm>>()?);
        let field = match self.kind {
            Kind::Register => Declared::register(pattern),
            Kind::Counter { min, max, clamps } => {
                let policy = if clamps { BoundsPolicy::Clamp } else { BoundsPolicy::Reject };
                Declared::counter(pattern, Bounds::new(min, max, policy)?)
            }
            Kind::Set { max_len } => Declared::set(pattern, max_len),
        };
        Ok(if self.retired { field.retired() } else { field })
    }
}

impl Move {
    fn of(step: &Step) -> Option<Self> {
        match step {
            Step::Rename { from, to } => Some(Self::Rename { from: text(from), to: text(to) }),
            Step::AddDefault { path, value } => {
                Some(Self::AddDefault { path: text(path), value: text(&Tree::new(value.clone())) })
            }
            Step::Drop { path } => Some(Self::Drop { path: text(path) }),
            Step::Custom(_) => None,
        }
    }

    fn step(&self) -> Result<Step, BadForm> {
        Ok(match self {
            Self::Rename { from, to } => Step::Rename { from: part(from)?, to: part(to)? },
            Self::AddDefault { path, value } => {
                let value: Value = part::<Tree>(value)?.into_root();
                Step::AddDefault { path: part(path)?, value }
            }
            Self::Drop { path } => Step::Drop { path: part(path)? },
        })
    }
}

fn text(part: &impl Stored) -> String {
    let mut text = String::new();
    part.write(json::Writer::new(&mut text));
    text
}

fn part<T: Stored>(text: &str) -> Result<T, JsonError> {
    json::read(text, Limits::default(), T::read)
}

/// A key, which stands as the only step of a path.
fn name(text: &str) -> Result<Text, BadForm> {
    match part::<Path>(text)?.segments() {
        [Segment::Key(key)] => Ok(key.clone()),
        _ => Err(BadForm),
    }
}
