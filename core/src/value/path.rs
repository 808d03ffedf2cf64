//! Where in a value something is: the keys and places that lead there from its root.

use super::{Text, Value};
use alloc::vec::Vec;
use core::fmt::{self, Write as _};

/// The most characters of a key that a path shows.
const SHOWN: usize = 32;

/// One step into a table.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums, reason = "tables have keys or places")]
pub enum Segment {
    /// The value of this key of a map.
    Key(Text),
    /// The value at this place of an array, counted from 0.
    Index(u32),
}

impl From<&str> for Segment {
    fn from(key: &str) -> Self {
        Self::Key(key.into())
    }
}

impl From<Text> for Segment {
    fn from(key: Text) -> Self {
        Self::Key(key)
    }
}

impl From<u32> for Segment {
    fn from(index: u32) -> Self {
        Self::Index(index)
    }
}

/// The way from the root of a value to one inside it; without segments it is the root itself.
///
/// It is shown as `$.items[3].count`. A key that is no plain word is quoted and escaped, and a long one cut.
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Path(Vec<Segment>);

impl Path {
    /// The root.
    pub fn root() -> Self {
        Self::default()
    }

    /// The segments from the root on.
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// Goes one step further.
    pub fn push(&mut self, segment: impl Into<Segment>) {
        self.0.push(segment.into());
    }

    /// Goes one step back; `None` at the root.
    pub fn pop(&mut self) -> Option<Segment> {
        self.0.pop()
    }

    /// Puts a step in front of the first: the path as seen from one level further out.
    pub(crate) fn put_first(&mut self, segment: Segment) {
        self.0.insert(0, segment);
    }

    /// What is there in `root`, if anything is.
    pub fn of<'v>(&self, root: &'v Value) -> Option<&'v Value> {
        root.follow(&self.0)
    }
}

impl Value {
    /// What is one step further, if this is a table that has it.
    pub fn at(&self, segment: &Segment) -> Option<&Self> {
        match (self, segment) {
            (Self::Map(map), Segment::Key(key)) => map.get(key.as_bytes()),
            (Self::Array(array), Segment::Index(index)) => array.get(usize::try_from(*index).ok()?),
            _ => None, // wildcard: no table, or one of the other kind
        }
    }
}

impl Value {
    /// What is at the end of a way from here.
    pub(crate) fn follow(&self, way: &[Segment]) -> Option<&Self> {
        way.iter().try_fold(self, |value, segment| value.at(segment))
    }
}

impl From<Vec<Segment>> for Path {
    fn from(segments: Vec<Segment>) -> Self {
        Self(segments)
    }
}

impl<S: Into<Segment>> FromIterator<S> for Path {
    fn from_iter<I: IntoIterator<Item = S>>(segments: I) -> Self {
        Self(segments.into_iter().map(Into::into).collect())
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('$')?;
        self.0.iter().try_for_each(|segment| segment.fmt(f))
    }
}

/// As part of a path: `.count`, `["two words"]`, `[3]`.
impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Key(key) => {
                let bytes = key.as_bytes();
                let shown = bytes.get(..SHOWN).unwrap_or(bytes);
                let rest = if shown.len() < bytes.len() { ".." } else { "" };
                let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
                if !bytes.is_empty() && rest.is_empty() && bytes.iter().all(is_word) {
                    write!(f, ".{}", shown.escape_ascii())
                } else {
                    write!(f, "[\"{}{rest}\"]", shown.escape_ascii())
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Path, Segment};
    use crate::value::{Map, Text, Value};
    use alloc::string::{String, ToString};
    use alloc::vec;

    #[test]
    fn a_path_leads_to_a_value_or_nowhere() {
        let items = Value::from(vec![Value::from(1), Map::from_iter([("count", Value::from(7))]).into()]);
        let root = Value::from(Map::from_iter([("items", items)]));
        let path = Path::from(vec!["items".into(), Segment::Index(1), "count".into()]);
        assert_eq!(path.of(&root), Some(&Value::from(7)));
        assert_eq!(Path::root().of(&root), Some(&root));
        for wrong in [vec!["items".into(), 2.into()], vec!["items".into(), "count".into()], vec![Segment::Index(0)]] {
            assert_eq!(Path::from(wrong).of(&root), None);
        }
    }

    #[test]
    fn a_path_is_shown_without_control_characters_and_in_bounds() {
        let shown = |key: &str| Path::from_iter([key]).to_string();
        assert_eq!(Path::from(vec!["items".into(), 3.into(), "max_count".into()]).to_string(), "$.items[3].max_count");
        assert_eq!(
            (shown("two words"), shown(""), shown("a\"\n")),
            ("$[\"two words\"]".into(), "$[\"\"]".into(), "$[\"a\\\"\\n\"]".into(),)
        );
        assert_eq!(shown(&String::from("x").repeat(32)).len(), 34);
        assert_eq!(shown(&String::from("x").repeat(33)), alloc::format!("$[\"{}..\"]", "x".repeat(32)));
        assert_eq!(Path::from_iter([Text::from([0xff].as_slice())]).to_string(), "$[\"\\xff\"]");
    }

    #[test]
    fn a_path_grows_and_shrinks_at_its_end() {
        let mut path = Path::root();
        path.push("a");
        path.push(1_u32);
        assert_eq!(
            (path.segments().len(), path.pop(), path.pop(), path.pop()),
            (2, Some(Segment::Index(1)), Some("a".into()), None)
        );
    }
}
