//! Hosts at work: players who come, play, teleport and leave, on servers that start, end and crash.

#[path = "host/fleet.rs"]
#[allow(dead_code, reason = "each of two suites looks at other things")]
mod fleet;

use fleet::{Fate, Fleet, ROOMY, WHOLE, ask};
use keyholder_core::config::{Budget, Config, Rate, Settings};
use keyholder_core::effect::{End, Event, Verdict};
use keyholder_core::host::{HostInput, HostMisuse, Phase, Told, Work};
use keyholder_core::ids::{Epoch, HostId, Nonce, SchemaVersion};
use keyholder_core::input::{Command, Mode};
use keyholder_core::tree::Schema;
use keyholder_core::update::Update;
use keyholder_core::value::{Map, Value};

fn verdicts(events: &[Event]) -> Vec<Verdict> {
    events.iter().filter_map(|it| if let Event::Verdict { verdict, .. } = it { Some(*verdict) } else { None }).collect()
}

#[test]
fn a_player_comes_plays_and_leaves() {
    let mut fleet = Fleet::ready(1, ROOMY);
    fleet.open(0, 7);
    fleet.pass(1_000);
    assert!(fleet.is_open(0, 7));
    fleet.add(0, 7, 5).unwrap();
    fleet.add(0, 7, 6).unwrap();
    fleet.command(0, 7, Command::Save).unwrap();
    fleet.pass(100);
    assert_eq!((fleet.stored(7), verdicts(&fleet.of(0, 7))), (Some(11), vec![WHOLE]));
    fleet.add(0, 7, 1).unwrap();
    fleet.command(0, 7, Command::Close).unwrap();
    fleet.pass(100);
    assert_eq!(fleet.stored(7), Some(12));
    assert_eq!(fleet.of(0, 7).last(), Some(&Event::Ended(End::Closed)));
    assert!(fleet.servers[0].host.session(&7).is_none());
    assert_eq!(fleet.command(0, 7, Command::Save), Err(HostMisuse::NoSession));
}

#[test]
fn a_teleport_is_one_message_there_and_one_back() {
    let mut fleet = Fleet::ready(2, Settings { refuse_when_busy: false, ..ROOMY });
    fleet.open(0, 7);
    fleet.pass(1_000);
    fleet.add(0, 7, 5).unwrap();
    // The player is seen on the other server before the first one has noticed that they left.
    fleet.open(1, 7);
    fleet.pass(5_000);
    assert!(fleet.is_open(1, 7), "{:?}", fleet.events);
    assert_eq!(fleet.of(0, 7).last(), Some(&Event::Ended(End::Closed)));
    assert_eq!((fleet.stored(7), fleet.mails.len()), (Some(5), 2));
}

#[test]
fn a_player_who_is_still_there_is_not_let_in_elsewhere() {
    let mut fleet = Fleet::ready(2, ROOMY);
    fleet.polite = false;
    fleet.open(0, 7);
    fleet.pass(1_000);
    fleet.open(1, 7);
    fleet.pass(5_000);
    assert_eq!(fleet.of(1, 7).last(), Some(&Event::Ended(End::Refused)));
    assert!(fleet.is_open(0, 7));
}

#[test]
fn who_comes_during_start_up_is_let_in_in_order_and_who_leaves_again_is_not() {
    let mut fleet = Fleet::new(1, ROOMY);
    let open = |key: u32| HostInput::Open { key, mode: Mode::Exclusive, nonce: Nonce(key.into()) };
    assert_eq!(fleet.input(0, open(1)), Err(HostMisuse::Phase));
    fleet.input(0, HostInput::Start).unwrap();
    for key in [5, 3, 9, 4] {
        fleet.input(0, open(key)).unwrap();
    }
    assert_eq!(fleet.input(0, open(3)), Err(HostMisuse::Taken));
    fleet.command(0, 9, Command::Close).unwrap();
    assert_eq!(fleet.told, [(0, Told::Dropped(9))]);
    fleet.pass(10_000);
    assert!(fleet.events.is_empty());
    fleet.input(0, HostInput::Ready).unwrap();
    assert_eq!(fleet.input(0, HostInput::Ready), Err(HostMisuse::Phase));
    fleet.pass(1_000);
    let opened: Vec<_> = fleet.events.iter().filter(|it| matches!(it.3, Event::Opened { .. })).map(|it| it.2).collect();
    assert_eq!(opened, [5, 3, 4]);
}

#[test]
fn a_template_that_is_registered_anew_reaches_who_is_there() {
    let mut fleet = Fleet::ready(1, ROOMY);
    fleet.open(0, 7);
    fleet.pass(1_000);
    fleet.add(0, 7, 5).unwrap();
    // The same schema with something more in its template: a configuration is an argument of each step.
    let template = Map::from_iter([("coins", Value::from(0)), ("title", "new".into())]).into();
    let declared = fleet.config.shape().declared().to_vec();
    let schema = Schema::new(SchemaVersion(1), template, declared).unwrap();
    fleet.config = Config::new(ROOMY, schema).unwrap();
    let view = fleet.servers[0].host.session(&7).unwrap().view().unwrap();
    let missing = view.missing(fleet.config.shape());
    fleet.command(0, 7, Command::Change(missing)).unwrap();
    fleet.command(0, 7, Command::Close).unwrap();
    fleet.pass(1_000);
    let Value::Map(data) = fleet.records[&7].data.root() else { panic!("a map") };
    assert_eq!((data.get("title"), fleet.stored(7)), (Some(&"new".into()), Some(5)));
}

#[test]
fn a_bound_is_an_answer() {
    let mut settings = ROOMY;
    settings.join.max_open = 2;
    let mut fleet = Fleet::ready(1, settings);
    fleet.open(0, 1);
    fleet.open(0, 2);
    let third = HostInput::Open { key: 3, mode: Mode::Exclusive, nonce: Nonce(99) };
    assert_eq!(fleet.input(0, third.clone()), Err(HostMisuse::Full("join.max_open")));
    fleet.pass(1_000);
    fleet.command(0, 1, Command::Close).unwrap();
    fleet.pass(1_000);
    fleet.input(0, third).unwrap();
}

#[test]
fn a_second_open_of_a_key_waits_for_the_first_to_end() {
    let mut fleet = Fleet::ready(1, ROOMY);
    fleet.open(0, 1);
    fleet.pass(1_000);
    let open = |nonce| HostInput::Open { key: 1, mode: Mode::Exclusive, nonce: Nonce(nonce) };
    assert_eq!(fleet.input(0, open(50)), Err(HostMisuse::Taken));
    fleet.add(0, 1, 3).unwrap();
    fleet.command(0, 1, Command::Close).unwrap();
    fleet.input(0, open(51)).unwrap();
    assert_eq!(fleet.input(0, open(52)), Err(HostMisuse::Taken));
    fleet.pass(1_000);
    assert!(fleet.is_open(0, 1));
    assert_eq!((fleet.stored(1), fleet.records[&1].epoch.0), (Some(3), 2));
    // One who leaves while it waits is not let in.
    fleet.command(0, 1, Command::Close).unwrap();
    fleet.input(0, open(53)).unwrap();
    fleet.command(0, 1, Command::Close).unwrap();
    fleet.pass(1_000);
    assert!(fleet.servers[0].host.session(&1).is_none());
    assert_eq!(fleet.told, [(0, Told::Dropped(1))]);
}

#[test]
fn shutdown_saves_everybody_so_many_at_a_time() {
    let mut settings = ROOMY;
    settings.shutdown.max_concurrent_saves = 4;
    let mut fleet = Fleet::ready(1, settings);
    for key in 0..30 {
        fleet.open(0, key);
        fleet.pass(100);
        fleet.add(0, key, 1 + i64::from(key)).unwrap();
    }
    fleet.running.1 = 0;
    fleet.input(0, HostInput::Shutdown).unwrap();
    assert_eq!(fleet.input(0, HostInput::Shutdown), Err(HostMisuse::Closing));
    let open = HostInput::Open { key: 77, mode: Mode::Exclusive, nonce: Nonce(1) };
    assert_eq!(fleet.input(0, open), Err(HostMisuse::Closing));
    fleet.pass(10_000);
    assert_eq!(fleet.running.1, 4, "the most at once");
    for key in 0..30 {
        assert_eq!(fleet.stored(key), Some(1 + i64::from(key)));
        assert_eq!(fleet.of(0, key).last(), Some(&Event::Ended(End::Closed)));
        assert!(fleet.records[&key].owner.is_none());
    }
    assert_eq!(fleet.servers[0].host.phase(), Phase::Closed);
    assert_eq!(fleet.told.last(), Some(&(0, Told::Closed)));
}

#[test]
fn at_the_deadline_every_change_has_its_verdict() {
    let mut fleet = Fleet::ready(1, ROOMY);
    for key in 0..60 {
        fleet.open(0, key);
        fleet.pass(100);
        fleet.add(0, key, 1).unwrap();
    }
    fleet.call(0, 99, 1, Work::Run(Update::ForgetReceipts { before: Epoch(1) })).unwrap();
    // Nothing is answered any more, then everything is refused.
    fleet.fate = Box::new(|now| if now % 40 < 20 { Fate::Silent } else { Fate::Refused });
    fleet.input(0, HostInput::Shutdown).unwrap();
    fleet.pass(29_000);
    assert_eq!(fleet.servers[0].host.phase(), Phase::Closing);
    fleet.pass(2_000);
    assert_eq!(fleet.servers[0].host.phase(), Phase::Closed);
    for key in 0..60 {
        let events = fleet.of(0, key);
        assert_eq!(events.last(), Some(&Event::Ended(End::Abandoned)));
        assert_eq!(verdicts(&events).len(), 1, "{events:?}");
    }
    assert_eq!(fleet.returned.len(), 1);
    assert_eq!(fleet.servers[0].host.sessions().count(), 0);
}

#[test]
fn requests_wait_for_the_budget_and_the_last_saves_do_not() {
    let rate = Rate { base: 60, per_player: 0 };
    let settings = Settings { budget: Budget { write: rate, read: rate, ..ROOMY.budget }, ..ROOMY };
    let mut fleet = Fleet::ready(1, settings);
    // 80 % of 60 a minute; a fifth of that is kept for the end.
    for key in 0..45 {
        fleet.open(0, key);
    }
    fleet.pass(1_000);
    let open = |fleet: &Fleet| (0..45).filter(|key| fleet.is_open(0, *key)).count();
    assert_eq!(open(&fleet), 39);
    fleet.pass(5_000);
    assert_eq!(open(&fleet), 39 + 4, "0.8 a second");
    fleet.pass(10_000);
    assert_eq!(open(&fleet), 45);
    for key in 0..8 {
        fleet.add(0, key, 1).unwrap();
        fleet.command(0, key, Command::Close).unwrap();
    }
    fleet.pass(100);
    assert!((0..8).all(|key| fleet.stored(key) == Some(1)), "who leaves does not wait");
}

#[test]
fn an_idle_player_is_journalled_less_often() {
    let mut fleet = Fleet::ready(1, ROOMY);
    for key in [1, 2] {
        fleet.open(0, key);
    }
    fleet.pass(1_000);
    let until = fleet.now + 600_000;
    fleet.input(0, HostInput::Active(2)).unwrap();
    while fleet.now < until {
        // The data of both change all the time, by themselves; one of the players is there.
        for key in [1, 2] {
            fleet.add(0, key, 1).unwrap();
        }
        fleet.input(0, HostInput::Active(1)).unwrap();
        fleet.pass(1_000);
    }
    let of = |key: u32| fleet.journalled.iter().filter(move |it| it.1 == key);
    let (there, idle) = (of(1).count(), of(2).count());
    assert!((36..=40).contains(&there) && (12..=15).contains(&idle), "{there} {idle}");
    assert!(of(1).all(|it| it.2 == 43_200_000));
    assert_eq!(of(2).next_back().map(|it| it.2), Some(54_000_000));
}

#[test]
fn questions_to_one_server_go_in_one_message() {
    let mut settings = ROOMY;
    settings.refuse_when_busy = false;
    settings.join.surge_from = 4;
    let mut fleet = Fleet::ready(2, settings);
    for key in 0..6 {
        fleet.open(0, key);
    }
    fleet.pass(1_000);
    let begin = fleet.now;
    for key in 0..3 {
        fleet.open(1, key);
    }
    fleet.pass(6_000);
    let (when, to, count) = fleet.mails[0];
    assert_eq!((to, count), (HostId(1), 3));
    assert!((begin + 1_000..begin + 1_100).contains(&when), "{when}");
    assert!((0..3).all(|key| fleet.is_open(1, key)));
    assert!(fleet.mails[1..].iter().all(|(_, to, count)| (*to, *count) == (HostId(2), 1)));
}

#[test]
fn a_question_about_a_record_without_a_session_is_answered() {
    let mut fleet = Fleet::ready(2, ROOMY);
    let held = keyholder_core::update::Ticket { epoch: Epoch(3), nonce: Nonce(4) };
    fleet.input(0, HostInput::Heard { key: 5, notice: ask(HostId(2), held) }).unwrap();
    assert_eq!(fleet.mails, [(fleet.now, HostId(2), 1)]);
}

#[test]
fn a_crashed_server_is_waited_for_and_its_journal_recovered() {
    let mut fleet = Fleet::ready(2, ROOMY);
    fleet.open(0, 1);
    fleet.pass(1_000);
    fleet.add(0, 1, 9).unwrap();
    fleet.pass(20_000);
    assert_eq!(fleet.stored(1), Some(0), "it is in the journal, and not in the record");
    fleet.crash(0);
    fleet.open(1, 1);
    fleet.pass(200_000);
    assert!(fleet.is_open(1, 1), "{:?}", fleet.of(1, 1));
    assert_eq!(fleet.stored(1), Some(9));
}

#[test]
fn an_outage_is_told_once_and_its_end() {
    let mut fleet = Fleet::ready(1, ROOMY);
    fleet.open(0, 1);
    fleet.pass(1_000);
    fleet.fate = Box::new(|_| Fate::Refused);
    fleet.add(0, 1, 1).unwrap();
    fleet.command(0, 1, Command::Save).unwrap();
    fleet.pass(120_000);
    assert_eq!(fleet.told, [(0, Told::Outage(5))]);
    fleet.fate = Box::new(|_| Fate::Works);
    fleet.pass(60_000);
    assert_eq!(fleet.told[1..], [(0, Told::Recovered)]);
    assert_eq!(fleet.stored(1), Some(1));
}

#[test]
fn what_is_outstanding_for_long_is_told_and_goes_on() {
    let mut fleet = Fleet::ready(1, ROOMY);
    fleet.open(0, 1);
    fleet.pass(1_000);
    fleet.latency = 100_000;
    fleet.add(0, 1, 1).unwrap();
    fleet.command(0, 1, Command::Save).unwrap();
    fleet.pass(90_000);
    assert!(fleet.told.iter().any(|(_, told)| matches!(told, Told::Late(1, _))), "{:?}", fleet.told);
    fleet.pass(90_000);
    assert_eq!(fleet.stored(1), Some(1));
}
