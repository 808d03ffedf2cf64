//! The message bus and the heartbeats, where the world has them.

use super::{Fate, Game, World};
use crate::tally::{Deed, Tally};
use keyholder_core::ids::HostId;
use keyholder_core::input::{Input, Notice};
use keyholder_core::rules::{Liveness, Rules};

impl<R: Rules<Tally, Deed> + ?Sized> Game<R> {
    pub(super) fn tell(&self, world: &mut World, to: HostId, notice: Notice) {
        if !self.bounds.labels {
            return;
        }
        let boots: Vec<u8> = world.hosts.iter().map(|host| host.boot).collect();
        let index = (0..self.bounds.hosts).find(|host| self.label(*host, boots[usize::from(*host)]) == to);
        // Nobody listens under the label of a former boot.
        let Some(index) = index else {
            return;
        };
        let message = (index, notice);
        if !world.bus.iter().any(|other| *other == message) {
            let at = world.bus.iter().take_while(|other| **other < message).count();
            world.bus.insert(at, message);
        }
    }

    pub(super) fn hear(&self, world: &mut World, at: u8, fate: Fate) {
        let Some((host, notice)) = world.take_message(at) else {
            return;
        };
        if world.session(host).is_some() {
            return self.feed(world, host, Input::Heard(notice), fate);
        }
        if let Notice::Ask { from, held } = notice
            && self.rules.is_gone(held, None)
        {
            self.tell(world, from, Notice::Gone { held });
        }
    }

    pub(super) fn probe(&self, world: &mut World, host: u8, fate: Fate) {
        let Some(label) = world.session_mut(host).and_then(|it| it.probing.take()) else {
            return;
        };
        let alive = (0..self.bounds.hosts).any(|other| {
            world.hosts.get(usize::from(other)).is_some_and(|it| it.beats && self.label(other, it.boot) == label)
        });
        let liveness = match (fate, alive) {
            (Fate::Blind, _) => {
                world.spent.blind += 1;
                Liveness::Unreadable
            }
            (_, true) => Liveness::Alive,
            (_, false) => Liveness::Absent,
        };
        self.feed(world, host, Input::Probed(label, liveness), Fate::Reaches);
    }
}
