//! The fast reader takes what a plain one takes, shares what it says that it shares, and a refusal says where.

use super::{BadText, Decoder, read, string, write};
use crate::json::{self, JsonError, JsonProblem, Kind, Limits, Reader};
use crate::stored::Stored;
use crate::value::{Map, Roblox, Value};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A value as it was written, with all that the fast reader treats in a way of its own.
const SAMPLES: [&str; 14] = [
    r#"{"a":1,"b":[true,false,null,"x",{"c":{}}],"d":"a longer string than is held in place","e":"\u00e9\n\\"}"#,
    r#"[{"id":1,"name":"one"},{"id":2,"name":"two"},{"id":3},{"name":"x","id":4},{"id":5,"name":"\u0041"}]"#,
    r#"{"$$a":1,"$$$":"$$","a\"b":2,"\u0061\u0062":"\ud83d\ude00","key of more than sixteen bytes":3}"#,
    r#"[0,-0,1.5,-2.25e-3,1e21,5e-324,123456789012345678,0.1234567890123456789,12345678,123456789.5,1e400]"#,
    r#"["$v3AACAPwAAIMDNzMw9","$c3AACAPwAAIMDNzMw9","$enAAEAAAMaterial","$zzsomething","$cn","$buAQID","$sb/w"]"#,
    "[\"$cfAACAPwAAIMDNzMw9AACAPwAAIMDNzMw9AACAPwAAIMDNzMw9AACAPwAAIMDNzMw9\",\"$dtAQAAAAAAAAA\",\"$nuAAAAAAAA8H8\"]",
    " { \"a\" : [ 1 , 2 ] , \"b\" : { } , \"c\" : [ ] }\t\r\n",
    "[\"12345678901234567890123\",\"1234567890123456789012\",\"123456789012345678901\",\"\u{e9}\u{e9}\",\"\"]",
    r#"[{"b":1,"a":2},{"b":3,"a":4},{"a":5,"b":6},{"b":{"b":1,"a":2},"a":{"a":1}}]"#,
    r#"{"a":1,"b":2,"a":3}"#,
    r#"[{"a":1,"\u0061":2}]"#,
    r#"[[[[[[[[[]]]]]]]],{"x":{"x":{"x":{}}}}]"#,
    "\"alone\"",
    "12",
];

/// The plain reader: as the form is told, value by value, with the strict reader of JSON.
fn plain(from: &mut Reader<'_>) -> Result<Value, JsonError> {
    let at = from.position();
    let refused = |expected| JsonError { at, what: JsonProblem::Refused { expected } };
    match from.peek()? {
        Kind::Null => from.null().map(|()| Value::Nil),
        Kind::Bool => from.bool().map(Value::from),
        Kind::Number => {
            let number = from.number()?.parse::<f64>().unwrap();
            if number.is_finite() { Ok(number.into()) } else { Err(refused("a number that 64 bits hold")) }
        }
        Kind::String => string(&from.string()?).ok_or(refused("a payload of the tag's type")),
        Kind::Array => {
            let mut values = Vec::new();
            from.array(|_, reader| plain(reader).map(|value| values.push(value)))?;
            Ok(values.into())
        }
        Kind::Object => {
            let mut map = Map::new();
            from.object(|key, reader| {
                let Some(Value::Text(key)) = string(&key) else {
                    return Err(reader.refuse("a key that is a string"));
                };
                if reader.peek()? == Kind::Null {
                    return Err(reader.refuse("no null in an object: the key is left out"));
                }
                map.insert(key, plain(reader)?);
                Ok(())
            })?;
            Ok(map.into())
        }
    }
}

fn limits(max_depth: u8) -> Limits {
    Limits { max_depth, ..Limits::default() }
}

/// Reads both ways and gives what both say.
fn both(text: &str, max_depth: u8) -> Result<Value, BadText> {
    let expected = json::read(text, limits(max_depth), plain);
    let found = read(text, limits(max_depth));
    let told = found.as_ref().map_err(|bad| JsonError { at: bad.at, what: bad.what });
    assert_eq!(told, expected.as_ref().map_err(|error| *error), "{text}");
    found
}

#[test]
fn samples_are_read_and_written_as_by_a_plain_reader() {
    for sample in SAMPLES {
        if let Ok(value) = both(sample, 32) {
            let mut text = String::from("before");
            write(&value, &mut text);
            assert_eq!(both(text.strip_prefix("before").unwrap(), 32), Ok(value));
        }
        for depth in 0..10 {
            let _ = both(sample, depth);
        }
    }
}

#[test]
fn broken_samples_are_refused_where_a_plain_reader_refuses_them() {
    let bytes = b"\"\\{}[]:,0159.eE+-$ntfu/=\x00\x1f \xc3\xa9azA";
    let (mut state, mut good) = (7_u64, 0);
    // What it keeps of one text, whole or broken, is not seen in the next.
    let mut decoder = Decoder::new(limits(32));
    for round in 0..40_000 {
        let sample = SAMPLES[round % SAMPLES.len()];
        let mut text = sample.as_bytes().to_vec();
        for _ in 0..=round % 3 {
            state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            let (at, with) = ((state >> 40) as usize % text.len().max(1), bytes[(state >> 33) as usize % bytes.len()]);
            match state >> 62 {
                _ if text.is_empty() => {}
                0 => text[at] = with,
                1 => text.insert(at, with),
                2 => drop(text.remove(at)),
                _ => text.truncate(at.max(1)),
            }
        }
        if let Ok(text) = core::str::from_utf8(&text) {
            let alone = both(text, 32);
            good += usize::from(alone.is_ok());
            assert_eq!(decoder.read(text), alone, "{text}");
        }
    }
    assert!(good > 1_000, "some stay whole: {good}");
}

/// The keys of each map of an array, by where they are held.
fn places(value: &Value) -> Vec<usize> {
    let Value::Array(values) = value else { panic!("an array") };
    let maps = values.iter().map(|value| if let Value::Map(map) = value { map } else { panic!("a map") });
    maps.map(|map| map.keys().as_slice().as_ptr() as usize).collect()
}

#[test]
fn objects_with_the_same_keys_share_their_list() {
    let text =
        r#"[{"kind":1,"a":2},{"kind":1,"b":2},{"kind":3,"a":4},{"kind":1,"b":2},{"z":1,"y":2},{"z":3,"y":4},{},{}]"#;
    // A text is to have some length before it is remembered what keys it has.
    let value = both(&format!("{text}{}", " ".repeat(500)), 32).unwrap();
    let places = places(&value);
    assert_eq!((places[0], places[1], places[4], places[6]), (places[2], places[3], places[5], places[7]));
    assert!(places[0] != places[1]);
    let mut written = String::new();
    write(&value, &mut written);
    assert!(written.ends_with(r#"{"y":2,"z":1},{"y":4,"z":3},{},{}]"#), "{written}");
}

#[test]
fn texts_that_are_read_one_after_the_other_share_the_lists_of_keys() {
    let record = |at: usize| format!(r#"[{{"name":"player {at}","coins":{at}}}]{}"#, " ".repeat(48));
    let mut decoder = Decoder::new(limits(32));
    // What is compared by where it is held is kept: else something newer may stand there.
    let values: Vec<_> = (0..50).map(|at| decoder.read(&record(at)).unwrap()).collect();
    let lists: Vec<_> = values.iter().map(|value| places(value)[0]).collect();
    let value = read(&record(0), limits(32)).unwrap();
    let alone = places(&value)[0];
    assert!(lists.iter().all(|list| *list == lists[0] && *list != alone), "{lists:?}");
    // Too many different keys: all are forgotten, the old ones too.
    for at in 0..2_000 {
        decoder.read(&format!(r#"{{"key {at}":1}}{}"#, " ".repeat(48))).unwrap();
    }
    let after = decoder.read(&record(0)).unwrap();
    assert_eq!(places(&after), places(&decoder.read(&record(1)).unwrap()));
    assert_ne!(places(&after)[0], lists[0]);
}

#[test]
fn more_keys_than_are_remembered_are_read_all_the_same() {
    for (objects, keys) in [(1, 63), (1, 64), (1, 65), (1, 3_000), (3, 70), (3_000, 1), (700, 3)] {
        for down in [false, true] {
            let object = |object: usize| {
                let keys = (0..keys).map(|at| if down { keys - at } else { at });
                let fields: Vec<_> = keys.map(|key| format!(r#""{object:04}_{key:06}":{{"x":{key}}}"#)).collect();
                format!("{{{}}}", fields.join(","))
            };
            let list: Vec<_> = (0..objects).map(object).collect();
            let text = format!("[{}]", list.join(","));
            let mut decoder = Decoder::new(limits(32));
            for _ in 0..3 {
                assert_eq!(decoder.read(&text), both(&text, 32));
            }
            let twice = text.replace("}}]", r#"},"0000_000001":1}]"#);
            let again = both(&twice, 32).map_err(|bad| bad.what);
            assert_eq!(again.is_err(), objects == 1 && keys > 1, "{objects} {keys}");
        }
    }
}

#[test]
fn what_is_read_has_no_room_to_spare() {
    let text = format!("[{}{{\"a\":1,\"b\":2}}]", "1,".repeat(1_000));
    let Value::Array(values) = both(&text, 32).unwrap() else { panic!("an array") };
    assert_eq!((values.len(), values.capacity()), (1_001, 1_001));
    let Value::Array(empty) = both("[[],[]]", 32).unwrap() else { panic!("an array") };
    let [Value::Array(a), Value::Array(b)] = empty.as_slice() else { panic!("arrays") };
    assert!(Arc::ptr_eq(a, b));
}

#[test]
fn a_refusal_says_where_and_repeats_no_value() {
    let refused = |text: &str| {
        let bad = both(text, 4).unwrap_err();
        (bad.at, bad.path.to_string(), bad.to_string())
    };
    let (at, path, shown) = refused(r#"{"items":[{"count":1},{"count":"$v3secret"}]}"#);
    assert_eq!((at, path.as_str()), (31, "$.items[1].count"));
    assert_eq!(
        shown,
        "text refused at byte 31, in $.items[1].count: another value, expected a payload of the tag's type"
    );
    assert_eq!(
        refused(r#"{"a":{"b":null}}"#),
        (
            10,
            "$.a.b".into(),
            "text refused at byte 10, in $.a.b: another value, expected no null in an object: the key is left out"
                .into()
        )
    );
    for (text, at, path) in [
        ("", 0, "$"),
        ("[1] 2", 4, "$"),
        ("[0,1e999]", 3, "$[1]"),
        ("[[[[[1]]]]]", 4, "$[0][0][0][0]"),
        (r#"{"a":[1,2"#, 9, "$.a"),
        (r#"{"a":{"x":1,"x":2}}"#, 12, "$.a"),
        (r#"{"a":{"$v3AACAPwAAIMDNzMw9":2}}"#, 28, "$.a"),
        (r#"{"two words":["\ud800"]}"#, 15, "$[\"two words\"][0]"),
    ] {
        let (found_at, found_path, shown) = refused(text);
        assert_eq!((found_at, found_path.as_str()), (at, path), "{text}");
        assert!(shown.starts_with(&format!("text refused at byte {at}, in {path}: ")), "{shown}");
    }
    let big = read("[1,2]", Limits { max_bytes: 4, ..Limits::default() }).unwrap_err();
    assert_eq!((big.at, big.what, big.path.to_string()), (0, JsonProblem::TooBig { limit: 4 }, "$".into()));
}

#[test]
fn a_value_inside_an_item_is_read_to_its_end_and_no_further() {
    let text = r#"{"data": {"a":[1,2]} ,"next":7}"#;
    let mut seen = Vec::new();
    let read = json::read(text, limits(3), |reader| {
        reader.object(|_, reader| Value::read(reader).map(|value| seen.push(value)))
    });
    assert_eq!((read, seen.len(), &seen[1]), (Ok(()), 2, &Value::from(7)));
    let shallow = json::read(text, limits(2), |reader| reader.object(|_, reader| Value::read(reader).map(drop)));
    assert_eq!(shallow, Err(JsonError { at: 14, what: JsonProblem::TooDeep { limit: 2 } }));
}

#[test]
fn texts_of_somebody_are_escaped_wherever_they_stand() {
    let content = Roblox::Content(Some(Arc::new("a\"b\\\n".into())));
    let mut text = String::new();
    write(&content.into(), &mut text);
    assert_eq!(text, r#""$coa\"b\\\n""#);
    assert!(both(&text, 1).is_ok());
}
