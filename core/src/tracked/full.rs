//! The whole stored text, of which only what was edited is written anew: the rest is copied from the text before (D32).
//!
//! Beside the text stands how long each part of it is: of every table that is not small, the length of each entry.

use super::edits::Edits;
use super::marks::{Is, Mark, Marks};
use crate::codec::text;
use crate::tree::{align, is_same, place};
use crate::value::{Map, Value};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::mem;

/// A table of leaves with up to so many entries is one part: writing it anew costs less than knowing more of it.
const PART: usize = 16;

/// The last text, and what was edited since.
#[derive(Clone, Debug)]
pub(super) struct Full {
    text: String,
    /// The text before, and the last part that was written anew, for their room.
    spare: String,
    part: Vec<u8>,
    whole: Span,
    edits: Edits,
    /// False until there is a text.
    is_known: bool,
}

/// How long a part of the text is.
#[derive(Clone, Debug, Default)]
struct Span {
    /// What stands in front of the value: a bracket or a comma, and the key.
    head: u32,
    /// The value.
    len: u32,
    /// Its entries, if it is a table that is not small.
    #[expect(clippy::box_collection, reason = "most parts have none, and thousands of them lie in a row")]
    entries: Option<Box<Vec<Span>>>,
}

impl Span {
    /// What it takes, with what stands in front of it.
    fn size(&self) -> usize {
        size(self.head).saturating_add(size(self.len))
    }
}

impl Default for Full {
    fn default() -> Self {
        let (text, spare, part) = (String::new(), String::new(), Vec::new());
        Self { text, spare, part, whole: Span::default(), edits: Edits::bare(), is_known: false }
    }
}

impl Full {
    pub(super) fn edits(&mut self) -> &mut Edits {
        &mut self.edits
    }

    /// The next text is written afresh.
    pub(super) fn forget(&mut self) {
        self.is_known = false;
        self.edits.clear();
    }

    /// Brings the text up to date.
    pub(super) fn refresh(&mut self, root: &Value) -> &str {
        // The lengths are held in 32 bits, of which a store takes 22.
        let is_known = self.is_known && u32::try_from(self.text.len()).is_ok();
        if !is_known {
            let mut text = mem::take(&mut self.text).into_bytes();
            text.clear();
            self.whole = write(root, &mut text);
            // Whole strings, whole escapes, ASCII: it is UTF-8.
            self.text = String::from_utf8(text).unwrap_or_default();
            self.is_known = true;
        } else if !self.edits.is_clean() {
            let marks = &*self.edits.marks_mut(root);
            let (new, part) = (mem::take(&mut self.spare), mem::take(&mut self.part));
            let mut patch = Patch { old: &self.text, new, part, from: 0, to: 0, marks };
            patch.new.clear();
            patch.new.reserve(self.text.len());
            patch.value(root, &mut self.whole, marks.root(), 0);
            patch.flush();
            let (new, part) = (patch.new, patch.part);
            self.spare = mem::replace(&mut self.text, new);
            self.part = part;
        }
        self.edits.clear();
        &self.text
    }
}

/// A new text in the making.
struct Patch<'o> {
    old: &'o str,
    new: String,
    part: Vec<u8>,
    /// What of the old text comes next and is not copied yet.
    from: usize,
    to: usize,
    marks: &'o Marks,
}

impl Patch<'_> {
    /// The text of a value whose old text begins at `at`.
    fn value(&mut self, now: &Value, span: &mut Span, mark: Mark, at: usize) {
        match mark.is() {
            Is::Clean => self.keep(at, size(span.len)),
            Is::Leaf(_) => self.afresh(now, span),
            Is::Table(table) => {
                let before = self.marks.before(table).cloned();
                match (span.entries.take(), before) {
                    (None, _) => self.afresh(now, span),
                    (Some(entries), None) => self.edited(now, span, *entries, table, at),
                    (Some(entries), Some(before)) => self.reshaped(now, &before, span, &entries, table, at),
                }
            }
        }
    }

    fn afresh(&mut self, now: &Value, span: &mut Span) {
        self.flush();
        let head = span.head;
        *span = Span { head, ..self.write(now) };
    }

    /// A table with the places that it had, and perhaps further elements.
    fn edited(&mut self, now: &Value, span: &mut Span, mut entries: Vec<Span>, table: usize, at: usize) {
        let places = place::places(now);
        let (begin, marks) = (at, self.marks);
        let mut at = at;
        let mut written = 0;
        let mut sum = 0_usize;
        for (slot, mark) in marks.places(table) {
            // What is clean is only counted.
            let clean = entries.get(written..slot).unwrap_or_default();
            let skipped = lengths(clean);
            self.keep(at, skipped);
            at = at.saturating_add(skipped);
            sum = sum.saturating_add(skipped);
            if let (Some(entry), Some(now)) = (entries.get_mut(slot), places.get(slot)) {
                let (head, len) = (size(entry.head), size(entry.len));
                self.keep(at, head);
                self.value(now, entry, mark, at.saturating_add(head));
                at = at.saturating_add(head).saturating_add(len);
                sum = sum.saturating_add(entry.size());
            }
            written = slot.saturating_add(1);
        }
        let skipped = lengths(entries.get(written..).unwrap_or_default());
        self.keep(at, skipped);
        sum = sum.saturating_add(skipped);
        for now in places.iter().skip(entries.len().max(marks.width(table))) {
            self.flush();
            self.new.push(',');
            let entry = Span { head: 1, ..self.write(now) };
            sum = sum.saturating_add(entry.size());
            entries.push(entry);
        }
        self.keep(begin.saturating_add(size(span.len)).saturating_sub(1), 1);
        let len = u32::try_from(sum.saturating_add(1)).unwrap_or(u32::MAX);
        *span = Span { head: span.head, len, entries: Some(Box::new(entries)) };
    }

    /// A table whose places came, went or moved: what is the same as in one of the old places is copied from there.
    fn reshaped(&mut self, now: &Value, before: &Value, span: &mut Span, entries: &[Span], table: usize, at: usize) {
        let old = place::places(before);
        let new = place::places(now);
        if entries.len() != old.len().min(self.marks.width(table)) || new.is_empty() {
            return self.afresh(now, span);
        }
        let mut begins = Vec::with_capacity(entries.len());
        let mut next = at;
        for entry in entries {
            next = next.saturating_add(size(entry.head));
            begins.push(next);
            next = next.saturating_add(size(entry.len));
        }
        let from = origins(before, now);
        let mut spans = Vec::with_capacity(new.len());
        self.flush();
        let begin = self.new.len();
        for (place, value) in new.iter().enumerate() {
            let head = self.head(now, place);
            let same = from.get(place).copied().flatten().filter(|origin| {
                let is_clean = self.marks.mark(table, *origin).is() == Is::Clean;
                is_clean && old.get(*origin).is_some_and(|old| is_same(old, value))
            });
            let known = same.and_then(|origin| Some((entries.get(origin)?, begins.get(origin)?)));
            let entry = match known {
                Some((entry, begin)) => {
                    self.keep(*begin, size(entry.len));
                    self.flush();
                    Span { head, ..entry.clone() }
                }
                None => Span { head, ..self.write(value) },
            };
            spans.push(entry);
        }
        self.new.push(char::from(closing(now)));
        let len = short(self.new.len().saturating_sub(begin));
        *span = Span { head: span.head, len, entries: Some(Box::new(spans)) };
    }

    /// Writes a value anew.
    fn write(&mut self, now: &Value) -> Span {
        self.part.clear();
        let span = write(now, &mut self.part);
        self.new.push_str(core::str::from_utf8(&self.part).unwrap_or_default());
        span
    }

    /// Writes anew what stands in front of an entry, and tells how long it is.
    fn head(&mut self, table: &Value, place: usize) -> u32 {
        self.part.clear();
        write_head(table, place, &mut self.part);
        self.new.push_str(core::str::from_utf8(&self.part).unwrap_or_default());
        short(self.part.len())
    }

    /// A part of the old text comes next.
    fn keep(&mut self, at: usize, len: usize) {
        if at != self.to {
            self.flush();
            self.from = at;
        }
        self.to = at.saturating_add(len);
    }

    fn flush(&mut self) {
        self.new.push_str(self.old.get(self.from..self.to).unwrap_or_default());
        self.from = self.to;
    }
}

/// Writes a value and tells how long its parts are.
fn write(value: &Value, out: &mut Vec<u8>) -> Span {
    let begin = out.len();
    let entries = if is_part(value) {
        text::put(value, out);
        None
    } else {
        let mut entries = Vec::with_capacity(place::places(value).len());
        for (place, inside) in place::places(value).iter().enumerate() {
            let head = out.len();
            write_head(value, place, out);
            let head = short(out.len().saturating_sub(head));
            entries.push(Span { head, ..write(inside, out) });
        }
        out.push(closing(value));
        Some(Box::new(entries))
    };
    Span { head: 0, len: short(out.len().saturating_sub(begin)), entries }
}

/// True if a value is written as one part: a leaf, or a small table of leaves. An empty table is one.
fn is_part(value: &Value) -> bool {
    let places = place::places(value);
    places.len() <= PART && !places.iter().any(place::is_table)
}

/// What stands in front of an entry.
fn write_head(table: &Value, place: usize, out: &mut Vec<u8>) {
    let opening = if matches!(table, Value::Map(_)) { b'{' } else { b'[' };
    out.push(if place == 0 { opening } else { b',' });
    if let Value::Map(map) = table
        && let Some(key) = map.keys().as_slice().get(place)
    {
        text::put_string(key, out);
        out.push(b':');
    }
}

fn closing(table: &Value) -> u8 {
    if matches!(table, Value::Map(_)) { b'}' } else { b']' }
}

/// For each place of the new table, the place of the old one that it may have come from.
fn origins(before: &Value, now: &Value) -> Vec<Option<usize>> {
    match (before, now) {
        (Value::Map(before), Value::Map(now)) => same_keys(before, now),
        (Value::Array(before), Value::Array(now)) => {
            let mut origins = Vec::with_capacity(now.len());
            for pair in align(before, now) {
                let common = pair.old.len().min(pair.new.len());
                origins.extend(pair.old.clone().take(common).map(Some));
                origins.resize(pair.new.end, None);
            }
            origins
        }
        (_, _) => Vec::new(), // wildcard: of two kinds
    }
}

fn same_keys(before: &Map, now: &Map) -> Vec<Option<usize>> {
    now.keys().as_slice().iter().map(|key| before.keys().find(key.as_bytes()).ok()).collect()
}

fn lengths(entries: &[Span]) -> usize {
    entries.iter().map(Span::size).fold(0, usize::saturating_add)
}

fn size(len: u32) -> usize {
    usize::try_from(len).unwrap_or(usize::MAX)
}

fn short(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}
