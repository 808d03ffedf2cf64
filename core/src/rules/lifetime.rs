//! R-14 Lifetime, R-15 Wipe, R-16 Re-create, R-17 Restore.

use super::Rules;
use crate::config::Config;
use crate::document::Document;
use crate::ids::Epoch;
use crate::ledger::{Entry, Ledger, Source};
use crate::record::{Life, Record};
use crate::stored::LEDGER_MAX_ODD;

/// Prunes only when the ledger is big: claims whose reply was lost burn epochs, and a tight window would then refuse
/// sessions that are merely slow.
pub(super) fn claim_floor<D, S>(config: &Config<S>, record: &Record<D>, epoch: Epoch) -> Epoch {
    let settings = config.settings();
    let windowed = if record.ledger.len() < settings.ledger_prune_entries {
        record.floor
    } else {
        Epoch(epoch.0.saturating_sub(settings.window_epochs))
    };
    record.floor.max(windowed).max(outcome_floor(&record.ledger).min(epoch))
}

/// The floor that leaves no more outcomes than a record has room for: of the newest sessions, as many as fit.
fn outcome_floor(ledger: &Ledger) -> Epoch {
    let mut outcomes = 0_usize;
    for (source, entry) in ledger.iter().rev() {
        let Source::Session(of, _) = source else {
            continue;
        };
        outcomes = outcomes.saturating_add(entry.odd.len());
        if outcomes > LEDGER_MAX_ODD {
            return Epoch(of.0.saturating_add(1));
        }
    }
    Epoch(0)
}

pub(super) fn is_forgotten(source: Source, entry: &Entry, epoch: Epoch) -> bool {
    match source {
        Source::Session(of, _) => of < epoch,
        Source::Numbered(_) => entry.at < epoch,
        // A receipt may come again long after: only the host's calendar ends its life.
        Source::Receipt(_) => false,
    }
}

pub(super) fn forget_receipts<D: Clone>(record: &Record<D>, before: Epoch) -> Option<Record<D>> {
    let mut new = record.clone();
    new.ledger.retain(|source, entry| match source {
        Source::Receipt(_) => entry.at >= before,
        Source::Session(..) | Source::Numbered(_) => true,
    });
    (new.ledger.len() < record.ledger.len()).then_some(new)
}

pub(super) fn wipe<D, C, R>(
    rules: &R,
    config: &Config<D::Shape>,
    record: &Record<D>,
    expected: Epoch,
) -> Option<Record<D>>
where
    D: Document<C>,
    C: Clone,
    R: Rules<D, C> + ?Sized,
{
    if rules.is_wiped(record, expected) {
        return None;
    }
    let epoch = rules.reset_epoch(record.epoch)?;
    let mut new = Record::new(record.schema, record.compat, D::fresh(config.shape(), record.schema));
    new.epoch = epoch;
    new.floor = rules.reset_floor(record, epoch);
    new.wiped = epoch;
    new.restored = record.restored;
    new.life = Life::Tombstone;
    Some(new)
}

pub(super) fn recreate<D, C, R>(
    rules: &R,
    config: &Config<D::Shape>,
    record: &Record<D>,
    expected: Epoch,
) -> Option<Record<D>>
where
    D: Document<C>,
    C: Clone,
    R: Rules<D, C> + ?Sized,
{
    if record.life != Life::Tombstone || !rules.may_recreate(record, expected) {
        return None;
    }
    let mut new = record.clone();
    new.life = Life::Live;
    new.data = D::fresh(config.shape(), record.schema);
    Some(new)
}

pub(super) fn restore<D, C, R>(
    rules: &R,
    config: &Config<D::Shape>,
    record: &Record<D>,
    expected: Epoch,
    version: &Record<D>,
) -> Option<Record<D>>
where
    D: Document<C>,
    C: Clone,
    R: Rules<D, C> + ?Sized,
{
    let unwanted = record.life == Life::Tombstone || rules.is_erased(record, version);
    if record.epoch != expected || unwanted || version.schema > record.schema {
        return None;
    }
    // A version may be newer than the record, where something else went back: its sessions are fenced as well.
    let epoch = rules.reset_epoch(record.epoch.max(version.epoch))?;
    let mut new = record.clone();
    new.data = version.data.clone();
    if version.schema < record.schema {
        // The vocabulary never goes back (P8a): old data come forward, or the restore is refused.
        new.data.migrate(config.shape(), version.schema, record.schema).ok()?;
    }
    new.epoch = epoch;
    new.floor = rules.reset_floor(record, epoch);
    new.restored = epoch;
    new.owner = None;
    new.want = None;
    new.wrote = epoch;
    new.wiped = record.wiped.max(version.wiped);
    new.ledger = receipts(&record.ledger);
    for (source, entry) in receipts(&version.ledger).iter() {
        new.ledger.insert(source, entry.clone());
    }
    // Both may have been full: what has no room is refused, until receipts are forgotten.
    (new.ledger.len() <= config.settings().ledger_max_entries).then_some(new)
}

/// Receipts have no epoch of their own: only remembering them keeps a restored purchase from being granted again.
fn receipts(ledger: &Ledger) -> Ledger {
    let mut kept = ledger.clone();
    kept.retain(|source, _| match source {
        Source::Receipt(_) => true,
        Source::Session(..) | Source::Numbered(_) => false,
    });
    kept
}
