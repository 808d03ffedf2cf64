//! Measures ours beside what people would pick instead, and writes `benches/REPORT.md`.

mod machine;
mod measure;
mod page;
mod targets;

use clap::Parser;
use keyholder_benches::turns::Pace;
use machine::Made;
use measure::{Plan, Section};
use serde::Serialize;
use std::path::Path;
use std::process::ExitCode;

/// Measures codec, deltas and cache beside other libraries, and writes benches/REPORT.md
#[derive(Parser)]
#[command(after_help = "\
Examples:
  report                                   everything, and writes benches/REPORT.md; some minutes
  report --only delta                      one section, printed; the file stays as it is
  report --quick                           a try: 3 short rounds, nothing of 1 MB, printed
  report --only numbers --numbers 100000000
  report --json > report.json              everything with quartiles and nanoseconds; writes the file too
Keep the machine still meanwhile: other work shows in the spread.")]
struct Args {
    /// Measure this section alone
    #[arg(long)]
    only: Option<Section>,
    /// No more than a try
    #[arg(long)]
    quick: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Measurements of each candidate
    #[arg(long, default_value_t = 21, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    rounds: u16,
    /// How many numbers go to text and back
    #[arg(long, default_value_t = 1_000_000)]
    numbers: u64,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Printed<'a> {
    made: &'a Made,
    rounds: usize,
    figures: &'a [targets::Figure],
    results: &'a measure::Results,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let (rounds, batch_ns) = if args.quick { (3, 1e5) } else { (args.rounds.into(), 1e6) };
    let numbers = if args.quick { args.numbers.min(10_000) } else { args.numbers };
    let plan = Plan { pace: Pace { rounds, batch_ns }, quick: args.quick, numbers };
    let all = [Section::Codec, Section::Delta, Section::Cache, Section::Numbers];
    let made = Made::now();
    let results = plan.measure(args.only.as_ref().map_or(&all, std::slice::from_ref));
    let figures = targets::figures(&results);
    let page = page::page(&made, rounds, &figures, &results);
    if args.json {
        let printed = Printed { made: &made, rounds, figures: &figures, results: &results };
        match serde_json::to_string_pretty(&printed) {
            Ok(text) => println!("{text}"),
            Err(error) => return failed(&format!("the results cannot be printed: {error}")),
        }
    } else {
        println!("{page}");
    }
    if args.only.is_none() && !args.quick {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("REPORT.md");
        if let Err(error) = std::fs::write(&path, page) {
            return failed(&format!("{} cannot be written: {error}", path.display()));
        }
        eprintln!("wrote {}", path.display());
    }
    ExitCode::SUCCESS
}

fn failed(why: &str) -> ExitCode {
    eprintln!("report: {why}");
    ExitCode::FAILURE
}
