//! Two players on the same servers. No rule reads two records, so their worlds are a product, but for a crash, which hits
//! both: a smoke test of that claim, not a world of its own.

use crate::driver::{Always, Checked};
use crate::world::{Act, Action, Game, World};
use stateright::{Model, Property};

/// The worlds of two players.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Pair(pub World, pub World);

/// Which player's world acts; a crash acts in both.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Either {
    /// The first player's.
    First(Action),
    /// The second player's.
    Second(Action),
    /// A server dies, for both.
    Crash(u8),
}

/// Two players on the servers of one world.
pub struct TwoKeys(pub Game);

const ALWAYS: &[Always<TwoKeys>] =
    &[Always { name: "both", holds: |model, pair| model.0.violated(&pair.0) | model.0.violated(&pair.1) == 0 }];

impl Model for TwoKeys {
    type State = Pair;
    type Action = Either;

    fn init_states(&self) -> Vec<Pair> {
        vec![Pair(self.0.start(), self.0.start())]
    }

    fn actions(&self, pair: &Pair, actions: &mut Vec<Either>) {
        let mut of = |world: &World, wrap: fn(Action) -> Either| {
            let mut possible = Vec::new();
            self.0.possible(world, &mut possible);
            let own = possible.into_iter().filter(|action| !matches!(action.act, Act::Crash(_)));
            actions.extend(own.map(wrap));
        };
        of(&pair.0, Either::First);
        of(&pair.1, Either::Second);
        let crashes = pair.0.spent.crashes;
        let alive = |host: u8| pair.0.session(host).is_some() || pair.1.session(host).is_some();
        if crashes < self.0.bounds.crashes {
            actions.extend((0..self.0.bounds.hosts).filter(|host| alive(*host)).map(Either::Crash));
        }
    }

    fn next_state(&self, pair: &Pair, action: Either) -> Option<Pair> {
        let mut next = pair.clone();
        match action {
            Either::First(action) => self.0.act(&mut next.0, action),
            Either::Second(action) => self.0.act(&mut next.1, action),
            Either::Crash(host) => {
                self.0.act(&mut next.0, Action::plain(Act::Crash(host)));
                self.0.act(&mut next.1, Action::plain(Act::Crash(host)));
            }
        }
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        ALWAYS.iter().map(|it| Property::always(it.name, it.holds)).collect()
    }
}

impl Checked for TwoKeys {
    fn always(&self) -> &'static [Always<Self>] {
        ALWAYS
    }
}
