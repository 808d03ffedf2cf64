//! `keyholder list`: what there is to check, by name.

use crate::args::ListArguments;
use crate::catalogue::{self, Variant, World};
use crate::figures::count;
use crate::output::{self, Paint, Tone};
use crate::tell::{self, LIVENESS};
use keyholder_model::machines::SENTENCES;
use keyholder_model::properties::NAMES;
use keyholder_model::variants::Expected;
use keyholder_model::worlds::Tier;
use serde::Serialize;
use std::io;

/// Prints the lists.
pub(crate) fn run(arguments: &ListArguments) -> io::Result<bool> {
    let all = catalogue::variants();
    if arguments.json {
        output::json(&document(&all))?
    } else {
        output::say(&text(Paint::new(), &all))?
    }
    Ok(true)
}

fn properties() -> impl Iterator<Item = &'static str> {
    NAMES.iter().copied().chain([LIVENESS]).chain(SENTENCES.iter().map(|(name, _)| *name))
}

fn text(paint: Paint, all: &[Variant]) -> String {
    let mut worlds = paint.table(&["of", "world", "~what it is about", ">states"]);
    for world in catalogue::worlds() {
        worlds.add_row([
            paint.cell(Tone::Quiet, world.of()),
            paint.cell(Tone::Strong, world.name()),
            paint.cell(Tone::Plain, world.about()),
            paint.cell(Tone::Plain, world.pinned(Tier::Ci).map_or("-".to_owned(), count)),
        ]);
    }
    let mut broken = paint.table(&["of", "variant", "~what it does instead", "~races", "breaks"]);
    for variant in all {
        let breaks = match variant.expected() {
            Expected::Found { property, steps } => format!("{property} in {steps}"),
            Expected::Harmless => "nothing".to_owned(),
        };
        broken.add_row([
            paint.cell(Tone::Quiet, variant.of()),
            paint.cell(Tone::Strong, variant.name()),
            paint.cell(Tone::Plain, variant.about()),
            paint.cell(Tone::Plain, crate::variants::races(variant)),
            paint.cell(Tone::Plain, breaks),
        ]);
    }
    let mut sentences = paint.table(&["property", "~what it says"]);
    for name in properties() {
        sentences.add_row([paint.cell(Tone::Strong, name), paint.cell(Tone::Plain, tell::sentence(name))]);
    }
    let part = |heading: &str, table: String| format!("{}\n{table}", paint.text(Tone::Strong, heading));
    [
        part("Worlds (keyholder check WORLD; of the protocol also keyholder explore WORLD)", worlds.trim_fmt()),
        part("Broken variants (keyholder check --variant NAME)", broken.trim_fmt()),
        part("Properties", sentences.trim_fmt()),
    ]
    .join("\n\n")
}

#[derive(Serialize)]
struct Document<'a> {
    worlds: Vec<Listed>,
    variants: Vec<Broken<'a>>,
    properties: Vec<Property>,
}

#[derive(Serialize)]
struct Listed {
    /// `protocol`, or the machine.
    of: &'static str,
    name: &'static str,
    about: &'static str,
    /// The pinned counts of distinct states.
    states: Option<u64>,
    states_nightly: Option<u64>,
    liveness: bool,
    stateright: bool,
}

#[derive(Serialize)]
struct Broken<'a> {
    of: &'a str,
    name: &'a str,
    about: &'a str,
    races: &'a [&'a str],
    expected: &'static str,
    property: Option<&'a str>,
    steps: Option<usize>,
    nightly: bool,
}

#[derive(Serialize)]
struct Property {
    name: &'static str,
    sentence: &'static str,
}

fn document(all: &[Variant]) -> Document<'_> {
    Document {
        worlds: catalogue::worlds().map(world).collect(),
        variants: all.iter().map(broken).collect(),
        properties: properties().map(|name| Property { name, sentence: tell::sentence(name) }).collect(),
    }
}

fn world(world: World) -> Listed {
    Listed {
        of: world.of(),
        name: world.name(),
        about: world.about(),
        states: world.pinned(Tier::Ci),
        states_nightly: world.pinned(Tier::Nightly),
        liveness: world.is_live(),
        stateright: world.is_counted_twice(),
    }
}

fn broken(variant: &Variant) -> Broken<'_> {
    let (expected, property, steps) = match variant.expected() {
        Expected::Found { property, steps } => ("found", Some(property), Some(steps)),
        Expected::Harmless => ("harmless", None, None),
    };
    Broken {
        of: variant.of(),
        name: variant.name(),
        about: variant.about(),
        races: variant.races(),
        expected,
        property,
        steps,
        nightly: variant.is_nightly(),
    }
}
