//! Broken variants of servers: what an adapter does wrong, or the rules without one mechanism. Each names the property that the
//! checker must find broken.

use super::worlds::{SHUTDOWN, TELEPORT};
use super::{Breach, CLOSE_VERDICTS, CLOSED_IS_SILENT, CLOSED_IS_TRUE, Hosted, Setup};
use crate::variants;
use crate::world::AnyRules;
use keyholder_core::rules::Standard;

/// One broken variant.
#[derive(Clone, Copy, Debug)]
pub struct HostedVariant {
    /// Its name.
    pub name: &'static str,
    /// What is so instead, in a sentence.
    pub about: &'static str,
    /// The races that it tells.
    pub races: &'static [&'static str],
    /// The property that breaks.
    pub property: &'static str,
    /// The steps of its shortest trace.
    pub steps: usize,
    setup: Setup,
    broken: Broken,
}

#[derive(Clone, Copy, Debug)]
enum Broken {
    Breach(Breach),
    /// The rules of a variant of the protocol.
    Rules(&'static str),
}

impl HostedVariant {
    /// Its world.
    ///
    /// # Panics
    /// If it names rules that no variant of the protocol has.
    pub fn world(&self) -> Hosted {
        match self.broken {
            Broken::Breach(breach) => Hosted::under(&Standard, self.setup, Some(breach)),
            Broken::Rules(name) => {
                let found = variants::find(name);
                let rules: &'static AnyRules = found.expect("the variant exists").rules;
                Hosted::under(rules, self.setup, None)
            }
        }
    }
}

/// All of them.
pub const VARIANTS: &[HostedVariant] = &[
    HostedVariant {
        name: "shutdown-without-deadline",
        about: "the deadline of a shutdown is not armed",
        races: &["R26"],
        property: CLOSE_VERDICTS,
        steps: 5,
        setup: SHUTDOWN,
        broken: Broken::Breach(Breach::NoDeadline),
    },
    HostedVariant {
        name: "shutdown-forgets-key",
        about: "what the session of one key says at the deadline does not reach the application",
        races: &["R26"],
        property: CLOSE_VERDICTS,
        steps: 5,
        setup: SHUTDOWN,
        broken: Broken::Breach(Breach::DeafAtDeadline),
    },
    HostedVariant {
        name: "shutdown-told-too-early",
        about: "the end of a server is told when its sessions have been asked to close",
        races: &["R35"],
        property: CLOSED_IS_TRUE,
        steps: 2,
        setup: SHUTDOWN,
        broken: Broken::Breach(Breach::ClosedAtOnce),
    },
    HostedVariant {
        name: "shutdown-writes-on",
        about: "the end of a server is told when its sessions have been asked to close, and writes go on",
        races: &["R12"],
        property: CLOSED_IS_SILENT,
        steps: 3,
        setup: SHUTDOWN,
        broken: Broken::Breach(Breach::ClosedAtOnce),
    },
    HostedVariant {
        name: "host-without-fence",
        about: "a save takes effect whoever holds the record, in a host",
        races: &["R02", "R03"],
        property: "P1",
        steps: 6,
        setup: TELEPORT,
        broken: Broken::Rules("save-without-fence"),
    },
    HostedVariant {
        name: "host-without-ledger",
        about: "segments of sessions are applied whether or not they are in the record, in a host",
        races: &["R05", "R12"],
        property: "P4",
        steps: 7,
        setup: TELEPORT,
        broken: Broken::Rules("no-session-ledger"),
    },
    HostedVariant {
        name: "host-acknowledges-on-issue",
        about: "a change is acknowledged when its save is sent, by a host",
        races: &["R04"],
        property: "P3",
        steps: 5,
        setup: TELEPORT,
        broken: Broken::Rules("acknowledge-on-issue"),
    },
];
