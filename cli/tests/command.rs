//! The binary as people and scripts use it. Names are taken from the library, so that a new world needs no new test.

use keyholder_model::machines;
use keyholder_model::properties::NAMES;
use keyholder_model::variants::{self, Expected, Variant};
use keyholder_model::worlds::{WORLDS, WorldSpec};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn keyholder(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keyholder"));
    command.args(arguments).stdin(Stdio::null()).output().expect("the binary runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("standard output is text")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("standard error is text")
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).expect("standard output is one JSON document")
}

/// The world with the fewest states.
fn quickest() -> &'static WorldSpec {
    WORLDS.iter().min_by_key(|it| it.states[0].unwrap_or(u64::MAX)).expect("there are worlds")
}

/// The variant that is told in the fewest steps.
fn shortest() -> (Variant, &'static str) {
    let told = |variant: Variant| match variant.expected {
        Expected::Found { property, steps } if !variant.nightly => Some((steps, variant, property)),
        Expected::Found { .. } | Expected::Harmless => None,
    };
    let all = variants::all().into_iter().filter_map(told);
    all.min_by_key(|(steps, ..)| *steps).map(|(_, variant, property)| (variant, property)).expect("there are variants")
}

/// An empty folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("an old folder can be removed");
    }
    folder
}

#[test]
fn an_unknown_world_is_answered_with_what_exists() {
    let name = quickest().name;
    for command in ["check", "explore"] {
        let output = keyholder(&[command, &format!("{name}x")]);
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(stdout(&output), "");
        let said = stderr(&output);
        assert!(said.contains(&format!("did you mean '{name}'?")), "{said}");
        assert!(WORLDS.iter().all(|it| said.contains(it.name) && said.contains(it.about)), "{said}");
    }
}

#[test]
fn an_unknown_variant_is_answered_with_what_exists() {
    let output = keyholder(&["check", "--variant", "no-such-thing-at-all"]);
    assert_eq!(output.status.code(), Some(2));
    let said = stderr(&output);
    assert!(!said.contains("did you mean"), "{said}");
    assert!(variants::all().iter().all(|it| said.contains(it.name)), "{said}");
}

#[test]
fn contradictions_on_the_command_line_are_mistakes() {
    let world = quickest().name;
    let wrong: [&[&str]; 11] = [
        &[],
        &["vectors"],
        &["vectors", "verify", "--dir", "a", "b.json"],
        &["vectors", "generate", "b.json"],
        &["check", "--all-variants", world],
        &["check", "--all-variants", "--variant", shortest().0.name],
        &["check", "--variant", shortest().0.name, "--bounds", "nightly"],
        &["check", "--jobs", "0"],
        &["check", "--bounds", "tonight"],
        &["explore"],
        &["explore", world, "--address", "0.0.0.0:3000"],
    ];
    for arguments in wrong {
        assert_eq!(keyholder(arguments).status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn a_check_answers_in_json() {
    let world = quickest();
    // Named twice, checked once.
    let folder = folder("check");
    let out = folder.to_str().expect("the folder's name is text");
    let output = keyholder(&["check", world.name, world.name, "--json", "--out", out]);
    let document = json(&output);
    let passed = document["passed"].as_bool().expect("passed is a truth value");
    assert_eq!(output.status.code(), Some(i32::from(!passed)), "{document:#}");
    assert!(document["seconds"].as_f64().is_some_and(|it| it > 0.0));

    let worlds = document["worlds"].as_array().expect("worlds is a list");
    assert_eq!(worlds.len(), 1);
    let found = &worlds[0];
    assert_eq!(found["name"], world.name);
    assert_eq!(found["bounds"], "ci");
    assert_eq!(found["states"], document["total_states"]);
    assert!(found["generated"].as_u64() > found["states"].as_u64());
    assert!(found["depth"].as_u64() > Some(1));
    assert!(found["seconds"].as_f64().is_some());
    let properties = found["properties"].as_array().expect("properties is a list");
    let names: Vec<_> = properties.iter().filter_map(|it| it["name"].as_str()).filter(|it| *it != "L1").collect();
    assert_eq!(names, NAMES);
    let verdicts = ["holds", "violated", "undecided"];
    assert!(properties.iter().all(|it| it["verdict"].as_str().is_some_and(|it| verdicts.contains(&it))));
    assert_eq!(passed, found["failures"].as_array().is_some_and(Vec::is_empty));
    assert_eq!(folder.exists(), !found["counterexamples"].as_array().is_some_and(Vec::is_empty));

    // Nobody watches, so each world leaves one plain line.
    let said = stderr(&output);
    assert!(said.starts_with(&format!("{}: ", world.name)) && said.lines().count() == 1, "{said}");
}

#[test]
fn a_variant_tells_its_story_and_saves_it() {
    let (variant, property) = shortest();
    let folder = folder("variant");
    let out = folder.to_str().expect("the folder's name is text");
    let output = keyholder(&["check", "--variant", variant.name, "--out", out]);
    let story = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{story}");
    for part in [variant.name, variant.about, property, "server a", "As expected:"] {
        assert!(story.contains(part), "{part} is missing in\n{story}");
    }
    assert!(!story.contains('\x1b'), "colour belongs on terminals");

    let saved = |extension| std::fs::read_to_string(folder.join(format!("{}-{property}.{extension}", variant.name)));
    let scenario = saved("txt").expect("a scenario is saved");
    assert!(scenario.contains(&format!("variant {}", variant.name)), "{scenario}");
    assert!(scenario.contains(&format!("# Found by: keyholder check --variant {}", variant.name)), "{scenario}");
    assert!(saved("svg").expect("a diagram is saved").contains("</svg>"));
}

#[test]
fn a_variant_answers_in_json() {
    let (variant, property) = shortest();
    let output = keyholder(&["check", "--variant", variant.name, "--json"]);
    let document = json(&output);
    let found = &document["variants"][0];
    assert_eq!(found["name"], variant.name);
    assert_eq!(found["races"].as_array().map(Vec::len), Some(variant.races.len()));
    assert_eq!(found["expected"], "found");
    assert_eq!(found["found"], true);
    assert_eq!(found["property"], property);
    assert!(found["steps"].as_u64() > Some(0));
}

#[test]
fn what_cannot_be_saved_is_told_all_the_same_and_fails() {
    let (variant, property) = shortest();
    // A folder below a file: nobody can write there, whoever runs this.
    let arguments = ["check", "--variant", variant.name, "--out", "/dev/null/nowhere", "--json"];
    let told = keyholder(&arguments[..5]);
    assert!(stdout(&told).contains("Not saved: ") && stdout(&told).contains("As expected:"), "{}", stdout(&told));
    let listed = keyholder(&arguments);
    assert_eq!(json(&listed)["variants"][0]["property"], property);
    for output in [told, listed] {
        assert_eq!(output.status.code(), Some(1));
        let said = stderr(&output);
        assert!(said.contains("error: it cannot be saved in /dev/null/nowhere: "), "{said}");
    }
}

#[test]
fn the_lists_are_complete() {
    let text = stdout(&keyholder(&["list"]));
    let document = json(&keyholder(&["list", "--json"]));
    let listed = |list: &str| {
        let list = document[list].as_array().expect("a list").iter();
        list.map(|it| it["name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    let worlds = WORLDS.iter().map(|it| it.name).chain(machines::worlds().iter().map(|it| it.name));
    assert_eq!(listed("worlds"), worlds.collect::<Vec<_>>());
    let variants = variants::all().into_iter().map(|it| it.name).chain(machines::variants().iter().map(|it| it.name));
    assert_eq!(listed("variants"), variants.collect::<Vec<_>>());
    let properties = NAMES.into_iter().chain(["L1"]).chain(machines::SENTENCES.iter().map(|it| it.0));
    assert!(listed("properties").iter().map(String::as_str).eq(properties));
    for name in ["worlds", "variants", "properties"].into_iter().flat_map(listed) {
        assert!(text.contains(&name), "{name}");
    }
}

#[test]
fn help_comes_with_examples() {
    let commands: [&[&str]; 7] = [
        &["--help"],
        &["check", "--help"],
        &["explore", "--help"],
        &["list", "--help"],
        &["vectors", "--help"],
        &["vectors", "generate", "--help"],
        &["vectors", "verify", "--help"],
    ];
    for command in commands {
        let output = keyholder(command);
        assert_eq!(output.status.code(), Some(0));
        assert!(stdout(&output).contains("Examples:\n  keyholder "), "{command:?}");
    }
    let version = stdout(&keyholder(&["--version"]));
    assert_eq!(version.trim(), concat!("keyholder ", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_reader_that_goes_away_is_no_panic() {
    for arguments in [&["list"][..], &["check", "--help"], &["check", "--variant", shortest().0.name]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keyholder"));
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary runs");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", stderr(&output));
        assert!(!stderr(&output).contains("panicked"), "{}", stderr(&output));
    }
}
