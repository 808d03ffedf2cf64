//! What is wrong with a document, and what is wrong with a request or a response.

use std::fmt;
use std::path::PathBuf;

/// Why no contract could be made of the documents.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file is there, but could not be read.
    #[error("{path} cannot be read: {error}", path = .path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// A file is not JSON.
    #[error("{path} is not JSON: {error}", path = .path.display())]
    Json {
        /// Which file.
        path: PathBuf,
        /// Where the text stops being JSON.
        error: serde_json::Error,
    },
    /// The document lacks something that an OpenAPI 3.0 document has, or has it in another shape.
    #[error("the OpenAPI document has no {expected} at {pointer}")]
    Shape {
        /// JSON pointer into the document.
        pointer: String,
        /// What should stand there.
        expected: &'static str,
    },
    /// The list of differences names one that this crate does not know: decide what it changes, in `drift.rs`.
    #[error("the list of differences has an entry `{0}` that is not known: say in drift.rs what it changes")]
    UnknownDrift(String),
    /// A difference that this crate knows is not in the list any more: take it out of `drift.rs`.
    #[error("the list of differences has no entry `{0}` any more: take it out of drift.rs")]
    MissingDrift(&'static str),
    /// A schema of the document is none.
    #[error("the schema of {operation} is not valid: {error}")]
    Schema {
        /// Id of the operation.
        operation: String,
        /// What the validator said.
        error: String,
    },
}

/// One way in which a request or a response breaks the contract. It repeats no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Id of the operation, or method and path where no operation matched.
    pub operation: String,
    /// Where: `path`, `query name`, `status`, or `request` or `response` with a JSON pointer into the body.
    pub pointer: String,
    /// What was expected there.
    pub expected: String,
}

impl Problem {
    pub(crate) fn new(operation: &str, pointer: impl Into<String>, expected: impl Into<String>) -> Problem {
        Problem { operation: operation.to_owned(), pointer: pointer.into(), expected: expected.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: at {}: {}", self.operation, self.pointer, self.expected)
    }
}
