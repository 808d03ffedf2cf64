//! Registers: sets with and without a condition, tables that are guarded, all operations or none.

use super::super::configs::{self, counter, register, set};
use super::{Row, sheet};
use crate::vectors::config::{ConfigJson, PolicyJson, UndeclaredJson};
use crate::vectors::file::File;

/// A table with a counter of its own in it, which is never replaced as a whole.
fn guarded() -> ConfigJson {
    ConfigJson {
        declared: vec![
            counter("stats.kills", 0, 999, PolicyJson::Reject),
            register("title"),
            register("old.name").retired(),
        ],
        ..configs::open()
    }
}

/// Tables with one amount or none in each.
fn guards() -> ConfigJson {
    ConfigJson {
        declared: vec![
            counter("a.c", 0, 9, PolicyJson::Reject),
            set("b.s", 3),
            counter("i.*.t.c", 0, 9, PolicyJson::Reject),
            counter("r.c", 0, 9, PolicyJson::Reject).retired(),
            register("t.x"),
        ],
        ..configs::open()
    }
}

pub(in super::super) fn registers() -> Result<File, String> {
    let diary = ConfigJson { undeclared: UndeclaredJson::Counters, ..guarded() };
    sheet(
        "change-registers.json",
        "D11 D13 R19",
        [("guarded", guarded()), ("guarded-diary", diary), ("guards", guards()), ("open", configs::open())],
        REGISTERS,
    )
}

const REGISTERS: &[Row] = &[
    ("set", "open", r#"{"a":1}"#, r#"[[["a"],"set","x"]]"#, "whole", r#"{"a":"x"}"#),
    ("set-new", "open", "{}", r#"[[["a"],"set",true]]"#, "whole", r#"{"a":true}"#),
    ("set-deep-makes-tables", "open", "{}", r#"[[["a","b","c"],"set",1]]"#, "whole", r#"{"a":{"b":{"c":1}}}"#),
    ("set-through-a-leaf", "open", r#"{"a":1}"#, r#"[[["a","b"],"set",1]]"#, "wrong_kind", ""),
    ("set-the-root", "open", r#"{"a":1}"#, r#"[[[],"set",{"b":2}]]"#, "whole", r#"{"b":2}"#),
    (
        "set-keeps-the-others",
        "open",
        r#"{"a":{"x":1,"y":2},"b":3}"#,
        r#"[[["a","x"],"set",9]]"#,
        "whole",
        r#"{"a":{"x":9,"y":2},"b":3}"#,
    ),
    ("add-to-a-guarded-table-diary", "guarded-diary", "{}", r#"[[["stats"],"add",1]]"#, "wrong_kind", ""),
    (
        "min-of-a-guarded-table-diary",
        "guarded-diary",
        r#"{"stats":{"kills":3}}"#,
        r#"[[["stats"],"min",1]]"#,
        "wrong_kind",
        "",
    ),
    ("empty-table-of-a-counter", "guarded", "{}", r#"[[["stats"],"set",{}]]"#, "wrong_kind", ""),
    ("empty-table-of-a-counter-goes", "guarded", r#"{"stats":{}}"#, r#"[[["stats"],"delete"]]"#, "wrong_kind", ""),
    ("set-if-absent", "open", "{}", r#"[[["a"],"set_if",1]]"#, "whole", r#"{"a":1}"#),
    ("set-if-absent-and-it-is-there", "open", r#"{"a":1}"#, r#"[[["a"],"set_if",2]]"#, "mismatch", ""),
    ("set-if-expected", "open", r#"{"a":1}"#, r#"[[["a"],"set_if",2,1]]"#, "whole", r#"{"a":2}"#),
    ("set-if-another", "open", r#"{"a":3}"#, r#"[[["a"],"set_if",2,1]]"#, "mismatch", ""),
    ("set-if-expected-and-it-is-absent", "open", "{}", r#"[[["a"],"set_if",2,1]]"#, "mismatch", ""),
    (
        "set-if-expected-table",
        "open",
        r#"{"a":{"x":1}}"#,
        r#"[[["a"],"set_if",{"x":2},{"x":1}]]"#,
        "whole",
        r#"{"a":{"x":2}}"#,
    ),
    ("set-if-zero-is-not-minus-zero", "open", r#"{"a":-0}"#, r#"[[["a"],"set_if",2,0]]"#, "mismatch", ""),
    (
        "set-if-nan-is-nan",
        "open",
        r#"{"a":"$nuAAAAAAAA+H8"}"#,
        r#"[[["a"],"set_if",2,"$nuAAAAAAAA+H8"]]"#,
        "whole",
        r#"{"a":2}"#,
    ),
    ("delete", "open", r#"{"a":1,"b":2}"#, r#"[[["a"],"delete"]]"#, "whole", r#"{"b":2}"#),
    ("delete-what-is-absent", "open", "{}", r#"[[["a"],"delete"]]"#, "whole", ""),
    ("delete-deep-what-is-absent", "open", "{}", r#"[[["a","b"],"delete"]]"#, "whole", ""),
    ("delete-a-table", "open", r#"{"a":{"b":1}}"#, r#"[[["a"],"delete"]]"#, "whole", "{}"),
    ("delete-the-root", "open", r#"{"a":1}"#, r#"[[[],"delete"]]"#, "wrong_kind", ""),
    ("insert-into-a-leaf", "open", r#"{"a":1}"#, r#"[[["a"],"insert",1]]"#, "wrong_kind", ""),
    ("remove-from-a-leaf", "open", r#"{"a":1}"#, r#"[[["a"],"remove",1]]"#, "wrong_kind", ""),
    ("index-into-a-map", "open", r#"{"a":{"x":1}}"#, r#"[[["a",0],"set",1]]"#, "wrong_kind", ""),
    ("key-into-an-array", "open", r#"{"a":[1]}"#, r#"[[["a","x"],"set",1]]"#, "wrong_kind", ""),
    (
        "guarded-table-is-not-set",
        "guarded",
        r#"{"stats":{"kills":1}}"#,
        r#"[[["stats"],"set",{"kills":9}]]"#,
        "wrong_kind",
        "",
    ),
    (
        "guarded-table-is-not-deleted",
        "guarded",
        r#"{"stats":{"kills":1}}"#,
        r#"[[["stats"],"delete"]]"#,
        "wrong_kind",
        "",
    ),
    ("guarded-root-is-not-set", "guarded", r#"{"stats":{"kills":1}}"#, r#"[[[],"set",{}]]"#, "wrong_kind", ""),
    (
        "beside-a-guarded-counter",
        "guarded",
        r#"{"stats":{"kills":1}}"#,
        r#"[[["stats","name"],"set","x"]]"#,
        "whole",
        r#"{"stats":{"kills":1,"name":"x"}}"#,
    ),
    (
        "register-of-a-table",
        "guarded",
        r#"{"title":"x"}"#,
        r#"[[["title"],"set",{"a":[1]}]]"#,
        "whole",
        r#"{"title":{"a":[1]}}"#,
    ),
    ("inside-a-register", "guarded", r#"{"title":{"a":1}}"#, r#"[[["title","a"],"set",2]]"#, "wrong_kind", ""),
    ("add-to-a-register", "guarded", r#"{"title":1}"#, r#"[[["title"],"add",2]]"#, "wrong_kind", ""),
    ("retired-register-is-not-made", "guarded", "{}", r#"[[["old","name"],"set","x"]]"#, "unknown_field", ""),
    (
        "retired-register-that-is-there",
        "guarded",
        r#"{"old":{"name":"y"}}"#,
        r#"[[["old","name"],"set","x"]]"#,
        "whole",
        r#"{"old":{"name":"x"}}"#,
    ),
    ("nothing-to-do", "open", r#"{"a":1}"#, "[]", "whole", ""),
    ("all-or-none", "open", r#"{"a":1}"#, r#"[[["a"],"set",2],[["b"],"set",3],[["c"],"set_if",4,5]]"#, "mismatch", ""),
    (
        "all-or-none-takes-tables-back",
        "open",
        r#"{"a":[1]}"#,
        r#"[[["x","y"],"set",1],[["a",0],"delete"],[["a",0],"insert",7],[["b"],"add",1]]"#,
        "wrong_kind",
        "",
    ),
    (
        "all-or-none-in-the-guarded",
        "guarded",
        r#"{"stats":{"kills":1}}"#,
        r#"[[["stats","kills"],"add",5],[["stats","kills"],"add",-9]]"#,
        "below_minimum",
        "",
    ),
    (
        "later-sees-earlier",
        "open",
        "{}",
        r#"[[["a"],"set",1],[["a"],"set_if",2,1],[["a"],"set_if",3,2]]"#,
        "whole",
        r#"{"a":3}"#,
    ),
    ("table-with-a-set-is-not-set", "guards", r#"{"b":{"s":[]}}"#, r#"[[["b"],"set",{}]]"#, "wrong_kind", ""),
    (
        "table-with-a-retired-counter-is-not-set",
        "guards",
        r#"{"r":{"c":1}}"#,
        r#"[[["r"],"set",{}]]"#,
        "wrong_kind",
        "",
    ),
    ("table-with-a-register-is-set", "guards", r#"{"t":{"x":1}}"#, r#"[[["t"],"set",{}]]"#, "whole", r#"{"t":{}}"#),
    (
        "table-behind-a-star-is-set",
        "guards",
        r#"{"i":{"x":{"t":{"c":1}}}}"#,
        r#"[[["i","x","t"],"set",{}]]"#,
        "whole",
        r#"{"i":{"x":{"t":{}}}}"#,
    ),
    ("guarded-table-is-not-set-if-absent", "guards", "{}", r#"[[["a"],"set_if",{}]]"#, "wrong_kind", ""),
    (
        "guarded-table-is-not-set-if-expected",
        "guards",
        r#"{"a":{}}"#,
        r#"[[["a"],"set_if",{"x":1},{}]]"#,
        "wrong_kind",
        "",
    ),
    ("guarded-table-that-is-absent-is-not-deleted", "guards", "{}", r#"[[["a"],"delete"]]"#, "wrong_kind", ""),
    ("delete-through-a-leaf", "open", r#"{"a":1}"#, r#"[[["a","b"],"delete"]]"#, "whole", ""),
    ("set-if-expected-through-a-leaf", "open", r#"{"a":1}"#, r#"[[["a","b"],"set_if",2,1]]"#, "mismatch", ""),
    ("set-if-absent-through-a-leaf", "open", r#"{"a":1}"#, r#"[[["a","b"],"set_if",2]]"#, "wrong_kind", ""),
    ("set-if-expected-nil-and-it-is-absent", "open", "{}", r#"[[["a"],"set_if",1,null]]"#, "mismatch", ""),
    (
        "set-if-expected-nil-in-an-array",
        "open",
        r#"{"a":[null]}"#,
        r#"[[["a",0],"set_if",1,null]]"#,
        "whole",
        r#"{"a":[1]}"#,
    ),
    (
        "retired-register-that-is-absent-is-not-deleted",
        "guarded",
        "{}",
        r#"[[["old","name"],"delete"]]"#,
        "unknown_field",
        "",
    ),
];
