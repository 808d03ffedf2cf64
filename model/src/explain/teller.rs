//! One action after the other, each as the arrows and marks of one numbered step.

use super::phrases::{data, event, holder, journal, journal_update, misuse, mode, notice, record, update};
use super::{BUS, MEMORY, Met, Names, OPERATOR, RECORD, Seen, errand, given, handed, observe, writer_id};
use crate::story::{MessageStyle, Step, StepKind, Story};
use crate::tally::{Deed, Tally};
use crate::world::{Act, Action, Fate, Flight, Game, ModelRecord, World, letter};
use keyholder_core::effect::Event;
use keyholder_core::input::{Mode, Notice, Outcome};
use keyholder_core::journal::Journal;
use keyholder_core::rules::Rules;
use keyholder_core::timer::Timer;

/// A story in the making.
pub(super) struct Teller<'a, R: ?Sized + 'static> {
    game: &'a Game<R>,
    names: &'a Names,
    pub(super) story: Story,
    number: usize,
}

impl<'a, R: Rules<Tally, Deed> + ?Sized> Teller<'a, R> {
    pub(super) fn new(game: &'a Game<R>, names: &'a Names, story: Story) -> Self {
        Self { game, names, story, number: 0 }
    }

    /// Tells one action.
    pub(super) fn tell(&mut self, number: usize, before: &World, action: Action, after: &World) {
        self.number = number;
        let told = self.story.steps.len();
        self.arrives(before, action, after);
        let trigger = trigger(action.act);
        if let Some(given) = given(self.game, before, action) {
            let me = letter(given.host).to_string();
            match observe::session(self.game, before, given, action.fate) {
                Ok((seen, _)) => self.seen(&me, trigger, seen),
                Err(why) => self.local(&me, format!("{}refused: {}", colon(trigger), misuse(why))),
            }
        } else if let Some(handed) = handed(self.game, before, action.act) {
            let me = sender(action.act).map(writer_id).unwrap_or_default();
            match observe::writer(self.game, before, handed, action.fate) {
                Ok(seen) => self.seen(&me, trigger, seen),
                Err(why) => self.local(&me, format!("{}refused: {}", colon(trigger), misuse(why))),
            }
        } else {
            self.outside(before, action, after);
        }
        if self.story.steps.len() == told {
            let me = action.act.host().map_or(RECORD.to_owned(), |host| letter(host).to_string());
            self.local(&me, "nothing happens".to_owned());
        }
        // What the stores hold now stands at the last step that touched them, where it changed.
        if before.record != after.record {
            self.note(RECORD, format!("now: {}", record(self.names, after.record.as_deref())));
        }
        if before.journal != after.journal && self.game.bounds.journal {
            self.note(MEMORY, format!("now: {}", journal(self.names, after.journal.as_deref())));
        }
    }

    /// What comes in, before anybody acts on it.
    fn arrives(&mut self, before: &World, action: Action, after: &World) {
        let act = action.act;
        match act {
            Act::Change(host, kind) => {
                let label = format!("change {} ({})", before.spent.deeds + 1, kind);
                self.local(&letter(host).to_string(), label);
            }
            Act::Deliver(host) | Act::DeliverSecond(host) | Act::Lose(host) => {
                let me = letter(host).to_string();
                let it = before.session(host);
                let flight =
                    it.and_then(|it| if let Act::DeliverSecond(_) = act { &it.second } else { &it.flight }.as_ref());
                self.reply(&me, flight, matches!(act, Act::Lose(_)));
            }
            Act::DeliverOut(at) | Act::LoseOut(at) => {
                let senders = before.outside.as_ref().map(|it| &it.senders);
                let flight = senders.and_then(|it| it.get(usize::from(at))).and_then(|it| it.flight.as_ref());
                self.reply(&writer_id(at), flight, matches!(act, Act::LoseOut(_)));
            }
            Act::TimeOut(host) => {
                self.local(&letter(host).to_string(), "stops waiting for its write: outcome unknown".to_owned());
            }
            Act::DeliverJournal(host) | Act::LoseJournal(host) => {
                let answer = before.session(host).and_then(|it| it.answer.as_ref());
                let label = answer.map_or("nothing".to_owned(), |answer| self.journal_answer(answer));
                let lost = matches!(act, Act::LoseJournal(_));
                let style = if lost { MessageStyle::Lost } else { MessageStyle::Reply };
                self.message(MEMORY, &letter(host).to_string(), label, style);
            }
            Act::Hear(at) | Act::Mislay(at) => {
                let Some((host, it)) = before.bus.get(usize::from(at)).copied() else {
                    return;
                };
                let style = match (act, it) {
                    (Act::Mislay(_), _) => MessageStyle::Lost,
                    (_, Notice::Ask { .. } | Notice::Look { .. }) => MessageStyle::Request,
                    (_, Notice::Busy { .. } | Notice::Gone { .. }) => MessageStyle::Reply,
                };
                self.message(BUS, &letter(host).to_string(), notice(self.names, it), style);
            }
            Act::Probe(host) => {
                let label = before.session(host).and_then(|it| it.probing);
                let whose = label.map_or("?".to_owned(), |label| self.names.server(label));
                let answer = match given(self.game, before, action).map(|it| it.input) {
                    Some(keyholder_core::input::Input::Probed(_, liveness)) => super::plain(liveness),
                    _ => "?".to_owned(),
                };
                let label = format!("heartbeat of {whose}: {answer}");
                self.message(MEMORY, &letter(host).to_string(), label, MessageStyle::Reply);
            }
            Act::Land(host) => {
                let landed = after.session(host).and_then(|it| it.flight.as_ref());
                let label = match landed {
                    Some(Flight::Answered(Outcome::Conflict)) => "finds that somebody wrote before",
                    _ => "lands",
                };
                self.local(RECORD, format!("the write of {} {label}", letter(host)));
            }
            _ => {}
        }
    }

    /// An answer from the record.
    fn reply(&mut self, me: &str, flight: Option<&Flight>, lost: bool) {
        let label = match flight {
            Some(Flight::Answered(Outcome::Unknown)) => {
                return self.local(me, "hears nothing: outcome unknown".to_owned());
            }
            Some(Flight::Answered(outcome)) => self.answer(outcome),
            Some(Flight::Landing(result)) => format!("wrote: {}", holder(self.names, result)),
            Some(Flight::Stale) => "conflict".to_owned(),
            None => "nothing".to_owned(),
        };
        self.message(RECORD, me, label, if lost { MessageStyle::Lost } else { MessageStyle::Reply });
    }

    fn answer(&self, outcome: &Outcome<ModelRecord>) -> String {
        match outcome {
            Outcome::Read(None) => "read: no record".to_owned(),
            Outcome::Read(Some(record)) => match record.owner {
                Some(owner) => format!("read: held by {} in epoch {}", self.names.owner(owner), record.epoch),
                None => format!("read: free in epoch {}", record.epoch),
            },
            Outcome::Wrote(Some(record)) => format!("wrote: {}", holder(self.names, record)),
            Outcome::Wrote(None) => "deleted".to_owned(),
            Outcome::Conflict => "conflict: not applied".to_owned(),
            Outcome::Unknown => "outcome unknown".to_owned(),
            Outcome::Unavailable => "unavailable: not applied".to_owned(),
        }
    }

    fn journal_answer(&self, outcome: &Outcome<Journal<Deed>>) -> String {
        match outcome {
            Outcome::Read(it) => format!("read: {}", journal(self.names, it.as_deref())),
            Outcome::Wrote(Some(_)) => "wrote".to_owned(),
            Outcome::Wrote(None) => "deleted".to_owned(),
            Outcome::Conflict => "conflict".to_owned(),
            Outcome::Unknown => "outcome unknown".to_owned(),
            Outcome::Unavailable => "out of reach".to_owned(),
        }
    }

    /// What a session or a writer does, as arrows; what the application is told stands together in one mark.
    fn seen(&mut self, me: &str, trigger: &str, seen: Vec<Seen>) {
        let mut trigger = trigger;
        let mut events: Vec<String> = Vec::new();
        let silent = !seen.iter().any(|it| matches!(it, Seen::Record(..) | Seen::Journal(..)));
        if silent && !trigger.is_empty() {
            self.local(me, trigger.to_owned());
        }
        for it in seen {
            match it {
                Seen::Record(request, met) => {
                    let label = format!("{}{}", colon(trigger), update(self.names, &request));
                    trigger = "";
                    let lost = matches!(met, Met::Lost);
                    self.message(me, RECORD, label, if lost { MessageStyle::Lost } else { MessageStyle::Request });
                    if matches!(met, Met::UnderWay(_)) {
                        self.note(RECORD, "under way".to_owned());
                    }
                }
                Seen::Journal(request, met) => {
                    let label = format!("{}{}", colon(trigger), journal_update(self.names, &request));
                    trigger = "";
                    let lost = matches!(met, Met::Unreachable);
                    self.message(me, MEMORY, label, if lost { MessageStyle::Lost } else { MessageStyle::Request });
                }
                Seen::Tell(to, it, heard) => {
                    let label = format!("to {}: {}", self.names.server(to), notice(self.names, it));
                    let style = if heard { MessageStyle::Request } else { MessageStyle::Lost };
                    self.message(me, BUS, label, style);
                }
                Seen::Probe(label) => {
                    let label = format!("read the heartbeat of {}", self.names.server(label));
                    self.message(me, MEMORY, label, MessageStyle::Request);
                }
                Seen::Arm(_) | Seen::Disarm(_) | Seen::Event(Event::Accepted(_), _) => {}
                Seen::Event(it, ids) => events.push(event(self.names, it, &ids)),
            }
        }
        if !events.is_empty() {
            self.local(me, format!("told: {}", events.join("; ")));
        }
    }

    /// What no session and no writer does.
    fn outside(&mut self, before: &World, action: Action, after: &World) {
        let me = action.act.host().map(|host| letter(host).to_string()).unwrap_or_default();
        match action.act {
            Act::Crash(host) => {
                let dirty = before.session(host).is_some_and(|it| it.session.is_dirty());
                let label = if dirty { "its memory is gone, unsaved changes with it" } else { "its memory is gone" };
                self.push(StepKind::Crash { at: me, label: label.to_owned() });
            }
            Act::Vanish => self.fault(MEMORY, "the entry vanishes"),
            Act::LandLate(_) => self.fault(RECORD, "a write that was given up lands late"),
            Act::Wipe | Act::Recreate | Act::Restore | Act::Repeat(_) => {
                let label = errand(before, action.act).map_or("nothing to do".to_owned(), |it| update(self.names, &it));
                let lost = action.fate == Fate::Dropped;
                self.message(OPERATOR, RECORD, label, if lost { MessageStyle::Lost } else { MessageStyle::Request });
                if !lost && before.record == after.record {
                    self.note(RECORD, "nothing is written".to_owned());
                }
            }
            Act::KeepVersion => {
                let kept =
                    before.record.as_ref().map_or(String::new(), |it| format!(": {}", data(self.names, &it.data)));
                self.local(OPERATOR, format!("keeps a copy of the record{kept}"));
            }
            Act::RestoreForeign => self.fault(RECORD, "somebody writes the kept copy back, outside the protocol"),
            Act::DeleteForeign => self.fault(RECORD, "somebody deletes the record, outside the protocol"),
            Act::Lapse(_) => self.fault(MEMORY, &format!("the heartbeat of {me} lapses")),
            Act::Beat(_) => self.message(&me, MEMORY, "heartbeat".to_owned(), MessageStyle::Request),
            // A server without a session object says so.
            Act::Hear(at) => {
                if let Some((host, Notice::Ask { from, held })) = before.bus.get(usize::from(at)).copied()
                    && self.game.rules.is_gone(held, None)
                {
                    let answer = notice(self.names, Notice::Gone { held });
                    let label = format!("to {}: {answer}", self.names.server(from));
                    self.message(&letter(host).to_string(), BUS, label, MessageStyle::Request);
                }
            }
            _ => {}
        }
    }

    fn message(&mut self, from: &str, to: &str, label: String, style: MessageStyle) {
        self.push(StepKind::Message { from: from.to_owned(), to: to.to_owned(), label, style });
    }

    fn local(&mut self, at: &str, label: String) {
        self.push(StepKind::Local { at: at.to_owned(), label });
    }

    fn fault(&mut self, at: &str, label: &str) {
        self.push(StepKind::Fault { at: at.to_owned(), label: label.to_owned() });
    }

    fn push(&mut self, kind: StepKind) {
        self.story.steps.push(Step { number: self.number, kind, note: Vec::new() });
    }

    /// Adds a line of state to the last mark of this action at `at`, or to its last mark.
    fn note(&mut self, at: &str, line: String) {
        let number = self.number;
        let here = |step: &&mut Step| step.number == number;
        let touches = |step: &Step| match &step.kind {
            StepKind::Message { to, style, .. } => to == at && *style != MessageStyle::Lost,
            StepKind::Local { at: place, .. } | StepKind::Fault { at: place, .. } => place == at,
            StepKind::Crash { .. } => false,
        };
        let found = self.story.steps.iter().rposition(|step| step.number == number && touches(step));
        let step = match found {
            Some(index) => self.story.steps.get_mut(index),
            None => self.story.steps.last_mut().filter(here),
        };
        if let Some(step) = step {
            step.note.push(line);
        }
    }
}

fn colon(trigger: &str) -> String {
    if trigger.is_empty() { String::new() } else { format!("{trigger}: ") }
}

/// The writer that acts, if it is one.
fn sender(act: Act) -> Option<u8> {
    match act {
        Act::Send(at, _) | Act::Resend(at) | Act::DeliverOut(at) | Act::LoseOut(at) => Some(at),
        _ => None,
    }
}

/// What makes a session or a writer act, where the arrows would not say so.
fn trigger(act: Act) -> &'static str {
    match act {
        Act::Open(_, Mode::Exclusive) => "open",
        Act::Open(_, it) => match mode(it) {
            ", read-only" => "open read-only",
            _ => "open delta-only",
        },
        Act::Close(_) => "close",
        Act::Abandon(_) => "abandons its session",
        Act::Fire(_, Timer::Retry) | Act::Resend(_) => "again",
        Act::Fire(_, Timer::Answer) => "has waited long enough for an answer",
        Act::Fire(_, Timer::Observe) => "has seen the record unchanged for the whole window",
        Act::Fire(_, Timer::Patience) => "has waited long enough to open",
        Act::Send(..) => "send",
        _ => "",
    }
}
