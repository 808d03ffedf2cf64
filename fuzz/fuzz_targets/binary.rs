//! Any bytes: refused, or the one form of a value, whose text is that of no other.
#![no_main]

use keyholder_core::codec::binary;
use keyholder_core::codec::text::{self, BadText};
use keyholder_core::json::Limits;
use keyholder_core::value::Value;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let value = match binary::read(bytes, Limits::default()) {
        Ok(value) => value,
        Err(bad) => {
            assert!(bad.at <= bytes.len(), "refused beyond the end");
            assert!(bad.path.segments().len() <= usize::from(Limits::default().max_depth), "a path that is too long");
            return;
        }
    };
    let mut again = Vec::new();
    binary::write(&value, &mut again);
    assert_eq!(again, bytes, "what is read is written as it was read");
    let text = write(&value);
    assert_eq!(read(&text).as_ref(), Ok(&value), "a value changed on its way: {text}");
});

/// Lists of keys that bytes hold once, a text holds with every map: it may be much longer.
fn read(text: &str) -> Result<Value, BadText> {
    text::read(text, Limits { max_bytes: usize::MAX, ..Limits::default() })
}

fn write(value: &Value) -> String {
    let mut out = String::new();
    text::write(value, &mut out);
    out
}
