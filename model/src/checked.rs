//! The worlds as models: for stateright, and for our own driver.

use crate::driver::{Always, Checked, Trace};
use crate::explain;
use crate::properties::{Listed, is_settled};
use crate::tally::{Deed, Tally};
use crate::witness;
use crate::world::{Action, Game, Kept, World};
use keyholder_core::rules::Rules;
use stateright::{Model, Path, Property};

impl<R: Listed + ?Sized> Model for Game<R>
where
    R: Rules<Tally, Deed>,
{
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        let mut start = self.start();
        start.seal();
        vec![start]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        self.possible(world, actions);
    }

    /// Never `None`: an action that is possible is carried out.
    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        let mut next = world.clone();
        self.act(&mut next, action);
        next.seal();
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        R::list().iter().map(|it| Property::always(it.name, it.holds)).collect()
    }

    fn format_action(&self, action: &Action) -> String {
        action.to_string()
    }

    /// The way so far as a sequence diagram, for the Explorer.
    fn as_svg(&self, path: Path<World, Action>) -> Option<String> {
        // stateright keeps each action with the state that it leaves, a trace with the state that it leads to.
        let mut led = None;
        let steps = path.into_vec().into_iter().map(|(world, leads)| (std::mem::replace(&mut led, leads), world));
        Some(explain::story(self, &Trace { steps: steps.collect() }, None).to_svg())
    }
}

impl<R: Listed + ?Sized> Checked for Game<R> {
    fn always(&self) -> &'static [Always<Self>] {
        R::list()
    }

    fn sometimes(&self) -> &'static [&'static str] {
        witness::NAMES
    }

    fn witness(&self, from: &World, action: &Action, to: &World, wanted: u64) -> u64 {
        witness::shown(self, from, *action, to, wanted)
    }

    fn canonical(&self, mut world: World) -> World {
        if self.bounds.is_symmetric() {
            let prints = world.hosts.iter().map(Kept::print);
            if !prints.is_sorted() {
                let mut hosts: Vec<_> = world.hosts.take().into_iter().collect();
                hosts.sort_by_key(Kept::print);
                world.hosts = hosts.into_iter().collect();
            }
        }
        world
    }

    fn goal(&self, world: &World) -> bool {
        is_settled(self, world)
    }

    fn is_environment(&self, action: &Action) -> bool {
        action.act.is_environment()
    }
}
