//! R-5 Journal at the open, R-8 Journal write, and its deletion after a close.

use super::{Rules, Standing};
use crate::config::Config;
use crate::document::Document;
use crate::few::Few;
use crate::journal::{Journal, JournalChange, JournalUpdate};
use crate::ledger::Source;
use crate::record::Record;
use crate::segment::{Log, Segment};
use crate::stored::JOURNAL_MAX_SEGMENTS;
use crate::update::Ticket;

pub(super) fn recover<D, C, R>(rules: &R, config: &Config<D::Shape>, base: &Record<D>, journal: &Journal<C>) -> Log<C>
where
    D: Document<C>,
    C: Clone,
    R: Rules<D, C> + ?Sized,
{
    if !rules.recovers_from(base, journal) {
        return Log::new();
    }
    prefixes(
        journal,
        |segment| {
            let in_order = rules.is_in_order(base, segment, Standing::Recovering);
            rules.has_words(config, base, segment)
                && (in_order || segment.changes.iter().all(|change| rules.may_be_late(config, change)))
        },
        |segment| rules.is_unknown(base, segment),
    )
}

pub(super) fn take_over<D, C, R>(
    rules: &R,
    config: &Config<D::Shape>,
    old: &Journal<C>,
    new: &Journal<C>,
    base: &Record<D>,
) -> Log<C>
where
    D: Document<C>,
    C: Clone,
    R: Rules<D, C> + ?Sized,
{
    let own = Source::Session(new.epoch, new.nonce);
    prefixes(
        old,
        |segment| rules.keeps_late(config, base, segment),
        |segment| {
            segment.source != own && !new.log.holds(segment.source, segment.to) && rules.is_unknown(base, segment)
        },
    )
}

/// The segments that are `wanted`, of each source only those before the first that is not `admissible`: what comes
/// after a refused one can never be applied, and carrying it would pretend otherwise (P11).
fn prefixes<C>(
    journal: &Journal<C>,
    mut admissible: impl FnMut(&Segment<C>) -> bool,
    mut wanted: impl FnMut(&Segment<C>) -> bool,
) -> Log<C> {
    let mut stopped: Few<Source, 2> = Few::new();
    let mut log = Log::new();
    for segment in journal.log.iter() {
        if !wanted(segment) || stopped.iter().any(|source| *source == segment.source) {
            continue;
        }
        if admissible(segment) {
            log.push(segment.clone());
        } else {
            stopped.push(segment.source);
        }
    }
    log
}

/// What stands around the segments of a stored journal, and around the changes of one segment, at most.
const AROUND_BYTES: usize = 96;

pub(super) fn fits<D: Document<C>, C>(config: &Config<D::Shape>, log: &Log<C>) -> bool {
    let changes = log.iter().flat_map(|segment| segment.changes.iter());
    // A comma behind each.
    let changes = changes.map(|change| D::weight(change).saturating_add(1)).fold(0, usize::saturating_add);
    let around = log.len().saturating_add(1).saturating_mul(AROUND_BYTES);
    changes.saturating_add(around) <= config.settings().journal_max_bytes && log.len() <= JOURNAL_MAX_SEGMENTS
}

pub(super) fn write<D, C, R>(
    rules: &R,
    config: &Config<D::Shape>,
    old: Option<&Journal<C>>,
    new: &Journal<C>,
    base: &Record<D>,
) -> JournalChange<C>
where
    D: Document<C>,
    C: Clone,
    R: Rules<D, C> + ?Sized,
{
    let me = Ticket { epoch: new.epoch, nonce: new.nonce };
    let mut log = rules.journal_log(me, &new.log);
    if let Some(old) = old {
        if !rules.may_journal(old, me) {
            return JournalChange::Keep;
        }
        // Behind what the writer carries already: of one source, the earlier segments are there.
        for segment in rules.take_over(config, old, new, base).iter() {
            log.push_foreign(me.source(), segment.clone());
        }
        // Both together may be too much: the entry stays, and its reader saves what is in it.
        if !rules.fits_journal(config, &log) {
            return JournalChange::Keep;
        }
    }
    JournalChange::Put(Journal { epoch: new.epoch, nonce: new.nonce, log })
}

impl<D: Document<C>, C: Clone> JournalUpdate<D, C> {
    /// The whole effect of the request on the journal entry.
    pub fn run<R: Rules<D, C> + ?Sized>(
        &self,
        rules: &R,
        config: &Config<D::Shape>,
        old: Option<&Journal<C>>,
    ) -> JournalChange<C> {
        match self {
            Self::Read => JournalChange::Keep,
            Self::Write { journal, base } => rules.write_journal(config, old, journal, base),
            Self::Delete { base } => match old {
                Some(old) if rules.may_delete_journal(old, base) => JournalChange::Delete,
                Some(_) | None => JournalChange::Keep,
            },
        }
    }
}
