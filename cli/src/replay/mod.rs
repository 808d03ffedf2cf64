//! `keyholder replay`: a recording is run again and compared, effect for effect.

pub(crate) mod args;
mod state;

use crate::figures::{count, counted};
use crate::output::{self, Paint, Tone};
use args::ReplayArguments;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use keyholder_core::timer::Millis;
use keyholder_tokio::recording::{
    Divergence, EFFECTS, End, Entry, INPUTS, Machine, NotReplayable, Outline, Reader, Step, Unreadable,
};
use serde::Serialize;
use state::State;
use std::error::Error;
use std::fs::File;
use std::io::{BufReader, Read};

/// The most characters of one effect that a person is shown when it differs.
const CHARACTERS: usize = 1_000;

/// What a replay found.
#[derive(Debug, Serialize)]
struct Told {
    /// Every step up to here came out again.
    verified: bool,
    redacted: bool,
    host: String,
    writer: String,
    /// The last step.
    steps: u64,
    /// Why the recording ends; nothing if it was not read to its end.
    end: Option<&'static str>,
    divergence: Option<Diverged>,
    shown: Option<Shown>,
    state: Option<State>,
}

/// A step as it was recorded.
#[derive(Debug, Serialize)]
struct Shown {
    step: u64,
    now_ms: u64,
    refused: bool,
    input: String,
    effects: Vec<String>,
}

/// A step that came out otherwise.
#[derive(Debug, Serialize)]
struct Diverged {
    #[serde(flatten)]
    expected: Shown,
    found_refused: Option<String>,
    found: Vec<String>,
}

/// Replays; false if a step came out otherwise.
pub(crate) fn run(arguments: &ReplayArguments) -> Result<bool, Box<dyn Error>> {
    let at = |error: &dyn Error| format!("{}: {error}", arguments.file.display());
    let file = File::open(&arguments.file).map_err(|error| at(&error))?;
    let bar = bar(file.metadata().map_or(0, |it| it.len()));
    let told = replay(bar.wrap_read(BufReader::new(file)), arguments);
    bar.finish_and_clear();
    let told = told.map_err(|error| at(error.as_ref()))?;
    if let Some(step) = arguments.show
        && told.shown.is_none()
        && told.divergence.is_none()
    {
        return Err(format!("there is no step {step}; the recording was read up to {}", told.steps).into());
    }
    if told.redacted && arguments.show.is_none() {
        show(&told, arguments.json)?;
        return Err(NotReplayable::Redacted.into());
    }
    show(&told, arguments.json)?;
    Ok(told.divergence.is_none())
}

fn replay(from: impl Read, arguments: &ReplayArguments) -> Result<Told, Box<dyn Error>> {
    let mut reader = Reader::open(from)?;
    let header = reader.header();
    let mut told = Told {
        verified: false,
        redacted: header.redacted,
        host: header.host.to_string(),
        writer: header.writer.clone(),
        steps: 0,
        end: None,
        divergence: None,
        shown: None,
        state: None,
    };
    let mut machine = if header.redacted { None } else { Some(Machine::new(header)?) };
    let mut now = Millis(0);
    while told.steps < arguments.until.unwrap_or(u64::MAX) {
        match (reader.read(), &mut machine) {
            (Ok(Entry::Step(step)), Some(machine)) => {
                (told.steps, now) = (step.number, step.now);
                if arguments.show == Some(step.number) {
                    told.shown = Some(Shown::step(&step));
                }
                if let Err(divergence) = machine.step(*step) {
                    told.divergence = Some(Diverged::of(&divergence));
                    break;
                }
            }
            (Ok(Entry::Outline(number, outline)), None) => {
                told.steps = number;
                if arguments.show == Some(number) {
                    told.shown = Some(Shown::outline(number, &outline));
                }
            }
            (Ok(Entry::End(end)), _) => {
                told.end = Some(ending(end));
                break;
            }
            (Ok(Entry::Cut), _) => {
                told.end = Some("cut");
                break;
            }
            (Ok(Entry::Step(_) | Entry::Outline(..)), _) => {
                let why = "a step is of a kind that does not belong here";
                return Err(Unreadable::Damaged { after: told.steps, why }.into());
            }
            (Err(error), _) => return Err(error.into()),
        }
    }
    told.verified = machine.is_some() && told.divergence.is_none();
    if arguments.until.is_some() || told.divergence.is_some() {
        told.state = machine.map(|it| State::of(it.host(), now));
    }
    Ok(told)
}

impl Shown {
    fn step(step: &Step) -> Self {
        Self {
            step: step.number,
            now_ms: step.now.0,
            refused: step.refused,
            input: format!("{:?}", step.input),
            effects: step.effects.iter().map(ToString::to_string).collect(),
        }
    }

    fn outline(number: u64, outline: &Outline) -> Self {
        let word = |words: &[&str], kind: u8| words.get(usize::from(kind)).map_or("unknown", |it| *it).to_owned();
        let key = outline.key.map(|key| format!(" of key {key:016x}")).unwrap_or_default();
        let effects = outline.effects.iter();
        Self {
            step: number,
            now_ms: outline.now,
            refused: outline.refused,
            input: format!("{}{key}: {} bytes", word(&INPUTS, outline.input), outline.bytes),
            effects: effects.map(|(kind, bytes)| format!("{}: {bytes} bytes", word(&EFFECTS, *kind))).collect(),
        }
    }
}

impl Diverged {
    fn of(it: &Divergence) -> Self {
        Self {
            expected: Shown::step(&it.step),
            found_refused: it.refusal.map(|why| why.to_string()),
            found: it.found.iter().map(|effect| format!("{effect:?}")).collect(),
        }
    }
}

fn ending(end: End) -> &'static str {
    match end {
        End::Closed => "closed",
        End::Full => "full",
        End::Behind => "behind",
        End::Unwritable => "unwritable",
    }
}

fn bar(bytes: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr_with_hz(8));
    let style = ProgressStyle::with_template("{spinner:.cyan} {wide_bar:.cyan} {bytes}/{total_bytes} {elapsed:.dim}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

fn show(told: &Told, json: bool) -> std::io::Result<()> {
    if json {
        return output::json(told);
    }
    let paint = Paint::new();
    if let Some(shown) = &told.shown {
        output::say(&format!("Step {} at {} ms: {}", shown.step, count(shown.now_ms), shown.input))?;
        output::say(&list(if shown.refused { "refused; effects" } else { "effects" }, &shown.effects, usize::MAX))?;
    }
    if let Some(diverged) = &told.divergence {
        let Diverged { expected, found_refused, found } = diverged;
        let heading = format!("Step {} came out otherwise than it was recorded.", expected.step);
        output::say(&paint.text(Tone::Bad, &heading))?;
        output::say(&format!("at {} ms: {}", count(expected.now_ms), cut(&expected.input, CHARACTERS)))?;
        output::say(&list(
            if expected.refused { "expected: refused" } else { "expected" },
            &expected.effects,
            CHARACTERS,
        ))?;
        let refused = found_refused.as_ref().map(|why| format!("found: refused, {why}"));
        output::say(&list(refused.as_deref().unwrap_or("found"), found, CHARACTERS))?;
    }
    if let Some(state) = &told.state {
        output::say(&state.table(paint))?;
    }
    output::say(&closing(told, paint))
}

/// The last line.
fn closing(told: &Told, paint: Paint) -> String {
    let steps = counted(told.steps, "step");
    let how = match told.end {
        Some("closed") => "to the end of the server".to_owned(),
        Some("full") => "to the limit of the recording; the server went on".to_owned(),
        Some("behind") => "until the disk was too slow for the recording; the server went on".to_owned(),
        Some("unwritable") => "until a step could not be recorded; the server went on".to_owned(),
        Some(_) => "to the last whole step: the file stops there, as when its process is killed".to_owned(),
        None => format!("up to step {}", told.steps),
    };
    let about = format!("{steps} of server {}, {how}.", told.host);
    match (told.redacted, told.verified) {
        (true, _) => format!("Not verified, for it was redacted: {about}"),
        (false, true) => format!("{} {about}", paint.text(Tone::Good, "Every step came out again:")),
        (false, false) => format!("{} {about}", paint.text(Tone::Bad, "Not verified:")),
    }
}

fn list(heading: &str, lines: &[String], most: usize) -> String {
    let none = lines.is_empty().then(|| "\n  nothing".to_owned());
    let lines = lines.iter().map(|line| format!("\n  {}", cut(line, most)));
    std::iter::once(heading.to_owned()).chain(lines).chain(none).collect()
}

fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}..", &text[..end]),
        None => text.to_owned(),
    }
}
