//! What happens outside the servers: writers that never hold the record, the operator, and whoever restores or deletes the
//! record from outside the protocol.

use super::{Act, Errand, Fate, Flag, Flight, Game, Ghost, Kept, World};
use crate::properties::issued;
use crate::tally::{Deed, Kind, Tally};
use keyholder_core::document::Document;
use keyholder_core::effect::{Effect, Effects, Event};
use keyholder_core::input::Outcome;
use keyholder_core::rules::Rules;
use keyholder_core::sender::SenderInput;
use keyholder_core::update::{External, Update};
use std::sync::Arc;

impl<R: Rules<Tally, Deed> + ?Sized> Game<R> {
    /// The operation that an external writer would send now. A receipt stands for one purchase, whoever delivers it.
    pub(crate) fn next_sent(&self, world: &World) -> u8 {
        let bought = self.bounds.receipts && world.ghost.external != 0;
        if bought { world.ghost.external.trailing_zeros() as u8 } else { world.spent.deeds }
    }

    pub(super) fn send(&self, world: &mut World, at: u8, kind: Kind, fate: Fate) {
        let id = self.next_sent(world);
        let bought = id < world.spent.deeds;
        world.spent.deeds += u8::from(!bought);
        world.spent.deliveries += u8::from(bought);
        world.ghost.external |= 1 << id;
        if let Some(sender) = world.sender_mut(at) {
            sender.deed = id + 1;
        }
        let schema = self.configs[0].settings().schema;
        let deed = Deed { id, kind, vocabulary: 1 };
        world.ghost.debits |= u8::from(!Tally::is_credit(self.configs[0].shape(), &deed)) << id;
        self.feed_sender(world, at, SenderInput::Send(deed, schema), fate);
    }

    pub(super) fn answer_sender(&self, world: &mut World, at: u8, arrives: bool) {
        let Some(flight) = world.sender_mut(at).and_then(|it| it.flight.take()) else {
            return;
        };
        let outcome = match flight {
            Flight::Answered(outcome) if arrives => outcome,
            Flight::Landing(result) if arrives => {
                self.write(world, result.clone());
                Outcome::Wrote(Some(result))
            }
            Flight::Stale if arrives => Outcome::Conflict,
            flight => {
                world.spent.lost += 1;
                world.abandon(Some(flight));
                Outcome::Unknown
            }
        };
        self.feed_sender(world, at, SenderInput::Durable(outcome), Fate::Reaches);
    }

    pub(super) fn feed_sender(&self, world: &mut World, at: u8, input: SenderInput<Tally, Deed>, fate: Fate) {
        let mut effects = Effects::new();
        let Some(it) = world.sender_mut(at) else {
            return;
        };
        let _ = it.sender.step_with(self.rules, &self.configs[0], input, &mut effects);
        for effect in effects.drain() {
            match effect {
                Effect::Durable(update) => {
                    let flight = self.issue(world, 0, &update, fate);
                    if let Some(it) = world.sender_mut(at) {
                        it.flight = Some(flight);
                    }
                }
                Effect::Event(Event::Verdict { verdict, .. }) => {
                    let deed = world.sender_mut(at).map_or(0, |it| std::mem::take(&mut it.deed));
                    if deed > 0 && self.bounds.receipts {
                        world.ghost.tell_delivery(deed - 1, verdict);
                    } else if deed > 0 {
                        world.ghost.tell(deed - 1, verdict);
                    }
                }
                Effect::Event(_) | Effect::Arm { .. } | Effect::Disarm(_) => {}
                Effect::Journal(_) | Effect::Probe(_) | Effect::Tell { .. } => {}
            }
        }
    }

    /// The operator's errands; what is repeated is the very request, with the epoch that it expected.
    pub(super) fn errand(&self, world: &mut World, act: Act, fate: Fate) {
        let Some(expected) = world.record.as_ref().map(|record| record.epoch) else {
            return;
        };
        let Some(outside) = &world.outside else {
            return;
        };
        let version = outside.version.as_ref();
        let (slot, update) = match act {
            Act::Wipe => (0, Some(Update::Wipe { expected })),
            Act::Recreate => (1, Some(Update::Recreate { expected })),
            Act::Restore => {
                let restore = version.map(|it| Update::Restore { expected, version: it.clone() });
                (0, restore)
            }
            Act::Repeat(slot) => {
                (usize::from(slot), outside.errands[usize::from(slot)].as_ref().map(|it| it.update.clone()))
            }
            _ => return,
        };
        let Some(update) = update else {
            return;
        };
        let repeated = matches!(act, Act::Repeat(_));
        let arrived = repeated && outside.errands[slot].as_ref().is_some_and(|it| it.arrived);
        let reaches = fate == Fate::Reaches;
        world.spent.errands += 1;
        let result = update.run(self.rules, &self.configs[0], world.record.as_deref()).filter(|_| reaches);
        if result.is_some() && arrived {
            world.ghost.raise(Flag::Twice);
        }
        if let Some(result) = result {
            if matches!(update, Update::Restore { .. }) {
                // All that was issued by now: the write leaves out what the restored data have.
                world.ghost.undone = Ghost::mask(issued(world));
            }
            if matches!(update, Update::Wipe { .. }) && !arrived {
                world.ghost.wiped = result.epoch.0.max(expected.0 + 1).min(255) as u8;
            }
            self.write(world, Arc::new(result));
        }
        if let Some(outside) = &mut world.outside {
            outside.errands[slot] = Some(Errand { update, arrived: arrived || reaches });
        }
    }
}

/// An external change is born when it gets its number, in the epoch that it has seen.
pub(super) fn note_birth(world: &mut World, external: &External<Deed>) {
    for deed in &external.segment.changes {
        world.ghost.set_born(deed.id, external.seen.map_or(0, |epoch| epoch.0));
    }
}

pub(super) fn foreign(world: &mut World, act: Act) {
    let record = (*world.record).clone();
    let Some(outside) = &mut world.outside else {
        return;
    };
    match act {
        Act::KeepVersion => outside.version = record,
        _ => {
            world.spent.foreign += 1;
            world.ghost.rolled_back = true;
            world.ghost.attempts_before = world.spent.opens;
            world.ghost.journalled = 0;
            world.ghost.tied = 0;
            outside.abandoned.clear();
            world.record = Kept::new(if act == Act::RestoreForeign { outside.version.take() } else { None });
        }
    }
}
