//! What others do to the stores while a session runs: rivals, external writers, the operator, whoever goes around us.

use crate::moves::Other;
use crate::rig::Rig;
use keyholder_core::few::Few;
use keyholder_core::ids::{Epoch, HostId, Nonce, SchemaVersion, Seq, SourceId};
use keyholder_core::journal::{Journal, JournalChange, JournalUpdate};
use keyholder_core::ledger::Source;
use keyholder_core::record::{Owner, Record};
use keyholder_core::rules::Standard;
use keyholder_core::segment::{Log, Segment};
use keyholder_core::update::{Claim, External, Permit, Ticket, Update};
use keyholder_model::tally::{Deed, Kind, Tally};
use std::sync::Arc;

/// Nonces of rivals lie above this; each claim has its own.
const RIVALS: u64 = 1 << 32;

/// Does it, if it can be done now.
pub fn act(rig: &mut Rig, other: Other) {
    let record = rig.record.clone();
    match (other, &record) {
        (Other::Claim, record) => {
            let next = record.as_ref().map_or(1, |record| u64::from(record.epoch.0) + 1);
            let by = Owner { host: HostId(2), nonce: Nonce(RIVALS + next) };
            run(rig, &Update::Claim(Claim { by, permit: Permit::Any }));
        }
        (Other::Keep, _) => rig.version = record,
        (Other::Vanish, _) => rig.journal = None,
        (Other::ForeignDelete, _) => rig.record = None,
        (Other::ForeignRestore, _) => {
            if let Some(version) = rig.version.take() {
                rig.record = Some(version);
            }
        }
        (_, None) => {}
        (Other::External(credit), Some(record)) => {
            let kind = if credit { Kind::Count } else { Kind::Charge };
            let source = Source::Numbered(SourceId(7));
            let seen = Some(record.epoch);
            run(rig, &Update::External(External { segment: segment(record, source, kind), seen }));
        }
        (Other::Wipe, Some(record)) => run(rig, &Update::Wipe { expected: record.epoch }),
        (Other::Recreate, Some(record)) => run(rig, &Update::Recreate { expected: record.epoch }),
        (Other::Restore, Some(record)) => {
            if let Some(version) = rig.version.clone() {
                run(rig, &Update::Restore { expected: record.epoch, version });
            }
        }
        (Other::Transaction, Some(record)) => {
            let mut marked = Record::clone(record);
            let mut extra = marked.extra.take().unwrap_or_default();
            extra.transaction = if extra.transaction.is_some() { None } else { Some("mark".into()) };
            marked.extra = Some(extra);
            rig.record = Some(Arc::new(marked));
        }
        (Other::Want, Some(record)) => {
            if let Some(owner) = record.owner {
                let held = Ticket { epoch: record.epoch, nonce: owner.nonce };
                run(rig, &Update::Want { held, by: Owner { host: HostId(3), nonce: Nonce(RIVALS) } });
            }
        }
        (Other::Release | Other::Save | Other::Migrate | Other::Journal, Some(record)) => rival(rig, other, record),
    }
}

/// What the rival does that holds the record, if one does.
fn rival(rig: &mut Rig, other: Other, record: &Arc<Record<Tally>>) {
    let Some(nonce) = record.owner.map(|owner| owner.nonce).filter(|nonce| nonce.0 > RIVALS) else {
        return;
    };
    let me = Ticket { epoch: record.epoch, nonce };
    let one: Log<Deed> = [segment(record, me.source(), Kind::Spend)].into_iter().collect();
    match other {
        Other::Release => run(rig, &Update::Save { me, log: Log::new(), told: Seq(0), release: true }),
        Other::Save => run(rig, &Update::Save { me, log: one, told: Seq(0), release: false }),
        Other::Journal => {
            let journal = Arc::new(Journal { epoch: me.epoch, nonce, log: one });
            let write: JournalUpdate<Tally, Deed> = JournalUpdate::Write { journal, base: record.clone() };
            if let JournalChange::Put(journal) = write.run(&Standard, &rig.config, rig.journal.as_deref()) {
                rig.journal = Some(Arc::new(journal));
            }
        }
        // Newer code than the session's.
        _ => {
            let newer = crate::rig::config(1);
            let update = Update::Settle { me, log: Log::new(), pending: None };
            if let Some(result) = update.run(&Standard, &newer, Some(record.as_ref())) {
                rig.record = Some(Arc::new(result));
            }
        }
    }
}

fn run(rig: &mut Rig, update: &Update<Tally, Deed>) {
    if let Some(result) = update.run(&Standard, &rig.config, rig.record.as_deref()) {
        rig.record = Some(Arc::new(result));
    }
}

/// The next change of a source.
fn segment(record: &Record<Tally>, source: Source, kind: Kind) -> Arc<Segment<Deed>> {
    let from = record.ledger.seq(source);
    let mut changes = Few::new();
    changes.push(Deed { id: 7, kind, vocabulary: 1 });
    let schema: SchemaVersion = record.schema;
    let to = from.next().unwrap_or(from);
    let _: Option<Epoch> = source.epoch();
    Arc::new(Segment { source, from, to, schema, changes })
}
