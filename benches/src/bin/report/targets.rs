//! The figures that are aimed at, and what was measured of each.

use crate::measure::Results;
use keyholder_benches::caches;
use keyholder_benches::caches::ours_beside;
use keyholder_benches::codecs::{SERDE_JSON, SERDE_JSON_OWN};
use keyholder_benches::ours::{AFRESH, BASE64, BINARY, DELTA, KEPT, SNAPSHOT, TEXT, TEXT_KEPT};
use keyholder_benches::peers::{Lru, Ours, Peer};
use keyholder_benches::theirs::{JSON_PATCH, WHOLE};
use keyholder_benches::vectors::BASE64_CRATE;
use serde::Serialize;

/// A figure that is aimed at.
struct Target {
    name: &'static str,
    limit: Limit,
    of: Of,
    /// Why it is missed, if it is known to be.
    why_missed: &'static str,
}

enum Limit {
    AtMost(f64, &'static str),
    AtLeast(f64, &'static str),
}

/// What a figure is made of; each table gives one number, and the worst of them counts.
enum Of {
    /// The time of a row, against that of another.
    Time(&'static [&'static str], &'static str, &'static str),
    /// The bytes of a row, against those of another.
    Bytes(&'static [&'static str], &'static str, &'static str),
    /// The bytes of a row.
    Length(&'static [&'static str], &'static str),
    /// The nanoseconds of a row.
    Nanos(&'static [&'static str], &'static str),
    /// How many times the row is as fast as another.
    Faster(&'static [&'static str], &'static str, &'static str),
    /// The time of a row in the second table, against its time in the first.
    Growth([&'static str; 2], &'static str),
    /// A figure of its own.
    Own(fn(&Results) -> Vec<Option<f64>>),
}

/// What became of a figure.
#[derive(Debug, Serialize)]
pub(crate) struct Figure {
    /// What it is.
    pub(crate) name: &'static str,
    /// What is aimed at.
    pub(crate) target: String,
    /// What was measured; nothing, where something was not.
    pub(crate) measured: Vec<Option<f64>>,
    /// In a word, with the reason where there is one.
    pub(crate) outcome: String,
}

const ENCODE: &[&str] = &["encode 1 KB", "encode 30 KB", "encode 1 MB"];
const DECODE: &[&str] = &["decode 1 KB", "decode 30 KB", "decode 1 MB"];
const SNAPSHOTS: &[&str] = &["snapshot 1 KB", "snapshot 30 KB", "snapshot 1 MB"];
const ONE: [&str; 2] = ["delta 30 KB, 1 leaf", "delta 1 MB, 1 leaf"];
const PERCENT: &[&str] = &["delta 30 KB, 1 %", "delta 1 MB, 1 %"];
const FULL: &[&str] = &["delta 30 KB, all", "delta 1 MB, all"];
const WHOLE_FULL: &[&str] = &["whole text 30 KB, all", "whole text 1 MB, all"];
const OURS: &str = Ours::NAME;
const LRU: &str = Lru::NAME;

const LEAF: &str = "an edit finds its leaf by its keys, keeps what was there, and takes an atomic operation for each table on its \
                    way, which others may share";

use Limit::{AtLeast, AtMost};

/// A target that is not known to be missed. One that is, with its reason:
/// `Target { why_missed: "..", ..target(..) }`.
const fn target(name: &'static str, limit: Limit, of: Of) -> Target {
    Target { name, limit, of, why_missed: "" }
}

const TARGETS: &[Target] = &[
    target("text: encode, 1 KB, 30 KB, 1 MB, to serde_json", AtMost(0.70, "x"), Of::Time(ENCODE, TEXT, SERDE_JSON_OWN)),
    Target {
        why_missed: "a text of 1 KB has few objects that share the lists of keys that are made for it; a decoder that is kept \
                     has them already",
        ..target("text: decode, to serde_json", AtMost(0.36, "x"), Of::Time(DECODE, TEXT, SERDE_JSON))
    },
    Target {
        why_missed: "in 1 KB there is little beside tables, each of which is two allocations",
        ..target("text: decode by a decoder that is kept", AtMost(0.36, "x"), Of::Time(DECODE, TEXT_KEPT, SERDE_JSON))
    },
    target(
        "Vector3 to 16 characters, to base64",
        AtMost(0.33, "x"),
        Of::Time(&["Vector3 to 16 characters"], BASE64, BASE64_CRATE),
    ),
    target(
        "16 characters to Vector3, to base64",
        AtMost(0.60, "x"),
        Of::Time(&["16 characters to Vector3"], BASE64, BASE64_CRATE),
    ),
    target("binary: encode, to serde_json of an own enum", AtMost(0.40, "x"), Of::Time(ENCODE, BINARY, SERDE_JSON_OWN)),
    target(
        "binary: decode, to serde_json into an own enum",
        AtMost(0.55, "x"),
        Of::Time(DECODE, BINARY, SERDE_JSON_OWN),
    ),
    target("binary: bytes, to JSON", AtMost(0.77, "x"), Of::Bytes(ENCODE, BINARY, SERDE_JSON_OWN)),
    target("snapshot", AtMost(20.0, "ns"), Of::Nanos(SNAPSHOTS, SNAPSHOT)),
    Target { why_missed: LEAF, ..target("delta: 1 leaf, 30 KB, 1 MB", AtMost(100.0, "ns"), Of::Nanos(&ONE, DELTA)) },
    target("delta: 1 leaf of 1 MB, to 1 leaf of 30 KB", AtMost(1.2, "x"), Of::Growth(ONE, DELTA)),
    Target {
        why_missed: "the cost of a leaf, see there",
        ..target("delta: 1 %, to the whole by serde_json", AtMost(0.02, "x"), Of::Time(PERCENT, DELTA, WHOLE))
    },
    Target {
        why_missed: "the cost of a leaf, see there; who changes everything puts the whole, for which one operation is enough",
        ..target("delta: all numbers, to the whole by serde_json", AtMost(0.6, "x"), Of::Time(FULL, DELTA, WHOLE))
    },
    target("delta: a leaf, 1 %", AtMost(20.0, "bytes"), Of::Length(PERCENT, DELTA)),
    Target {
        why_missed: "the cost of a leaf, see there",
        ..target("delta: 1 %, faster than json-patch", AtLeast(100.0, "x"), Of::Faster(PERCENT, DELTA, JSON_PATCH))
    },
    target(
        "whole text after 1 leaf of 1 MB, to afresh",
        AtMost(0.06, "x"),
        Of::Time(&["whole text 1 MB, 1 leaf"], KEPT, AFRESH),
    ),
    Target {
        why_missed: "each of the 28 edits is tracked for the text too, which at this size costs more than its share of the whole",
        ..target(
            "whole text after 1 % of 30 KB, to afresh",
            AtMost(0.12, "x"),
            Of::Time(&["whole text 30 KB, 1 %"], KEPT, AFRESH),
        )
    },
    target(
        "whole text after 1 % of 1 MB, to afresh",
        AtMost(0.25, "x"),
        Of::Time(&["whole text 1 MB, 1 %"], KEPT, AFRESH),
    ),
    target("whole text after all numbers, to afresh", AtMost(1.1, "x"), Of::Time(WHOLE_FULL, KEPT, AFRESH)),
    target("cache: hit of 500, of 10 000, to lru", AtMost(1.15, "x"), Of::Time(&["hit 500", "hit 10000"], OURS, LRU)),
    Target {
        why_missed: "10 000 entries are not all in the nearest caches of the processor",
        ..target("cache: insert, worst share that stays", AtMost(60.0, "ns"), Of::Own(inserts))
    },
    target("cache: an entry beside key and value", AtMost(60.0, "bytes"), Of::Own(entry_bytes)),
    target("cache: hit rate, off that of lru", AtMost(0.0, ""), Of::Own(hit_rates)),
    Target {
        why_missed: "two threads that do nothing but read hand the lock to and fro, which takes longer than a read",
        ..target(
            "cache behind one mutex, 1 and 2 threads, faster than moka",
            AtLeast(4.0, "x"),
            Of::Faster(&["threads 1", "threads 2"], caches::threads::OURS, caches::threads::MOKA),
        )
    },
    target("numbers that text changes", AtMost(0.0, ""), Of::Own(changed)),
];

/// Each target with what was measured; those of sections that were not measured are left out.
pub(crate) fn figures(results: &Results) -> Vec<Figure> {
    TARGETS.iter().filter_map(|target| target.figure(results)).collect()
}

impl Target {
    fn figure(&self, results: &Results) -> Option<Figure> {
        let measured = self.of.take(results)?;
        let (target, reached) = match self.limit {
            AtMost(limit, unit) => {
                (format!("<= {limit} {unit}"), measured.iter().all(|it| it.is_none_or(|it| it <= limit)))
            }
            AtLeast(limit, unit) => {
                (format!(">= {limit} {unit}"), measured.iter().all(|it| it.is_none_or(|it| it >= limit)))
            }
        };
        let outcome = match (reached, self.why_missed) {
            _ if measured.iter().all(Option::is_none) => "not there yet".to_owned(),
            (false, "") => "missed".to_owned(),
            (false, why) => format!("missed: {why}"),
            (true, _) if measured.iter().any(Option::is_none) => "reached where measured".to_owned(),
            (true, _) => "reached".to_owned(),
        };
        Some(Figure { name: self.name, target: target.trim_end().to_owned(), measured, outcome })
    }
}

impl Of {
    /// Nothing if none of the tables is there.
    fn take(&self, results: &Results) -> Option<Vec<Option<f64>>> {
        let each = |names: &[&str], take: &dyn Fn(&str) -> Option<f64>| {
            let there = names.iter().any(|name| results.tables.contains_key(*name));
            there.then(|| names.iter().map(|name| take(name)).collect())
        };
        let table = |name: &str| results.tables.get(name);
        match self {
            Self::Time(names, row, base) => each(names, &|name| Some(table(name)?.ratio(row, base)?.median)),
            Self::Faster(names, row, other) => each(names, &|name| Some(table(name)?.ratio(other, row)?.median)),
            Self::Bytes(names, row, base) => each(names, &|name| table(name)?.bytes_ratio(row, base)),
            Self::Length(names, row) => each(names, &|name| table(name)?.row(row)?.bytes),
            Self::Nanos(names, row) => each(names, &|name| Some(table(name)?.nanos(row)?.median)),
            Self::Growth([small, large], row) => {
                each(&[small], &|small| Some(table(large)?.nanos(row)?.median / table(small)?.nanos(row)?.median))
            }
            Self::Own(take) => Some(take(results)).filter(|all| !all.is_empty()),
        }
    }
}

/// The dearest put of each size, whatever share of the entries stays.
fn inserts(results: &Results) -> Vec<Option<f64>> {
    let tables = caches::SIZES.iter().filter_map(|max| results.tables.get(&format!("insert {max}")));
    let shares = [OURS.to_owned(), ours_beside(50), ours_beside(90), ours_beside(99)];
    let worst = tables.map(|table| shares.iter().filter_map(|name| Some(table.nanos(name)?.median)).reduce(f64::max));
    worst.collect()
}

fn entry_bytes(results: &Results) -> Vec<Option<f64>> {
    if results.hit_rates.is_empty() {
        return Vec::new();
    }
    caches::SIZES.iter().map(|max| results.aside.bytes.get(&max.to_string())?.get(OURS).copied()).collect()
}

fn hit_rates(results: &Results) -> Vec<Option<f64>> {
    results.hit_rates.values().map(|rates| Some((rates.get(OURS)? - rates.get(LRU)?).abs())).collect()
}

fn changed(results: &Results) -> Vec<Option<f64>> {
    results.changed_numbers.get(TEXT).map(|it| Some(*it as f64)).into_iter().collect()
}
