//! Switches for what the documentation does not establish, and for what clients saw otherwise than it is documented.

use jiff::SignedDuration;

use super::{SettingsError, pairs, refused};
use crate::time::parse_duration;

/// A switch: its values, and their names in text. The first is the default.
macro_rules! switch {
    ($(#[$doc:meta])* $name:ident { $(#[$first_doc:meta])* $first:ident = $first_text:literal, $($(#[$value_doc:meta])* $value:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub enum $name {
            $(#[$first_doc])* #[default] $first,
            $($(#[$value_doc])* $value,)*
        }

        impl $name {
            fn parse(name: &str, value: &str) -> Result<Self, SettingsError> {
                match value {
                    $first_text => Ok(Self::$first),
                    $($text => Ok(Self::$value),)*
                    _ => Err(refused(name, value, &[$first_text $(, $text)*].join(" | "))),
                }
            }
        }
    };
}

switch! {
    /// How the second API refuses a write whose `etag` is not that of the entry. Not documented.
    ConflictStatus {
        /// 409 `ABORTED`.
        Aborted = "409",
        /// 412, as the first API does.
        PreconditionFailed = "412",
        /// 400 `FAILED_PRECONDITION`.
        FailedPrecondition = "400",
        /// Not at all: the last writer wins. A client must not start on this.
        Ignored = "ignored",
    }
}

switch! {
    /// What headers a 429 has.
    RateHeaders {
        /// As documented: single numbers.
        Single = "single",
        /// None.
        Absent = "absent",
        /// A number for each window, in a list.
        Lists = "lists",
        /// A `retry-after` that is too small.
        Misleading = "misleading",
        /// Units that are left, and no `retry-after`, as clients saw it.
        Left = "left",
    }
}

switch! {
    /// How the first API answers a read of a deleted entry: the documentation's text and its table differ.
    Tombstone {
        /// 404.
        NotFound = "404",
        /// 204 without a body.
        NoContent = "204",
    }
}

switch! {
    /// What a deleted entry is to a write without `allowMissing`, and to a create. Not documented.
    Deleted {
        /// Nothing: an update does not find it, and a create makes it anew.
        Absent = "absent",
        /// An entry: an update restores it, and a create is refused.
        Present = "present",
    }
}

switch! {
    /// How the last page of a list says that it is the last.
    LastPage {
        /// Without a token.
        Omitted = "omitted",
        /// With an empty token.
        Empty = "empty",
        /// With `null`.
        Null = "null",
        /// It has a token, and behind it is one more page without items.
        OneMore = "one-more",
    }
}

switch! {
    /// How much a page of a list holds: fewer items than there are, or none, may come with a token all the same.
    Pages {
        /// As much as is asked for.
        Full = "full",
        /// Half of it, and every second page has no item.
        Short = "short",
    }
}

switch! {
    /// What the parts of a queue's read are called.
    QueueWire {
        /// `queueItems` and `id`, as seen in 2026.
        Observed = "observed",
        /// `items` and `readId`, as documented.
        Schema = "schema",
        /// `data` and `id`, as seen in 2024.
        Y2024 = "2024",
    }
}

switch! {
    /// How a memory store's items name their own path.
    PathNames {
        /// `memory-stores`, with encoded ids, as seen.
        Observed = "observed",
        /// `memory-store`, as documented.
        Schema = "schema",
    }
}

switch! {
    /// What an update of a sorted map's item does with fields that it leaves out. Not documented.
    ItemPatch {
        /// They are cleared.
        Replace = "replace",
        /// They stay.
        Merge = "merge",
    }
}

switch! {
    /// Whether a sorted map's update or delete compares an `etag` that a client sends. Not documented.
    ItemEtag {
        /// No.
        Ignored = "ignored",
        /// Yes, and refuses another with 409 `ABORTED`.
        Enforced = "enforced",
    }
}

/// All switches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drift {
    /// `conflict`
    pub conflict: ConflictStatus,
    /// `rate-headers`
    pub rate_headers: RateHeaders,
    /// `tombstone`
    pub tombstone: Tombstone,
    /// `deleted`
    pub deleted: Deleted,
    /// `last-page`
    pub last_page: LastPage,
    /// `pages`
    pub pages: Pages,
    /// `queue`
    pub queue: QueueWire,
    /// `paths`
    pub paths: PathNames,
    /// `item-patch`
    pub item_patch: ItemPatch,
    /// `item-etag`
    pub item_etag: ItemEtag,
    /// `store-reads`: how long entries of a deleted data store can still be read, up to 24 hours on the platform.
    pub store_reads: SignedDuration,
    /// `store-calls`: how long it takes all other requests, minutes on the platform.
    pub store_calls: SignedDuration,
}

impl Drift {
    /// Reads `conflict=412,queue=schema`: what is not named keeps its default.
    ///
    /// # Errors
    ///
    /// A switch or a value of one is not known.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        let mut drift = Self::default();
        for pair in pairs(text) {
            let (name, value) = pair?;
            match name {
                "conflict" => drift.conflict = ConflictStatus::parse(name, value)?,
                "rate-headers" => drift.rate_headers = RateHeaders::parse(name, value)?,
                "tombstone" => drift.tombstone = Tombstone::parse(name, value)?,
                "deleted" => drift.deleted = Deleted::parse(name, value)?,
                "last-page" => drift.last_page = LastPage::parse(name, value)?,
                "pages" => drift.pages = Pages::parse(name, value)?,
                "queue" => drift.queue = QueueWire::parse(name, value)?,
                "paths" => drift.paths = PathNames::parse(name, value)?,
                "item-patch" => drift.item_patch = ItemPatch::parse(name, value)?,
                "item-etag" => drift.item_etag = ItemEtag::parse(name, value)?,
                "store-reads" => drift.store_reads = duration(name, value)?,
                "store-calls" => drift.store_calls = duration(name, value)?,
                _ => {
                    return Err(SettingsError::Unknown {
                        name: name.to_owned(),
                        known:
                            "conflict, rate-headers, tombstone, deleted, last-page, pages, queue, paths, item-patch, \
                                item-etag, store-reads, store-calls"
                                .to_owned(),
                    });
                }
            }
        }
        Ok(drift)
    }
}

fn duration(name: &str, value: &str) -> Result<SignedDuration, SettingsError> {
    let duration = parse_duration(value).filter(|duration| !duration.is_negative());
    duration.ok_or_else(|| refused(name, value, "a duration like 90s"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn switches_are_read_by_name() {
        let drift = Drift::parse("conflict=ignored, queue=2024").unwrap();
        assert_eq!((drift.conflict, drift.queue), (ConflictStatus::Ignored, QueueWire::Y2024));
        assert_eq!(drift.item_patch, ItemPatch::Replace);
        assert!(Drift::parse("conflict=418").unwrap_err().to_string().contains("409 | 412 | 400 | ignored"));
        assert!(Drift::parse("color=red").is_err() && Drift::parse("conflict").is_err());
        assert_eq!(Drift::parse("").unwrap(), Drift::default());
    }
}
