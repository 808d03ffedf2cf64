//! The house rules that no compiler checks, as ordinary tests. CONTRIBUTING.md says why they are there.

#[path = "../src/tidy/mod.rs"]
mod tidy;

use std::collections::{BTreeMap, BTreeSet};
use tidy::ids::{self, Id};
use tidy::manifest;
use tidy::source::{self, File, Rust};

/// The longest a Rust file may be. A longer one holds a second concern.
const LINES: usize = 400;

/// Signs beside ASCII that a Rust file may hold, and the blocks of signs: superscripts, arrows, mathematics, drawing,
/// dingbats. No reader takes these for something else. Letters that look like others, and what cannot be seen, go
/// into a literal as an escape; only literals and comments of tests hold what they like.
const SIGNS: &str = "\u{2026}\u{2013}\u{2014}\u{a7}\u{b0}\u{b1}\u{b2}\u{b3}\u{b5}\u{b7}\u{b9}\u{d7}";
const SIGN_BLOCKS: [std::ops::RangeInclusive<char>; 4] =
    ['\u{2070}'..='\u{209f}', '\u{2190}'..='\u{22ff}', '\u{2500}'..='\u{25ff}', '\u{2600}'..='\u{27ff}'];

/// Modules that reach out of the core. `core/clippy.toml` bans single paths; whole modules can only be banned by name.
const OUTSIDE: [&str; 8] = ["env", "fs", "io", "net", "os", "process", "thread", "time"];

/// The optional dependencies that the core may have.
const OPTIONAL: [&str; 4] = ["rbx_types", "serde", "serde_json", "thiserror"];

/// The dependencies that the core has: the index of its cache, the digits of its numbers. None needs `std`, a clock or a
/// random number.
const NEEDED: [&str; 3] = ["foldhash", "hashbrown", "zmij"];

/// Fails with all that was found, one per line.
fn nothing(found: &[String], wanted: &str) {
    assert!(found.is_empty(), "{wanted}\n{}\n", found.join("\n"));
}

fn rust() -> impl Iterator<Item = File> {
    source::project().into_iter().filter(|file| file.path.ends_with(".rs"))
}

/// True for files that hold nothing but tests.
fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/")
}

/// The core's production files.
fn core() -> impl Iterator<Item = (File, Rust)> {
    let files = rust().filter(|file| file.path.starts_with("core/src/") && !is_test(&file.path));
    files.map(|file| {
        let rust = Rust::parse(&file.text);
        (file, rust)
    })
}

fn manifest_of(folder: &str) -> Option<String> {
    let path = format!("{folder}/Cargo.toml");
    source::project().into_iter().find(|file| file.path == path).map(|file| file.text)
}

#[test]
fn files_hold_one_concern() {
    // One trait gathers every rule, with provided bodies: a trait cannot be cut in two, and its bodies stand elsewhere.
    let whole = |path: &str| path == "core/src/rules/mod.rs";
    let counted = rust().map(|file| (file.text.lines().count(), file.path));
    let long = counted.filter(|(lines, path)| *lines > LINES && !(whole(path) && *lines <= LINES + 100));
    let long: Vec<_> = long.map(|(lines, path)| format!("{path}: {lines} lines")).collect();
    nothing(&long, &format!("a Rust file has at most {LINES} lines; is there a second concern in these?"));
}

#[test]
fn source_is_plain_to_read() {
    let plain = |c: char| c.is_ascii() || SIGNS.contains(c) || SIGN_BLOCKS.iter().any(|block| block.contains(&c));
    let mut strange = Vec::new();
    for file in rust() {
        let rust = Rust::parse(&file.text);
        let tests = if is_test(&file.path) { 0 } else { rust.without_tests().len() };
        let free = |at: usize| at >= tests && rust.code.as_bytes()[at] == b' ';
        for (at, c) in file.text.char_indices().filter(|(at, c)| !plain(*c) && !free(*at)) {
            strange.push(format!("{}:{}: U+{:04X}", file.path, source::line(&file.text, at), u32::from(c)));
        }
    }
    nothing(
        &strange,
        "Rust files are ASCII, but for the signs listed in tidy.rs; other characters go into a literal as an escape",
    );
}

#[test]
fn nothing_is_left_open() {
    let notes = [concat!("TO", "DO"), concat!("FIX", "ME")];
    let macros = ["todo!", "unimplemented!", "dbg!"];
    let mut open = Vec::new();
    for file in rust() {
        let code = Rust::parse(&file.text).code;
        let noted = notes.iter().flat_map(|note| file.text.match_indices(note));
        let called = macros.iter().flat_map(|call| code.match_indices(call));
        open.extend(noted.chain(called).map(|(at, what)| {
            let line = source::line(&file.text, at);
            format!("{}:{line}: {what}", file.path)
        }));
    }
    nothing(&open, "what is open stands in an issue, not in the code");
}

#[test]
fn nothing_names_a_machine() {
    let folders = [concat!("/ho", "me/"), concat!("/ro", "ot/"), concat!("/tm", "p/"), concat!("/wo", "rk/")];
    let users = [concat!("/Us", "ers/"), concat!("C:\\Us", "ers")];
    let mut named = Vec::new();
    for file in source::project() {
        for (at, folder) in folders.iter().chain(&users).flat_map(|folder| file.text.match_indices(folder)) {
            let before = file.text[..at].chars().next_back();
            if !before.is_some_and(|c| c.is_alphanumeric() || "_-.}$".contains(c)) {
                named.push(format!("{}:{}: {folder}", file.path, source::line(&file.text, at)));
            }
        }
    }
    nothing(&named, "a path of one machine does not work on another");
}

#[test]
fn the_core_names_every_case() {
    let mut caught = Vec::new();
    for (file, rust) in core() {
        let lines: Vec<_> = file.text.lines().collect();
        for at in source::catch_alls(rust.without_tests()) {
            let line = source::line(&file.text, at);
            let explained = lines[line.saturating_sub(2)..line].iter().any(|line| line.contains("// wildcard: "));
            if !explained {
                caught.push(format!("{}:{line}", file.path));
            }
        }
    }
    nothing(
        &caught,
        "a match in the core names every case, so that a new one cannot slip through; where it cannot, say why on the line or above it: `// wildcard: ..`",
    );
}

#[test]
fn the_core_does_not_reach_out() {
    let mut reached = Vec::new();
    for (file, rust) in core() {
        let code = rust.without_tests();
        for (at, _) in code.match_indices("std::").filter(|(at, _)| !code[..*at].ends_with([':', '_'])) {
            let rest = &code[at + "std::".len()..];
            let group = rest.starts_with('{').then(|| rest.split('}').next().unwrap_or(rest));
            let path =
                group.unwrap_or_else(|| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or(""));
            let names: BTreeSet<_> = path.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
            for name in OUTSIDE.iter().filter(|name| names.contains(*name)) {
                reached.push(format!("{}:{}: std::{name}", file.path, source::line(code, at)));
            }
        }
    }
    nothing(
        &reached,
        "the core has no clock, no threads and no I/O: what it needs is an input, what it wants an effect",
    );
}

#[test]
fn the_core_has_no_test_switches() {
    let mut switched = Vec::new();
    for (file, rust) in core() {
        let code = rust.without_tests();
        for word in ["cfg(test)", "cfg!(", "debug_assertions"] {
            for (at, _) in code.match_indices(word).filter(|(at, _)| !code[*at..].starts_with("cfg(test)]\nmod tests;"))
            {
                switched.push(format!("{}:{}: {word}", file.path, source::line(code, at)));
            }
        }
    }
    nothing(&switched, "the code that is proven is the code that runs: a broken variant overrides a rule in the model");
}

#[test]
fn the_core_stands_alone() {
    let core = manifest_of("core").expect("core/Cargo.toml is there");
    let dependencies = manifest::dependencies(&core);
    let needed = dependencies.iter().filter(|d| {
        let ours = d.name.starts_with("keyholder");
        let optional = d.optional && OPTIONAL.contains(&d.name.as_str());
        let known = d.table == "dependencies" && NEEDED.contains(&d.name.as_str());
        ours || !(optional || known || d.table == "dev-dependencies")
    });
    let needed: Vec<_> = needed.map(|d| format!("{}: {}", d.table, d.name)).collect();
    nothing(&needed, "the core depends on what tidy.rs lists, needed or optional, and on nothing of ours");
    let files = source::project();
    let workspace = files.iter().find(|file| file.path == "Cargo.toml").map_or("", |file| &file.text);
    for name in dependencies.iter().filter(|d| d.table == "dependencies").map(|d| d.name.as_str()) {
        let lines = manifest::table(workspace, "workspace.dependencies");
        let line = lines.into_iter().find(|line| line.split('=').next().is_some_and(|key| key.trim() == name));
        let plain = line.is_some_and(|line| line.contains("\"=") && line.ends_with("default-features = false }"));
        assert!(plain, "{name} is pinned to a version in Cargo.toml, without features: {line:?}");
    }
    let defaults = manifest::table(&core, "features").into_iter().find(|line| line.starts_with("default"));
    let defaults = defaults.map_or("", |line| line.split('=').nth(1).unwrap_or("")).trim();
    assert!(matches!(defaults, "" | "[]"), "the core's default features are empty, and stay empty: {defaults}");
    let (_, lib) = self::core().find(|(file, _)| file.path == "core/src/lib.rs").expect("core/src/lib.rs is there");
    assert!(lib.code.contains("#![no_std]"), "core/src/lib.rs begins with #![no_std], under no condition");
}

#[test]
fn dependencies_point_one_way() {
    let model = manifest_of("model").expect("model/Cargo.toml is there");
    let mut wrong = Vec::new();
    let mut only = |folder: &str, manifest: &str, allowed: &dyn Fn(&str) -> bool| {
        let ours = manifest::dependencies(manifest).into_iter().filter(|d| d.name.starts_with("keyholder"));
        // What it is tested against is no part of it.
        let tests = |table: &str, name: &str| {
            folder == "adapters/open-cloud" && table == "dev-dependencies" && name == "keyholder-emulator"
        };
        let ours = ours.filter(|d| !tests(&d.table, &d.name));
        wrong.extend(ours.filter(|d| !allowed(&d.name)).map(|d| format!("{folder} -> {}", d.name)));
    };
    only("model", &model, &|name| name == "keyholder-core");
    for folder in ["tokio", "open-cloud", "emulator", "luau", "compress"].map(|name| format!("adapters/{name}")) {
        let Some(manifest) = manifest_of(&folder) else { continue };
        only(&folder, &manifest, &|name| match folder.as_str() {
            "adapters/emulator" => false,
            "adapters/compress" => name == "keyholder-core",
            "adapters/open-cloud" => matches!(name, "keyholder-core" | "keyholder-tokio"),
            _ => !matches!(name, "keyholder" | "keyholder-model" | "keyholder-tests" | "keyholder-benches"),
        });
    }
    nothing(&wrong, "adapters/README.md draws which way dependencies point");
}

#[test]
fn every_package_takes_the_house_lints() {
    let manifests = source::project().into_iter().filter(|file| file.path.ends_with("/Cargo.toml"));
    let without = manifests.filter(|file| manifest::table(&file.text, "lints") != ["workspace = true"]);
    let without: Vec<_> = without.map(|file| file.path).filter(|path| !path.starts_with("fuzz/")).collect();
    nothing(&without, "a package has `[lints] workspace = true`; unsafe code is forbidden there");
}

/// Where ids must be named, or may be.
fn shares_ids(path: &str) -> bool {
    let code = path.starts_with("core/src/") || path.starts_with("model/src/");
    (code && path.ends_with(".rs")) || (path.starts_with("tests/scenarios/") && path.ends_with(".txt"))
}

#[test]
fn ids_are_well_formed() {
    let mut malformed = Vec::new();
    for file in source::project().iter().filter(|file| shares_ids(&file.path) || file.path == "SPEC.md") {
        for (at, id) in ids::scan(&file.text) {
            if let Id::Malformed(why) = id {
                malformed.push(format!("{}:{}: {why}", file.path, source::line(&file.text, at)));
            }
        }
    }
    nothing(&malformed, "ids are written as tests/src/tidy/ids.rs says");
}

#[test]
fn spec_and_code_name_the_same_things() {
    let files = source::project();
    let Some(spec) = files.iter().find(|file| file.path == "SPEC.md") else {
        println!("notice: there is no SPEC.md, so ids were not compared");
        return;
    };
    let defined = ids::definitions(&spec.text);
    let mut wrong: Vec<_> = defined.twice.iter().map(|id| format!("{id} has two headings in SPEC.md")).collect();

    let mut named: BTreeMap<Id, String> = BTreeMap::new();
    for file in files.iter().filter(|file| shares_ids(&file.path)) {
        for (at, id) in ids::scan(&file.text) {
            named.entry(id).or_insert_with(|| format!("{}:{}", file.path, source::line(&file.text, at)));
        }
    }
    let unnamed = defined.ids.iter().filter(|id| !named.contains_key(id));
    wrong.extend(unnamed.map(|id| format!("{id} is defined in SPEC.md, and no code or scenario names it")));
    for (at, id) in ids::scan(&spec.text) {
        named.entry(id).or_insert_with(|| format!("SPEC.md:{}", source::line(&spec.text, at)));
    }
    let undefined = named.iter().filter(|(id, _)| match id {
        Id::Rule(_) | Id::Property(_) => !defined.ids.contains(id),
        Id::Race(_) | Id::Malformed(_) => false,
    });
    wrong.extend(undefined.map(|(id, place)| format!("{place}: {id} is not defined in SPEC.md")));

    let model = files.iter().filter(|file| file.path.starts_with("model/src/") && file.path.contains("variant"));
    let variants: BTreeSet<_> = model.flat_map(|file| ids::variants(&file.text)).collect();
    let lost = defined.variants.difference(&variants);
    wrong.extend(lost.map(|name| format!("variant {name} stands in SPEC.md, and not in model/src")));
    let hidden = variants.difference(&defined.variants);
    wrong.extend(hidden.map(|name| format!("variant {name} stands in model/src, and not in SPEC.md")));
    nothing(&wrong, "SPEC.md and the code share their ids; tests/src/tidy/ids.rs says how they are recognised");
}
