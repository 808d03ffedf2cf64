//! The largest document.

use super::super::configs::{self, counter};
use super::{Row, sheet};
use crate::vectors::config::{ConfigJson, PolicyJson};
use crate::vectors::file::File;

pub(in super::super) fn limits() -> Result<File, String> {
    let small = |bytes| ConfigJson {
        declared: vec![counter("c", 0, 999, PolicyJson::Reject)],
        max_bytes: bytes,
        ..configs::open()
    };
    let all = [
        ("of-10", small(10)),
        ("of-24", small(24)),
        ("of-40", small(40)),
        ("diary-of-24", ConfigJson { max_bytes: 24, ..configs::diary() }),
    ];
    sheet("change-limits.json", "R-25 R36", all, LIMITS)
}

/// A counter takes 17 bytes, whatever its number: a key and what stands around it are its text and two more.
const LIMITS: &[Row] = &[
    ("fits-exactly", "of-10", r#"{"a":""}"#, r#"[[["a"],"set","x"]]"#, "whole", r#"{"a":"x"}"#),
    ("too-big-by-one", "of-10", r#"{"a":"x"}"#, r#"[[["a"],"set","xy"]]"#, "too_big", ""),
    (
        "too-big-may-shrink",
        "of-10",
        r#"{"a":"xxxxxxxxxx"}"#,
        r#"[[["a"],"set","xxxxxxxxx"]]"#,
        "whole",
        r#"{"a":"xxxxxxxxx"}"#,
    ),
    (
        "too-big-may-stay",
        "of-10",
        r#"{"a":"xxxxxxxxxx"}"#,
        r#"[[["a"],"set","yyyyyyyyyy"]]"#,
        "whole",
        r#"{"a":"yyyyyyyyyy"}"#,
    ),
    ("too-big-may-not-grow", "of-10", r#"{"a":"xxxxxxxxxx"}"#, r#"[[["a"],"set","xxxxxxxxxxx"]]"#, "too_big", ""),
    ("too-big-in-between-only", "of-10", r#"{"a":"x"}"#, r#"[[["b"],"set","xxxxxxx"],[["b"],"delete"]]"#, "whole", ""),
    ("too-big-undoes-all", "of-10", r#"{"a":"x"}"#, r#"[[["a"],"delete"],[["b"],"set","xxxxxxx"]]"#, "too_big", ""),
    ("escapes-count", "of-10", r#"{"a":""}"#, r#"[[["a"],"set","\n"]]"#, "too_big", ""),
    ("counter-as-its-longest-number", "of-24", "{}", r#"[[["c"],"add",1]]"#, "whole", r#"{"c":1}"#),
    ("counter-has-no-room", "of-10", "{}", r#"[[["c"],"add",1]]"#, "too_big", ""),
    ("counter-that-is-there-has-room", "of-24", r#"{"c":9}"#, r#"[[["c"],"add",990]]"#, "whole", r#"{"c":999}"#),
    ("array-counts-a-comma-each", "of-40", r#"{"a":[1,2]}"#, r#"[[["a",2],"insert",3]]"#, "whole", r#"{"a":[1,2,3]}"#),
    ("undeclared-counter-diary", "diary-of-24", "{}", r#"[[["c"],"set",1]]"#, "whole", r#"{"c":1}"#),
    (
        "undeclared-fraction-diary-is-its-text",
        "diary-of-24",
        r#"{"c":1.5}"#,
        r#"[[["d"],"set",2.5]]"#,
        "whole",
        r#"{"c":1.5,"d":2.5}"#,
    ),
    ("two-undeclared-counters-diary", "diary-of-24", r#"{"c":1}"#, r#"[[["d"],"set",2]]"#, "too_big", ""),
    ("escapes-in-keys-count", "of-10", "{}", r#"[[["a\n"],"set",1]]"#, "whole", r#"{"a\n":1}"#),
    ("minus-zero-is-a-counter-diary", "diary-of-24", r#"{"x":-0}"#, "[]", "whole", ""),
    ("counter-that-holds-a-table-is-its-text", "of-40", r#"{"c":{"a":1}}"#, "[]", "whole", ""),
];
