//! Where the platform's documents lie, and what happens where they do not.
//!
//! They are not part of the project: their text is the platform's (CC-BY-4.0). A test that needs them passes without them
//! and says so, unless `KEYHOLDER_CONTRACT=required` is set.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::problem::LoadError;

/// The documents, relative to the folder that [`folder`] finds.
pub const OPENAPI: &str = "openapi/open-cloud-storage.openapi.json";
/// Where that document differs from what is seen on the wire.
pub const DRIFT: &str = "openapi/observed-drift.json";
/// Requests and responses as they are documented and as others have seen them.
pub const EXAMPLES: &str = "open-cloud-examples.json";

/// The variable that, set to `required`, makes a missing document a failure.
pub const VARIABLE: &str = "KEYHOLDER_CONTRACT";

/// The variable that names another folder than the one beside the project.
pub const FOLDER: &str = "KEYHOLDER_REFERENCE";

/// The folder with all three documents: the one that `KEYHOLDER_REFERENCE` names, or `shared/reference` beside the
/// project. `None`, with a line on the standard error output, where they are not.
///
/// # Panics
///
/// Where they are not and `KEYHOLDER_CONTRACT=required` is set: a run that was to check something would check nothing.
pub fn folder(test: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference");
    let folder = std::env::var_os(FOLDER).map_or_else(beside, PathBuf::from);
    if [OPENAPI, DRIFT, EXAMPLES].iter().all(|document| folder.join(document).is_file()) {
        return Some(folder);
    }
    let required = std::env::var(VARIABLE).is_ok_and(|value| value == "required");
    assert!(!required, "{VARIABLE}=required, and the platform's documents are not here: name their folder in {FOLDER}");
    eprintln!("skipped: {test}: the platform's documents are not beside the project; {FOLDER} can name their folder");
    None
}

/// Reads one document.
pub fn read(path: &Path) -> Result<Value, LoadError> {
    let text = std::fs::read(path).map_err(|error| LoadError::Read { path: path.to_owned(), error })?;
    serde_json::from_slice(&text).map_err(|error| LoadError::Json { path: path.to_owned(), error })
}
