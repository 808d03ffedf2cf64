//! Any bytes: refused, or the one form of a change, which has one text, and is applied whole or not at all.
#![no_main]

use keyholder_core::codec::delta;
use keyholder_core::document::{Applied, Document};
use keyholder_core::ids::SchemaVersion;
use keyholder_core::json::{self, Limits, Writer};
use keyholder_core::ops::{Bounds, BoundsPolicy};
use keyholder_core::stored::Stored;
use keyholder_core::tree::{Change, Declared, Schema, Tree, Undeclared};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

/// Data with a little of everything, under both ways to take undeclared numbers.
static DATA: LazyLock<(Tree, [Schema; 2])> = LazyLock::new(|| {
    let text = r#"{"a":[1,2,{"b":"x"}],"bag":{"s":{"count":2}},"coins":3,"pets":[1,2],"title":"t"}"#;
    let tree = json::read(text, Limits::default(), Tree::read).expect("it is JSON");
    let bounds = Bounds::new(0, 99, BoundsPolicy::Clamp).expect("they are in order");
    let declared =
        vec![Declared::counter("coins", bounds), Declared::counter("bag.*.count", bounds), Declared::set("pets", 4)];
    let schema = Schema::new(SchemaVersion(1), tree.root().clone(), declared).expect("it fits");
    let other = schema.clone().with_undeclared(Undeclared::Counters);
    (tree, [schema, other])
});

fuzz_target!(|bytes: &[u8]| {
    let change = match delta::read(bytes, Limits::default()) {
        Ok(change) => change,
        Err(bad) => {
            assert!(bad.at <= bytes.len(), "refused beyond the end");
            return;
        }
    };
    let mut again = Vec::new();
    delta::write(&change, &mut again);
    assert_eq!(again, bytes, "what is read is written as it was read");

    let mut text = String::new();
    change.write(Writer::new(&mut text));
    let limits = Limits { max_bytes: usize::MAX, ..Limits::default() };
    if let Ok(read) = json::read(&text, limits, Change::read) {
        assert_eq!(read, change, "a change altered on its way: {text}");
    }

    let (data, schemas) = &*DATA;
    for schema in schemas {
        let mut after = data.clone();
        match after.apply(schema, &change) {
            Applied::Skipped(_) => assert_eq!(&after, data, "what is skipped touches nothing"),
            Applied::Whole | Applied::Clamped => {
                assert_eq!(after.bytes(schema), Tree::new(after.root().clone()).bytes(schema), "it knows its size");
            }
        }
    }
});
