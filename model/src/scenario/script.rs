//! The lines of a scenario file: which are the scenario, and which are expectations.

use super::error::Error;
use super::setup::Setup;
use super::stage::Stage;
use super::verbs::{self, Move};
use crate::explain;
use crate::properties::Listed;

/// A scenario that was read.
pub(super) struct Script {
    pub(super) setup: Setup,
    /// The line of the setup, for errors that show only when the world is made.
    pub(super) setup_line: usize,
    pub(super) variant: Option<(usize, String)>,
    lines: Vec<(usize, Line)>,
}

/// What is kept of a line.
enum Line {
    /// Kept as it is.
    Verbatim(String),
    /// Kept as it is, and followed by what is seen of it.
    Action(String, Move),
    /// Written anew.
    State(State),
}

/// What a state line asks.
enum State {
    Record,
    Journal,
    View(u8),
    Phase(u8),
    Bus,
    Properties,
}

impl Script {
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let mut script = Self { setup: Setup::default(), setup_line: 1, variant: None, lines: Vec::new() };
        let mut acted = false;
        // Reports belong directly below an action.
        let mut reportable = false;
        for (number, raw) in (1..).zip(text.lines()) {
            let wrong = |message: String| Error::new(number, message);
            let line = raw.trim();
            let kept = match line.split_whitespace().next() {
                None => Line::Verbatim(raw.trim_end().to_owned()),
                Some(word) if word.starts_with('#') => Line::Verbatim(raw.trim_end().to_owned()),
                Some(">") if reportable => continue,
                Some(">") => return Err(wrong("a report stands directly below its action".to_owned())),
                Some("=") => Line::State(State::parse(line).map_err(wrong)?),
                Some("world" | "variant") if acted => {
                    return Err(wrong("the setup stands before the first action".to_owned()));
                }
                Some("world") => {
                    script.setup_line = number;
                    for word in line.split_whitespace().skip(1) {
                        script.setup.set(word).map_err(wrong)?;
                    }
                    Line::Verbatim(line.to_owned())
                }
                Some("variant") => {
                    let name = line.split_whitespace().nth(1).ok_or_else(|| wrong("variant NAME".to_owned()))?;
                    script.variant = Some((number, name.to_owned()));
                    Line::Verbatim(line.to_owned())
                }
                Some(_) => Line::Action(line.to_owned(), verbs::parse(line).map_err(wrong)?),
            };
            reportable = matches!(kept, Line::Action(..));
            acted |= reportable;
            script.lines.push((number, kept));
        }
        Ok(script)
    }

    /// Runs it; the file as it must be.
    pub(super) fn play<R: Listed + ?Sized>(&self, stage: &mut Stage<'_, R>) -> Result<String, Error> {
        let mut text = String::new();
        let mut judged = false;
        for (number, line) in &self.lines {
            match line {
                Line::Verbatim(line) => text += line,
                Line::Action(line, it) => {
                    text += line;
                    for report in stage.make(it).map_err(|message| Error::new(*number, message))? {
                        text += &format!("\n> {report}");
                    }
                    judged = false;
                }
                Line::State(state) => {
                    text += &state.line(stage);
                    judged = matches!(state, State::Properties);
                }
            }
            text.push('\n');
        }
        if !judged {
            text += &State::Properties.line(stage);
            text.push('\n');
        }
        Ok(text)
    }
}

impl State {
    fn parse(line: &str) -> Result<Self, String> {
        let what = line.trim_start_matches('=').split(':').next().unwrap_or_default();
        let words: Vec<&str> = what.split_whitespace().collect();
        let server = |name: &str| verbs::server(name).ok_or_else(|| format!("`{name}` is no server"));
        match words.as_slice() {
            ["record"] => Ok(Self::Record),
            ["journal"] => Ok(Self::Journal),
            ["bus"] => Ok(Self::Bus),
            ["properties"] => Ok(Self::Properties),
            ["view", name] => Ok(Self::View(server(name)?)),
            ["phase", name] => Ok(Self::Phase(server(name)?)),
            _ => Err("a state is one of: record, journal, view SERVER, phase SERVER, bus, properties".to_owned()),
        }
    }

    fn line<R: Listed + ?Sized>(&self, stage: &Stage<'_, R>) -> String {
        let (world, names) = (&stage.world, &stage.names);
        let letter = crate::world::letter;
        match self {
            Self::Record => format!("= record: {}", explain::record(names, world.record.as_deref())),
            Self::Journal => format!("= journal: {}", explain::journal(names, world.journal.as_deref())),
            Self::View(host) => {
                let view = world.session(*host).map(|it| it.session.view());
                let view = view.map(|view| view.map_or("nothing yet".to_owned(), |view| explain::data(names, view)));
                format!("= view {}: {}", letter(*host), view.unwrap_or("nobody".to_owned()))
            }
            Self::Phase(host) => {
                let phase = world.session(*host).map(|it| explain::phase(it.session.phase()));
                format!("= phase {}: {}", letter(*host), phase.unwrap_or("no session".to_owned()))
            }
            Self::Bus => {
                let notices =
                    world.bus.iter().map(|(to, it)| format!("to {}: {}", letter(*to), explain::notice(names, *it)));
                let notices: Vec<String> = notices.collect();
                format!("= bus: {}", if notices.is_empty() { "empty".to_owned() } else { notices.join("; ") })
            }
            Self::Properties => {
                let broken = stage.broken();
                let verdict =
                    if broken.is_empty() { "all hold".to_owned() } else { format!("broken: {}", broken.join(" ")) };
                format!("= properties: {verdict}")
            }
        }
    }
}
