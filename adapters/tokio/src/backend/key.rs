//! Names of what is stored.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smol_str::{SmolStr, format_smolstr};
use std::fmt;

/// The most characters of a location and of a player's key, each: what a Roblox data store takes.
pub const KEY_MAX_CHARS: usize = 50;

/// A player's record in a location: two names of 1 to [`KEY_MAX_CHARS`] characters without control characters.
///
/// Compared byte by byte: letters of another case, or other ways to write the same letter, are other keys.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Key {
    /// Both, with a byte between them that neither may have and that comes before all others, so that the order of this is
    /// that of the pair. Short names are kept in place: a server with many players compares keys all the time, and each that
    /// lay elsewhere would be a miss of the cache.
    names: SmolStr,
    /// Where that byte is.
    between: u8,
}

const BETWEEN: char = '\0';

impl Key {
    /// A key of a location (the platform's data store) and a player in it.
    ///
    /// # Errors
    /// [`BadKey`] says which of the two is wrong, and how.
    pub fn new(location: impl AsRef<str>, player: impl AsRef<str>) -> Result<Self, BadKey> {
        let (location, player) = (location.as_ref(), player.as_ref());
        check("location", location, KEY_MAX_CHARS)?;
        check("player key", player, KEY_MAX_CHARS)?;
        Ok(Self::join(location, player))
    }

    /// A place in the order of keys: behind `after`, or before all keys of the location. Not a key of a store.
    pub(crate) fn place(location: &str, after: Option<&str>) -> Self {
        Self::join(location, after.unwrap_or_default())
    }

    fn join(location: &str, player: &str) -> Self {
        // At most 50 characters of 4 bytes.
        let between = u8::try_from(location.len()).unwrap_or(u8::MAX);
        Self { names: format_smolstr!("{location}{BETWEEN}{player}"), between }
    }

    /// The location.
    pub fn location(&self) -> &str {
        self.names.get(..usize::from(self.between)).unwrap_or_default()
    }

    /// The player's key in it.
    pub fn player(&self) -> &str {
        self.names.get(usize::from(self.between) + BETWEEN.len_utf8()..).unwrap_or_default()
    }
}

/// As a pair of names.
impl Serialize for Key {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        (self.location(), self.player()).serialize(to)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let (location, player) = <(String, String)>::deserialize(from)?;
        Self::new(location, player).map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.location(), self.player())
    }
}

/// A name cannot be one; it is not repeated.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BadKey {
    /// It has no characters.
    #[error("the {what} is empty, expected at least one character")]
    Empty {
        /// Which name.
        what: &'static str,
    },
    /// It is too long.
    #[error("the {what} has more than {limit} characters")]
    TooLong {
        /// Which name.
        what: &'static str,
        /// The limit in characters.
        limit: usize,
    },
    /// It has a control character, which logs, headers and paths do not carry.
    #[error("the {what} has a control character at position {at}")]
    Control {
        /// Which name.
        what: &'static str,
        /// Where, in characters from 0.
        at: usize,
    },
}

pub(super) fn check(what: &'static str, name: &str, limit: usize) -> Result<(), BadKey> {
    if name.is_empty() {
        return Err(BadKey::Empty { what });
    }
    if name.chars().nth(limit).is_some() {
        return Err(BadKey::TooLong { what, limit });
    }
    name.chars().position(char::is_control).map_or(Ok(()), |at| Err(BadKey::Control { what, at }))
}

#[cfg(test)]
mod tests {
    use super::{BadKey, KEY_MAX_CHARS, Key};

    #[test]
    fn a_name_has_1_to_50_characters_of_any_script() {
        let longest = "\u{e9}".repeat(KEY_MAX_CHARS);
        assert!(Key::new(longest.as_str(), longest.as_str()).is_ok());
        let what = "player key";
        let too_long = Key::new("a", "b".repeat(KEY_MAX_CHARS + 1));
        assert_eq!(too_long, Err(BadKey::TooLong { what, limit: KEY_MAX_CHARS }));
        assert_eq!(Key::new("", "b"), Err(BadKey::Empty { what: "location" }));
        let key =
            Key::new(longest.as_str(), longest.as_str()).map(|it| (it.location().to_owned(), it.player().to_owned()));
        assert_eq!(key, Ok((longest.clone(), longest)));
        assert_eq!(Key::new("a", "b\nc"), Err(BadKey::Control { what, at: 1 }));
    }

    #[test]
    fn keys_are_in_the_order_of_their_pairs() -> Result<(), BadKey> {
        let names = ["a", "ab", "a b", "a!", "b", "\u{e9}"];
        let mut pairs: Vec<_> =
            names.iter().flat_map(|location| names.iter().map(move |it| (*location, *it))).collect();
        pairs.sort_unstable();
        let keys = pairs.iter().map(|(location, player)| Key::new(location, player)).collect::<Result<Vec<_>, _>>()?;
        assert!(keys.is_sorted());
        assert!(keys.iter().zip(&pairs).all(|(key, pair)| (key.location(), key.player()) == *pair));
        assert!(Key::place("ab", None) < Key::new("ab", "a")? && Key::place("ab", None) > Key::new("a", "\u{e9}")?);
        Ok(())
    }
}
