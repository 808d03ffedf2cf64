//! `keyholder emulate` in a process of its own.

use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

pub(crate) struct Emulator {
    process: Child,
    pub(crate) url: String,
}

impl Emulator {
    /// Its key is "secret"; "blind" may do nothing in memory stores. It counts no request against a limit.
    pub(crate) fn start() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_keyholder"))
            .args(["emulate", "--port", "0", "--json", "--no-limits", "--api-key", "secret", "--api-key", &blind()])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        // The document is complete with the line of its last brace.
        let lines = BufReader::new(process.stdout.take().expect("it was asked for")).lines();
        let mut text = String::new();
        for line in lines.map_while(Result::ok) {
            text.push_str(&line);
            if line == "}" {
                break;
            }
        }
        let said: Value = serde_json::from_str(&text).expect("it says where it listens");
        let url = said["url"].as_str().expect("an address").to_owned();
        Self { process, url }
    }
}

/// Whatever records need, and nothing else.
fn blind() -> String {
    let [objects, versions] = ["universe-datastores.objects", "universe-datastores.versions"];
    let verbs = ["create", "read", "update", "delete", "list"];
    let mut scopes: Vec<String> = verbs.iter().map(|verb| format!("{objects}:{verb}")).collect();
    scopes.extend(["list", "read"].map(|verb| format!("{versions}:{verb}")));
    scopes.push("universe-datastores.control:create".to_owned());
    format!("blind={}", scopes.join("+"))
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
