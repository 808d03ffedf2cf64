//! What the report cannot measure itself: bytes need an allocator that counts, which makes everything else slower; and
//! `serde_json` reads numbers in one of two ways, which is chosen when a program is built. The report runs this program.

use cap::Cap;
use clap::Parser;
use keyholder_benches::{caches, numbers};
use std::alloc::System;
use std::collections::BTreeMap;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATED: Cap<System> = Cap::new(System, usize::MAX);

/// Measures what the report leaves to a second program, and prints it as JSON.
#[derive(Parser)]
struct Args {
    /// How many numbers go to text and back
    #[arg(long, default_value_t = 1_000_000)]
    numbers: u64,
}

fn main() -> ExitCode {
    let args = Args::parse();
    if cfg!(feature = "peers") {
        eprintln!("with the feature `peers` serde_json reads exactly: build this program with `--features aside`");
        return ExitCode::FAILURE;
    }
    let bytes = caches::SIZES.map(|max| {
        let of_each: BTreeMap<_, f64> = caches::bytes(max, || ALLOCATED.allocated()).into_iter().collect();
        (max.to_string(), of_each)
    });
    let changed = numbers::changed(args.numbers, numbers::serde_json);
    println!("{}", serde_json::json!({ "bytes": BTreeMap::from(bytes), "changed": changed }));
    ExitCode::SUCCESS
}
