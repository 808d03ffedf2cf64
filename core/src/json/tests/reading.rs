//! What the reader takes and what it refuses, method by method.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use alloc::{format, vec};

use super::super::{Reader, parse_hex64, parse_hex128};
use super::{JsonProblem, Kind, Limits, of, refused};

#[test]
fn integers_are_exact_up_to_their_limits() {
    assert_eq!(of("0", Reader::u32), Ok(0));
    assert_eq!(of("4294967295", Reader::u32), Ok(u32::MAX));
    assert_eq!(of("18446744073709551615", Reader::u64), Ok(u64::MAX));
    assert_eq!(of("9223372036854775807", Reader::i64), Ok(i64::MAX));
    assert_eq!(of("-9223372036854775808", Reader::i64), Ok(i64::MIN));
    assert_eq!(of(" \t\r\n7 \n", Reader::u32), Ok(7));

    let out_of_range = |problem| matches!(problem, Some((0, JsonProblem::OutOfRange { .. })));
    assert!(out_of_range(refused("4294967296", Reader::u32)));
    assert!(out_of_range(refused("18446744073709551616", Reader::u64)));
    assert!(out_of_range(refused("9223372036854775808", Reader::i64)));
    assert!(out_of_range(refused("-9223372036854775809", Reader::i64)));
    assert!(out_of_range(refused("-1", Reader::u64)));
    assert!(out_of_range(refused("99999999999999999999999999999999999999999999", Reader::u64)));
}

#[test]
fn integers_have_one_spelling() {
    for text in ["1.0", "1e3", "1E3", "0e0", "-0", "-0.0", "10e-1", "0.5"] {
        let of_kind = |problem| matches!(problem, Some((0, JsonProblem::NotAnInteger { .. })));
        assert!(of_kind(refused(text, Reader::u32)), "{text}");
        assert!(of_kind(refused(text, Reader::u64)), "{text}");
        assert!(of_kind(refused(text, Reader::i64)), "{text}");
        assert_eq!(of(text, Reader::number), Ok(text));
    }
    for text in
        ["", "-", "+1", "01", "00", "-01", ".5", "1.", "1.e3", "1e", "1e+", "0x1", "1_0", "Infinity", "NaN", "١"]
    {
        assert!(of(text, Reader::u64).is_err(), "{text}");
        assert!(of(text, Reader::i64).is_err(), "{text}");
        assert!(of(text, Reader::number).is_err(), "{text}");
        assert!(of(text, Reader::raw).is_err(), "{text}");
    }
}

#[test]
fn words_are_whole() {
    assert_eq!(of("true", Reader::bool), Ok(true));
    assert_eq!(of("false", Reader::bool), Ok(false));
    assert_eq!(of("null", Reader::null), Ok(()));
    for text in ["t", "tru", "truE", "True", "truefalse", "f", "fals", "n", "nul", "nulll", "null null"] {
        assert!(of(text, Reader::bool).is_err(), "{text}");
        assert!(of(text, Reader::null).is_err(), "{text}");
        assert!(of(text, Reader::raw).is_err(), "{text}");
    }
}

#[test]
fn null_or_tells_absent_from_wrong() {
    let optional = |text| of(text, |reader| reader.null_or(Reader::u32));
    assert_eq!(optional("null"), Ok(None));
    assert_eq!(optional("3"), Ok(Some(3)));
    assert!(optional("\"3\"").is_err());
    assert!(optional("nul").is_err());
}

#[test]
fn a_value_of_another_kind_is_named() {
    let found = |found| Some((1, JsonProblem::WrongKind { expected: Kind::Number, found }));
    assert_eq!(refused(" null", Reader::u32), found(Kind::Null));
    assert_eq!(refused(" true", Reader::u32), found(Kind::Bool));
    assert_eq!(refused(" \"1\"", Reader::u32), found(Kind::String));
    assert_eq!(refused(" [1]", Reader::u32), found(Kind::Array));
    assert_eq!(refused(" {}", Reader::u32), found(Kind::Object));
}

#[test]
fn an_object_gives_its_fields_in_order() {
    let mut fields: Vec<(String, u32)> = vec![];
    let read = of(r#" { "b" : 1 , "a":2,"":3, "A\u0041":4 } "#, |reader| {
        reader.object(|key, reader| {
            fields.push((key.into_owned(), reader.u32()?));
            Ok(())
        })
    });
    assert_eq!(read, Ok(()));
    let expected = [("b", 1), ("a", 2), ("", 3), ("AA", 4)].map(|(key, value)| (key.to_string(), value));
    assert_eq!(fields, expected);
}

#[test]
fn an_array_counts_its_elements() {
    let mut elements = vec![];
    let read = of("[ 5,6 , 7]", |reader| {
        reader.array(|index, reader| {
            elements.push((index, reader.u64()?));
            Ok(())
        })
    });
    assert_eq!(read, Ok(()));
    assert_eq!(elements, [(0, 5), (1, 6), (2, 7)]);
    assert_eq!(of("[ ]", |reader| reader.array(|_, reader| Err(reader.refuse("no element")))), Ok(()));
}

#[test]
fn punctuation_is_strict() {
    let texts = [
        "[",
        "]",
        "[,]",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1,,2]",
        "[1}",
        "{",
        "}",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{a:1}",
        "{'a':1}",
        "{1:1}",
        "{\"a\":1]",
        "{\"a\":1 \"b\":2}",
        "[1]]",
        "{}{}",
        "// x\n1",
        "1 // x",
        "\u{feff}1",
        "\u{a0}1",
        "\u{c}1",
        "1\0",
    ];
    for text in texts {
        assert!(of(text, |reader| super::walk(reader, &mut vec![])).is_err(), "{text}");
        assert!(of(text, Reader::raw).is_err(), "{text}");
    }
    assert_eq!(refused("1 2", Reader::u32), Some((2, JsonProblem::TrailingText)));
    assert!(matches!(refused("[1 2]", Reader::raw), Some((3, JsonProblem::Malformed { .. }))));
}

#[test]
fn duplicate_keys_are_refused() {
    let texts = [
        (r#"{"a":1,"a":1}"#, 7),
        (r#"{"a":1,"b":2,"a":3}"#, 13),
        (r#"{"b":1,"a":2,"b":3}"#, 13),
        (r#"{"c":1,"a":2,"b":3,"a":4}"#, 19),
        (r#"{"a":1,"\u0061":2}"#, 7),
        (r#"{"":1,"":2}"#, 6),
    ];
    for (text, at) in texts {
        let mut seen = vec![];
        let object = refused(text, |reader| {
            reader.object(|key, reader| {
                assert!(!seen.contains(&key), "refused before the caller sees it");
                seen.push(key);
                reader.u32().map(|_| ())
            })
        });
        assert_eq!(object, Some((at, JsonProblem::DuplicateKey)), "{text}");
        // Inside a value that is only kept they have no meaning.
        assert_eq!(of(text, Reader::raw), Ok(text));
    }
    // Keys of different objects have nothing to do with each other.
    assert_eq!(of(r#"{"a":{"a":1},"b":{"a":1}}"#, |reader| super::walk(reader, &mut vec![])), Ok(()));
}

#[test]
fn raw_is_the_exact_text() {
    for text in
        ["{ \"a\" :\t[ 1.50 , 1E+2,\r\n-0 ] }", "[ ]", "{\n}", "\"\\u0041\\/\"", "1e400", "null", "[[],{},[{}]]"]
    {
        let spaced = format!(" \n{text}\t ");
        assert_eq!(of(&spaced, Reader::raw), Ok(text));
        let field = format!("{{\"known\":1,\"unknown\": {text} ,\"later\":2}}");
        let mut kept = None;
        let read = of(&field, |reader| {
            reader.object(|key, reader| match &*key {
                "unknown" => {
                    kept = Some(reader.raw()?);
                    Ok(())
                }
                _ => reader.u32().map(|_| ()),
            })
        });
        assert_eq!((read, kept), (Ok(()), Some(text)));
    }
}

#[test]
fn an_error_leaves_the_reader_where_it_was() -> Result<(), super::JsonError> {
    let text = "  [1, {\"a\": [2, \"x\"]}, tru]";
    let mut reader = Reader::new(text, Limits { max_depth: 3, ..Limits::default() })?;
    for _ in 0..5 {
        assert!(reader.u32().is_err());
        assert!(reader.string().is_err());
        assert!(reader.hex64().is_err());
        assert!(reader.null_or(Reader::bool).is_err());
        assert!(reader.raw().is_err());
        assert!(super::walk(&mut reader, &mut vec![]).is_err());
        assert!(reader.array(|_, reader| reader.raw().map(|_| ())).is_err());
        assert_eq!(reader.position(), 2);
    }
    // Depth too: three levels are still free.
    let mut count = 0;
    let result = reader.array(|_, reader| {
        count += 1;
        reader.raw().or_else(|_| reader.raw()).map(|_| ())
    });
    assert_eq!((result.is_err(), count), (true, 3));
    Ok(())
}

#[test]
fn a_caller_that_reads_too_little_or_too_much_is_told() {
    assert_eq!(refused("[ 1]", |reader| reader.array(|_, _| Ok(()))), Some((2, JsonProblem::Unread)));
    assert_eq!(refused("{\"a\": 1}", |reader| reader.object(|_, _| Ok(()))), Some((6, JsonProblem::Unread)));
    let both = |reader: &mut Reader<'_>| reader.array(|_, reader| reader.u32().and_then(|_| reader.u32()).map(|_| ()));
    assert!(matches!(refused("[1,2]", both), Some((2, JsonProblem::Malformed { .. }))));
}

#[test]
fn missing_and_refused_name_what_was_expected() {
    let missing = refused("{} ", |reader| {
        let mut epoch = None;
        reader.object(|_, reader| {
            epoch = Some(reader.u32()?);
            Ok(())
        })?;
        reader.require("epoch", epoch)
    });
    assert_eq!(missing, Some((2, JsonProblem::MissingField("epoch"))));
    let unknown = of("{\"secret\": \"hunter2\"}", |reader| {
        reader.object(|_, reader| Err(reader.refuse("one of the fields a, b")))
    });
    let message = unknown.err().map(|error| error.to_string()).unwrap_or_default();
    assert_eq!(message, "JSON refused at byte 11: another value, expected one of the fields a, b");
}

#[test]
fn identifiers_are_exactly_their_digits() {
    assert_eq!(of("\"00000000000000ff\"", Reader::hex64), Ok(255));
    assert_eq!(of("\"ffffffffffffffff\"", Reader::hex64), Ok(u64::MAX));
    assert_eq!(
        of("\"000102030405060708090a0b0c0d0e0f\"", Reader::hex128),
        Ok([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15])
    );
    for digits in [
        "",
        "ff",
        "0000000000000ff",
        "000000000000000ff",
        "00000000000000FF",
        "0x000000000000ff",
        "+0000000000000ff",
        " 0000000000000ff",
        "00000000000000f\\u0066",
        "00000000000000fg",
        "0000000000000é",
        "00000000000000f ",
    ] {
        assert_eq!(parse_hex64(digits), None, "{digits}");
        assert_eq!(parse_hex128(&format!("0000000000000000{digits}")), None, "{digits}");
        let text = format!("\"{digits}\"");
        assert_eq!(refused(&text, Reader::hex64), Some((0, JsonProblem::NotHex { digits: 16 })), "{text}");
    }
    assert!(matches!(refused("255", Reader::hex64), Some((0, JsonProblem::WrongKind { .. }))));
}
