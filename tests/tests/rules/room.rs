//! What has room where: the journal, the header of a record.

use super::Player;
use super::{
    WRITER, config, config_with, external, held_by, journal, log, record, rules, segment, session, ticket, with,
};
use keyholder_core::config::Settings;
use keyholder_core::document::{Applied, Skip};
use keyholder_core::ids::{Epoch, HostId, ReceiptId, Seq, SourceId};
use keyholder_core::journal::JournalChange;
use keyholder_core::ledger::{Entry, Source};
use keyholder_core::record::{Owner, Record};
use keyholder_core::update::{Claim, Permit};
use keyholder_model::tally::Kind;

/// A change of the model weighs 1, and the comma behind it; a segment and the journal have 96 around them each.
fn narrow(journal_max_bytes: usize) -> Settings {
    Settings { journal_max_bytes, ..Settings::DEFAULT }
}

#[test]
fn a_journal_is_written_up_to_its_limits_and_not_beyond() {
    let two = log([segment(session(5), 0, &[Kind::Count; 3]), segment(session(5), 3, &[Kind::Count])]);
    let bytes = 3 * 96 + 2 * 4;
    assert!(rules().fits_journal(&config_with(narrow(bytes)), &two));
    assert!(!rules().fits_journal(&config_with(narrow(bytes - 1)), &two));
    let many = |segments: u32| (0..segments).map(|at| segment(session(5), at, &[Kind::Count])).collect();
    assert!(!rules().fits_journal(&config(), &many(1_024)), "by its bytes");
    assert!(rules().fits_journal(&config(), &many(333)));
}

#[test]
fn a_journal_that_has_no_room_for_both_is_left_as_it_is() {
    let [old, new] = [session(4), session(5)].map(|source| segment(source, 0, &[Kind::Count]));
    let (old, new) = (journal(4, [old]), journal(5, [new]));
    let write = |bytes| rules().write_journal(&config_with(narrow(bytes)), Some(&old), &new, &record());
    let bytes = 3 * 96 + 2 * 2;
    assert!(matches!(write(bytes), JournalChange::Put(both) if both.log.len() == 2));
    assert_eq!(write(bytes - 1), JournalChange::Keep);
    let alone = rules().write_journal(&config_with(narrow(bytes - 1)), None, &new, &record());
    assert_eq!(alone, JournalChange::Put(new.clone()));
}

fn claimed(record: &Player) -> Player {
    let by = Owner { host: HostId(1), nonce: ticket(9, 9).nonce };
    rules().claim(&config(), Some(record), &Claim { by, permit: Permit::Vacant }).expect("nobody holds it")
}

/// With outcomes of the sessions 2, 3 and 4, as many as said.
fn crowded(outcomes: [u32; 3]) -> Player {
    let mut record = record();
    for (of, count) in (2..).zip(outcomes) {
        let odd = (1..=count).map(|seq| (Seq(seq), Applied::Skipped(Skip::Full))).collect();
        record.ledger.insert(session(of), Entry { seq: Seq(4_096), at: Epoch(of), odd, ..Entry::default() });
    }
    record
}

#[test]
fn a_claim_leaves_as_many_outcomes_as_a_record_has_room_for() {
    let left = |outcomes| {
        let claimed = claimed(&crowded(outcomes));
        let left: Vec<_> = claimed.ledger.iter().filter_map(|(source, _)| source.epoch()).collect();
        (claimed.floor.0, left.into_iter().map(|of| of.0).collect::<Vec<_>>())
    };
    assert_eq!(left([1_000, 1_000, 2_096]), (0, vec![2, 3, 4]));
    assert_eq!(left([1_001, 1_000, 2_096]), (3, vec![3, 4]));
    assert_eq!(left([0, 2_000, 2_097]), (4, vec![4]));
    assert_eq!(left([4_096, 4_096, 4_096]), (4, vec![4]), "those of the latest session always stay");
    // A restore from outside may leave sessions of epochs that are still to come; the floor does not pass the epoch.
    let back = Record { epoch: Epoch(1), ..crowded([4_096, 4_096, 0]) };
    let claimed = claimed(&back);
    assert_eq!((claimed.epoch, claimed.floor), (Epoch(2), Epoch(2)));
}

#[test]
fn a_restore_puts_no_more_receipts_together_than_a_ledger_takes() {
    let receipt = |id: u32| {
        let mut name = [0; 16];
        name[..4].copy_from_slice(&id.to_be_bytes());
        Source::Receipt(ReceiptId(name))
    };
    let receipts = |ids: std::ops::Range<u32>| ids.fold(record(), |it, id| with(it, receipt(id), 1, 2));
    let restore = |most| rules().restore(&config(), &receipts(0..600), Epoch(5), &receipts(500..most));
    assert_eq!(restore(1_024).map(|it| it.ledger.len()), Some(Settings::DEFAULT.ledger_max_entries));
    assert_eq!(restore(1_025), None);
}

#[test]
fn a_settlement_takes_a_delivery_along_while_the_ledger_has_room() {
    let me = ticket(5, 1);
    let pending = external(WRITER, Some(5));
    let with_sources =
        |count: u64| (0..count).fold(held_by(me), |it, id| with(it, Source::Numbered(SourceId(99 + id)), 1, 2));
    let settled = |record: Player| {
        let log = log([]);
        rules().settle(&config(), &record, me, &log, Some(&pending)).expect("there is nothing to migrate")
    };
    let most = Settings::DEFAULT.ledger_max_entries as u64;
    assert_eq!(settled(with_sources(most - 1)).map(|it| it.ledger.seq(WRITER)), Some(Seq(1)));
    assert_eq!(settled(with_sources(most)), None);
    let known = with(with_sources(most - 1), WRITER, 0, 2);
    assert_eq!(settled(known).map(|it| it.ledger.seq(WRITER)), Some(Seq(1)), "it has its place already");
}
