//! Erasure, export and gifts: what is done to the record of a player who may be playing elsewhere.

#[path = "host/fleet.rs"]
#[allow(dead_code, reason = "each of the suites looks at other things")]
mod fleet;

use fleet::{Fate, Fleet, ROOMY, coins_in};
use keyholder_core::effect::{End, Event};
use keyholder_core::host::{Exported, HostInput, Returned, Wiped, Work};
use keyholder_core::ids::{ReceiptId, SchemaVersion};
use keyholder_core::input::{Command, Outcome};
use keyholder_core::ledger::Source;
use keyholder_core::record::Life;
use keyholder_core::tree::{Change, Tree};

/// Two servers; a player plays on the second one, with 5 coins in the record.
fn playing_elsewhere() -> Fleet {
    let mut fleet = Fleet::ready(2, ROOMY);
    fleet.open(1, 1);
    fleet.pass(1_000);
    fleet.add(1, 1, 5).unwrap();
    fleet.command(1, 1, Command::Save).unwrap();
    fleet.pass(1_000);
    assert_eq!(fleet.stored(1), Some(5));
    fleet
}

fn wiped(fleet: &Fleet, at: usize) -> &Wiped<Tree> {
    let Returned::Wiped(wiped) = &fleet.returned[at].1 else { panic!("{:?}", fleet.returned[at]) };
    wiped
}

fn exported(fleet: &Fleet) -> &Exported<Tree, Change> {
    let Some((_, Returned::Exported(exported))) = fleet.returned.last() else { panic!("{:?}", fleet.returned) };
    exported
}

fn copied(fleet: &Fleet, at: usize) -> Option<i64> {
    coins_in(&wiped(fleet, at).copy.as_ref()?.data)
}

#[test]
fn who_plays_elsewhere_is_fenced_then_told_then_their_journal_goes() {
    let mut fleet = playing_elsewhere();
    fleet.add(1, 1, 7).unwrap();
    fleet.pass(15_000);
    assert!(fleet.journals.contains_key(&1), "seven coins are in the journal only");
    fleet.call(0, 1, 1, Work::Wipe).unwrap();
    let asked = fleet.now;
    fleet.pass(1_000);
    let wiped = wiped(&fleet, 0);
    assert!(matches!(&wiped.outcome, Outcome::Wrote(Some(record)) if record.life == Life::Tombstone));
    assert!(wiped.journal && fleet.journals.is_empty());
    assert_eq!(copied(&fleet, 0), Some(5), "what the record held");
    assert_eq!(fleet.records[&1].life, Life::Tombstone);
    let ended = fleet.events.iter().find(|(_, server, _, event)| (*server, *event) == (1, Event::Ended(End::Lost)));
    assert!(ended.unwrap().0 <= asked + 200, "at once, not at its next save");
    // Neither a late save nor a new player brings anything back.
    fleet.open(1, 1);
    fleet.pass(30_000);
    assert_eq!((fleet.records[&1].life, fleet.stored(1)), (Life::Tombstone, Some(0)));
}

#[test]
fn who_plays_here_is_told_as_well() {
    let mut fleet = playing_elsewhere();
    fleet.call(1, 1, 1, Work::Wipe).unwrap();
    fleet.pass(1_000);
    assert_eq!(copied(&fleet, 0), Some(5));
    assert_eq!(fleet.of(1, 1).last(), Some(&Event::Ended(End::Lost)));
}

#[test]
fn the_copy_is_what_the_tombstone_replaced() {
    let mut fleet = playing_elsewhere();
    fleet.add(1, 1, 7).unwrap();
    // The record is read, then saved by the player's server, then erased.
    fleet.call(0, 1, 1, Work::Wipe).unwrap();
    fleet.pass(10);
    fleet.command(1, 1, Command::Save).unwrap();
    fleet.pass(1_000);
    assert_eq!(copied(&fleet, 0), Some(12));
    assert_eq!(fleet.records[&1].life, Life::Tombstone);
}

#[test]
fn a_copy_is_not_lost_with_an_answer() {
    let mut fleet = playing_elsewhere();
    fleet.command(1, 1, Command::Close).unwrap();
    fleet.pass(1_000);
    // It is read, erased without an answer, and found erased.
    let mut fates = [Fate::Works, Fate::AppliedUnknown, Fate::Refused].into_iter();
    fleet.fate = Box::new(move |_| fates.next().unwrap_or(Fate::Works));
    fleet.call(0, 1, 1, Work::Wipe).unwrap();
    fleet.pass(30_000);
    assert_eq!(copied(&fleet, 0), Some(5));
    assert!(matches!(&wiped(&fleet, 0).outcome, Outcome::Read(Some(record)) if record.life == Life::Tombstone));

    // Nobody ever answers: what may be erased is given back, with that word.
    let mut fleet = playing_elsewhere();
    let mut fates = [Fate::Works].into_iter();
    fleet.fate = Box::new(move |_| fates.next().unwrap_or(Fate::LostUnknown));
    fleet.call(0, 1, 1, Work::Wipe).unwrap();
    fleet.pass(60_000);
    assert_eq!((copied(&fleet, 0), &wiped(&fleet, 0).outcome), (Some(5), &Outcome::Unknown));
}

#[test]
fn nothing_is_erased_twice_or_out_of_nothing() {
    let mut fleet = playing_elsewhere();
    fleet.call(0, 1, 1, Work::Wipe).unwrap();
    fleet.pass(1_000);
    let epoch = fleet.records[&1].epoch;
    fleet.call(0, 1, 2, Work::Wipe).unwrap();
    fleet.call(0, 9, 3, Work::Wipe).unwrap();
    fleet.pass(1_000);
    assert_eq!((copied(&fleet, 1), copied(&fleet, 2)), (None, None));
    let of_nobody = fleet.returned.iter().find(|(call, _)| call.0 == 3);
    assert!(matches!(&of_nobody.unwrap().1, Returned::Wiped(it) if it.outcome == Outcome::Read(None)));
    assert_eq!(fleet.records[&1].epoch, epoch, "one tombstone");
    assert!(!fleet.records.contains_key(&9));
}

#[test]
fn an_erasure_at_the_close_deadline_gives_back_what_may_be_gone() {
    let mut fleet = playing_elsewhere();
    let mut fates = [Fate::Works].into_iter();
    fleet.fate = Box::new(move |_| fates.next().unwrap_or(Fate::AppliedUnknown));
    fleet.call(0, 1, 1, Work::Wipe).unwrap();
    fleet.pass(45);
    fleet.input(0, HostInput::Shutdown).unwrap();
    fleet.pass(60_000);
    assert_eq!(copied(&fleet, 0), Some(5));
}

#[test]
fn a_copy_is_given_back_while_the_tombstone_is_under_way() {
    let mut fleet = playing_elsewhere();
    fleet.call(0, 1, 1, Work::Wipe).unwrap();
    fleet.pass(21);
    fleet.fate = Box::new(|_| Fate::Silent);
    fleet.input(0, HostInput::Shutdown).unwrap();
    fleet.pass(60_000);
    assert_eq!((copied(&fleet, 0), &wiped(&fleet, 0).outcome), (Some(5), &Outcome::Unknown));
}

#[test]
fn an_export_has_record_journal_and_what_is_in_memory_here() {
    let mut fleet = playing_elsewhere();
    fleet.add(1, 1, 7).unwrap();
    fleet.pass(15_000);
    // Elsewhere: the record and the journal.
    fleet.call(0, 1, 1, Work::Export).unwrap();
    fleet.pass(1_000);
    let it = exported(&fleet);
    assert_eq!(it.record.as_ref().and_then(|record| coins_in(&record.data)), Some(5));
    assert!(matches!(&it.journal, Outcome::Read(Some(journal)) if journal.log.len() == 1));
    assert_eq!(it.view, None);
    // Here: what the player sees as well.
    fleet.call(1, 1, 2, Work::Export).unwrap();
    fleet.pass(1_000);
    assert_eq!(exported(&fleet).view.as_ref().and_then(coins_in), Some(12));
    // Nobody: nothing.
    fleet.call(1, 3, 3, Work::Export).unwrap();
    fleet.pass(1_000);
    assert_eq!((&exported(&fleet).record, &exported(&fleet).journal), (&None, &Outcome::Read(None)));
}

#[test]
fn a_gift_is_seen_by_who_plays_elsewhere_at_once() {
    let mut fleet = playing_elsewhere();
    let source = Source::Receipt(ReceiptId([1; 16]));
    let gift = Work::Deliver { source, change: Fleet::coins(100), schema: SchemaVersion(1) };
    fleet.call(0, 1, 1, gift).unwrap();
    fleet.pass(200);
    let view = fleet.servers[1].host.session(&1).and_then(|it| it.view());
    assert_eq!(view.and_then(coins_in), Some(105));
    assert_eq!(fleet.of(1, 1).last(), Some(&Event::ViewChanged));
    assert!(fleet.is_open(1, 1));
    // A delivery that has to be made again is counted so.
    let mut fates = [Fate::Refused, Fate::Refused].into_iter();
    fleet.fate = Box::new(move |_| fates.next().unwrap_or(Fate::Works));
    let source = Source::Receipt(ReceiptId([2; 16]));
    let gift = Work::Deliver { source, change: Fleet::coins(100), schema: SchemaVersion(1) };
    fleet.call(0, 1, 2, gift).unwrap();
    fleet.pass(60_000);
    assert_eq!((fleet.stored(1), fleet.servers[0].host.statistics().retries), (Some(205), 2));
}
