//! Envelopes, closed and opened; and what is none.

use keyholder_compress::{BadPacked, Packer, from_text, to_text};
use proptest::collection::vec;
use proptest::prelude::*;

const MAX: usize = 1 << 16;

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn plain_bytes_come_back(bytes in vec(any::<u8>(), 0..300)) {
        let mut packer = Packer::plain();
        let packed = packer.pack(&bytes);
        prop_assert_eq!(packed.len(), bytes.len() + 2);
        prop_assert_eq!(packer.unpack(&packed, bytes.len()), Ok(bytes.clone()));
        if !bytes.is_empty() {
            let limit = bytes.len() - 1;
            prop_assert_eq!(packer.unpack(&packed, limit), Err(BadPacked::TooBig { limit }));
        }
    }

    #[test]
    fn texts_come_back(bytes in vec(any::<u8>(), 0..100)) {
        let text = to_text(&bytes);
        prop_assert_eq!(text.len(), (bytes.len() * 4).div_ceil(3));
        prop_assert_eq!(from_text(&text), Ok(bytes));
        prop_assert_eq!(from_text(&format!("{text}=")), Err(BadPacked::NotBase64));
    }

    #[test]
    fn whatever_it_is_nothing_panics(bytes in vec(any::<u8>(), 0..100)) {
        let _ = Packer::plain().unpack(&bytes, MAX);
        let _ = Packer::plain().unpack(&[&[1, 1], bytes.as_slice()].concat(), MAX);
    }
}

#[test]
fn other_envelopes_are_refused_by_name() {
    let mut packer = Packer::plain();
    assert_eq!(packer.unpack(&[], MAX), Err(BadPacked::Ended));
    assert_eq!(packer.unpack(&[1], MAX), Err(BadPacked::Ended));
    assert_eq!(packer.unpack(&[2, 0], MAX), Err(BadPacked::Version { found: 2 }));
    assert_eq!(packer.unpack(&[1, 9, 1], MAX), Err(BadPacked::UnknownForm { found: 9 }));
    assert_eq!(packer.unpack(&[1, 0], MAX), Ok(Vec::new()));
}

#[cfg(not(feature = "zstd"))]
#[test]
fn without_zstd_its_form_is_unknown() {
    assert_eq!(Packer::plain().unpack(&[1, 1, 0x28, 0xb5, 0x2f, 0xfd], MAX), Err(BadPacked::UnknownForm { found: 1 }));
}

#[cfg(feature = "zstd")]
mod zstd {
    use super::MAX;
    use keyholder_compress::{BadDictionary, BadPacked, LEVEL, Packer, train};
    use keyholder_core::codec::binary;
    use keyholder_core::value::{Map, Value};
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::Index;

    /// A document like many others.
    fn document(number: u32) -> Vec<u8> {
        let item = |at: u32| {
            let count = number.wrapping_mul(at.wrapping_mul(2_654_435_761)) % 97;
            Value::from(Map::from_iter([
                ("id", Value::from(["sword_iron", "shield_oak", "potion_small"][(number + at) as usize % 3])),
                ("count", Value::from(count)),
                ("rarity", Value::from(["common", "rare"][count as usize % 2])),
            ]))
        };
        let items: Vec<_> = (0..6).map(item).collect();
        let value = Map::from_iter([("inventory", Value::from(items)), ("coins", Value::from(number * 7))]);
        let mut bytes = Vec::new();
        binary::write(&value.into(), &mut bytes);
        bytes
    }

    fn dictionary(from: u32) -> Vec<u8> {
        let samples: Vec<_> = (from..from + 400).map(document).collect();
        train(&samples, 2_048).expect("these are enough samples")
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn bytes_come_back_and_are_never_much_larger(bytes in vec(0..4_u8, 0..3_000), level in 1..6) {
            let mut packer = Packer::new(level);
            let packed = packer.pack(&bytes);
            prop_assert!(packed.len() <= bytes.len() + 2);
            prop_assert!(packed.len() < bytes.len() || bytes.len() < 100, "four values a byte are worth two bits");
            prop_assert_eq!(Packer::plain().unpack(&packed, bytes.len()), Ok(bytes.clone()));
            if !bytes.is_empty() {
                let limit = bytes.len() - 1;
                prop_assert_eq!(packer.unpack(&packed, limit), Err(BadPacked::TooBig { limit }));
            }
        }

        #[test]
        fn what_is_changed_is_refused_or_bounded(
            changes in vec((any::<Index>(), any::<u8>()), 0..4),
            cut in any::<Index>(),
        ) {
            let mut packer = Packer::new(LEVEL);
            let mut packed = packer.pack(&[7; 5_000]);
            for (at, byte) in changes {
                let at = at.index(packed.len());
                packed[at] = byte;
            }
            for packed in [&packed[..], &packed[..cut.index(packed.len())]] {
                prop_assert!(packer.unpack(packed, MAX).is_ok_and(|bytes| bytes.len() <= MAX) || packer.unpack(packed, MAX).is_err());
            }
        }
    }

    #[test]
    fn a_dictionary_halves_small_documents_and_is_asked_for_by_name() {
        let (ours, other) = (dictionary(0), dictionary(10_000));
        let mut with = Packer::with_dictionary(&ours, LEVEL).expect("it has an id");
        let mut without = Packer::new(LEVEL);
        let bytes = document(5_000);
        let (small, large) = (with.pack(&bytes), without.pack(&bytes));
        assert!(small.len() * 2 < large.len(), "{} with and {} without, of {}", small.len(), large.len(), bytes.len());
        assert_eq!(with.unpack(&small, MAX).as_ref(), Ok(&bytes));
        // What was packed without it is opened as well.
        assert_eq!(with.unpack(&large, MAX).as_ref(), Ok(&bytes));
        let Err(BadPacked::WrongDictionary { needed, held: None }) = without.unpack(&small, MAX) else {
            panic!("a dictionary is needed")
        };
        let held = Packer::with_dictionary(&other, LEVEL).expect("it has an id").unpack(&small, MAX);
        assert!(
            matches!(held, Err(BadPacked::WrongDictionary { needed: it, held: Some(held) }) if it == needed && held != it)
        );
    }

    #[test]
    fn dictionaries_are_learnt_from_enough_and_have_an_id() {
        assert_eq!(train(&[[0_u8; 4]; 3], 1_024), Err(BadDictionary::TooFewSamples));
        assert_eq!(Packer::with_dictionary(b"some bytes", LEVEL).err(), Some(BadDictionary::Unnamed));
        assert_eq!(Packer::with_dictionary(&[], LEVEL).err(), Some(BadDictionary::Unnamed));
    }

    #[test]
    fn a_bomb_is_refused_by_what_it_claims() {
        let bomb = Packer::new(19).pack(&vec![0; 50_000_000]);
        assert!(bomb.len() < 10_000);
        assert_eq!(Packer::plain().unpack(&bomb, MAX), Err(BadPacked::TooBig { limit: MAX }));
    }

    #[test]
    fn nothing_follows_a_frame() {
        let mut packer = Packer::new(LEVEL);
        let packed = packer.pack(&[7; 500]);
        let frame = &packed[2..];
        for rest in [&[0][..], frame, &[0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]] {
            assert_eq!(packer.unpack(&[&packed, rest].concat(), MAX), Err(BadPacked::TrailingBytes));
        }
        assert_eq!(packer.unpack(&packed[..packed.len() - 1], MAX), Err(BadPacked::Corrupt));
    }
}
