//! Moments in rows: nanoseconds since 1970, which stay in the range of 64 bits until 2262.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

use crate::time::Timestamp;

pub(crate) fn of(moment: Timestamp) -> i64 {
    i64::try_from(moment.as_nanosecond()).unwrap_or(i64::MAX)
}

pub(crate) fn moment(nanos: i64) -> Option<Timestamp> {
    Timestamp::from_nanosecond(i128::from(nanos)).ok()
}

pub(crate) fn serialize<S: Serializer>(moment: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_i64(of(*moment))
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    moment(i64::deserialize(deserializer)?).ok_or_else(|| D::Error::custom("a moment out of range"))
}
