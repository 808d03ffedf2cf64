//! The program as a whole: a short run that passes, and one over a store that breaks its word.

use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// Runs it and reads what it prints; the exit code as well.
fn run(arguments: &[&str]) -> (Option<i32>, Value) {
    let done = Command::new(env!("CARGO_BIN_EXE_keyholder-torture")).args(arguments).arg("--json").output().unwrap();
    let told = serde_json::from_slice(&done.stdout);
    let told = told.unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&done.stderr)));
    (done.status.code(), told)
}

fn count(told: &Value, name: &str) -> u64 {
    told[name].as_u64().unwrap_or_else(|| panic!("{name} is no number in {told}"))
}

#[test]
fn nothing_is_lost_though_servers_and_store_are_killed() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept");
    let arguments = ["--seconds", "8", "--seed", "2", "--players", "12", "--keep", kept.to_str().unwrap()];
    let (code, told) = run(&arguments);
    assert_eq!(code, Some(0), "{told}");
    for bad in ["lost", "doubled", "refused_stored", "stale", "late", "crashed"] {
        assert_eq!(count(&told, bad), 0, "{bad}: {told}");
    }
    for seen in ["acknowledged", "commits", "opens", "kills", "store_kills", "teleports", "repeated", "returns"] {
        assert!(count(&told, seen) > 0, "{seen}: {told}");
    }
    assert_eq!(count(&told, "seed"), 2);

    // The history has each acknowledgement that was counted.
    let history = std::fs::read_to_string(kept.join("history.jsonl")).unwrap();
    let lines: Vec<Value> = history.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["seed"]["seed"], 2);
    let mut acknowledged: Vec<_> = lines
        .iter()
        .filter(|line| line["word"]["word"] == "acknowledged")
        .map(|line| (line["word"]["player"].as_u64(), line["word"]["change"].as_str()))
        .collect();
    acknowledged.sort_unstable();
    acknowledged.dedup();
    assert_eq!(acknowledged.len() as u64, count(&told, "acknowledged"));

    let again = Command::new(env!("CARGO_BIN_EXE_keyholder-torture")).args(arguments).output().unwrap();
    assert_eq!(again.status.code(), Some(1), "the store of another run is not written to");
}

#[test]
fn nothing_is_lost_on_open_cloud_though_servers_web_writers_and_the_emulator_are_killed() {
    // Of this seed, in the first half a server is stopped, a server, the emulator and a web writer are killed.
    let (code, told) = run(&["--on", "emulator", "--seconds", "12", "--seed", "35", "--players", "24"]);
    assert_eq!(code, Some(0), "{told}");
    for bad in ["lost", "doubled", "refused_stored", "revived", "stale", "late", "crashed"] {
        assert_eq!(count(&told, bad), 0, "{bad}: {told}");
    }
    let seen = ["acknowledged", "commits", "opens", "teleports", "repeated", "returns", "grants", "erasures", "erased"];
    for seen in seen.into_iter().chain(["kills", "store_kills", "writer_kills"]) {
        assert!(count(&told, seen) > 0, "{seen}: {told}");
    }
}

#[test]
fn open_cloud_that_ignores_what_writes_expect_is_found_out() {
    let (code, told) =
        run(&["--on", "emulator", "--seconds", "10", "--seed", "23", "--players", "12", "--break", "blind-writes"]);
    assert_eq!((code, &told["passed"]), (Some(1), &Value::Bool(false)));
    assert!(count(&told, "lost") > 0, "{told}");
    std::fs::remove_dir_all(told["kept"].as_str().unwrap()).unwrap();
}

#[test]
fn a_store_that_ignores_what_writes_expect_is_found_out() {
    let (code, told) = run(&["--seconds", "8", "--seed", "3", "--players", "12", "--break", "blind-writes"]);
    assert_eq!((code, &told["passed"]), (Some(1), &Value::Bool(false)));
    assert!(count(&told, "lost") > 0 && count(&told, "stale") > 0, "{told}");
    let kept = Path::new(told["kept"].as_str().unwrap());
    assert!(kept.join("history.jsonl").exists() && kept.join("store.redb").exists());
    std::fs::remove_dir_all(kept).unwrap();
}

#[test]
fn mistakes_on_the_command_line_are_told_apart() {
    for arguments in
        [&["--servers", "0"][..], &["--faults", "all"], &["--on", "cloud"], &["--seconds", "5", "--minutes", "1"]]
    {
        let done = Command::new(env!("CARGO_BIN_EXE_keyholder-torture")).args(arguments).output().unwrap();
        assert_eq!(done.status.code(), Some(2), "{arguments:?}");
    }
}
