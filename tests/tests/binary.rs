//! Values to bytes and back: bit for bit, in one form only, whatever the bytes are.

#[path = "value/any.rs"]
mod any;

use any::{any_leaf, any_text, any_value, hostile_string, read as from_text, text};
use keyholder_core::codec::base64;
use keyholder_core::codec::binary::{BadBinary, Limits, VERSION, read, write};
use keyholder_core::value::{Map, Roblox, Text, Value};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_value_comes_back_bit_for_bit(value in prop_oneof![any_value(), wide_value()]) {
        let bytes = bytes(&value);
        let back = within(&bytes);
        prop_assert_eq!(back.as_ref(), Ok(&value), "{:02x?}", bytes);
    }

    #[test]
    fn different_values_have_different_bytes(a in any_value(), b in any_value()) {
        prop_assert_eq!(a == b, bytes(&a) == bytes(&b));
        prop_assert_eq!(bytes(&a), bytes(&a.clone()));
    }

    /// Maps that were made apart, and maps that share their keys, have the same bytes.
    #[test]
    fn what_is_shared_does_not_show(value in any_value()) {
        let apart = from_text(&text(&value)).unwrap();
        let shared = within(&bytes(&value)).unwrap();
        prop_assert_eq!(bytes(&apart), bytes(&value));
        prop_assert_eq!(bytes(&shared), bytes(&value));
    }

    #[test]
    fn what_is_changed_is_refused_or_has_these_bytes(
        value in prop_oneof![any_value(), wide_value()],
        changes in vec((any::<Index>(), any::<u8>()), 1..4),
        cut in any::<Index>(),
    ) {
        let mut bytes = bytes(&value);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        canonical(&bytes)?;
        canonical(&bytes[..cut.index(bytes.len())])?;
    }

    #[test]
    fn what_is_put_in_or_taken_out_is_refused_or_has_these_bytes(value in any_value(), at in any::<Index>(), byte: u8) {
        let mut bytes = bytes(&value);
        let at = at.index(bytes.len());
        bytes.insert(at, byte);
        canonical(&bytes)?;
        bytes.drain(at..=at + usize::from(at + 1 < bytes.len()));
        canonical(&bytes)?;
    }

    /// Bytes of which many are tags and small numbers.
    #[test]
    fn whatever_is_read_is_written_as_these_bytes(rest in vec(prop_oneof![0x60..0xd0_u8, 0..4_u8, any::<u8>()], 0..24)) {
        canonical(&[&[VERSION], rest.as_slice()].concat())?;
    }

    /// The open kind takes what the text form has no name for, and nothing else.
    #[test]
    fn the_open_kind_is_that_of_the_text(content in hostile_string()) {
        let kept = matches!(from_text(&quoted(&format!("${content}"))), Ok(Value::Roblox(it)) if is_opaque(&it));
        let bytes = [&[VERSION, 0xeb, content.len() as u8], content.as_bytes()].concat();
        if content.len() < 128 {
            prop_assert_eq!(within(&bytes).is_ok(), kept, "{}", content);
            canonical(&bytes)?;
        }
    }

    /// One table of kinds: letters in the text, a tag in bytes, the same fixed part behind both.
    #[test]
    fn both_forms_have_the_same_fixed_parts(value in any_leaf()) {
        let (text, bytes) = (text(&value), bytes(&value));
        let kind = |(letters, _, _): &&(&str, u8, usize)| text.starts_with(&format!("\"${letters}"));
        if let (Value::Roblox(_), Some((_, tag, fixed))) = (&value, KINDS.iter().find(kind)) {
            prop_assert_eq!(bytes[1], *tag);
            let payload = &text.as_bytes()[4..][..(fixed * 4).div_ceil(3)];
            prop_assert_eq!(base64::to_vec(payload), Some(bytes[2..][..*fixed].to_vec()));
        } else if let Value::Roblox(kind) = &value {
            prop_assert!(is_opaque(kind) && bytes[1] == 0xeb, "{:?}", kind);
        }
    }
}

/// Letters, tag, and the bytes of the fixed part; of what has none, and where a count stands before the parts, 0.
const KINDS: [(&str, u8, usize); 28] = [
    ("v2", 0xd0, 8),
    ("w2", 0xd1, 4),
    ("v3", 0xd2, 12),
    ("w3", 0xd3, 6),
    ("cf", 0xd4, 48),
    ("c3", 0xd5, 12),
    ("cs", 0xd6, 0),
    ("ck", 0xd7, 16),
    ("ns", 0xd8, 0),
    ("nk", 0xd9, 12),
    ("nr", 0xda, 8),
    ("u1", 0xdb, 8),
    ("u2", 0xdc, 16),
    ("re", 0xdd, 16),
    ("ra", 0xde, 24),
    ("r3", 0xdf, 24),
    ("ri", 0xe0, 12),
    ("bc", 0xe1, 2),
    ("fo", 0xe2, 3),
    ("en", 0xe3, 4),
    ("tw", 0xe4, 15),
    ("dt", 0xe5, 8),
    ("pp", 0xe6, 24),
    ("ax", 0xe7, 1),
    ("fa", 0xe8, 1),
    ("pw", 0xe9, 13),
    ("co", 0xea, 0),
    ("cn", 0xea, 0),
];

#[test]
fn every_end_of_a_form_is_too_early() {
    let leaf = Map::from_iter([("a", Value::from(0.1)), ("b", "a string".into()), ("c", 1_000.into())]);
    let bytes = bytes(&vec![Value::from(leaf.clone()), leaf.into(), Value::Buffer([1_u8, 2].into())].into());
    for end in 0..bytes.len() {
        assert!(within(&bytes[..end]).is_err(), "{end}");
    }
}

/// Bytes that are read have been written.
fn canonical(read: &[u8]) -> Result<(), TestCaseError> {
    if let Ok(value) = within(read) {
        prop_assert_eq!(bytes(&value), read);
    }
    Ok(())
}

fn bytes(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(value, &mut bytes);
    bytes
}

fn within(bytes: &[u8]) -> Result<Value, BadBinary> {
    read(bytes, Limits::default())
}

fn quoted(string: &str) -> String {
    text(&Value::from(string)).replacen("\"$$", "\"$", 1)
}

fn is_opaque(value: &Roblox) -> bool {
    matches!(value, Roblox::Opaque(_))
}

/// Lengths on both sides of what a tag holds, and more lists of keys than have a tag.
fn wide_value() -> impl Strategy<Value = Value> {
    let maps = vec((0..100_u32, any_leaf()), 0..200).prop_map(|maps| {
        let map = |(key, value)| Value::from(Map::from_iter([(key, value)]));
        let key = |number: u32| Text::from(number.to_string().as_str());
        Value::from(maps.into_iter().map(|(number, value)| map((key(number), value))).collect::<Vec<_>>())
    });
    prop_oneof![
        vec(any::<u8>(), 40..140).prop_map(|it| Value::Text(it.as_slice().into())),
        vec(any::<u8>(), 120..140).prop_map(|it| Value::Buffer(it.into())),
        vec(any_leaf(), 12..20).prop_map(Value::from),
        vec((any_text(), any_leaf()), 60..140).prop_map(|entries| entries.into_iter().collect::<Map>().into()),
        maps,
    ]
}
