//! Files of vectors: their head, one line for each vector, and what a run says of them.

use super::Case;
use super::config::{ConfigJson, Configs};
use super::kinds::Kind;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The layout of the files. A changed meaning is a new number.
const FORMAT: u32 = 1;

/// A file of vectors.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct File {
    /// Its name, with the ending.
    pub name: &'static str,
    /// What stands in it.
    pub text: String,
}

/// What a run of a file found.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The kind of its vectors.
    pub kind: &'static str,
    /// How many there are.
    pub total: usize,
    /// Those that failed.
    pub failures: Vec<Failure>,
}

/// A vector of which this code makes something else.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Failure {
    /// Its name; empty if it has none.
    pub name: String,
    /// The fields that differ, as they stand in the file.
    pub expected: Value,
    /// The same fields as this code gives them, or why it cannot run the vector.
    pub found: Value,
}

/// A file that cannot be run.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadFile {
    /// Not JSON, or without the fields that every file has.
    #[error("no file of vectors: {0}")]
    Head(String),
    /// Written by newer code.
    #[error("format {0}, this program knows {FORMAT}")]
    Format(u32),
    /// A kind that this code does not know.
    #[error("no kind of vectors is called {0:?}")]
    Kind(String),
    /// A schema or settings that cannot be.
    #[error("the configuration {name:?} is refused: {why}")]
    Config {
        /// Its name.
        name: String,
        /// Why.
        why: String,
    },
    /// A file that proves nothing.
    #[error("no vector stands in it")]
    Empty,
}

/// The head of a file, and its vectors as they stand there.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Parsed {
    format: u32,
    kind: String,
    #[serde(rename = "about")]
    _about: String,
    #[serde(default)]
    configs: BTreeMap<String, ConfigJson>,
    vectors: Vec<Map<String, Value>>,
}

/// Runs the vectors of a file.
///
/// # Errors
/// [`BadFile`]: none of them was run.
pub fn verify(text: &str) -> Result<Report, BadFile> {
    let parsed: Parsed = serde_json::from_str(text).map_err(|why| BadFile::Head(why.to_string()))?;
    if parsed.format != FORMAT {
        return Err(BadFile::Format(parsed.format));
    }
    let kind = Kind::of(&parsed.kind).ok_or(BadFile::Kind(parsed.kind))?;
    if parsed.vectors.is_empty() {
        return Err(BadFile::Empty);
    }
    let configs = Configs::new(&parsed.configs).map_err(|(name, why)| BadFile::Config { name, why })?;
    let total = parsed.vectors.len();
    let failures = parsed.vectors.into_iter().filter_map(|vector| kind.check(vector, &configs).err()).collect();
    Ok(Report { kind: kind.name, total, failures })
}

/// Runs one vector.
pub(super) fn check<C: Case>(mut vector: Map<String, Value>, configs: &Configs) -> Result<(), Failure> {
    let name = vector.remove("name").and_then(|it| it.as_str().map(str::to_owned)).unwrap_or_default();
    let failed = |expected, found| Err(Failure { name: name.clone(), expected, found });
    let tells: Option<Vec<String>> = vector.remove("tells").and_then(|it| serde_json::from_value(it).ok());
    if name.is_empty() || tells.is_none_or(|it| it.is_empty()) {
        return failed(Value::Null, "every vector has a name, and tells of something".into());
    }
    let expected = Value::Object(vector);
    let run = || -> Result<Value, String> {
        let case = C::deserialize(&expected).map_err(|why| why.to_string())?;
        serde_json::to_value(case.run(configs)?).map_err(|why| why.to_string())
    };
    match run() {
        Ok(found) if found == expected => Ok(()),
        Ok(found) => failed(without(&expected, &found), without(&found, &expected)),
        Err(why) => failed(Value::Null, why.into()),
    }
}

/// The fields that the other has not, or otherwise.
fn without(this: &Value, other: &Value) -> Value {
    let (Value::Object(this), Value::Object(other)) = (this, other) else {
        return this.clone();
    };
    this.iter()
        .filter(|(key, value)| other.get(*key) != Some(*value))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

/// A vector as it is written.
#[derive(Serialize)]
pub(super) struct Vector<C> {
    pub(super) name: String,
    pub(super) tells: Vec<&'static str>,
    #[serde(flatten)]
    pub(super) case: C,
}

/// The text of a file: the head, then a line for each vector, so that a change of one is a change of one line.
pub(super) fn text<C: Case>(
    kind: &str,
    about: &str,
    configs: &BTreeMap<String, ConfigJson>,
    vectors: &[Vector<C>],
) -> serde_json::Result<String> {
    let mut text =
        format!("{{\n\"format\": {FORMAT},\n\"kind\": \"{kind}\",\n\"about\": {},\n", serde_json::to_string(about)?);
    if !configs.is_empty() {
        let lines = configs.iter().map(|(name, it)| Ok(format!("\"{name}\": {}", serde_json::to_string(it)?)));
        let lines = lines.collect::<serde_json::Result<Vec<_>>>()?;
        text += &format!("\"configs\": {{\n{}\n}},\n", lines.join(",\n"));
    }
    let lines = vectors.iter().map(serde_json::to_string).collect::<serde_json::Result<Vec<_>>>()?;
    text += &format!("\"vectors\": [\n{}\n]\n}}\n", lines.join(",\n"));
    Ok(text)
}
