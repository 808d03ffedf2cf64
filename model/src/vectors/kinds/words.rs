//! Verdicts as words, those of the stored forms where they have some.

use keyholder_core::codec::binary::BinaryProblem;
use keyholder_core::document::{Applied, MigrationFailed, Skip};
use keyholder_core::rules::{ClaimVerdict, ExternalVerdict, Loss, NotNow, Refusal};
use serde::{Deserialize, Serialize};

/// What became of a change.
pub(in crate::vectors) fn applied(applied: Applied) -> &'static str {
    match applied {
        Applied::Whole => "whole",
        Applied::Clamped => "clamped",
        Applied::Skipped(Skip::BelowMinimum) => "below_minimum",
        Applied::Skipped(Skip::AboveMaximum) => "above_maximum",
        Applied::Skipped(Skip::Mismatch) => "mismatch",
        Applied::Skipped(Skip::WrongKind) => "wrong_kind",
        Applied::Skipped(Skip::Full) => "full",
        Applied::Skipped(Skip::TooBig) => "too_big",
        Applied::Skipped(Skip::UnknownField) => "unknown_field",
        Applied::Skipped(_) => "skipped",
    }
}

/// Why bytes were refused.
pub(in crate::vectors) fn problem(problem: BinaryProblem) -> &'static str {
    match problem {
        BinaryProblem::TooBig { .. } => "too_big",
        BinaryProblem::TooDeep { .. } => "too_deep",
        BinaryProblem::Version { .. } => "version",
        BinaryProblem::Ended => "ended",
        BinaryProblem::TrailingBytes => "trailing_bytes",
        BinaryProblem::UnknownTag { .. } => "unknown_tag",
        BinaryProblem::OutOfRange => "out_of_range",
        BinaryProblem::NotShortest => "not_shortest",
        BinaryProblem::KeyOrder => "key_order",
        BinaryProblem::KnownKeys => "known_keys",
        BinaryProblem::UnknownKeys => "unknown_keys",
        BinaryProblem::NilInMap => "nil_in_map",
        BinaryProblem::NotUtf8 => "not_utf8",
        BinaryProblem::BadPayload => "bad_payload",
        BinaryProblem::BadOperation => "bad_operation",
        BinaryProblem::KnownKind => "known_kind",
        _ => "refused",
    }
}

/// The verdict on a claim.
pub(super) fn claim(verdict: ClaimVerdict) -> &'static str {
    match verdict {
        ClaimVerdict::Mine => "mine",
        ClaimVerdict::Free => "free",
        ClaimVerdict::Refused(Refusal::Held(..)) => "held",
        ClaimVerdict::Refused(Refusal::Tombstone) => "tombstone",
        ClaimVerdict::Refused(Refusal::TooOld(_)) => "too_old",
        ClaimVerdict::Refused(Refusal::Transaction) => "transaction",
        ClaimVerdict::Refused(Refusal::Absent) => "absent",
        ClaimVerdict::Refused(Refusal::Exhausted) => "exhausted",
        ClaimVerdict::Refused(_) => "refused",
    }
}

/// The verdict on an external change: of one that is done, its outcome.
pub(super) fn external(verdict: ExternalVerdict) -> String {
    match verdict {
        ExternalVerdict::Done(outcome) => format!("done: {}", applied(outcome)),
        ExternalVerdict::Admit => "admit".to_owned(),
        ExternalVerdict::Refused(why) => format!("refused: {}", not_now(why)),
    }
}

fn not_now(why: NotNow) -> &'static str {
    match why {
        NotNow::Absent => "absent",
        NotNow::Tombstone => "tombstone",
        NotNow::Expired => "expired",
        NotNow::OutOfTurn => "out_of_turn",
        NotNow::Owned => "owned",
        NotNow::Schema => "schema",
        NotNow::LedgerFull => "ledger_full",
        NotNow::Malformed => "malformed",
        NotNow::Exhausted => "exhausted",
        _ => "other",
    }
}

/// What is left of a fenced session.
pub(super) fn loss(loss: Option<Loss>) -> &'static str {
    match loss {
        None => "none",
        Some(Loss::Erased) => "erased",
        Some(Loss::Forgotten) => "forgotten",
        Some(Loss::Refused) => "refused",
    }
}

/// Why data did not reach a version.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(in crate::vectors) enum Failed {
    Missing(u32),
    Step(u32),
    TooBig(u32),
}

impl Failed {
    pub(super) fn of(why: MigrationFailed) -> Result<Self, String> {
        match why {
            MigrationFailed::Missing(to) => Ok(Self::Missing(to.0)),
            MigrationFailed::Step(to) => Ok(Self::Step(to.0)),
            MigrationFailed::TooBig(to) => Ok(Self::TooBig(to.0)),
            other => Err(other.to_string()),
        }
    }
}
