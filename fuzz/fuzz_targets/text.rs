//! Any text: refused for a reason that the form names, or read as serde_json reads it and written in one way.
#![no_main]

use keyholder_core::codec::text;
use keyholder_core::json::{JsonProblem, Limits};
use keyholder_core::value::Value;
use keyholder_fuzz::opinion::Json;
use libfuzzer_sys::fuzz_target;
use std::cell::RefCell;

thread_local! {
    /// Has read every text before.
    static DECODER: RefCell<text::Decoder> = RefCell::new(text::Decoder::new(Limits::default()));
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let opinion = Json::read(text);
    match read(text) {
        Ok(value) => {
            let canonical = write(&value);
            assert_eq!(read(&canonical).as_ref(), Ok(&value), "a value changed on its way");
            assert_eq!(write(&read(&canonical).unwrap()), canonical, "equal values have equal texts");
            let written = Json::read(&canonical).expect("what is written is JSON");
            assert!(opinion.expect("what is read is JSON").is(&written), "read as something else");
        }
        Err(why) => {
            let Some(json) = opinion else { return };
            let named = match why {
                JsonProblem::TooDeep { limit } => json.depth() > usize::from(limit),
                JsonProblem::DuplicateKey => json.has_duplicates(),
                // A null in an object; a tag with a payload that its type has not; a key that is no string.
                JsonProblem::Refused { .. } => json.has_null_in_object() || json.has_tag(),
                _ => false,
            };
            assert!(named, "JSON was refused: {why}");
        }
    }
});

fn read(text: &str) -> Result<Value, JsonProblem> {
    let read = text::read(text, Limits::default());
    let kept = DECODER.with_borrow_mut(|decoder| decoder.read(text));
    assert_eq!(kept, read, "texts before this one were seen");
    read.map_err(|bad| {
        assert!(bad.at <= text.len(), "refused beyond the end");
        assert!(bad.path.segments().len() <= usize::from(Limits::default().max_depth), "a path that is too long");
        bad.what
    })
}

fn write(value: &Value) -> String {
    let mut out = String::new();
    text::write(value, &mut out);
    out
}
