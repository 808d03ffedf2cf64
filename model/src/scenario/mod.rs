//! Scenario files: readable text that is run against the real core, and the conformance vectors of its behaviour.
//!
//! A scenario says line by line what happens, and below each line what can be seen of it. To check a port, run the
//! actions and compare the lines; nothing else is needed. The same files are written for counterexamples.
//!
//! ```text
//! # What happens, and why it must not. Rule R-9, race R05.
//! world servers=2 steal=now
//!
//! a open
//! > record: claim, any owner -> wrote: epoch 1, owner a.1
//! > arm: patience
//! a answer
//! > journal: read -> read: no entry
//! > disarm: patience
//! a journal answer
//! > told: opened in epoch 1
//! = record: epoch 1, owner a.1
//! = properties: all hold
//! ```
//!
//! # Lines
//!
//! ```text
//! file      = { comment | empty | setup | action { report } | state }
//! comment   = "#" text
//! setup     = "world" { key "=" value } | "variant" name            before the first action
//! action    = actor words [ ", lost on the way" | ", memory store down" ]
//! report    = "> " text                                             directly below its action
//! state     = "= " what ": " text                                   the state at this point
//! ```
//!
//! Comments, empty lines, setup and actions are the scenario. Reports and the texts of states are expectations: they
//! are compared word by word, and can be written anew. The last state of a file is `properties`.
//!
//! # Setup
//!
//! Without a `world` line there are two servers with a journal and a bus, default settings, and no record.
//!
//! | key | value | meaning |
//! |---|---|---|
//! | `servers` | 1 to 3 | servers `a`, `b`, `c` |
//! | `writers` | 0 to 3 | external sources `w1`, `w2`, `w3` |
//! | `steal` | `never`, `now`, `after:MS` | the steal policy of every server; `never` by default |
//! | `journal`, `bus`, `fine` | `yes`, `no` | the memory store can write conditionally (default yes); servers have labels, heartbeats and a bus (default yes; without, every server has the same label, and takes over what that label holds); writes stay under way until they land (default no) |
//! | `same-name` | `yes`, `no` | a restarted server has its old label |
//! | `record` | `yes`, `no` | a record is there at the start, in epoch 1 and free |
//! | `header` | `yes`, `no` | that record is of user 7, and its header has a field `tag` of newer code |
//! | `coins`, `coins.max`, `coins.clamp` | number, number, `yes`/`no` | coins of a fresh record; the most coins, with a least of 0; bring results into the bounds instead of refusing them |
//! | `schema.b`, `compat.b` | 1, 2 | code version of server b, and the oldest code that it lets open what it wrote; all others run version 1 |
//! | `window` | number | epochs that the ledger remembers; it is then pruned at every claim |
//! | `blind` | `wait`, `claim` | what to conclude of a heartbeat that cannot be read |
//! | `busy` | `refuse`, `wait` | what to do when the holder says that it is busy |
//! | `create` | `yes`, `no` | an open makes a record where there is none |
//! | `log`, `ledger` | number | the most changes without a verdict; the most sources in the ledger |
//! | `converts`, `migrates` | `yes`, `no` | changes can be converted to version 2 (default no); data can be migrated to it (default yes) |
//!
//! `variant NAME` runs the scenario under a broken variant of the rules.
//!
//! # The document
//!
//! The player's data are coins, gems, a register, and for each change how often it was applied. Changes are numbered in
//! the order of the lines that issue them, over all servers and writers; a refused one uses no number. `count` does
//! nothing beside being counted, `earn` and `spend` move a coin, `charge` takes a coin if there is one, `trade` turns a
//! coin into a gem, `spend-gem` takes a gem, `set` writes the number of the change into the register. `count` and
//! `earn` are credits.
//!
//! # Actions
//!
//! | line | what happens |
//! |---|---|
//! | `a open [delta-only\|read-only]` | a new session object with the next nonce (1, 2, …) opens; a delta-only one is upgraded by `open` |
//! | `a change KIND`, `a save`, `a close`, `a abandon`, `a steal`, `a refresh` | the command is given to the session; without one to the last that ended, or to a new one |
//! | `a timer NAME` | `retry`, `answer`, `observe`, `patience`, `journal` or `save` fires |
//! | `a answer [lost]` | the answer from the record arrives, or is lost: then its outcome is unknown |
//! | `a answer second` | under rules that allow two requests, the second answer arrives first |
//! | `a journal answer [lost]` | the same from the journal |
//! | `a answer again`, `a journal answer again` | the answer that came last comes once more |
//! | `a write lands`, `a write given up` | fine steps: the write is applied if nothing was written since its read; its sender stops waiting, and it may land late |
//! | `record late write N lands` | fine steps: the N-th write that was given up lands |
//! | `a crash` | session object, requests and answers of this server are gone |
//! | `a hears ask\|busy\|closing\|gone [from B] [about S] [again]` | a message arrives; `again`: one that arrived or was lost before |
//! | `a misses ask\|busy\|closing\|gone [from B] [about S]` | it is lost |
//! | `a heartbeat answer` | the heartbeat that it asked for is read |
//! | `a heartbeat lapses`, `a heartbeat written` | its own heartbeat entry goes, comes |
//! | `w1 send KIND`, `w1 retry`, `w1 answer [lost]` | an external source delivers a change |
//! | `journal vanishes` | the journal entry is gone |
//! | `operator wipe\|recreate\|restore\|keep` | an errand that expects the present epoch; `keep` keeps a copy of the record for `restore` |
//! | `operator repeat wipe\|recreate\|restore` | the last such errand once more, with the epoch that it expected then |
//! | `outside restore`, `outside delete` | the copy is written back, the record is deleted, outside the protocol |
//!
//! A request is applied when it is issued, and its answer waits for a line of its own; with `fine=yes` writes wait for
//! `write lands`. `, lost on the way`: the request on the record that the line issues is not applied, and the next
//! `answer` says that its outcome is unknown. `, memory store down`: the journal or heartbeat is out of reach.
//!
//! # Reports
//!
//! In the order of the effects, timers last. `nothing` where nothing can be seen.
//!
//! | report | meaning |
//! |---|---|
//! | `record: REQUEST -> wrote: RECORD` or `read: RECORD` | a request and what it writes, or reads where it writes nothing; also `lost on the way` and `under way: RECORD` |
//! | `record: now RECORD`, `record: conflict` | a write lands, or does not |
//! | `journal: read\|write LOG\|delete -> …` | `read: JOURNAL`, `wrote: JOURNAL`, `deleted` or `out of reach` |
//! | `bus: to B: MESSAGE`, `heartbeats: read that of B` | a message, a question to the memory store |
//! | `told: EVENT` | an event for the application |
//! | `refused: REASON` | the command or answer was a misuse; nothing has changed |
//! | `arm: NAMES`, `disarm: NAMES` | timers |
//! | `kept: RECORD` | the copy |
//!
//! A session is `a.2`: its server and its nonce; a source of changes that is a delta-only session is `a.2/delta`; a
//! server under the label of a later boot is `a@2`. What the words in capitals stand for:
//!
//! * SEGMENT is a source and its changes, `a.1[1 2]`; LOG is a list of segments, `a.1[1 2] b.3[4]`, or `nothing`.
//! * REQUEST is `read`; `claim, if free`, `claim, if free or held by S in epoch E` or `claim, any owner`; `settle LOG`,
//!   perhaps with `, with delivery SEGMENT`; `save LOG`, perhaps with `, release`; `hand back LOG`; `give up the claim`,
//!   perhaps with `, write in any case`; `ask S in epoch E for the record, for S`; `deliver SEGMENT, first tried in
//!   epoch E`; `wipe`, `re-create` or `restore (DATA)`, each with `, expected epoch E`.
//! * RECORD is `no record`, or `epoch E, owner S` or `epoch E, free`, and of the following what differs from a fresh
//!   record, in this order: `asked for by S`, `lived on in E`, `floor E`, `wiped in E`, `restored in E`,
//!   `schema V for code V`, `of user N`, `header field NAME`, `erased`, DATA, and `ledger SOURCE:POSITION ...`, where a position with an outcome that was
//!   not yet told follows in brackets, `(2 clamped)`, and then `(sealed)` for a sealed source.
//! * DATA is `no changes`, or of `coins N`, `gems N`, `register N`, `changes 1 2` what is there; `(2 times)` stands behind
//!   a change that was applied twice.
//! * JOURNAL is `by S in epoch E, LOG` or `no entry`.
//! * MESSAGE is `B asks about S in epoch E`, or `S in epoch E is busy`, `is closing` or `is gone`;
//!   `(nobody listens)` follows where no server has the label that it is for.
//! * EVENT is `opened in epoch E`, with the mode where it is not exclusive; `not opened: REASON`; `accepted N`;
//!   `durable N ...`, `superseded N ...`, `lost N ...: REASON` or `unknown N ...`, where `: clamped` may follow what is
//!   durable; `view changed`; `B asks for the record`; `session lost: fenced`, `rolled back` or `deleted`; `ended: closed`,
//!   `refused`, `cancelled`, `lost` or `abandoned`.
//! * REASON is the name of the verdict in lower case words: `not active`, `below minimum`, `held by S in epoch E`.
//!
//! # States
//!
//! `record`, `journal`, `view a` (what the player on server a sees, or `nobody`), `phase a` (where its session is),
//! `bus`, and `properties`: `all hold`, or `broken: P1 P3` with all that were broken at any moment so far. P10 is not
//! judged where a policy or a command lets a record be taken from a live session.

mod error;
mod possible;
mod script;
mod setup;
mod stage;
mod verbs;

use crate::driver::Trace;
use crate::properties::Listed;
use crate::world::{Action, AnyRules, Game, World};
use keyholder_core::rules::Standard;

pub use error::Error;
use script::Script;
use setup::Setup;
use stage::Stage;

/// A scenario that was run.
pub struct Replay {
    /// The file as it must be: the same scenario, with what was seen.
    pub text: String,
    /// The world in which it ran.
    pub game: Game<AnyRules>,
    /// The run as the checker would have it; `None` where the scenario does what the checker never does.
    pub trace: Option<Trace<World, Action>>,
    /// The properties that were broken at some moment.
    pub broken: Vec<&'static str>,
}

impl Replay {
    /// Is that what the file says?
    #[must_use]
    pub fn agrees(&self, text: &str) -> bool {
        self.text == text
    }
}

/// Runs a scenario file.
///
/// # Errors
/// The first line that cannot be read, or that asks for something that cannot happen. Expectations that are not met are
/// no error: compare [`Replay::text`].
pub fn run(text: &str) -> Result<Replay, Error> {
    let script = Script::parse(text)?;
    let rules: &'static AnyRules = match &script.variant {
        None => &Standard,
        Some((line, name)) => {
            let variant = crate::variants::find(name);
            variant.ok_or_else(|| Error::new(*line, format!("there is no variant `{name}`")))?.rules
        }
    };
    let game = script.setup.game(rules).map_err(|message| Error::new(script.setup_line, message))?;
    let mut stage = Stage::new(&game);
    let text = script.play(&mut stage)?;
    let (trace, broken) = (stage.trace.take(), stage.broken());
    Ok(Replay { text, trace, broken, game })
}

/// Writes a trace as a scenario file: its story as comments, each action, and what is seen of it. The variant is the
/// name under which the file finds the rules again.
///
/// # Errors
/// The trace is not one of `game`, or its world has more than a scenario can say.
pub fn from_trace<R: Listed + ?Sized>(
    game: &Game<R>,
    trace: &Trace<World, Action>,
    variant: Option<&str>,
    story: &[String],
) -> Result<String, Error> {
    let mut text = String::new();
    for line in story.iter().flat_map(|sentence| sentence.lines()) {
        text += &format!("# {line}\n");
    }
    text += &Setup::of(game).line();
    text.push('\n');
    if let Some(name) = variant {
        text += &format!("variant {name}\n");
    }
    text.push('\n');
    let mut stage = Stage::new(game);
    for action in trace.actions() {
        text += &verbs::write(&stage.names, &stage.world, *action);
        text.push('\n');
        let made = stage.make(&verbs::Move::Act(*action));
        made.map_err(|message| Error::new(text.lines().count(), message))?;
    }
    text.push('\n');
    for (host, it) in (0..).zip(stage.world.hosts.iter()) {
        if it.session.is_some() {
            text += &format!("= view {}:\n", crate::world::letter(host));
        }
    }
    text += "= record:\n= journal:\n= properties:\n";
    Script::parse(&text)?.play(&mut Stage::new(game))
}
