//! Changes as bytes, and how two values become one.

use super::binary::refusal;
use super::configs;
use crate::vectors::file::File;
use crate::vectors::hex::Bytes;
use crate::vectors::kinds::{Delta, Pair, ReadAs, stored_text};
use crate::vectors::sheet::{Sheet, meant};
use keyholder_core::codec::delta;
use keyholder_core::fields::Diff;
use keyholder_core::tree::{Change, Tree};

const ABOUT: &str = "A change as text and as bytes, each made of the other. Where `made_of` is there, it leads from `before` to \
                     `after`, whole, and is the change that this code makes of the two; a port may make another one that leads there.";

/// Name, configuration, data before and after, and the change between them.
const DIFFS: &[(&str, &str, &str, &str, &str)] = &[
    ("nothing", "game", r#"{"coins":5}"#, r#"{"coins":5}"#, "[]"),
    ("counter-up", "game", r#"{"coins":5}"#, r#"{"coins":8}"#, r#"[[["coins"],"add",3]]"#),
    ("counter-down", "game", r#"{"coins":5}"#, r#"{"coins":0}"#, r#"[[["coins"],"add",-5]]"#),
    ("counter-appears", "game", "{}", r#"{"coins":7}"#, r#"[[["coins"],"add",7]]"#),
    ("counter-appears-at-its-beginning", "game", "{}", r#"{"coins":0}"#, r#"[[["coins"],"add",0]]"#),
    ("counter-that-clamps", "game", r#"{"stars":2}"#, r#"{"stars":10}"#, r#"[[["stars"],"add",8]]"#),
    (
        "counter-deep",
        "game",
        r#"{"stats":{"kills":1}}"#,
        r#"{"stats":{"kills":4}}"#,
        r#"[[["stats","kills"],"add",3]]"#,
    ),
    ("counter-deep-appears", "game", "{}", r#"{"stats":{"kills":4}}"#, r#"[[["stats","kills"],"add",4]]"#),
    (
        "counter-behind-a-star",
        "game",
        r#"{"items":[{"count":1}]}"#,
        r#"{"items":[{"count":3}]}"#,
        r#"[[["items",0,"count"],"add",2]]"#,
    ),
    (
        "counter-behind-two-stars",
        "stars",
        r#"{"shops":{"a":{"x":{"stock":1}},"b":[{"stock":5}]}}"#,
        r#"{"shops":{"a":{"x":{"stock":3}},"b":[{"stock":4}]}}"#,
        r#"[[["shops","a","x","stock"],"add",2],[["shops","b",0,"stock"],"add",-1]]"#,
    ),
    (
        "name-goes-before-the-star",
        "stars",
        r#"{"bag":{"gem":{"count":500},"gold":{"count":1,"kind":1},"wood":{"count":1,"kind":1}}}"#,
        r#"{"bag":{"gem":{"count":501},"gold":{"count":2,"kind":2},"wood":{"count":2,"kind":2}}}"#,
        r#"[[["bag","gem","count"],"add",1],[["bag","gold","count"],"add",1],[["bag","gold","kind"],"set",2],[["bag","wood","count"],"add",1],[["bag","wood","kind"],"set",2]]"#,
    ),
    (
        "counter-behind-a-star-goes",
        "game",
        r#"{"items":[{"count":1,"x":1},{"count":5}]}"#,
        r#"{"items":[{"x":1},{"count":6}]}"#,
        r#"[[["items",0],"set",{"x":1}],[["items",1,"count"],"add",1]]"#,
    ),
    ("retired-element", "stars", r#"{"old":[{"n":1}]}"#, r#"{"old":[{"n":2}]}"#, r#"[[["old",0,"n"],"add",1]]"#),
    ("number-undeclared", "game", r#"{"xp":5}"#, r#"{"xp":8}"#, r#"[[["xp"],"set",8]]"#),
    ("number-undeclared-diary", "diary", r#"{"xp":5}"#, r#"{"xp":8}"#, r#"[[["xp"],"add",3]]"#),
    ("number-broken-diary", "diary", r#"{"xp":5}"#, r#"{"xp":5.5}"#, r#"[[["xp"],"set",5.5]]"#),
    ("number-new-diary", "diary", "{}", r#"{"xp":5}"#, r#"[[["xp"],"set",5]]"#),
    ("minus-zero-is-no-sum", "diary", r#"{"xp":5}"#, r#"{"xp":-0}"#, r#"[[["xp"],"set",-0]]"#),
    ("set-grows", "game", r#"{"tags":["a"]}"#, r#"{"tags":["a","b"]}"#, r#"[[["tags"],"insert","b"]]"#),
    ("set-shrinks", "game", r#"{"tags":["a","b"]}"#, r#"{"tags":["b"]}"#, r#"[[["tags"],"remove","a"]]"#),
    (
        "set-exchanges",
        "game",
        r#"{"tags":["a","b","c"]}"#,
        r#"{"tags":["b","c","d"]}"#,
        r#"[[["tags"],"remove","a"],[["tags"],"insert","d"]]"#,
    ),
    ("set-appears", "game", "{}", r#"{"tags":["vip"]}"#, r#"[[["tags"],"insert","vip"]]"#),
    ("set-is-put-in-order", "game", r#"{"tags":["b","a"]}"#, r#"{"tags":["a","b"]}"#, r#"[[["tags"],"insert","a"]]"#),
    ("register", "game", r#"{"title":"king"}"#, r#"{"title":"queen"}"#, r#"[[["title"],"set","queen"]]"#),
    ("register-goes", "game", r#"{"title":"king"}"#, "{}", r#"[[["title"],"delete"]]"#),
    (
        "register-of-a-table",
        "game",
        r#"{"title":{"a":1,"b":2}}"#,
        r#"{"title":{"a":1,"b":3}}"#,
        r#"[[["title"],"set",{"a":1,"b":3}]]"#,
    ),
    (
        "leaf-set",
        "open",
        r#"{"a":{"b":{"c":1,"d":2}}}"#,
        r#"{"a":{"b":{"c":1,"d":3}}}"#,
        r#"[[["a","b","d"],"set",3]]"#,
    ),
    ("leaf-added", "open", r#"{"a":{}}"#, r#"{"a":{"b":true}}"#, r#"[[["a","b"],"set",true]]"#),
    ("leaf-taken", "open", r#"{"a":{"b":true}}"#, r#"{"a":{}}"#, r#"[[["a","b"],"delete"]]"#),
    ("table-added", "open", "{}", r#"{"a":{"b":{"c":1}}}"#, r#"[[["a"],"set",{"b":{"c":1}}]]"#),
    ("table-taken", "open", r#"{"a":{"b":{"c":1}},"z":1}"#, r#"{"z":1}"#, r#"[[["a"],"delete"]]"#),
    ("table-for-a-leaf", "open", r#"{"a":1}"#, r#"{"a":{"b":1}}"#, r#"[[["a"],"set",{"b":1}]]"#),
    ("map-for-an-array", "open", r#"{"a":[1]}"#, r#"{"a":{"1":1}}"#, r#"[[["a"],"set",{"1":1}]]"#),
    (
        "many-leaves",
        "open",
        r#"{"a":1,"b":{"x":1,"y":1},"c":1}"#,
        r#"{"b":{"x":2,"y":2},"c":2,"d":2}"#,
        r#"[[["a"],"delete"],[["b","x"],"set",2],[["b","y"],"set",2],[["c"],"set",2],[["d"],"set",2]]"#,
    ),
    ("root", "open", r#"{"a":1}"#, "[1]", r#"[[[],"set",[1]]]"#),
    ("array-grows", "open", r#"{"a":[1,2]}"#, r#"{"a":[1,2,3,4]}"#, r#"[[["a",2],"insert",3],[["a",3],"insert",4]]"#),
    ("array-shrinks", "open", r#"{"a":[1,2,3]}"#, r#"{"a":[1]}"#, r#"[[["a",1],"delete"],[["a",1],"delete"]]"#),
    ("array-from-the-front", "open", r#"{"a":[1,2,3]}"#, r#"{"a":[2,3]}"#, r#"[[["a",0],"delete"]]"#),
    ("array-to-the-front", "open", r#"{"a":[2,3]}"#, r#"{"a":[1,2,3]}"#, r#"[[["a",0],"insert",1]]"#),
    ("array-element-replaced", "open", r#"{"a":[1,2,3]}"#, r#"{"a":[1,9,3]}"#, r#"[[["a",1],"set",9]]"#),
    (
        "array-element-inside",
        "open",
        r#"{"a":[{"n":1},{"n":2}]}"#,
        r#"{"a":[{"n":1},{"n":3}]}"#,
        r#"[[["a",1,"n"],"set",3]]"#,
    ),
    ("array-of-equals-shrinks", "open", r#"{"a":[1,1,1]}"#, r#"{"a":[1,1]}"#, r#"[[["a",2],"delete"]]"#),
    ("array-with-nil", "open", r#"{"a":[1]}"#, r#"{"a":[1,null]}"#, r#"[[["a"],"set",[1,null]]]"#),
    (
        "item-taken-and-given",
        "open",
        r#"{"a":["sword","bow","axe"]}"#,
        r#"{"a":["sword","axe","potion"]}"#,
        r#"[[["a",1],"delete"],[["a",2],"insert","potion"]]"#,
    ),
    ("key-with-the-sign", "open", r#"{"$$a":1}"#, r#"{"$$a":2}"#, r#"[[["$$a"],"set",2]]"#),
    (
        "roblox-value",
        "open",
        r#"{"at":"$v3AACAPwAAIMDNzMw9"}"#,
        r#"{"at":"$v3AACAPwAAIMDNzMw+"}"#,
        r#"[[["at"],"set","$v3AACAPwAAIMDNzMw+"]]"#,
    ),
    (
        "nan-to-another-nan",
        "open",
        r#"{"n":"$nuAAAAAAAA+H8"}"#,
        r#"{"n":"$nuAQAAAAAA+H8"}"#,
        r#"[[["n"],"set","$nuAQAAAAAA+H8"]]"#,
    ),
    ("zero-to-minus-zero", "open", r#"{"n":0}"#, r#"{"n":-0}"#, r#"[[["n"],"set",-0]]"#),
];

pub(super) fn diffs() -> Result<File, String> {
    let all = [
        ("diary", configs::diary()),
        ("game", configs::game()),
        ("open", configs::open()),
        ("stars", configs::stars()),
    ];
    let mut sheet = Sheet::new("delta-of-two-values.json", "delta", ABOUT, all);
    for (name, config, before, after, change) in DIFFS {
        let schema = configs::schema(config)?;
        let tree = |text: &str| stored_text::read::<Tree>(text).map_err(|why| format!("{name}: {why}"));
        let made = tree(after)?.diff(&tree(before)?, &schema).map_err(|why| format!("{name}: {why}"))?;
        let [config, before, after] = [config, before, after].map(|it| (*it).to_owned());
        let case =
            Delta { made_of: Some(Pair { config, before, after }), change: String::new(), delta: written(&made) };
        sheet.add(&format!("delta-{name}"), "DIA-12 D32", case, |case| meant(case.change.as_str(), *change));
    }
    sheet.file()
}

fn written(change: &Change) -> Bytes {
    let mut bytes = Vec::new();
    delta::write(change, &mut bytes);
    Bytes(bytes)
}

/// Name and change.
const FORMS: &[(&str, &str)] = &[
    ("empty", "[]"),
    ("add", r#"[[["a"],"add",1]]"#),
    ("add-negative", r#"[[["a"],"add",-1]]"#),
    ("add-64", r#"[[["a"],"add",64]]"#),
    ("add-largest", r#"[[["a"],"add",9223372036854775807]]"#),
    ("add-smallest", r#"[[["a"],"add",-9223372036854775808]]"#),
    ("min", r#"[[["a"],"min",10]]"#),
    ("max", r#"[[["a"],"max",-10]]"#),
    ("set", r#"[[["a"],"set","b"]]"#),
    ("set-of-a-table", r#"[[["a"],"set",{"b":[1,2],"c":{}}]]"#),
    ("set-if-absent", r#"[[["a"],"set_if",1]]"#),
    ("set-if-expected", r#"[[["a"],"set_if",2,1]]"#),
    ("set-if-expected-nil", r#"[[["a"],"set_if",2,null]]"#),
    ("delete", r#"[[["a"],"delete"]]"#),
    ("insert", r#"[[["a"],"insert","x"]]"#),
    ("remove", r#"[[["a"],"remove","x"]]"#),
    ("remove-nil", r#"[[["a"],"remove",null]]"#),
    ("index", r#"[[["a",0],"insert",1],[["a",1],"set",2],[["a",2],"delete"]]"#),
    ("index-largest", r#"[[["a",4294967295],"delete"]]"#),
    ("index-63-and-64", r#"[[["a",63],"delete"],[["a",64],"delete"]]"#),
    ("root", r#"[[[],"set",{}]]"#),
    ("root-twice", r#"[[[],"set",{}],[[],"set",[]]]"#),
    ("path-twice", r#"[[["a","b"],"add",1],[["a","b"],"add",2]]"#),
    ("path-and-its-parent", r#"[[["a","b"],"set",1],[["a"],"delete"]]"#),
    ("path-and-its-child", r#"[[["a"],"set",{}],[["a","b"],"set",1]]"#),
    ("path-shared", r#"[[["a","b","c"],"add",1],[["a","b","d"],"add",2],[["a","e"],"add",3],[["f"],"add",4]]"#),
    ("key-known", r#"[[["a","b"],"add",1],[["b","a"],"add",2]]"#),
    ("key-empty", r#"[[["",""],"add",1]]"#),
    ("key-with-the-sign", r#"[[["$$"],"add",1]]"#),
    ("key-no-utf8", r#"[[["$sb/w"],"add",1]]"#),
    ("key-of-two-letters-and-index", r#"[[["ab",1,"ab",2],"delete"]]"#),
    ("value-of-a-roblox-type", r#"[[["at"],"set","$v3AACAPwAAIMDNzMw9"]]"#),
    ("value-buffer", r#"[[["at"],"set","$buAQID"]]"#),
    ("values-of-one-shape", r#"[[["a"],"set",{"x":1}],[["b"],"set",{"x":2}]]"#),
    ("values-of-one-shape-in-one-operation", r#"[[["a"],"set_if",{"x":1},{"x":2}]]"#),
    (
        "path-26-deep-twice",
        r#"[[["a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a"],"add",1],[["a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a"],"add",2]]"#,
    ),
    ("value-25-deep", r#"[[["a"],"set",[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]"#),
    ("value-26-deep-at-the-root", r#"[[[],"set",[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]"#),
    ("value-23-deep-behind-three-steps", r#"[[["a","b","c"],"set",[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]"#),
    ("value-24-deep-in-an-array", r#"[[["a",0],"insert",[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]"#),
    (
        "value-24-deep-in-a-set",
        r#"[[["a"],"insert",[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]],[["a"],"remove",[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]"#,
    ),
    ("expected-25-deep", r#"[[["a"],"set_if",1,[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]"#),
    (
        "path-26-deep",
        r#"[[["a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a"],"add",1]]"#,
    ),
];

pub(super) fn forms() -> Result<File, String> {
    let mut sheet = Sheet::new("delta-forms.json", "delta", ABOUT, []);
    // Of so many keys, 32 have a number.
    let keys: Vec<_> = (0..34).chain([31, 32, 33]).map(|at| format!(r#"[["k{at}"],"add",1]"#)).collect();
    let many = format!("[{}]", keys.join(","));
    let forms = FORMS.iter().map(|(name, change)| (*name, *change)).chain([("keys-34", many.as_str())]);
    for (name, text) in forms {
        let change = stored_text::read::<Change>(text).map_err(|why| format!("{name}: {why}"))?;
        let case = Delta { made_of: None, change: text.to_owned(), delta: written(&change) };
        sheet.add(&format!("delta-form-{name}"), "DIA-12", case, |case| meant(case.change.as_str(), text));
    }
    sheet.file()
}

/// Name, bytes in hex, and why they are refused.
const REFUSED: &[(&str, &str, &str)] = &[
    ("empty", "", "ended"),
    ("version-2", "02", "version"),
    ("operation-cut", "0100", "ended"),
    ("path-cut", "010001", "ended"),
    ("key-cut", "0100010005 61", "ended"),
    ("key-of-four-gigabytes", "01000100ffffffff0f", "ended"),
    ("argument-missing", "010001000161", "ended"),
    ("key-number-unknown", "0100010202", "unknown_keys"),
    ("key-written-twice", "01 0001000161 02 0002 000162 000161 02", "known_keys"),
    ("step-that-was-shared", "01 0001000161 02 0001 02 02", "not_shortest"),
    ("shares-before-the-first", "01 0801000161 02", "out_of_range"),
    ("shares-more-than-there-was", "01 0001000161 02 1000 02", "out_of_range"),
    ("path-27-deep", "01 001b", "out_of_range"),
    ("path-too-deep-by-sharing", "01 0001000161 02 081a", "out_of_range"),
    ("index-beyond-32-bits", "01 0301 8180808020", "out_of_range"),
    ("index-padded", "01 0301 8100", "not_shortest"),
    ("length-padded", "01 008100", "not_shortest"),
    ("number-beyond-64-bits", "01 0001000161 ffffffffffffffffff03", "out_of_range"),
    ("number-padded", "01 0001000161 8000", "not_shortest"),
    ("set-nil", "01 0101000161 c0", "bad_operation"),
    ("insert-nil", "01 0401000161 c0", "bad_operation"),
    ("set-if-nil", "01 0201000161 00 c0", "bad_operation"),
    ("set-if-neither-with-nor-without", "01 0201000161 02 01 02", "out_of_range"),
    ("value-not-shortest", "01 0101000161 c300", "not_shortest"),
    ("value-cut", "01 0101000161 4261", "ended"),
    ("value-unknown-tag", "01 0101000161 ff", "unknown_tag"),
    ("value-of-an-earlier-shape", "01 0101000161 c90101780101010001628002", "unknown_keys"),
    ("value-too-deep", "01 0101000161 7171717171717171717171717171717171717171717171717171 00", "bad_operation"),
    ("set-if-nil-with-expected", "01 0201000161 01 c0 01", "bad_operation"),
    ("value-empty-too-deep", "01 0101000161 71717171717171717171717171717171717171717171717171 70", "bad_operation"),
    (
        "value-too-deep-behind-three-steps",
        "01 0103 000161 02 02 717171717171717171717171717171717171717171717171 00",
        "bad_operation",
    ),
    ("inserted-too-deep", "01 0401000161 71717171717171717171717171717171717171717171717171 00", "bad_operation"),
    (
        "inserted-behind-26-keys",
        "01 041a 000161 02020202020202020202020202020202020202020202020202 00",
        "bad_operation",
    ),
    ("value-of-the-shape-of-the-expected", "01 0201000161 01 c901017801 8002", "unknown_keys"),
    ("removed-too-deep", "01 0501000161 7171717171717171717171717171717171717171717171717171 00", "bad_operation"),
    (
        "expected-too-deep",
        "01 0201000161 01 00 7171717171717171717171717171717171717171717171717171 00",
        "bad_operation",
    ),
];

pub(super) fn refused() -> Result<File, String> {
    let about = "Bytes of no change, with the offset at which this code refuses them, and why; both are a port's own.";
    let mut sheet = Sheet::new("delta-refused.json", "binary-refused", about, []);
    for (name, bytes, why) in REFUSED {
        let case = refusal(ReadAs::Change, bytes, why)?;
        sheet.add(&format!("delta-refused-{name}"), "DIA-12", case, |case| meant(case.why.as_str(), *why));
    }
    sheet.file()
}
