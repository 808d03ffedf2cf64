//! A session that believes too early, or not at all: rules.

use super::prelude::*;
use keyholder_core::ids::Nonce;
use keyholder_core::rules::Stage;

pub(super) const VARIANTS: &[Variant] = &[
    variant(
        "acknowledge-on-issue",
        "a change is acknowledged when its save is sent",
        &["R04", "R25"],
        found("P3", 5),
        Bounds { opens: 1, deeds: 1, crashes: 1, lost: 1, ..S },
        &AcknowledgeOnIssue,
    ),
    variant(
        "acknowledge-on-journal",
        "a change is acknowledged when it is in the journal",
        &["R08"],
        found("P3", 6),
        Bounds { opens: 1, deeds: 1, ..S },
        &AcknowledgeOnJournal,
    ),
    variant(
        "view-not-rebased",
        "the player's view does not follow the record",
        &["R07", "R14"],
        found("P17", 8),
        Bounds { opens: 1, deeds: 2, senders: 1, sends: &[Kind::Count], ..S },
        &ViewNotRebased,
    ),
    variant(
        "base-not-moved",
        "the base stays behind what was acknowledged",
        &["R43"],
        found("P17", 6),
        Bounds { opens: 1, deeds: 1, ..S },
        &BaseNotMoved,
    ),
    variant(
        "two-requests-at-once",
        "a session has two saves outstanding, and an older answer may come last",
        &["R12"],
        found("P17", 8),
        Bounds { opens: 2, deeds: 2, lost: 1, ..S },
        &TwoAtOnce,
    ),
    variant(
        "release-without-save",
        "the write that releases the record does not carry the unsaved changes",
        &["R25", "R42"],
        found("P9", 5),
        Bounds { opens: 1, deeds: 1, ..S },
        &ReleaseWithoutSave,
    ),
    variant(
        "close-assumed-done",
        "a close counts as done when the epoch has moved",
        &["R05", "R25"],
        found("P14", 7),
        Bounds { opens: 2, deeds: 1, ..S },
        &CloseAssumedDone,
    ),
    variant(
        "close-given-up",
        "a close whose outcome is unknown is not repeated",
        &["R25", "R35"],
        found("P5", 6),
        Bounds { opens: 1, deeds: 1, lost: 1, ..S },
        &CloseGivenUp,
    ),
    variant(
        "cancelled-open-forgotten",
        "a cancelled open leaves its claim",
        &["R35", "R41"],
        found("P15", 2),
        Bounds { opens: 1, deeds: 0, quits: 1, ..S },
        &CancelledForgotten,
    ),
    variant(
        "release-without-touch",
        "the release of a cancelled open writes nothing where it finds nothing, and its claim lands afterwards",
        &["R41"],
        found("P15", 5),
        Bounds { opens: 1, deeds: 0, quits: 1, lost: 1, fine: true, exists: true, ..S },
        &ReleaseWithoutTouch,
    ),
    variant(
        "release-of-anybody",
        "a cancelled open frees the record whoever holds it",
        &["R06"],
        found("P9", 7),
        Bounds { opens: 2, deeds: 1, quits: 1, ..S },
        &ReleaseOfAnybody,
    ),
    variant(
        "recovery-not-committed",
        "a session becomes Active before what it recovered is durable",
        &["R38"],
        found("P6", 10),
        Bounds { opens: 2, deeds: 2, coins: 1, kinds: &[Kind::Spend, Kind::Count], ..S },
        &RecoveryNotCommitted,
    ),
];

struct AcknowledgeOnIssue;
impl Rules<Tally, Deed> for AcknowledgeOnIssue {
    fn acknowledges_early(&self, stage: Stage) -> bool {
        stage == Stage::Issued
    }
}

struct AcknowledgeOnJournal;
impl Rules<Tally, Deed> for AcknowledgeOnJournal {
    fn acknowledges_early(&self, stage: Stage) -> bool {
        stage == Stage::Journalled
    }
}

struct ViewNotRebased;
impl Rules<Tally, Deed> for ViewNotRebased {
    fn rebases_view(&self) -> bool {
        false
    }
}

struct BaseNotMoved;
impl Rules<Tally, Deed> for BaseNotMoved {
    fn moves_base(&self) -> bool {
        false
    }
}

struct TwoAtOnce;
impl Rules<Tally, Deed> for TwoAtOnce {
    fn requests_at_once(&self) -> usize {
        2
    }
}

struct ReleaseWithoutSave;
impl Rules<Tally, Deed> for ReleaseWithoutSave {
    fn saves_at_release(&self) -> bool {
        false
    }
}

struct CloseAssumedDone;
impl Rules<Tally, Deed> for CloseAssumedDone {
    fn is_closed(&self, record: &Record<Tally>, me: Ticket, all_in: bool) -> bool {
        record.epoch > me.epoch || (record.owner.is_none() && all_in)
    }
}

struct CloseGivenUp;
impl Rules<Tally, Deed> for CloseGivenUp {
    fn repeats_close(&self) -> bool {
        false
    }
}

struct CancelledForgotten;
impl Rules<Tally, Deed> for CancelledForgotten {
    fn releases_cancelled(&self) -> bool {
        false
    }
}

struct ReleaseWithoutTouch;
impl Rules<Tally, Deed> for ReleaseWithoutTouch {
    fn release(
        &self,
        _config: &Config<TallyShape>,
        record: Option<&Record<Tally>>,
        nonce: Nonce,
        _touch: bool,
    ) -> Option<Record<Tally>> {
        let record = record?;
        record.owner.filter(|owner| owner.nonce == nonce).map(|_| Record { owner: None, ..record.clone() })
    }
}

struct ReleaseOfAnybody;
impl Rules<Tally, Deed> for ReleaseOfAnybody {
    fn release(
        &self,
        _config: &Config<TallyShape>,
        record: Option<&Record<Tally>>,
        _nonce: Nonce,
        _touch: bool,
    ) -> Option<Record<Tally>> {
        Some(Record { owner: None, ..record?.clone() })
    }
}

struct RecoveryNotCommitted;
impl Rules<Tally, Deed> for RecoveryNotCommitted {
    fn must_settle(&self, base: &Record<Tally>, code: SchemaVersion, _log: &Log<Deed>, pending: bool) -> bool {
        pending || base.schema < code
    }
}
