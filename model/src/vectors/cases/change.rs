//! Changes applied to data: each operation at its edges.

use super::configs::{self, counter, register, set};
use crate::vectors::config::{ConfigJson, PolicyJson};
use crate::vectors::file::File;
use crate::vectors::kinds::Apply;
use crate::vectors::sheet::{Sheet, meant};

const ABOUT: &str = "A change applied to data: the outcome (whole, clamped, or why it is skipped), whether it is a credit, the data \
                     afterwards, and what they take by the count of the limit. A skipped change leaves the data as they were.";

/// Name, configuration, data before, change, outcome, data after; nothing there stands for the same as before.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

fn sheet<const N: usize>(
    file: &'static str,
    tells: &'static str,
    configs: [(&str, ConfigJson); N],
    rows: &[Row],
) -> Result<File, String> {
    let mut sheet = Sheet::new(file, "change", ABOUT, configs);
    for (name, config, before, change, outcome, after) in rows {
        let [config, before, change] = [config, before, change].map(|it| (*it).to_owned());
        let after = if after.is_empty() { before.clone() } else { (*after).to_owned() };
        let (outcome, filled) = ((*outcome).to_owned(), String::new());
        let case = Apply { config, before, change, outcome: filled.clone(), credit: false, after: filled, bytes: 0 };
        sheet.add(&format!("change-{name}"), tells, case, |case| {
            meant((&case.outcome, &case.after), (&outcome, &after))
        });
    }
    sheet.file()
}

/// Counters of either policy, from 0, from elsewhere, and with the widest bounds.
fn bounds() -> ConfigJson {
    const MAX: i64 = (1 << 53) - 1;
    ConfigJson {
        declared: vec![
            counter("reject", -5, 10, PolicyJson::Reject),
            counter("clamp", -5, 10, PolicyJson::Clamp),
            counter("from", 2, 10, PolicyJson::Reject),
            counter("wide", -MAX, MAX, PolicyJson::Reject),
            counter("items.*.count", 0, 5, PolicyJson::Reject),
            counter("old", 0, 10, PolicyJson::Reject).retired(),
        ],
        template: r#"{"from":4}"#.to_owned(),
        ..configs::open()
    }
}

pub(super) fn counters() -> Result<File, String> {
    sheet("change-counters.json", "D14 R18", [("bounds", bounds()), ("diary", configs::diary()), ("open", configs::open())], COUNTERS)
}

const COUNTERS: &[Row] = &[
    ("add", "bounds", r#"{"reject":1}"#, r#"[[["reject"],"add",2]]"#, "whole", r#"{"reject":3}"#),
    ("add-to-the-maximum", "bounds", r#"{"reject":1}"#, r#"[[["reject"],"add",9]]"#, "whole", r#"{"reject":10}"#),
    ("add-beyond-rejects", "bounds", r#"{"reject":1}"#, r#"[[["reject"],"add",10]]"#, "above_maximum", ""),
    ("add-beyond-clamps", "bounds", r#"{"clamp":1}"#, r#"[[["clamp"],"add",10]]"#, "clamped", r#"{"clamp":10}"#),
    ("add-nothing", "bounds", r#"{"reject":1}"#, r#"[[["reject"],"add",0]]"#, "whole", ""),
    ("add-nothing-stores-it", "bounds", "{}", r#"[[["reject"],"add",0]]"#, "whole", r#"{"reject":0}"#),
    ("take-to-the-minimum", "bounds", r#"{"reject":1}"#, r#"[[["reject"],"add",-6]]"#, "whole", r#"{"reject":-5}"#),
    ("take-beyond-rejects", "bounds", r#"{"reject":1}"#, r#"[[["reject"],"add",-7]]"#, "below_minimum", ""),
    ("take-beyond-clamps", "bounds", r#"{"clamp":1}"#, r#"[[["clamp"],"add",-7]]"#, "clamped", r#"{"clamp":-5}"#),
    ("outside-comes-back-in-steps", "bounds", r#"{"reject":15}"#, r#"[[["reject"],"add",-1]]"#, "whole", r#"{"reject":14}"#),
    ("outside-goes-no-further", "bounds", r#"{"reject":15}"#, r#"[[["reject"],"add",1]]"#, "above_maximum", ""),
    ("outside-clamps-where-it-is", "bounds", r#"{"clamp":15}"#, r#"[[["clamp"],"add",1]]"#, "clamped", ""),
    ("outside-below-comes-back", "bounds", r#"{"reject":-9}"#, r#"[[["reject"],"add",1]]"#, "whole", r#"{"reject":-8}"#),
    ("sum-beyond-64-bits-rejects", "bounds", r#"{"reject":1}"#, r#"[[["reject"],"add",9223372036854775807]]"#, "above_maximum", ""),
    ("sum-beyond-64-bits-clamps", "bounds", r#"{"clamp":-1}"#, r#"[[["clamp"],"add",-9223372036854775808]]"#, "clamped", r#"{"clamp":-5}"#),
    ("to-the-widest-maximum", "bounds", "{}", r#"[[["wide"],"add",9007199254740991]]"#, "whole", r#"{"wide":9007199254740991}"#),
    ("beyond-the-widest-maximum", "bounds", r#"{"wide":9007199254740991}"#, r#"[[["wide"],"add",1]]"#, "above_maximum", ""),
    ("to-the-widest-minimum", "bounds", "{}", r#"[[["wide"],"add",-9007199254740991]]"#, "whole", r#"{"wide":-9007199254740991}"#),
    ("absent-counts-from-the-template", "bounds", "{}", r#"[[["from"],"add",1]]"#, "whole", r#"{"from":5}"#),
    ("absent-below-by-the-template", "bounds", "{}", r#"[[["from"],"add",-3]]"#, "below_minimum", ""),
    ("max-raises", "bounds", r#"{"reject":1}"#, r#"[[["reject"],"max",5]]"#, "whole", r#"{"reject":5}"#),
    ("max-that-is-there-already", "bounds", r#"{"reject":6}"#, r#"[[["reject"],"max",5]]"#, "whole", ""),
    ("max-beyond-rejects", "bounds", r#"{"reject":1}"#, r#"[[["reject"],"max",11]]"#, "above_maximum", ""),
    ("max-beyond-clamps", "bounds", r#"{"clamp":1}"#, r#"[[["clamp"],"max",11]]"#, "clamped", r#"{"clamp":10}"#),
    ("min-lowers", "bounds", r#"{"reject":6}"#, r#"[[["reject"],"min",5]]"#, "whole", r#"{"reject":5}"#),
    ("min-that-is-there-already", "bounds", r#"{"reject":4}"#, r#"[[["reject"],"min",5]]"#, "whole", ""),
    ("min-beyond-rejects", "bounds", r#"{"reject":6}"#, r#"[[["reject"],"min",-6]]"#, "below_minimum", ""),
    ("min-beyond-clamps", "bounds", r#"{"clamp":6}"#, r#"[[["clamp"],"min",-6]]"#, "clamped", r#"{"clamp":-5}"#),
    ("max-then-min-sets", "bounds", r#"{"reject":6}"#, r#"[[["reject"],"max",3],[["reject"],"min",3]]"#, "whole", r#"{"reject":3}"#),
    ("set-on-a-counter", "bounds", r#"{"reject":6}"#, r#"[[["reject"],"set",7]]"#, "wrong_kind", ""),
    ("delete-of-a-counter", "bounds", r#"{"reject":6}"#, r#"[[["reject"],"delete"]]"#, "wrong_kind", ""),
    ("insert-into-a-counter", "bounds", r#"{"reject":6}"#, r#"[[["reject"],"insert",7]]"#, "wrong_kind", ""),
    ("counter-that-is-a-string", "bounds", r#"{"reject":"6"}"#, r#"[[["reject"],"add",1]]"#, "wrong_kind", ""),
    ("counter-that-is-a-fraction", "bounds", r#"{"reject":0.5}"#, r#"[[["reject"],"add",1]]"#, "wrong_kind", ""),
    ("counter-beyond-53-bits", "bounds", r#"{"wide":9007199254740992}"#, r#"[[["wide"],"add",-1]]"#, "wrong_kind", ""),
    ("counter-that-is-nan", "bounds", r#"{"reject":"$nuAAAAAAAA+H8"}"#, r#"[[["reject"],"add",1]]"#, "wrong_kind", ""),
    ("counter-that-is-minus-zero", "bounds", r#"{"reject":-0}"#, r#"[[["reject"],"add",1]]"#, "whole", r#"{"reject":1}"#),
    ("counter-in-each-item", "bounds", r#"{"items":{"sword":{"count":1}}}"#, r#"[[["items","sword","count"],"add",4]]"#, "whole", r#"{"items":{"sword":{"count":5}}}"#),
    ("counter-in-a-new-item", "bounds", "{}", r#"[[["items","bow","count"],"add",1]]"#, "whole", r#"{"items":{"bow":{"count":1}}}"#),
    ("counter-in-an-array-element", "bounds", r#"{"items":[{"count":1}]}"#, r#"[[["items",0,"count"],"add",5]]"#, "above_maximum", ""),
    ("table-with-a-counter-behind-a-star-is-taken", "bounds", r#"{"items":{"bow":{"count":1}}}"#, r#"[[["items","bow"],"delete"]]"#, "whole", r#"{"items":{}}"#),
    ("inside-a-counter", "bounds", "{}", r#"[[["reject","x"],"add",1]]"#, "wrong_kind", ""),
    ("retired-that-is-there", "bounds", r#"{"old":3}"#, r#"[[["old"],"add",2]]"#, "whole", r#"{"old":5}"#),
    ("retired-that-is-absent", "bounds", "{}", r#"[[["old"],"add",2]]"#, "unknown_field", ""),
    ("undeclared-is-no-counter", "open", r#"{"xp":1}"#, r#"[[["xp"],"add",1]]"#, "wrong_kind", ""),
    ("undeclared-is-a-counter-diary", "diary", r#"{"xp":1}"#, r#"[[["xp"],"add",1]]"#, "whole", r#"{"xp":2}"#),
    ("undeclared-appears-diary", "diary", "{}", r#"[[["a","xp"],"add",-1]]"#, "whole", r#"{"a":{"xp":-1}}"#),
    ("undeclared-fraction-diary", "diary", r#"{"xp":1.5}"#, r#"[[["xp"],"add",1]]"#, "wrong_kind", ""),
    ("undeclared-set-diary", "diary", r#"{"xp":1}"#, r#"[[["xp"],"set",9]]"#, "whole", r#"{"xp":9}"#),
    ("undeclared-max-diary", "diary", r#"{"xp":1}"#, r#"[[["xp"],"max",9]]"#, "whole", r#"{"xp":9}"#),
    ("undeclared-beyond-53-bits-diary", "diary", r#"{"xp":9007199254740991}"#, r#"[[["xp"],"add",1]]"#, "above_maximum", ""),
    ("undeclared-string-diary", "diary", r#"{"xp":"1"}"#, r#"[[["xp"],"add",1]]"#, "wrong_kind", ""),
];

/// A table with a counter of its own in it, which is never replaced as a whole.
fn guarded() -> ConfigJson {
    ConfigJson {
        declared: vec![counter("stats.kills", 0, 999, PolicyJson::Reject), register("title"), register("old.name").retired()],
        ..configs::open()
    }
}

pub(super) fn registers() -> Result<File, String> {
    sheet("change-registers.json", "D11 D13 R19", [("guarded", guarded()), ("open", configs::open())], REGISTERS)
}

const REGISTERS: &[Row] = &[
    ("set", "open", r#"{"a":1}"#, r#"[[["a"],"set","x"]]"#, "whole", r#"{"a":"x"}"#),
    ("set-new", "open", "{}", r#"[[["a"],"set",true]]"#, "whole", r#"{"a":true}"#),
    ("set-deep-makes-tables", "open", "{}", r#"[[["a","b","c"],"set",1]]"#, "whole", r#"{"a":{"b":{"c":1}}}"#),
    ("set-through-a-leaf", "open", r#"{"a":1}"#, r#"[[["a","b"],"set",1]]"#, "wrong_kind", ""),
    ("set-the-root", "open", r#"{"a":1}"#, r#"[[[],"set",{"b":2}]]"#, "whole", r#"{"b":2}"#),
    ("set-keeps-the-others", "open", r#"{"a":{"x":1,"y":2},"b":3}"#, r#"[[["a","x"],"set",9]]"#, "whole", r#"{"a":{"x":9,"y":2},"b":3}"#),
    ("set-if-absent", "open", "{}", r#"[[["a"],"set_if",1]]"#, "whole", r#"{"a":1}"#),
    ("set-if-absent-and-it-is-there", "open", r#"{"a":1}"#, r#"[[["a"],"set_if",2]]"#, "mismatch", ""),
    ("set-if-expected", "open", r#"{"a":1}"#, r#"[[["a"],"set_if",2,1]]"#, "whole", r#"{"a":2}"#),
    ("set-if-another", "open", r#"{"a":3}"#, r#"[[["a"],"set_if",2,1]]"#, "mismatch", ""),
    ("set-if-expected-and-it-is-absent", "open", "{}", r#"[[["a"],"set_if",2,1]]"#, "mismatch", ""),
    ("set-if-expected-table", "open", r#"{"a":{"x":1}}"#, r#"[[["a"],"set_if",{"x":2},{"x":1}]]"#, "whole", r#"{"a":{"x":2}}"#),
    ("set-if-zero-is-not-minus-zero", "open", r#"{"a":-0}"#, r#"[[["a"],"set_if",2,0]]"#, "mismatch", ""),
    ("set-if-nan-is-nan", "open", r#"{"a":"$nuAAAAAAAA+H8"}"#, r#"[[["a"],"set_if",2,"$nuAAAAAAAA+H8"]]"#, "whole", r#"{"a":2}"#),
    ("delete", "open", r#"{"a":1,"b":2}"#, r#"[[["a"],"delete"]]"#, "whole", r#"{"b":2}"#),
    ("delete-what-is-absent", "open", "{}", r#"[[["a"],"delete"]]"#, "whole", ""),
    ("delete-deep-what-is-absent", "open", "{}", r#"[[["a","b"],"delete"]]"#, "whole", ""),
    ("delete-a-table", "open", r#"{"a":{"b":1}}"#, r#"[[["a"],"delete"]]"#, "whole", "{}"),
    ("delete-the-root", "open", r#"{"a":1}"#, r#"[[[],"delete"]]"#, "wrong_kind", ""),
    ("insert-into-a-leaf", "open", r#"{"a":1}"#, r#"[[["a"],"insert",1]]"#, "wrong_kind", ""),
    ("remove-from-a-leaf", "open", r#"{"a":1}"#, r#"[[["a"],"remove",1]]"#, "wrong_kind", ""),
    ("index-into-a-map", "open", r#"{"a":{"x":1}}"#, r#"[[["a",0],"set",1]]"#, "wrong_kind", ""),
    ("key-into-an-array", "open", r#"{"a":[1]}"#, r#"[[["a","x"],"set",1]]"#, "wrong_kind", ""),
    ("guarded-table-is-not-set", "guarded", r#"{"stats":{"kills":1}}"#, r#"[[["stats"],"set",{"kills":9}]]"#, "wrong_kind", ""),
    ("guarded-table-is-not-deleted", "guarded", r#"{"stats":{"kills":1}}"#, r#"[[["stats"],"delete"]]"#, "wrong_kind", ""),
    ("guarded-root-is-not-set", "guarded", r#"{"stats":{"kills":1}}"#, r#"[[[],"set",{}]]"#, "wrong_kind", ""),
    ("beside-a-guarded-counter", "guarded", r#"{"stats":{"kills":1}}"#, r#"[[["stats","name"],"set","x"]]"#, "whole", r#"{"stats":{"kills":1,"name":"x"}}"#),
    ("register-of-a-table", "guarded", r#"{"title":"x"}"#, r#"[[["title"],"set",{"a":[1]}]]"#, "whole", r#"{"title":{"a":[1]}}"#),
    ("inside-a-register", "guarded", r#"{"title":{"a":1}}"#, r#"[[["title","a"],"set",2]]"#, "wrong_kind", ""),
    ("add-to-a-register", "guarded", r#"{"title":1}"#, r#"[[["title"],"add",2]]"#, "wrong_kind", ""),
    ("retired-register-is-not-made", "guarded", "{}", r#"[[["old","name"],"set","x"]]"#, "unknown_field", ""),
    ("retired-register-that-is-there", "guarded", r#"{"old":{"name":"y"}}"#, r#"[[["old","name"],"set","x"]]"#, "whole", r#"{"old":{"name":"x"}}"#),
    ("nothing-to-do", "open", r#"{"a":1}"#, "[]", "whole", ""),
    ("all-or-none", "open", r#"{"a":1}"#, r#"[[["a"],"set",2],[["b"],"set",3],[["c"],"set_if",4,5]]"#, "mismatch", ""),
    ("all-or-none-takes-tables-back", "open", r#"{"a":[1]}"#, r#"[[["x","y"],"set",1],[["a",0],"delete"],[["a",0],"insert",7],[["b"],"add",1]]"#, "wrong_kind", ""),
    ("all-or-none-in-the-guarded", "guarded", r#"{"stats":{"kills":1}}"#, r#"[[["stats","kills"],"add",5],[["stats","kills"],"add",-9]]"#, "below_minimum", ""),
    ("later-sees-earlier", "open", "{}", r#"[[["a"],"set",1],[["a"],"set_if",2,1],[["a"],"set_if",3,2]]"#, "whole", r#"{"a":3}"#),
];

pub(super) fn sets() -> Result<File, String> {
    let tags = ConfigJson {
        declared: vec![set("tags", 3), set("none", 0), set("from", 3)],
        template: r#"{"from":["a","b"]}"#.to_owned(),
        ..configs::open()
    };
    sheet("change-sets.json", "D13", [("tags", tags)], SETS)
}

const SETS: &[Row] = &[
    ("insert", "tags", r#"{"tags":["b"]}"#, r#"[[["tags"],"insert","a"]]"#, "whole", r#"{"tags":["a","b"]}"#),
    ("insert-first", "tags", "{}", r#"[[["tags"],"insert","a"]]"#, "whole", r#"{"tags":["a"]}"#),
    ("insert-what-is-there", "tags", r#"{"tags":["a"]}"#, r#"[[["tags"],"insert","a"]]"#, "whole", ""),
    ("insert-up-to-the-length", "tags", r#"{"tags":["a","b"]}"#, r#"[[["tags"],"insert","c"]]"#, "whole", r#"{"tags":["a","b","c"]}"#),
    ("insert-beyond-the-length", "tags", r#"{"tags":["a","b","c"]}"#, r#"[[["tags"],"insert","d"]]"#, "full", ""),
    ("insert-what-is-there-when-full", "tags", r#"{"tags":["a","b","c"]}"#, r#"[[["tags"],"insert","b"]]"#, "whole", ""),
    ("insert-where-nothing-may-be", "tags", "{}", r#"[[["none"],"insert","a"]]"#, "full", ""),
    ("insert-puts-in-order", "tags", r#"{"tags":["c","b"]}"#, r#"[[["tags"],"insert","a"]]"#, "whole", r#"{"tags":["a","b","c"]}"#),
    ("kinds-in-order", "tags", r#"{"tags":["a"]}"#, r#"[[["tags"],"insert",true],[["tags"],"insert",7]]"#, "whole", r#"{"tags":[true,7,"a"]}"#),
    ("numbers-in-order", "tags", "{}", r#"[[["tags"],"insert",0],[["tags"],"insert",-0],[["tags"],"insert",-1]]"#, "whole", r#"{"tags":[-1,-0,0]}"#),
    ("strings-in-order-of-bytes", "tags", "{}", r#"[[["tags"],"insert","b"],[["tags"],"insert","ab"],[["tags"],"insert","B"]]"#, "whole", r#"{"tags":["B","ab","b"]}"#),
    ("remove", "tags", r#"{"tags":["a","b"]}"#, r#"[[["tags"],"remove","a"]]"#, "whole", r#"{"tags":["b"]}"#),
    ("remove-what-is-absent", "tags", r#"{"tags":["a"]}"#, r#"[[["tags"],"remove","z"]]"#, "whole", ""),
    ("remove-the-last", "tags", r#"{"tags":["a"]}"#, r#"[[["tags"],"remove","a"]]"#, "whole", r#"{"tags":[]}"#),
    ("absent-begins-as-the-template", "tags", "{}", r#"[[["from"],"insert","c"]]"#, "whole", r#"{"from":["a","b","c"]}"#),
    ("absent-is-removed-from-the-template", "tags", "{}", r#"[[["from"],"remove","a"]]"#, "whole", r#"{"from":["b"]}"#),
    ("set-on-a-set", "tags", r#"{"tags":["a"]}"#, r#"[[["tags"],"set",["b"]]]"#, "wrong_kind", ""),
    ("add-to-a-set", "tags", r#"{"tags":["a"]}"#, r#"[[["tags"],"add",1]]"#, "wrong_kind", ""),
    ("set-with-a-value-twice", "tags", r#"{"tags":["a","a"]}"#, r#"[[["tags"],"insert","b"]]"#, "wrong_kind", ""),
    ("set-that-is-no-array", "tags", r#"{"tags":"a"}"#, r#"[[["tags"],"insert","b"]]"#, "wrong_kind", ""),
    ("element-of-a-set-by-index", "tags", r#"{"tags":["a"]}"#, r#"[[["tags",0],"set","b"]]"#, "wrong_kind", ""),
];

pub(super) fn arrays() -> Result<File, String> {
    let items = ConfigJson { declared: vec![counter("items.*.count", 0, 99, PolicyJson::Reject)], ..configs::open() };
    let counts = ConfigJson { declared: vec![counter("counts.*", 0, 99, PolicyJson::Reject)], ..configs::open() };
    sheet("change-arrays.json", "DIA-12", [("counts", counts), ("items", items), ("open", configs::open())], ARRAYS)
}

const ARRAYS: &[Row] = &[
    ("element-set", "open", r#"{"a":[1,2,3]}"#, r#"[[["a",1],"set",9]]"#, "whole", r#"{"a":[1,9,3]}"#),
    ("element-appended", "open", r#"{"a":[1,2]}"#, r#"[[["a",2],"set",3]]"#, "whole", r#"{"a":[1,2,3]}"#),
    ("element-beyond-the-end", "open", r#"{"a":[1,2]}"#, r#"[[["a",3],"set",3]]"#, "wrong_kind", ""),
    ("element-of-nothing", "open", "{}", r#"[[["a",0],"set",3]]"#, "wrong_kind", ""),
    ("element-of-an-empty-array", "open", r#"{"a":[]}"#, r#"[[["a",0],"set",3]]"#, "whole", r#"{"a":[3]}"#),
    ("element-inserted-in-front", "open", r#"{"a":[1,2]}"#, r#"[[["a",0],"insert",0]]"#, "whole", r#"{"a":[0,1,2]}"#),
    ("element-inserted-at-the-end", "open", r#"{"a":[1,2]}"#, r#"[[["a",2],"insert",3]]"#, "whole", r#"{"a":[1,2,3]}"#),
    ("element-inserted-beyond-the-end", "open", r#"{"a":[1,2]}"#, r#"[[["a",3],"insert",3]]"#, "wrong_kind", ""),
    ("element-inserted-into-nothing", "open", "{}", r#"[[["a",0],"insert",3]]"#, "wrong_kind", ""),
    ("element-inserted-into-a-map", "open", r#"{"a":{}}"#, r#"[[["a",0],"insert",3]]"#, "wrong_kind", ""),
    ("element-taken", "open", r#"{"a":[1,2,3]}"#, r#"[[["a",0],"delete"]]"#, "whole", r#"{"a":[2,3]}"#),
    ("element-taken-twice", "open", r#"{"a":[1,2,3]}"#, r#"[[["a",0],"delete"],[["a",0],"delete"]]"#, "whole", r#"{"a":[3]}"#),
    ("element-taken-beyond-the-end", "open", r#"{"a":[1]}"#, r#"[[["a",1],"delete"]]"#, "wrong_kind", ""),
    ("element-set-if", "open", r#"{"a":[1]}"#, r#"[[["a",0],"set_if",2,1]]"#, "whole", r#"{"a":[2]}"#),
    ("element-set-if-absent", "open", r#"{"a":[1]}"#, r#"[[["a",1],"set_if",2]]"#, "whole", r#"{"a":[1,2]}"#),
    ("element-added-to", "open", r#"{"a":[1]}"#, r#"[[["a",0],"add",1]]"#, "wrong_kind", ""),
    ("inside-an-element", "open", r#"{"a":[{"x":1}]}"#, r#"[[["a",0,"x"],"set",2]]"#, "whole", r#"{"a":[{"x":2}]}"#),
    ("inside-a-missing-element", "open", r#"{"a":[]}"#, r#"[[["a",0,"x"],"set",2]]"#, "whole", r#"{"a":[{"x":2}]}"#),
    ("array-in-an-array", "open", r#"{"a":[[1],[2]]}"#, r#"[[["a",1,0],"insert",9]]"#, "whole", r#"{"a":[[1],[9,2]]}"#),
    ("root-array", "open", "[1,2]", r#"[[[0],"delete"]]"#, "whole", "[2]"),
    ("count-of-an-element", "items", r#"{"items":[{"count":1}]}"#, r#"[[["items",0,"count"],"add",2]]"#, "whole", r#"{"items":[{"count":3}]}"#),
    ("element-with-a-count-is-taken", "items", r#"{"items":[{"count":1},{"count":2}]}"#, r#"[[["items",0],"delete"]]"#, "whole", r#"{"items":[{"count":2}]}"#),
    ("element-with-a-count-is-put", "items", r#"{"items":[]}"#, r#"[[["items",0],"insert",{"count":5}]]"#, "whole", r#"{"items":[{"count":5}]}"#),
    ("element-that-is-a-counter", "counts", r#"{"counts":[1,2]}"#, r#"[[["counts",1],"add",5]]"#, "whole", r#"{"counts":[1,7]}"#),
    ("element-that-is-a-counter-goes-on-at-the-end", "counts", r#"{"counts":[1]}"#, r#"[[["counts",1],"add",5]]"#, "whole", r#"{"counts":[1,5]}"#),
    ("element-that-is-a-counter-is-not-taken", "counts", r#"{"counts":[1,2]}"#, r#"[[["counts",0],"delete"]]"#, "wrong_kind", ""),
    ("element-skipped-undoes-the-others", "open", r#"{"a":[1,2,3]}"#, r#"[[["a",0],"delete"],[["a",0],"set",9],[["a",9],"delete"]]"#, "wrong_kind", ""),
];

pub(super) fn limits() -> Result<File, String> {
    let small = |bytes| ConfigJson { declared: vec![counter("c", 0, 999, PolicyJson::Reject)], max_bytes: bytes, ..configs::open() };
    let all = [("of-10", small(10)), ("of-24", small(24)), ("of-40", small(40)), ("diary-of-24", ConfigJson { max_bytes: 24, ..configs::diary() })];
    sheet("change-limits.json", "R-25 R36", all, LIMITS)
}

/// A counter takes 17 bytes, whatever its number: a key and what stands around it are its text and two more.
const LIMITS: &[Row] = &[
    ("fits-exactly", "of-10", r#"{"a":""}"#, r#"[[["a"],"set","x"]]"#, "whole", r#"{"a":"x"}"#),
    ("too-big-by-one", "of-10", r#"{"a":"x"}"#, r#"[[["a"],"set","xy"]]"#, "too_big", ""),
    ("too-big-may-shrink", "of-10", r#"{"a":"xxxxxxxxxx"}"#, r#"[[["a"],"set","xxxxxxxxx"]]"#, "whole", r#"{"a":"xxxxxxxxx"}"#),
    ("too-big-may-stay", "of-10", r#"{"a":"xxxxxxxxxx"}"#, r#"[[["a"],"set","yyyyyyyyyy"]]"#, "whole", r#"{"a":"yyyyyyyyyy"}"#),
    ("too-big-may-not-grow", "of-10", r#"{"a":"xxxxxxxxxx"}"#, r#"[[["a"],"set","xxxxxxxxxxx"]]"#, "too_big", ""),
    ("too-big-in-between-only", "of-10", r#"{"a":"x"}"#, r#"[[["b"],"set","xxxxxxx"],[["b"],"delete"]]"#, "whole", ""),
    ("too-big-undoes-all", "of-10", r#"{"a":"x"}"#, r#"[[["a"],"delete"],[["b"],"set","xxxxxxx"]]"#, "too_big", ""),
    ("escapes-count", "of-10", r#"{"a":""}"#, r#"[[["a"],"set","\n"]]"#, "too_big", ""),
    ("counter-as-its-longest-number", "of-24", "{}", r#"[[["c"],"add",1]]"#, "whole", r#"{"c":1}"#),
    ("counter-has-no-room", "of-10", "{}", r#"[[["c"],"add",1]]"#, "too_big", ""),
    ("counter-that-is-there-has-room", "of-24", r#"{"c":9}"#, r#"[[["c"],"add",990]]"#, "whole", r#"{"c":999}"#),
    ("array-counts-a-comma-each", "of-40", r#"{"a":[1,2]}"#, r#"[[["a",2],"insert",3]]"#, "whole", r#"{"a":[1,2,3]}"#),
    ("undeclared-counter-diary", "diary-of-24", "{}", r#"[[["c"],"set",1]]"#, "whole", r#"{"c":1}"#),
    ("undeclared-fraction-diary-is-its-text", "diary-of-24", r#"{"c":1.5}"#, r#"[[["d"],"set",2.5]]"#, "whole", r#"{"c":1.5,"d":2.5}"#),
    ("two-undeclared-counters-diary", "diary-of-24", r#"{"c":1}"#, r#"[[["d"],"set",2]]"#, "too_big", ""),
];
