//! Any text, read as each small language that requests to the emulator have: what is taken is written and read back, what is
//! refused is refused at a place of the text.
#![no_main]

use keyholder_emulator::text::BadText;
use keyholder_emulator::text::filter::{Items, Logs, Moments, Prefix, Values};
use keyholder_emulator::text::mask::Mask;
use keyholder_emulator::text::order::Order;
use keyholder_emulator::text::path::{Path, encode, split_revision};
use keyholder_emulator::text::query::Query;
use libfuzzer_sys::fuzz_target;
use std::fmt::{Debug, Display};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = str::from_utf8(bytes) else { return };
    again(text, Prefix::parse);
    again(text, Moments::parse);
    again(text, Values::parse);
    again(text, Items::parse);
    again(text, Logs::parse);
    again(text, Mask::parse);
    for order in [Order::ID, Order::VALUE, Order::VALUE_V1] {
        if let Err(bad) = order.parse(text) {
            points_into(text, bad);
        }
    }
    if let Ok(path) = Path::parse(text) {
        let verb = path.verb.map(|verb| format!(":{verb}")).unwrap_or_default();
        let segments: String = path.segments.iter().map(|segment| format!("/{}", encode(segment))).collect();
        assert_eq!(Path::parse(&(segments + &verb)), Ok(path), "a path changed on its way");
    }
    let (key, _) = split_revision(text);
    assert!(text.starts_with(key), "a key that was not there");
    if let Ok(query) = Query::parse(text) {
        assert!(query.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() <= text.len());
    }
});

/// What is read is written so that the same is read from it.
fn again<T: Debug + Display + PartialEq>(text: &str, parse: fn(&str) -> Result<T, BadText>) {
    match parse(text) {
        Ok(read) => assert_eq!(parse(&read.to_string()).as_ref(), Ok(&read), "changed on its way"),
        Err(bad) => points_into(text, bad),
    }
}

fn points_into(text: &str, bad: BadText) {
    assert!(text.is_char_boundary(bad.at), "{bad} is beyond {text:?}");
}
