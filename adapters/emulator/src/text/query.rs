//! The query of a request: names and values, percent-encoded, with `+` for a space.

use percent_encoding::percent_decode_str;

use super::path::is_encoded;

/// More parameters than any request of these APIs has.
const MOST: usize = 32;

/// The parameters of a request, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query(Vec<(String, String)>);

/// Why a query cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// What a name or a value encodes is not UTF-8.
    #[error("a parameter is not UTF-8 behind its percent-encoding: encode the text as UTF-8 first")]
    NotUtf8,
    /// A `%` stands without two digits.
    #[error("a `%` in the query has no two hexadecimal digits behind it: encode a `%` itself as %25")]
    NotEncoded,
    /// No request of these APIs has that many.
    #[error("the query has too many parameters")]
    TooMany,
}

impl Query {
    /// Reads what stands behind the `?`.
    ///
    /// # Errors
    ///
    /// What [`QueryError`] names.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        let mut pairs = Vec::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            if pairs.len() == MOST {
                return Err(QueryError::TooMany);
            }
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            pairs.push((decode(name)?, decode(value)?));
        }
        Ok(Self(pairs))
    }

    /// The first value of this name. An empty one counts as absent, as it does for the fields of a protobuf message.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.given(name).filter(|value| !value.is_empty())
    }

    /// The first value of this name, an empty one as well.
    #[must_use]
    pub fn given(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// All of them, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

fn decode(text: &str) -> Result<String, QueryError> {
    if !is_encoded(text) {
        return Err(QueryError::NotEncoded);
    }
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8().map_err(|_| QueryError::NotUtf8)?;
    Ok(decoded.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded() {
        let query = Query::parse("filter=entry+%3E%3D%2010&a=1&a=2&flag&empty=").unwrap();
        assert_eq!(query.get("filter"), Some("entry >= 10"));
        assert_eq!(query.get("a"), Some("1"));
        assert_eq!(query.get("empty"), None);
        assert_eq!(query.given("flag"), Some(""));
        assert_eq!(Query::parse("k=%C0%80"), Err(QueryError::NotUtf8));
        assert_eq!(Query::parse("k=1%"), Err(QueryError::NotEncoded));
        assert_eq!(Query::parse(&"a=b&".repeat(33)), Err(QueryError::TooMany));
    }
}
