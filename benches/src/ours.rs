//! Ours among the candidates. What is built later is added to the lists here, and to nothing else.

use crate::codecs::Codec;
use crate::deltas::{Cycle, Delta, Edits};
use crate::documents::Leaf;
use crate::trees::Document;
use keyholder_core::json::{self, Limits, Writer};
use keyholder_core::stored::Stored;
use keyholder_core::value::{Path, Segment, Value};
use std::rc::Rc;
use std::sync::Arc;

/// The name of the text form.
pub const TEXT: &str = "keyholder, text";

/// The name of the binary form.
pub const BINARY: &str = "keyholder, binary";

/// The name of base64 alone.
pub const BASE64: &str = "keyholder, base64";

/// The name of a copy that shares what it is of.
pub const SNAPSHOT: &str = "keyholder";

/// The name of a delta in the binary form, and of one in the text form.
pub const DELTA: &str = "keyholder, tracked, binary";

/// The name of whole texts that are kept up to date.
pub const KEPT: &str = "keyholder, tracked";

/// The name of whole texts that are written afresh.
pub const AFRESH: &str = "keyholder, afresh";

/// The stored forms.
pub fn codecs(document: &Rc<Document>) -> Vec<Codec> {
    vec![Codec::new(TEXT, document, |it, out: &mut String| write_text(&it.value, out), |it, _| from_text(&it.text))]
}

/// What gives a delta of what was changed.
pub fn deltas() -> Vec<Delta> {
    Vec::new()
}

/// What gives the whole text after changes; the first writes it afresh.
pub fn whole_texts() -> Vec<Delta> {
    vec![Delta { name: AFRESH, new: Afresh::boxed }]
}

/// Base64 of many values of one size, and the way back.
pub type Base64<const N: usize, const M: usize> = (fn(&[[u8; N]], &mut [[u8; M]]), fn(&[[u8; M]], &mut [[u8; N]]));

/// Base64 of `N` bytes, which are `M` characters, if it can be had alone.
pub fn base64<const N: usize, const M: usize>() -> Option<Base64<N, M>> {
    None
}

/// The text form.
pub fn to_text(value: &Value) -> String {
    let mut text = String::new();
    write_text(value, &mut text);
    text
}

/// Puts the text form behind `out`.
pub fn write_text(value: &Value, out: &mut String) {
    value.write(Writer::new(out));
}

/// The value of a text form.
///
/// # Panics
/// If it is of none.
pub fn from_text(text: &str) -> Value {
    json::read(text, Limits::default(), Value::read).expect("the text is of a value")
}

/// A number to text and back.
pub fn number(number: f64) -> f64 {
    match from_text(&to_text(&number.into())) {
        Value::Number(number) => number.0,
        _ => f64::NAN,
    }
}

/// A value that is changed in place, and written as a whole.
struct Afresh {
    value: Value,
    paths: Vec<Path>,
    text: String,
}

impl Afresh {
    fn boxed(document: &Document, leaves: &[Leaf]) -> Box<dyn Edits> {
        let paths = leaves.iter().map(Leaf::path).collect();
        Box::new(Self { value: document.value.clone(), paths, text: String::new() })
    }
}

impl Edits for Afresh {
    fn cycle(&mut self, cycle: &Cycle) -> usize {
        for edit in cycle {
            if let Some(path) = self.paths.get(edit.leaf) {
                put(&mut self.value, path.segments(), edit.number.into());
            }
        }
        self.text.clear();
        write_text(&self.value, &mut self.text);
        self.text.len()
    }
}

/// Puts a value where the path leads, copying what is shared.
fn put(root: &mut Value, path: &[Segment], new: Value) {
    let [first, rest @ ..] = path else {
        *root = new;
        return;
    };
    match (root, first) {
        (Value::Array(array), Segment::Index(at)) => {
            if let Some(value) = Arc::make_mut(array).get_mut(*at as usize) {
                put(value, rest, new);
            }
        }
        (Value::Map(map), Segment::Key(key)) => {
            let map = Arc::make_mut(map);
            let mut value = map.insert(key.clone(), true.into());
            put(&mut value, rest, new);
            map.insert(key.clone(), value);
        }
        _ => {}
    }
}
