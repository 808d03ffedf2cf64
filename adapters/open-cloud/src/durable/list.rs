//! A page of keys in ascending order, out of lists that have none.

use super::{Records, v1, v2};
use crate::Engine;
use keyholder_tokio::backend::{Key, NotApplied, Page, Refused, StoreError};
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::time::sleep;

/// The most requests for one page: four million keys.
const MAX_REQUESTS: usize = 16_384;

/// How often a request is made again that was throttled. A list has nothing to apply, and without its last part it is none.
const TRIES: usize = 8;

/// How long to wait before that, if the platform does not say.
const WAIT: Duration = Duration::from_secs(2);

/// The first keys behind `after`, at most `limit`.
pub(super) async fn page(
    records: &Records,
    location: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<Page, StoreError> {
    let mut first = BTreeSet::new();
    let mut token = String::new();
    for request in 0.. {
        if request == MAX_REQUESTS {
            return Err(Refused::TooMany { what: "parts of a list of keys", limit: MAX_REQUESTS }.into());
        }
        let (keys, next) = part(records, location, &token).await?;
        for key in keys {
            if after.is_none_or(|after| *key > *after) {
                first.insert(key);
            }
            // One more than asked for tells that there are more.
            if first.len() > limit.saturating_add(1) {
                first.pop_last();
            }
        }
        if next.is_empty() || next == token {
            break;
        }
        token = next;
    }
    let more = first.len() > limit;
    let mut players: Vec<_> = first.into_iter().take(limit).collect();
    let next = players.last().filter(|_| more).cloned();
    if records.client.engine() == Engine::V1 {
        players = present(records, location, players).await?;
    }
    Ok(Page { players, next })
}

async fn part(records: &Records, location: &str, token: &str) -> Result<(Vec<String>, String), StoreError> {
    let client = &records.client;
    patiently(move || async move {
        match client.engine() {
            Engine::V2 => v2::keys(client, location, token).await,
            Engine::V1 => v1::keys(client, location, token).await,
        }
    })
    .await
}

/// Those that are there: the older interface lists removed keys, and does not say which.
async fn present(records: &Records, location: &str, players: Vec<String>) -> Result<Vec<String>, StoreError> {
    let mut present = Vec::with_capacity(players.len());
    for player in players {
        // A key that no record can have is none of ours.
        let Ok(key) = Key::new(location, &player) else { continue };
        if patiently(|| records.find(&key)).await?.is_some() {
            present.push(player);
        }
    }
    Ok(present)
}

/// Asks again, after a while, for what was throttled.
async fn patiently<T, A: Future<Output = Result<T, StoreError>>>(ask: impl Fn() -> A) -> Result<T, StoreError> {
    for _ in 1..TRIES {
        match ask().await {
            Err(StoreError::NotApplied(NotApplied::Throttled { wait })) => sleep(wait.unwrap_or(WAIT)).await,
            asked => return asked,
        }
    }
    ask().await
}
