//! The stored form of records, journals, heartbeats and outboxes (`keyholder_core::stored`).

use keyholder_core::document::{Applied, Skip};
use keyholder_core::fields::{Change, Field, FieldName, Fields};
use keyholder_core::ids::{Epoch, HostId, Nonce, ReceiptId, SchemaVersion, Seq, SourceId};
use keyholder_core::journal::Journal;
use keyholder_core::json::JsonProblem;
use keyholder_core::ledger::{Entry, Source};
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
    assert!(Player::from_text(format!("{BUSY}{{}}")).is_err(), "nor is a longer one taken");
}

#[test]
fn order_white_space_and_written_defaults_do_not_matter() {
    let text = r#" { "zone": [ ], "data" : {}, "compat":1, "schema":1, "ledger":[], "users":[], "life":"live", "floor":0,
        "owner":{"nonce":"00000000000000b1", "host":"00000000000000a1"}, "epoch":1, "aura": {"x" : [1 ]}, "layout":1 } "#;
    let kept = FRESH.replace(r#""data""#, r#""aura":{"x" : [1 ]},"zone":[ ],"data""#);
    assert_eq!(Player::from_text(text).unwrap().to_text(), Ok(kept));
    let empty = FRESH.replace(r#""data""#, r#""users":[],"data""#);
    assert_eq!(Player::from_text(empty), Player::from_text(FRESH));
    let mut shuffled = busy();
    shuffled.extra.as_mut().unwrap().unknown.reverse();
    assert_eq!(shuffled.to_text().as_deref(), Ok(BUSY));
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
    assert!(Player::from_text(BUSY.replace(r#""layout":1"#, r#""layout":0"#)).is_err());
    for text in [r#"{"layout":0}"#, r#"{"layout":1,"layout":2}"#, r#"{"layout":"1"}"#, r#"{"layout":4294967296}"#, "[]"]
    {
        assert_ne!(what(text), JsonProblem::MissingField("layout"), "{text}");
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
        (r#""from":7"#, r#""n":"00000000000000b9","from":7"#),
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
    for (from, to) in [
        (r#""n""#, r#""s""#),
        (r#""to":3"#, r#""to":4"#),
        (r#""from":2"#, r#""from":3"#),
        (r#""after":2"#, r#""after":4"#),
        ("n", "m"),
    ] {
        assert!(Outbox::<Change<String>>::from_text(OUTBOX.replacen(from, to, 1)).is_err(), "{to}");
    }
}

#[test]
fn refusals_do_not_repeat_what_they_refuse() {
    let secret = "s3cret";
    for at in BUSY.match_indices('"').map(|(at, _)| at).chain(0..3) {
        let text = format!("{}{secret}{}", &BUSY[..at], &BUSY[at..]);
        if let Err(error) = Player::from_text(text) {
            assert!(!format!("{error} {error:?}").contains(secret), "{error:?}");
        }
    }
}

fn any_source() -> impl Strategy<Value = Source> {
    prop_oneof![
        (1..=u32::MAX, any::<u64>()).prop_map(|(epoch, nonce)| session(epoch, nonce)),
        any::<u64>().prop_map(|id| Source::Numbered(SourceId(id))),
        any::<[u8; 16]>().prop_map(|id| Source::Receipt(ReceiptId(id))),
    ]
}

fn any_document() -> impl Strategy<Value = Doc> {
    let field = prop_oneof![
        any::<String>().prop_map(Field::Register),
        any::<i64>().prop_map(Field::Counter),
        btree_set(any::<String>(), 0..3).prop_map(Field::Set),
    ];
    let named = btree_map("[a-z\u{e9}\"\\\\ ]{1,8}", field, 0..5);
    named.prop_map(|fields| {
        let mut document = Doc::new();
        fields.into_iter().for_each(|(text, field)| drop(document.insert(name(&text), field)));
        document
    })
}

fn any_change() -> impl Strategy<Value = Change<String>> {
    let value = || any::<String>();
    let op = prop_oneof![
        any::<i64>().prop_map(Op::Add),
        any::<i64>().prop_map(Op::Min),
        any::<i64>().prop_map(Op::Max),
        value().prop_map(Op::Set),
        (any::<Option<String>>(), value()).prop_map(|(expect, value)| Op::SetIf { expect, value }),
        Just(Op::Delete),
        value().prop_map(Op::Insert),
        value().prop_map(Op::Remove),
    ];
    vec((select(vec!["coins", "pets"]), op), 0..3)
        .prop_map(|ops| Change::new(ops.into_iter().map(|(field, op)| (name(field), op)).collect()).unwrap())
}

/// An entry that fits its source and a record of this epoch.
fn any_entry(epoch: u32) -> impl Strategy<Value = (Source, Entry)> {
    let skips = [Skip::BelowMinimum, Skip::Mismatch, Skip::WrongKind, Skip::UnknownField].map(Applied::Skipped);
    let odd = btree_map(1..99_u32, select([&skips[..], &[Applied::Clamped]].concat()), 0..4);
    (any_source(), 0..u32::MAX, 1..=epoch, any::<bool>(), odd).prop_map(|(source, seq, at, sealed, mut odd)| {
        let is_session = source.epoch().is_some();
        let seq = if matches!(source, Source::Receipt(_)) { seq % 2 } else { seq };
        odd.retain(|at, _| *at <= seq);
        (source, entry(seq, at, sealed && is_session, &odd.into_iter().collect::<Vec<_>>()))
    })
}

fn any_extra() -> impl Strategy<Value = Extra> {
    let texts = ["0", "-1.50e+7", r#""\ud83d\ude00""#, "{}", r#"[ 1,{"a" :[[]],"a":{"layout":9}}]"#, "null", "true"];
    // No name of this layout has this many letters.
    let unknown = btree_map("[a-z\"\u{1}]{12,14}", select(texts.map(String::from).to_vec()), 0..4);
    (vec(0..=MAX_USER_ID, 0..3), any::<Option<String>>(), unknown).prop_map(|(users, mark, unknown)| Extra {
        users,
        transaction: mark.map(|mark| mark.chars().take(250).collect()),
        unknown: unknown.into_iter().collect(),
    })
}

fn any_owner() -> impl Strategy<Value = Option<Owner>> {
    any::<Option<(u64, u64)>>().prop_map(|of| of.map(|(host, nonce)| owner(host, nonce)))
}

fn any_record() -> impl Strategy<Value = Player> {
    let epoch = prop_oneof![1..20_u32, 1..=u32::MAX];
    let parts = epoch.prop_flat_map(|epoch| {
        (Just(epoch), vec(any_entry(epoch), 0..6), any_owner(), any_owner(), any::<[Index; 4]>(), any::<bool>())
    });
    (parts, any_extra(), any_document(), any::<(u32, u32)>()).prop_map(|(parts, extra, data, schemas)| {
        let (epoch, entries, owner, want, picks, erased) = parts;
        let pick = |index: usize, most: u32| Epoch(picks[index].index(most as usize + 1) as u32);
        let (schema, compat) = (schemas.0.max(schemas.1), schemas.0.min(schemas.1));
        let mut it = Record::new(SchemaVersion(schema), SchemaVersion(compat), data);
        (it.epoch, it.floor, it.wrote) = (Epoch(epoch), pick(0, epoch), pick(1, epoch));
        (it.wiped, it.restored) = (pick(2, it.floor.0), pick(3, it.floor.0));
        if erased && it.wiped > Epoch(0) {
            it.life = Life::Tombstone;
        } else {
            (it.owner, it.want) = (owner, want);
        }
        for (source, entry) in entries {
            it.ledger.insert(source, entry);
        }
        it.extra = Some(Box::new(extra)).filter(|extra| **extra != Extra::default());
        it
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn records_survive(record in any_record()) {
        let text = record.to_text().unwrap();
        let read = Player::from_text(&text).unwrap();
        prop_assert_eq!(&read, &record);
        prop_assert_eq!(read.to_text().unwrap(), text);
    }

    #[test]
    fn journals_and_outboxes_survive(
        epoch in 1..=u32::MAX,
        segments in vec((any_source(), prop_oneof![0..3_u32, 0..u32::MAX - 9], any::<u32>(), vec(any_change(), 1..4)), 0..4),
        source in any_source(),
        change in any_change(),
        seen in any::<Option<u32>>(),
    ) {
        let segments = segments.into_iter().map(|(source, from, schema, mut changes)| {
            // An external segment holds exactly one change.
            if source.epoch().is_none() {
                changes.truncate(1);
            }
            let (from, to, schema) = (Seq(from), Seq(from + changes.len() as u32), SchemaVersion(schema));
            Arc::new(Segment { source, from, to, schema, changes: changes.into_iter().collect() })
        });
        let journal = Journal { epoch: Epoch(epoch), nonce: Nonce(u64::from(epoch)), log: segments.collect::<Log<_>>() };
        let text = journal.to_text();
        // Strings may be long: a journal that is too big is not written.
        match text {
            Ok(text) => prop_assert_eq!(Journal::from_text(text), Ok(journal)),
            Err(error) => prop_assert_eq!(error, StoredError::TooBig { limit: JOURNAL_MAX_BYTES }),
        }

        let number = seen.map(|seen| Number { from: Seq(0), to: Seq(1), seen: Some(Epoch(seen)).filter(|_| seen % 2 == 0) });
        let delivery = Some(Delivery { change, schema: SchemaVersion(epoch), number });
        let mut outbox = Outbox { source, last: Seq(1), after: Seq(epoch.min(1)), delivery };
        match source {
            Source::Session(..) => prop_assert!(outbox.to_text().is_err()),
            Source::Numbered(_) | Source::Receipt(_) => {
                prop_assert_eq!(&Outbox::from_text(outbox.to_text().unwrap()).unwrap(), &outbox);
                outbox.last = Seq(2);
                prop_assert_eq!(outbox.to_text().is_err(), matches!(source, Source::Receipt(_)));
            }
        }
    }

    /// Whatever the bytes are: refused, or an item that holds what it promises and is written as it was read.
    #[test]
    fn damaged_texts_are_refused_or_sound(
        text in select(vec![FRESH, BUSY, TOMBSTONE, JOURNAL, OUTBOX, HEARTBEAT]),
        damage in vec((any::<Index>(), 0..4_usize, select(vec!["", "0", "9", "-", ",", "\"", "{", "]", "\\", "e", "null"])), 1..4),
        noise in vec(any::<u8>(), 0..4),
    ) {
        let mut bytes = text.as_bytes().to_vec();
        for (at, len, with) in damage {
            let at = at.index(bytes.len() + 1);
            let end = (at + len).min(bytes.len());
            bytes.splice(at..end, with.bytes());
        }
        is_refused_or_sound(&bytes);
        bytes.splice(0..noise.len().min(bytes.len()), noise.iter().copied());
        is_refused_or_sound(&bytes);
        is_refused_or_sound(&noise);
    }
}

fn is_refused_or_sound(bytes: &[u8]) {
    fn holds<T: Item + Debug + PartialEq>(bytes: &[u8]) {
        if let Ok(item) = T::from_text(bytes) {
            assert_eq!(item.verify(), Ok(()));
            assert_eq!(T::from_text(item.to_text().unwrap()), Ok(item));
        }
    }
    holds::<Player>(bytes);
    holds::<Journal<Change<String>>>(bytes);
    holds::<Outbox<Change<String>>>(bytes);
    holds::<Heartbeat>(bytes);
}
