//! Data of other versions, and data beside a template.

use super::stored_text;
use super::words::Failed;
use crate::vectors::Case;
use crate::vectors::config::Configs;
use keyholder_core::document::Document;
use keyholder_core::ids::SchemaVersion;
use keyholder_core::tree::{Outcome, Tree};
use serde::{Deserialize, Serialize};

/// Data brought from one version to another.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(in crate::vectors) struct Migration {
    pub(in crate::vectors) config: String,
    pub(in crate::vectors) from: u32,
    pub(in crate::vectors) to: u32,
    pub(in crate::vectors) before: String,
    /// Null if all steps were taken; else the data are as before.
    pub(in crate::vectors) fails: Option<Failed>,
    pub(in crate::vectors) after: String,
}

impl Case for Migration {
    fn run(&self, configs: &Configs) -> Result<Self, String> {
        let mut tree: Tree = stored_text::read(&self.before).map_err(|why| why.to_string())?;
        let (from, to) = (SchemaVersion(self.from), SchemaVersion(self.to));
        let fails = tree.migrate(configs.get(&self.config)?.shape(), from, to).err().map(Failed::of).transpose()?;
        Ok(Self { fails, after: stored_text::write(&tree), ..self.clone() })
    }
}

/// Data beside a template.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(in crate::vectors) struct Reconcile {
    pub(in crate::vectors) config: String,
    /// That of the data.
    pub(in crate::vectors) version: u32,
    pub(in crate::vectors) before: String,
    /// The change that adds what is missing.
    pub(in crate::vectors) missing: String,
    /// The change that takes out what nobody knows.
    pub(in crate::vectors) unknown: String,
    /// The data after both.
    pub(in crate::vectors) after: String,
    pub(in crate::vectors) dry_run: DryRun,
}

/// What migrating and adding would do.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::vectors) enum DryRun {
    Unchanged,
    /// The paths that would differ, as stored.
    Changed(Vec<String>),
    Refused(Failed),
}

impl Case for Reconcile {
    fn run(&self, configs: &Configs) -> Result<Self, String> {
        let schema = configs.get(&self.config)?.shape();
        let mut tree: Tree = stored_text::read(&self.before).map_err(|why| why.to_string())?;
        let dry_run = match tree.dry_run(schema, SchemaVersion(self.version)) {
            Outcome::Unchanged => DryRun::Unchanged,
            Outcome::Changed(paths) => DryRun::Changed(paths.iter().map(stored_text::write).collect()),
            Outcome::Refused(why) => DryRun::Refused(Failed::of(why)?),
        };
        let (missing, unknown) = (tree.missing(schema), tree.unknown(schema, SchemaVersion(self.version)));
        tree.apply(schema, &missing);
        tree.apply(schema, &unknown);
        Ok(Self {
            missing: stored_text::write(&missing),
            unknown: stored_text::write(&unknown),
            after: stored_text::write(&tree),
            dry_run,
            ..self.clone()
        })
    }
}
