use super::Account;
use crate::documents::Stored;
use crate::history::{Line, Word};
use crate::store::Committed;
use std::collections::BTreeMap;
use std::time::Duration;

const BOUND: Duration = Duration::from_secs(1);

fn word(change: &str, word: Word) -> Line {
    Line::Word { player: 1, change: change.to_owned(), word }
}

fn account(lines: impl IntoIterator<Item = Line>) -> Account {
    let mut account = Account::default();
    lines.into_iter().for_each(|line| account.take(line));
    account
}

#[test]
fn what_is_missing_what_is_there_twice_and_what_was_refused_is_seen() {
    let account = account([
        Line::Asked { player: 1, change: "a".to_owned() },
        word("a", Word::Acknowledged),
        word("a", Word::Unknown),
        Line::Asked { player: 1, change: "b".to_owned() },
        word("c", Word::Refused),
    ]);
    let judged = |coins, names: &[&str]| {
        let log = names.iter().map(|name| ((*name).to_owned(), 2)).collect();
        let (tally, found) = account.judge(&BTreeMap::from([(1, Stored { coins, log })]), BOUND);
        assert_eq!(tally.passed(), found.is_empty(), "{found:?}");
        (tally.acknowledged, tally.lost, tally.doubled, tally.refused_stored, tally.unknown_stored)
    };
    assert_eq!(judged(2, &["a"]), (1, 0, 0, 0, 0));
    assert_eq!(judged(4, &["a", "b"]), (1, 0, 0, 0, 1));
    assert_eq!(judged(4, &["a"]), (1, 0, 1, 0, 0));
    assert_eq!(judged(2, &["b"]), (1, 1, 0, 0, 1));
    assert_eq!(judged(4, &["a", "c"]), (1, 0, 0, 1, 0));
    assert_eq!(account.judge(&BTreeMap::new(), BOUND).0.lost, 1, "the whole record is gone");
}

#[test]
fn an_acknowledgement_of_a_player_without_a_record_is_lost() {
    let (tally, found) = account([word("a", Word::Acknowledged)]).judge(&BTreeMap::new(), BOUND);
    assert!(!tally.passed());
    assert_eq!(found, ["player 1: a was acknowledged and is not in the record"]);
}

/// What is found of these lines, if the record holds these changes.
fn erased(lines: &[Line], names: &[&str]) -> (u64, u64, u64) {
    let log = names.iter().map(|name| ((*name).to_owned(), 0)).collect();
    let (tally, _) = account(lines.iter().cloned()).judge(&BTreeMap::from([(1, Stored { coins: 0, log })]), BOUND);
    (tally.lost, tally.revived, tally.erased)
}

#[test]
fn what_came_before_an_erasure_is_gone_and_what_came_after_it_is_there() {
    let asked = || Line::Asked { player: 1, change: "a".to_owned() };
    let (wipe, wiped) = (|| Line::ErasureAsked { player: 1 }, || Line::Erased { player: 1 });
    let told = || word("a", Word::Acknowledged);
    let before = [asked(), told(), wipe(), wiped()];
    assert_eq!((erased(&before, &[]), erased(&before, &["a"])), ((0, 0, 1), (0, 1, 0)));
    let after = [wipe(), wiped(), asked(), told()];
    assert_eq!((erased(&after, &[]), erased(&after, &["a"])), ((1, 0, 0), (0, 0, 0)));
    // Either may have been first.
    for meanwhile in [
        [asked(), wipe(), told(), wiped()],
        [wipe(), asked(), told(), wiped()],
        [asked(), wipe(), wiped(), told()],
        [wipe(), asked(), wiped(), told()],
    ] {
        assert_eq!((erased(&meanwhile, &[]), erased(&meanwhile, &["a"])), ((0, 0, 1), (0, 0, 0)));
    }
    // Nobody knows whether it was erased.
    let unknown = [asked(), told(), wipe()];
    assert_eq!((erased(&unknown, &[]), erased(&unknown, &["a"])), ((0, 0, 1), (0, 0, 0)));
    // What was not acknowledged does not come back either.
    let refused = [asked(), word("a", Word::Unknown), wipe(), wiped()];
    assert_eq!((erased(&refused, &[]), erased(&refused, &["a"])), ((0, 0, 0), (0, 1, 0)));
}

#[test]
fn a_gift_that_is_asked_for_again_after_an_erasure_counts_anew() {
    let asked = || Line::Asked { player: 1, change: "a".to_owned() };
    let (wipe, wiped) = (|| Line::ErasureAsked { player: 1 }, || Line::Erased { player: 1 });
    let told = || word("a", Word::Acknowledged);
    let again = [asked(), told(), wipe(), wiped(), asked(), told()];
    assert_eq!((erased(&again, &[]), erased(&again, &["a"])), ((1, 0, 0), (0, 0, 0)));
    // One who was killed said nothing: whose word the last one is is not known.
    let unsaid = [asked(), asked(), wipe(), wiped(), told()];
    assert_eq!((erased(&unsaid, &[]), erased(&unsaid, &["a"])), ((0, 0, 1), (0, 0, 0)));
    let unsaid = [asked(), wipe(), wiped(), asked(), told()];
    assert_eq!((erased(&unsaid, &[]), erased(&unsaid, &["a"])), ((0, 0, 1), (0, 0, 0)));
}

fn committed(revision: u64, epoch: u32, owner: Option<u64>) -> Line {
    Line::Committed(Committed { player: 1, revision, epoch, owner })
}

fn stale(lines: impl IntoIterator<Item = Line>) -> u64 {
    account(lines).judge(&BTreeMap::new(), BOUND).0.stale
}

#[test]
fn a_write_of_a_session_that_was_fenced_is_seen() {
    let fair = [(1, 1, Some(7)), (2, 1, Some(7)), (3, 1, None), (5, 2, Some(8)), (9, 4, Some(7))];
    let lines = |commits: &[(u64, u32, Option<u64>)]| -> Vec<Line> {
        commits.iter().map(|(revision, epoch, owner)| committed(*revision, *epoch, *owner)).collect()
    };
    assert_eq!(stale(lines(&fair)), 0);
    assert_eq!(stale(lines(&fair).into_iter().rev()), 0, "the order of the file counts, not that of hearing");
    assert_eq!(stale(lines(&[(1, 2, Some(8)), (2, 1, Some(7))])), 1, "an epoch goes back");
    assert_eq!(stale(lines(&[(1, 2, Some(8)), (2, 2, Some(7))])), 1, "an epoch has two owners");
    assert_eq!(stale(lines(&[(1, 2, None), (2, 2, Some(8))])), 1, "an owner comes back without a claim");
}

#[test]
fn two_servers_that_hold_one_epoch_and_an_open_that_goes_back_are_seen() {
    let opened = |epoch, asked_ms, told_ms| Line::Opened { player: 1, epoch, server: 0, asked_ms, told_ms };
    assert_eq!(stale([opened(1, 0, 5), opened(2, 6, 9), opened(3, 7, 8)]), 0);
    assert_eq!(stale([opened(2, 0, 9), opened(1, 5, 6)]), 0, "they overlap");
    assert_eq!(stale([opened(1, 0, 5), opened(1, 6, 9)]), 1);
    assert_eq!(stale([opened(2, 0, 5), opened(1, 6, 9)]), 1);
}

#[test]
fn a_return_that_takes_too_long_is_seen_unless_something_was_in_the_way() {
    let returned = |after_ms, undisturbed| Line::Returned { player: 1, after_ms, undisturbed };
    let account = account([returned(1_000, true), returned(9_000, false), returned(1_001, true)]);
    let (tally, found) = account.judge(&BTreeMap::new(), BOUND);
    assert_eq!((tally.late, tally.slowest_return_ms, tally.slowest_undisturbed_return_ms), (1, 9_000, 1_001));
    assert_eq!(found, ["a player was back after 1001 ms only"]);
}
