//! Bytes from a store: refused, or read whole, sound, and written again as they were read.
#![no_main]

use keyholder_core::fields::{Change, Fields};
use keyholder_core::journal::Journal;
use keyholder_core::record::Record;
use keyholder_core::stored::{Heartbeat, Item, Outbox};
use libfuzzer_sys::fuzz_target;
use std::fmt::Debug;

fuzz_target!(|bytes: &[u8]| {
    // What is read is also sound for everything that assumes a record or a journal of the protocol.
    if let Some(record) = read::<Record<Fields<String>>>(bytes) {
        assert!(record.epoch.0 > 0 && record.floor <= record.epoch, "an unsound header was read");
    }
    read::<Journal<Change<String>>>(bytes);
    read::<Outbox<Change<String>>>(bytes);
    read::<Heartbeat>(bytes);
});

fn read<T: Item + PartialEq + Debug>(bytes: &[u8]) -> Option<T> {
    let item = T::from_text(bytes).ok()?;
    assert_eq!(item.verify(), Ok(()), "an item was read that is not sound");
    let text = item.to_text().expect("what was read can be written");
    let again = T::from_text(&text).expect("what was written can be read");
    assert_eq!(again, item, "an item changed on its way");
    assert_eq!(again.to_text().as_deref(), Ok(text.as_str()), "equal items give equal texts");
    Some(item)
}
