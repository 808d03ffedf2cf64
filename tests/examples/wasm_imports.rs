//! `wasm_imports FILE WORD`: fails if the WebAssembly module imports anything, or if it does not contain `WORD`.
//!
//! `.ci/run wasm` asks it about a module that calls the core; the word is the core's name, so that a module from
//! which everything was optimised away does not count as a proof.

#[path = "../src/tidy/wasm.rs"]
mod wasm;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, word] = arguments.as_slice() else {
        eprintln!("usage: wasm_imports FILE WORD");
        return ExitCode::from(2);
    };
    let module = match std::fs::read(file).map_err(|error| error.to_string()) {
        Ok(bytes) => wasm::parse(&bytes).map_err(|error| error.to_string()),
        Err(error) => Err(error),
    };
    match module {
        Err(error) => {
            eprintln!("{file}: {error}");
            ExitCode::FAILURE
        }
        Ok(module) if !module.imports.is_empty() => {
            eprintln!("{file} asks its host for: {}", module.imports.join(", "));
            ExitCode::FAILURE
        }
        Ok(module) if !module.names.contains(word.as_str()) => {
            eprintln!("{file} has {} functions, none of them from {word}: nothing is proven", module.functions);
            ExitCode::FAILURE
        }
        Ok(module) => {
            println!("{} functions, {word} among them, and not one import", module.functions);
            ExitCode::SUCCESS
        }
    }
}
