//! The rules at their edges, one by one: what the worlds reach only by chance, or only at night.

#[path = "rules/lifetime.rs"]
mod lifetime;
#[path = "rules/room.rs"]
mod room;

use keyholder_core::config::{Config, Settings};
use keyholder_core::document::{Applied, MigrationFailed, Skip};
use keyholder_core::ids::{Epoch, HostId, Nonce, ReceiptId, SchemaVersion, Seq, SourceId};
use keyholder_core::journal::{Journal, JournalChange, JournalUpdate};
use keyholder_core::ledger::{Entry, Source};
use keyholder_core::record::{Owner, Record};
use keyholder_core::rules::{ClaimVerdict, ExternalVerdict, Loss, NotNow, Position, Refusal, Standard, Standing};
use keyholder_core::segment::{Log, Segment};
use keyholder_core::update::{Claim, External, Permit, Ticket};
use keyholder_model::tally::{Deed, Kind, Tally, TallyShape};
use keyholder_model::world::AnyRules;
use std::sync::Arc;

type Player = Record<Tally>;

const WRITER: Source = Source::Numbered(SourceId(7));
const RECEIPT: Source = Source::Receipt(ReceiptId([1; 16]));

fn rules() -> &'static AnyRules {
    &Standard
}

fn config() -> Config<TallyShape> {
    config_with(Settings::DEFAULT)
}

fn config_with(settings: Settings) -> Config<TallyShape> {
    Config::new(settings, TallyShape { coins: 1, bounds: None, converts: false, migrates: true })
        .expect("the settings are sound")
}

/// A live record in epoch 5 that nobody holds.
fn record() -> Player {
    Record { epoch: Epoch(5), ..Record::new(SchemaVersion(1), SchemaVersion(1), Tally::default()) }
}

fn coins(coins: i8) -> Tally {
    let mut data = Tally::default();
    data.coins = coins;
    data
}

fn held_by(me: Ticket) -> Player {
    Record { epoch: me.epoch, owner: Some(Owner { host: HostId(1), nonce: me.nonce }), ..record() }
}

fn with(mut record: Player, source: Source, seq: u32, at: u32) -> Player {
    record.ledger.insert(source, Entry { seq: Seq(seq), at: Epoch(at), ..Entry::default() });
    record
}

fn ticket(epoch: u32, nonce: u64) -> Ticket {
    Ticket { epoch: Epoch(epoch), nonce: Nonce(nonce) }
}

fn session(epoch: u32) -> Source {
    Source::Session(Epoch(epoch), Nonce(epoch.into()))
}

fn segment(source: Source, from: u32, kinds: &[Kind]) -> Arc<Segment<Deed>> {
    let deed = |(at, kind): (usize, &Kind)| Deed { id: from as u8 + at as u8, kind: *kind, vocabulary: 1 };
    let to = Seq(from + kinds.len() as u32);
    let changes = kinds.iter().enumerate().map(deed).collect();
    Arc::new(Segment { source, from: Seq(from), to, schema: SchemaVersion(1), changes })
}

/// The same in a vocabulary that no record here has.
fn foreign_words(source: Source, from: u32, kinds: &[Kind]) -> Arc<Segment<Deed>> {
    Arc::new(Segment { schema: SchemaVersion(2), ..Segment::clone(&segment(source, from, kinds)) })
}

fn log<const N: usize>(segments: [Arc<Segment<Deed>>; N]) -> Log<Deed> {
    segments.into_iter().collect()
}

fn journal<const N: usize>(epoch: u32, segments: [Arc<Segment<Deed>>; N]) -> Journal<Deed> {
    Journal { epoch: Epoch(epoch), nonce: Nonce(epoch.into()), log: log(segments) }
}

fn external(source: Source, seen: Option<u32>) -> External<Deed> {
    External { segment: segment(source, 0, &[Kind::Count]), seen: seen.map(Epoch) }
}

//

#[test]
fn every_refusal_says_what_to_do() {
    let owner = Owner { host: HostId(3), nonce: Nonce(4) };
    let migration = MigrationFailed::Missing(SchemaVersion(2));
    let refusals = [
        (Refusal::Held(owner, ticket(5, 4)), "try again later"),
        (Refusal::Tombstone, "re-create"),
        (Refusal::TooOld(SchemaVersion(9)), "schema 9"),
        (Refusal::Transaction, "decided first"),
        (Refusal::Absent, "do not create"),
        (Refusal::Exhausted, "only be read"),
        (Refusal::Migration(migration), "could not be migrated"),
    ];
    for (refusal, says) in refusals {
        assert!(refusal.to_string().contains(says), "{refusal:?} says: {refusal}");
    }
    let not_now = [
        (NotNow::Absent, "create it"),
        (NotNow::Tombstone, "erased"),
        (NotNow::Exhausted, "another source"),
        (NotNow::Expired, "unknown"),
        (NotNow::OutOfTurn, "send that one first"),
        (NotNow::Owned, "ask that session"),
        (NotNow::Schema, "issue the change again"),
        (NotNow::LedgerFull, "full"),
        (NotNow::Malformed, "exactly one"),
    ];
    for (why, says) in not_now {
        assert!(why.to_string().contains(says), "{why:?} says: {why}");
    }
}

#[test]
fn a_claim_that_leaves_the_floor_forgets_nothing() {
    // Nothing below the floor is in a ledger that the rules have written; a record from elsewhere keeps what it has.
    let before = with(Record { floor: Epoch(3), ..record() }, WRITER, 2, 1);
    let claim = Claim { by: Owner { host: HostId(1), nonce: Nonce(1) }, permit: Permit::Vacant };
    let after = rules().claim(&config(), Some(&before), &claim).expect("it is free");
    assert_eq!((after.epoch, after.floor), (Epoch(6), Epoch(3)));
    assert_eq!(after.ledger, before.ledger);
    assert_eq!(rules().claim_verdict(&config(), Some(&after), &claim), ClaimVerdict::Mine);
}

#[test]
fn a_cancelled_open_creates_a_record_only_where_its_claim_could_have() {
    let config_without = config_with(Settings { create: false, ..Settings::DEFAULT });
    for (touch, creates, expected) in
        [(true, true, Some(Epoch(1))), (true, false, None), (false, true, None), (false, false, None)]
    {
        let config = if creates { config() } else { config_without.clone() };
        let released = rules().release(&config, None, Nonce(1), touch);
        assert_eq!(released.map(|record| record.epoch), expected, "touch {touch}, create {creates}");
    }
}

//

#[test]
fn a_session_expires_below_the_floor_and_not_at_it() {
    let record = Record { floor: Epoch(3), ..record() };
    let position = |epoch| rules().position(&record, &segment(session(epoch), 0, &[Kind::Count]));
    assert_eq!([position(2), position(3), position(4)], [Position::Expired, Position::Next, Position::Next]);
}

#[test]
fn a_debit_is_recovered_until_somebody_has_lived_on_the_data() {
    let record = Record { wrote: Epoch(4), ..record() };
    let spend = |epoch| segment(session(epoch), 0, &[Kind::Spend]);
    assert_eq!(rules().last_lived(&record), Epoch(4));
    for (epoch, in_order) in [(3, false), (4, true), (5, true)] {
        assert_eq!(rules().is_in_order(&record, &spend(epoch), Standing::Recovering), in_order, "epoch {epoch}");
        let recovered = rules().recover(&config(), &record, &journal(epoch, [spend(epoch)]));
        assert_eq!(!recovered.is_empty(), in_order, "epoch {epoch}");
    }
}

#[test]
fn words_that_the_record_does_not_have_are_not_carried_on() {
    let (known, unknown) = (segment(session(5), 0, &[Kind::Count]), foreign_words(session(5), 0, &[Kind::Count]));
    assert!(rules().has_words(&config(), &record(), &known));
    assert!(!rules().has_words(&config(), &record(), &unknown));
    assert_eq!(rules().recover(&config(), &record(), &journal(5, [known.clone()])), log([known]));
    assert!(rules().recover(&config(), &record(), &journal(5, [unknown])).is_empty());
}

//

#[test]
fn of_each_source_only_what_stands_before_the_first_refusal_is_recovered() {
    let lived = Record { wrote: Epoch(5), ..record() };
    let (debit, credit) = (segment(session(3), 0, &[Kind::Spend]), segment(session(3), 1, &[Kind::Count]));
    let other = segment(session(4), 0, &[Kind::Count]);
    let found = journal(4, [debit, credit, other.clone()]);
    assert_eq!(rules().recover(&config(), &lived, &found), log([other]));
}

#[test]
fn what_the_record_has_is_known() {
    let record = with(record(), session(4), 1, 4);
    let (old, new) = (segment(session(4), 0, &[Kind::Count]), segment(session(4), 1, &[Kind::Count]));
    assert!(!rules().is_unknown(&record, &old));
    assert!(rules().is_unknown(&record, &new));
    assert_eq!(rules().recover(&config(), &record, &journal(4, [old, new.clone()])), log([new]));
}

#[test]
fn a_journal_is_written_over_by_its_writer_and_by_later_sessions() {
    let old = Journal { epoch: Epoch(5), nonce: Nonce(5), log: Log::new() };
    let may = |epoch, nonce| rules().may_journal(&old, ticket(epoch, nonce));
    assert!(may(5, 5), "its writer");
    assert!(may(6, 9), "a later session");
    assert!(!may(5, 9), "another session of the same epoch, after a restore from outside");
    assert!(!may(4, 5), "an earlier session");
    assert!(!may(4, 9), "an earlier session");
}

#[test]
fn a_journal_write_takes_over_what_is_foreign_unknown_and_not_carried_yet() {
    let base = with(record(), session(3), 1, 4);
    let known = segment(session(3), 0, &[Kind::Count]);
    let missing = segment(session(3), 1, &[Kind::Count]);
    let carried = segment(session(4), 0, &[Kind::Count]);
    let own = segment(session(5), 0, &[Kind::Count]);
    let old = journal(5, [known, missing.clone(), carried.clone(), own.clone()]);
    let new = journal(5, [carried.clone(), own.clone()]);
    assert_eq!(rules().take_over(&config(), &old, &new, &base), log([missing.clone()]));
    let JournalChange::Put(written) = rules().write_journal(&config(), Some(&old), &new, &base) else {
        panic!("its writer may write");
    };
    assert_eq!(written.log, log([carried, missing, own]));
}

#[test]
fn a_journal_is_deleted_when_the_record_has_all_of_it() {
    let found = journal(5, [segment(session(5), 0, &[Kind::Count]), segment(session(5), 1, &[Kind::Count])]);
    for (upto, deleted) in [(0, false), (1, false), (2, true)] {
        let base = Arc::new(with(record(), session(5), upto, 5));
        assert_eq!(rules().may_delete_journal(&found, &base), deleted, "up to {upto}");
        let update: JournalUpdate<Tally, Deed> = JournalUpdate::Delete { base };
        assert_eq!(update.run(rules(), &config(), Some(&found)) == JournalChange::Delete, deleted, "up to {upto}");
        assert_eq!(update.run(rules(), &config(), None), JournalChange::Keep);
    }
}

//

#[test]
fn a_settlement_carries_the_delivery_that_was_under_way_unless_it_expired() {
    let me = ticket(5, 1);
    let record = Record { floor: Epoch(3), ..held_by(me) };
    for (seen, applied) in [(Some(5), true), (Some(3), true), (Some(2), false), (None, false)] {
        let pending = external(WRITER, seen);
        let settled = rules().settle(&config(), &record, me, &Log::new(), Some(&pending)).expect("no migration");
        let after = settled.map(|record| (record.ledger.seq(WRITER), record.wrote));
        assert_eq!(after, applied.then_some((Seq(1), Epoch(5))), "seen {seen:?}");
    }
    // What was recovered counts as applied, whatever becomes of the delivery.
    let recovered = log([segment(session(4), 0, &[Kind::Count])]);
    let pending = external(WRITER, Some(2));
    let settled = rules().settle(&config(), &record, me, &recovered, Some(&pending)).expect("no migration");
    let settled = settled.expect("there is something to write");
    assert_eq!((settled.ledger.seq(session(4)), settled.ledger.seq(WRITER)), (Seq(1), Seq(0)));
}

#[test]
fn an_outcome_is_remembered_until_it_was_told() {
    let me = ticket(5, 5);
    let mut record = held_by(me);
    let odd = vec![(Seq(1), Applied::Clamped), (Seq(2), Applied::Skipped(Skip::BelowMinimum))];
    record.ledger.insert(me.source(), Entry { seq: Seq(2), at: Epoch(5), sealed: false, odd: odd.clone() });
    let more = log([segment(me.source(), 2, &[Kind::Count])]);
    for (told, left) in [(0, 2), (1, 1), (2, 0)] {
        let after = rules().save(&config(), &record, me, &more, Seq(told), false).expect("there is something to save");
        assert_eq!(after.ledger.get(me.source()).expect("an entry").odd, odd[odd.len() - left..], "told {told}");
        assert_eq!(after.wrote, Epoch(5));
    }
}

#[test]
fn a_save_writes_what_it_applies_and_a_close_always() {
    let me = ticket(5, 5);
    let record = held_by(me);
    assert_eq!(rules().save(&config(), &record, me, &Log::new(), Seq(0), false), None, "nothing to save");
    let closed = rules().save(&config(), &record, me, &Log::new(), Seq(0), true).expect("a close releases");
    assert_eq!((closed.owner, closed.wrote), (None, Epoch(0)), "nobody has lived on the data");
    assert_eq!(rules().save(&config(), &record, ticket(4, 5), &Log::new(), Seq(0), true), None, "not its record");
}

#[test]
fn a_record_that_went_back_fences() {
    let me = ticket(5, 5);
    let own = me.source();
    let seen = with(with(held_by(me), own, 2, 5), WRITER, 3, 5);
    let went_back = |now: &Player, log: &Log<Deed>| rules().is_rolled_back(&seen, now, me, log);
    assert!(!went_back(&seen, &Log::new()));
    assert!(!went_back(&with(with(held_by(me), own, 3, 5), WRITER, 4, 5), &Log::new()), "it went on");
    assert!(went_back(&with(with(held_by(me), own, 1, 5), WRITER, 3, 5), &Log::new()), "own saves are gone");
    assert!(went_back(&with(with(held_by(me), own, 2, 5), WRITER, 2, 5), &Log::new()), "somebody else's are gone");
    let newer = Record { schema: SchemaVersion(2), ..held_by(me) };
    assert!(rules().is_rolled_back(&newer, &held_by(me), me, &Log::new()), "the schema went back");
    assert!(!rules().is_rolled_back(&held_by(me), &newer, me, &Log::new()), "the schema was raised");

    let receipt = with(held_by(me), RECEIPT, 1, 5);
    assert!(!rules().is_rolled_back(&receipt, &held_by(me), me, &Log::new()), "receipts are forgotten by the calendar");

    // Acknowledged to the session, and gone from the record: what comes next does not join.
    let base = held_by(me);
    let gap = log([segment(own, 2, &[Kind::Count])]);
    let joined = log([segment(own, 0, &[Kind::Count])]);
    let saved = with(held_by(me), own, 1, 5);
    assert!(rules().is_rolled_back(&base, &base, me, &gap));
    assert!(!rules().is_rolled_back(&base, &base, me, &joined));
    assert!(!rules().is_rolled_back(&base, &saved, me, &joined), "the record has it");
    let after_saved = log([segment(own, 0, &[Kind::Count]), segment(own, 1, &[Kind::Count])]);
    assert!(!rules().is_rolled_back(&base, &saved, me, &after_saved), "the next one joins");
    let torn = log([segment(own, 0, &[Kind::Count]), segment(own, 2, &[Kind::Count])]);
    assert!(rules().is_rolled_back(&base, &saved, me, &torn), "the next one does not join");
    let foreign = log([segment(session(3), 2, &[Kind::Count]), segment(own, 0, &[Kind::Count])]);
    assert!(!rules().is_rolled_back(&base, &base, me, &foreign), "a gap of somebody else's is no roll-back");
}

#[test]
fn what_a_fenced_session_has_lost() {
    let me = ticket(3, 3);
    let loss = |record: &Player, sent| rules().loss(Some(record), me, sent);
    let (kept, forgotten) = (record(), Record { floor: Epoch(4), ..record() });
    let at_the_floor = Record { floor: Epoch(3), ..record() };
    let wiped = |epoch| Record { wiped: Epoch(epoch), floor: Epoch(epoch), ..record() };
    assert_eq!(rules().loss(None, me, true), Some(Loss::Forgotten));
    assert_eq!(rules().loss(None, me, false), Some(Loss::Refused));
    assert_eq!((loss(&kept, true), loss(&at_the_floor, true)), (None, None));
    assert_eq!((loss(&forgotten, true), loss(&forgotten, false)), (Some(Loss::Forgotten), Some(Loss::Refused)));
    assert_eq!((loss(&wiped(4), true), loss(&wiped(4), false)), (Some(Loss::Erased), Some(Loss::Erased)));
    assert_eq!(loss(&wiped(3), true), None, "a session that claimed after the wipe");
    assert_eq!(rules().loss(Some(&record()), ticket(0, 3), true), None, "no wipe, however early the session");
    let mut sealed = with(record(), me.source(), 1, 4);
    sealed.ledger.update(me.source(), |entry| entry.sealed = true);
    assert_eq!(loss(&sealed, true), Some(Loss::Refused));
}

//

#[test]
fn an_external_change_expires_with_the_first_forgetting_of_its_kind() {
    let record = |floor, wiped| Record { floor: Epoch(floor), wiped: Epoch(wiped), ..record() };
    let expired = |source, seen, floor, wiped| rules().is_expired(&record(floor, wiped), &external(source, seen));
    for source in [WRITER, RECEIPT] {
        assert!(expired(source, Some(2), 3, 0));
        assert!(!expired(source, Some(3), 3, 0));
        assert!(!expired(source, Some(4), 3, 0));
        assert!(!expired(source, None, 0, 0), "nothing was ever forgotten");
    }
    assert!(expired(WRITER, None, 1, 0));
    assert!(!expired(RECEIPT, None, 3, 0), "receipts outlive the floor");
    assert!(expired(RECEIPT, None, 3, 1));
}

#[test]
fn an_external_segment_holds_one_change() {
    let verdict = |segment: Segment<Deed>| {
        let external = External { segment: Arc::new(segment), seen: Some(Epoch(5)) };
        rules().external_verdict(&config(), Some(&record()), &external)
    };
    let one = Segment::clone(&segment(WRITER, 0, &[Kind::Count]));
    assert_eq!(verdict(one.clone()), ExternalVerdict::Admit);
    assert_eq!(verdict(Segment { to: Seq(4), ..one.clone() }), ExternalVerdict::Admit, "lost numbers are left out");
    let malformed = ExternalVerdict::Refused(NotNow::Malformed);
    assert_eq!(verdict(Segment { to: Seq(0), ..one }), malformed);
    assert_eq!(verdict(Segment::clone(&segment(WRITER, 0, &[Kind::Count, Kind::Count]))), malformed);
    assert_eq!(verdict(Segment::clone(&segment(WRITER, 0, &[]))), malformed);
    assert_eq!(verdict(Segment::clone(&segment(session(5), 0, &[Kind::Count]))), malformed);
}
