//! One bucket of a request budget beside whole credits that are counted one by one.

pub mod variants;

use super::World;
use crate::driver::{Always, Checked};
use keyholder_core::budget::{Budget, Kind, Taken, Urgency};
use keyholder_core::config::{self, Rate, Settings};
use keyholder_core::timer::Millis;
use stateright::{Model, Property};

/// No more is sent than one full bucket and what was earned since.
pub const WITHIN_CREDIT: &str = "within-credit";

/// What is not urgent leaves the reserve.
pub const RESERVE_KEPT: &str = "reserve-kept";

/// No more is sent than the platform said is left, until the moment that it named.
pub const PLATFORM_OBEYED: &str = "platform-obeyed";

/// A request that may be sent is, and one that may not is told the earliest moment at which it may.
pub const EXACT_WAIT: &str = "exact-wait";

const ALWAYS: &[Always<Budgeting>] = &[
    Always { name: WITHIN_CREDIT, holds: |_, it| !it.overdrawn },
    Always { name: RESERVE_KEPT, holds: |_, it| !it.took_reserve },
    Always { name: PLATFORM_OBEYED, holds: |_, it| !it.disobeyed },
    Always { name: EXACT_WAIT, holds: |_, it| !it.wrong_wait },
];

/// What must be seen.
pub const SHOWN: &[&str] = &[
    "what is urgent is sent where what is not waits",
    "a request costs more than the bucket holds",
    "a request waits for the platform, although there is credit",
    "a request waits until what is owed is earned",
];

/// Moments are so far apart that one credit is earned for each unit of the rate.
const MOMENT: u64 = 15_000;

/// The bounds of a bucket.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// Credits that are earned in a moment, without players and more with one; a bucket holds four times as many.
    pub earns: [u8; 2],
    /// What requests cost.
    pub costs: &'static [u8],
    /// The last moment; the first is 0.
    pub moments: u8,
}

/// All of them.
pub const WORLDS: &[World<Setup>] = &[World {
    name: "bucket",
    about: "a bucket of four credits, a half of it reserve, of eight with a player; costs of 1, 2 and 5; moments 0 to 4",
    setup: BUCKET,
    states: 839,
    shows: &[0, 1, 2, 3],
}];

/// A bucket.
pub const BUCKET: Setup = Setup { earns: [1, 1], costs: &[1, 2, 5], moments: 4 };

/// A bucket, and what it does wrong, if anything.
pub struct Budgeting {
    setup: Setup,
    breach: Option<Breach>,
}

/// What a budget does against the specification.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Breach {
    /// Whoever asks is urgent.
    ReserveForAll,
    /// What the platform says is not heard.
    DeafToThePlatform,
    /// Each new moment begins with a full bucket.
    FullEachMoment,
    /// A request that may not be sent is told to wait for ever.
    FailsInstead,
}

/// One state.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct State {
    /// The budget; only its writes are used.
    pub budget: Budget,
    /// The moment.
    pub now: u8,
    /// Whether the player is here.
    pub player: bool,
    /// Whole credits; below zero is owed.
    pub credits: i8,
    /// What the platform said: how many are left, until when.
    pub said: Option<(u8, u8)>,
    overdrawn: bool,
    took_reserve: bool,
    disobeyed: bool,
    wrong_wait: bool,
}

/// What happens.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Act {
    /// A request asks for credit.
    Take(u8, Urgency),
    /// The platform says how many are left until the next moment but one.
    Observed(u8),
    /// The platform has throttled a request, until the next moment.
    Throttled,
    /// The player comes or goes.
    Player,
    /// Time passes.
    Tick,
}

impl Budgeting {
    /// The budget as it is built.
    pub fn new(setup: Setup) -> Self {
        Self { setup, breach: None }
    }

    fn start(&self) -> State {
        let [base, per_player] = self.setup.earns.map(|it| u32::from(it) * 4);
        let write = Rate { base, per_player };
        let settings = config::Budget { share_percent: 100, reserve_percent: 50, write, ..Settings::DEFAULT.budget };
        let credits = self.setup.earns[0].cast_signed() * 4;
        State {
            budget: Budget::new(&settings, Millis(0)),
            now: 0,
            player: false,
            credits,
            said: None,
            overdrawn: false,
            took_reserve: false,
            disobeyed: false,
            wrong_wait: false,
        }
    }

    fn earns(&self, player: bool) -> i8 {
        let [base, more] = self.setup.earns.map(u8::cast_signed);
        base + if player { more } else { 0 }
    }

    fn take(&self, state: &mut State, cost: u8, urgency: Urgency) {
        let asked = if self.breach == Some(Breach::ReserveForAll) { Urgency::Urgent } else { urgency };
        let mut answer = state.budget.take(Kind::Write, u32::from(cost), asked, state.moment());
        if self.breach == Some(Breach::FailsInstead) && answer != Taken::Ready {
            answer = Taken::Never;
        }
        let earns = self.earns(state.player);
        let wanted = |kept: i8| (cost.cast_signed() + kept).min(earns * 4);
        let kept = if urgency == Urgency::Normal { earns * 2 } else { 0 };
        let said = state.said.filter(|(left, _)| *left < cost);
        let lacks = (wanted(kept) - state.credits).max(0);
        let due = match said {
            Some((_, until)) => until,
            None => state.now + u8::try_from((lacks + earns - 1) / earns).unwrap_or(u8::MAX),
        };
        if answer == Taken::Ready {
            state.overdrawn |= state.credits < wanted(0);
            state.took_reserve |= state.credits >= wanted(0) && lacks > 0;
            state.disobeyed |= said.is_some();
            state.credits -= cost.cast_signed();
            state.said = state.said.map(|(left, until)| (left.saturating_sub(cost), until));
        } else {
            // A moment between two of these is the later one here.
            let told = if let Taken::At(at) = answer { at.0.div_ceil(MOMENT) } else { u64::MAX };
            state.wrong_wait |= due == state.now || told != u64::from(due);
        }
    }

    fn act(&self, state: &mut State, act: Act) {
        let deaf = self.breach == Some(Breach::DeafToThePlatform);
        match act {
            Act::Take(cost, urgency) => self.take(state, cost, urgency),
            Act::Observed(left) => {
                let until = state.now + 2;
                if !deaf {
                    state.budget.observed(Kind::Write, u32::from(left), Millis(u64::from(until) * MOMENT));
                }
                state.said = Some((left, until));
            }
            Act::Throttled => {
                let until = state.now + 1;
                if !deaf {
                    state.budget.throttled(Kind::Write, Millis(u64::from(until) * MOMENT), state.moment());
                }
                state.credits = state.credits.min(0);
                state.said = Some((0, until));
            }
            Act::Player => {
                state.player = !state.player;
                state.budget.players(u32::from(state.player), state.moment());
                state.credits = state.credits.min(self.earns(state.player) * 4);
            }
            Act::Tick => {
                state.now += 1;
                let earns = self.earns(state.player);
                state.credits = (state.credits + earns).min(earns * 4);
                state.said = state.said.filter(|(_, until)| *until > state.now);
                if self.breach == Some(Breach::FullEachMoment) {
                    state.budget = self.start().budget;
                }
                // It earns when it is asked: what it has earned by now then shows in the state.
                state.budget.players(u32::from(state.player), state.moment());
            }
        }
    }
}

impl State {
    fn moment(&self) -> Millis {
        Millis(u64::from(self.now) * MOMENT)
    }
}

impl Model for Budgeting {
    type State = State;
    type Action = Act;

    fn init_states(&self) -> Vec<State> {
        vec![self.start()]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Act>) {
        for cost in self.setup.costs {
            actions.extend([Act::Take(*cost, Urgency::Normal), Act::Take(*cost, Urgency::Urgent)]);
        }
        actions.extend([Act::Observed(0), Act::Observed(2), Act::Throttled, Act::Player]);
        if state.now < self.setup.moments {
            actions.push(Act::Tick);
        }
    }

    fn next_state(&self, state: &State, act: Act) -> Option<State> {
        let mut next = state.clone();
        self.act(&mut next, act);
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        ALWAYS.iter().map(|it| Property::always(it.name, it.holds)).collect()
    }
}

impl Checked for Budgeting {
    fn always(&self) -> &'static [Always<Self>] {
        ALWAYS
    }

    fn sometimes(&self) -> &'static [&'static str] {
        SHOWN
    }

    fn witness(&self, from: &State, act: &Act, to: &State, _wanted: u64) -> u64 {
        let Act::Take(cost, urgency) = *act else { return 0 };
        let holds = self.earns(from.player) * 4;
        let (ready, cost) = (from.credits != to.credits, cost.cast_signed());
        let seen = [
            ready && urgency == Urgency::Urgent && from.credits < (cost + holds / 2).min(holds),
            ready && cost > holds,
            !ready && from.said.is_some() && from.credits == holds,
            !ready && from.credits < 0 && from.said.is_none(),
        ];
        seen.iter().enumerate().map(|(bit, seen)| u64::from(*seen) << bit).sum()
    }
}
