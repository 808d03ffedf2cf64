//! Items and their parts in serde's formats (feature `serde`), for what holds them in passing, such as a recording: an item
//! is its stored text, and so is a part.

use super::{Item, Stored};
use crate::few::Few;
use crate::journal::Journal;
use crate::json::{self, Limits};
use crate::record::Record;
use crate::segment::{Log, Segment};
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Deeper than any item, and yet little stack. The bytes are in memory already.
const LIMITS: Limits = Limits { max_depth: 64, max_bytes: usize::MAX };

/// A part, by its text.
struct Part<T>(T);

impl<T: Stored> Serialize for Part<&T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        text::serialize(self.0, to)
    }
}

impl<'de, T: Stored> Deserialize<'de> for Part<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        text::deserialize(from).map(Self)
    }
}

impl<T: Stored> Serialize for Record<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.to_text().map_err(S::Error::custom)?)
    }
}

impl<'de, T: Stored> Deserialize<'de> for Record<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::from_text(&*Cow::<'_, str>::deserialize(from)?).map_err(D::Error::custom)
    }
}

impl<C: Stored> Serialize for Journal<C> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.to_text().map_err(S::Error::custom)?)
    }
}

impl<'de, C: Stored> Deserialize<'de> for Journal<C> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::from_text(&*Cow::<'_, str>::deserialize(from)?).map_err(D::Error::custom)
    }
}

/// Not its stored text: a log that is under way may hold what no journal does.
impl<C: Stored> Serialize for Log<C> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let segments: Vec<&Segment<C>> = self.iter().map(AsRef::as_ref).collect();
        segments.serialize(to)
    }
}

impl<'de, C: Stored> Deserialize<'de> for Log<C> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Vec::<Segment<C>>::deserialize(from).map(|segments| segments.into_iter().map(Arc::new).collect())
    }
}

/// A part.
pub(crate) mod text {
    use super::*;

    pub(crate) fn serialize<T: Stored, S: Serializer>(part: &T, to: S) -> Result<S::Ok, S::Error> {
        let mut text = String::new();
        part.write(json::Writer::new(&mut text));
        to.serialize_str(&text)
    }

    pub(crate) fn deserialize<'de, T: Stored, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
        let text = Cow::<'_, str>::deserialize(from)?;
        json::read(&text, LIMITS, T::read).map_err(D::Error::custom)
    }
}

/// A part, if it is there.
pub(crate) mod maybe {
    use super::*;

    pub(crate) fn serialize<T: Stored, S: Serializer>(part: &Option<T>, to: S) -> Result<S::Ok, S::Error> {
        part.as_ref().map(Part).serialize(to)
    }

    pub(crate) fn deserialize<'de, T: Stored, D: Deserializer<'de>>(from: D) -> Result<Option<T>, D::Error> {
        Option::<Part<T>>::deserialize(from).map(|it| it.map(|Part(part)| part))
    }
}

/// Several parts.
pub(crate) mod texts {
    use super::*;

    pub(crate) fn serialize<T: Stored, S: Serializer, const N: usize>(
        parts: &Few<T, N>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        parts.iter().map(Part).collect::<Vec<_>>().serialize(to)
    }

    pub(crate) fn deserialize<'de, T: Stored, D: Deserializer<'de>, const N: usize>(
        from: D,
    ) -> Result<Few<T, N>, D::Error> {
        Vec::<Part<T>>::deserialize(from).map(|parts| parts.into_iter().map(|it| it.0).collect())
    }
}

/// What is shared. serde has this behind a feature that warns of copies: here nobody relies on there being one.
pub(crate) mod arc {
    use super::*;

    pub(crate) fn serialize<T: Serialize, S: Serializer>(shared: &Arc<T>, to: S) -> Result<S::Ok, S::Error> {
        shared.as_ref().serialize(to)
    }

    pub(crate) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Arc<T>, D::Error> {
        T::deserialize(from).map(Arc::new)
    }
}

/// What is shared, if it is there.
pub(crate) mod arcs {
    use super::*;

    pub(crate) fn serialize<T: Serialize, S: Serializer>(shared: &Option<Arc<T>>, to: S) -> Result<S::Ok, S::Error> {
        shared.as_deref().serialize(to)
    }

    pub(crate) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Arc<T>>, D::Error> {
        Option::<T>::deserialize(from).map(|it| it.map(Arc::new))
    }
}
