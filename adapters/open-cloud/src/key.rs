//! The API key: read once, and shown nowhere.

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use std::path::Path;
use std::{env, fmt, fs};
use thiserror::Error;

/// A key is far shorter; a longer file is some other file.
const MAX_BYTES: u64 = 16_384;

/// The key of the platform's API. `Debug` does not show it, no error repeats it, and its memory is wiped when it is
/// dropped.
#[derive(Clone)]
pub struct ApiKey(SecretString);

impl ApiKey {
    /// This key. White space around it is not part of it.
    ///
    /// # Errors
    /// [`BadApiKey`].
    pub fn new(key: impl Into<SecretString>) -> Result<Self, BadApiKey> {
        let key = key.into();
        let trimmed = key.expose_secret().trim();
        if trimmed.is_empty() {
            return Err(BadApiKey::Empty);
        }
        if !trimmed.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(BadApiKey::NotAHeader);
        }
        Ok(Self(SecretString::from(trimmed)))
    }

    /// The key in an environment variable.
    ///
    /// # Errors
    /// [`BadApiKey`].
    pub fn from_env(variable: &str) -> Result<Self, BadApiKey> {
        match env::var(variable) {
            Ok(key) => Self::new(key),
            Err(env::VarError::NotPresent) => Err(BadApiKey::NotSet { variable: variable.to_owned() }),
            Err(env::VarError::NotUnicode(_)) => Err(BadApiKey::NotAHeader),
        }
    }

    /// The key in a file.
    ///
    /// # Errors
    /// [`BadApiKey`].
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, BadApiKey> {
        let path = path.as_ref();
        if fs::metadata(path).map_err(BadApiKey::Unreadable)?.len() > MAX_BYTES {
            return Err(BadApiKey::TooLong);
        }
        Self::new(fs::read_to_string(path).map_err(BadApiKey::Unreadable)?)
    }

    /// As a header that HTTP libraries leave out of what they log.
    pub(crate) fn header(&self) -> Result<HeaderValue, BadApiKey> {
        let mut header = HeaderValue::from_str(self.0.expose_secret()).map_err(|_| BadApiKey::NotAHeader)?;
        header.set_sensitive(true);
        Ok(header)
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(..)")
    }
}

/// There is no usable API key. Never repeats it.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BadApiKey {
    /// The variable is not there.
    #[error("the environment variable {variable} is not set; put the API key there")]
    NotSet {
        /// Its name.
        variable: String,
    },
    /// The file cannot be read.
    #[error("the file of the API key cannot be read: {0}")]
    Unreadable(#[source] std::io::Error),
    /// The file is too long to be one.
    #[error("the file of the API key has more than {MAX_BYTES} bytes; it is some other file")]
    TooLong,
    /// Nothing is there.
    #[error("the API key is empty")]
    Empty,
    /// It has characters that a header does not carry.
    #[error("the API key has other characters than visible ASCII; copy it again")]
    NotAHeader,
}
