//! The kinds of vectors: what stands in each, and how it is run.

mod change;
pub(super) mod contend;
mod data;
mod item;
mod journal;
mod record;
pub(super) mod stored_text;
mod value;
pub(super) mod words;

pub(super) use change::{Apply, Delta, Order, Orders, Pair};
pub(super) use contend::Contend;
pub(super) use data::{DryRun, Migration, Reconcile};
pub(super) use item::{Item, ItemKind};
pub(super) use journal::{Journal, JournalRequest};
pub(super) use record::{Run, Turn};
pub(super) use value::{Binary, BinaryRefused, ReadAs, Text, TextRefused};

use super::config::Configs;
use super::file::{self, Failure};
use serde_json::{Map, Value};

/// A kind of vectors.
#[derive(Clone, Copy)]
pub struct Kind {
    /// The word for it in a file.
    pub name: &'static str,
    /// What its vectors show.
    pub about: &'static str,
    /// The fields that are expected; the others are given.
    pub expected: &'static [&'static str],
    check: fn(Map<String, Value>, &Configs) -> Result<(), Failure>,
}

/// All kinds.
pub const KINDS: &[Kind] = &[
    Kind {
        name: "text",
        about: "a value and its text, in both directions",
        expected: &["text", "value", "also"],
        check: file::check::<Text>,
    },
    Kind { name: "text-refused", about: "texts of no value", expected: &["at"], check: file::check::<TextRefused> },
    Kind {
        name: "binary",
        about: "a value and its bytes, in both directions",
        expected: &["bytes", "value"],
        check: file::check::<Binary>,
    },
    Kind {
        name: "binary-refused",
        about: "bytes of no value, or of no change",
        expected: &["at", "why"],
        check: file::check::<BinaryRefused>,
    },
    Kind {
        name: "delta",
        about: "a change as text and as bytes, made of two values",
        expected: &["change", "delta"],
        check: file::check::<Delta>,
    },
    Kind {
        name: "change",
        about: "a change applied to data",
        expected: &["outcome", "credit", "after", "bytes"],
        check: file::check::<Apply>,
    },
    Kind {
        name: "orders",
        about: "changes applied in several orders",
        expected: &["credits", "outcomes", "after"],
        check: file::check::<Orders>,
    },
    Kind {
        name: "migration",
        about: "data brought to a later version",
        expected: &["fails", "after"],
        check: file::check::<Migration>,
    },
    Kind {
        name: "reconcile",
        about: "data beside a template",
        expected: &["missing", "unknown", "after", "dry_run"],
        check: file::check::<Reconcile>,
    },
    Kind {
        name: "rules",
        about: "requests on a record, one after the other",
        expected: &["verdict", "writes"],
        check: file::check::<Run>,
    },
    Kind {
        name: "journal",
        about: "requests on a journal entry",
        expected: &["does", "writes"],
        check: file::check::<Journal>,
    },
    Kind { name: "contend", about: "what a contender does", expected: &["next"], check: file::check::<Contend> },
    Kind {
        name: "item",
        about: "stored items read and written again",
        expected: &["writes", "refused"],
        check: file::check::<Item>,
    },
];

impl Kind {
    /// The kind of this name.
    pub(super) fn of(name: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.name == name)
    }

    pub(super) fn check(&self, vector: Map<String, Value>, configs: &Configs) -> Result<(), Failure> {
        (self.check)(vector, configs)
    }
}

impl std::fmt::Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}
