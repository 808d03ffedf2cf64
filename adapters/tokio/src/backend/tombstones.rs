//! Which players of a location were erased.

use super::{DurableStore, Key, StoreError, Trouble};
use keyholder_core::ids::Epoch;
use keyholder_core::record::{Life, Record};
use keyholder_core::stored::{Item, Stored};

/// A record that was erased. What is left of the player is the key.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Tombstone {
    /// Whose.
    pub key: Key,
    /// The epoch that the erasure wrote.
    pub epoch: Epoch,
    /// When, in ms since 1970 by the store's clock; `None` if the store keeps no versions.
    pub written_ms: Option<u64>,
}

/// A part of the list of tombstones.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Tombstones {
    /// Those among the keys that were looked at, ascending.
    pub found: Vec<Tombstone>,
    /// Records that could not be read, with why. They were not erased by this program.
    pub unreadable: Vec<(Key, Trouble)>,
    /// What to go on after; `None` at the end.
    pub next: Option<String>,
}

/// Looks at `limit` keys of a location behind `after`, and gives those that were erased (DIA-14). Each record says so itself
/// (D23): a list beside them could lack one.
///
/// # Errors
/// [`StoreError::NotApplied`]: the keys cannot be listed.
pub async fn tombstones<S: DurableStore, D: Stored>(
    store: &S,
    location: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<Tombstones, StoreError> {
    let page = store.list(location, after, limit).await?;
    let mut list = Tombstones { next: page.next, ..Tombstones::default() };
    for player in page.players {
        let Ok(key) = Key::new(location, player) else { continue };
        let record = match store.read(&key).await {
            Ok(Some(entry)) => Record::<D>::from_text(&*entry.text).map_err(Trouble::Unreadable),
            Ok(None) => continue,
            Err(error) => Err(Trouble::Store(error)),
        };
        match record {
            Ok(record) if record.life == Life::Tombstone => {
                // It is the last thing that was written there.
                let versions = store.versions(&key).await.unwrap_or_default();
                let written_ms = versions.first().map(|it| it.written_ms);
                list.found.push(Tombstone { key, epoch: record.epoch, written_ms });
            }
            Ok(_) => {}
            Err(trouble) => list.unreadable.push((key, trouble)),
        }
    }
    Ok(list)
}
