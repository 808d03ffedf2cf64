//! Whether a value may be stored, and what it takes (decision D31).
//!
//! A [`Value`] holds more than a store takes: numbers that JSON has not, strings that are no text, holes, any depth, any
//! size. [`check`] finds the first of them and says where; [`text_len`] and [`largest()`] tell what a value takes, without
//! writing it.
//!
//! Sizes are in bytes. Where the platform counts characters of the text, a character takes one byte or more, so what
//! fits in bytes fits.

mod largest;
mod size;

pub use largest::largest;
pub use size::{Size, text_len};

use crate::stored::{DATA_MAX_BYTES, JOURNAL_MAX_BYTES, MAX_DEPTH, RECORD_MAX_BYTES};
use crate::value::{Path, Reason, Refused, Segment, Value};
use size::Meter;

/// The longest value of a data store: 4 194 304 characters of JSON (Roblox, `error-codes-and-limits.md` of data stores).
pub const DURABLE_MAX_BYTES: usize = RECORD_MAX_BYTES;

/// The longest value of a memory store: 32 KB (Roblox, `index.md` of memory stores).
pub const MEMORY_MAX_BYTES: usize = JOURNAL_MAX_BYTES;

/// The longest message between servers: 1 KB (Roblox, `usage-messaging.md`).
pub const MESSAGE_MAX_BYTES: usize = 1_024;

/// What the text form has a tag for and JSON nothing.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "refused or not")]
pub enum Tagged {
    /// Refused.
    #[default]
    Refuse,
    /// Stored as a tagged string, which no program reads but those that know the text form.
    Encode,
}

/// What may be stored.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "a caller names every limit, or begins with one of the constants")]
pub struct Policy {
    /// NaN and the infinities.
    pub not_finite: Tagged,
    /// Strings that are no UTF-8, as values and as keys.
    pub not_utf8: Tagged,
    /// Tables inside each other; 0 allows none.
    pub max_depth: u8,
    /// Length of the text form in bytes.
    pub max_bytes: usize,
}

impl Policy {
    /// A value of a data store of its own.
    pub const DURABLE: Self = Self {
        not_finite: Tagged::Refuse,
        not_utf8: Tagged::Refuse,
        max_depth: MAX_DEPTH,
        max_bytes: DURABLE_MAX_BYTES,
    };

    /// The data of a record, which leave room for its header.
    pub const RECORD: Self = Self { max_depth: MAX_DEPTH - 1, max_bytes: DATA_MAX_BYTES, ..Self::DURABLE };

    /// An item of a memory store.
    pub const MEMORY: Self = Self { max_bytes: MEMORY_MAX_BYTES, ..Self::DURABLE };

    /// A message between servers.
    pub const MESSAGE: Self = Self { max_bytes: MESSAGE_MAX_BYTES, ..Self::DURABLE };
}

impl Default for Policy {
    /// [`Policy::RECORD`]: what is stored is the data of a record, unless the caller knows better.
    fn default() -> Self {
        Self::RECORD
    }
}

/// What a value takes, if it may be stored. Ends as soon as the limit is passed, however large the value is.
///
/// # Errors
/// The first thing that `policy` does not allow, in the order of the text; [`Reason::TooBig`] has the path of the root.
pub fn check(value: &Value, policy: &Policy) -> Result<Size, Refused> {
    let mut check = Check { policy, meter: Meter::default(), size: Size::default() };
    check.walk(value, policy.max_depth).map_err(|refused| {
        // Where the limit was passed says nothing of what takes the room.
        if let Reason::TooBig { .. } = refused.why { Refused { path: Path::root(), ..refused } } else { refused }
    })?;
    Ok(check.size)
}

struct Check<'p> {
    policy: &'p Policy,
    meter: Meter,
    size: Size,
}

impl Check<'_> {
    /// Recursion goes as deep as the policy, at most 255 levels.
    fn walk(&mut self, value: &Value, levels: u8) -> Result<(), Refused> {
        let frame = self.meter.frame(value);
        self.add(frame)?;
        match value {
            Value::Number(it) if !it.0.is_finite() && self.policy.not_finite == Tagged::Refuse => {
                Err(Reason::NotFinite.into())
            }
            Value::Text(it) if it.as_str().is_none() && self.policy.not_utf8 == Tagged::Refuse => {
                Err(Reason::NotUtf8.into())
            }
            Value::Nil | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Buffer(_) | Value::Roblox(_) => {
                Ok(())
            }
            Value::Array(it) => {
                let levels = self.enter(levels)?;
                for (index, value) in (0_u32..).zip(it.iter()) {
                    let part = if *value == Value::Nil { Err(Reason::Hole.into()) } else { self.walk(value, levels) };
                    part.map_err(|refused| refused.within(index))?;
                }
                Ok(())
            }
            Value::Map(it) => {
                let levels = self.enter(levels)?;
                for (key, value) in it.iter() {
                    let part = if key.as_str().is_none() && self.policy.not_utf8 == Tagged::Refuse {
                        Err(Reason::KeyNotUtf8.into())
                    } else {
                        self.add(size::key(key)).and_then(|()| self.walk(value, levels))
                    };
                    part.map_err(|refused| refused.within(Segment::Key(key.clone())))?;
                }
                Ok(())
            }
        }
    }

    fn enter(&self, levels: u8) -> Result<u8, Refused> {
        levels.checked_sub(1).ok_or(Reason::TooDeep { limit: self.policy.max_depth }.into())
    }

    fn add(&mut self, size: Size) -> Result<(), Refused> {
        self.size = self.size.plus(size);
        let limit = self.policy.max_bytes;
        if self.size.bytes > limit { Err(Reason::TooBig { limit }.into()) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Policy, Size, Tagged, check};
    use crate::value::{Map, Path, Reason, Refused, Text, Value};
    use alloc::vec;

    fn refused(value: Value, policy: &Policy) -> (alloc::string::String, Reason) {
        use alloc::string::ToString;
        let Refused { path, why } = check(&value, policy).unwrap_err();
        (path.to_string(), why)
    }

    fn inside(value: Value) -> Value {
        Map::from_iter([("items", Value::from(vec![1.into(), value]))]).into()
    }

    #[test]
    fn what_json_has_not_is_refused_with_its_place_unless_allowed() {
        let broken = || Text::from([0xff].as_slice());
        let key = || Value::from(Map::from_iter([(broken(), Value::from(1))]));
        let examples = [
            (Value::from(f64::NAN), "$.items[1]", Reason::NotFinite),
            (Value::from(f64::INFINITY), "$.items[1]", Reason::NotFinite),
            (broken().into(), "$.items[1]", Reason::NotUtf8),
            (key(), "$.items[1][\"\\xff\"]", Reason::KeyNotUtf8),
        ];
        let all = Policy { not_finite: Tagged::Encode, not_utf8: Tagged::Encode, ..Policy::default() };
        for (value, path, why) in examples {
            assert_eq!(refused(inside(value.clone()), &Policy::default()), (path.into(), why));
            assert!(check(&inside(value), &all).is_ok());
        }
        assert_eq!(refused(inside(Value::Nil), &all), ("$.items[1]".into(), Reason::Hole));
        assert!(check(&Value::Nil, &all).is_ok());
    }

    #[test]
    fn tables_go_as_deep_as_allowed() {
        let nested = |levels: usize| (0..levels).fold(Value::from(1), |value, _| vec![value].into());
        for limit in [0, 1, 32, 255] {
            let policy = Policy { max_depth: limit, ..Policy::default() };
            assert!(check(&nested(limit.into()), &policy).is_ok());
            let (path, why) = refused(nested(usize::from(limit) + 1), &policy);
            assert_eq!((path.len(), why), (1 + 3 * usize::from(limit), Reason::TooDeep { limit }));
        }
    }

    #[test]
    fn a_value_fits_up_to_the_last_byte() {
        let policy = Policy { max_bytes: 10, ..Policy::default() };
        let text = |len: usize| Value::from(alloc::string::String::from("x").repeat(len).as_str());
        assert_eq!(check(&text(8), &policy), Ok(Size { bytes: 10, chars: 10 }));
        let why = Reason::TooBig { limit: 10 };
        assert_eq!(check(&text(9), &policy), Err(Refused { path: Path::root(), why: why.clone() }));
        assert_eq!(refused(vec![text(3), text(2)].into(), &policy), ("$".into(), why));
        assert!(check(&vec![text(2), text(2)].into(), &policy).is_err());
        assert!(check(&vec![text(2), text(1)].into(), &policy).is_ok());
    }

    /// Thirty shared tables, two references each: 2^30 values, of which the check sees few.
    #[test]
    fn a_small_value_with_a_huge_text_is_refused_at_once() {
        let value = (0..30).fold(Value::from(1), |value, _| vec![value.clone(), value].into());
        assert_eq!(check(&value, &Policy::MESSAGE).unwrap_err().why, Reason::TooBig { limit: 1_024 });
    }
}
