//! Counters: bounds, policies, where they begin, and numbers that nobody declared.

use super::super::configs::{self, counter};
use super::{Row, sheet};
use crate::vectors::config::{ConfigJson, PolicyJson};
use crate::vectors::file::File;

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

pub(in super::super) fn counters() -> Result<File, String> {
    sheet(
        "change-counters.json",
        "D14 R18",
        [("bounds", bounds()), ("diary", configs::diary()), ("open", configs::open())],
        COUNTERS,
    )
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
    (
        "outside-comes-back-in-steps",
        "bounds",
        r#"{"reject":15}"#,
        r#"[[["reject"],"add",-1]]"#,
        "whole",
        r#"{"reject":14}"#,
    ),
    ("outside-goes-no-further", "bounds", r#"{"reject":15}"#, r#"[[["reject"],"add",1]]"#, "above_maximum", ""),
    ("outside-clamps-where-it-is", "bounds", r#"{"clamp":15}"#, r#"[[["clamp"],"add",1]]"#, "clamped", ""),
    (
        "outside-below-comes-back",
        "bounds",
        r#"{"reject":-9}"#,
        r#"[[["reject"],"add",1]]"#,
        "whole",
        r#"{"reject":-8}"#,
    ),
    (
        "sum-beyond-64-bits-rejects",
        "bounds",
        r#"{"reject":1}"#,
        r#"[[["reject"],"add",9223372036854775807]]"#,
        "above_maximum",
        "",
    ),
    (
        "sum-beyond-64-bits-clamps",
        "bounds",
        r#"{"clamp":-1}"#,
        r#"[[["clamp"],"add",-9223372036854775808]]"#,
        "clamped",
        r#"{"clamp":-5}"#,
    ),
    (
        "to-the-widest-maximum",
        "bounds",
        "{}",
        r#"[[["wide"],"add",9007199254740991]]"#,
        "whole",
        r#"{"wide":9007199254740991}"#,
    ),
    (
        "beyond-the-widest-maximum",
        "bounds",
        r#"{"wide":9007199254740991}"#,
        r#"[[["wide"],"add",1]]"#,
        "above_maximum",
        "",
    ),
    (
        "to-the-widest-minimum",
        "bounds",
        "{}",
        r#"[[["wide"],"add",-9007199254740991]]"#,
        "whole",
        r#"{"wide":-9007199254740991}"#,
    ),
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
    (
        "max-then-min-sets",
        "bounds",
        r#"{"reject":6}"#,
        r#"[[["reject"],"max",3],[["reject"],"min",3]]"#,
        "whole",
        r#"{"reject":3}"#,
    ),
    ("set-on-a-counter", "bounds", r#"{"reject":6}"#, r#"[[["reject"],"set",7]]"#, "wrong_kind", ""),
    ("delete-of-a-counter", "bounds", r#"{"reject":6}"#, r#"[[["reject"],"delete"]]"#, "wrong_kind", ""),
    ("insert-into-a-counter", "bounds", r#"{"reject":6}"#, r#"[[["reject"],"insert",7]]"#, "wrong_kind", ""),
    ("counter-that-is-a-string", "bounds", r#"{"reject":"6"}"#, r#"[[["reject"],"add",1]]"#, "wrong_kind", ""),
    ("counter-that-is-a-fraction", "bounds", r#"{"reject":0.5}"#, r#"[[["reject"],"add",1]]"#, "wrong_kind", ""),
    ("counter-beyond-53-bits", "bounds", r#"{"wide":9007199254740992}"#, r#"[[["wide"],"add",-1]]"#, "wrong_kind", ""),
    ("counter-that-is-nan", "bounds", r#"{"reject":"$nuAAAAAAAA+H8"}"#, r#"[[["reject"],"add",1]]"#, "wrong_kind", ""),
    (
        "counter-that-is-minus-zero",
        "bounds",
        r#"{"reject":-0}"#,
        r#"[[["reject"],"add",1]]"#,
        "whole",
        r#"{"reject":1}"#,
    ),
    (
        "counter-in-each-item",
        "bounds",
        r#"{"items":{"sword":{"count":1}}}"#,
        r#"[[["items","sword","count"],"add",4]]"#,
        "whole",
        r#"{"items":{"sword":{"count":5}}}"#,
    ),
    (
        "counter-in-a-new-item",
        "bounds",
        "{}",
        r#"[[["items","bow","count"],"add",1]]"#,
        "whole",
        r#"{"items":{"bow":{"count":1}}}"#,
    ),
    (
        "counter-in-an-array-element",
        "bounds",
        r#"{"items":[{"count":1}]}"#,
        r#"[[["items",0,"count"],"add",5]]"#,
        "above_maximum",
        "",
    ),
    (
        "table-with-a-counter-behind-a-star-is-taken",
        "bounds",
        r#"{"items":{"bow":{"count":1}}}"#,
        r#"[[["items","bow"],"delete"]]"#,
        "whole",
        r#"{"items":{}}"#,
    ),
    ("inside-a-counter", "bounds", "{}", r#"[[["reject","x"],"add",1]]"#, "wrong_kind", ""),
    ("retired-that-is-there", "bounds", r#"{"old":3}"#, r#"[[["old"],"add",2]]"#, "whole", r#"{"old":5}"#),
    ("retired-that-is-absent", "bounds", "{}", r#"[[["old"],"add",2]]"#, "unknown_field", ""),
    ("undeclared-is-no-counter", "open", r#"{"xp":1}"#, r#"[[["xp"],"add",1]]"#, "wrong_kind", ""),
    ("undeclared-is-a-counter-diary", "diary", r#"{"xp":1}"#, r#"[[["xp"],"add",1]]"#, "whole", r#"{"xp":2}"#),
    ("undeclared-appears-diary", "diary", "{}", r#"[[["a","xp"],"add",-1]]"#, "whole", r#"{"a":{"xp":-1}}"#),
    ("undeclared-fraction-diary", "diary", r#"{"xp":1.5}"#, r#"[[["xp"],"add",1]]"#, "wrong_kind", ""),
    ("undeclared-set-diary", "diary", r#"{"xp":1}"#, r#"[[["xp"],"set",9]]"#, "whole", r#"{"xp":9}"#),
    ("undeclared-max-diary", "diary", r#"{"xp":1}"#, r#"[[["xp"],"max",9]]"#, "whole", r#"{"xp":9}"#),
    (
        "undeclared-beyond-53-bits-diary",
        "diary",
        r#"{"xp":9007199254740991}"#,
        r#"[[["xp"],"add",1]]"#,
        "above_maximum",
        "",
    ),
    ("undeclared-string-diary", "diary", r#"{"xp":"1"}"#, r#"[[["xp"],"add",1]]"#, "wrong_kind", ""),
];
