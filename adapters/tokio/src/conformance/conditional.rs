//! Conditional writes by one writer.

use super::report::{Finding, must};
use super::slot::Slot;
use crate::backend::{Expected, StoreError, Tag};
use std::collections::BTreeSet;

pub(super) async fn absent_creates(slot: impl Slot) -> Finding {
    must(slot.read().await?.is_none(), "something is there before anything was written")?;
    let tag = slot.write(Expected::Absent, "one").await?;
    let read = slot.read().await?;
    must(read.is_some_and(|(read, text)| read == tag && &*text == "one"), "what was written is not what is read")
}

pub(super) async fn absent_refused_when_there(slot: impl Slot) -> Finding {
    slot.write(Expected::Absent, "one").await?;
    refused(slot, Expected::Absent, "one").await
}

pub(super) async fn current_tag_accepted(slot: impl Slot) -> Finding {
    let one = slot.write(Expected::Absent, "one").await?;
    slot.write(Expected::Tag(one), "two").await?;
    let (read, _) = slot.read().await?.ok_or(StoreError::Conflict)?;
    slot.write(Expected::Tag(read), "three").await?;
    must(slot.text().await?.as_deref() == Some("three"), "a write with the tag of a read is not read back")
}

pub(super) async fn stale_tag_refused(slot: impl Slot) -> Finding {
    let one = slot.write(Expected::Absent, "one").await?;
    slot.write(Expected::Tag(one.clone()), "two").await?;
    refused(slot, Expected::Tag(one), "two").await
}

pub(super) async fn foreign_tag_refused(slot: impl Slot) -> Finding {
    slot.write(Expected::Absent, "one").await?;
    refused(slot, Expected::Tag(Tag::new("no tag of this store")), "one").await
}

pub(super) async fn tag_refused_when_absent(slot: impl Slot) -> Finding {
    let done = slot.write(Expected::Tag(Tag::new("1")), "one").await;
    must(done == Err(StoreError::Conflict), "a tag is taken where nothing is")?;
    must(slot.read().await?.is_none(), "a write that was refused is there")
}

pub(super) async fn tags_never_repeat(slot: impl Slot) -> Finding {
    let mut tags = BTreeSet::new();
    let mut expected = Expected::Absent;
    for text in ["one", "two", "one", "one", "two"] {
        let tag = slot.write(expected, text).await?;
        must(tags.insert(tag.clone()), "two writes have the same tag: what came in between is not seen")?;
        expected = Expected::Tag(tag);
    }
    Ok(())
}

pub(super) async fn text_is_exact(slot: impl Slot) -> Finding {
    let mut expected = Expected::Absent;
    let long = "ab".repeat(5_000);
    for text in ["{\"a\":[1,-0.0,1e5]}", " \t\n\"\\/ ", "\u{e9}\u{1f3ae}e\u{301}", "\u{0}", "null", &long] {
        expected = Expected::Tag(slot.write(expected, text).await?);
        must(slot.text().await?.as_deref() == Some(text), "a text is read in another form than it was written")?;
    }
    Ok(())
}

/// A write under this condition is a conflict, and leaves what is there.
async fn refused(slot: impl Slot, expected: Expected, there: &str) -> Finding {
    let before = slot.read().await?;
    let done = slot.write(expected, "refused").await;
    must(done.is_err(), "a write is accepted whose condition does not hold: data get lost")?;
    must(done == Err(StoreError::Conflict), "a write whose condition does not hold is no conflict")?;
    must(slot.text().await?.as_deref() == Some(there), "a write that was refused is there")?;
    must(slot.read().await? == before, "a write that was refused has changed the tag")
}
