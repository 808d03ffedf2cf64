//! Configurations that several files share.

use crate::vectors::config::{ConfigJson, DeclaredJson, KindJson, PolicyJson, SettingsJson, StepJson, UndeclaredJson};
use keyholder_core::tree::Schema;

/// Version 1, without a declaration, with an empty template and the settings of the default profile.
pub(super) fn open() -> ConfigJson {
    ConfigJson {
        version: 1,
        template: "{}".to_owned(),
        declared: Vec::new(),
        undeclared: UndeclaredJson::Registers,
        max_bytes: 3_670_016,
        steps: [].into(),
        settings: SettingsJson {
            compat: 1,
            create: true,
            window_epochs: 32,
            ledger_prune_entries: 64,
            ledger_max_entries: 1_024,
            journal_max_bytes: 32_768,
        },
    }
}

/// The same, where whole numbers that nobody declared are counters.
pub(super) fn diary() -> ConfigJson {
    ConfigJson { undeclared: UndeclaredJson::Counters, ..open() }
}

/// Coins from 0, stars from 0 to 10 that clamp, at most three tags, and a title.
pub(super) fn game() -> ConfigJson {
    ConfigJson {
        declared: vec![
            counter("coins", 0, 1_000_000, PolicyJson::Reject),
            counter("stars", 0, 10, PolicyJson::Clamp),
            set("tags", 3),
            register("title"),
            counter("stats.kills", 0, 999, PolicyJson::Reject),
            counter("items.*.count", 0, 99, PolicyJson::Reject),
        ],
        template: r#"{"coins":0,"items":[],"stats":{"kills":0},"tags":[],"title":"new"}"#.to_owned(),
        ..open()
    }
}

/// What a record of version 2 is for code of version 2: `gold` was `coins`, and data of version 1 migrate.
pub(super) fn game_2() -> ConfigJson {
    ConfigJson {
        version: 2,
        declared: vec![
            counter("coins", 0, 1_000_000, PolicyJson::Reject).retired(),
            counter("gold", 0, 1_000_000, PolicyJson::Reject),
        ],
        template: r#"{"gold":0}"#.to_owned(),
        steps: [(1, Vec::new()), (2, vec![rename(r#"["coins"]"#, r#"["gold"]"#)])].into(),
        ..open()
    }
}

/// Amounts behind one star and two, beside names; one of them is retired.
pub(super) fn stars() -> ConfigJson {
    ConfigJson {
        declared: vec![
            counter("shops.*.*.stock", 0, 99, PolicyJson::Reject),
            counter("bag.*.count", 0, 9, PolicyJson::Reject),
            counter("bag.gem.count", 0, 999, PolicyJson::Clamp),
            register("bag.gold.kind"),
            counter("old.*.n", 0, 9, PolicyJson::Reject).retired(),
        ],
        ..open()
    }
}

/// The schema of one of these, by the name under which files have it.
pub(super) fn schema(name: &str) -> Result<Schema, String> {
    let config = match name {
        "diary" => diary(),
        "game" => game(),
        "stars" => stars(),
        _ => open(),
    };
    config.config().map(|config| config.shape().clone())
}

pub(super) fn counter(path: &str, min: i64, max: i64, policy: PolicyJson) -> DeclaredJson {
    DeclaredJson { path: path.to_owned(), kind: KindJson::Counter { min, max, policy }, retired: false }
}

pub(super) fn set(path: &str, max_len: u32) -> DeclaredJson {
    DeclaredJson { path: path.to_owned(), kind: KindJson::Set { max_len }, retired: false }
}

pub(super) fn register(path: &str) -> DeclaredJson {
    DeclaredJson { path: path.to_owned(), kind: KindJson::Register {}, retired: false }
}

pub(super) fn rename(from: &str, to: &str) -> StepJson {
    StepJson::Rename { from: from.to_owned(), to: to.to_owned() }
}

impl DeclaredJson {
    pub(super) fn retired(self) -> Self {
        Self { retired: true, ..self }
    }
}
