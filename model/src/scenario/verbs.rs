//! The lines that make something happen: from words to actions, and back.

use crate::explain::Names;
use crate::tally::Kind;
use crate::world::{Act, Action, Fate, World, letter};
use keyholder_core::input::{Mode, Notice};
use keyholder_core::timer::Timer;
use keyholder_core::update::Update;

/// One line that makes something happen.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Move {
    /// An action of the checker, too.
    Act(Action),
    /// A command that the checker never gives.
    Command(u8, Rare, Fate),
    /// The answer that came last comes once more.
    AnswerAgain(u8),
    /// The same, from the journal.
    JournalAgain(u8),
    /// A message, by what it says.
    Message(Message),
}

/// A command that the checker never gives.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Rare {
    Steal,
    Refresh,
}

/// A message under way, or one that was.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Message {
    pub(super) to: u8,
    pub(super) word: &'static str,
    /// The server that asks; without it the first message that fits.
    pub(super) from: Option<String>,
    /// The session that it is about; without it the first message that fits.
    pub(super) about: Option<String>,
    pub(super) way: Way,
    pub(super) fate: Fate,
}

/// What becomes of a message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Way {
    Arrives,
    Lost,
    /// It has arrived, or was lost, before.
    Again,
}

const KINDS: [(&str, Kind); 7] = [
    ("count", Kind::Count),
    ("earn", Kind::Earn),
    ("spend", Kind::Spend),
    ("charge", Kind::Charge),
    ("trade", Kind::Trade),
    ("spend-gem", Kind::SpendGem),
    ("set", Kind::Set),
];

const TIMERS: [(&str, Timer); 6] = [
    ("retry", Timer::Retry),
    ("answer", Timer::Answer),
    ("observe", Timer::Observe),
    ("patience", Timer::Patience),
    ("journal", Timer::Journal),
    ("save", Timer::Save),
];

const FATES: [(&str, Fate); 2] = [("lost on the way", Fate::Dropped), ("memory store down", Fate::Blind)];

const NOTICES: [&str; 5] = ["ask", "busy", "gone", "closing", "look"];

/// Errands, and the place where a world keeps the last one for a repetition.
const ERRANDS: [(&str, u8); 3] = [("wipe", 0), ("restore", 0), ("recreate", 1)];

/// The word of a message.
pub(super) fn word(notice: Notice) -> &'static str {
    match notice {
        Notice::Ask { .. } => NOTICES[0],
        Notice::Busy { closing: false, .. } => NOTICES[1],
        Notice::Busy { closing: true, .. } => NOTICES[3],
        Notice::Gone { .. } => NOTICES[2],
        Notice::Look { .. } => NOTICES[4],
    }
}

/// Reads a line that makes something happen.
pub(super) fn parse(line: &str) -> Result<Move, String> {
    let (line, fate) = match line.split_once(", ") {
        Some((line, fate)) => (line, one_of(&FATES, fate.trim(), "after the comma stands")?),
        None => (line, Fate::Reaches),
    };
    let words: Vec<&str> = line.split_whitespace().collect();
    let (actor, words) = words.split_first().ok_or("an action begins with who acts")?;
    let act = |act| Ok(Move::Act(Action { act, fate }));
    match (*actor, words) {
        ("journal", ["vanishes"]) => act(Act::Vanish),
        ("operator", ["wipe"]) => act(Act::Wipe),
        ("operator", ["recreate"]) => act(Act::Recreate),
        ("operator", ["restore"]) => act(Act::Restore),
        ("operator", ["repeat", errand]) => act(Act::Repeat(one_of(&ERRANDS, errand, "what is repeated is")?)),
        ("operator", ["keep"]) => act(Act::KeepVersion),
        ("outside", ["restore"]) => act(Act::RestoreForeign),
        ("outside", ["delete"]) => act(Act::DeleteForeign),
        ("record", ["late", "write", at, "lands"]) => act(Act::LandLate(from_one(at)?)),
        ("journal" | "operator" | "outside" | "record", _) => Err(format!(
            "{actor} cannot do this; there are: journal vanishes, operator wipe|recreate|restore|keep, operator repeat ERRAND, outside \
             restore|delete, record late write N lands"
        )),
        _ => match (server(actor), actor.strip_prefix('w')) {
            (Some(host), _) => by_server(host, words, fate),
            (None, Some(at)) => match (from_one(at)?, words) {
                (at, ["send", kind]) => act(Act::Send(at, one_of(&KINDS, kind, "a change is")?)),
                (at, ["retry"]) => act(Act::Resend(at)),
                (at, ["answer"]) => act(Act::DeliverOut(at)),
                (at, ["answer", "lost"]) => act(Act::LoseOut(at)),
                _ => Err("a writer can: send KIND, retry, answer [lost]".to_owned()),
            },
            (None, None) => {
                Err(format!("`{actor}` is nobody; there are a, b, c, w1, w2, w3, journal, operator, outside, record"))
            }
        },
    }
}

fn by_server(host: u8, words: &[&str], fate: Fate) -> Result<Move, String> {
    let act = match words {
        ["open"] => Act::Open(host, Mode::Exclusive),
        ["open", "delta-only"] => Act::Open(host, Mode::DeltaOnly),
        ["open", "read-only"] => Act::Open(host, Mode::ReadOnly),
        ["change", kind] => Act::Change(host, one_of(&KINDS, kind, "a change is")?),
        ["save"] => Act::Save(host),
        ["close"] => Act::Close(host),
        ["abandon"] => Act::Abandon(host),
        ["crash"] => Act::Crash(host),
        ["timer", timer] => Act::Fire(host, one_of(&TIMERS, timer, "a timer is")?),
        ["answer"] => Act::Deliver(host),
        ["answer", "lost"] => Act::Lose(host),
        ["answer", "second"] => Act::DeliverSecond(host),
        ["journal", "answer"] => Act::DeliverJournal(host),
        ["journal", "answer", "lost"] => Act::LoseJournal(host),
        ["write", "lands"] => Act::Land(host),
        ["write", "given", "up"] => Act::TimeOut(host),
        ["heartbeat", "answer"] => Act::Probe(host),
        ["heartbeat", "lapses"] => Act::Lapse(host),
        ["heartbeat", "written"] => Act::Beat(host),
        ["steal"] => return Ok(Move::Command(host, Rare::Steal, fate)),
        ["refresh"] => return Ok(Move::Command(host, Rare::Refresh, fate)),
        ["answer", "again"] => return Ok(Move::AnswerAgain(host)),
        ["journal", "answer", "again"] => return Ok(Move::JournalAgain(host)),
        [verb @ ("hears" | "misses"), word, rest @ ..] => {
            let word =
                NOTICES.into_iter().find(|it| it == word).ok_or("a message is ask, busy, closing, gone or look")?;
            let (from, rest) = after("from", rest);
            let (about, rest) = after("about", rest);
            let way = match (*verb, rest) {
                ("hears", []) => Way::Arrives,
                ("hears", ["again"]) => Way::Again,
                ("misses", []) => Way::Lost,
                _ => {
                    return Err("a message may be followed by: from SERVER, about SESSION, again".to_owned());
                }
            };
            return Ok(Move::Message(Message { to: host, word, from, about, way, fate }));
        }
        _ => {
            return Err("a server can: open [delta-only|read-only], change KIND, save, close, abandon, steal, refresh, \
                        crash, timer NAME, answer [lost|second|again], journal answer [lost|again], write lands, write \
                        given up, heartbeat answer|lapses|written, hears|misses ask|busy|closing|gone [from SERVER] [about SESSION] [again]"
                .to_owned());
        }
    };
    Ok(Move::Act(Action { act, fate }))
}

/// Writes an action of the checker as a line.
pub(super) fn write(names: &Names, world: &World, action: Action) -> String {
    let kind = |it: Kind| KINDS.iter().find(|(_, kind)| *kind == it).map_or("?", |(word, _)| word);
    let timer = |it: Timer| TIMERS.iter().find(|(_, timer)| *timer == it).map_or("?", |(word, _)| word);
    let message = |verb: &str, at: u8| {
        let Some((to, notice)) = world.bus.get(usize::from(at)).copied() else {
            return "nobody".to_owned();
        };
        let from = match notice {
            Notice::Ask { from, .. } => format!(" from {}", names.server(from)),
            Notice::Busy { .. } | Notice::Gone { .. } | Notice::Look { .. } => String::new(),
        };
        let held = notice.held();
        format!("{} {verb} {}{from} about {}", letter(to), word(notice), names.attempt(held.nonce))
    };
    let words = match action.act {
        Act::Open(_, Mode::Exclusive) => "open".to_owned(),
        Act::Open(_, Mode::DeltaOnly) => "open delta-only".to_owned(),
        Act::Open(_, Mode::ReadOnly) => "open read-only".to_owned(),
        Act::Change(_, it) => format!("change {}", kind(it)),
        Act::Save(_) => "save".to_owned(),
        Act::Close(_) => "close".to_owned(),
        Act::Abandon(_) => "abandon".to_owned(),
        Act::Crash(_) => "crash".to_owned(),
        Act::Fire(_, it) => format!("timer {}", timer(it)),
        Act::Deliver(_) => "answer".to_owned(),
        Act::Lose(_) => "answer lost".to_owned(),
        Act::DeliverSecond(_) => "answer second".to_owned(),
        Act::DeliverJournal(_) => "journal answer".to_owned(),
        Act::LoseJournal(_) => "journal answer lost".to_owned(),
        Act::Land(_) => "write lands".to_owned(),
        Act::TimeOut(_) => "write given up".to_owned(),
        Act::Probe(_) => "heartbeat answer".to_owned(),
        Act::Lapse(_) => "heartbeat lapses".to_owned(),
        Act::Beat(_) => "heartbeat written".to_owned(),
        Act::LandLate(at) => format!("record late write {} lands", at + 1),
        Act::Vanish => "journal vanishes".to_owned(),
        Act::Send(at, it) => format!("w{} send {}", at + 1, kind(it)),
        Act::Resend(at) => format!("w{} retry", at + 1),
        Act::DeliverOut(at) => format!("w{} answer", at + 1),
        Act::LoseOut(at) => format!("w{} answer lost", at + 1),
        Act::Wipe => "operator wipe".to_owned(),
        Act::Recreate => "operator recreate".to_owned(),
        Act::Restore => "operator restore".to_owned(),
        Act::Repeat(slot) => {
            let errand = world.outside.as_ref().and_then(|it| it.errands.get(usize::from(slot))?.as_ref());
            match errand.map(|it| &it.update) {
                Some(Update::Restore { .. }) => "operator repeat restore".to_owned(),
                Some(Update::Recreate { .. }) => "operator repeat recreate".to_owned(),
                _ => "operator repeat wipe".to_owned(),
            }
        }
        Act::KeepVersion => "operator keep".to_owned(),
        Act::RestoreForeign => "outside restore".to_owned(),
        Act::DeleteForeign => "outside delete".to_owned(),
        Act::Hear(at) => message("hears", at),
        Act::Mislay(at) => message("misses", at),
    };
    let who = action.act.host().map_or(String::new(), |host| format!("{} ", letter(host)));
    let fate = FATES.iter().find(|(_, fate)| *fate == action.fate).map_or(String::new(), |(it, _)| format!(", {it}"));
    format!("{who}{words}{fate}")
}

/// The server that is called so.
pub(super) fn server(name: &str) -> Option<u8> {
    (0..3).find(|host| name.chars().eq([letter(*host)]))
}

/// The name behind this word, and what comes after it.
fn after<'w, 'l>(word: &str, words: &'l [&'w str]) -> (Option<String>, &'l [&'w str]) {
    match words {
        [first, name, rest @ ..] if *first == word => (Some((*name).to_owned()), rest),
        words => (None, words),
    }
}

fn from_one(word: &str) -> Result<u8, String> {
    let number = word.parse::<u8>().ok().and_then(|number| number.checked_sub(1));
    number.ok_or_else(|| format!("`{word}` is not a number from 1"))
}

fn one_of<T: Copy>(list: &[(&str, T)], word: &str, what: &str) -> Result<T, String> {
    let found = list.iter().find(|(name, _)| *name == word).map(|(_, it)| *it);
    found.ok_or_else(|| format!("{what} one of: {}", list.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")))
}
