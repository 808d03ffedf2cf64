//! The order of changes: credits commute, others do not.

use super::configs;
use crate::vectors::file::File;
use crate::vectors::kinds::{Order, Orders};
use crate::vectors::sheet::{Sheet, meant};

/// Name, what it tells of, data before, changes, whether every order gives the same data, whether all are credits.
type Row = (&'static str, &'static str, &'static str, &'static [&'static str], bool, bool);

pub(super) fn file() -> Result<File, String> {
    let about = "Changes in several orders, with what comes of each: two servers' changes meet in the record in the order in which \
                 they are saved. Credits give the same data in every order in which none of them is skipped.";
    let all = [("diary", configs::diary()), ("game", configs::game())];
    let mut sheet = Sheet::new("merge-orders.json", "orders", about, all);
    for (name, tells, before, changes, same, credits) in ROWS {
        let orders = match changes.len() {
            2 => vec![vec![0, 1], vec![1, 0]],
            _ => vec![vec![0, 1, 2], vec![0, 2, 1], vec![1, 0, 2], vec![1, 2, 0], vec![2, 0, 1], vec![2, 1, 0]],
        };
        let order = |order| Order { order, outcomes: Vec::new(), after: String::new() };
        let case = Orders {
            config: if name.ends_with("-diary") { "diary" } else { "game" }.to_owned(),
            before: (*before).to_owned(),
            changes: changes.iter().map(|it| (*it).to_owned()).collect(),
            credits: Vec::new(),
            orders: orders.into_iter().map(order).collect(),
        };
        sheet.add(&format!("orders-{name}"), tells, case, |case| {
            let is_same = case.orders.windows(2).all(|pair| pair[0].after == pair[1].after);
            meant((is_same, case.credits.iter().all(|it| *it)), (*same, *credits))
        });
    }
    sheet.file()
}

const ROWS: &[Row] = &[
    ("two-gifts", "R-4 R14", r#"{"coins":1}"#, &[r#"[[["coins"],"add",5]]"#, r#"[[["coins"],"add",7]]"#], true, true),
    (
        "three-gifts",
        "R-4 R14",
        "{}",
        &[r#"[[["coins"],"add",5]]"#, r#"[[["coins"],"add",7]]"#, r#"[[["coins"],"add",9]]"#],
        true,
        true,
    ),
    (
        "gifts-that-clamp",
        "R-4 D14",
        r#"{"stars":4}"#,
        &[r#"[[["stars"],"add",5]]"#, r#"[[["stars"],"add",5]]"#],
        true,
        true,
    ),
    (
        "gifts-of-two-fields",
        "R-4 R19",
        "{}",
        &[r#"[[["coins"],"add",5]]"#, r#"[[["stats","kills"],"add",1]]"#],
        true,
        true,
    ),
    (
        "gifts-into-a-set",
        "R-4",
        r#"{"tags":["m"]}"#,
        &[r#"[[["tags"],"insert","z"]]"#, r#"[[["tags"],"insert","a"]]"#],
        true,
        true,
    ),
    ("gifts-of-one-value", "R-4", "{}", &[r#"[[["tags"],"insert","a"]]"#, r#"[[["tags"],"insert","a"]]"#], true, true),
    (
        "gifts-into-new-tables",
        "R-4",
        "{}",
        &[r#"[[["items","bow","count"],"add",1]]"#, r#"[[["items","axe","count"],"add",2]]"#],
        true,
        true,
    ),
    (
        "gift-and-gift-of-many",
        "R-4",
        r#"{"coins":1,"tags":[]}"#,
        &[r#"[[["coins"],"add",5],[["tags"],"insert","a"]]"#, r#"[[["tags"],"insert","b"],[["coins"],"add",1]]"#],
        true,
        true,
    ),
    (
        "gift-near-the-maximum",
        "R-4 D14",
        r#"{"coins":999990}"#,
        &[r#"[[["coins"],"add",8]]"#, r#"[[["coins"],"add",9]]"#],
        false,
        true,
    ),
    (
        "gift-near-the-length",
        "R-4",
        r#"{"tags":["a","b"]}"#,
        &[r#"[[["tags"],"insert","c"]]"#, r#"[[["tags"],"insert","d"]]"#],
        false,
        true,
    ),
    (
        "gift-and-spending",
        "R-4 R18",
        r#"{"coins":1}"#,
        &[r#"[[["coins"],"add",5]]"#, r#"[[["coins"],"add",-3]]"#],
        false,
        false,
    ),
    (
        "gift-and-spending-that-is-covered",
        "R-4 R18",
        r#"{"coins":3}"#,
        &[r#"[[["coins"],"add",5]]"#, r#"[[["coins"],"add",-3]]"#],
        true,
        false,
    ),
    (
        "two-spendings-of-one-coin",
        "R-4 R18",
        r#"{"coins":1}"#,
        &[r#"[[["coins"],"add",-1]]"#, r#"[[["coins"],"add",-1]]"#],
        true,
        false,
    ),
    ("gift-and-record-high", "R-4", "{}", &[r#"[[["coins"],"add",5]]"#, r#"[[["coins"],"max",10]]"#], false, false),
    (
        "last-writer-wins",
        "D13 R14",
        r#"{"title":"king"}"#,
        &[r#"[[["title"],"set","earl"]]"#, r#"[[["title"],"set","duke"]]"#],
        false,
        false,
    ),
    (
        "conditional-sets",
        "D13",
        r#"{"title":"king"}"#,
        &[r#"[[["title"],"set_if","earl","king"]]"#, r#"[[["title"],"set_if","duke","king"]]"#],
        false,
        false,
    ),
    (
        "different-leaves",
        "D12 R19",
        r#"{"a":{"x":1,"y":1}}"#,
        &[r#"[[["a","x"],"set",2]]"#, r#"[[["a","y"],"set",3]]"#],
        true,
        false,
    ),
    (
        "leaf-and-its-table",
        "R19",
        r#"{"a":{"x":1,"y":1}}"#,
        &[r#"[[["a","x"],"set",2]]"#, r#"[[["a"],"delete"]]"#],
        false,
        false,
    ),
    (
        "gift-and-removal-of-one-value",
        "R-4",
        r#"{"tags":["a"]}"#,
        &[r#"[[["tags"],"insert","a"]]"#, r#"[[["tags"],"remove","a"]]"#],
        false,
        false,
    ),
    (
        "elements-move",
        "R-4",
        r#"{"items":[{"count":1},{"count":2}]}"#,
        &[r#"[[["items",0],"delete"]]"#, r#"[[["items",1,"count"],"add",5]]"#],
        false,
        false,
    ),
    ("numbers-add-up-diary", "R-4 R15", r#"{"xp":1}"#, &[r#"[[["xp"],"add",5]]"#, r#"[[["xp"],"add",7]]"#], true, true),
    ("number-is-set-diary", "R15", r#"{"xp":1}"#, &[r#"[[["xp"],"add",5]]"#, r#"[[["xp"],"set",7]]"#], false, false),
];
