//! API keys, and what each may do.

use std::collections::BTreeSet;
use std::fmt;

use super::SettingsError;

/// A key of `x-api-key`. Its secret is not in its `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// What a client sends.
    pub secret: String,
    /// What it may do.
    pub scopes: Scopes,
}

/// What a key may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scopes {
    /// Everything.
    All,
    /// What is named here, as the documentation spells it: `universe-datastores.objects:read`.
    Some(BTreeSet<String>),
}

impl ApiKey {
    /// A key that may do everything.
    #[must_use]
    pub fn with_all(secret: impl Into<String>) -> Self {
        Self { secret: secret.into(), scopes: Scopes::All }
    }

    /// A key that may do what `scopes` name.
    #[must_use]
    pub fn with(secret: impl Into<String>, scopes: &[&str]) -> Self {
        Self { secret: secret.into(), scopes: Scopes::Some(scopes.iter().map(ToString::to_string).collect()) }
    }

    /// Reads `SECRET` (may do everything) or `SECRET=SCOPE+SCOPE`.
    ///
    /// # Errors
    ///
    /// The secret is empty. The error does not repeat it.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        let (secret, scopes) = text.split_once('=').map_or((text, None), |(secret, scopes)| (secret, Some(scopes)));
        if secret.is_empty() {
            return Err(SettingsError::NoValue("an API key".to_owned()));
        }
        Ok(match scopes {
            None => Self::with_all(secret),
            Some(scopes) => Self::with(secret, &scopes.split('+').collect::<Vec<_>>()),
        })
    }
}

impl Scopes {
    /// Whether `scope` is among them.
    #[must_use]
    pub fn hold(&self, scope: &str) -> bool {
        match self {
            Self::All => true,
            Self::Some(scopes) => scopes.contains(scope),
        }
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKey").field("scopes", &self.scopes).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_keeps_its_secret() {
        let key = ApiKey::parse("s3cret=universe-datastores.objects:read+memory-store.queue:add").unwrap();
        assert!(key.scopes.hold("memory-store.queue:add") && !key.scopes.hold("universe-datastores.objects:update"));
        assert!(!format!("{key:?}").contains("s3cret"));
        assert!(ApiKey::parse("=a").is_err());
        assert!(ApiKey::parse("s3cret").unwrap().scopes.hold("anything"));
    }
}
