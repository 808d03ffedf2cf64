//! Broken variants of servers: what an adapter does wrong, or the rules without one mechanism. Each names the property that the
//! checker must find broken.

use super::worlds::{SHUTDOWN, TELEPORT};
use super::{Breach, CLOSE_VERDICTS, CLOSED_IS_SILENT, CLOSED_IS_TRUE, Hosted, Setup};
use crate::parts::Variant;
use crate::variants;
use crate::world::AnyRules;
use keyholder_core::rules::Standard;

/// What is broken.
#[derive(Clone, Copy, Debug)]
pub enum Broken {
    /// What the adapter does.
    Breach(Breach),
    /// The rules of a variant of the protocol.
    Rules(&'static str),
}

/// The world of a variant.
///
/// # Panics
/// If it names rules that no variant of the protocol has.
pub fn world(variant: &Variant<Setup, Broken>) -> Hosted {
    match variant.breach {
        Broken::Breach(breach) => Hosted::under(&Standard, variant.setup, Some(breach)),
        Broken::Rules(name) => {
            let found = variants::find(name);
            let rules: &'static AnyRules = found.expect("the variant exists").rules;
            Hosted::under(rules, variant.setup, None)
        }
    }
}

/// All of them.
pub const VARIANTS: &[Variant<Setup, Broken>] = &[
    Variant {
        name: "shutdown-without-deadline",
        about: "the deadline of a shutdown is not armed",
        races: &["R26"],
        property: CLOSE_VERDICTS,
        steps: 5,
        setup: SHUTDOWN,
        breach: Broken::Breach(Breach::NoDeadline),
    },
    Variant {
        name: "shutdown-forgets-key",
        about: "what the session of one key says at the deadline does not reach the application",
        races: &["R26"],
        property: CLOSE_VERDICTS,
        steps: 5,
        setup: SHUTDOWN,
        breach: Broken::Breach(Breach::DeafAtDeadline),
    },
    Variant {
        name: "shutdown-told-too-early",
        about: "the end of a server is told when its sessions have been asked to close",
        races: &["R35"],
        property: CLOSED_IS_TRUE,
        steps: 2,
        setup: SHUTDOWN,
        breach: Broken::Breach(Breach::ClosedAtOnce),
    },
    Variant {
        name: "shutdown-writes-on",
        about: "the end of a server is told when its sessions have been asked to close, and writes go on",
        races: &["R12"],
        property: CLOSED_IS_SILENT,
        steps: 3,
        setup: SHUTDOWN,
        breach: Broken::Breach(Breach::ClosedAtOnce),
    },
    Variant {
        name: "host-without-fence",
        about: "a save takes effect whoever holds the record, in a host",
        races: &["R02", "R03"],
        property: "P1",
        steps: 6,
        setup: TELEPORT,
        breach: Broken::Rules("save-without-fence"),
    },
    Variant {
        name: "host-without-ledger",
        about: "segments of sessions are applied whether or not they are in the record, in a host",
        races: &["R05", "R12"],
        property: "P4",
        steps: 7,
        setup: TELEPORT,
        breach: Broken::Rules("no-session-ledger"),
    },
    Variant {
        name: "host-acknowledges-on-issue",
        about: "a change is acknowledged when its save is sent, by a host",
        races: &["R04"],
        property: "P3",
        steps: 5,
        setup: TELEPORT,
        breach: Broken::Rules("acknowledge-on-issue"),
    },
];
