//! Broken variants of the budget. Each names the property that the checker must find broken.

use super::{BUCKET, EXACT_WAIT, PLATFORM_OBEYED, RESERVE_KEPT, WITHIN_CREDIT};
use super::{Breach, Budgeting, Setup};
use crate::parts::{Variant, variant};

/// The world of a variant.
pub fn world(variant: &Variant<Setup, Breach>) -> Budgeting {
    Budgeting { setup: variant.setup, breach: Some(variant.breach) }
}

/// All of them.
pub const VARIANTS: &[Variant<Setup, Breach>] = &[
    variant(
        "budget-reserve-for-all",
        "whoever asks may use the reserve",
        &["R26"],
        RESERVE_KEPT,
        2,
        BUCKET,
        Breach::ReserveForAll,
    ),
    variant(
        "budget-deaf",
        "what the platform says is not heard",
        &["R26"],
        PLATFORM_OBEYED,
        2,
        BUCKET,
        Breach::DeafToThePlatform,
    ),
    variant(
        "budget-full-each-moment",
        "each moment begins with a full bucket",
        &["R26"],
        WITHIN_CREDIT,
        3,
        BUCKET,
        Breach::FullEachMoment,
    ),
    variant("budget-fails", "who may not send yet is told never", &[], EXACT_WAIT, 2, BUCKET, Breach::FailsInstead),
];
