//! Sets of values, and the elements of arrays.

use super::super::configs::{self, counter, set};
use super::{Row, sheet};
use crate::vectors::config::{ConfigJson, PolicyJson};
use crate::vectors::file::File;

pub(in super::super) fn sets() -> Result<File, String> {
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
    (
        "insert-up-to-the-length",
        "tags",
        r#"{"tags":["a","b"]}"#,
        r#"[[["tags"],"insert","c"]]"#,
        "whole",
        r#"{"tags":["a","b","c"]}"#,
    ),
    ("insert-beyond-the-length", "tags", r#"{"tags":["a","b","c"]}"#, r#"[[["tags"],"insert","d"]]"#, "full", ""),
    (
        "insert-what-is-there-when-full",
        "tags",
        r#"{"tags":["a","b","c"]}"#,
        r#"[[["tags"],"insert","b"]]"#,
        "whole",
        "",
    ),
    ("insert-where-nothing-may-be", "tags", "{}", r#"[[["none"],"insert","a"]]"#, "full", ""),
    (
        "insert-puts-in-order",
        "tags",
        r#"{"tags":["c","b"]}"#,
        r#"[[["tags"],"insert","a"]]"#,
        "whole",
        r#"{"tags":["a","b","c"]}"#,
    ),
    (
        "kinds-in-order",
        "tags",
        r#"{"tags":["a"]}"#,
        r#"[[["tags"],"insert",true],[["tags"],"insert",7]]"#,
        "whole",
        r#"{"tags":[true,7,"a"]}"#,
    ),
    (
        "numbers-in-order",
        "tags",
        "{}",
        r#"[[["tags"],"insert",0],[["tags"],"insert",-0],[["tags"],"insert",-1]]"#,
        "whole",
        r#"{"tags":[-1,-0,0]}"#,
    ),
    (
        "strings-in-order-of-bytes",
        "tags",
        "{}",
        r#"[[["tags"],"insert","b"],[["tags"],"insert","ab"],[["tags"],"insert","B"]]"#,
        "whole",
        r#"{"tags":["B","ab","b"]}"#,
    ),
    ("remove", "tags", r#"{"tags":["a","b"]}"#, r#"[[["tags"],"remove","a"]]"#, "whole", r#"{"tags":["b"]}"#),
    ("remove-what-is-absent", "tags", r#"{"tags":["a"]}"#, r#"[[["tags"],"remove","z"]]"#, "whole", ""),
    ("remove-the-last", "tags", r#"{"tags":["a"]}"#, r#"[[["tags"],"remove","a"]]"#, "whole", r#"{"tags":[]}"#),
    (
        "absent-begins-as-the-template",
        "tags",
        "{}",
        r#"[[["from"],"insert","c"]]"#,
        "whole",
        r#"{"from":["a","b","c"]}"#,
    ),
    ("absent-is-removed-from-the-template", "tags", "{}", r#"[[["from"],"remove","a"]]"#, "whole", r#"{"from":["b"]}"#),
    ("set-on-a-set", "tags", r#"{"tags":["a"]}"#, r#"[[["tags"],"set",["b"]]]"#, "wrong_kind", ""),
    ("add-to-a-set", "tags", r#"{"tags":["a"]}"#, r#"[[["tags"],"add",1]]"#, "wrong_kind", ""),
    ("set-with-a-value-twice", "tags", r#"{"tags":["a","a"]}"#, r#"[[["tags"],"insert","b"]]"#, "wrong_kind", ""),
    ("set-that-is-no-array", "tags", r#"{"tags":"a"}"#, r#"[[["tags"],"insert","b"]]"#, "wrong_kind", ""),
    ("element-of-a-set-by-index", "tags", r#"{"tags":["a"]}"#, r#"[[["tags",0],"set","b"]]"#, "wrong_kind", ""),
];

pub(in super::super) fn arrays() -> Result<File, String> {
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
];
