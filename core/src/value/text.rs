//! Luau strings: bytes, mostly few of them.

use crate::codec::SIGN;
use crate::json;
use alloc::sync::Arc;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};

/// [`Text::INLINE`] as it is stored.
const LONGEST: u8 = 22;

/// A string of bytes. Up to [`Text::INLINE`] of them are held in place; a clone is O(1).
///
/// Luau does not promise UTF-8, so neither does this: the storable form refuses what is none.
#[derive(Clone)]
pub struct Text(Repr);

#[derive(Clone)]
enum Repr {
    /// Bytes behind the length are 0.
    Inline(u8, [u8; Text::INLINE]),
    Shared(Arc<[u8]>),
}

impl Text {
    /// The longest string that is held in place, in bytes.
    pub const INLINE: usize = LONGEST as usize;

    /// Becomes the first `len` of some bytes, all if that is more. Quicker than a new string of a slice, since a fixed
    /// number of bytes is copied, and once.
    #[inline]
    pub(crate) fn fill(&mut self, from: &[u8; Self::INLINE], len: u8) {
        let Repr::Inline(own, bytes) = &mut self.0 else {
            *self = from.get(..usize::from(len)).unwrap_or(from).into();
            return;
        };
        *own = len.min(LONGEST);
        *bytes = *from;
        clear_behind(bytes, len);
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Repr::Inline(len, bytes) => bytes.get(..usize::from(*len)).unwrap_or_default(),
            Repr::Shared(bytes) => bytes,
        }
    }

    /// The first eight bytes, zeros where there are fewer, as a number that orders as they do.
    #[inline]
    fn head(&self) -> u64 {
        let bytes = match &self.0 {
            Repr::Inline(_, bytes) => bytes.as_slice(),
            Repr::Shared(bytes) => bytes,
        };
        bytes.first_chunk().map_or(0, |head| u64::from_be_bytes(*head))
    }

    /// The text, if the bytes are UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        core::str::from_utf8(self.as_bytes()).ok()
    }

    /// True of a string that is held in place and stands in JSON as it is: ASCII with nothing to be escaped, and without the
    /// sign of a tag in front. So is the text of most strings.
    #[inline]
    pub(crate) fn is_plain(&self) -> bool {
        let Repr::Inline(len, bytes) = &self.0 else {
            return false;
        };
        let (halves, _) = bytes.as_chunks();
        let words = halves.first().zip(halves.last()).zip(bytes.last_chunk());
        let Some(words) = words.map(|((a, b), c)| [*a, *b, *c].map(u64::from_le_bytes)) else {
            return false;
        };
        // The zeros behind the end are no text: what is found there is not before it.
        let plain = json::plain_words(words, Self::INLINE.saturating_sub(8));
        let is_ascii = (words[0] | words[1] | words[2]) & 0x8080_8080_8080_8080 == 0;
        plain >= usize::from(*len) && is_ascii && bytes.first() != Some(&(SIGN as u8))
    }

    /// All places of a string that is held in place, 0 behind its end, and its length.
    #[inline]
    pub(crate) fn inline(&self) -> Option<(&[u8; Self::INLINE], usize)> {
        match &self.0 {
            Repr::Inline(len, bytes) => Some((bytes, usize::from(*len))),
            Repr::Shared(_) => None,
        }
    }

    /// The first `len` of these bytes, all if that is more.
    #[inline]
    pub(crate) fn cut(bytes: &[u8; Self::INLINE], len: usize) -> Self {
        let (mut bytes, len) = (*bytes, u8::try_from(len).unwrap_or(LONGEST).min(LONGEST));
        clear_behind(&mut bytes, len);
        Self(Repr::Inline(len, bytes))
    }

    /// Number of bytes.
    pub fn len(&self) -> usize {
        match &self.0 {
            Repr::Inline(len, _) => usize::from(*len),
            Repr::Shared(bytes) => bytes.len(),
        }
    }

    /// True if there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// All places as three numbers, which are compared without a call.
#[inline]
fn words(bytes: &[u8; Text::INLINE]) -> [u64; 3] {
    let (halves, _) = bytes.as_chunks();
    let word = |bytes: Option<&[u8; 8]>| bytes.map_or(0, |it| u64::from_le_bytes(*it));
    [word(halves.first()), word(halves.last()), word(bytes.last_chunk())]
}

/// Sets what is behind the first `len` bytes to 0; all places are looked at, so that it takes no branch.
#[inline]
fn clear_behind(bytes: &mut [u8; Text::INLINE], len: u8) {
    for (at, byte) in (0_u8..).zip(bytes) {
        if at >= len {
            *byte = 0;
        }
    }
}

impl From<&[u8]> for Text {
    fn from(bytes: &[u8]) -> Self {
        let mut inline = [0; Self::INLINE];
        if let (Some(place), Ok(len)) = (inline.get_mut(..bytes.len()), u8::try_from(bytes.len())) {
            place.copy_from_slice(bytes);
            Self(Repr::Inline(len, inline))
        } else {
            Self(Repr::Shared(bytes.into()))
        }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        text.as_bytes().into()
    }
}

impl Default for Text {
    fn default() -> Self {
        Self(Repr::Inline(0, [0; Self::INLINE]))
    }
}

impl PartialEq for Text {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            // Bytes behind the end are equal.
            (Repr::Inline(len, bytes), Repr::Inline(other_len, other)) => {
                len == other_len && words(bytes) == words(other)
            }
            (Repr::Shared(bytes), Repr::Shared(other)) => bytes == other,
            (Repr::Inline(..), Repr::Shared(_)) | (Repr::Shared(_), Repr::Inline(..)) => false,
        }
    }
}

impl Eq for Text {}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Byte by byte, as stored maps are ordered.
impl Ord for Text {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        // The first eight bytes mostly tell, and are one number.
        self.head().cmp(&other.head()).then_with(|| self.as_bytes().cmp(other.as_bytes()))
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.as_bytes().escape_ascii())
    }
}

#[cfg(test)]
mod tests {
    use super::Text;
    use alloc::format;
    use alloc::string::String;
    use core::cmp::Ordering;

    #[test]
    fn short_and_long_strings_are_what_they_were_made_of() {
        for len in [0, 1, 21, 22, 23, 300] {
            let bytes = String::from("x").repeat(len);
            let text = Text::from(bytes.as_str());
            assert_eq!((text.as_bytes(), text.len()), (bytes.as_bytes(), len));
            assert_eq!(text.as_str(), Some(bytes.as_str()));
            assert_eq!(text, text.clone());
        }
        assert!(Text::default().is_empty() && size_of::<Text>() == 24);
    }

    #[test]
    fn what_is_behind_the_end_of_a_string_is_no_part_of_it() {
        let place = *b"sword and other things";
        let (cut, plain) = (Text::cut(&place, 5), Text::from("sword"));
        assert_eq!(
            (&cut, cut.cmp(&plain), cut.len(), format!("{cut:?}")),
            (&plain, Ordering::Equal, 5, "\"sword\"".into())
        );
        assert_eq!((Text::cut(&place, 0), Text::cut(&place, 22).len()), (Text::default(), 22));
    }

    #[test]
    fn strings_are_bytes_in_the_order_of_bytes() {
        let [latin, raw] = [Text::from("\u{e9}"), Text::from([0xff, 0].as_slice())];
        assert!(latin < raw && Text::from("ab") < Text::from("b") && Text::from("a") < Text::from("ab"));
        assert_eq!((raw.as_str(), format!("{raw:?}")), (None, "\"\\xff\\x00\"".into()));
    }
}
