//! The tables of SPEC.md say what the catalogues of the model say. `KEYHOLDER_REWRITE=1` writes them anew.

use keyholder_model::cache;
use keyholder_model::parts::{self, budget, lock, queue, retry};
use keyholder_model::timed;
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

#[test]
fn timed_worlds_are_listed_as_they_are_pinned() {
    let mut table = String::from("| Timed world | about | states |\n|---|---|---|\n");
    for world in timed::WORLDS {
        let _ = writeln!(table, "| `{}` | {} | {} |", world.name, world.about, grouped(world.states));
    }
    compare("timed-worlds", &table);
}

#[test]
fn timed_variants_are_listed_as_they_are_pinned() {
    let mut table = String::from("| Variant | instead | property | steps |\n|---|---|---|---|\n");
    for variant in timed::variants::VARIANTS {
        let (name, about, property, steps) = (variant.name, variant.about, variant.property, variant.steps);
        let _ = writeln!(table, "| `{name}` | {about} | `{property}` | {steps} |");
    }
    compare("timed-variants", &table);
}

#[test]
fn caches_are_listed_as_they_are_pinned() {
    let mut table = String::from("| Cache | about | states |\n|---|---|---|\n");
    for world in cache::WORLDS {
        let _ = writeln!(table, "| `{}` | {} | {} |", world.name, world.about, grouped(world.states));
    }
    compare("caches", &table);
}

#[test]
fn cache_variants_are_listed_as_they_are_pinned() {
    let mut table = String::from("| Variant | instead | property | steps |\n|---|---|---|---|\n");
    for variant in cache::variants::VARIANTS {
        let (name, about, property, steps) = (variant.name, variant.about, variant.property, variant.steps);
        let _ = writeln!(table, "| `{name}` | {about} | `{property}` | {steps} |");
    }
    compare("cache-variants", &table);
}

#[test]
fn parts_are_listed_as_they_are_pinned() {
    let mut table = String::from("| Machine | world | about | states |\n|---|---|---|---|\n");
    worlds_of(&mut table, "locks", lock::WORLDS);
    worlds_of(&mut table, "queue", queue::WORLDS);
    worlds_of(&mut table, "budget", budget::WORLDS);
    worlds_of(&mut table, "retry", retry::WORLDS);
    compare("parts", &table);
}

fn worlds_of<S>(table: &mut String, machine: &str, worlds: &[parts::World<S>]) {
    for world in worlds {
        let _ = writeln!(table, "| {machine} | `{}` | {} | {} |", world.name, world.about, grouped(world.states));
    }
}

#[test]
fn parts_variants_are_listed_as_they_are_pinned() {
    let mut table = String::from("| Variant | instead | property | steps |\n|---|---|---|---|\n");
    variants_of(&mut table, lock::variants::VARIANTS);
    variants_of(&mut table, queue::variants::VARIANTS);
    variants_of(&mut table, budget::variants::VARIANTS);
    variants_of(&mut table, retry::variants::VARIANTS);
    compare("parts-variants", &table);
}

fn variants_of<S, B>(table: &mut String, variants: &[parts::Variant<S, B>]) {
    for variant in variants {
        let (name, about, property, steps) = (variant.name, variant.about, variant.property, variant.steps);
        let _ = writeln!(table, "| `{name}` | {about} | `{property}` | {steps} |");
    }
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
    for wanted in [
        format!("{} worlds, {} distinct states", WORLDS.len(), grouped(states)),
        format!(
            "{by_property} found by the named property, {by_liveness} by L1, {harmless} harmless; {} more at night",
            at_night.len()
        ),
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

/// Compares what stands between the marks of a table with what should.
fn compare(name: &str, table: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../SPEC.md");
    let spec = std::fs::read_to_string(&path).expect("SPEC.md is there");
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
