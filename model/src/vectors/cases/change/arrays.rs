//! The elements of arrays.

use super::super::configs::{self, counter, set};
use super::{Row, sheet};
use crate::vectors::config::{ConfigJson, PolicyJson};
use crate::vectors::file::File;

pub(in super::super) fn arrays() -> Result<File, String> {
    let items = ConfigJson { declared: vec![counter("items.*.count", 0, 99, PolicyJson::Reject)], ..configs::open() };
    let counts = ConfigJson {
        declared: vec![counter("counts.*", 0, 99, PolicyJson::Reject), set("sets.*", 3)],
        ..configs::open()
    };
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
    (
        "element-taken-twice",
        "open",
        r#"{"a":[1,2,3]}"#,
        r#"[[["a",0],"delete"],[["a",0],"delete"]]"#,
        "whole",
        r#"{"a":[3]}"#,
    ),
    ("element-taken-beyond-the-end", "open", r#"{"a":[1]}"#, r#"[[["a",1],"delete"]]"#, "wrong_kind", ""),
    ("element-set-if", "open", r#"{"a":[1]}"#, r#"[[["a",0],"set_if",2,1]]"#, "whole", r#"{"a":[2]}"#),
    ("element-set-if-absent", "open", r#"{"a":[1]}"#, r#"[[["a",1],"set_if",2]]"#, "whole", r#"{"a":[1,2]}"#),
    ("element-added-to", "open", r#"{"a":[1]}"#, r#"[[["a",0],"add",1]]"#, "wrong_kind", ""),
    ("inside-an-element", "open", r#"{"a":[{"x":1}]}"#, r#"[[["a",0,"x"],"set",2]]"#, "whole", r#"{"a":[{"x":2}]}"#),
    ("inside-a-missing-element", "open", r#"{"a":[]}"#, r#"[[["a",0,"x"],"set",2]]"#, "whole", r#"{"a":[{"x":2}]}"#),
    ("array-in-an-array", "open", r#"{"a":[[1],[2]]}"#, r#"[[["a",1,0],"insert",9]]"#, "whole", r#"{"a":[[1],[9,2]]}"#),
    ("root-array", "open", "[1,2]", r#"[[[0],"delete"]]"#, "whole", "[2]"),
    (
        "count-of-an-element",
        "items",
        r#"{"items":[{"count":1}]}"#,
        r#"[[["items",0,"count"],"add",2]]"#,
        "whole",
        r#"{"items":[{"count":3}]}"#,
    ),
    (
        "element-with-a-count-is-taken",
        "items",
        r#"{"items":[{"count":1},{"count":2}]}"#,
        r#"[[["items",0],"delete"]]"#,
        "whole",
        r#"{"items":[{"count":2}]}"#,
    ),
    (
        "element-with-a-count-is-put",
        "items",
        r#"{"items":[]}"#,
        r#"[[["items",0],"insert",{"count":5}]]"#,
        "whole",
        r#"{"items":[{"count":5}]}"#,
    ),
    (
        "element-that-is-a-counter",
        "counts",
        r#"{"counts":[1,2]}"#,
        r#"[[["counts",1],"add",5]]"#,
        "whole",
        r#"{"counts":[1,7]}"#,
    ),
    (
        "element-that-is-a-counter-goes-on-at-the-end",
        "counts",
        r#"{"counts":[1]}"#,
        r#"[[["counts",1],"add",5]]"#,
        "whole",
        r#"{"counts":[1,5]}"#,
    ),
    (
        "element-that-is-a-counter-is-not-taken",
        "counts",
        r#"{"counts":[1,2]}"#,
        r#"[[["counts",0],"delete"]]"#,
        "wrong_kind",
        "",
    ),
    (
        "element-skipped-undoes-the-others",
        "open",
        r#"{"a":[1,2,3]}"#,
        r#"[[["a",0],"delete"],[["a",0],"set",9],[["a",9],"delete"]]"#,
        "wrong_kind",
        "",
    ),
    (
        "element-that-is-a-counter-takes-no-insert",
        "counts",
        r#"{"counts":[1]}"#,
        r#"[[["counts",0],"insert",5]]"#,
        "wrong_kind",
        "",
    ),
    (
        "element-that-is-a-set-takes-a-value",
        "counts",
        r#"{"sets":[["a"]]}"#,
        r#"[[["sets",0],"insert","b"]]"#,
        "whole",
        r#"{"sets":[["a","b"]]}"#,
    ),
    (
        "element-that-is-a-set-begins-at-the-end",
        "counts",
        r#"{"sets":[["a"]]}"#,
        r#"[[["sets",1],"insert","b"]]"#,
        "whole",
        r#"{"sets":[["a"],["b"]]}"#,
    ),
    (
        "element-that-is-a-set-is-not-taken",
        "counts",
        r#"{"sets":[["a"]]}"#,
        r#"[[["sets",0],"delete"]]"#,
        "wrong_kind",
        "",
    ),
    ("array-in-a-missing-element", "open", r#"{"a":[]}"#, r#"[[["a",0,0],"set",1]]"#, "wrong_kind", ""),
    ("delete-inside-a-missing-element", "open", r#"{"a":[]}"#, r#"[[["a",0,"x"],"delete"]]"#, "whole", ""),
    (
        "count-of-a-missing-element",
        "items",
        r#"{"items":[]}"#,
        r#"[[["items",0,"count"],"add",2]]"#,
        "whole",
        r#"{"items":[{"count":2}]}"#,
    ),
];
