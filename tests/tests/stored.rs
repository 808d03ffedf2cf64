//! The stored form of records, journals, heartbeats and outboxes (`keyholder_core::stored`).

use keyholder_core::document::{Applied, Skip};
use keyholder_core::fields::{Change, Field, FieldName, Fields};
use keyholder_core::ids::{Epoch, HostId, Nonce, ReceiptId, SchemaVersion, Seq, SourceId};
use keyholder_core::journal::Journal;
use keyholder_core::json::{JsonError, JsonProblem, Reader, Writer};
use keyholder_core::ledger::{Entry, Ledger, Source};
use keyholder_core::ops::Op;
use keyholder_core::record::{Extra, Life, Owner, Record};
use keyholder_core::segment::{Log, Segment};
use keyholder_core::stored::*;
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::fmt::Debug;
use std::sync::Arc;

type Doc = Fields<String>;
type Player = Record<Doc>;

const FRESH: &str = r#"{"layout":1,"epoch":1,"owner":{"host":"00000000000000a1","nonce":"00000000000000b1"},"schema":1,"compat":1,"data":{}}"#;
const BUSY: &str = concat!(
    r#"{"layout":1,"epoch":9,"owner":{"host":"00000000000000a1","nonce":"00000000000000b9"},"#,
    r#""want":{"host":"00000000000000a2","nonce":"00000000000000ba"},"floor":4,"wrote":8,"wiped":2,"restored":4,"#,
    r#""schema":3,"compat":2,"ledger":[{"s":[8,"00000000000000b8"],"seq":7,"at":9,"sealed":true,"#,
    r#""odd":[[2,"clamped"],[3,"below_minimum"],[4,"above_maximum"],[5,"mismatch"],[6,"wrong_kind"],[7,"full"]]},"#,
    r#"{"s":[12,"00000000000000bc"],"seq":0,"at":9,"sealed":true},"#,
    r#"{"n":"ffffffffffffffff","seq":41,"at":9,"odd":[[41,"unknown_field"]]},"#,
    r#"{"r":"000102030405060708090a0b0c0d0e0f","seq":1,"at":3}],"users":[9007199254740991,1],"transaction":"tx \"1\"","#,
    r#""aura":{"b": [1.50, null],"a":"\u00e9"},"zone":-0.0e1,"#,
    r#""data":{"coins":{"counter":-5},"pets":{"set":["cat","dog"]},"title":{"register":"line\n\u0001"}}}"#,
);
const TOMBSTONE: &str =
    r#"{"layout":1,"epoch":10,"floor":10,"wiped":10,"life":"tombstone","schema":3,"compat":2,"data":{}}"#;
const JOURNAL: &str = concat!(
    r#"{"layout":1,"epoch":9,"nonce":"00000000000000b9","log":[{"s":[8,"00000000000000b8"],"from":7,"schema":2,"#,
    r#""changes":[[["coins","add",5],["pets","insert","cat"]],[["title","set_if","king"],["title","set_if","king","earl"],"#,
    r#"["pets","remove","dog"],["title","delete"]]]},{"s":[9,"00000000000000b9"],"schema":3,"#,
    r#""changes":[[["title","set",""],["coins","min",3],["coins","max",-9007199254740991]]]}]}"#,
);
const OUTBOX: &str = concat!(
    r#"{"layout":1,"n":"00000000000000c1","last":3,"after":2,"delivery":{"schema":1,"change":[["coins","add",-1]],"#,
    r#""number":{"from":2,"to":3,"seen":9}}}"#,
);
const HEARTBEAT: &str = r#"{"layout":1,"host":"00000000000000a1"}"#;

fn name(text: &str) -> FieldName {
    FieldName::new(text).unwrap()
}

fn owner(host: u64, nonce: u64) -> Owner {
    Owner { host: HostId(host), nonce: Nonce(nonce) }
}

fn session(epoch: u32, nonce: u64) -> Source {
    Source::Session(Epoch(epoch), Nonce(nonce))
}

fn entry(seq: u32, at: u32, sealed: bool, odd: &[(u32, Applied)]) -> Entry {
    Entry { seq: Seq(seq), at: Epoch(at), sealed, odd: odd.iter().map(|(seq, it)| (Seq(*seq), *it)).collect() }
}

fn busy() -> Player {
    let mut data = Doc::new();
    data.insert(name("coins"), Field::Counter(-5));
    data.insert(name("pets"), Field::Set(["dog", "cat"].map(String::from).into()));
    data.insert(name("title"), Field::Register("line\n\u{1}".into()));
    let mut it = Record::new(SchemaVersion(3), SchemaVersion(2), data);
    (it.epoch, it.floor, it.wrote, it.wiped, it.restored) = (Epoch(9), Epoch(4), Epoch(8), Epoch(2), Epoch(4));
    (it.owner, it.want) = (Some(owner(0xa1, 0xb9)), Some(owner(0xa2, 0xba)));
    let skips = [Skip::BelowMinimum, Skip::AboveMaximum, Skip::Mismatch, Skip::WrongKind, Skip::Full];
    let mut odd = Vec::from([(2, Applied::Clamped)]);
    odd.extend((3..).zip(skips.map(Applied::Skipped)));
    let unknown_field = [(41, Applied::Skipped(Skip::UnknownField))];
    it.ledger.insert(Source::Receipt(ReceiptId(std::array::from_fn(|i| i as u8))), entry(1, 3, false, &[]));
    it.ledger.insert(Source::Numbered(SourceId(u64::MAX)), entry(41, 9, false, &unknown_field));
    it.ledger.insert(session(12, 0xbc), entry(0, 9, true, &[]));
    it.ledger.insert(session(8, 0xb8), entry(7, 9, true, &odd));
    let unknown = [("aura", r#"{"b": [1.50, null],"a":"\u00e9"}"#), ("zone", "-0.0e1")];
    let unknown = unknown.map(|(name, text)| (name.to_owned(), text.to_owned())).to_vec();
    let extra = Extra { users: vec![MAX_USER_ID, 1], transaction: Some("tx \"1\"".into()), unknown };
    it.extra = Some(Box::new(extra));
    it
}

/// Writes an item without the checks of `to_text`.
fn unchecked(item: &impl Item) -> String {
    let mut text = String::new();
    Writer::new(&mut text).object(|fields| {
        fields.field("layout").u32(1);
        item.write(fields);
    });
    text
}

/// Parse and write are inverse to each other on this text.
fn is_canonical<T: Item + PartialEq + Debug>(text: &str) -> T {
    let item = T::from_text(text).unwrap();
    assert_eq!(item.to_text().as_deref(), Ok(text));
    item
}

#[test]
fn golden_texts() {
    let mut fresh = Record::new(SchemaVersion(1), SchemaVersion(1), Doc::new());
    (fresh.epoch, fresh.owner) = (Epoch(1), Some(owner(0xa1, 0xb1)));
    assert_eq!(is_canonical::<Player>(FRESH), fresh);
    assert_eq!(is_canonical::<Player>(BUSY), busy());
    let mut erased = Record::new(SchemaVersion(3), SchemaVersion(2), Doc::new());
    (erased.epoch, erased.floor, erased.wiped, erased.life) = (Epoch(10), Epoch(10), Epoch(10), Life::Tombstone);
    assert_eq!(is_canonical::<Player>(TOMBSTONE), erased);
    let journal = is_canonical::<Journal<Change<String>>>(JOURNAL);
    let ends: Vec<_> = journal.log.iter().map(|it| (it.source, it.from, it.to, it.schema)).collect();
    let first = (session(8, 0xb8), Seq(7), Seq(9), SchemaVersion(2));
    assert_eq!(ends, [first, (session(9, 0xb9), Seq(0), Seq(1), SchemaVersion(3))]);
    let number = Number { from: Seq(2), to: Seq(3), seen: Some(Epoch(9)) };
    let change = Change::one(name("coins"), Op::Add(-1));
    let delivery = Some(Delivery { change, schema: SchemaVersion(1), number: Some(number) });
    let outbox = Outbox { source: Source::Numbered(SourceId(0xc1)), last: Seq(3), after: Seq(2), delivery };
    assert_eq!(is_canonical::<Outbox<Change<String>>>(OUTBOX), outbox);
    assert_eq!(is_canonical::<Heartbeat>(HEARTBEAT), Heartbeat { host: HostId(0xa1) });
}

#[test]
fn every_shortened_text_is_refused() {
    for end in 0..BUSY.len() {
        assert!(Player::from_text(&BUSY[..end]).is_err(), "{end}");
    }
    for end in 0..JOURNAL.len() {
        assert!(Journal::<Change<String>>::from_text(&JOURNAL[..end]).is_err(), "{end}");
    }
    assert_eq!(Player::from_text(b"\xff"), Err(StoredError::NotUtf8));
}

#[test]
fn order_white_space_and_written_defaults_do_not_matter() {
    let text = r#" { "zone": [ ], "data" : {}, "compat":1, "schema":1, "ledger":[], "users":[], "life":"live", "floor":0,
        "owner":{"nonce":"00000000000000b1", "host":"00000000000000a1"}, "epoch":1, "aura": {"x" : [1 ]}, "layout":1 } "#;
    let kept = FRESH.replace(r#""data""#, r#""aura":{"x" : [1 ]},"zone":[ ],"data""#);
    assert_eq!(Player::from_text(text).unwrap().to_text(), Ok(kept));
}

#[test]
fn a_newer_layout_is_refused_wherever_its_number_stands() {
    for text in [r#"{"layout":2,"epoch":{}}"#, r#"{"epoch":"?","layout":2"#, r#"{"layout":2"#] {
        assert_eq!(Player::from_text(text), Err(StoredError::NewerLayout(2)), "{text}");
        assert_eq!(Heartbeat::from_text(text), Err(StoredError::NewerLayout(2)), "{text}");
    }
    let what = |text: &str| match Player::from_text(text) {
        Err(StoredError::Json(error)) => error.what,
        other => panic!("{other:?}"),
    };
    assert_eq!(what(r#"{"epoch":1}"#), JsonProblem::MissingField("layout"));
    for text in [r#"{"layout":0}"#, r#"{"layout":1,"layout":2}"#, r#"{"layout":"1"}"#, r#"{"layout":4294967296}"#, "[]"] {
        assert_ne!(what(text), JsonProblem::MissingField("layout"), "{text}");
    }
}

/// Both ways: such a record is not written, and its text, whoever wrote it, is not read.
#[test]
fn a_record_that_contradicts_itself_is_refused() {
    type Break = fn(&mut Player);
    fn first(it: &mut Player, change: impl FnOnce(&mut Entry)) {
        it.ledger.update(session(8, 0xb8), change);
    }
    fn receipt(it: &mut Player, change: impl FnOnce(&mut Entry)) {
        it.ledger.update(Source::Receipt(ReceiptId([9; 16])), |entry| {
            entry.at = Epoch(1);
            change(entry);
        });
    }
    fn newer(it: &mut Player, name: &str, text: &str) {
        it.extra.get_or_insert_default().unknown.push((name.into(), text.into()));
    }
    let in_header: [(&str, Break); 11] = [
        ("epoch is 0", |it| it.epoch = Epoch(0)),
        ("floor is beyond epoch", |it| it.floor = Epoch(10)),
        ("wrote is beyond epoch", |it| it.wrote = Epoch(10)),
        ("wiped is beyond epoch", |it| it.wiped = Epoch(10)),
        ("restored is beyond epoch", |it| it.restored = Epoch(10)),
        ("wiped is beyond floor", |it| it.wiped = Epoch(5)),
        ("restored is beyond floor", |it| it.restored = Epoch(5)),
        ("compat is beyond schema", |it| it.compat = SchemaVersion(4)),
        ("a tombstone has an owner", |it| it.life = Life::Tombstone),
        ("a tombstone is wanted", |it| (it.life, it.owner) = (Life::Tombstone, None)),
        ("a tombstone was never wiped", |it| {
            (it.life, it.owner, it.want, it.wiped) = (Life::Tombstone, None, None, Epoch(0));
        }),
    ];
    let in_ledger: [(&str, Break); 9] = [
        ("a session of epoch 0", |it| it.ledger.update(session(0, 1), |entry| entry.at = Epoch(1))),
        ("applied in epoch 0", |it| first(it, |entry| entry.at = Epoch(0))),
        ("after the record's epoch", |it| first(it, |entry| entry.at = Epoch(10))),
        ("seals a source that is no session", |it| receipt(it, |entry| entry.sealed = true)),
        ("a receipt beyond its only position", |it| receipt(it, |entry| entry.seq = Seq(2))),
        ("do not ascend", |it| first(it, |entry| entry.seq = Seq(6))),
        ("do not ascend", |it| first(it, |entry| entry.odd[0].0 = Seq(0))),
        ("do not ascend", |it| first(it, |entry| entry.odd[0].0 = Seq(3))),
        ("applied whole", |it| first(it, |entry| entry.odd[0].1 = Applied::Whole)),
    ];
    let in_extra: [(&str, Break); 6] = [
        ("user id", |it| it.extra.get_or_insert_default().users.push(MAX_USER_ID + 1)),
        ("twice", |it| newer(it, "zone", "1")),
        ("a name that this layout has", |it| newer(it, "floor", "1")),
        ("not one JSON value", |it| newer(it, "a", r#"1,"b":2"#)),
        ("not one JSON value", |it| newer(it, "a", " 1")),
        ("not one JSON value", |it| newer(it, "a", &format!("{}{}", "[".repeat(32), "]".repeat(32)))),
    ];
    for (index, (what, break_it)) in in_header.iter().chain(&in_ledger).chain(&in_extra).enumerate() {
        let mut record = busy();
        break_it(&mut record);
        let error = record.to_text().unwrap_err();
        assert!(matches!(error, StoredError::Invariant { .. }) && error.to_string().contains(what), "{what}: {error}");
        let read = Player::from_text(unchecked(&record));
        // A text cannot say "whole", nor be told from one with a field more.
        if index < 19 {
            assert_eq!(read, Err(error), "{what}");
        } else {
            assert!(read.is_err() || what.contains("JSON"), "{what}: {read:?}");
        }
    }
}

#[test]
fn what_no_layout_has_is_refused() {
    let replaced = [
        (r#""schema":3,"#, ""),
        (r#""compat":2,"#, ""),
        (r#""data":{"#, r#""more":{"#),
        (r#""epoch":9"#, r#""epoch":9.0"#),
        (r#""host":"00000000000000a1""#, r#""host":"A1""#),
        (r#""nonce":"00000000000000ba""#, r#""nonce":"00000000000000ba","more":1"#),
        (r#""seq":41,"#, ""),
        (r#""seq":41"#, r#""seq":41,"more":1"#),
        (r#""seq":41"#, r#""seq":41,"s":[1,"0000000000000001"]"#),
        (r#""n":"ffffffffffffffff","#, ""),
        (r#"{"s":[12,"00000000000000bc"]"#, r#"{"s":[8,"00000000000000b8"]"#),
        (r#"{"s":[12,"00000000000000bc"]"#, r#"{"s":[7,"00000000000000bc"]"#),
        (r#"[2,"clamped"]"#, r#"[2,"whole"]"#),
        (r#"[2,"clamped"]"#, r#"[2,"clamped",0]"#),
        (r#"[2,"clamped"]"#, "[2]"),
        (r#""users":[9007199254740991"#, r#""users":[9007199254740992"#),
        (r#""want":{"#, r#""life":"dead","want":{"#),
        (r#"["cat","dog"]"#, r#"["cat","cat"]"#),
        (r#"{"counter":-5}"#, "{}"),
        (r#"{"counter":-5}"#, r#"{"counter":-5,"set":[]}"#),
        (r#""coins""#, r#""""#),
    ];
    for (from, to) in replaced {
        let text = BUSY.replacen(from, to, 1);
        assert_ne!(text, BUSY, "{from}");
        assert!(matches!(Player::from_text(&text), Err(StoredError::Json(_))), "{to}");
    }
    let replaced = [
        (r#""from":7"#, r#""from":4294967294"#),
        (r#""from":7"#, r#""more":7"#),
        (r#""from":7,"schema":2"#, r#""from":7"#),
        (r#""nonce":"00000000000000b9","#, ""),
        (r#""layout":1"#, r#""layout":1,"more":2"#),
        (r#""epoch":9"#, r#""epoch":0"#),
        (r#"[8,"#, "[0,"),
        (r#"["coins","add",5]"#, r#"["coins","add",5,5]"#),
        (r#"["coins","add",5]"#, r#"["coins","add"]"#),
        (r#"["coins","add",5]"#, r#"["coins","double",5]"#),
        (r#"["coins","add",5]"#, "[]"),
        (r#""king","earl"]"#, r#""king","earl","duke"]"#),
        (r#"["title","delete"]"#, r#"["title","delete",1]"#),
    ];
    for (from, to) in replaced {
        let text = JOURNAL.replacen(from, to, 1);
        assert_ne!(text, JOURNAL, "{from}");
        assert!(Journal::<Change<String>>::from_text(&text).is_err(), "{to}");
    }
    for (from, to) in [(r#""n""#, r#""s""#), (r#""to":3"#, r#""to":4"#), (r#""from":2"#, r#""from":3"#), ("n", "m")] {
        assert!(Outbox::<Change<String>>::from_text(OUTBOX.replacen(from, to, 1)).is_err(), "{to}");
    }
}
