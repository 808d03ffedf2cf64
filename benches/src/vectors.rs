//! What base64 costs: values of fixed size one after the other, and then in a text, an array of Roblox values. The crate
//! `base64` has its text put together by hand, which knows ahead what stands where; ours reads and writes any text.

use crate::documents;
use crate::ours;
use crate::turns::{Candidate, Pace};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD as BASE64;
use keyholder_core::value::Value;
use std::hint::black_box;

/// Values in an array.
const COUNT: usize = 1_024;

/// The base: the crate `base64`, without a text.
pub const BASE64_CRATE: &str = "base64";

const BY_HAND: &str = "base64, text by hand";

const SOUND: &str = "the bytes have a text";

/// Nanoseconds of one value: 12 bytes to 16 characters, back, 48 bytes to 64 characters, and back.
pub fn candidates(pace: Pace) -> Vec<(&'static str, Vec<Candidate>)> {
    let [to_16, to_12] = both::<12, 16>(&documents::vectors(COUNT), pace);
    let [to_64, to_48] = both::<48, 64>(&documents::frames(COUNT), pace);
    vec![
        ("Vector3 to 16 characters", to_16),
        ("16 characters to Vector3", to_12),
        ("CFrame to 64 characters", to_64),
        ("64 characters to CFrame", to_48),
    ]
}

/// There and back, of values of `N` bytes that are `M` characters.
fn both<const N: usize, const M: usize>(value: &Value, pace: Pace) -> [Vec<Candidate>; 2] {
    let text = ours::to_text(value);
    let texts: Vec<[u8; M]> = pieces(&text);
    let bytes: Vec<[u8; N]> = texts.iter().map(decoded).collect();
    let tag = text[2..5].to_owned();
    assert_eq!(framed::<N, M>(&bytes, &tag, &mut String::new()), text, "both write the same text");

    let (value, mut out) = (value.clone(), String::new());
    let ours_there = move || {
        out.clear();
        ours::write_text(black_box(&value), &mut out);
        black_box(&out);
    };
    let (ours_bytes, ours_texts) = (bytes.clone(), texts.clone());
    let (hand_bytes, mut out) = (bytes.clone(), String::new());
    let hand_there = move || {
        out.clear();
        black_box(framed::<N, M>(black_box(&hand_bytes), &tag, &mut out));
    };
    let mut room = vec![[0; M]; COUNT];
    let alone_there = move || {
        for (bytes, room) in black_box(&bytes).iter().zip(&mut room) {
            BASE64.encode_slice(bytes, room).expect(SOUND);
        }
        black_box(&room);
    };
    let hand_text = text.clone();
    let hand_back =
        move || drop(black_box(pieces(black_box(&hand_text)).iter().map(decoded::<N, M>).collect::<Vec<_>>()));
    let mut room = vec![[0; N]; COUNT];
    let alone_back = move || {
        for (text, room) in black_box(&texts).iter().zip(&mut room) {
            BASE64.decode_slice_unchecked(text, room).expect(SOUND);
        }
        black_box(&room);
    };
    let mut there = vec![Candidate::new(BASE64_CRATE, pace, COUNT, alone_there)];
    let mut back = vec![Candidate::new(BASE64_CRATE, pace, COUNT, alone_back)];
    if let Some((encode, decode)) = ours::base64::<N, M>() {
        let (from, mut to) = (ours_bytes, vec![[0; M]; COUNT]);
        there.push(Candidate::new(ours::BASE64, pace, COUNT, move || encode(black_box(&from), black_box(&mut to))));
        let (from, mut to) = (ours_texts, vec![[0; N]; COUNT]);
        back.push(Candidate::new(ours::BASE64, pace, COUNT, move || decode(black_box(&from), black_box(&mut to))));
    }
    there.push(Candidate::new(BY_HAND, pace, COUNT, hand_there));
    there.push(Candidate::new(ours::TEXT, pace, COUNT, ours_there));
    back.push(Candidate::new(BY_HAND, pace, COUNT, hand_back));
    back.push(Candidate::new(ours::TEXT, pace, COUNT, move || drop(black_box(ours::from_text(black_box(&text))))));
    [there, back]
}

/// The text of an array of tagged strings.
fn framed<'a, const N: usize, const M: usize>(values: &[[u8; N]], tag: &str, out: &'a mut String) -> &'a str {
    out.push('[');
    for (at, bytes) in values.iter().enumerate() {
        let mut room = [0; M];
        BASE64.encode_slice(bytes, &mut room).expect(SOUND);
        out.push_str(if at == 0 { "\"" } else { ",\"" });
        out.push_str(tag);
        out.push_str(std::str::from_utf8(&room).expect(SOUND));
        out.push('"');
    }
    out.push(']');
    out
}

/// What stands behind the tags of such a text, if all are of one length.
fn pieces<const M: usize>(text: &str) -> Vec<[u8; M]> {
    let all = text.as_bytes()[1..].chunks(M + 6);
    all.filter_map(|piece| piece.get(4..4 + M)?.try_into().ok()).collect()
}

fn decoded<const N: usize, const M: usize>(text: &[u8; M]) -> [u8; N] {
    let mut room = [0; N];
    BASE64.decode_slice_unchecked(text, &mut room).expect(SOUND);
    room
}
