//! Other ways to tell what changed.
//!
//! Those that compare are given the document before and after; bringing the one up to the other is part of a cycle. Those
//! that keep a history are changed in place and asked for what is new.

use crate::deltas::{Cycle, Delta, Edits};
use crate::documents::Leaf;
use crate::trees::{Document, Own};
use automerge::transaction::Transactable;
use automerge::{AutoCommit, ObjId, ObjType, ROOT, ScalarValue};
use serde_json::Value;
use treediff::tools::{ChangeType, Recorder};
use yrs::{Any, Array, ArrayPrelim, Doc, In, Map, MapPrelim, MapRef, Out, Transact};

/// The base: the whole document, as most send it.
pub const WHOLE: &str = "serde_json, own enum, whole";

/// The one that is most widely used.
pub const JSON_PATCH: &str = "json-patch";

const SOUND: &str = "the document is sound";

/// All of them, the base first.
pub fn deltas() -> Vec<Delta> {
    vec![
        Delta {
            name: WHOLE,
            new: |it, leaves| Box::new(Whole { own: it.own.clone(), leaves: leaves.into(), out: Vec::new() }),
        },
        Delta { name: JSON_PATCH, new: |it, leaves| Box::new(Compared::new(it, leaves, patch)) },
        Delta { name: "treediff", new: |it, leaves| Box::new(Compared::new(it, leaves, record)) },
        Delta { name: "automerge", new: |it, leaves| Box::new(Automerge::new(it, leaves)) },
        Delta { name: "yrs", new: |it, leaves| Box::new(Yrs::new(it, leaves)) },
    ]
}

/// Changed in place, and written as a whole.
struct Whole {
    own: Own,
    leaves: Vec<Leaf>,
    out: Vec<u8>,
}

impl Edits for Whole {
    fn cycle(&mut self, cycle: &Cycle) -> usize {
        for edit in cycle {
            let leaf = &self.leaves[edit.leaf];
            let Own::Map(root) = &mut self.own else { continue };
            let Some(Own::Array(items)) = root.get_mut("inventory") else { continue };
            let Own::Map(item) = &mut items[leaf.item as usize] else { continue };
            *item.get_mut(leaf.key).expect(SOUND) = match whole(edit.number) {
                Some(number) => Own::Int(number),
                None => Own::Float(edit.number),
            };
        }
        self.out.clear();
        serde_json::to_writer(&mut self.out, &self.own).expect(SOUND);
        self.out.len()
    }
}

/// The number, if it is an integer.
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0).then_some(number as i64)
}

/// Two documents that are compared.
struct Compared {
    before: Value,
    after: Value,
    leaves: Vec<Leaf>,
    compare: fn(&Value, &Value, &mut Vec<u8>),
    out: Vec<u8>,
}

impl Compared {
    fn new(document: &Document, leaves: &[Leaf], compare: fn(&Value, &Value, &mut Vec<u8>)) -> Self {
        let (before, after) = (document.json.clone(), document.json.clone());
        Self { before, after, leaves: leaves.into(), compare, out: Vec::new() }
    }
}

impl Edits for Compared {
    fn cycle(&mut self, cycle: &Cycle) -> usize {
        let put = |document: &mut Value| {
            for edit in cycle {
                let leaf = &self.leaves[edit.leaf];
                let number = &mut document["inventory"][leaf.item as usize][leaf.key];
                *number = whole(edit.number).map_or_else(|| edit.number.into(), Value::from);
            }
        };
        put(&mut self.after);
        self.out.clear();
        (self.compare)(&self.before, &self.after, &mut self.out);
        put(&mut self.before);
        self.out.len()
    }
}

fn patch(before: &Value, after: &Value, out: &mut Vec<u8>) {
    serde_json::to_writer(out, &json_patch::diff(before, after)).expect(SOUND);
}

/// Each change as a JSON array: the keys that lead there, then the new value.
fn record(before: &Value, after: &Value, out: &mut Vec<u8>) {
    let mut recorder = Recorder::default();
    treediff::diff(before, after, &mut recorder);
    for call in &recorder.calls {
        if let ChangeType::Modified(keys, _, new) = call {
            let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
            serde_json::to_writer(&mut *out, &(keys, new)).expect(SOUND);
        }
    }
}

/// A document with its history.
struct Automerge {
    document: AutoCommit,
    leaves: Vec<(ObjId, &'static str)>,
}

impl Automerge {
    fn new(from: &Document, leaves: &[Leaf]) -> Self {
        let mut document = AutoCommit::new();
        let mut items = Vec::new();
        fill(&mut document, &ROOT, &from.json, &mut |document, list, value| {
            let at = items.len();
            let id = document.insert_object(list, at, ObjType::Map).expect(SOUND);
            items.push(id.clone());
            fill(document, &id, value, &mut |_, _, _| ());
        });
        document.commit();
        document.save_incremental();
        let leaves = leaves.iter().map(|leaf| (items[leaf.item as usize].clone(), leaf.key)).collect();
        Self { document, leaves }
    }
}

/// Puts the fields of a JSON object into an object of the document; `item` puts an element of an array.
fn fill(document: &mut AutoCommit, to: &ObjId, object: &Value, item: &mut dyn FnMut(&mut AutoCommit, &ObjId, &Value)) {
    for (key, value) in object.as_object().expect(SOUND) {
        let key = key.as_str();
        match value {
            Value::Object(_) => {
                let id = document.put_object(to, key, ObjType::Map).expect(SOUND);
                fill(document, &id, value, item);
            }
            Value::Array(all) => {
                let id = document.put_object(to, key, ObjType::List).expect(SOUND);
                all.iter().for_each(|value| item(document, &id, value));
            }
            Value::Null => document.put(to, key, ScalarValue::Null).expect(SOUND),
            Value::Bool(it) => document.put(to, key, *it).expect(SOUND),
            Value::String(it) => document.put(to, key, it.as_str()).expect(SOUND),
            Value::Number(it) => match it.as_i64() {
                Some(it) => document.put(to, key, it).expect(SOUND),
                None => document.put(to, key, it.as_f64().expect(SOUND)).expect(SOUND),
            },
        }
    }
}

impl Edits for Automerge {
    fn cycle(&mut self, cycle: &Cycle) -> usize {
        for edit in cycle {
            let (item, key) = &self.leaves[edit.leaf];
            let number = whole(edit.number).map_or(ScalarValue::F64(edit.number), ScalarValue::Int);
            self.document.put(item, *key, number).expect(SOUND);
        }
        self.document.save_incremental().len()
    }
}

/// A document with its history.
struct Yrs {
    document: Doc,
    leaves: Vec<(MapRef, &'static str)>,
}

impl Yrs {
    fn new(from: &Document, leaves: &[Leaf]) -> Self {
        let document = Doc::new();
        let root = document.get_or_insert_map("profile");
        let mut changing = document.transact_mut();
        let mut items = Vec::new();
        for (key, value) in from.json.as_object().expect(SOUND) {
            let put = root.insert(&mut changing, key.as_str(), prelim(value));
            if let Out::YArray(array) = put {
                items.extend(array.iter(&changing).filter_map(|item| item.cast::<MapRef>().ok()));
            }
        }
        drop(changing);
        let leaves = leaves.iter().map(|leaf| (items[leaf.item as usize].clone(), leaf.key)).collect();
        Self { document, leaves }
    }
}

fn prelim(value: &Value) -> In {
    match value {
        Value::Object(it) => {
            In::Map(it.iter().map(|(key, value)| (key.as_str(), prelim(value))).collect::<MapPrelim>())
        }
        Value::Array(it) => In::Array(it.iter().map(prelim).collect::<ArrayPrelim>()),
        Value::Null => In::Any(Any::Null),
        Value::Bool(it) => In::Any((*it).into()),
        Value::String(it) => In::Any(it.as_str().into()),
        Value::Number(it) => In::Any(it.as_f64().expect(SOUND).into()),
    }
}

impl Edits for Yrs {
    fn cycle(&mut self, cycle: &Cycle) -> usize {
        let mut changing = self.document.transact_mut();
        for edit in cycle {
            let (item, key) = &self.leaves[edit.leaf];
            item.insert(&mut changing, *key, edit.number);
        }
        changing.encode_update_v1().len()
    }
}
