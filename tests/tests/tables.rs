//! The tables of SPEC.md say what the catalogues of the model say. `KEYHOLDER_REWRITE=1` writes them anew.

use keyholder_model::machines::{self, SENTENCES};
use keyholder_model::properties::NAMES;
use keyholder_model::variants::{self, Expected};
use keyholder_model::witness;
use keyholder_model::worlds::WORLDS;
use std::fmt::Write as _;
use std::path::Path;

#[test]
fn worlds_are_listed_as_they_are_pinned() {
    let mut table = String::from(
        "| World | about | states (ci) | states (nightly) | L1 | second checker |\n|---|---|---|---|---|---|\n",
    );
    for world in WORLDS {
        let count = |states: Option<u64>| states.map_or("not pinned".to_owned(), grouped);
        let nightly = if world.nightly.is_some() { count(world.states[1]) } else { "as ci".to_owned() };
        let yes = |it: bool| if it { "yes" } else { "" };
        let (name, about, ci) = (world.name, world.about, count(world.states[0]));
        let (live, twin) = (yes(world.liveness), yes(world.twin));
        let _ = writeln!(table, "| `{name}` | {about} | {ci} | {nightly} | {live} | {twin} |");
    }
    compare("worlds", &table);
}

/// Properties first, in their order; then what shows no property, but that a world went where it should.
#[test]
fn witnesses_are_listed_with_their_properties() {
    let mut table = String::from("| must be seen | shows | in these worlds |\n|---|---|---|\n");
    let of_properties = witness::OF_PROPERTIES.iter().flat_map(|(_, witnesses)| *witnesses).copied();
    let mut rows: Vec<&str> = Vec::new();
    for name in of_properties.chain(witness::NAMES.iter().copied()) {
        if !rows.contains(&name) {
            rows.push(name);
        }
    }
    for name in rows {
        let bit = witness::NAMES.iter().position(|it| *it == name).expect("a witness has this name") as u32;
        let shown = witness::OF_PROPERTIES.iter().filter(|(_, witnesses)| witnesses.contains(&name));
        let properties = shown.map(|(property, _)| *property).collect::<Vec<_>>().join(" ");
        let worlds = WORLDS.iter().filter(|world| world.shows.contains(&bit));
        let worlds = worlds.map(|world| format!("`{}`", world.name)).collect::<Vec<_>>().join(" ");
        let _ = writeln!(table, "| {name} | {properties} | {worlds} |");
    }
    compare("witnesses", &table);
}

#[test]
fn variants_are_listed_as_they_are_pinned() {
    let mut table =
        String::from("| Variant | instead | races | property | steps | told |\n|---|---|---|---|---|---|\n");
    for variant in variants::all() {
        let (property, steps) = match variant.expected {
            Expected::Found { property, steps } => (property, steps.to_string()),
            Expected::Harmless => ("none: harmless", String::new()),
        };
        let told = if variant.nightly { "nightly" } else { "ci" };
        let (name, about, races) = (variant.name, variant.about, variant.races.join(" "));
        let _ = writeln!(table, "| `{name}` | {about} | {races} | {property} | {steps} | {told} |");
    }
    compare("variants", &table);
}

/// Each machine, or each group of them, has its section with a table of its worlds and one of its variants.
const MACHINES: [(&str, &str, &[&str]); 4] = [
    ("timed-worlds", "timed-variants", &["time"]),
    ("caches", "cache-variants", &["cache"]),
    ("parts", "parts-variants", &["locks", "queue", "budget", "retry"]),
    ("hosts", "host-variants", &["host"]),
];

#[test]
fn worlds_of_machines_are_listed_as_they_are_pinned() {
    for (name, _, machines) in MACHINES {
        let mut table = String::from("| Machine | world | about | states |\n|---|---|---|---|\n");
        for world in machines::worlds().iter().filter(|it| machines.contains(&it.machine)) {
            let states = grouped(world.states);
            let _ = writeln!(table, "| {} | `{}` | {} | {states} |", world.machine, world.name, world.about);
        }
        compare(name, &table);
    }
}

#[test]
fn variants_of_machines_are_listed_as_they_are_pinned() {
    for (_, name, machines) in MACHINES {
        let mut table = String::from("| Variant | instead | races | property | steps |\n|---|---|---|---|---|\n");
        for variant in machines::variants().iter().filter(|it| machines.contains(&it.machine)) {
            let (name, about, races) = (variant.name, variant.about, variant.races.join(" "));
            let (property, steps) = (variant.property, variant.steps);
            // An id of the protocol's properties stands bare, as everywhere.
            let mark = if NAMES.contains(&property) { "" } else { "`" };
            let _ = writeln!(table, "| `{name}` | {about} | {races} | {mark}{property}{mark} | {steps} |");
        }
        compare(name, &table);
    }
}

#[test]
fn every_machine_has_its_table() {
    let known: Vec<_> = MACHINES.iter().flat_map(|(.., machines)| *machines).collect();
    let mut all =
        machines::worlds().iter().map(|it| it.machine).chain(machines::variants().iter().map(|it| it.machine));
    assert!(all.all(|machine| known.contains(&&machine)), "{known:?}");
}

#[test]
fn properties_of_machines_have_their_sentence() {
    let spec = spec();
    for (name, sentence) in SENTENCES {
        let row = format!("| `{name}` | {sentence} |\n");
        assert!(spec.contains(&row), "SPEC.md should have the row: {row}");
    }
    for world in machines::worlds() {
        for name in world.model.properties() {
            let said = NAMES.contains(&name) || machines::sentence(name).is_some();
            assert!(said, "{name} of {} has no sentence", world.name);
        }
    }
}

/// Whichever race no variant of the protocol tells stands in section 9.1, with what tells it; and what tells it there, if it is a machine's
/// variant, names the race.
#[test]
fn every_race_is_told_or_listed() {
    let spec = spec();
    let section = spec.split("\n### 9.1 ").nth(1).and_then(|rest| rest.split("\n## ").next()).expect("it is there");
    let listed = |race: &str| {
        let mut rows = section.lines().filter(|line| line.starts_with('|'));
        rows.any(|row| row.split('|').nth(1).is_some_and(|cell| cell.contains(race)))
    };
    let protocol: Vec<_> = variants::all().iter().flat_map(|it| it.races).copied().collect();
    let machines: Vec<_> = machines::variants().iter().flat_map(|it| it.races).copied().collect();
    for race in (1..=43).map(|number| format!("R{number:02}")) {
        let told = protocol.contains(&race.as_str());
        assert!(told || listed(&race), "{race} is told by no variant, and section 9.1 of SPEC.md does not list it");
    }
    for race in ["R26", "R27", "R28", "R36"] {
        assert!(machines.contains(&race), "section 9.1 says that variants of machines tell {race}");
    }
    assert!(machines.iter().all(|race| protocol.contains(race) || listed(race)));
}

#[test]
fn the_readme_counts_what_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let readme = std::fs::read_to_string(root.join("README.md")).expect("README.md is there");
    let states = WORLDS.iter().filter_map(|world| world.states[0]).sum();
    let (told, at_night): (Vec<_>, Vec<_>) = variants::all().into_iter().partition(|variant| !variant.nightly);
    let by = |wanted: fn(&Expected) -> bool| told.iter().filter(|variant| wanted(&variant.expected)).count();
    let by_liveness = by(|it| matches!(it, Expected::Found { property: "L1", .. }));
    let harmless = by(|it| matches!(it, Expected::Harmless));
    let by_property = told.len() - by_liveness - harmless;
    let scenarios = std::fs::read_dir(root.join("tests/scenarios")).expect("there are scenarios").count();
    let machines = machines::worlds();
    let states_of_machines = machines.iter().map(|world| world.states).sum();
    for wanted in [
        format!("{} worlds, {} distinct states", WORLDS.len(), grouped(states)),
        format!(
            "{by_property} found by the named property, {by_liveness} by L1, {harmless} harmless; {} more at night",
            at_night.len()
        ),
        format!("and {} of machines, {}", machines.len(), grouped(states_of_machines)),
        format!("; and {} of machines, all found", machines::variants().len()),
        format!("{scenarios} files"),
    ] {
        assert!(readme.contains(&wanted), "README.md should say: {wanted}");
    }
}

#[test]
fn the_server_in_the_readme_is_the_one_that_runs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |path: &str| std::fs::read_to_string(root.join(path)).expect(path);
    let example = read("adapters/tokio/examples/embed.rs");
    let (_, program) = example.split_once("\n\n").expect("a line of documentation");
    assert!(read("README.md").contains(program), "README.md should have examples/embed.rs");
}

fn spec() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../SPEC.md");
    std::fs::read_to_string(path).expect("SPEC.md is there")
}

/// Compares what stands between the marks of a table with what should.
fn compare(name: &str, table: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../SPEC.md");
    let spec = spec();
    let mark = format!("<!-- table: {name} -->\n");
    let start = spec.find(&mark).expect("SPEC.md marks its tables") + mark.len();
    let end = start + spec[start..].find("<!-- end -->").expect("a table has an end");
    if spec[start..end] == *table {
        return;
    }
    if std::env::var_os("KEYHOLDER_REWRITE").is_some() {
        std::fs::write(&path, format!("{}{table}{}", &spec[..start], &spec[end..])).expect("SPEC.md can be written");
        return;
    }
    panic!(
        "the table `{name}` of SPEC.md is out of date; KEYHOLDER_REWRITE=1 cargo test -p keyholder-tests --test tables writes it anew, and a changed count is a changed protocol"
    );
}

/// Digits in groups of three.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}
