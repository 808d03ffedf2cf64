//! What a session asks and tells in a step. The world carries effects out and forgets them; since a session is a pure
//! state machine, a clone of it that takes the same input shows them again.

use crate::tally::{Deed, Tally};
use crate::world::{Act, Action, Fate, Flight, Game, ModelRecord, ModelSession, World};
use keyholder_core::config::Config;
use keyholder_core::effect::{Effect, Effects, Event};
use keyholder_core::ids::{HostId, Nonce};
use keyholder_core::input::{Command, Input, Misuse, Notice, Outcome};
use keyholder_core::journal::{Journal, JournalChange, JournalUpdate};
use keyholder_core::record::Owner;
use keyholder_core::rules::{Liveness, Rules};
use keyholder_core::sender::{Sender, SenderInput};
use keyholder_core::session::Session;
use keyholder_core::timer::Timer;
use keyholder_core::update::Update;
use std::sync::Arc;

/// One thing that can be seen in a step, in the order in which it happens.
#[derive(Clone, Debug)]
pub(crate) enum Seen {
    /// A request on the record, and what it meets there.
    Record(Update<Tally, Deed>, Met<ModelRecord>),
    /// A request on the journal, and what it meets there.
    Journal(JournalUpdate<Tally, Deed>, Met<Journal<Deed>>),
    /// A message, and whether a server listens under that label.
    Tell(HostId, Notice, bool),
    /// A heartbeat is asked for.
    Probe(HostId),
    /// A timer is armed.
    Arm(Timer),
    /// A timer is disarmed.
    Disarm(Timer),
    /// The application is told something about these changes.
    Event(Event, Vec<u8>),
}

/// What a request meets.
#[derive(Clone, Debug)]
pub(crate) enum Met<T> {
    /// Its rule writes nothing; it reads this.
    Read(Option<Arc<T>>),
    /// This is written.
    Wrote(Option<Arc<T>>),
    /// Fine steps: this will be written unless somebody writes before.
    UnderWay(Arc<T>),
    /// It is lost on its way.
    Lost,
    /// The store is out of reach.
    Unreachable,
}

/// A session and what it is given.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub(crate) host: u8,
    pub(crate) session: ModelSession,
    pub(crate) input: Input<Tally, Deed>,
    /// The changes of the session, the one that it is given now included.
    pub(crate) deeds: Vec<u8>,
}

/// A writer and what it is given.
#[derive(Clone, Debug)]
pub(crate) struct Handed {
    pub(crate) sender: Sender<Deed>,
    pub(crate) input: SenderInput<Tally, Deed>,
    /// The change in delivery.
    pub(crate) deed: Option<u8>,
}

/// What an action gives to a session, if it gives anything to one.
pub(crate) fn given<R>(game: &Game<R>, world: &World, action: Action) -> Option<Given>
where
    R: Rules<Tally, Deed> + ?Sized,
{
    let host = match action.act {
        Act::Hear(at) => world.bus.get(usize::from(at))?.0,
        act => act.host()?,
    };
    let here = world.session(host);
    let mut deeds: Vec<u8> = here.map(|it| it.deeds().collect()).unwrap_or_default();
    let input = match action.act {
        Act::Open(_, mode) => Input::Command(Command::Open(mode)),
        Act::Change(_, kind) => {
            let schema = here?.session.base().map_or(1, |base| base.schema.0);
            let id = world.spent.deeds;
            deeds.push(id);
            Input::Command(Command::Change(Deed { id, kind, vocabulary: if schema == 2 { 2 } else { 1 } }))
        }
        Act::Save(_) => Input::Command(Command::Save),
        Act::Close(_) => Input::Command(Command::Close),
        Act::Abandon(_) => Input::Command(Command::Abandon),
        Act::Fire(_, timer) => Input::Fired(timer),
        Act::Deliver(_) => Input::Durable(answer(&here?.flight)?),
        Act::DeliverSecond(_) => Input::Durable(answer(&here?.second)?),
        Act::Lose(_) | Act::TimeOut(_) => Input::Durable(Outcome::Unknown),
        Act::DeliverJournal(_) => Input::Journal(here?.answer.clone()?),
        Act::LoseJournal(_) => Input::Journal(Outcome::Unknown),
        Act::Hear(at) => Input::Heard(world.bus.get(usize::from(at))?.1),
        Act::Probe(_) => {
            let label = here?.probing?;
            Input::Probed(label, liveness(game, world, label, action.fate))
        }
        _ => return None,
    };
    let session = match here {
        Some(it) => it.session.clone(),
        None if matches!(action.act, Act::Open(..)) => fresh(game, world, host),
        None => return None,
    };
    Some(Given { host, session, input, deeds })
}

/// The session object that an open would make.
pub(crate) fn fresh<R>(game: &Game<R>, world: &World, host: u8) -> ModelSession
where
    R: Rules<Tally, Deed> + ?Sized,
{
    let boot = world.hosts.get(usize::from(host)).map_or(0, |it| it.boot);
    Session::new(Owner { host: game.label(host, boot), nonce: Nonce(u64::from(world.spent.opens) + 1) })
}

/// What an action gives to a writer.
pub(crate) fn handed<R>(game: &Game<R>, world: &World, act: Act) -> Option<Handed>
where
    R: Rules<Tally, Deed> + ?Sized,
{
    let at = match act {
        Act::Send(at, _) | Act::Resend(at) | Act::DeliverOut(at) | Act::LoseOut(at) => at,
        _ => return None,
    };
    let it = world.outside.as_ref()?.senders.get(usize::from(at))?;
    let mut deed = it.deed.checked_sub(1);
    let input = match act {
        Act::Send(_, kind) => {
            let id = game.next_sent(world);
            deed = Some(id);
            let schema = game.configs[0].settings().schema;
            SenderInput::Send(Deed { id, kind, vocabulary: 1 }, schema)
        }
        Act::Resend(_) => SenderInput::Retry,
        Act::DeliverOut(_) => SenderInput::Durable(match it.flight.as_ref()? {
            Flight::Answered(outcome) => outcome.clone(),
            Flight::Landing(result) => Outcome::Wrote(Some(result.clone())),
            Flight::Stale => Outcome::Conflict,
        }),
        _ => SenderInput::Durable(Outcome::Unknown),
    };
    Some(Handed { sender: it.sender.clone(), input, deed })
}

/// What the operator's request is.
pub(crate) fn errand(world: &World, act: Act) -> Option<Update<Tally, Deed>> {
    let expected = world.record.as_ref()?.epoch;
    let outside = world.outside.as_ref()?;
    match act {
        Act::Wipe => Some(Update::Wipe { expected }),
        Act::Recreate => Some(Update::Recreate { expected }),
        Act::Restore => {
            let version = outside.version.clone()?;
            Some(Update::Restore { expected, version })
        }
        Act::Repeat(slot) => outside.errands.get(usize::from(slot))?.as_ref().map(|it| it.update.clone()),
        _ => None,
    }
}

/// What a session does with what it is given.
pub(crate) fn session<R>(
    game: &Game<R>,
    world: &World,
    given: Given,
    fate: Fate,
) -> Result<(Vec<Seen>, ModelSession), Misuse>
where
    R: Rules<Tally, Deed> + ?Sized,
{
    let Given { host, mut session, input, deeds } = given;
    let mut effects = Effects::new();
    session.step_with(game.rules, game.config(host), input, &mut effects)?;
    Ok((see(game, world, game.config(host), effects, &deeds, fate), session))
}

/// What a writer does with what it is given.
pub(crate) fn writer<R>(game: &Game<R>, world: &World, handed: Handed, fate: Fate) -> Result<Vec<Seen>, Misuse>
where
    R: Rules<Tally, Deed> + ?Sized,
{
    let Handed { mut sender, input, deed } = handed;
    let config = &game.configs[0];
    let mut effects = Effects::new();
    sender.step_with(game.rules, config, input, &mut effects)?;
    let deeds: Vec<u8> = deed.into_iter().collect();
    let mut seen = see(game, world, config, effects, &[], fate);
    for it in &mut seen {
        // A writer delivers one change at a time, whatever its number.
        if let Seen::Event(_, of) = it {
            of.clone_from(&deeds);
        }
    }
    Ok(seen)
}

fn see<R>(
    game: &Game<R>,
    world: &World,
    config: &Config<crate::tally::TallyShape>,
    mut effects: Effects<Tally, Deed>,
    deeds: &[u8],
    fate: Fate,
) -> Vec<Seen>
where
    R: Rules<Tally, Deed> + ?Sized,
{
    let mut deeds = deeds.to_vec();
    let mut seen = Vec::new();
    for effect in effects.drain() {
        seen.push(match effect {
            Effect::Durable(update) => {
                let met = on_record(game, world, config, &update, fate);
                Seen::Record(update, met)
            }
            Effect::Journal(update) => {
                let met = on_journal(game, world, config, &update, fate);
                Seen::Journal(update, met)
            }
            Effect::Probe(label) => Seen::Probe(label),
            Effect::Tell { to, notice } if game.bounds.labels => Seen::Tell(to, notice, listens(game, world, to)),
            Effect::Tell { .. } => continue,
            Effect::Arm { timer, .. } => Seen::Arm(timer),
            Effect::Disarm(timer) => Seen::Disarm(timer),
            Effect::Event(event) => {
                let of = match event {
                    Event::Accepted(seq) => seq.0..=seq.0,
                    Event::Verdict { from, to, .. } => from.0..=to.0,
                    // No change has the number 0.
                    _ => 0..=0,
                };
                let ids = of.filter_map(|seq| deeds.get(seq.checked_sub(1)? as usize).copied()).collect();
                if matches!(event, Event::Opened { .. }) {
                    // An upgraded session numbers its changes anew.
                    deeds.clear();
                }
                Seen::Event(event, ids)
            }
        });
    }
    seen
}

/// What a request meets on the record.
pub(crate) fn on_record<R>(
    game: &Game<R>,
    world: &World,
    config: &Config<crate::tally::TallyShape>,
    update: &Update<Tally, Deed>,
    fate: Fate,
) -> Met<ModelRecord>
where
    R: Rules<Tally, Deed> + ?Sized,
{
    if fate == Fate::Dropped {
        return Met::Lost;
    }
    match update.run(game.rules, config, world.record.as_deref()) {
        None => Met::Read((*world.record).clone()),
        Some(result) if game.bounds.fine => Met::UnderWay(Arc::new(result)),
        Some(result) => Met::Wrote(Some(Arc::new(result))),
    }
}

fn on_journal<R>(
    game: &Game<R>,
    world: &World,
    config: &Config<crate::tally::TallyShape>,
    update: &JournalUpdate<Tally, Deed>,
    fate: Fate,
) -> Met<Journal<Deed>>
where
    R: Rules<Tally, Deed> + ?Sized,
{
    if fate == Fate::Blind {
        return Met::Unreachable;
    }
    match update.run(game.rules, config, world.journal.as_deref()) {
        JournalChange::Keep => Met::Read(world.journal.clone()),
        JournalChange::Put(journal) => Met::Wrote(Some(Arc::new(journal))),
        JournalChange::Delete => Met::Wrote(None),
    }
}

fn answer(flight: &Option<Flight>) -> Option<Outcome<ModelRecord>> {
    match flight {
        Some(Flight::Answered(outcome)) => Some(outcome.clone()),
        Some(Flight::Landing(_) | Flight::Stale) | None => None,
    }
}

/// Does a server listen under that label?
fn listens<R: Rules<Tally, Deed> + ?Sized>(game: &Game<R>, world: &World, label: HostId) -> bool {
    (0..).zip(world.hosts.iter()).any(|(host, it)| game.label(host, it.boot) == label)
}

fn liveness<R>(game: &Game<R>, world: &World, label: HostId, fate: Fate) -> Liveness
where
    R: Rules<Tally, Deed> + ?Sized,
{
    let alive = (0..).zip(world.hosts.iter()).any(|(host, it)| it.beats && game.label(host, it.boot) == label);
    match (fate, alive) {
        (Fate::Blind, _) => Liveness::Unreadable,
        (_, true) => Liveness::Alive,
        (_, false) => Liveness::Absent,
    }
}
