//! Who asks.

use axum::http::HeaderMap;

use crate::error::ApiError;
use crate::settings::ApiKey;

/// The key that a request came with. A missing and a wrong one look the same.
pub(crate) fn key<'a>(keys: &'a [ApiKey], headers: &HeaderMap) -> Result<&'a ApiKey, ApiError> {
    let given = headers.get("x-api-key").ok_or_else(ApiError::unauthenticated)?.as_bytes();
    keys.iter().find(|key| key.secret.as_bytes() == given).ok_or_else(ApiError::unauthenticated)
}
