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

/// Decides between running without the documents and failing.
pub const VARIABLE: &str = "KEYHOLDER_CONTRACT";

/// The folder with all three documents: `shared/reference` beside the project or beside a folder above it. `None`, with a
/// line on the standard error output, where there is none.
///
/// # Panics
///
/// Where there is none and `KEYHOLDER_CONTRACT=required` is set: a run that was to check something would check nothing.
pub fn folder(test: &str) -> Option<PathBuf> {
    let found = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|above| above.join("shared/reference"))
        .find(|folder| [OPENAPI, DRIFT, EXAMPLES].iter().all(|document| folder.join(document).is_file()));
    if found.is_none() {
        let required = std::env::var(VARIABLE).is_ok_and(|value| value == "required");
        assert!(!required, "{VARIABLE}=required, and there is no shared/reference with {OPENAPI} beside the project");
        eprintln!("skipped: {test}: no shared/reference with {OPENAPI} beside the project");
    }
    found
}

/// Reads one document.
pub fn read(path: &Path) -> Result<Value, LoadError> {
    let text = std::fs::read(path).map_err(|error| LoadError::Read { path: path.to_owned(), error })?;
    serde_json::from_slice(&text).map_err(|error| LoadError::Json { path: path.to_owned(), error })
}
