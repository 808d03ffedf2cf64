//! Stored items: the order of fields, defaults, newer code, and what is refused.

use crate::vectors::file::File;
use crate::vectors::kinds::{Item, ItemKind};
use crate::vectors::sheet::{Sheet, meant};
use ItemKind::{Heartbeat, Journal, Outbox, Record};

/// Name, item, text; and what is written of it, nothing standing for the same, or why it is refused.
type Row = (&'static str, ItemKind, &'static str, &'static str);

const TAKEN: &[Row] = &[
    ("record-fresh", Record, r#"{"layout":1,"epoch":1,"schema":1,"compat":1,"data":{}}"#, ""),
    (
        "record-held",
        Record,
        r#"{"layout":1,"epoch":1,"owner":{"host":"00000000000000a1","nonce":"00000000000000b1"},"schema":1,"compat":1,"data":{"coins":5}}"#,
        "",
    ),
    (
        "record-tombstone",
        Record,
        r#"{"layout":1,"epoch":10,"floor":10,"wiped":10,"life":"tombstone","schema":3,"compat":2,"data":{}}"#,
        "",
    ),
    (
        "record-full",
        Record,
        r#"{"layout":1,"epoch":9,"owner":{"host":"00000000000000a1","nonce":"00000000000000b9"},"want":{"host":"00000000000000a2","nonce":"00000000000000ba"},"floor":4,"wrote":8,"wiped":2,"restored":4,"schema":3,"compat":2,"ledger":[{"s":[8,"00000000000000b8"],"seq":7,"at":9,"sealed":true,"odd":[[2,"clamped"],[3,"below_minimum"],[4,"above_maximum"],[5,"mismatch"],[6,"wrong_kind"],[7,"full"]]},{"s":[12,"00000000000000bc"],"seq":0,"at":9,"sealed":true},{"n":"ffffffffffffffff","seq":41,"at":9,"odd":[[40,"too_big"],[41,"unknown_field"]]},{"r":"000102030405060708090a0b0c0d0e0f","seq":1,"at":3}],"users":[9007199254740991,1],"transaction":"tx \"1\"","aura":{"b": [1.50, null],"a":"\u00e9"},"zone":-0.0e1,"data":{"coins":-5}}"#,
        "",
    ),
    (
        "record-fields-in-any-order",
        Record,
        r#"{"data":{},"compat":1,"schema":2,"epoch":3,"wrote":2,"layout":1}"#,
        r#"{"layout":1,"epoch":3,"wrote":2,"schema":2,"compat":1,"data":{}}"#,
    ),
    (
        "record-white-space",
        Record,
        "{ \"layout\" : 1 ,\n\"epoch\":1,\"schema\":1,\"compat\":1,\"data\":{ } }",
        r#"{"layout":1,"epoch":1,"schema":1,"compat":1,"data":{}}"#,
    ),
    (
        "record-defaults-written-out",
        Record,
        r#"{"layout":1,"epoch":1,"floor":0,"wrote":0,"wiped":0,"restored":0,"life":"live","schema":1,"compat":1,"ledger":[],"users":[],"data":{}}"#,
        r#"{"layout":1,"epoch":1,"schema":1,"compat":1,"data":{}}"#,
    ),
    (
        "record-fields-of-newer-code",
        Record,
        r#"{"layout":1,"zone":{"b":[ 1.50 ]},"epoch":1,"schema":1,"compat":1,"aura":null,"data":{}}"#,
        r#"{"layout":1,"epoch":1,"schema":1,"compat":1,"aura":null,"zone":{"b":[ 1.50 ]},"data":{}}"#,
    ),
    (
        "record-data-in-another-order",
        Record,
        r#"{"layout":1,"epoch":1,"schema":1,"compat":1,"data":{"b":1.0,"a":"\u0061"}}"#,
        r#"{"layout":1,"epoch":1,"schema":1,"compat":1,"data":{"a":"a","b":1}}"#,
    ),
    ("record-data-that-is-no-table", Record, r#"{"layout":1,"epoch":1,"schema":1,"compat":1,"data":null}"#, ""),
    (
        "record-escaped-name",
        Record,
        r#"{"layout":1,"\u0065poch":1,"schema":1,"compat":1,"data":{}}"#,
        r#"{"layout":1,"epoch":1,"schema":1,"compat":1,"data":{}}"#,
    ),
    (
        "record-largest-numbers",
        Record,
        r#"{"layout":1,"epoch":4294967295,"floor":4294967295,"wrote":4294967295,"schema":4294967295,"compat":4294967295,"data":{}}"#,
        "",
    ),
    ("journal-empty", Journal, r#"{"layout":1,"epoch":9,"nonce":"00000000000000b9","log":[]}"#, ""),
    (
        "journal-of-one",
        Journal,
        r#"{"layout":1,"epoch":9,"nonce":"00000000000000b9","log":[{"s":[9,"00000000000000b9"],"schema":3,"changes":[[[["coins"],"add",5]]]}]}"#,
        "",
    ),
    (
        "journal-of-two-sources",
        Journal,
        r#"{"layout":1,"epoch":9,"nonce":"00000000000000b9","log":[{"s":[8,"00000000000000b8"],"from":7,"schema":2,"changes":[[[["coins"],"add",5],[["pets",0],"insert","cat"]],[[["title"],"set_if","king"],[["title"],"set_if","king","earl"],[["pets",1],"delete"]]]},{"s":[9,"00000000000000b9"],"schema":3,"changes":[[]]}]}"#,
        "",
    ),
    (
        "journal-from-written-out",
        Journal,
        r#"{"nonce":"00000000000000b9","log":[{"changes":[[]],"schema":1,"from":0,"s":[9,"00000000000000b9"]}],"epoch":9,"layout":1}"#,
        r#"{"layout":1,"epoch":9,"nonce":"00000000000000b9","log":[{"s":[9,"00000000000000b9"],"schema":1,"changes":[[]]}]}"#,
    ),
    ("heartbeat", Heartbeat, r#"{"layout":1,"host":"00000000000000a1"}"#, ""),
    (
        "heartbeat-of-newer-code",
        Heartbeat,
        r#"{"layout":1,"host":"00000000000000a1","load":0.5}"#,
        r#"{"layout":1,"host":"00000000000000a1"}"#,
    ),
    ("outbox-fresh", Outbox, r#"{"layout":1,"n":"00000000000000c1"}"#, ""),
    (
        "outbox-in-delivery",
        Outbox,
        r#"{"layout":1,"n":"00000000000000c1","last":3,"after":2,"delivery":{"schema":1,"change":[[["coins"],"add",-1]],"number":{"from":2,"to":3,"seen":9}}}"#,
        "",
    ),
    (
        "outbox-not-sent-yet",
        Outbox,
        r#"{"layout":1,"r":"000102030405060708090a0b0c0d0e0f","delivery":{"schema":1,"change":[]}}"#,
        "",
    ),
];

const REFUSED: &[Row] = &[
    ("record-empty", Record, "", "text"),
    ("record-no-object", Record, "[]", "text"),
    ("record-null", Record, "null", "text"),
    ("record-without-layout", Record, r#"{"epoch":1,"schema":1,"compat":1,"data":{}}"#, "text"),
    ("record-layout-0", Record, r#"{"layout":0,"epoch":1,"schema":1,"compat":1,"data":{}}"#, "text"),
    ("record-newer-layout", Record, r#"{"layout":2,"epoch":"x"}"#, "newer_layout"),
    ("record-newer-layout-at-the-end", Record, r#"{"epoch":[],"layout":4294967295}"#, "newer_layout"),
    ("record-without-data", Record, r#"{"layout":1,"epoch":1,"schema":1,"compat":1}"#, "text"),
    ("record-without-epoch", Record, r#"{"layout":1,"schema":1,"compat":1,"data":{}}"#, "text"),
    ("record-field-twice", Record, r#"{"layout":1,"epoch":1,"epoch":1,"schema":1,"compat":1,"data":{}}"#, "text"),
    ("record-owner-null", Record, r#"{"layout":1,"epoch":1,"owner":null,"schema":1,"compat":1,"data":{}}"#, "text"),
    (
        "record-owner-with-more",
        Record,
        r#"{"layout":1,"epoch":1,"owner":{"host":"00000000000000a1","nonce":"00000000000000b1","x":1},"schema":1,"compat":1,"data":{}}"#,
        "text",
    ),
    (
        "record-nonce-in-capitals",
        Record,
        r#"{"layout":1,"epoch":1,"owner":{"host":"00000000000000A1","nonce":"00000000000000b1"},"schema":1,"compat":1,"data":{}}"#,
        "text",
    ),
    ("record-epoch-fraction", Record, r#"{"layout":1,"epoch":1.0,"schema":1,"compat":1,"data":{}}"#, "text"),
    ("record-epoch-negative", Record, r#"{"layout":1,"epoch":-1,"schema":1,"compat":1,"data":{}}"#, "text"),
    (
        "record-epoch-beyond-32-bits",
        Record,
        r#"{"layout":1,"epoch":4294967296,"schema":1,"compat":1,"data":{}}"#,
        "text",
    ),
    (
        "record-unknown-life",
        Record,
        r#"{"layout":1,"epoch":1,"life":"undead","schema":1,"compat":1,"data":{}}"#,
        "text",
    ),
    ("record-text-behind", Record, r#"{"layout":1,"epoch":1,"schema":1,"compat":1,"data":{}}x"#, "text"),
    ("record-epoch-0", Record, r#"{"layout":1,"epoch":0,"schema":1,"compat":1,"data":{}}"#, "invariant"),
    (
        "record-floor-beyond-epoch",
        Record,
        r#"{"layout":1,"epoch":1,"floor":2,"schema":1,"compat":1,"data":{}}"#,
        "invariant",
    ),
    (
        "record-wrote-beyond-epoch",
        Record,
        r#"{"layout":1,"epoch":1,"wrote":2,"schema":1,"compat":1,"data":{}}"#,
        "invariant",
    ),
    (
        "record-wiped-beyond-floor",
        Record,
        r#"{"layout":1,"epoch":2,"floor":1,"wiped":2,"schema":1,"compat":1,"data":{}}"#,
        "invariant",
    ),
    (
        "record-restored-beyond-floor",
        Record,
        r#"{"layout":1,"epoch":2,"floor":1,"restored":2,"schema":1,"compat":1,"data":{}}"#,
        "invariant",
    ),
    ("record-compat-beyond-schema", Record, r#"{"layout":1,"epoch":1,"schema":1,"compat":2,"data":{}}"#, "invariant"),
    (
        "record-tombstone-that-is-held",
        Record,
        r#"{"layout":1,"epoch":2,"owner":{"host":"00000000000000a1","nonce":"00000000000000b1"},"floor":2,"wiped":2,"life":"tombstone","schema":1,"compat":1,"data":{}}"#,
        "invariant",
    ),
    (
        "record-tombstone-that-was-never-wiped",
        Record,
        r#"{"layout":1,"epoch":2,"life":"tombstone","schema":1,"compat":1,"data":{}}"#,
        "invariant",
    ),
    (
        "record-ledger-out-of-order",
        Record,
        r#"{"layout":1,"epoch":5,"schema":1,"compat":1,"ledger":[{"n":"0000000000000002","seq":1,"at":1},{"n":"0000000000000001","seq":1,"at":1}],"data":{}}"#,
        "text",
    ),
    (
        "record-ledger-source-twice",
        Record,
        r#"{"layout":1,"epoch":5,"schema":1,"compat":1,"ledger":[{"n":"0000000000000001","seq":1,"at":1},{"n":"0000000000000001","seq":2,"at":1}],"data":{}}"#,
        "text",
    ),
    (
        "record-ledger-of-two-sources",
        Record,
        r#"{"layout":1,"epoch":5,"schema":1,"compat":1,"ledger":[{"n":"0000000000000001","s":[1,"0000000000000001"],"seq":1,"at":1}],"data":{}}"#,
        "text",
    ),
    (
        "record-ledger-at-0",
        Record,
        r#"{"layout":1,"epoch":5,"schema":1,"compat":1,"ledger":[{"n":"0000000000000001","seq":1,"at":0}],"data":{}}"#,
        "invariant",
    ),
    (
        "record-ledger-at-beyond-epoch",
        Record,
        r#"{"layout":1,"epoch":5,"schema":1,"compat":1,"ledger":[{"n":"0000000000000001","seq":1,"at":6}],"data":{}}"#,
        "invariant",
    ),
    (
        "record-ledger-seals-a-number",
        Record,
        r#"{"layout":1,"epoch":5,"schema":1,"compat":1,"ledger":[{"n":"0000000000000001","seq":1,"at":1,"sealed":true}],"data":{}}"#,
        "invariant",
    ),
    (
        "record-ledger-receipt-at-2",
        Record,
        r#"{"layout":1,"epoch":5,"schema":1,"compat":1,"ledger":[{"r":"000102030405060708090a0b0c0d0e0f","seq":2,"at":1}],"data":{}}"#,
        "invariant",
    ),
    (
        "record-ledger-outcome-beyond",
        Record,
        r#"{"layout":1,"epoch":5,"schema":1,"compat":1,"ledger":[{"n":"0000000000000001","seq":1,"at":1,"odd":[[2,"full"]]}],"data":{}}"#,
        "invariant",
    ),
    (
        "record-ledger-outcome-whole",
        Record,
        r#"{"layout":1,"epoch":5,"schema":1,"compat":1,"ledger":[{"n":"0000000000000001","seq":1,"at":1,"odd":[[1,"whole"]]}],"data":{}}"#,
        "text",
    ),
    (
        "record-user-beyond-53-bits",
        Record,
        r#"{"layout":1,"epoch":1,"schema":1,"compat":1,"users":[9007199254740992],"data":{}}"#,
        "text",
    ),
    ("record-data-null-in-a-map", Record, r#"{"layout":1,"epoch":1,"schema":1,"compat":1,"data":{"a":null}}"#, "text"),
    (
        "record-data-32-deep",
        Record,
        r#"{"layout":1,"epoch":1,"schema":1,"compat":1,"data":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}"#,
        "text",
    ),
    ("journal-epoch-0", Journal, r#"{"layout":1,"epoch":0,"nonce":"00000000000000b9","log":[]}"#, "invariant"),
    ("journal-unknown-field", Journal, r#"{"layout":1,"epoch":9,"nonce":"00000000000000b9","log":[],"x":1}"#, "text"),
    (
        "journal-segment-without-changes",
        Journal,
        r#"{"layout":1,"epoch":9,"nonce":"00000000000000b9","log":[{"s":[9,"00000000000000b9"],"schema":3,"changes":[]}]}"#,
        "text",
    ),
    (
        "journal-segment-beyond-32-bits",
        Journal,
        r#"{"layout":1,"epoch":9,"nonce":"00000000000000b9","log":[{"s":[9,"00000000000000b9"],"from":4294967295,"schema":3,"changes":[[]]}]}"#,
        "text",
    ),
    (
        "journal-change-that-puts-null",
        Journal,
        r#"{"layout":1,"epoch":9,"nonce":"00000000000000b9","log":[{"s":[9,"00000000000000b9"],"schema":3,"changes":[[[["a"],"set",null]]]}]}"#,
        "text",
    ),
    (
        "journal-change-of-an-unknown-word",
        Journal,
        r#"{"layout":1,"epoch":9,"nonce":"00000000000000b9","log":[{"s":[9,"00000000000000b9"],"schema":3,"changes":[[[["a"],"double"]]]}]}"#,
        "text",
    ),
    (
        "journal-change-with-too-many-arguments",
        Journal,
        r#"{"layout":1,"epoch":9,"nonce":"00000000000000b9","log":[{"s":[9,"00000000000000b9"],"schema":3,"changes":[[[["a"],"add",1,2]]]}]}"#,
        "text",
    ),
    (
        "journal-change-with-a-negative-index",
        Journal,
        r#"{"layout":1,"epoch":9,"nonce":"00000000000000b9","log":[{"s":[9,"00000000000000b9"],"schema":3,"changes":[[[["a",-1],"delete"]]]}]}"#,
        "text",
    ),
    (
        "journal-change-27-deep",
        Journal,
        r#"{"layout":1,"epoch":9,"nonce":"00000000000000b9","log":[{"s":[9,"00000000000000b9"],"schema":3,"changes":[[[[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0],"delete"]]]}]}"#,
        "text",
    ),
    ("outbox-of-a-session", Outbox, r#"{"layout":1,"s":[1,"00000000000000c1"]}"#, "invariant"),
    ("outbox-after-beyond-last", Outbox, r#"{"layout":1,"n":"00000000000000c1","last":1,"after":2}"#, "invariant"),
    (
        "outbox-number-backwards",
        Outbox,
        r#"{"layout":1,"n":"00000000000000c1","last":3,"delivery":{"schema":1,"change":[],"number":{"from":3,"to":3}}}"#,
        "invariant",
    ),
    ("outbox-receipt-beyond-1", Outbox, r#"{"layout":1,"r":"000102030405060708090a0b0c0d0e0f","last":2}"#, "invariant"),
    ("heartbeat-without-host", Heartbeat, r#"{"layout":1}"#, "text"),
];

pub(super) fn taken() -> Result<File, String> {
    let about = "Texts of stored items that are read, and what is written of them: the one form that an item has.";
    let mut sheet = Sheet::new("item-taken.json", "item", about, []);
    for (name, item, text, writes) in TAKEN {
        let writes = if writes.is_empty() { text } else { writes };
        let case = Item { item: *item, text: (*text).to_owned(), writes: None, refused: None };
        sheet.add(&format!("item-{name}"), "R39 R-25", case, |case| meant(case.writes.as_deref(), Some(*writes)));
    }
    sheet.file()
}

pub(super) fn refused() -> Result<File, String> {
    let about =
        "Texts that are no stored items: the item is left as it is. Why is a port's own, but for a newer layout.";
    let mut sheet = Sheet::new("item-refused.json", "item", about, []);
    for (name, item, text, why) in REFUSED {
        let case = Item { item: *item, text: (*text).to_owned(), writes: None, refused: None };
        sheet.add(&format!("item-refused-{name}"), "R39 R36", case, |case| meant(case.refused.as_deref(), Some(*why)));
    }
    sheet.file()
}
