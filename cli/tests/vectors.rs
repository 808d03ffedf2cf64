//! `keyholder vectors` as people and scripts use it.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn vectors(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keyholder"));
    command.arg("vectors").args(arguments).stdin(Stdio::null()).output().expect("the binary runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("standard output is text")
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).expect("standard output is one JSON document")
}

/// An empty folder of this test's own, with all vectors in it.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("an old folder can be removed");
    }
    let output = vectors(&["generate", "--out", text(&folder)]);
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output).contains(" files written into "), "{}", stdout(&output));
    folder
}

fn text(path: &Path) -> &str {
    path.to_str().expect("the path is text")
}

#[test]
fn vectors_are_written_and_hold() {
    let folder = folder("vectors-hold");
    let output = vectors(&["verify", "--dir", text(&folder)]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    let told = stdout(&output);
    assert!(told.contains("text-refused") && told.contains("Passed.") && !told.contains('\x1b'), "{told}");

    let document = json(&vectors(&["verify", "--dir", text(&folder), "--json"]));
    let files = document["files"].as_array().expect("files is a list");
    assert_eq!(files.len(), std::fs::read_dir(&folder).expect("it is there").count());
    let total: u64 = files.iter().filter_map(|it| it["total"].as_u64()).sum();
    assert_eq!((document["total"].as_u64(), document["failed"].as_u64()), (Some(total), Some(0)));
    assert_eq!(document["failures"], Value::Array(Vec::new()));
    let one = folder.join("change-sets.json");
    assert_eq!(json(&vectors(&["verify", text(&one), "--json"]))["files"][0]["file"], text(&one));
}

#[test]
fn a_vector_that_fails_and_a_file_that_is_none_are_told() {
    let folder = folder("vectors-fail");
    let path = folder.join("text-numbers.json");
    let was = std::fs::read_to_string(&path).expect("it was written");
    std::fs::write(&path, was.replacen("\"text\":\"19.99\"", "\"text\":\"19.98\"", 1)).expect("it can be written");
    std::fs::write(folder.join("none.json"), "[]").expect("it can be written");
    let output = vectors(&["verify", "--dir", text(&folder)]);
    assert_eq!(output.status.code(), Some(1));
    let told = stdout(&output);
    for part in [
        "text-number-price",
        "\"text\":\"19.98\"",
        "\"text\":\"19.99\"",
        "none.json",
        "no file of vectors",
        "2 vectors failed",
    ] {
        assert!(told.contains(part), "{part} is missing in\n{told}");
    }
    let output = vectors(&["verify", "--dir", text(&folder), "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let document = json(&output);
    assert_eq!(document["failed"], 2);
    let failures = document["failures"].as_array().expect("failures is a list");
    let failure = failures.iter().find(|it| it["name"] == "text-number-price").expect("it is named");
    assert_eq!((&failure["expected"]["text"], &failure["found"]["text"]), (&"19.98".into(), &"19.99".into()));
    assert!(failure["file"].as_str().is_some_and(|it| it.ends_with("text-numbers.json")));
}

#[test]
fn a_folder_that_is_not_there_is_told() {
    for arguments in [
        &["verify", "--dir", "/dev/null/nowhere"][..],
        &["generate", "--out", "/dev/null/nowhere"],
        &["verify", "--dir", "no-such-folder"],
    ] {
        let output = vectors(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(arguments[2]), "{said}");
        assert_eq!(said.contains("keyholder vectors generate"), arguments[2] == "no-such-folder", "{said}");
    }
}

#[test]
fn run_by_cargo_the_vectors_are_those_of_the_workspace() {
    // Cargo names the package to what it runs, tests included, wherever that is.
    let mut command = Command::new(env!("CARGO_BIN_EXE_keyholder"));
    command.args(["vectors", "verify", "--json"]).current_dir(env!("CARGO_TARGET_TMPDIR")).stdin(Stdio::null());
    let output = command.output().expect("the binary runs");
    assert_eq!(output.status.code(), Some(0));
    assert!(json(&output)["total"].as_u64() >= Some(500));
    let output = command.env_remove("CARGO_MANIFEST_DIR").output().expect("the binary runs");
    assert_eq!(output.status.code(), Some(1), "there is no tests/vectors in that folder");
}
