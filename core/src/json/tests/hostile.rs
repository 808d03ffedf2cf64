//! Texts that were damaged or built to hurt: every one is read or refused, none panics or takes long.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use alloc::{format, vec};

use super::super::{JsonError, Reader, read};
use super::{JsonProblem, Limits, of, refused, walk};

const SAMPLE: &str = r#" {"epoch":12,"nonce":"0123456789abcdef", "list":[-0.5e+10,true,false,null,"é😀\ud83d\ude00\n\u00e9",[],{}],"epoch2":{"a":{"b":[[0]]},"z":1,"b":2}} "#;

type Read = fn(&mut Reader<'_>) -> Result<(), JsonError>;

/// Reads `text` in every way there is. Whatever the text, the ways agree and an error moves nothing.
fn torture(text: &str) -> bool {
    let mut scalars = vec![];
    let walked = of(text, |reader| walk(reader, &mut scalars));
    let raw = of(text, Reader::raw);
    match walked {
        Ok(()) => assert_eq!(raw, Ok(text.trim_matches([' ', '\t', '\n', '\r'])), "{text}"),
        // The only thing that raw lets through.
        Err(JsonError { what: JsonProblem::DuplicateKey, .. }) => {}
        Err(error) => {
            assert_eq!(raw, Err(error), "{text}");
            assert!(error.at <= text.len() && !error.to_string().is_empty());
        }
    }
    let Ok(mut reader) = Reader::new(text, Limits::default()) else {
        return false;
    };
    let start = reader.position();
    let typed: [Read; 10] = [
        |reader| reader.null(),
        |reader| reader.bool().map(|_| ()),
        |reader| reader.u32().map(|_| ()),
        |reader| reader.u64().map(|_| ()),
        |reader| reader.i64().map(|_| ()),
        |reader| reader.hex64().map(|_| ()),
        |reader| reader.hex128().map(|_| ()),
        |reader| reader.string().map(|_| ()),
        |reader| reader.array(|_, reader| reader.u32().map(|_| ())),
        |reader| reader.object(|_, reader| reader.u32().map(|_| ())),
    ];
    for read in typed {
        if read(&mut reader).is_err() {
            assert_eq!(reader.position(), start, "{text}");
        } else {
            reader = reader_at_start(text);
        }
    }
    walked.is_ok()
}

fn reader_at_start(text: &str) -> Reader<'_> {
    match Reader::new(text, Limits::default()) {
        Ok(reader) => reader,
        Err(error) => panic!("a short text: {error}"),
    }
}

#[test]
fn truncated_texts_are_refused() {
    assert!(torture(SAMPLE));
    let whole = SAMPLE.trim_end().len();
    for (end, _) in SAMPLE.char_indices() {
        assert_eq!(torture(&SAMPLE[..end]), end >= whole, "{end}");
        torture(&SAMPLE[end..]);
    }
}

#[test]
fn mutated_texts_never_panic() {
    let mut read = 0;
    let mut texts: Vec<Vec<u8>> = vec![];
    for at in 0..SAMPLE.len() {
        for byte in 0..=u8::MAX {
            let mut changed = SAMPLE.as_bytes().to_vec();
            changed[at] = byte;
            texts.push(changed);
        }
        let mut without = SAMPLE.as_bytes().to_vec();
        without.remove(at);
        texts.push(without);
        let mut twice = SAMPLE.as_bytes().to_vec();
        twice.insert(at, SAMPLE.as_bytes()[at]);
        texts.push(twice);
    }
    for text in &texts {
        // A reader of text never sees bytes that are no UTF-8, but it may see what a host made of them.
        read += usize::from(torture(&String::from_utf8_lossy(text)));
    }
    assert!(read > SAMPLE.len() && read < texts.len(), "{read}");
}

#[test]
fn deep_nesting_is_refused_by_every_way_of_reading() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]")] {
        let width = close.len();
        let nested = |pairs: usize| format!("{}0{}", open.repeat(pairs), close.repeat(pairs));
        for max_depth in [0_u8, 1, 2, 32, 254, 255] {
            let limits = Limits { max_depth, ..Limits::default() };
            let deepest = nested(usize::from(max_depth) / width);
            assert_eq!(read(&deepest, limits, |reader| walk(reader, &mut vec![])), Ok(()));
            assert_eq!(read(&deepest, limits, Reader::raw), Ok(&*deepest));

            for pairs in [usize::from(max_depth) / width + 1, 100_000] {
                let deeper = nested(pairs);
                let problem = JsonProblem::TooDeep { limit: max_depth };
                let raw = read(&deeper, limits, Reader::raw).map_err(|error| error.what);
                assert_eq!(raw, Err(problem));
                let walked = read(&deeper, limits, |reader| walk(reader, &mut vec![])).map_err(|error| error.what);
                assert_eq!(walked, Err(problem));
            }
        }
    }
    // Brackets without end, and siblings, which are not nested.
    assert!(matches!(refused(&"[".repeat(1_000_000), Reader::raw), Some((32, JsonProblem::TooDeep { limit: 32 }))));
    let siblings = format!("[{}[]]", "[[]],".repeat(10_000));
    assert_eq!(of(&siblings, Reader::raw), Ok(&*siblings));
}

#[test]
fn raw_counts_the_levels_around_it() {
    let limits = Limits { max_depth: 3, ..Limits::default() };
    let inner = |text| read(text, limits, |reader| reader.array(|_, reader| reader.raw().map(|_| ())));
    assert_eq!(inner("[[[]]]"), Ok(()));
    assert_eq!(inner("[[[[]]]]").map_err(|error| (error.at, error.what)), Err((3, JsonProblem::TooDeep { limit: 3 })));
}

#[test]
fn big_texts_are_refused_before_they_are_read() {
    let limits = Limits { max_bytes: 4, ..Limits::default() };
    assert_eq!(read("\"é\"", limits, Reader::string).as_deref(), Ok("é"));
    let problem = JsonProblem::TooBig { limit: 4 };
    assert_eq!(read("\"éx\"", limits, Reader::string).map_err(|error| error.what), Err(problem));
    let long = " ".repeat(Limits::default().max_bytes + 1);
    assert!(Reader::new(&long, Limits::default()).is_err());
    assert!(Reader::new(&long[1..], Limits::default()).is_ok());
}

#[test]
fn no_order_of_keys_is_slow() {
    // With a list that is kept sorted by insertion, descending keys would take minutes.
    for descending in [false, true] {
        let keys = 0..200_000;
        let keys: Vec<u32> = if descending { keys.rev().collect() } else { keys.collect() };
        let fields: Vec<String> = keys.iter().map(|key| format!("\"{key:06}\":0")).collect();
        let text = format!("{{{}}}", fields.join(","));
        let mut count = 0;
        let result = of(&text, |reader| {
            reader.object(|_, reader| {
                count += 1;
                reader.u32().map(|_| ())
            })
        });
        assert_eq!((result, count), (Ok(()), 200_000));
    }
}

#[test]
fn errors_never_repeat_what_was_read() {
    let texts = [
        "{\"hunter2\":hunter2}",
        "{\"hunter2\":1,\"hunter2\":2}",
        "\"hunter2\\x\"",
        "\"hunter2\u{1}\"",
        "[\"hunter2\"",
        "hunter2",
        "\"hunter2",
        "1 \"hunter2\"",
    ];
    for text in texts {
        for error in [of(text, |reader| walk(reader, &mut vec![])).err(), of(text, Reader::hex64).err()] {
            let message = error.map(|error| format!("{error} {error:?}")).unwrap_or_default();
            assert!(message.contains("byte") && !message.contains("hunter2"), "{message}");
        }
    }
}
