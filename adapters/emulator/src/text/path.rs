//! Paths: segments between `/`, each percent-encoded for itself, and at the end perhaps a verb behind a `:`.

use std::fmt::Display;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// The verbs of the APIs that are stood in for here. Only these end a path: a key may hold a `:` of its own that a client
/// did not encode, and `users:1` has no verb.
const VERBS: [&str; 10] = [
    "undelete",
    "snapshot",
    "increment",
    "listRevisions",
    "publishMessage",
    "restartServers",
    "read",
    "discard",
    "flush",
    "listLogs",
];

/// What a segment is written with as it is: RFC 3986, unreserved characters.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// More segments than any path of these APIs has.
const MOST_SEGMENTS: usize = 16;

/// A path, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path {
    /// Between the slashes, decoded.
    pub segments: Vec<String>,
    /// What stands behind the last `:` of the last segment, when it is a verb. An encoded `%3A` is part of the segment.
    pub verb: Option<&'static str>,
}

/// Why a path cannot be taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// What a segment encodes is not UTF-8.
    #[error("a segment of the path is not UTF-8 behind its percent-encoding: encode the text as UTF-8 first")]
    NotUtf8,
    /// A `%` stands without two digits.
    #[error("a `%` in the path has no two hexadecimal digits behind it: encode a `%` itself as %25")]
    NotEncoded,
    /// No path of these APIs is that deep.
    #[error("the path has too many segments: encode the slashes of a key as %2F")]
    TooDeep,
}

impl Path {
    /// Takes `path` (without its query) apart.
    ///
    /// # Errors
    ///
    /// What [`PathError`] names.
    pub fn parse(path: &str) -> Result<Self, PathError> {
        let path = path.strip_prefix('/').unwrap_or(path);
        let (path, verb) = split_verb(path);
        let mut segments = Vec::new();
        for segment in path.split('/') {
            if segments.len() == MOST_SEGMENTS {
                return Err(PathError::TooDeep);
            }
            if !is_encoded(segment) {
                return Err(PathError::NotEncoded);
            }
            let decoded = percent_decode_str(segment).decode_utf8().map_err(|_| PathError::NotUtf8)?;
            segments.push(decoded.into_owned());
        }
        Ok(Self { segments, verb })
    }

    /// The segments as slices, to be matched on.
    #[must_use]
    pub fn parts(&self) -> Vec<&str> {
        self.segments.iter().map(String::as_str).collect()
    }

    /// A segment by its place if it is a number: digits alone.
    #[must_use]
    pub fn number(&self, place: usize) -> Option<u64> {
        let segment = self.segment(place);
        segment.bytes().all(|byte| byte.is_ascii_digit()).then(|| segment.parse().ok())?
    }

    /// A segment by its place, the first is 0. Empty if there is none.
    #[must_use]
    pub fn segment(&self, place: usize) -> &str {
        self.segments.get(place).map_or("", String::as_str)
    }
}

/// Whether every `%` has two hexadecimal digits behind it. What the platform does where one has not is not established; here the
/// mistake is told.
pub(super) fn is_encoded(text: &str) -> bool {
    let digits =
        |rest: &str| rest.as_bytes().first_chunk::<2>().is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
    text.split('%').skip(1).all(digits)
}

/// A segment as it stands in a path.
pub fn encode(segment: &str) -> impl Display + '_ {
    utf8_percent_encode(segment, ENCODED)
}

fn split_verb(path: &str) -> (&str, Option<&'static str>) {
    let Some((rest, last)) = path.rsplit_once(':') else { return (path, None) };
    match VERBS.into_iter().find(|verb| *verb == last) {
        Some(verb) => (rest, Some(verb)),
        None => (path, None),
    }
}

/// Which revision of an entry a read names behind the last `@` of its id (documentation: Cloud API v2, Get Data Store Entry).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revision<'a> {
    /// The newest.
    Latest,
    /// The one that was the newest at a moment, in RFC 3339 and not yet read.
    LatestAt(&'a str),
    /// One by its id.
    Id(&'a str),
}

/// Takes an entry's id of a read apart at its last `@`. A key that holds an `@` itself needs `@latest` behind it.
#[must_use]
pub fn split_revision(id: &str) -> (&str, Revision<'_>) {
    match id.rsplit_once('@') {
        None => (id, Revision::Latest),
        Some((key, "latest")) => (key, Revision::Latest),
        Some((key, revision)) => match revision.strip_prefix("latest:") {
            Some(moment) => (key, Revision::LatestAt(moment)),
            None => (key, Revision::Id(revision)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> (Vec<String>, Option<&'static str>) {
        let path = Path::parse(text).unwrap();
        (path.segments, path.verb)
    }

    fn owned(parts: &[&str]) -> Vec<String> {
        parts.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn segments_are_decoded_one_by_one() {
        assert_eq!(path("/a/b%2Fc/d%40e"), (owned(&["a", "b/c", "d@e"]), None));
        assert_eq!(path("/a//b"), (owned(&["a", "", "b"]), None));
        assert_eq!(Path::parse("/a/%FF"), Err(PathError::NotUtf8));
        for wrong in ["/a%", "/a%2", "/a%zz", "/%%41"] {
            assert_eq!(Path::parse(wrong), Err(PathError::NotEncoded), "{wrong}");
        }
        let numbers = Path::parse("/1/+1/-1/x").unwrap();
        assert_eq!([0, 1, 2, 3, 4].map(|place| numbers.number(place)), [Some(1), None, None, None, None]);
        assert_eq!(Path::parse(&"/x".repeat(17)), Err(PathError::TooDeep));
    }

    #[test]
    fn a_verb_is_one_of_those_known() {
        assert_eq!(path("/e/k:increment"), (owned(&["e", "k"]), Some("increment")));
        assert_eq!(path("/e/users:1"), (owned(&["e", "users:1"]), None));
        assert_eq!(path("/e/users:1:increment"), (owned(&["e", "users:1"]), Some("increment")));
        assert_eq!(path("/e/k%3Aincrement"), (owned(&["e", "k:increment"]), None));
    }

    #[test]
    fn a_revision_stands_behind_the_last_at() {
        assert_eq!(split_revision("k"), ("k", Revision::Latest));
        assert_eq!(split_revision("k@latest"), ("k", Revision::Latest));
        assert_eq!(split_revision("a@b@latest"), ("a@b", Revision::Latest));
        assert_eq!(split_revision("a@b"), ("a", Revision::Id("b")));
        assert_eq!(split_revision("k@latest:2024-01-01T00:00:00Z"), ("k", Revision::LatestAt("2024-01-01T00:00:00Z")));
    }
}
