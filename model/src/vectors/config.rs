//! The configuration of vectors: a schema, and what the rules read of the settings.

use super::kinds::stored_text;
use keyholder_core::config::{Config, Settings};
use keyholder_core::ids::SchemaVersion;
use keyholder_core::ops::{Bounds, BoundsPolicy};
use keyholder_core::tree::{Declared, Schema, Step, Undeclared};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The configurations of a file, by name.
#[derive(Default)]
pub(super) struct Configs(BTreeMap<String, Config<Schema>>);

impl Configs {
    /// Makes them.
    pub(super) fn new(from: &BTreeMap<String, ConfigJson>) -> Result<Self, (String, String)> {
        let made = from.iter().map(|(name, it)| match it.config() {
            Ok(config) => Ok((name.clone(), config)),
            Err(why) => Err((name.clone(), why)),
        });
        made.collect::<Result<_, _>>().map(Self)
    }

    /// The configuration of this name.
    pub(super) fn get(&self, name: &str) -> Result<&Config<Schema>, String> {
        self.0.get(name).ok_or_else(|| format!("the file has no configuration {name:?}"))
    }
}

/// A configuration as it is written. Texts are stored texts.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConfigJson {
    pub(super) version: u32,
    /// The data of a new player.
    pub(super) template: String,
    pub(super) declared: Vec<DeclaredJson>,
    pub(super) undeclared: UndeclaredJson,
    /// The largest document, in bytes.
    pub(super) max_bytes: usize,
    /// What leads to each version from the one before.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) steps: BTreeMap<u32, Vec<StepJson>>,
    pub(super) settings: SettingsJson,
}

/// What the rules read of the settings; the others are those of the default profile.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SettingsJson {
    pub(super) compat: u32,
    pub(super) create: bool,
    pub(super) window_epochs: u32,
    pub(super) ledger_prune_entries: usize,
    pub(super) ledger_max_entries: usize,
    pub(super) journal_max_bytes: usize,
}

/// A declaration. `path` is as in `stats.coins`, with `*` for any key or index.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeclaredJson {
    pub(super) path: String,
    pub(super) kind: KindJson,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) retired: bool,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum KindJson {
    Register {},
    Counter { min: i64, max: i64, policy: PolicyJson },
    Set { max_len: u32 },
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum PolicyJson {
    Reject,
    Clamp,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum UndeclaredJson {
    Registers,
    Counters,
}

/// A step of a migration; paths and values as stored.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum StepJson {
    Rename { from: String, to: String },
    AddDefault { path: String, value: String },
    Drop { path: String },
}

impl ConfigJson {
    pub(super) fn config(&self) -> Result<Config<Schema>, String> {
        let template = stored_text::read(&self.template).map_err(|why| format!("template: {why}"))?;
        let declared = self.declared.iter().map(DeclaredJson::declared).collect::<Result<_, _>>()?;
        let undeclared = match self.undeclared {
            UndeclaredJson::Registers => Undeclared::Registers,
            UndeclaredJson::Counters => Undeclared::Counters,
        };
        let schema = Schema::new(SchemaVersion(self.version), template, declared).map_err(|why| why.to_string())?;
        let schema =
            schema.with_undeclared(undeclared).with_max_bytes(self.max_bytes).map_err(|why| why.to_string())?;
        let schema = self.steps.iter().try_fold(schema, |schema, (to, steps)| {
            let steps = steps.iter().map(StepJson::step).collect::<Result<_, _>>()?;
            schema.with_steps(SchemaVersion(*to), steps).map_err(|why| why.to_string())
        })?;
        let SettingsJson { compat, create, window_epochs, .. } = self.settings;
        let settings = Settings {
            schema: SchemaVersion(self.version),
            compat: SchemaVersion(compat),
            create,
            window_epochs,
            allow_small_window: true,
            ledger_prune_entries: self.settings.ledger_prune_entries,
            ledger_max_entries: self.settings.ledger_max_entries,
            journal_max_bytes: self.settings.journal_max_bytes,
            ..Settings::DEFAULT
        };
        Config::new(settings, schema).map_err(|why| why.to_string())
    }
}

impl DeclaredJson {
    fn declared(&self) -> Result<Declared, String> {
        let path = self.path.as_str();
        let declared = match self.kind {
            KindJson::Register {} => Declared::register(path),
            KindJson::Set { max_len } => Declared::set(path, max_len),
            KindJson::Counter { min, max, policy } => {
                let policy = match policy {
                    PolicyJson::Reject => BoundsPolicy::Reject,
                    PolicyJson::Clamp => BoundsPolicy::Clamp,
                };
                let bounds = Bounds::new(min, max, policy).map_err(|why| format!("{path}: {why}"))?;
                Declared::counter(path, bounds)
            }
        };
        Ok(if self.retired { declared.retired() } else { declared })
    }
}

impl StepJson {
    fn step(&self) -> Result<Step, String> {
        let path = |text: &str| stored_text::read(text).map_err(|why| format!("a path of a step: {why}"));
        Ok(match self {
            Self::Rename { from, to } => Step::Rename { from: path(from)?, to: path(to)? },
            Self::AddDefault { path: at, value } => {
                let value = stored_text::read(value).map_err(|why| format!("a value of a step: {why}"))?;
                Step::AddDefault { path: path(at)?, value }
            }
            Self::Drop { path: at } => Step::Drop { path: path(at)? },
        })
    }
}
