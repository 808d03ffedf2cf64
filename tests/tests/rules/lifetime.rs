//! what is forgotten, erased, re-created, restored.

use super::Player;
use super::{RECEIPT, WRITER, coins, config, held_by, record, rules, session, ticket, with};
use keyholder_core::document::Document;
use keyholder_core::ids::{Epoch, ReceiptId, SchemaVersion};
use keyholder_core::ledger::Source;
use keyholder_core::record::{Life, Record};
use keyholder_model::tally::{Deed, Kind};

#[test]
fn the_calendar_forgets_receipts_and_nothing_else() {
    let late = Source::Receipt(ReceiptId([2; 16]));
    let record = with(with(with(with(record(), RECEIPT, 1, 2), late, 1, 3), WRITER, 1, 2), session(2), 1, 2);
    assert_eq!(rules().forget_receipts(&record, Epoch(2)), None, "there is none before");
    let after = rules().forget_receipts(&record, Epoch(3)).expect("one is old");
    let left: Vec<Source> = after.ledger.iter().map(|(source, _)| source).collect();
    assert_eq!(left, [session(2), WRITER, late]);
    assert_eq!(rules().forget_receipts(&after, Epoch(3)), None, "done already");
}

//

#[test]
fn an_errand_is_done_once_for_the_epoch_that_it_expects() {
    let erased = rules().wipe(&config(), &record(), Epoch(5)).expect("the first wipe");
    assert_eq!(
        (erased.epoch, erased.wiped, erased.floor, erased.life),
        (Epoch(6), Epoch(6), Epoch(6), Life::Tombstone)
    );
    assert_eq!(rules().wipe(&config(), &erased, Epoch(5)), None, "the same wipe again");
    let again = rules().wipe(&config(), &erased, Epoch(6)).expect("a wipe of the tombstone");
    assert_eq!(again.wiped, Epoch(7));

    assert!(rules().may_recreate(&erased, Epoch(6)) && !rules().may_recreate(&erased, Epoch(5)));
    let live = rules().recreate(&config(), &erased, Epoch(6)).expect("it is the tombstone that was seen");
    assert_eq!((live.life, live.epoch, live.data.coins), (Life::Live, Epoch(6), 1));
    assert_eq!(rules().recreate(&config(), &again, Epoch(6)), None, "another tombstone");
    assert_eq!(rules().recreate(&config(), &live, Epoch(6)), None, "no tombstone");
}

#[test]
fn a_restore_brings_back_data_that_were_not_erased_since() {
    let version = Record { epoch: Epoch(3), data: coins(7), ..record() };
    let restore = |record: &Player, version: &Player| rules().restore(&config(), record, Epoch(5), version);
    let restored = restore(&held_by(ticket(5, 1)), &version).expect("nothing is against it");
    assert_eq!((restored.data.coins, restored.owner), (7, None));
    let numbers = (restored.epoch, restored.floor, restored.restored, restored.wrote, restored.wiped);
    assert_eq!(numbers, (Epoch(6), Epoch(6), Epoch(6), Epoch(6), Epoch(0)));

    let wiped = |epoch| Record { wiped: Epoch(epoch), floor: Epoch(epoch), ..record() };
    assert!(restore(&wiped(3), &version).is_some(), "a version from after the wipe");
    assert_eq!(restore(&wiped(4), &version), None, "a version from before the wipe");
    assert_eq!(restore(&record(), &Record { life: Life::Tombstone, ..version.clone() }), None);
    assert_eq!(restore(&Record { life: Life::Tombstone, ..record() }, &version), None);
    assert_eq!(restore(&record(), &Record { schema: SchemaVersion(2), ..version.clone() }), None, "too new");
    assert_eq!(rules().restore(&config(), &record(), Epoch(4), &version), None, "another epoch was expected");
}

#[test]
fn a_restore_brings_old_data_forward() {
    let new = Record { schema: SchemaVersion(2), ..record() };
    let mut data = coins(7);
    data.apply(config().shape(), &Deed { id: 0, kind: Kind::Count, vocabulary: 1 });
    assert!(data.speaks(1));
    let version = Record { epoch: Epoch(3), data, ..record() };
    let restored = rules().restore(&config(), &new, Epoch(5), &version).expect("old data migrate");
    assert_eq!((restored.schema, restored.data.coins), (SchemaVersion(2), 7));
    assert!(restored.data.speaks(2) && !restored.data.speaks(1), "nothing is left in the old words");
}

#[test]
fn a_restore_remembers_the_purchases_of_both_and_fences_both() {
    let (mine, theirs) = (Source::Receipt(ReceiptId([2; 16])), RECEIPT);
    // Something else put the record back; the version is from after that moment.
    let record = with(with(record(), mine, 1, 4), WRITER, 2, 4);
    let version = with(Record { epoch: Epoch(8), wiped: Epoch(2), floor: Epoch(2), ..super::record() }, theirs, 1, 7);
    let restored = rules().restore(&config(), &record, Epoch(5), &version).expect("nothing is against it");
    let left: Vec<Source> = restored.ledger.iter().map(|(source, _)| source).collect();
    assert_eq!(left, [theirs, mine]);
    assert_eq!((restored.epoch, restored.floor, restored.wiped), (Epoch(9), Epoch(9), Epoch(2)));
}
