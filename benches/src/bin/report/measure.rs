//! Takes all measurements of a section.

use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};
use keyholder_benches::deltas::{self, Share};
use keyholder_benches::documents::{LARGE, MEDIUM, SMALL, Size};
use keyholder_benches::trees::Document;
use keyholder_benches::turns::{Candidate, Pace, Table, in_turns};
use keyholder_benches::{caches, codecs, numbers, ours, vectors};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::process::Command;
use std::rc::Rc;

/// A part of the report.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Section {
    /// Stored forms, base64, snapshots
    Codec,
    /// Deltas, and whole texts after changes
    Delta,
    /// The cache, alone and between threads
    Cache,
    /// Numbers that change on the way to text and back
    Numbers,
}

/// What to measure, and how long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// How often, and how long at a time.
    pub(crate) pace: Pace,
    /// No more than a try: nothing of 1 MB, nothing of a second program.
    pub(crate) quick: bool,
    /// How many numbers go to text and back.
    pub(crate) numbers: u64,
}

/// All that was measured.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Results {
    /// Candidates in turns, by what was measured.
    pub(crate) tables: BTreeMap<String, Table>,
    /// The share of reads that find something, by places and name.
    pub(crate) hit_rates: BTreeMap<String, BTreeMap<String, f64>>,
    /// What the second program measured.
    #[serde(flatten)]
    pub(crate) aside: Aside,
    /// How many numbers were others after text, by who wrote and read them; of how many is `numbers`.
    pub(crate) changed_numbers: BTreeMap<&'static str, u64>,
    /// How many numbers went to text and back.
    pub(crate) numbers: u64,
}

/// What `aside` prints.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(crate) struct Aside {
    /// Bytes of an entry beside key and value, by places and name.
    #[serde(rename(deserialize = "bytes", serialize = "entry_bytes"))]
    pub(crate) bytes: BTreeMap<String, BTreeMap<String, f64>>,
    /// How many numbers `serde_json` changes as it is by default.
    #[serde(rename(deserialize = "changed", serialize = "changed_by_default"))]
    pub(crate) changed: Option<u64>,
}

impl Plan {
    /// The sizes of profiles that are measured.
    pub(crate) fn sizes(&self) -> Vec<Size> {
        if self.quick { vec![SMALL, MEDIUM] } else { vec![SMALL, MEDIUM, LARGE] }
    }

    /// Measures the sections.
    pub(crate) fn measure(&self, sections: &[Section]) -> Results {
        let mut results = Results { numbers: self.numbers, ..Results::default() };
        for section in sections {
            match section {
                Section::Codec => self.codec(&mut results),
                Section::Delta => self.delta(&mut results),
                Section::Cache => self.cache(&mut results),
                Section::Numbers => self.count(&mut results),
            }
        }
        let needs_aside = sections.iter().any(|it| matches!(it, Section::Cache | Section::Numbers));
        if needs_aside && !self.quick {
            let aside = during("a second program: bytes of caches, numbers", || aside(self.numbers));
            results.aside = aside.unwrap_or_default();
        }
        results
    }

    fn take(&self, results: &mut Results, name: String, candidates: Vec<Candidate>) {
        let style = "{prefix:36} {bar:30} {pos}/{len} rounds, {eta} left";
        let style = ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::new(self.pace.rounds as u64).with_style(style).with_prefix(name.clone());
        let table = in_turns(candidates, self.pace, || bar.inc(1));
        bar.finish_and_clear();
        results.tables.insert(name, table);
    }

    fn codec(&self, results: &mut Results) {
        for size in self.sizes() {
            let document = Rc::new(Document::new(size));
            let [encode, decode] = codecs::candidates(&document, self.pace);
            self.take(results, format!("encode {}", size.name), encode);
            self.take(results, format!("decode {}", size.name), decode);
            let (ours, theirs) = (document.clone(), document.clone());
            let snapshots = vec![
                Candidate::new(codecs::SERDE_JSON, self.pace, 1, move || drop(black_box(theirs.json.clone()))),
                Candidate::new(ours::SNAPSHOT, self.pace, 1, move || drop(black_box(ours.value.clone()))),
            ];
            self.take(results, format!("snapshot {}", size.name), snapshots);
        }
        for (name, candidates) in vectors::candidates(self.pace) {
            self.take(results, name.to_owned(), candidates);
        }
    }

    fn delta(&self, results: &mut Results) {
        for size in self.sizes().into_iter().skip(1) {
            let document = Document::new(size);
            for share in Share::EACH {
                for (what, ways) in [("delta", deltas::changes()), ("whole text", ours::whole_texts())] {
                    let candidates = deltas::candidates(&ways, &document, share, self.pace);
                    self.take(results, format!("{what} {}, {}", size.name, share.name()), candidates);
                }
            }
        }
    }

    fn cache(&self, results: &mut Results) {
        for max in caches::SIZES {
            let alone = caches::alone(max);
            let rates = alone.iter().map(|row| (row.name.clone(), (row.hit_rate)(max)));
            results.hit_rates.insert(max.to_string(), rates.collect());
            let (mut hit, mut insert) = (Vec::new(), Vec::new());
            for row in alone.into_iter().chain(caches::pinned(max)) {
                hit.push(Candidate::new(row.name.clone(), self.pace, caches::ASKED, row.hit));
                insert.push(Candidate::new(row.name, self.pace, caches::ASKED, row.insert));
            }
            self.take(results, format!("hit {max}"), hit);
            self.take(results, format!("insert {max}"), insert);
        }
        for threads in [1, 2] {
            let all = caches::threads::all(10_000, threads).into_iter();
            let all = all.map(|(name, cost)| Candidate::timed(name, cost)).collect();
            self.take(results, format!("threads {threads}"), all);
        }
    }

    fn count(&self, results: &mut Results) {
        let all: [RoundTrip; 4] = [
            (ours::TEXT, ours::number),
            ("serde_json with float_roundtrip", numbers::serde_json),
            ("sonic-rs", |it| sonic_rs::from_str(&sonic_rs::to_string(&it).unwrap_or_default()).unwrap_or(f64::NAN)),
            ("simd-json", |it| {
                simd_json::from_slice(&mut simd_json::to_vec(&it).unwrap_or_default()).unwrap_or(f64::NAN)
            }),
        ];
        for (name, round_trip) in all {
            let changed = during(&format!("numbers: {name}"), || numbers::changed(self.numbers, round_trip));
            results.changed_numbers.insert(name, changed);
        }
    }
}

/// Who writes and reads a number, and how.
type RoundTrip = (&'static str, fn(f64) -> f64);

/// Shows what takes a while.
fn during<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let bar = ProgressBar::new_spinner().with_message(name.to_owned());
    bar.enable_steady_tick(std::time::Duration::from_millis(100));
    let done = work();
    bar.finish_and_clear();
    done
}

/// Builds the second program and runs it; nothing if this one was not run by cargo, or if it fails.
fn aside(numbers: u64) -> Option<Aside> {
    let cargo = std::env::var_os("CARGO")?;
    let mut command = Command::new(cargo);
    command.args(["run", "--release", "--quiet", "-p", "keyholder-benches", "--features", "aside", "--bin", "aside"]);
    command.args(["--", "--numbers", &numbers.to_string()]).current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = command.stderr(std::process::Stdio::inherit()).output().ok()?;
    serde_json::from_slice(&output.stdout).ok()
}
