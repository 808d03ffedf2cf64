//! API keys, and what each may do.

use std::collections::BTreeSet;
use std::fmt;

use super::SettingsError;

/// All that a key can be allowed (documentation: Cloud API, the scopes of each method).
pub const SCOPES: [&str; 23] = [
    "universe-datastores.control:list",
    "universe-datastores.control:create",
    "universe-datastores.control:delete",
    "universe-datastores.control:snapshot",
    "universe-datastores.objects:list",
    "universe-datastores.objects:read",
    "universe-datastores.objects:create",
    "universe-datastores.objects:update",
    "universe-datastores.objects:delete",
    "universe-datastores.versions:list",
    "universe-datastores.versions:read",
    "universe.ordered-data-store.scope.entry:read",
    "universe.ordered-data-store.scope.entry:write",
    "memory-store.sorted-map:read",
    "memory-store.sorted-map:write",
    "memory-store.queue:add",
    "memory-store.queue:dequeue",
    "memory-store.queue:discard",
    "memory-store:flush",
    "universe-messaging-service:publish",
    "universe.user-restriction:read",
    "universe.user-restriction:write",
    "universe:write",
];

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

    /// Reads `SECRET` (may do everything) or `SECRET=SCOPE+SCOPE`. A secret may end in `=`, as base64 does.
    ///
    /// # Errors
    ///
    /// The secret is empty, or a scope is none of [`SCOPES`] nor an older spelling of one. The error repeats neither.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        let (secret, scopes) = match text.rsplit_once('=') {
            Some((secret, scopes)) if !scopes.is_empty() => (secret, Some(scopes)),
            _ => (text, None),
        };
        if secret.is_empty() {
            return Err(SettingsError::NoSecret);
        }
        let Some(scopes) = scopes else { return Ok(Self::with_all(secret)) };
        let scopes: Vec<_> = scopes.split('+').collect();
        let known = |scope: &str| SCOPES.iter().any(|it| *it == scope || older(it).iter().any(|older| older == scope));
        if !scopes.iter().all(|scope| known(scope)) {
            return Err(SettingsError::Scope { known: SCOPES.join(", ") });
        }
        Ok(Self::with(secret, &scopes))
    }
}

impl Scopes {
    /// Whether `scope` is among them, in the spelling of today or in an older one.
    #[must_use]
    pub fn hold(&self, scope: &str) -> bool {
        match self {
            Self::All => true,
            Self::Some(scopes) => scopes.contains(scope) || older(scope).iter().any(|older| scopes.contains(older)),
        }
    }
}

/// What a scope was called before. The scopes of memory stores began with `universe.` (documentation: API keys), and those of
/// queues were one for writing; that it held for all three of today is not established.
fn older(scope: &str) -> Vec<String> {
    let mut older = Vec::new();
    if scope.starts_with("memory-store") {
        older.push(format!("universe.{scope}"));
    }
    if scope.starts_with("memory-store.queue:") {
        older.extend(["memory-store.queue:write", "universe.memory-store.queue:write"].map(str::to_owned));
    }
    older
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
        for wrong in ["", "=a", "s3cret=a", "s3cret=universe-datastores.objects:write", "s=memory-store:flush+"] {
            assert!(ApiKey::parse(wrong).is_err_and(|error| !error.to_string().contains("s3cret")), "{wrong}");
        }
        let padded = ApiKey::parse("c2VjcmV0==").unwrap();
        assert_eq!((padded.secret.as_str(), &padded.scopes), ("c2VjcmV0==", &Scopes::All));
        assert_eq!(ApiKey::parse("c2VjcmV0===universe:write").unwrap().secret, "c2VjcmV0==");
        let older = ApiKey::parse("s=universe.memory-store:flush+memory-store.queue:write").unwrap().scopes;
        assert!(older.hold("memory-store:flush") && older.hold("memory-store.queue:dequeue"));
        assert!(!older.hold("memory-store.sorted-map:read") && !older.hold("universe-datastores.objects:read"));
        assert!(ApiKey::parse("s3cret").unwrap().scopes.hold("anything"));
    }
}
