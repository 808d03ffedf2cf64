//! Broken variants of a call that is repeated. Each names the property that the checker must find broken.

use super::{BOUNDED, CALL, ONCE, PERMANENT_ENDS, TRUTHFUL};
use super::{Breach, Retrying, Setup};
use crate::parts::{Variant, variant};

/// The world of a variant.
pub fn world(variant: &Variant<Setup, Breach>) -> Retrying {
    Retrying { breach: Some(variant.breach), ..Retrying::new(variant.setup) }
}

/// All of them.
pub const VARIANTS: &[Variant<Setup, Breach>] = &[
    variant(
        "retry-sends-blindly",
        "an unknown outcome is taken for a failure",
        &["R13"],
        ONCE,
        2,
        CALL,
        Breach::UnknownIsFailure,
    ),
    variant("retry-denies", "the same, seen by the caller", &["R13"], TRUTHFUL, 2, CALL, Breach::UnknownIsFailure),
    variant(
        "retry-permanent",
        "a permanent failure is taken for one that passes",
        &[],
        PERMANENT_ENDS,
        1,
        CALL,
        Breach::PermanentPasses,
    ),
    variant("retry-for-ever", "attempts are not counted", &[], BOUNDED, 3, CALL, Breach::ForEver),
    variant(
        "retry-unread-is-absent",
        "a read that fails is taken for one that finds nothing",
        &["R13"],
        ONCE,
        3,
        CALL,
        Breach::UnreadIsAbsent,
    ),
];
