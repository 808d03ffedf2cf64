//! Ours among the candidates. What is built later is added to the lists here, and to nothing else.

use crate::codecs::Codec;
use crate::deltas::{Cycle, Delta, Edits};
use crate::documents::Leaf;
use crate::trees::Document;
use keyholder_core::codec::{base64, binary, text};
use keyholder_core::ids::SchemaVersion;
use keyholder_core::json::Limits;
use keyholder_core::tracked::Tracked;
use keyholder_core::tree::Schema;
use keyholder_core::value::{Map, Path, Segment, Value};
use std::hint::black_box;
use std::rc::Rc;
use std::sync::Arc;

/// The name of the text form.
pub const TEXT: &str = "keyholder, text";

/// The name of the text form, read by one who has read texts of the same kind before.
pub const TEXT_KEPT: &str = "keyholder, text, decoder kept";

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
    vec![
        Codec::new(TEXT, document, |it, out: &mut String| write_text(&it.value, out), |it, _| from_text(&it.text)),
        text_kept(document),
        Codec::new(
            BINARY,
            document,
            |it, out: &mut Vec<u8>| binary::write(&it.value, out),
            |_, bytes| binary::read(bytes, Limits::default()).expect("the bytes are of a value"),
        ),
    ]
}

/// One decoder for all texts, as a server has it.
fn text_kept(document: &Rc<Document>) -> Codec {
    let codec = Codec::new(TEXT_KEPT, document, |it, out: &mut String| write_text(&it.value, out), |_, _| ());
    let (mut decoder, document) = (text::Decoder::new(Limits::default()), document.clone());
    let decode = move || drop(black_box(decoder.read(black_box(&document.text)).expect("the text is of a value")));
    Codec { decode: Box::new(decode), ..codec }
}

/// What gives a delta of what was changed.
pub fn deltas() -> Vec<Delta> {
    vec![Delta { name: DELTA, new: Edited::boxed }]
}

/// What gives the whole text after changes; the first writes it afresh.
pub fn whole_texts() -> Vec<Delta> {
    vec![Delta { name: AFRESH, new: Afresh::boxed }, Delta { name: KEPT, new: Kept::boxed }]
}

/// Base64 of many values of one size, and the way back.
pub type Base64<const N: usize, const M: usize> = (fn(&[[u8; N]], &mut [[u8; M]]), fn(&[[u8; M]], &mut [[u8; N]]));

/// Base64 of `N` bytes, which are `M` characters, if it can be had alone.
pub fn base64<const N: usize, const M: usize>() -> Option<Base64<N, M>> {
    let there = |bytes: &[[u8; N]], texts: &mut [[u8; M]]| {
        for (bytes, text) in bytes.iter().zip(texts) {
            *text = base64::encode(bytes);
        }
    };
    let back = |texts: &[[u8; M]], bytes: &mut [[u8; N]]| {
        for (text, bytes) in texts.iter().zip(bytes) {
            *bytes = base64::decode(text).expect("the text is of some bytes");
        }
    };
    Some((there, back))
}

/// The text form.
pub fn to_text(value: &Value) -> String {
    let mut text = String::new();
    write_text(value, &mut text);
    text
}

/// Puts the text form behind `out`.
pub fn write_text(value: &Value, out: &mut String) {
    text::write(value, out);
}

/// The value of a text form.
///
/// # Panics
/// If it is of none.
pub fn from_text(text: &str) -> Value {
    text::read(text, Limits::default()).expect("the text is of a value")
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
        Box::new(Self { value: copy(document), paths, text: String::new() })
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

/// A value whose edits are tracked, and told as bytes.
struct Edited {
    tracked: Tracked,
    schema: Schema,
    paths: Vec<Path>,
    bytes: Vec<u8>,
}

impl Edited {
    fn boxed(document: &Document, leaves: &[Leaf]) -> Box<dyn Edits> {
        let schema = Schema::new(SchemaVersion(1), Map::new().into(), Vec::new()).expect("nothing is declared");
        let paths = leaves.iter().map(Leaf::path).collect();
        Box::new(Self { tracked: Tracked::new(copy(document)), schema, paths, bytes: Vec::new() })
    }
}

impl Edits for Edited {
    fn cycle(&mut self, cycle: &Cycle) -> usize {
        set(&mut self.tracked, &self.paths, cycle);
        self.bytes.clear();
        self.tracked.delta(&self.schema, &mut self.bytes).expect("numbers can be set");
        self.tracked.commit();
        self.bytes.len()
    }
}

/// A value whose edits are tracked, and its whole text.
struct Kept {
    tracked: Tracked,
    paths: Vec<Path>,
}

impl Kept {
    fn boxed(document: &Document, leaves: &[Leaf]) -> Box<dyn Edits> {
        let mut tracked = Tracked::new(copy(document));
        tracked.text();
        Box::new(Self { tracked, paths: leaves.iter().map(Leaf::path).collect() })
    }
}

impl Edits for Kept {
    fn cycle(&mut self, cycle: &Cycle) -> usize {
        set(&mut self.tracked, &self.paths, cycle);
        self.tracked.commit();
        self.tracked.text().len()
    }
}

fn set(tracked: &mut Tracked, paths: &[Path], cycle: &Cycle) {
    for edit in cycle {
        if let Some(path) = paths.get(edit.leaf) {
            let _ = tracked.set(path.segments(), edit.number.into());
        }
    }
}

/// The value of a document with nothing shared.
fn copy(document: &Document) -> Value {
    from_text(&document.text)
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
