//! Requests on a record, each run on what the one before has left.

use super::words;
use crate::vectors::Case;
use crate::vectors::config::Configs;
use crate::vectors::request::Request;
use keyholder_core::config::Config;
use keyholder_core::record::Record;
use keyholder_core::rules::{Rules, Standard};
use keyholder_core::stored::Item;
use keyholder_core::tree::{Change, Schema, Tree};
use keyholder_core::update::Update;
use serde::{Deserialize, Serialize};

/// A record and what is asked of it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(in crate::vectors) struct Run {
    pub(in crate::vectors) config: String,
    /// Null if there is none.
    pub(in crate::vectors) record: Option<String>,
    pub(in crate::vectors) turns: Vec<Turn>,
}

/// A request and what comes of it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(in crate::vectors) struct Turn {
    pub(in crate::vectors) request: Request,
    /// What the requester concludes: of a claim, settlement, hand-back or external change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::vectors) verdict: Option<String>,
    /// The record that is written; null if nothing is.
    pub(in crate::vectors) writes: Option<String>,
}

type Player = Record<Tree>;

impl Case for Run {
    fn run(&self, configs: &Configs) -> Result<Self, String> {
        let config = configs.get(&self.config)?;
        let record =
            self.record.as_ref().map(|text| Player::from_text(text).map_err(|why| format!("the record: {why}")));
        let mut record = record.transpose()?;
        let turn = |Turn { request, .. }: &Turn| {
            let update = request.update()?;
            let before = verdict(&update, config, record.as_ref());
            let written = update.run(&Standard, config, record.as_ref());
            let writes = written.as_ref().map(|it| it.to_text().map_err(|why| format!("it cannot be written: {why}")));
            let writes = writes.transpose()?;
            record = written.or(record.take());
            Ok(Turn { request: request.clone(), verdict: before.or_else(|| loss(&update, record.as_ref())), writes })
        };
        let turns = self.turns.iter().map(turn).collect::<Result<_, String>>()?;
        Ok(Self { turns, ..self.clone() })
    }
}

/// The verdict on the record before the write.
fn verdict(update: &Update<Tree, Change>, config: &Config<Schema>, record: Option<&Player>) -> Option<String> {
    let rules: &dyn Rules<Tree, Change> = &Standard;
    match update {
        Update::Claim(claim) => Some(words::claim(rules.claim_verdict(config, record, claim)).to_owned()),
        Update::External(external) => Some(words::external(rules.external_verdict(config, record, external))),
        Update::Settle { me, log, pending } => {
            let settled = rules.settle(config, record?, *me, log, pending.as_ref());
            Some(settled.map_or_else(|why| why.to_string(), |_| "settled".to_owned()))
        }
        _ => None,
    }
}

/// The verdict of a fenced session on the record that comes back.
fn loss(update: &Update<Tree, Change>, record: Option<&Player>) -> Option<String> {
    let rules: &dyn Rules<Tree, Change> = &Standard;
    match update {
        Update::HandBack { me, .. } => Some(words::loss(rules.loss(record, *me, true)).to_owned()),
        _ => None,
    }
}
