//! Players whose data are in several records, and how a host paces, counts and holds back what it asks for.

#[path = "host/fleet.rs"]
#[allow(dead_code, reason = "each of the suites looks at other things")]
mod fleet;

use fleet::{Fate, Fleet, Key, ROOMY, ask};
use keyholder_core::budget::Kind;
use keyholder_core::config::{Autosave, Settings};
use keyholder_core::host::{HostInput, HostMisuse, Opening, Pace, Told, VisitId};
use keyholder_core::ids::{Epoch, HostId, Nonce};
use keyholder_core::input::{Command, Mode};
use keyholder_core::timer::Millis;
use keyholder_core::update::Ticket;

const STATS: Key = 1;
const BAGS: Key = 2;

fn join(fleet: &mut Fleet, at: usize, visit: u64, keys: &[Key]) -> Result<(), HostMisuse> {
    let records = keys.iter().map(|key| {
        let nonce = Nonce(1_000_000 * (at as u64 + 1) + 1_000 * visit + u64::from(*key));
        Opening { key: *key, mode: Mode::Exclusive, nonce }
    });
    let records = records.collect();
    fleet.input(at, HostInput::Join { visit: VisitId(visit), records })
}

fn told(fleet: &Fleet, at: usize) -> Vec<Told<Key>> {
    fleet.told.iter().filter(|(server, _)| *server == at).map(|(_, told)| *told).collect()
}

#[test]
fn a_player_comes_and_goes_with_all_records() {
    let mut fleet = Fleet::ready(1, ROOMY);
    join(&mut fleet, 0, 1, &[STATS, BAGS]).unwrap();
    assert_eq!(told(&fleet, 0), [], "none is open yet");
    fleet.pass(1_000);
    assert_eq!(told(&fleet, 0), [Told::Joined(VisitId(1))]);
    fleet.add(0, STATS, 3).unwrap();
    fleet.add(0, BAGS, 4).unwrap();
    fleet.input(0, HostInput::Leave(VisitId(1))).unwrap();
    fleet.pass(1_000);
    assert_eq!(told(&fleet, 0), [Told::Joined(VisitId(1)), Told::Left(VisitId(1))]);
    assert_eq!((fleet.stored(STATS), fleet.stored(BAGS)), (Some(3), Some(4)));
    assert!(fleet.records.values().all(|it| it.owner.is_none()));
    assert_eq!(fleet.input(0, HostInput::Leave(VisitId(1))), Err(HostMisuse::Visit));
    assert_eq!(fleet.servers[0].host.open_calls_and_visits(), (0, 0));
}

#[test]
fn if_one_record_is_refused_the_others_are_given_back() {
    let mut fleet = Fleet::ready(2, Settings { refuse_when_busy: true, ..ROOMY });
    fleet.polite = false;
    fleet.open(0, BAGS);
    fleet.pass(1_000);
    join(&mut fleet, 1, 1, &[STATS, BAGS]).unwrap();
    fleet.pass(60_000);
    assert_eq!(told(&fleet, 1), [Told::Parted(VisitId(1), BAGS), Told::Left(VisitId(1))]);
    assert!(fleet.records[&STATS].owner.is_none(), "released");
    assert!(fleet.is_open(0, BAGS), "and who plays goes on");
}

#[test]
fn if_one_record_is_lost_the_others_are_saved() {
    let mut fleet = Fleet::ready(2, Settings { refuse_when_busy: false, ..ROOMY });
    join(&mut fleet, 0, 1, &[STATS, BAGS]).unwrap();
    fleet.pass(1_000);
    fleet.add(0, STATS, 3).unwrap();
    fleet.open(1, BAGS);
    fleet.pass(60_000);
    let expected = [Told::Joined(VisitId(1)), Told::Parted(VisitId(1), BAGS), Told::Left(VisitId(1))];
    assert_eq!(told(&fleet, 0), expected);
    assert_eq!((fleet.stored(STATS), fleet.is_open(1, BAGS)), (Some(3), true));
}

#[test]
fn a_join_that_cannot_be_begun_changes_nothing() {
    let mut settings = ROOMY;
    settings.join.max_open = 3;
    let mut fleet = Fleet::ready(1, settings);
    fleet.open(0, BAGS);
    fleet.pass(1_000);
    let before = format!("{:?}", fleet.servers[0].host);
    assert_eq!(join(&mut fleet, 0, 1, &[STATS, BAGS]), Err(HostMisuse::Taken));
    assert_eq!(join(&mut fleet, 0, 1, &[3, 4, 5]), Err(HostMisuse::Full("join.max_open")));
    assert_eq!(join(&mut fleet, 0, 1, &[]), Err(HostMisuse::Visit));
    assert_eq!(join(&mut fleet, 0, 1, &[3, 3]), Err(HostMisuse::Visit));
    assert_eq!(format!("{:?}", fleet.servers[0].host), before);
    join(&mut fleet, 0, 1, &[STATS]).unwrap();
    assert_eq!(join(&mut fleet, 0, 1, &[4]), Err(HostMisuse::Visit), "the number is taken");
}

#[test]
fn who_comes_back_at_once_waits_for_the_release() {
    let mut fleet = Fleet::ready(1, ROOMY);
    join(&mut fleet, 0, 1, &[STATS, BAGS]).unwrap();
    fleet.pass(1_000);
    fleet.add(0, STATS, 3).unwrap();
    fleet.input(0, HostInput::Leave(VisitId(1))).unwrap();
    join(&mut fleet, 0, 2, &[STATS, BAGS]).unwrap();
    fleet.pass(1_000);
    let expected = [Told::Joined(VisitId(1)), Told::Left(VisitId(1)), Told::Joined(VisitId(2))];
    assert_eq!(told(&fleet, 0), expected);
    // And who leaves before that is not opened at all.
    fleet.input(0, HostInput::Leave(VisitId(2))).unwrap();
    join(&mut fleet, 0, 3, &[STATS, BAGS]).unwrap();
    fleet.input(0, HostInput::Leave(VisitId(3))).unwrap();
    fleet.pass(1_000);
    let dropped = told(&fleet, 0).iter().filter(|it| matches!(it, Told::Dropped(_))).count();
    assert_eq!((dropped, fleet.servers[0].host.open_calls_and_visits()), (2, (0, 0)));
    assert!(told(&fleet, 0).contains(&Told::Left(VisitId(3))));
}

#[test]
fn visits_wait_for_the_start_and_end_with_the_server() {
    let mut fleet = Fleet::new(1, ROOMY);
    fleet.input(0, HostInput::Start).unwrap();
    join(&mut fleet, 0, 1, &[1, 2]).unwrap();
    join(&mut fleet, 0, 2, &[3, 4]).unwrap();
    fleet.input(0, HostInput::Leave(VisitId(2))).unwrap();
    assert!(told(&fleet, 0).contains(&Told::Left(VisitId(2))));
    fleet.input(0, HostInput::Ready).unwrap();
    fleet.pass(1_000);
    assert!(told(&fleet, 0).contains(&Told::Joined(VisitId(1))));
    fleet.add(0, 1, 9).unwrap();
    fleet.input(0, HostInput::Shutdown).unwrap();
    fleet.pass(1_000);
    let last = told(&fleet, 0);
    assert_eq!(last[last.len() - 2..], [Told::Left(VisitId(1)), Told::Closed]);
    assert_eq!((fleet.stored(1), fleet.records.contains_key(&3)), (Some(9), false));
}

#[test]
fn a_location_has_a_pace_of_its_own() {
    let mut fleet = Fleet::ready(1, ROOMY);
    for key in [STATS, BAGS] {
        fleet.open(0, key);
    }
    fleet.pass(1_000);
    let autosave = Autosave { active_ttl_ms: 60_000, idle_ttl_ms: 60_000, ..ROOMY.autosave };
    let pace = Pace { journal_every_ms: 5_000, autosave };
    fleet.input(0, HostInput::Pace { key: BAGS, pace }).unwrap();
    assert_eq!(fleet.input(0, HostInput::Pace { key: 9, pace }), Err(HostMisuse::NoSession));
    let since = fleet.now;
    for key in [STATS, BAGS] {
        fleet.add(0, key, 1).unwrap();
    }
    fleet.pass(16_000);
    let of = |key: Key| fleet.journalled.iter().find(|it| it.1 == key).map(|(at, _, ttl)| (at - since, *ttl));
    assert_eq!(of(BAGS), Some((5_000, 60_000)));
    assert_eq!(of(STATS), Some((15_000, ROOMY.autosave.active_ttl_ms)));
}

#[test]
fn who_is_throttled_waits_as_long_as_the_store_says() {
    let mut fleet = Fleet::ready(1, ROOMY);
    fleet.input(0, HostInput::Throttled(Kind::Write, Some(Millis(5_000)))).unwrap();
    let since = fleet.now;
    fleet.open(0, 1);
    fleet.pass(20_000);
    assert!(fleet.writes[0].0 >= since + 5_000, "{:?} {since}", fleet.writes);
    let counted = fleet.servers[0].host.statistics();
    assert_eq!((counted.throttled, counted.opened), (1, 1));
    // What a store says is left binds as well.
    let observed = HostInput::Observed { kind: Kind::Write, remaining: 0, lasts: Millis(3_000) };
    fleet.input(0, observed).unwrap();
    assert_eq!(fleet.servers[0].host.budget_left(Kind::Write, Millis(fleet.now)), 0);
    let since = fleet.now;
    fleet.add(0, 1, 1).unwrap();
    fleet.command(0, 1, Command::Close).unwrap();
    fleet.pass(20_000);
    assert!(fleet.writes.last().unwrap().0 >= since + 3_000);
}

#[test]
fn what_a_host_did_is_counted() {
    let mut fleet = Fleet::ready(1, ROOMY);
    fleet.open(0, 1);
    fleet.pass(1_000);
    fleet.add(0, 1, 5).unwrap();
    fleet.add(0, 1, 6).unwrap();
    let mut fates = [Fate::LostUnknown].into_iter();
    fleet.fate = Box::new(move |_| fates.next().unwrap_or(Fate::Works));
    fleet.command(0, 1, Command::Close).unwrap();
    fleet.pass(30_000);
    let it = fleet.servers[0].host.statistics();
    assert_eq!((it.opened, it.closed, it.lost), (1, 1, 0));
    assert_eq!((it.accepted, it.durable, it.lost_changes, it.unknown_changes), (2, 2, 0, 0));
    assert_eq!((it.unknowns, it.writes), (1, 3), "a claim, a save that nobody knows of, and a save");
    assert_eq!(it.answered, it.writes + it.reads - 1);
}

#[test]
fn questions_that_wait_are_one_for_each_key_that_is_opened() {
    let mut fleet = Fleet::ready(2, Settings { refuse_when_busy: false, ..ROOMY });
    fleet.polite = false;
    fleet.open(1, 1);
    fleet.pass(1_000);
    let asked = |fleet: &Fleet| format!("{:?}", fleet.servers[0].host).matches("Ask {").count();
    fleet.input(0, HostInput::Throttled(Kind::Message, Some(Millis(86_400_000)))).unwrap();
    for _ in 0..5 {
        fleet.open(0, 1);
        fleet.pass(60_000);
        assert_eq!(asked(&fleet), 1, "the newest");
        fleet.command(0, 1, Command::Close).unwrap();
        fleet.pass(5_000);
        assert_eq!(asked(&fleet), 0, "nobody opens it any more");
    }
}

#[test]
fn answers_take_credit_and_a_closed_host_gives_none() {
    let mut settings = ROOMY;
    settings.budget.message = keyholder_core::config::Rate { base: 10, per_player: 0 };
    let mut fleet = Fleet::ready(1, settings);
    let held = Ticket { epoch: Epoch(1), nonce: Nonce(7) };
    for key in 0..100 {
        fleet.input(0, HostInput::Heard { key, notice: ask(HostId(9), held) }).unwrap();
    }
    let (sent, counted) = (fleet.mails.len(), fleet.servers[0].host.statistics().messages);
    assert!((1..=10).contains(&sent) && counted == sent as u64, "{sent} {counted}");
    fleet.pass(600_000);
    fleet.input(0, HostInput::Shutdown).unwrap();
    fleet.pass(60_000);
    fleet.input(0, HostInput::Heard { key: 1, notice: ask(HostId(9), held) }).unwrap();
    assert_eq!(fleet.mails.len(), sent, "it has closed");
}
