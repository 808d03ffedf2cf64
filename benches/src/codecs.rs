//! Codecs as candidates: ours and those that people would pick instead.
//!
//! Each encodes into a buffer that it has used before, and decodes into what it gives by itself or, where the name says so,
//! into the document of `serde_json`; dropping what was decoded is part of it, as it is for whoever uses it.

use crate::ours;
use crate::trees::{Derived, Document, Own};
use crate::turns::{Candidate, Pace};
use simd_json::prelude::Writable;
use std::hint::black_box;
use std::rc::Rc;

/// The base of what encodes: JSON as most write it.
pub const SERDE_JSON_OWN: &str = "serde_json, own enum";

/// The base of what decodes: JSON as most read it.
pub const SERDE_JSON: &str = "serde_json";

/// A codec and the document that it is to work on.
pub struct Codec {
    /// Its name, with what it decodes into where there is a choice.
    pub name: &'static str,
    /// The length of the encoded document, in bytes.
    pub bytes: usize,
    /// Encodes the document.
    pub encode: Box<dyn FnMut()>,
    /// Decodes it.
    pub decode: Box<dyn FnMut()>,
}

/// What is encoded into.
pub trait Buffer: AsRef<[u8]> + Default + 'static {
    /// Empties it, and keeps its room.
    fn clear(&mut self);
}

impl Buffer for Vec<u8> {
    fn clear(&mut self) {
        self.clear();
    }
}

impl Buffer for String {
    fn clear(&mut self) {
        self.clear();
    }
}

impl Codec {
    /// `encode` appends to an empty buffer; `decode` takes the text of the document, or what was encoded.
    pub fn new<B: Buffer, R: 'static>(
        name: &'static str,
        document: &Rc<Document>,
        encode: fn(&Document, &mut B),
        decode: fn(&Document, &B) -> R,
    ) -> Self {
        let (mut encoded, mut out) = (B::default(), B::default());
        encode(document, &mut encoded);
        let bytes = encoded.as_ref().len();
        let (from, decoded) = (document.clone(), document.clone());
        let encode = move || {
            out.clear();
            encode(black_box(&from), &mut out);
            black_box(&out);
        };
        let decode = move || drop(black_box(decode(black_box(&decoded), black_box(&encoded))));
        Self { name, bytes, encode: Box::new(encode), decode: Box::new(decode) }
    }
}

/// All codecs on a document.
pub fn all(document: &Rc<Document>) -> Vec<Codec> {
    theirs(document).into_iter().chain(ours::codecs(document)).collect()
}

/// What encodes and what decodes, the base of each first.
pub fn candidates(document: &Rc<Document>, pace: Pace) -> [Vec<Candidate>; 2] {
    let (mut encode, mut decode) = (Vec::new(), Vec::new());
    for codec in all(document) {
        encode.push(Candidate::new(codec.name, pace, 1, codec.encode).bytes(codec.bytes as f64));
        let at = if codec.name == SERDE_JSON { 0 } else { decode.len() };
        decode.insert(at, Candidate::new(codec.name, pace, 1, codec.decode));
    }
    [encode, decode]
}

fn theirs(document: &Rc<Document>) -> Vec<Codec> {
    const SOUND: &str = "the document is sound";
    let d = document;
    vec![
        Codec::new(
            SERDE_JSON_OWN,
            d,
            |it, out: &mut Vec<u8>| serde_json::to_writer(out, &it.own).expect(SOUND),
            |it, _| serde_json::from_str::<Own>(&it.text).expect(SOUND),
        ),
        Codec::new(
            SERDE_JSON,
            d,
            |it, out: &mut Vec<u8>| serde_json::to_writer(out, &it.json).expect(SOUND),
            |it, _| serde_json::from_str::<serde_json::Value>(&it.text).expect(SOUND),
        ),
        simd_json(d),
        Codec::new(
            "simd-json to serde_json",
            d,
            |it, out: &mut Vec<u8>| simd_json::to_writer(out, &it.json).expect(SOUND),
            |it, _| simd_json::from_slice::<serde_json::Value>(&mut it.text.clone().into_bytes()).expect(SOUND),
        ),
        sonic_rs(d),
        Codec::new(
            "sonic-rs to serde_json",
            d,
            |it, out: &mut Vec<u8>| sonic_rs::to_writer(out, &it.json).expect(SOUND),
            |it, _| sonic_rs::from_str::<serde_json::Value>(&it.text).expect(SOUND),
        ),
        Codec::new(
            "rmp-serde to serde_json",
            d,
            |it, out: &mut Vec<u8>| rmp_serde::encode::write(out, &it.json).expect(SOUND),
            |_, bytes| rmp_serde::from_slice::<serde_json::Value>(bytes).expect(SOUND),
        ),
        Codec::new(
            "postcard, derived enum",
            d,
            |it, out: &mut Vec<u8>| *out = postcard::to_extend(&it.derived, std::mem::take(out)).expect(SOUND),
            |_, bytes| postcard::from_bytes::<Derived>(bytes).expect(SOUND),
        ),
        Codec::new(
            "bitcode, derived enum",
            d,
            |it, out: &mut Vec<u8>| *out = bitcode::serialize(&it.derived).expect(SOUND),
            |_, bytes| bitcode::deserialize::<Derived>(bytes).expect(SOUND),
        ),
    ]
}

/// Its own document. It changes its input while it reads, so every reading begins with a copy.
fn simd_json(document: &Rc<Document>) -> Codec {
    let mut bytes = document.text.clone().into_bytes();
    let value = simd_json::to_owned_value(&mut bytes).expect("the text is JSON");
    let codec = Codec::new(
        "simd-json",
        document,
        |_, _: &mut Vec<u8>| (),
        |it, _| simd_json::to_owned_value(&mut it.text.clone().into_bytes()).expect("the text is JSON"),
    );
    let mut out = Vec::new();
    let mut encode = move || {
        out.clear();
        black_box(&value).write(&mut out).expect("memory takes everything");
        black_box(&out).len()
    };
    Codec { bytes: encode(), encode: Box::new(move || _ = encode()), ..codec }
}

/// Its own document, all of it in one piece of memory.
fn sonic_rs(document: &Rc<Document>) -> Codec {
    let value: sonic_rs::Value = sonic_rs::from_str(&document.text).expect("the text is JSON");
    let codec = Codec::new(
        "sonic-rs",
        document,
        |_, _: &mut Vec<u8>| (),
        |it, _| sonic_rs::from_str::<sonic_rs::Value>(&it.text).expect("the text is JSON"),
    );
    let mut out = Vec::new();
    let mut encode = move || {
        out.clear();
        sonic_rs::to_writer(&mut out, black_box(&value)).expect("memory takes everything");
        black_box(&out).len()
    };
    Codec { bytes: encode(), encode: Box::new(move || _ = encode()), ..codec }
}
