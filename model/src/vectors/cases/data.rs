//! Migrations, and data beside a template.

use super::configs::{self, counter, register, rename, set};
use crate::vectors::config::{ConfigJson, PolicyJson, StepJson};
use crate::vectors::file::File;
use crate::vectors::kinds::words::Failed;
use crate::vectors::kinds::{DryRun, Migration, Reconcile};
use crate::vectors::sheet::{Sheet, meant};

fn add(path: &str, value: &str) -> StepJson {
    StepJson::AddDefault { path: path.to_owned(), value: value.to_owned() }
}

fn take(path: &str) -> StepJson {
    StepJson::Drop { path: path.to_owned() }
}

/// Up to version 4: 2 renames and adds, 3 changes nothing, 4 drops.
fn chain() -> ConfigJson {
    ConfigJson {
        version: 4,
        steps: [
            (2, vec![rename(r#"["gold"]"#, r#"["coins"]"#), add(r#"["stats","kills"]"#, "0")]),
            (3, Vec::new()),
            (4, vec![take(r#"["old"]"#), rename(r#"["items",0]"#, r#"["first"]"#)]),
        ]
        .into(),
        ..configs::open()
    }
}

/// A chain with a link missing, and one that moves deep and far.
fn others() -> [(&'static str, ConfigJson); 4] {
    let broken = ConfigJson { version: 3, steps: [(3, Vec::new())].into(), ..configs::open() };
    let deep = (0..26).map(|at| format!(r#""k{at}""#)).collect::<Vec<_>>().join(",");
    let moves = ConfigJson {
        version: 3,
        steps: [
            (1, vec![rename(r#"["a"]"#, r#"["b","c","d"]"#), add(r#"["list",0]"#, "true")]),
            (2, vec![rename(r#"["b"]"#, &format!("[{deep}]"))]),
            (3, vec![add(r#"["big"]"#, r#""xxxxxxxxxxxxxxxx""#)]),
        ]
        .into(),
        ..configs::open()
    };
    let narrow = ConfigJson { max_bytes: 30, ..moves.clone() };
    let own = ConfigJson {
        version: 3,
        max_bytes: 30,
        steps: [
            (1, vec![add(r#"["big"]"#, r#""xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx""#)]),
            (2, vec![take(r#"["big"]"#)]),
            (3, vec![take("[]"), rename(r#"["x"]"#, r#"["x","y"]"#)]),
        ]
        .into(),
        ..configs::open()
    };
    [("broken", broken), ("moves", moves), ("narrow", narrow), ("own", own)]
}

/// Name, configuration, versions, data before, why it fails, data after; nothing there stands for the same.
type Row = (&'static str, &'static str, u32, u32, &'static str, Option<Failed>, &'static str);

const ROWS: &[Row] = &[
    ("one-step", "chain", 1, 2, r#"{"gold":5}"#, None, r#"{"coins":5,"stats":{"kills":0}}"#),
    ("all-steps", "chain", 1, 4, r#"{"gold":5,"old":true}"#, None, r#"{"coins":5,"stats":{"kills":0}}"#),
    ("no-step", "chain", 4, 4, r#"{"gold":5}"#, None, ""),
    ("empty-step", "chain", 2, 3, r#"{"coins":5}"#, None, ""),
    ("nothing-to-rename", "chain", 1, 2, "{}", None, r#"{"stats":{"kills":0}}"#),
    ("default-that-is-there", "chain", 1, 2, r#"{"stats":{"kills":7}}"#, None, ""),
    ("default-into-a-table", "chain", 1, 2, r#"{"stats":{"wins":7}}"#, None, r#"{"stats":{"kills":0,"wins":7}}"#),
    ("default-through-a-leaf", "chain", 1, 2, r#"{"gold":1,"stats":3}"#, Some(Failed::Step(2)), ""),
    ("rename-onto-something", "chain", 1, 2, r#"{"coins":1,"gold":5}"#, Some(Failed::Step(2)), ""),
    ("nothing-to-drop", "chain", 3, 4, r#"{"a":1}"#, None, ""),
    ("element-renamed", "chain", 3, 4, r#"{"items":["sword","bow"]}"#, None, r#"{"first":"sword","items":["bow"]}"#),
    ("later-step-fails", "chain", 1, 4, r#"{"first":1,"gold":5,"items":[2]}"#, Some(Failed::Step(4)), ""),
    ("backwards", "chain", 4, 1, r#"{"coins":5}"#, Some(Failed::Missing(1)), ""),
    ("beyond-the-code", "chain", 1, 5, r#"{"gold":5}"#, Some(Failed::Missing(5)), ""),
    ("first-link-missing", "chain", 0, 2, r#"{"gold":5}"#, Some(Failed::Missing(1)), ""),
    ("link-missing", "broken", 1, 3, r#"{"gold":5}"#, Some(Failed::Missing(2)), ""),
    ("behind-the-missing-link", "broken", 2, 3, r#"{"gold":5}"#, None, ""),
    ("from-the-last-version-there-is", "chain", 4_294_967_295, 4, "{}", Some(Failed::Missing(4)), ""),
    ("root-that-is-no-table", "chain", 1, 2, "7", Some(Failed::Step(2)), ""),
    ("root-that-is-an-array", "chain", 1, 2, "[1]", Some(Failed::Step(2)), ""),
    ("rename-makes-tables", "moves", 0, 1, r#"{"a":1,"list":[5]}"#, None, r#"{"b":{"c":{"d":1}},"list":[5]}"#),
    ("default-at-the-end-of-an-array", "moves", 0, 1, r#"{"list":[]}"#, None, r#"{"list":[true]}"#),
    ("default-makes-no-array", "moves", 0, 1, "{}", Some(Failed::Step(1)), ""),
    ("too-deep", "moves", 1, 2, r#"{"b":{"x":1}}"#, Some(Failed::Step(2)), ""),
    (
        "just-deep-enough",
        "moves",
        1,
        2,
        r#"{"b":1}"#,
        None,
        r#"{"k0":{"k1":{"k2":{"k3":{"k4":{"k5":{"k6":{"k7":{"k8":{"k9":{"k10":{"k11":{"k12":{"k13":{"k14":{"k15":{"k16":{"k17":{"k18":{"k19":{"k20":{"k21":{"k22":{"k23":{"k24":{"k25":1}}}}}}}}}}}}}}}}}}}}}}}}}}"#,
    ),
    ("too-big", "narrow", 2, 3, r#"{"a":1}"#, Some(Failed::TooBig(3)), ""),
    ("too-big-in-between-only", "own", 0, 2, r#"{"a":1}"#, None, ""),
    ("too-big-already-and-no-larger", "own", 1, 2, r#"{"a":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}"#, None, ""),
    ("rename-onto-its-own-child", "own", 2, 3, r#"{"x":1}"#, None, r#"{"x":{"y":1}}"#),
    ("root-is-not-dropped", "own", 2, 3, r#"{"a":1}"#, None, ""),
    ("default-of-many-bytes", "moves", 2, 3, r#"{"a":1}"#, None, r#"{"a":1,"big":"xxxxxxxxxxxxxxxx"}"#),
];

pub(super) fn migration() -> Result<File, String> {
    let about =
        "Data brought from one version to another: all steps or none. Where it fails, the data are as they were.";
    let [broken, moves, narrow, own] = others();
    let mut sheet = Sheet::new("migration.json", "migration", about, [broken, ("chain", chain()), moves, narrow, own]);
    for (name, config, from, to, before, fails, after) in ROWS {
        let after = if after.is_empty() { before } else { after };
        let [config, before] = [config, before].map(|it| (*it).to_owned());
        let case = Migration { config, from: *from, to: *to, before, fails: None, after: String::new() };
        sheet.add(&format!("migration-{name}"), "K22 K23 R22", case, |case| {
            meant((case.after.as_str(), &case.fails), (*after, fails))
        });
    }
    sheet.file()
}

/// A template with everything in it that a template may have.
fn template() -> ConfigJson {
    ConfigJson {
        version: 2,
        template: r#"{"bag":{},"coins":10,"list":[1],"settings":{"music":true,"sound":true},"stats":{"kills":0},"tags":["new"],"title":"x"}"#
            .to_owned(),
        declared: vec![
            counter("coins", 0, 999, PolicyJson::Reject),
            counter("stats.kills", 0, 999, PolicyJson::Reject),
            counter("secret", 0, 9, PolicyJson::Reject),
            set("tags", 5),
            register("title"),
        ],
        steps: [(2, vec![rename(r#"["gold"]"#, r#"["coins"]"#)])].into(),
        ..configs::open()
    }
}

/// Name, version of the data, data before, what is missing, what nobody knows.
const BESIDE: &[(&str, u32, &str, &str, &str)] = &[
    (
        "whole",
        2,
        r#"{"bag":{},"coins":1,"list":[],"settings":{"music":false,"sound":true},"stats":{"kills":3},"tags":[],"title":"y"}"#,
        "[]",
        "[]",
    ),
    (
        "empty",
        2,
        "{}",
        r#"[[["bag"],"set_if",{}],[["coins"],"add",0],[["list"],"set_if",[1]],[["settings"],"set_if",{"music":true,"sound":true}],[["stats","kills"],"add",0],[["tags"],"insert","new"],[["title"],"set_if","x"]]"#,
        "[]",
    ),
    (
        "one-leaf-missing",
        2,
        r#"{"bag":{},"coins":1,"list":[],"settings":{"music":false},"stats":{"kills":3},"tags":[],"title":"y"}"#,
        r#"[[["settings","sound"],"set_if",true]]"#,
        "[]",
    ),
    (
        "counter-missing",
        2,
        r#"{"bag":{},"list":[],"settings":{"music":false,"sound":true},"stats":{},"tags":[],"title":"y"}"#,
        r#"[[["coins"],"add",0],[["stats","kills"],"add",0]]"#,
        "[]",
    ),
    (
        "unknown-leaf",
        2,
        r#"{"bag":{},"coins":1,"junk":1,"list":[],"settings":{"music":false,"old":1,"sound":true},"stats":{"kills":3},"tags":[],"title":"y"}"#,
        "[]",
        r#"[[["junk"],"delete"],[["settings","old"],"delete"]]"#,
    ),
    (
        "unknown-in-data-of-another-version",
        1,
        r#"{"bag":{},"coins":1,"junk":1,"list":[],"settings":{"music":false,"sound":true},"stats":{"kills":3},"tags":[],"title":"y"}"#,
        "[]",
        "[]",
    ),
    (
        "open-table-is-left-alone",
        2,
        r#"{"bag":{"sword":1},"coins":1,"list":[9,8],"settings":{"music":false,"sound":true},"stats":{"kills":3},"tags":[],"title":{"any":1}}"#,
        "[]",
        "[]",
    ),
    (
        "declared-and-not-in-the-template",
        2,
        r#"{"bag":{},"coins":1,"list":[],"secret":3,"settings":{"music":false,"sound":true},"stats":{"kills":3},"tags":[],"title":"y"}"#,
        "[]",
        "[]",
    ),
    (
        "leaf-where-the-template-has-a-table",
        2,
        r#"{"bag":{},"coins":1,"list":[],"settings":5,"stats":{"kills":3},"tags":[],"title":"y"}"#,
        "[]",
        "[]",
    ),
    (
        "table-where-the-template-has-a-leaf",
        2,
        r#"{"bag":{},"coins":1,"list":{"a":1},"settings":{"music":{},"sound":true},"stats":{"kills":3},"tags":[],"title":"y"}"#,
        "[]",
        "[]",
    ),
    (
        "to-be-migrated",
        1,
        r#"{"bag":{},"gold":7,"list":[],"settings":{"music":false,"sound":true},"stats":{"kills":3},"tags":[],"title":"y"}"#,
        r#"[[["coins"],"add",0]]"#,
        "[]",
    ),
    (
        "migration-that-is-refused",
        1,
        r#"{"coins":1,"gold":7}"#,
        r#"[[["bag"],"set_if",{}],[["list"],"set_if",[1]],[["settings"],"set_if",{"music":true,"sound":true}],[["stats","kills"],"add",0],[["tags"],"insert","new"],[["title"],"set_if","x"]]"#,
        "[]",
    ),
    (
        "data-of-later-code",
        3,
        r#"{"x":1}"#,
        r#"[[["bag"],"set_if",{}],[["coins"],"add",0],[["list"],"set_if",[1]],[["settings"],"set_if",{"music":true,"sound":true}],[["stats","kills"],"add",0],[["tags"],"insert","new"],[["title"],"set_if","x"]]"#,
        "[]",
    ),
    ("no-table", 2, "5", "[]", "[]"),
];

pub(super) fn reconcile() -> Result<File, String> {
    let about = "Data beside a template: the change that adds what is missing, the change that takes out what nobody knows, the data \
                 after both; and what a dry run says of migrating and adding.";
    let mut sheet = Sheet::new("reconcile.json", "reconcile", about, [("template", template())]);
    for (name, version, before, missing, unknown) in BESIDE {
        let case = Reconcile {
            config: "template".to_owned(),
            version: *version,
            before: (*before).to_owned(),
            missing: String::new(),
            unknown: String::new(),
            after: String::new(),
            dry_run: DryRun::Unchanged,
        };
        sheet.add(&format!("reconcile-{name}"), "DIA-10 B5 R23 D18", case, |case| {
            meant((case.missing.as_str(), case.unknown.as_str()), (*missing, *unknown))
        });
    }
    sheet.file()
}
