//! The conformance vectors: the committed files hold, are what the code makes, and notice a mistake.

use keyholder_model::vectors::{self, File, KINDS};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn folder() -> PathBuf {
    root().join("tests/vectors")
}

/// The committed files: name and text.
fn committed() -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder()).expect("the folder of the vectors is there");
    let names =
        entries.map(|entry| entry.expect("an entry can be read").file_name().into_string().expect("a plain name"));
    names.map(|name| (name.clone(), fs::read_to_string(folder().join(name)).expect("a file of text"))).collect()
}

/// The vectors of a file.
fn parsed(text: &str) -> (Value, Vec<Map<String, Value>>) {
    let mut document: Value = serde_json::from_str(text).expect("a file is JSON");
    let Some(Value::Array(vectors)) = document.as_object_mut().and_then(|it| it.remove("vectors")) else {
        panic!("a file has vectors");
    };
    let vectors = vectors.into_iter().map(|it| match it {
        Value::Object(vector) => vector,
        other => panic!("no vector: {other}"),
    });
    (document, vectors.collect())
}

#[test]
fn every_vector_holds() {
    for (name, text) in committed() {
        let report = vectors::verify(&text).unwrap_or_else(|why| panic!("{name}: {why}"));
        assert_eq!(report.failures, [], "{name}");
        assert!(report.total > 0 && KINDS.iter().any(|kind| kind.name == report.kind), "{name}");
    }
}

#[test]
fn the_files_are_what_the_code_makes() {
    let made =
        vectors::generate().unwrap_or_else(|why| panic!("vectors that do not show what they are there for:\n{why}"));
    assert_eq!(vectors::generate().as_ref(), Ok(&made), "the same bytes each time");
    let made: BTreeMap<String, String> = made.into_iter().map(|File { name, text }| (name.to_owned(), text)).collect();
    if std::env::var("KEYHOLDER_REWRITE").is_ok_and(|value| value == "1") {
        fs::create_dir_all(folder()).expect("a folder can be made");
        for name in committed().into_keys().filter(|name| !made.contains_key(name)) {
            fs::remove_file(folder().join(name)).expect("a file can be removed");
        }
        for (name, text) in &made {
            fs::write(folder().join(name), text).expect("a file can be written");
        }
    }
    let committed = committed();
    assert_eq!(committed.keys().collect::<Vec<_>>(), made.keys().collect::<Vec<_>>());
    for (name, text) in committed {
        let differs = text.lines().zip(made[&name].lines()).find(|(was, is)| was != is);
        assert!(
            text == made[&name],
            "{name} is made otherwise: {differs:?}\nIf that is meant, KEYHOLDER_REWRITE=1 writes it. A port runs these files: \
             commit a change only when you understand it and want it."
        );
    }
}

#[test]
fn there_are_many_with_names_and_reasons_of_their_own() {
    let spec = fs::read_to_string(root().join("SPEC.md")).expect("SPEC.md is there");
    let mut names = BTreeSet::new();
    let mut told = BTreeSet::new();
    let mut kinds = BTreeSet::new();
    for (file, text) in committed() {
        let (head, vectors) = parsed(&text);
        kinds.insert(head["kind"].as_str().expect("a file has a kind").to_owned());
        assert!(head["about"].as_str().is_some_and(|it| it.len() > 40), "{file} says what it shows");
        for vector in vectors {
            let name = vector["name"].as_str().expect("a vector has a name").to_owned();
            let kebab = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
            assert!(
                kebab && names.insert(name.clone()),
                "{file}: {name} is a name of its own, in lower case with dashes"
            );
            for id in vector["tells"].as_array().expect("a vector tells of something") {
                let id = id.as_str().expect("an id is text").to_owned();
                assert!(is_known(&id, &spec), "{file}: {name} tells of {id}, of which nobody knows");
                told.insert(id);
            }
        }
    }
    assert!(names.len() >= 500, "there are {} vectors", names.len());
    assert_eq!(kinds, KINDS.iter().map(|kind| kind.name.to_owned()).collect(), "each kind has a file");
    // The rules that decide about a record, a journal entry or a contender; the others are a session's or a store's own.
    for rule in [1, 2, 3, 4, 5, 6, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 22, 23, 25] {
        assert!(told.contains(&format!("R-{rule}")), "no vector tells of R-{rule}");
    }
}

/// A rule of SPEC.md, a race, or the number of a decision or feature.
fn is_known(id: &str, spec: &str) -> bool {
    let number = |prefix: &str, most: u32| {
        let digits = id.strip_prefix(prefix)?;
        digits.parse().ok().filter(|number| (1..=most).contains(number))
    };
    let plain = [("D", 40), ("K", 30), ("B", 7), ("DIA-", 25), ("KIT-", 12)];
    let race = number("R", 43).is_some() && id.len() == 3;
    race || (id.starts_with("R-") && spec.contains(&format!("\n### {id} ")))
        || plain.iter().any(|(prefix, most)| number(prefix, *most).is_some())
}

#[test]
fn each_expectation_is_compared() {
    for (name, text) in committed() {
        let (mut head, vectors) = parsed(&text);
        let kind = head["kind"].as_str().expect("a file has a kind").to_owned();
        let kind = KINDS.iter().find(|it| it.name == kind).expect("the kind is known");
        let mut fields = BTreeSet::new();
        for vector in vectors {
            for (field, wrong) in corrupted(&Value::Object(vector), kind.expected) {
                head["vectors"] = Value::Array(vec![wrong.clone()]);
                let report = vectors::verify(&head.to_string()).expect("its head is as it was");
                assert_eq!(report.failures.len(), 1, "{name}: nobody notices another `{field}` in {wrong}");
                assert_eq!(report.failures[0].name, wrong["name"].as_str().unwrap_or_default());
                fields.insert(field);
            }
        }
        assert!(!fields.is_empty(), "{name}: nothing in it is expected");
    }
}

/// The vector with one of its expectations changed, each of them in turn.
fn corrupted(value: &Value, expected: &[&str]) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    match value {
        Value::Object(fields) => {
            for (key, it) in fields {
                let changed = if expected.contains(&key.as_str()) {
                    vec![(key.clone(), other(it))]
                } else {
                    corrupted(it, expected)
                };
                all.extend(changed.into_iter().map(|(field, it)| {
                    let mut fields = fields.clone();
                    fields.insert(key.clone(), it);
                    (field, Value::Object(fields))
                }));
            }
        }
        Value::Array(elements) => {
            for (at, it) in elements.iter().enumerate() {
                all.extend(corrupted(it, expected).into_iter().map(|(field, it)| {
                    let mut elements = elements.clone();
                    elements[at] = it;
                    (field, Value::Array(elements))
                }));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    all
}

/// Something else, as little as possible.
fn other(value: &Value) -> Value {
    match value {
        Value::Null => "x".into(),
        Value::Bool(it) => (!it).into(),
        Value::Number(it) => (it.as_u64().unwrap_or_default() + 1).into(),
        Value::String(it) => {
            let mut letters: Vec<char> = it.chars().collect();
            match letters.last_mut() {
                Some(last) => *last = if *last == '0' { '1' } else { '0' },
                None => letters.push('0'),
            }
            letters.into_iter().collect::<String>().into()
        }
        Value::Array(it) => {
            let mut elements = it.clone();
            match elements.first_mut() {
                Some(first) => *first = other(first),
                None => elements.push(Value::Null),
            }
            elements.into()
        }
        Value::Object(it) => {
            let mut fields = it.clone();
            match fields.values_mut().next() {
                Some(first) => *first = other(first),
                None => drop(fields.insert("x".to_owned(), Value::Null)),
            }
            fields.into()
        }
    }
}

#[test]
fn a_file_that_cannot_be_run_says_why() {
    let file = |rest: &str| format!(r#"{{"format":1,"kind":"text","about":"x"{rest}}}"#);
    let text = r#","vectors":[{"name":"a","tells":["D28"],"value":{"bool":true},"text":"true"}]"#;
    assert_eq!(vectors::verify(&file(text)).map(|it| it.failures), Ok(Vec::new()));
    let wrong = [
        (String::new(), "EOF"),
        ("[]".to_owned(), "no file of vectors"),
        (file(""), "missing field `vectors`"),
        (file(r#","vectors":[]"#), "no vector"),
        (file(r#","vectors":[{}],"more":1"#), "unknown field `more`"),
        (file(text).replace("\"format\":1", "\"format\":2"), "format 2"),
        (file(text).replace("\"kind\":\"text\"", "\"kind\":\"txt\""), "\"txt\""),
        (file(&format!(r#","configs":{{"c":{{}}}}{text}"#)), "missing field `version`"),
    ];
    for (text, part) in wrong {
        let why = vectors::verify(&text).expect_err(&text).to_string();
        assert!(why.contains(part), "{text}: {why}");
    }
    let bad = [
        r#"{"tells":["D28"],"value":{"bool":true},"text":"true"}"#,
        r#"{"name":"a","value":{"bool":true},"text":"true"}"#,
        r#"{"name":"a","tells":[],"value":{"bool":true},"text":"true"}"#,
        r#"{"name":"a","tells":["D28"],"value":{"bool":true}}"#,
        r#"{"name":"a","tells":["D28"],"value":{"bool":true},"text":"true","more":1}"#,
        r#"{"name":"a","tells":["D28"],"value":{"string":"0"},"text":"true"}"#,
        r#"{"name":"a","tells":["D28"],"value":{"nil":false},"text":"null"}"#,
        r#"{"name":"a","tells":["D28"],"value":{"roblox":{"type":"Vector4"}},"text":"null"}"#,
        r#"{"name":"a","tells":["D28"],"value":{"map":[["62",{"bool":true}],["61",{"bool":true}]]},"text":"null"}"#,
        r#"{"name":"a","tells":["D28"],"value":{"map":[["61",{"nil":true}]]},"text":"null"}"#,
    ];
    for vector in bad {
        let report = vectors::verify(&file(&format!(r#","vectors":[{vector}]"#))).expect("its head is sound");
        assert_eq!(report.failures.len(), 1, "{vector}");
    }
}
