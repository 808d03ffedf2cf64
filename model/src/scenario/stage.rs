//! The world of a scenario while it runs, and what can be seen of each step.

use super::possible;
use super::verbs::{Message, Move, Rare, Way, word};
use crate::driver::Trace;
use crate::explain::{self, Given, Handed, Manner, Met, Names, Seen};
use crate::properties::{Listed, NAMES};
use crate::tally::{Deed, Tally};
use crate::world::{Act, Action, Fate, Game, ModelRecord, ModelSession, World, letter};
use keyholder_core::config::{BlindPolicy, StealPolicy};
use keyholder_core::input::{Command, Input, Misuse, Notice, Outcome};
use keyholder_core::journal::Journal;
use keyholder_core::session::Phase;
use keyholder_core::timer::Timer;
use std::collections::BTreeMap;

/// The stage of one scenario.
pub(super) struct Stage<'a, R: ?Sized + 'static> {
    game: &'a Game<R>,
    pub(super) names: Names,
    pub(super) world: World,
    /// The run as the checker would have it; `None` once something was done that the checker never does.
    pub(super) trace: Option<Trace<World, Action>>,
    /// Properties that did not hold at some moment, as bits.
    broken: u64,
    /// A record was taken by command.
    stolen: bool,
    /// What each server remembers that the world forgets.
    past: BTreeMap<u8, Past>,
    /// Messages that arrived or were lost.
    heard: Vec<(u8, Notice)>,
}

/// What a server remembers of what is over.
#[derive(Default)]
struct Past {
    /// Its last session object, which has ended.
    ended: Option<ModelSession>,
    record: Option<Outcome<ModelRecord>>,
    journal: Option<Outcome<Journal<Deed>>>,
}

impl<'a, R: Listed + ?Sized> Stage<'a, R> {
    pub(super) fn new(game: &'a Game<R>) -> Self {
        let world = game.start();
        let trace = Some(Trace { steps: vec![(None, world.clone())] });
        let names = Names::new(game, Manner::Exact);
        let mut stage =
            Self { game, names, world, trace, broken: 0, stolen: false, past: BTreeMap::new(), heard: Vec::new() };
        stage.judge();
        stage
    }

    /// Makes one move; what can be seen of it, a line each.
    pub(super) fn make(&mut self, it: &Move) -> Result<Vec<String>, String> {
        let mut lines = match it {
            Move::Act(action) => self.act(*action)?,
            Move::Command(host, rare, fate) => {
                let command = match rare {
                    Rare::Steal => Command::Steal,
                    Rare::Refresh => Command::Refresh,
                };
                self.stolen |= *rare == Rare::Steal;
                self.rare(*host, Input::Command(command), *fate)?
            }
            Move::AnswerAgain(host) => {
                let outcome = self.past.get(host).and_then(|past| past.record.clone());
                let outcome = outcome.ok_or("no answer from the record has arrived there yet")?;
                self.unasked(*host, |session| session.is_asked())?;
                self.rare(*host, Input::Durable(outcome), Fate::Reaches)?
            }
            Move::JournalAgain(host) => {
                let outcome = self.past.get(host).and_then(|past| past.journal.clone());
                let outcome = outcome.ok_or("no answer from the journal has arrived there yet")?;
                self.unasked(*host, |session| session.is_journal_asked())?;
                self.rare(*host, Input::Journal(outcome), Fate::Reaches)?
            }
            Move::Message(message) => self.message(message)?,
        };
        if lines.is_empty() {
            lines.push("nothing".to_owned());
        }
        self.judge();
        Ok(lines)
    }

    /// The properties that were broken so far, in their order.
    pub(super) fn broken(&self) -> Vec<&'static str> {
        NAMES.iter().enumerate().filter(|(at, _)| self.broken >> at & 1 == 1).map(|(_, name)| *name).collect()
    }

    fn judge(&mut self) {
        let settings = self.game.configs[0].settings();
        let takes = self.stolen || settings.steal != StealPolicy::Never || settings.blind != BlindPolicy::Wait;
        for (at, property) in R::list().iter().enumerate() {
            // P10 speaks of sessions that nobody may take, by policy or by command.
            if takes && property.name == "P10" {
                continue;
            }
            self.broken |= u64::from(!(property.holds)(self.game, &self.world)) << at;
        }
    }

    /// An answer cannot come twice while another is awaited: the host would have mixed them up, not the network.
    fn unasked(&self, host: u8, asked: fn(&ModelSession) -> bool) -> Result<(), String> {
        match self.world.session(host) {
            Some(it) if asked(&it.session) => Err("another request is outstanding; answer that one first".to_owned()),
            Some(_) | None => Ok(()),
        }
    }

    fn act(&mut self, action: Action) -> Result<Vec<String>, String> {
        possible::check(self.game, &self.world, action.act)?;
        let (game, before) = (self.game, self.world.clone());
        if let Some(given) = explain::given(game, &before, action).or_else(|| self.absent(action.act)) {
            let (host, input) = (given.host, given.input.clone());
            self.names.learn(&before, action);
            let (seen, session) = match explain::session(game, &before, given, action.fate) {
                Ok(taken) => taken,
                Err(why) => return Ok(refused(why)),
            };
            if before.session(host).is_some() || matches!(action.act, Act::Open(..)) {
                self.remember(host, &input, session);
                self.carry_out(action);
            }
            return Ok(self.lines(seen));
        }
        if let Some(handed) = explain::handed(game, &before, action.act) {
            return self.by_writer(handed, action);
        }
        self.names.learn(&before, action);
        self.carry_out(action);
        Ok(self.elsewhere(&before, action))
    }

    fn by_writer(&mut self, handed: Handed, action: Action) -> Result<Vec<String>, String> {
        let before = self.world.clone();
        self.names.learn(&before, action);
        match explain::writer(self.game, &before, handed, action.fate) {
            Ok(seen) => {
                self.carry_out(action);
                Ok(self.lines(seen))
            }
            Err(why) => Ok(refused(why)),
        }
    }

    /// A command or a timer for a server that has no session object: its last one takes it, or one that is new.
    fn absent(&self, act: Act) -> Option<Given> {
        let host = act.host()?;
        let id = self.world.spent.deeds;
        let input = match act {
            Act::Change(_, kind) => Input::Command(Command::Change(Deed { id, kind, vocabulary: 1 })),
            Act::Save(_) => Input::Command(Command::Save),
            Act::Close(_) => Input::Command(Command::Close),
            Act::Abandon(_) => Input::Command(Command::Abandon),
            Act::Fire(_, timer) => Input::Fired(timer),
            _ => return None,
        };
        self.world.session(host).is_none().then(|| Given { host, session: self.stand_in(host), input, deeds: vec![id] })
    }

    fn stand_in(&self, host: u8) -> ModelSession {
        let ended = self.past.get(&host).and_then(|past| past.ended.clone());
        ended.unwrap_or_else(|| explain::fresh(self.game, &self.world, host))
    }

    /// An input that the checker never gives.
    fn rare(&mut self, host: u8, input: Input<Tally, Deed>, fate: Fate) -> Result<Vec<String>, String> {
        possible::server(self.game, host)?;
        let here = self.world.session(host);
        let session = here.map_or_else(|| self.stand_in(host), |it| it.session.clone());
        let lives = here.is_some();
        let deeds = here.map(|it| it.deeds().collect()).unwrap_or_default();
        let given = Given { host, session, input: input.clone(), deeds };
        let (seen, session) = match explain::session(self.game, &self.world, given, fate) {
            Ok(taken) => taken,
            Err(why) => return Ok(refused(why)),
        };
        if lives {
            self.remember(host, &input, session);
            self.game.feed(&mut self.world, host, input, fate);
            self.trace = None;
        }
        Ok(self.lines(seen))
    }

    fn message(&mut self, message: &Message) -> Result<Vec<String>, String> {
        possible::server(self.game, message.to)?;
        let fits = |(to, notice): &(u8, Notice)| {
            let from = match notice {
                Notice::Ask { from, .. } => Some(self.names.server(*from)),
                Notice::Busy { .. } | Notice::Gone { .. } | Notice::Look { .. } => None,
            };
            let held = notice.held();
            *to == message.to
                && word(*notice) == message.word
                && (message.from.is_none() || message.from == from)
                && message.about.as_ref().is_none_or(|about| *about == self.names.attempt(held.nonce))
        };
        if message.way == Way::Again {
            let again = self.heard.iter().copied().find(fits).ok_or("no such message was under way before")?;
            // The bus is a set in order: the copy takes its place in it, to arrive at once.
            let at = self.world.bus.iter().take_while(|other| **other < again).count();
            if self.world.bus.get(at) != Some(&again) {
                self.world.bus.insert(at, again);
                self.trace = None;
            }
        }
        let at = self.world.bus.iter().position(fits).ok_or("no such message is under way")?;
        self.heard.extend(self.world.bus.get(at).copied());
        let at = u8::try_from(at).map_err(|_| "there are too many messages under way")?;
        let act = if message.way == Way::Lost { Act::Mislay(at) } else { Act::Hear(at) };
        self.act(Action { act, fate: message.fate })
    }

    /// Keeps what the world is about to forget.
    fn remember(&mut self, host: u8, input: &Input<Tally, Deed>, session: ModelSession) {
        let past = self.past.entry(host).or_default();
        match input {
            Input::Durable(outcome) => past.record = Some(outcome.clone()),
            Input::Journal(outcome) => past.journal = Some(outcome.clone()),
            Input::Command(_) | Input::Fired(_) | Input::Probed(..) | Input::Heard(_) => {}
        }
        past.ended = Some(session).filter(|session| matches!(session.phase(), Phase::Ended(_)));
    }

    fn carry_out(&mut self, action: Action) {
        if let Act::Crash(host) = action.act {
            self.past.remove(&host);
        }
        self.game.act(&mut self.world, action);
        if let Some(trace) = &mut self.trace {
            trace.steps.push((Some(action), self.world.clone()));
        }
    }

    /// What can be seen of a step that no session and no writer takes.
    fn elsewhere(&self, before: &World, action: Action) -> Vec<String> {
        let record = || explain::record(&self.names, self.world.record.as_deref());
        let mut lines = Vec::new();
        match action.act {
            Act::Wipe | Act::Recreate | Act::Restore | Act::Repeat(_) => {
                if let Some(request) = explain::errand(before, action.act) {
                    let config = &self.game.configs[0];
                    let met = match explain::on_record(self.game, before, config, &request, action.fate) {
                        // The operator waits for the answer: nothing of it is ever under way.
                        Met::UnderWay(result) => Met::Wrote(Some(result)),
                        met => met,
                    };
                    lines.push(self.on_record(&explain::update(&self.names, &request), &met));
                }
            }
            Act::KeepVersion => lines.push(format!("kept: {}", record())),
            Act::RestoreForeign | Act::DeleteForeign | Act::LandLate(_) => {
                lines.push(format!("record: now {}", record()))
            }
            Act::Land(host) => {
                let landed = self.world.session(host).and_then(|it| it.flight.as_ref());
                lines.push(match landed {
                    Some(crate::world::Flight::Answered(Outcome::Conflict)) => "record: conflict".to_owned(),
                    _ => format!("record: now {}", record()),
                });
            }
            Act::Hear(at) => {
                // A server without a session object says so.
                let heard = before.bus.get(usize::from(at)).copied();
                let new = self.world.bus.iter().filter(|it| !before.bus.iter().any(|old| old == *it));
                if heard.is_some() {
                    lines.extend(
                        new.map(|(to, it)| format!("bus: to {}: {}", letter(*to), explain::notice(&self.names, *it))),
                    );
                }
            }
            _ => {}
        }
        lines
    }

    fn lines(&self, seen: Vec<Seen>) -> Vec<String> {
        let mut lines = Vec::new();
        let mut timers: BTreeMap<Timer, bool> = BTreeMap::new();
        for it in seen {
            match it {
                Seen::Record(request, met) => {
                    lines.push(self.on_record(&explain::update(&self.names, &request), &met));
                }
                Seen::Journal(request, met) => {
                    let journal = |it: Option<&Journal<Deed>>| explain::journal(&self.names, it);
                    let met = match met {
                        Met::Read(it) => format!("read: {}", journal(it.as_deref())),
                        Met::Wrote(Some(it)) => format!("wrote: {}", journal(Some(&it))),
                        Met::Wrote(None) => "deleted".to_owned(),
                        Met::UnderWay(_) | Met::Lost | Met::Unreachable => "out of reach".to_owned(),
                    };
                    lines.push(format!("journal: {} -> {met}", explain::journal_update(&self.names, &request)));
                }
                Seen::Tell(to, it, heard) => {
                    let deaf = if heard { "" } else { " (nobody listens)" };
                    let text = explain::notice(&self.names, it);
                    lines.push(format!("bus: to {}: {text}{deaf}", self.names.server(to)));
                }
                Seen::Probe(label) => lines.push(format!("heartbeats: read that of {}", self.names.server(label))),
                Seen::Event(it, ids) => lines.push(format!("told: {}", explain::event(&self.names, it, &ids))),
                Seen::Arm(timer) => {
                    timers.insert(timer, true);
                }
                Seen::Disarm(timer) => {
                    timers.insert(timer, false);
                }
            }
        }
        for (word, armed) in [("arm", true), ("disarm", false)] {
            let of: Vec<String> =
                timers.iter().filter(|(_, it)| **it == armed).map(|(timer, _)| explain::plain(timer)).collect();
            if !of.is_empty() {
                lines.push(format!("{word}: {}", of.join(", ")));
            }
        }
        lines
    }

    fn on_record(&self, request: &str, met: &Met<ModelRecord>) -> String {
        let record = |it: Option<&ModelRecord>| explain::record(&self.names, it);
        let met = match met {
            Met::Read(it) => format!("read: {}", record(it.as_deref())),
            Met::Wrote(it) => format!("wrote: {}", record(it.as_deref())),
            Met::UnderWay(it) => format!("under way: {}", record(Some(it))),
            Met::Lost | Met::Unreachable => "lost on the way".to_owned(),
        };
        format!("record: {request} -> {met}")
    }
}

fn refused(why: Misuse) -> Vec<String> {
    vec![format!("refused: {}", explain::misuse(why))]
}
