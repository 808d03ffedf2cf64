//! Names in addresses. Documentation: Data stores, Error codes and limits (lengths); Get Data Store Entry (`@`).

use keyholder_tokio::backend::{Key, MemoryKey, Refused};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::borrow::Cow;
use std::fmt::Write;

/// The most characters of a data store's name and of an entry's key.
pub const NAME_MAX_CHARS: usize = 50;

/// The most characters of an item's id in a sorted map.
pub const ITEM_MAX_CHARS: usize = 127;

/// All but what an address never reads as anything else. A colon is among what is encoded: behind one stand verbs.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// One segment of a path, or one value of a query.
pub(crate) fn encoded(name: &str) -> String {
    utf8_percent_encode(name, SEGMENT).to_string()
}

/// The name under which a location or a player's key stands in the platform's store.
///
/// It is the name itself, with one exception. The names `.` and `..` cannot stand in a path, encoded or not: they are a
/// step in it. They get a `~` behind them, and so do the names that this would collide with.
pub(crate) fn outside(name: &str) -> Result<Cow<'_, str>, Refused> {
    let outside = if is_steps(name) { Cow::Owned(format!("{name}~")) } else { Cow::Borrowed(name) };
    if outside.chars().nth(NAME_MAX_CHARS).is_some() {
        return Err(Refused::TooMany { what: "characters in a name of dots and tildes", limit: NAME_MAX_CHARS - 1 });
    }
    Ok(outside)
}

/// The name that [`outside`] gave this one for.
pub(crate) fn inside(outside: &str) -> &str {
    outside.strip_suffix('~').filter(|name| is_steps(name)).unwrap_or(outside)
}

/// A location and a player's key as they stand outside, encoded.
pub(crate) struct Place {
    pub(crate) store: String,
    pub(crate) entry: String,
    /// The key has an `@`, which a read takes for the beginning of a revision.
    pub(crate) has_at: bool,
}

impl Place {
    pub(crate) fn of(key: &Key) -> Result<Self, Refused> {
        let entry = encoded(&outside(key.player())?);
        Ok(Self { store: encoded(&outside(key.location())?), entry, has_at: key.player().contains('@') })
    }
}

/// The id of an entry in a sorted map. Different keys never share one: the number in front says where the location ends,
/// and a heartbeat's begins with a letter.
pub(crate) fn item(key: &MemoryKey) -> String {
    match key {
        MemoryKey::Journal(key) => {
            let (location, player) = (key.location(), key.player());
            format!("{}:{location}:{player}", location.chars().count())
        }
        MemoryKey::Heartbeat(host) => format!("host:{:016x}", host.0),
    }
}

/// The same query for any list of parameters.
pub(crate) fn query(parameters: &[(&str, &str)]) -> String {
    let mut query = String::new();
    for (at, (name, value)) in parameters.iter().enumerate() {
        let sign = if at == 0 { '?' } else { '&' };
        // Writing to a string does not fail.
        let _ = write!(query, "{sign}{name}={}", encoded(value));
    }
    query
}

/// One or two dots with any number of tildes behind them.
fn is_steps(name: &str) -> bool {
    matches!(name.trim_end_matches('~'), "." | "..")
}

#[cfg(test)]
mod tests {
    use super::{ITEM_MAX_CHARS, NAME_MAX_CHARS, encoded, inside, item, outside};
    use keyholder_core::ids::HostId;
    use keyholder_tokio::backend::{Key, MemoryKey};
    use std::collections::BTreeSet;

    #[test]
    fn a_name_is_one_segment() {
        assert_eq!(encoded("a/b@c:d e%\u{e9}?#"), "a%2Fb%40c%3Ad%20e%25%C3%A9%3F%23");
        assert_eq!(encoded("A-z_0.9~"), "A-z_0.9~");
    }

    #[test]
    fn names_outside_differ_where_names_differ() {
        let names = [".", "..", "...", ".~", "..~", "..~~", "a~", "~", "a", "~."];
        let outsides: BTreeSet<_> = names.iter().map(|name| outside(name).unwrap().into_owned()).collect();
        assert_eq!(outsides.len(), names.len());
        assert!(!outsides.contains(".") && !outsides.contains(".."));
        assert!(names.iter().all(|name| inside(&outside(name).unwrap()) == *name));
        assert!(outside(&format!(".{}", "~".repeat(NAME_MAX_CHARS - 1))).is_err());
    }

    #[test]
    fn items_differ_and_are_short_enough() {
        let journal = |location: &str, player: &str| MemoryKey::Journal(Key::new(location, player).unwrap());
        let long = "\u{e9}".repeat(50);
        let keys = [
            journal("a:b", "c"),
            journal("a", "b:c"),
            journal("1", "1:1"),
            journal("host", "0000000000000001"),
            journal(&long, &long),
            MemoryKey::Heartbeat(HostId(1)),
            MemoryKey::Heartbeat(HostId(u64::MAX)),
        ];
        let items: BTreeSet<_> = keys.iter().map(item).collect();
        assert_eq!(items.len(), keys.len());
        assert!(items.iter().all(|item| item.chars().count() <= ITEM_MAX_CHARS));
    }
}
