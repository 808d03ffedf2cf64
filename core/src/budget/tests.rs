use super::{Budget, Kind, Taken, Urgency};
use crate::config::{self, MAX_COUNT, Rate, Settings};
use crate::timer::Millis;

use Taken::{At, Never, Ready};
use Urgency::{Normal, Urgent};

/// Writes: 60 a minute, with a share of all, and a quarter kept.
fn settings(base: u32, per_player: u32) -> config::Budget {
    let write = Rate { base, per_player };
    config::Budget { write, share_percent: 100, reserve_percent: 25, ..Settings::DEFAULT.budget }
}

fn budget() -> Budget {
    Budget::new(&settings(60, 0), Millis(0))
}

fn write(budget: &mut Budget, cost: u32, urgency: Urgency, now: u64) -> Taken {
    budget.take(Kind::Write, cost, urgency, Millis(now))
}

#[test]
fn the_reserve_is_for_what_is_urgent() {
    let mut it = budget();
    assert_eq!(write(&mut it, 45, Normal, 0), Ready);
    assert_eq!(write(&mut it, 1, Normal, 0), At(Millis(1_000)));
    assert_eq!(write(&mut it, 15, Urgent, 0), Ready);
    assert_eq!(write(&mut it, 1, Urgent, 0), At(Millis(1_000)));
    assert_eq!(write(&mut it, 1, Urgent, 999), At(Millis(1_000)));
    assert_eq!(write(&mut it, 1, Urgent, 1_000), Ready);
    assert_eq!(write(&mut it, 1, Normal, 1_000), At(Millis(17_000)), "first the reserve is filled");
    assert_eq!(it.take(Kind::Read, 1, Normal, Millis(0)), Ready, "another kind");
}

#[test]
fn more_than_it_holds_is_owed() {
    let mut it = budget();
    assert_eq!(write(&mut it, 180, Normal, 0), Ready, "it is full");
    assert_eq!(write(&mut it, 1, Urgent, 0), At(Millis(121_000)));
    assert_eq!(write(&mut it, 1, Urgent, 120_999), At(Millis(121_000)));
    assert_eq!(write(&mut it, 1, Urgent, 121_000), Ready);
    let mut poor = Budget::new(&config::Budget { share_percent: 1, ..settings(1, 0) }, Millis(0));
    assert_eq!(write(&mut poor, 1, Normal, 0), Ready);
    assert_eq!(write(&mut poor, 1, Normal, 0), At(Millis(100 * 60_000)), "one in a hundred minutes");
}

#[test]
fn who_earns_nothing_waits_for_players() {
    let mut it = Budget::new(&settings(0, 60), Millis(0));
    assert_eq!((write(&mut it, 1, Urgent, 9), write(&mut it, 0, Normal, 9)), (Never, Ready));
    it.players(1, Millis(10));
    assert_eq!(write(&mut it, 1, Urgent, 10), At(Millis(1_010)));
    it.players(2, Millis(510));
    assert_eq!(write(&mut it, 1, Urgent, 510), At(Millis(760)), "half of it is there, and it comes twice as fast");
    it.players(2_000, Millis(510));
    assert_eq!(write(&mut it, 2_000, Urgent, 1_000_000), Ready);
    it.players(1, Millis(1_000_000));
    assert_eq!(it.left(Kind::Write, Millis(1_000_000)), 60, "it overflows");
}

#[test]
fn the_platform_knows_better() {
    let mut it = budget();
    it.observed(Kind::Write, 2, Millis(5_000));
    assert_eq!(it.left(Kind::Write, Millis(0)), 2);
    assert_eq!((write(&mut it, 2, Normal, 0), write(&mut it, 1, Urgent, 0)), (Ready, At(Millis(5_000))));
    assert_eq!(write(&mut it, 1, Normal, 5_000), Ready);
    it.throttled(Kind::Write, Millis(8_000), Millis(6_000));
    assert_eq!(write(&mut it, 1, Urgent, 6_000), At(Millis(8_000)));
    assert_eq!(write(&mut it, 3, Urgent, 8_000), At(Millis(9_000)), "it was empty, and earns since");
    assert_eq!(write(&mut it, 2, Urgent, 8_000), Ready);
}

#[test]
fn what_costs_of_two_kinds_takes_of_both_or_none() {
    let mut it = budget();
    it.observed(Kind::Read, 0, Millis(7_000));
    let update = [(Kind::Write, 45), (Kind::Read, 1)];
    assert_eq!(it.take_all(&update, Normal, Millis(0)), At(Millis(7_000)));
    assert_eq!(it.left(Kind::Write, Millis(0)), 60, "nothing was taken");
    assert_eq!(it.take_all(&update, Normal, Millis(7_000)), Ready);
    assert_eq!(it.left(Kind::Write, Millis(7_000)), 15);
    let twice = [(Kind::Write, 10), (Kind::Write, 10)];
    assert_eq!(it.take_all(&twice, Urgent, Millis(7_000)), At(Millis(12_000)), "of one kind twice");
}

#[test]
fn no_moment_and_no_number_overflows() {
    let most = Rate { base: u32::MAX, per_player: u32::MAX };
    for (start, rate) in [(0, most), (u64::MAX, most), (0, Rate { base: 1, per_player: 0 })] {
        let settings = config::Budget { write: rate, share_percent: u32::MAX, reserve_percent: 90, ..settings(0, 0) };
        let mut it = Budget::new(&settings, Millis(start));
        it.players(u32::MAX, Millis(start));
        for now in [start, u64::MAX, 0, u64::MAX - 1, 59_999, u64::MAX] {
            for urgency in [Normal, Urgent] {
                write(&mut it, u32::MAX, urgency, now);
                it.players(MAX_COUNT, Millis(now));
                it.left(Kind::Write, Millis(now));
            }
            it.throttled(Kind::Write, Millis(u64::MAX), Millis(now));
        }
        assert_eq!(write(&mut it, 1, Urgent, u64::MAX), At(Millis(u64::MAX)), "it was emptied at the end of time");
    }
}
