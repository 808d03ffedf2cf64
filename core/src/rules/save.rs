//! R-6 Settle, R-9 Save, R-11 Close, R-12 Hand-back, and what a fenced session has lost.

use super::{Position, Rules, Standing, external as outside};
use crate::config::Config;
use crate::document::{Document, MigrationFailed};
use crate::ids::Seq;
use crate::ledger::Source;
use crate::record::{Life, Record};
use crate::segment::Log;
use crate::update::{External, Ticket};

/// Why changes of a session will never be in the record, or why nobody can say.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums, reason = "each is a verdict of its own")]
pub enum Loss {
    /// A wipe came later: whether or not they were applied, they are gone with the data.
    Erased,
    /// The record no longer remembers this session; they may have been applied and pruned, or rolled back.
    Forgotten,
    /// They were refused, and the refusal is committed; or they were never sent anywhere.
    Refused,
}

pub(super) fn is_rolled_back<D, C, R>(rules: &R, seen: &Record<D>, now: &Record<D>, me: Ticket, log: &Log<C>) -> bool
where
    D: Document<C>,
    C: Clone,
    R: Rules<D, C> + ?Sized,
{
    let lower = |source, seq| match source {
        // Receipts are forgotten by the host's calendar, under a live session too.
        Source::Receipt(_) => false,
        Source::Session(..) | Source::Numbered(_) => now.ledger.seq(source) < seq,
    };
    let behind = now.schema < seen.schema || seen.ledger.iter().any(|(source, entry)| lower(source, entry.seq));
    let own = me.source();
    let next = log.iter().find(|segment| segment.source == own && now.ledger.seq(own) < segment.to);
    behind || next.is_some_and(|segment| rules.position(now, segment) == Position::Gap)
}

pub(super) fn settle<D, C, R>(
    rules: &R,
    config: &Config<D::Shape>,
    record: &Record<D>,
    me: Ticket,
    log: &Log<C>,
    pending: Option<&External<C>>,
) -> Result<Option<Record<D>>, MigrationFailed>
where
    D: Document<C>,
    C: Clone,
    R: Rules<D, C> + ?Sized,
{
    if !rules.may_save(record, me) {
        return Ok(None);
    }
    let settings = config.settings();
    let mut new = record.clone();
    let mut applied = rules.merge(config, &mut new, log, Standing::Recovering).applied;
    if let Some(external) = pending {
        // The session holds the record and nobody lives on it yet: its own change from before needs no further permit.
        let alone: Log<C> = core::iter::once(external.segment.clone()).collect();
        let source = external.segment.source;
        let owned = outside::has_room(config, &new, source) && !rules.is_expired(&new, external);
        applied |= owned && rules.merge(config, &mut new, &alone, Standing::Owner(source)).applied;
    }
    let schema = rules.settled_schema(new.schema, settings.schema);
    if schema > new.schema {
        new.data.migrate(config.shape(), new.schema, schema)?;
    } else if schema == record.schema && !applied {
        return Ok(None);
    }
    if schema != new.schema {
        new.schema = schema;
        new.compat = settings.compat;
    }
    if applied {
        new.wrote = me.epoch;
    }
    Ok(Some(new))
}

pub(super) fn save<D, C, R>(
    rules: &R,
    config: &Config<D::Shape>,
    record: &Record<D>,
    me: Ticket,
    log: &Log<C>,
    told: Seq,
    release: bool,
) -> Option<Record<D>>
where
    D: Document<C>,
    C: Clone,
    R: Rules<D, C> + ?Sized,
{
    let permitted = if release { rules.may_close(record, me) } else { rules.may_save(record, me) };
    if !permitted {
        return None;
    }
    let mut new = record.clone();
    let carries = if release { rules.saves_at_release() } else { true };
    let applied = carries && rules.merge(config, &mut new, log, Standing::Owner(me.source())).applied;
    if !applied && !release {
        return None;
    }
    if applied {
        new.wrote = me.epoch;
    }
    if new.ledger.get(me.source()).is_some_and(|entry| !entry.odd.is_empty()) {
        // A verdict that was told needs no memory; the others must be the same after a lost reply (rule R-25).
        new.ledger.update(me.source(), |entry| entry.odd.retain(|(seq, _)| *seq > told));
    }
    if release {
        new.owner = None;
        new.want = None;
    }
    Some(new)
}

pub(super) fn hand_back<D, C, R>(
    rules: &R,
    config: &Config<D::Shape>,
    record: &Record<D>,
    me: Ticket,
    log: &Log<C>,
) -> Option<Record<D>>
where
    D: Document<C>,
    C: Clone,
    R: Rules<D, C> + ?Sized,
{
    let own = me.source();
    if record.life == Life::Tombstone {
        return None;
    }
    let mut new = record.clone();
    let merged = rules.merge(config, &mut new, log, Standing::Late);
    let refused = merged.refused.iter().any(|source| *source == own);
    if refused && rules.seals() {
        let at = new.epoch;
        new.ledger.update(own, |entry| {
            entry.sealed = true;
            entry.at = at;
        });
        return Some(new);
    }
    merged.applied.then_some(new)
}

pub(super) fn loss<D>(record: Option<&Record<D>>, me: Ticket, sent: bool) -> Option<Loss> {
    let unsure = if sent { Loss::Forgotten } else { Loss::Refused };
    let Some(record) = record else {
        return Some(unsure);
    };
    if record.wiped > me.epoch {
        return Some(Loss::Erased);
    }
    if me.epoch < record.floor {
        return Some(unsure);
    }
    record.ledger.is_sealed(me.source()).then_some(Loss::Refused)
}
