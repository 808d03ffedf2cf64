//! The checks of a durable store.

use super::report::{Finding, Report, Stop, must};
use super::slot::{Record, Slot, key, patiently};
use super::{cancel, conditional, writers};
use crate::backend::{DurableStore, Expected, Kept, Key, Meta, NotApplied, StoreError};
use std::sync::Arc;

/// The names of the checks of [`durable`], in their order.
pub const DURABLE: [&str; 22] = [
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
    "meta is replaced",
    "versions are listed",
    "removed is absent",
    "removal ends tags",
    "list is complete",
    "largest text accepted",
    "too large refused",
    "too many users refused",
];

/// Checks a durable store in a location that nobody else uses. `make` is called once for each check.
pub async fn durable<S: DurableStore>(location: &str, mut make: impl AsyncFnMut() -> S) -> Report {
    let mut report = Report::default();
    macro_rules! check {
        ($name:literal, $check:expr) => {{
            let store = Arc::new(make().await);
            let check = async { $check(Record { store, key: key(location, $name)? }).await };
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
    check!("one winner", writers::one_winner);
    check!("acknowledged is kept", async |slot| writers::write(slot).await?.acknowledged_is_kept());
    check!("refused is not applied", async |slot| writers::write(slot).await?.refused_is_not_applied());
    check!("unknown is whole or nothing", async |slot| writers::write(slot).await?.unknown_is_whole_or_nothing());
    check!("cancel is whole or nothing", cancel::whole_or_nothing);
    check!("keys are apart", keys_are_apart);
    check!("meta is replaced", meta_is_replaced);
    check!("versions are listed", versions_are_listed);
    check!("removed is absent", removed_is_absent);
    check!("removal ends tags", removal_ends_tags);
    check!("list is complete", list_is_complete);
    check!("largest text accepted", largest_text_accepted);
    check!("too large refused", too_large_refused);
    check!("too many users refused", too_many_users_refused);
    report
}

async fn keys_are_apart<S: DurableStore>(slot: Record<S>) -> Finding {
    let location = slot.key.location();
    let players = ["A/b", "a/b", "a", "b", "a b", "a%2Fb", "a@latest", "..", "e\u{301}", "\u{e9}"];
    for player in players {
        let slot = Record { store: Arc::clone(&slot.store), key: key(location, player)? };
        must(slot.write(Expected::Absent, player).await.is_ok(), "two keys that differ are one")?;
    }
    for player in players {
        let slot = Record { store: Arc::clone(&slot.store), key: key(location, player)? };
        must(slot.text().await?.as_deref() == Some(player), "a key gives the text of another")?;
    }
    Ok(())
}

async fn meta_is_replaced<S: DurableStore>(slot: Record<S>) -> Finding {
    let limits = slot.store.capabilities();
    let users: Vec<u64> = [1, (1 << 53) - 1].into_iter().take(limits.max_users).collect();
    let fits = limits.max_attribute_chars >= 2;
    let attributes = fits.then(|| ("n".to_owned(), "v".to_owned())).into_iter().collect();
    let meta = Meta { users, attributes };
    let write = |expected: Expected, meta: Meta| {
        let slot = &slot;
        patiently(move || {
            let (expected, meta) = (expected.clone(), meta.clone());
            async move { slot.store.write(&slot.key, expected, "one".into(), &meta).await }
        })
    };
    let tag = write(Expected::Absent, meta.clone()).await?;
    let read = patiently(|| slot.store.read(&slot.key)).await?;
    must(read.is_some_and(|entry| entry.meta == meta), "users or attributes are not read as they were written")?;
    write(Expected::Tag(tag), Meta::default()).await?;
    let read = patiently(|| slot.store.read(&slot.key)).await?;
    must(read.is_some_and(|entry| entry.meta == Meta::default()), "users or attributes outlive their write")
}

async fn versions_are_listed<S: DurableStore>(slot: Record<S>) -> Finding {
    let kept = slot.store.capabilities().versions;
    if kept == Kept::Nothing {
        return Err(Stop::Skipped("it keeps no versions"));
    }
    let tag = slot.write(Expected::Absent, "one").await?;
    slot.write(Expected::Tag(tag), "two").await?;
    must(
        texts(&slot).await?.first() == Some(&Some("two".into())),
        "the current version is not the first that is listed",
    )?;
    if kept == Kept::Every {
        must(
            texts(&slot).await? == [Some("two".into()), Some("one".into())],
            "versions are not all listed, newest first",
        )?;
    }
    patiently(|| slot.store.remove(&slot.key)).await?;
    let texts = texts(&slot).await?;
    must(texts.first() == Some(&None), "a removal is not the first version that is listed")?;
    must(texts.get(1) == Some(&Some("two".into())), "what was removed is not among the versions")
}

/// The texts of the versions that are listed; `None` is a removal.
async fn texts<S: DurableStore>(slot: &Record<S>) -> Result<Vec<Option<Arc<str>>>, Stop> {
    let mut texts = Vec::new();
    for version in patiently(|| slot.store.versions(&slot.key)).await? {
        let entry = patiently(|| slot.store.read_version(&slot.key, &version.id)).await?;
        must(entry.is_none() == version.removed, "a version that is listed cannot be read, or a removal can")?;
        texts.push(entry.map(|entry| entry.text));
    }
    Ok(texts)
}

async fn removed_is_absent<S: DurableStore>(slot: Record<S>) -> Finding {
    patiently(|| slot.store.remove(&slot.key)).await?;
    slot.write(Expected::Absent, "one").await?;
    patiently(|| slot.store.remove(&slot.key)).await?;
    must(slot.read().await?.is_none(), "what was removed is read")?;
    slot.write(Expected::Absent, "two").await?;
    must(slot.text().await?.as_deref() == Some("two"), "what is written after a removal is not read")
}

async fn removal_ends_tags<S: DurableStore>(slot: Record<S>) -> Finding {
    let one = slot.write(Expected::Absent, "one").await?;
    patiently(|| slot.store.remove(&slot.key)).await?;
    let revived = slot.write(Expected::Tag(one.clone()), "stale").await;
    must(revived == Err(StoreError::Conflict), "a tag from before a removal is taken: erased data come back")?;
    slot.write(Expected::Absent, "one").await?;
    let revived = slot.write(Expected::Tag(one), "stale").await;
    must(revived == Err(StoreError::Conflict), "a tag from before a removal is taken after the key is written again")
}

async fn list_is_complete<S: DurableStore>(slot: Record<S>) -> Finding {
    if !slot.store.capabilities().list {
        return Err(Stop::Skipped("it has no lists"));
    }
    let prefix = "list-";
    let mut expected: Vec<String> = (0..7).map(|number| format!("{prefix}{number}")).collect();
    for player in &expected {
        let slot = Record { store: Arc::clone(&slot.store), key: key(slot.key.location(), player)? };
        slot.write(Expected::Absent, player).await?;
    }
    let removed: Key = key(slot.key.location(), &expected.remove(3))?;
    patiently(|| slot.store.remove(&removed)).await?;
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = patiently(|| slot.store.list(slot.key.location(), after.as_deref(), 2)).await?;
        must(page.players.len() <= 2, "a list is longer than asked for")?;
        found.extend(page.players);
        match page.next {
            Some(next) if after.as_ref() >= Some(&next) => must(false, "a list does not come to an end")?,
            Some(next) => after = Some(next),
            None => break,
        }
    }
    found.retain(|player| player.starts_with(prefix));
    must(found == expected, "a list is not what is there, ascending, each once")
}

async fn largest_text_accepted<S: DurableStore>(slot: Record<S>) -> Finding {
    let text = "x".repeat(slot.store.capabilities().max_text_bytes);
    slot.write(Expected::Absent, &text).await?;
    must(slot.text().await?.as_deref() == Some(text.as_str()), "the largest text is not read back")
}

async fn too_large_refused<S: DurableStore>(slot: Record<S>) -> Finding {
    let text = "x".repeat(slot.store.capabilities().max_text_bytes + 1);
    let done = slot.write(Expected::Absent, &text).await;
    let refused = matches!(done, Err(StoreError::NotApplied(NotApplied::Refused(_))));
    must(refused, "a text beyond the limit is not refused")?;
    must(slot.read().await?.is_none(), "a text beyond the limit was refused and is there")
}

async fn too_many_users_refused<S: DurableStore>(slot: Record<S>) -> Finding {
    let limit = slot.store.capabilities().max_users;
    let meta = Meta { users: (1..).take(limit + 1).collect(), ..Meta::default() };
    let done = slot.store.write(&slot.key, Expected::Absent, "one".into(), &meta).await;
    must(matches!(done, Err(StoreError::NotApplied(NotApplied::Refused(_)))), "users beyond the limit are not refused")
}
