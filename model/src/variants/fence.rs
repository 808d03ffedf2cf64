//! Without the fence: rules.

use super::prelude::*;

pub(super) const VARIANTS: &[Variant] = &[
    variant(
        "save-without-fence",
        "a save takes effect whoever holds the record",
        &["R02", "R03"],
        found("P1", 6),
        Bounds { opens: 2, deeds: 1, ..S },
        &SaveWithoutFence,
    ),
    variant(
        "save-unless-owned-by-another",
        "a save takes effect while nobody else holds the record",
        &["R09"],
        found("P1", 9),
        Bounds { opens: 2, deeds: 1, ..S },
        &SaveUnlessOwned,
    ),
    variant(
        "close-without-fence",
        "a close takes effect whoever holds the record",
        &["R06", "R42"],
        found("P1", 5),
        Bounds { opens: 2, deeds: 1, ..S },
        &CloseWithoutFence,
    ),
    variant(
        "no-nonce",
        "the fence compares epochs alone",
        &["R33"],
        found("P1", 8),
        Bounds { opens: 2, deeds: 1, foreign: 1, exists: true, ..S },
        &NoNonce,
    ),
    variant(
        "no-rolled-back-fence",
        "a record that was rolled back is trusted if it names the session",
        &["R43"],
        found("P4v", 11),
        Bounds { opens: 1, deeds: 2, foreign: 1, ..S },
        &NoRolledBackFence,
    ),
    variant(
        "claim-without-epoch",
        "a claim does not raise the epoch",
        &["R20", "R33"],
        found("P2", 2),
        Bounds { opens: 2, deeds: 1, ..S },
        &ClaimWithoutEpoch,
    ),
    variant(
        "adopt-by-server",
        "a server takes a record that names it for its own",
        &["R33", "R43"],
        found("P15", 5),
        Bounds { opens: 2, deeds: 1, crashes: 1, labels: true, reboots: false, ..S },
        &AdoptByServer,
    ),
    variant(
        "claim-forgets-itself",
        "an attempt does not recognise its own claim, and claims again",
        &["R05"],
        found("P2", 3),
        Bounds { opens: 1, deeds: 0, ..S },
        &ClaimForgetsItself,
    ),
    variant(
        "blind-write",
        "a save checks the fence when it reads, and then writes whatever is there",
        &["R02", "R03", "R12", "R14"],
        found("P3", 10),
        Bounds { opens: 2, deeds: 1, fine: true, ..S },
        &BlindWrite,
    ),
    variant(
        "blind-write-external",
        "an external change checks the ledger when it reads, and then writes whatever is there",
        &["R13", "R14"],
        found("P3", 9),
        Bounds { opens: 1, deeds: 2, senders: 1, sends: &[Kind::Count], fine: true, ..S },
        &BlindWrite,
    ),
];

struct SaveWithoutFence;
impl Rules<Tally, Deed> for SaveWithoutFence {
    fn may_save(&self, _record: &Record<Tally>, _me: Ticket) -> bool {
        true
    }
}

struct SaveUnlessOwned;
impl Rules<Tally, Deed> for SaveUnlessOwned {
    fn may_save(&self, record: &Record<Tally>, me: Ticket) -> bool {
        record.owner.is_none_or(|owner| owner.nonce == me.nonce)
    }
}

struct CloseWithoutFence;
impl Rules<Tally, Deed> for CloseWithoutFence {
    fn may_close(&self, _record: &Record<Tally>, _me: Ticket) -> bool {
        true
    }
}

struct NoNonce;
impl Rules<Tally, Deed> for NoNonce {
    fn may_save(&self, record: &Record<Tally>, me: Ticket) -> bool {
        record.epoch == me.epoch
    }
}

struct NoRolledBackFence;
impl Rules<Tally, Deed> for NoRolledBackFence {
    fn is_rolled_back(&self, _seen: &Record<Tally>, _now: &Record<Tally>, _me: Ticket, _log: &Log<Deed>) -> bool {
        false
    }
}

struct ClaimWithoutEpoch;
impl Rules<Tally, Deed> for ClaimWithoutEpoch {
    fn claim_epoch(&self, before: Epoch) -> Option<Epoch> {
        Some(before.max(Epoch(1)))
    }
}

struct AdoptByServer;
impl Rules<Tally, Deed> for AdoptByServer {
    fn is_mine(&self, owner: Owner, me: Owner) -> bool {
        owner.host == me.host
    }
}

struct ClaimForgetsItself;
impl Rules<Tally, Deed> for ClaimForgetsItself {
    fn is_mine(&self, _owner: Owner, _me: Owner) -> bool {
        false
    }
}

struct BlindWrite;
impl Rules<Tally, Deed> for BlindWrite {
    fn is_conditional(&self) -> bool {
        false
    }
}
