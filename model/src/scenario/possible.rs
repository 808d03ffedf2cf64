//! Is there anything for an action to act on? The checker asks more: which actions are worth exploring.

use crate::tally::DEEDS;
use crate::world::{Act, Flight, Game, World, letter};

/// Open attempts that a world can tell apart.
const OPENS: u8 = 15;

/// Is there such a server?
pub(super) fn server<R: ?Sized>(game: &Game<R>, host: u8) -> Result<(), String> {
    let there = host < game.bounds.hosts;
    if there { Ok(()) } else { Err(format!("there is no server {}; set servers=3", letter(host))) }
}

/// Is there anything for this action to act on?
pub(super) fn check<R: ?Sized>(game: &Game<R>, world: &World, act: Act) -> Result<(), String> {
    if let Some(host) = act.host() {
        server(game, host)?;
    }
    let must = |holds: bool, why: &str| if holds { Ok(()) } else { Err(why.to_owned()) };
    let session = act.host().and_then(|host| world.session(host));
    let flight = session.and_then(|it| it.flight.as_ref());
    let answered = |it: Option<&Flight>| matches!(it, Some(Flight::Answered(_)));
    let landing = matches!(flight, Some(Flight::Landing(_) | Flight::Stale));
    let outside = world.outside.as_ref();
    let writer =
        |at: u8| outside.and_then(|it| it.senders.get(usize::from(at))).ok_or("there is no such writer; set writers=N");
    match act {
        Act::Open(..) => must(world.spent.opens < OPENS, "a scenario has at most 15 opens"),
        Act::Change(..) => must(world.spent.deeds < DEEDS, "a scenario has at most 8 changes"),
        Act::Send(at, _) => {
            writer(at)?;
            must(world.spent.deeds < DEEDS, "a scenario has at most 8 changes")
        }
        Act::Deliver(_) | Act::Lose(_) => must(answered(flight), "no answer from the record is under way there"),
        Act::DeliverSecond(_) => {
            must(answered(session.and_then(|it| it.second.as_ref())), "no second answer is under way there")
        }
        Act::DeliverJournal(_) | Act::LoseJournal(_) => {
            must(session.is_some_and(|it| it.answer.is_some()), "no answer from the journal is under way there")
        }
        Act::Land(_) | Act::TimeOut(_) => must(landing, "no write is under way; fine=yes keeps writes under way"),
        Act::LandLate(at) => {
            let there = outside.is_some_and(|it| usize::from(at) < it.abandoned.len());
            must(there, "no write was given up that could still land")
        }
        Act::Vanish => must(world.journal.is_some(), "there is no journal entry that could vanish"),
        Act::Resend(at) => writer(at).map(|_| ()).map_err(str::to_owned),
        Act::DeliverOut(at) | Act::LoseOut(at) => {
            must(writer(at)?.flight.is_some(), "no answer is under way to this writer")
        }
        Act::Wipe | Act::Recreate | Act::DeleteForeign | Act::KeepVersion => {
            must(world.record.is_some(), "there is no record yet; set record=yes")
        }
        Act::Restore | Act::RestoreForeign => {
            must(outside.is_some_and(|it| it.version.is_some()), "no version was kept; `operator keep` keeps one")
        }
        Act::Repeat(slot) => {
            let kept = outside.and_then(|it| it.errands.get(usize::from(slot)));
            must(kept.is_some_and(|it| it.is_some()), "the operator has nothing to repeat")
        }
        Act::Probe(_) => must(session.is_some_and(|it| it.probing.is_some()), "no heartbeat is being read there"),
        Act::Lapse(_) | Act::Beat(_) => must(game.bounds.labels, "there are no heartbeats in a world with bus=no"),
        Act::Hear(_) | Act::Mislay(_) => Ok(()),
        Act::Save(_) | Act::Close(_) | Act::Abandon(_) | Act::Fire(..) | Act::Crash(_) => Ok(()),
    }
}
