//! Strings: every character there and back, every escape understood or refused.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;

use super::super::{Reader, Writer};
use super::{JsonProblem, of, refused};

fn written(value: &str) -> String {
    let mut text = String::new();
    Writer::new(&mut text).string(value);
    text
}

#[test]
fn every_character_comes_back() {
    let mut all = String::new();
    let beyond = ['😀', '👩', '\u{10000}', '\u{1f3ff}', '\u{10ffff}'];
    for character in ('\0'..='\u{ffff}').chain(beyond) {
        all.push(character);
        let one = String::from(character);
        assert_eq!(of(&written(&one), Reader::string).as_deref(), Ok(&*one), "{character:?}");
    }
    let text = written(&all);
    assert_eq!(of(&text, Reader::string).as_deref(), Ok(&*all));
    assert_eq!(of(&text, Reader::raw), Ok(&*text));
    for value in ["", "👩‍👩‍👧‍👦", "a\"b\\c/d", "\\u0041", "\u{2028}\u{2029}\u{7f}\u{feff}", "ends with \\"]
    {
        assert_eq!(of(&written(value), Reader::string).as_deref(), Ok(value));
    }
}

#[test]
fn keys_are_strings_too() {
    let key = "\0\"\\\n👩";
    let mut text = String::new();
    Writer::new(&mut text).object(|fields| fields.field(key).bool(true));
    let read = of(&text, |reader| {
        reader.object(|found, reader| {
            assert_eq!(found, key);
            reader.bool().map(|_| ())
        })
    });
    assert_eq!(read, Ok(()));
}

#[test]
fn every_basic_escape_is_read_in_both_cases() {
    for unit in 0..=u16::MAX {
        let surrogate = (0xd800..=0xdfff).contains(&unit);
        for text in [format!("\"\\u{unit:04x}\""), format!("\"\\u{unit:04X}\"")] {
            let read = of(&text, Reader::string).ok();
            let expected = char::from_u32(u32::from(unit)).map(|character| Cow::Owned(String::from(character)));
            assert_eq!(read, expected, "{text}");
            assert_eq!(of(&text, Reader::raw).is_err(), surrogate, "{text}");
        }
    }
    assert_eq!(of(r#""\"\\\/\b\f\n\r\t""#, Reader::string).as_deref(), Ok("\"\\/\u{8}\u{c}\n\r\t"));
}

#[test]
fn surrogates_count_only_in_pairs() {
    assert_eq!(of(r#""\ud83d\ude00""#, Reader::string).as_deref(), Ok("😀"));
    assert_eq!(of(r#""x\ud800\udc00y""#, Reader::string).as_deref(), Ok("x\u{10000}y"));
    assert_eq!(of(r#""\udbff\udfff""#, Reader::string).as_deref(), Ok("\u{10ffff}"));
    let lone = [
        r#""\ud83d""#,
        r#""\ude00""#,
        r#""\ude00\ud83d""#,
        r#""\ud83d\ud83d\ude00""#,
        r#""\ud83dx\ude00""#,
        r#""\ud83d\n""#,
        r#""\ud83d\u0041""#,
        r#""\ud83d😀""#,
        r#""\udc00\udc00""#,
        r#""\ud83d\\ude00""#,
    ];
    for text in lone {
        assert_eq!(refused(text, Reader::string), Some((1, JsonProblem::LoneSurrogate)), "{text}");
        assert_eq!(refused(text, Reader::raw), Some((1, JsonProblem::LoneSurrogate)), "{text}");
    }
    assert!(matches!(refused(r#""\ud83d\u""#, Reader::string), Some((_, JsonProblem::BadEscape))));
}

#[test]
fn other_escapes_and_bare_control_characters_are_refused() {
    for text in [
        r#""\a""#,
        r#""\x41""#,
        r#""\0""#,
        r#""\U0041""#,
        r#""\'""#,
        r#""\u{41}""#,
        r#""\u+041""#,
        r#""\u 041""#,
        "\"\\é\"",
    ] {
        assert_eq!(refused(text, Reader::string), Some((1, JsonProblem::BadEscape)), "{text}");
    }
    for control in '\0'..' ' {
        let text = format!("\"a{control}\"");
        assert_eq!(refused(&text, Reader::string), Some((2, JsonProblem::ControlCharacter)));
    }
    for text in ["\"", "\"a", "\"\\", "\"\\\"", "\"\\u", "\"\\u004", "\"\\ud83d\\ude0"] {
        assert!(
            matches!(refused(text, Reader::string), Some((at, JsonProblem::Ended { .. })) if at == text.len()),
            "{text}"
        );
    }
}

#[test]
fn only_escapes_cost_a_copy() {
    assert!(matches!(of("\"plain é 😀\"", Reader::string), Ok(Cow::Borrowed("plain é 😀"))));
    assert!(matches!(of("\"a\\n\"", Reader::string), Ok(Cow::Owned(_))));
}
