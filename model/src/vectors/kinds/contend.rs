//! What a contender does about the session that holds the record.

use crate::vectors::Case;
use crate::vectors::config::Configs;
use keyholder_core::config::{BlindPolicy, Config, Settings, StealPolicy};
use keyholder_core::ids::{HostId, Nonce, SchemaVersion};
use keyholder_core::record::Owner;
use keyholder_core::rules::{Answer, Contention, Liveness, Next, Rules, Standard};
use keyholder_core::timer::Millis;
use keyholder_core::tree::{Change, Schema, Tree};
use keyholder_core::update::{Permit, Ticket};
use keyholder_core::value::Map;
use serde::{Deserialize, Serialize};

/// What a contender may do and knows, and what it does.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(in crate::vectors) struct Contend {
    pub(in crate::vectors) steal: Steal,
    pub(in crate::vectors) blind: Blind,
    pub(in crate::vectors) refuse_when_busy: bool,
    pub(in crate::vectors) answer: Option<Said>,
    pub(in crate::vectors) silent: bool,
    /// Null until the heartbeat was read.
    pub(in crate::vectors) liveness: Option<Signs>,
    pub(in crate::vectors) observed: bool,
    /// `wait`, `probe`, `claim` with a permit for the session that is met, `refuse`.
    pub(in crate::vectors) next: String,
}

/// When to take a record without its holder's consent.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::vectors) enum Steal {
    Never,
    After,
    Now,
}

/// What to conclude of a heartbeat that cannot be read.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::vectors) enum Blind {
    Wait,
    Claim,
}

/// What the holder has said.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::vectors) enum Said {
    Busy,
    Closing,
    Gone,
}

/// What its heartbeat says.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::vectors) enum Signs {
    Alive,
    Absent,
    Unreadable,
}

impl Case for Contend {
    fn run(&self, _: &Configs) -> Result<Self, String> {
        let settings = Settings {
            steal: match self.steal {
                Steal::Never => StealPolicy::Never,
                Steal::After => StealPolicy::After(Millis(1_000)),
                Steal::Now => StealPolicy::Now,
            },
            blind: match self.blind {
                Blind::Wait => BlindPolicy::Wait,
                Blind::Claim => BlindPolicy::Claim,
            },
            refuse_when_busy: self.refuse_when_busy,
            ..Settings::DEFAULT
        };
        let schema = Schema::new(SchemaVersion(1), Map::new().into(), Vec::new()).map_err(|why| why.to_string())?;
        let config = Config::new(settings, schema).map_err(|why| why.to_string())?;
        let owner = Owner { host: HostId(1), nonce: Nonce(2) };
        let held = Ticket { nonce: owner.nonce, ..Ticket::default() };
        let mut contention = Contention::new(owner, held);
        contention.answer = self.answer.map(|it| match it {
            Said::Busy => Answer::Busy,
            Said::Closing => Answer::Closing,
            Said::Gone => Answer::Gone,
        });
        contention.silent = self.silent;
        contention.observed = self.observed;
        contention.liveness = self.liveness.map(|it| match it {
            Signs::Alive => Liveness::Alive,
            Signs::Absent => Liveness::Absent,
            Signs::Unreadable => Liveness::Unreadable,
        });
        let rules: &dyn Rules<Tree, Change> = &Standard;
        let next = match rules.contend(&config, &contention) {
            Next::Wait => "wait",
            Next::Probe => "probe",
            Next::Refuse => "refuse",
            Next::Claim(Permit::Gone(permit)) if permit == held => "claim",
            Next::Claim(_) => return Err("a permit for another session".to_owned()),
        };
        Ok(Self { next: next.to_owned(), ..self.clone() })
    }
}
