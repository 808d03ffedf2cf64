//! The checks of a memory store.

use super::report::{Finding, Report, Stop, must};
use super::slot::{Entry, Slot, key, patiently};
use super::{cancel, conditional, writers};
use crate::backend::{Expected, MemoryKey, MemoryStore, NotApplied, StoreError, Tag};
use keyholder_core::ids::HostId;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

/// The names of the checks of [`memory`], in their order.
pub const MEMORY: [&str; 24] = [
    "absent creates",
    "absent refused when there",
    "current tag accepted",
    "stale tag refused",
    "foreign tag refused",
    "tag refused when absent",
    "tags never repeat",
    "text is exact",
    "one winner",
    "acknowledged is kept",
    "refused is not applied",
    "unknown is whole or nothing",
    "cancel is whole or nothing",
    "keys are apart",
    "put overwrites",
    "delete takes the current tag",
    "delete refuses a stale tag",
    "entry lives as long as asked",
    "entry lapses",
    "write renews the life",
    "lapsed is absent",
    "largest text accepted",
    "too large refused",
    "life out of bounds refused",
];

/// What an entry lives that nobody waits for.
const LONG: Duration = Duration::from_secs(600);

/// What an entry lives that is waited for, unless the store takes no such short life.
const SHORT: Duration = Duration::from_secs(2);

/// Checks a memory store in a location that nobody else uses. `make` is called once for each check. It waits for entries to
/// lapse: some ten seconds, unless time is paused. One that declares itself unconditional is not checked for what happens when
/// somebody comes in between.
pub async fn memory<S: MemoryStore>(location: &str, mut make: impl AsyncFnMut() -> S) -> Report {
    let mut report = Report::default();
    macro_rules! check {
        ($name:literal, $check:expr) => {{
            let store = Arc::new(make().await);
            let limits = store.capabilities();
            let ttl = LONG.clamp(limits.min_ttl, limits.max_ttl);
            let check = async {
                let key = MemoryKey::Journal(key(location, $name)?);
                $check(Entry { store, key, ttl }).await
            };
            report.check($name, check).await;
        }};
    }
    check!("absent creates", conditional::absent_creates);
    check!("absent refused when there", conditional::absent_refused_when_there);
    check!("current tag accepted", conditional::current_tag_accepted);
    check!("stale tag refused", conditional::stale_tag_refused);
    check!("foreign tag refused", conditional::foreign_tag_refused);
    check!("tag refused when absent", conditional::tag_refused_when_absent);
    check!("tags never repeat", conditional::tags_never_repeat);
    check!("text is exact", conditional::text_is_exact);
    check!("one winner", async |slot| writers::one_winner(unraced(slot)?).await);
    check!("acknowledged is kept", async |slot| writers::write(unraced(slot)?).await?.acknowledged_is_kept());
    check!("refused is not applied", async |slot| writers::write(unraced(slot)?).await?.refused_is_not_applied());
    check!("unknown is whole or nothing", async |slot| writers::write(slot).await?.unknown_is_whole_or_nothing());
    check!("cancel is whole or nothing", async |slot| cancel::whole_or_nothing(unraced(slot)?).await);
    check!("keys are apart", keys_are_apart);
    check!("put overwrites", put_overwrites);
    check!("delete takes the current tag", delete_takes_the_current_tag);
    check!("delete refuses a stale tag", delete_refuses_a_stale_tag);
    check!("entry lives as long as asked", lives_as_long_as_asked);
    check!("entry lapses", lapses);
    check!("write renews the life", write_renews);
    check!("lapsed is absent", lapsed_is_absent);
    check!("largest text accepted", largest_text_accepted);
    check!("too large refused", too_large_refused);
    check!("life out of bounds refused", life_out_of_bounds_refused);
    report
}

/// The same key, of a store that says that nobody comes in between.
fn unraced<S: MemoryStore>(slot: Entry<S>) -> Result<Entry<S>, Stop> {
    let skipped = Stop::Skipped("its writes are not conditional");
    if slot.store.capabilities().conditional { Ok(slot) } else { Err(skipped) }
}

async fn put<S: MemoryStore>(slot: &Entry<S>, text: &str) -> Result<Tag, StoreError> {
    patiently(|| slot.store.put(&slot.key, text.into(), slot.ttl)).await
}

/// The same key with a life that can be waited for.
fn short<S: MemoryStore>(slot: Entry<S>) -> Entry<S> {
    let limits = slot.store.capabilities();
    Entry { ttl: SHORT.clamp(limits.min_ttl, limits.max_ttl), ..slot }
}

async fn keys_are_apart<S: MemoryStore>(slot: Entry<S>) -> Finding {
    let place = |location: &str, player: &str| key(location, player).map(MemoryKey::Journal);
    let keys = [place("a/b", "c")?, place("a", "b/c")?, place("A", "b/c")?, MemoryKey::Heartbeat(HostId(u64::MAX))];
    for (number, key) in keys.iter().enumerate() {
        let slot = Entry { key: key.clone(), ..slot.clone() };
        put(&slot, &number.to_string()).await?;
    }
    for (number, key) in keys.iter().enumerate() {
        let text = Entry { key: key.clone(), ..slot.clone() }.text().await?;
        must(text.as_deref() == Some(number.to_string().as_str()), "two keys that differ are one")?;
    }
    Ok(())
}

async fn put_overwrites<S: MemoryStore>(slot: Entry<S>) -> Finding {
    let one = put(&slot, "one").await?;
    put(&slot, "two").await?;
    must(slot.text().await?.as_deref() == Some("two"), "what was put is not read")?;
    let stale = slot.write(Expected::Tag(one), "three").await;
    must(stale == Err(StoreError::Conflict), "a tag from before a put is taken")
}

async fn delete_takes_the_current_tag<S: MemoryStore>(slot: Entry<S>) -> Finding {
    let tag = slot.write(Expected::Absent, "one").await?;
    patiently(|| slot.store.delete(&slot.key, &tag)).await?;
    must(slot.read().await?.is_none(), "what was deleted is read")?;
    let again = patiently(|| slot.store.delete(&slot.key, &tag)).await;
    must(again == Err(StoreError::Conflict), "what is not there is deleted again")?;
    slot.write(Expected::Absent, "two").await?;
    Ok(())
}

async fn delete_refuses_a_stale_tag<S: MemoryStore>(slot: Entry<S>) -> Finding {
    let one = slot.write(Expected::Absent, "one").await?;
    slot.write(Expected::Tag(one.clone()), "two").await?;
    let done = patiently(|| slot.store.delete(&slot.key, &one)).await;
    must(done == Err(StoreError::Conflict), "a deletion is accepted whose tag is stale: what came in between is lost")?;
    must(slot.text().await?.as_deref() == Some("two"), "a deletion that was refused was made")
}

async fn lives_as_long_as_asked<S: MemoryStore>(slot: Entry<S>) -> Finding {
    let slot = short(slot);
    slot.write(Expected::Absent, "one").await?;
    sleep(slot.ttl / 2).await;
    must(slot.read().await?.is_some(), "an entry is gone before its time")
}

async fn lapses<S: MemoryStore>(slot: Entry<S>) -> Finding {
    let slot = short(slot);
    slot.write(Expected::Absent, "one").await?;
    sleep(slot.ttl * 2).await;
    must(slot.read().await?.is_none(), "an entry is there beyond its time")
}

async fn write_renews<S: MemoryStore>(slot: Entry<S>) -> Finding {
    let slot = short(slot);
    let mut tag = slot.write(Expected::Absent, "one").await?;
    for _ in 0..2 {
        sleep(slot.ttl * 2 / 3).await;
        tag = slot.write(Expected::Tag(tag), "two").await?;
    }
    sleep(slot.ttl / 2).await;
    must(slot.read().await?.is_some(), "a write does not renew the life of an entry")?;
    sleep(slot.ttl).await;
    must(slot.read().await?.is_none(), "an entry that was written again is there beyond its time")
}

async fn lapsed_is_absent<S: MemoryStore>(slot: Entry<S>) -> Finding {
    let slot = short(slot);
    let tag = slot.write(Expected::Absent, "one").await?;
    sleep(slot.ttl * 2).await;
    let stale = slot.write(Expected::Tag(tag), "two").await;
    must(stale == Err(StoreError::Conflict), "the tag of an entry that has lapsed is taken")?;
    must(slot.write(Expected::Absent, "three").await.is_ok(), "an entry that has lapsed is in the way of a new one")
}

async fn largest_text_accepted<S: MemoryStore>(slot: Entry<S>) -> Finding {
    let text = "x".repeat(slot.store.capabilities().max_text_bytes);
    slot.write(Expected::Absent, &text).await?;
    must(slot.text().await?.as_deref() == Some(text.as_str()), "the largest text is not read back")
}

async fn too_large_refused<S: MemoryStore>(slot: Entry<S>) -> Finding {
    let text = "x".repeat(slot.store.capabilities().max_text_bytes + 1);
    let done = slot.write(Expected::Absent, &text).await;
    must(is_refused(&done), "a text beyond the limit is not refused")?;
    must(is_refused(&put(&slot, &text).await), "a text beyond the limit can be put")?;
    must(slot.read().await?.is_none(), "a text beyond the limit was refused and is there")
}

async fn life_out_of_bounds_refused<S: MemoryStore>(slot: Entry<S>) -> Finding {
    let limits = slot.store.capabilities();
    let shorter = limits.min_ttl.checked_sub(Duration::from_nanos(1));
    let longer = limits.max_ttl.checked_add(Duration::from_secs(1));
    for ttl in [shorter, longer].into_iter().flatten() {
        let slot = Entry { ttl, ..slot.clone() };
        must(is_refused(&slot.write(Expected::Absent, "one").await), "a life out of bounds is not refused")?;
        must(is_refused(&put(&slot, "one").await), "a life out of bounds can be put")?;
    }
    Ok(())
}

fn is_refused(done: &Result<Tag, StoreError>) -> bool {
    matches!(done, Err(StoreError::NotApplied(NotApplied::Refused(_))))
}
