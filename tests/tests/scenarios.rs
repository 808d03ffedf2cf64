//! Runs the scenario files against the core. With `KEYHOLDER_REWRITE=1` it writes what is seen into them.

use keyholder_core::rules::Standard;
use keyholder_model::bounds::Bounds;
use keyholder_model::driver::{Options, explore};
use keyholder_model::explain;
use keyholder_model::properties::NAMES;
use keyholder_model::scenario::{from_trace, run};
use keyholder_model::variants;
use keyholder_model::world::{AnyRules, Game};
use keyholder_tests::scenarios::{all, diff};
use std::fs;

const ADVICE: &str = "If the change is meant, KEYHOLDER_REWRITE=1 writes it into the files. Commit a rewritten \
                      expectation only when you understand the change and want it: these files say how every port \
                      of Keyholder behaves.";

#[test]
fn every_scenario_happens_as_it_is_written() {
    let rewrite = std::env::var("KEYHOLDER_REWRITE").is_ok_and(|value| value == "1");
    let mut wrong = Vec::new();
    for file in all() {
        match run(&file.text) {
            Err(error) => wrong.push(format!("{}.txt, {error}", file.name)),
            Ok(replay) if replay.agrees(&file.text) => {}
            Ok(replay) if rewrite => {
                println!("rewritten: {}.txt\n{}", file.name, diff(&file.text, &replay.text));
                fs::write(&file.path, replay.text).expect("a scenario file can be written");
            }
            Ok(replay) => wrong.push(format!("{}.txt\n{}", file.name, diff(&file.text, &replay.text))),
        }
    }
    assert!(wrong.is_empty(), "scenarios happen otherwise:\n\n{}\n{ADVICE}", wrong.join("\n"));
}

#[test]
fn every_scenario_tells_its_story_and_names_its_rule() {
    let files = all();
    assert!(files.len() >= 40, "there are {} scenarios", files.len());
    for file in files {
        let head: Vec<&str> = file.text.lines().take_while(|line| line.starts_with('#')).collect();
        let story = head.join(" ");
        assert!(story.len() > 120, "{}.txt begins with its story", file.name);
        assert!(story.contains("R-"), "{}.txt names the rule that it shows", file.name);
        let kebab = file.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        assert!(kebab, "{}.txt is named after its behaviour, in lower case with dashes", file.name);
    }
}

#[test]
fn only_a_variant_breaks_a_property() {
    for file in all() {
        let replay = run(&file.text).expect("another test reads the files");
        let broken = file.text.lines().any(|line| line.starts_with("variant "));
        assert_eq!(!replay.broken.is_empty(), broken, "{}.txt: {:?}", file.name, replay.broken);
    }
}

#[test]
fn a_scenario_is_the_trace_that_it_runs() {
    let mut compared = 0;
    for file in all() {
        let replay = run(&file.text).expect("another test reads the files");
        let Some(trace) = replay.trace else { continue };
        let variant = file.text.lines().find_map(|line| line.strip_prefix("variant "));
        let text = from_trace(&replay.game, &trace, variant, &[]).expect("a run can be written down");
        let again = run(&text).unwrap_or_else(|error| panic!("{}.txt: {error}\n{text}", file.name));
        assert!(again.agrees(&text), "{}.txt\n{}", file.name, diff(&text, &again.text));
        // A line that was refused, or that found no session object, is no step of the run.
        let acts = |line: &&str| !line.is_empty() && !line.starts_with(['#', '>', '=']);
        let setup = |line: &&str| line.starts_with("world") || line.starts_with("variant");
        if file.text.lines().filter(acts).filter(|line| !setup(line)).count() == trace.depth() {
            let reports = |text: &str| -> Vec<String> {
                text.lines().filter(|line| line.starts_with('>')).map(str::to_owned).collect()
            };
            assert_eq!(reports(&again.text), reports(&file.text), "{}.txt", file.name);
            compared += 1;
        }
        explain::story(&replay.game, &trace, None);
    }
    assert!(compared > 60, "most scenarios are runs of the checker's own actions: {compared}");
}

#[test]
fn a_counterexample_is_saved_and_breaks_again() {
    let variant = variants::find("save-without-fence").expect("the variant is in the list");
    let game: Game<AnyRules> = Game::new(variant.rules, variant.bounds);
    let only = NAMES.iter().position(|name| *name == "P1");
    let found = explore(&game, &Options { only, ..Options::default() });
    let violation = found.violations.first().expect("a save without fence breaks P1");
    let story = ["A save takes effect whoever holds the record.".to_owned()];
    let text = from_trace(&game, &violation.trace, Some(variant.name), &story).expect("a trace can be written down");
    assert!(text.starts_with("# A save takes effect whoever holds the record.\nworld servers=2"), "{text}");
    let replay = run(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert!(replay.agrees(&text), "{}", diff(&text, &replay.text));
    assert!(replay.broken.contains(&"P1"), "{text}");
    assert_eq!(replay.trace.map(|trace| trace.depth()), Some(violation.depth));
    // The same lines under the standard rules break nothing.
    let standard = text.replace("variant save-without-fence\n", "");
    assert_eq!(run(&standard).expect("it still runs").broken, Vec::<&str>::new());
}

#[test]
fn walks_through_worlds_can_be_written_down() {
    let bounds =
        Bounds { opens: 4, deeds: 3, lost: 2, crashes: 1, labels: true, mislaid: 1, lapsed: 1, ..Bounds::SMALL };
    let game: Game = Game::new(&Standard, bounds);
    let mut random = 7_u64;
    for _ in 0..40 {
        let mut steps = vec![(None, game.start())];
        for _ in 0..40 {
            let mut world = steps.last().expect("it has a start").1.clone();
            let mut actions = Vec::new();
            game.possible(&world, &mut actions);
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let Some(action) = actions.get((random >> 33) as usize % actions.len().max(1)) else { break };
            game.act(&mut world, *action);
            steps.push((Some(*action), world));
        }
        let trace = keyholder_model::driver::Trace { steps };
        let text = from_trace(&game, &trace, None, &[]).expect("a walk can be written down");
        let replay = run(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert!(replay.agrees(&text), "{}", diff(&text, &replay.text));
        let again = replay.trace.expect("nothing else was done");
        let (seen, last) = (again.last(), trace.last());
        assert_eq!((&seen.record, &seen.journal), (&last.record, &last.journal), "{text}");
        assert_eq!((&seen.hosts, &seen.bus), (&last.hosts, &last.bus), "{text}");
    }
}

#[test]
fn what_cannot_be_read_is_refused_with_its_line() {
    let wrong = [
        ("a open\n> x\nb opn\n", 3, "a server can: open"),
        ("z open\n", 1, "`z` is nobody"),
        ("world servers=9\n", 1, "servers=9: a number from 1 to 3"),
        ("world colour=red\n", 1, "there is no setting `colour`"),
        ("world\nworld servers\n", 2, "`servers` is not key=value"),
        ("world steal=sometimes\n", 1, "never, now, or after:MILLISECONDS"),
        ("a open\nworld servers=2\n", 2, "the setup stands before the first action"),
        ("# a story\n\n> told: opened\n", 3, "a report stands directly below its action"),
        ("a answer\n", 1, "no answer from the record is under way there"),
        ("a journal answer\n", 1, "no answer from the journal is under way there"),
        ("c open\n", 1, "there is no server c; set servers=3"),
        ("a open, quietly\n", 1, "lost on the way, memory store down"),
        ("a change everything\n", 1, "a change is one of: count, earn"),
        ("a timer tea\n", 1, "a timer is one of: retry, answer"),
        ("a hears hello\n", 1, "a message is ask, busy, closing, gone or look"),
        ("a hears gone\n", 1, "no such message is under way"),
        ("a hears ask again\n", 1, "no such message was under way before"),
        ("a answer again\n", 1, "no answer from the record has arrived there yet"),
        ("w1 send count\n", 1, "there is no such writer; set writers=N"),
        ("w9 answer\n", 1, "there is no such writer"),
        ("w0 answer\n", 1, "is not a number from 1"),
        ("operator sing\n", 1, "operator wipe|recreate"),
        ("operator wipe\n", 1, "there is no record yet"),
        ("operator repeat wipe\n", 1, "the operator has nothing to repeat"),
        ("a write lands\n", 1, "no write is under way"),
        ("record late write 1 lands\n", 1, "no write was given up"),
        ("journal vanishes\n", 1, "there is no journal entry"),
        ("world bus=no\na heartbeat lapses\n", 2, "there are no heartbeats"),
        ("= weather: fine\n", 1, "a state is one of"),
        ("= view z: x\n", 1, "`z` is no server"),
        ("variant no-such-variant\n", 1, "there is no variant `no-such-variant`"),
        ("variant\n", 1, "variant NAME"),
    ];
    for (text, line, part) in wrong {
        match run(text) {
            Ok(replay) => panic!("{text:?} was taken:\n{}", replay.text),
            Err(error) => {
                assert_eq!(error.line, line, "{text:?}: {error}");
                assert!(error.message.contains(part), "{text:?}: {error}");
            }
        }
    }
    let many = "world record=yes\n".to_owned() + &"a open\na abandon\n".repeat(16);
    assert!(run(&many).is_err_and(|error| error.message.contains("at most 15 opens")));
}

#[test]
fn no_text_makes_the_runner_panic() {
    // Pieces of real lines in any order: most are refused, some run, none panics.
    let pieces = [
        "a ",
        "b ",
        "c ",
        "w1 ",
        "open",
        "close",
        "save",
        "change count",
        "answer",
        " lost",
        " again",
        "journal ",
        "answer",
        ", lost on the way",
        ", memory store down",
        "\n",
        "\n",
        "\n",
        "> x",
        "= record: ",
        "operator wipe",
        "crash",
        "timer retry",
        "refresh",
        "steal",
        " delta-only",
        "world servers=3 writers=1 bus=yes record=yes\n",
        "hears ask",
        "send spend",
        "keep",
        "outside delete",
        "abandon",
        "é",
        "#",
        "=",
        ">",
        ",",
        "w",
        "record late write 300 lands",
    ];
    let mut random = 11_u64;
    for _ in 0..4_000 {
        let mut text = String::new();
        for _ in 0..24 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text += pieces[(random >> 33) as usize % pieces.len()];
        }
        let _ = run(&text);
    }
}

#[test]
fn a_diff_shows_what_was_written_and_what_was_seen() {
    let told = diff("a open\n> one\n> two\nb open\n> three\n", "a open\n> one\n> zwei\nb open\n> three\n");
    assert_eq!(told, "  line 1: a open\n    - > two\n    + > zwei\n");
    assert_eq!(diff("a\n", "a\n"), "");
}
