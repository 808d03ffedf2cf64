//! The store of entries that lapse, on a sorted map. Documentation: Cloud v2 reference, Memory Store Sorted Map Item; Memory
//! stores, Limits and quotas.
//!
//! A sorted map has an exclusive creation and no conditional update: its etag is only read. So the store declares
//! itself unconditional, and does what it can: a write or a deletion with a tag looks at the item first. Somebody who comes in
//! between is written over. Its tags are counters of an item that begin again once the item was gone.

use crate::answer::Asked;
use crate::client::{Call, Client, json_body};
use crate::limits::Kind;
use crate::names::{NAME_MAX_CHARS, encoded, item, query};
use crate::values::{decode, encode, raw};
use keyholder_tokio::backend::{
    Expected, MemoryCapabilities, MemoryEntry, MemoryKey, MemoryStore, NotApplied, Refused, StoreError, Tag,
};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::sync::Arc;
use std::time::Duration;

/// The largest value of an item, as JSON.
pub const ITEM_MAX_BYTES: usize = 32_768;

/// Whole seconds are all that the time of an item's end was seen to have.
const MIN_TTL: Duration = Duration::from_secs(1);

/// 45 days.
const MAX_TTL: Duration = Duration::from_secs(3_888_000);

/// Journals and heartbeats in one sorted map of an experience. Clones are the same store.
#[derive(Clone, Debug)]
pub struct Entries {
    client: Client,
    items: String,
}

#[derive(Serialize)]
struct Body<'a> {
    value: &'a RawValue,
    ttl: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answered<'a> {
    #[serde(borrow)]
    value: Option<&'a RawValue>,
    etag: Option<String>,
}

impl Entries {
    /// A store in the sorted map of this name. All servers that know each other share one.
    ///
    /// # Errors
    /// [`Refused`]: the name is empty, one or two dots, or too long.
    pub fn new(client: Client, map: &str) -> Result<Self, Refused> {
        if map.is_empty() || matches!(map, "." | "..") {
            return Err(Refused::Unsupported("sorted map without a name, or with one that is a step in a path"));
        }
        if map.chars().nth(NAME_MAX_CHARS).is_some() {
            return Err(Refused::TooMany { what: "characters in the name of a sorted map", limit: NAME_MAX_CHARS });
        }
        let universe = client.universe();
        let items = format!("/cloud/v2/universes/{universe}/memory-store/sorted-maps/{}/items", encoded(map));
        Ok(Self { client, items })
    }

    fn target(&self, key: &MemoryKey) -> String {
        format!("{}/{}", self.items, encoded(&item(key)))
    }

    async fn set(&self, asked: Asked, key: &MemoryKey, text: &str, ttl: Duration) -> Result<Tag, StoreError> {
        self.capabilities().check("", ttl)?;
        let value = encode(text, ITEM_MAX_BYTES)?;
        let body = Body { value: raw(&value)?, ttl: format!("{}s", whole_seconds(ttl)) };
        let body = json_body(&body, value.len())?;
        let call = match asked {
            Asked::Create => {
                let target = format!("{}{}", self.items, query(&[("id", &item(key))]));
                Call::new(Kind::Memory, Method::POST, target)
            }
            Asked::Put => Call::new(Kind::Memory, Method::PATCH, format!("{}?allowMissing=true", self.target(key))),
            _ => Call::new(Kind::Memory, Method::PATCH, self.target(key)),
        };
        let reply = self.client.change(asked, call.with(body)).await?;
        // It was done; which state it led to has to be read then.
        let answered = serde_json::from_slice::<Answered<'_>>(&reply.body).ok();
        answered.and_then(|answered| answered.etag).map(Tag::new).ok_or(StoreError::Unknown)
    }

    /// A conflict unless the item has this tag: as of now, which is all that a sorted map can tell.
    async fn expect(&self, key: &MemoryKey, tag: &Tag) -> Result<(), StoreError> {
        let entry = self.read(key).await?;
        if entry.is_some_and(|entry| entry.tag == *tag) { Ok(()) } else { Err(StoreError::Conflict) }
    }
}

/// Rounded up: an entry lives as long as it was asked to.
fn whole_seconds(ttl: Duration) -> u64 {
    ttl.as_secs().saturating_add(u64::from(ttl.subsec_nanos() > 0))
}

impl MemoryStore for Entries {
    fn capabilities(&self) -> MemoryCapabilities {
        MemoryCapabilities {
            conditional: false,
            // Of a text that is a string outside; one that is an object may have two bytes more.
            max_text_bytes: ITEM_MAX_BYTES - "\"\"".len(),
            min_ttl: MIN_TTL,
            max_ttl: MAX_TTL,
        }
    }

    async fn read(&self, key: &MemoryKey) -> Result<Option<MemoryEntry>, StoreError> {
        let Some(reply) = self.client.read(Call::get(Kind::Memory, self.target(key))).await? else { return Ok(None) };
        let answered: Answered<'_> = serde_json::from_slice(&reply.body).map_err(|_| NotApplied::Unavailable)?;
        let tag = Tag::new(answered.etag.ok_or(NotApplied::Unavailable)?);
        Ok(Some(MemoryEntry { tag, text: decode(answered.value.map_or("null", RawValue::get))?.into() }))
    }

    async fn write(
        &self,
        key: &MemoryKey,
        expected: Expected,
        text: Arc<str>,
        ttl: Duration,
    ) -> Result<Tag, StoreError> {
        self.capabilities().check("", ttl)?;
        match expected {
            Expected::Absent => self.set(Asked::Create, key, &text, ttl).await,
            Expected::Tag(tag) => {
                self.expect(key, &tag).await?;
                self.set(Asked::Update, key, &text, ttl).await
            }
        }
    }

    async fn put(&self, key: &MemoryKey, text: Arc<str>, ttl: Duration) -> Result<Tag, StoreError> {
        self.set(Asked::Put, key, &text, ttl).await
    }

    async fn delete(&self, key: &MemoryKey, expected: &Tag) -> Result<(), StoreError> {
        self.expect(key, expected).await?;
        let call = Call::new(Kind::Memory, Method::DELETE, self.target(key));
        self.client.change(Asked::Remove, call).await.map(drop)
    }
}
