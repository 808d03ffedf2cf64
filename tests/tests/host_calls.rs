//! Calls on a host that need no session: reads, gifts, erasures.

#[path = "host/fleet.rs"]
#[allow(dead_code, reason = "each of the suites looks at other things")]
mod fleet;

use fleet::{Fate, Fleet, ROOMY, WHOLE};
use keyholder_core::host::{CallId, HostInput, HostMisuse, Returned, Work};
use keyholder_core::ids::{ReceiptId, SchemaVersion};
use keyholder_core::input::Command;
use keyholder_core::ledger::Source;
use keyholder_core::update::Update;

#[test]
fn calls_on_one_key_run_in_order_and_others_beside_them() {
    let mut fleet = Fleet::ready(1, ROOMY);
    for key in [1, 2] {
        fleet.open(0, key);
    }
    fleet.pass(1_000);
    let gift = |id: u8, coins| Work::Deliver {
        source: Source::Receipt(ReceiptId([id; 16])),
        change: Fleet::coins(coins),
        schema: SchemaVersion(1),
    };
    fleet.call(0, 1, 10, gift(1, 100)).unwrap();
    fleet.call(0, 1, 11, gift(1, 100)).unwrap();
    fleet.call(0, 1, 12, Work::ReadFresh).unwrap();
    fleet.call(0, 2, 13, gift(2, 7)).unwrap();
    assert_eq!(fleet.call(0, 2, 13, Work::Read), Err(HostMisuse::Call));
    fleet.pass(30_000);
    // The receipt came twice and counts once.
    assert_eq!((fleet.stored(1), fleet.stored(2)), (Some(100), Some(7)));
    let order: Vec<_> = fleet.returned.iter().map(|(call, _)| call.0).collect();
    let place = |call: u64| order.iter().position(|it| *it == call).unwrap();
    assert!(place(10) < place(11) && place(11) < place(12) && place(13) < place(12), "{order:?}");
    assert!(matches!(&fleet.returned[place(10)].1, Returned::Verdict(verdict) if *verdict == WHOLE));
    assert!(matches!(&fleet.returned[place(12)].1, Returned::Record(Some(_))));
}

#[test]
fn reads_come_from_the_session_then_from_the_cache_then_from_the_store() {
    let mut fleet = Fleet::ready(1, ROOMY);
    fleet.open(0, 1);
    fleet.pass(1_000);
    fleet.call(0, 1, 1, Work::Read).unwrap();
    assert!(matches!(&fleet.returned[0].1, Returned::Record(Some(_))), "from the session, at once");
    fleet.command(0, 1, Command::Close).unwrap();
    fleet.pass(1_000);
    fleet.call(0, 1, 2, Work::Read).unwrap();
    assert_eq!(fleet.returned.len(), 2, "what the session left, from the cache");
    let Returned::Record(Some(record)) = &fleet.returned[1].1 else { panic!("a record") };
    assert!(record.owner.is_none());
    fleet.pass(60_001);
    fleet.call(0, 1, 3, Work::Read).unwrap();
    assert_eq!(fleet.returned.len(), 2, "too old");
    fleet.pass(1_000);
    assert!(matches!(&fleet.returned[2].1, Returned::Record(Some(_))));
    fleet.call(0, 2, 4, Work::Read).unwrap();
    fleet.pass(1_000);
    assert!(matches!(&fleet.returned[3].1, Returned::Record(None)));
}

#[test]
fn an_erasure_is_run_until_it_is_known() {
    let mut fleet = Fleet::ready(1, ROOMY);
    fleet.open(0, 1);
    fleet.pass(1_000);
    fleet.command(0, 1, Command::Close).unwrap();
    fleet.pass(1_000);
    let epoch = fleet.records[&1].epoch;
    let mut fates = [Fate::AppliedUnknown, Fate::Refused, Fate::LostUnknown].into_iter();
    fleet.fate = Box::new(move |_| fates.next().unwrap_or(Fate::Works));
    fleet.call(0, 1, 1, Work::Run(Update::Wipe { expected: epoch })).unwrap();
    fleet.pass(60_000);
    assert_eq!(fleet.returned.len(), 1);
    assert_eq!(fleet.records[&1].life, keyholder_core::record::Life::Tombstone);
    // After so many attempts the caller is told that nobody knows.
    fleet.fate = Box::new(|_| Fate::LostUnknown);
    fleet.call(0, 1, 2, Work::Run(Update::Wipe { expected: epoch })).unwrap();
    fleet.pass(120_000);
    assert!(matches!(&fleet.returned[1].1, Returned::Outcome(keyholder_core::input::Outcome::Unknown)));
}

#[test]
fn a_cancelled_call_lets_the_next_one_go_on() {
    let mut fleet = Fleet::ready(1, ROOMY);
    fleet.call(0, 1, 1, Work::ReadFresh).unwrap();
    fleet.call(0, 1, 2, Work::ReadFresh).unwrap();
    fleet.call(0, 1, 3, Work::ReadFresh).unwrap();
    for call in [1, 2] {
        fleet.input(0, HostInput::Cancel { key: 1, call: CallId(call) }).unwrap();
    }
    assert_eq!(fleet.input(0, HostInput::Cancel { key: 1, call: CallId(2) }), Err(HostMisuse::Call));
    fleet.pass(1_000);
    let returned: Vec<_> = fleet.returned.iter().map(|it| it.0.0).collect();
    assert_eq!(returned, [3]);
}
