//! Lists of keys and of stores, page by page.

use std::collections::BTreeMap;
use std::ops::Bound;

use super::{Object, Refusal, Standard, Store};
use crate::time::Timestamp;

/// A page is short, or empty, after so many deleted keys or stores that are not asked for (documentation: Cloud API v2,
/// List Data Stores).
const MOST_HIDDEN: usize = 512;

/// Which keys of a store are listed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keys<'a> {
    /// `None` for all scopes.
    pub(crate) scope: Option<&'a str>,
    /// What keys begin with; or, with the scope and a slash before it, scope and key together.
    pub(crate) prefix: &'a str,
    /// Deleted ones too.
    pub(crate) deleted: bool,
}

/// A page of names, and what the next one begins behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed<T> {
    pub(crate) items: Vec<T>,
    pub(crate) next: Option<T>,
}

/// A scope and a key.
pub(crate) type Name = (String, String);

impl Standard {
    /// Keys in the order of scopes and keys, at most `most`, behind `after`.
    pub(crate) fn keys(
        &self,
        store: &str,
        keys: Keys<'_>,
        after: Option<&Name>,
        most: usize,
        now: Timestamp,
    ) -> Result<Listed<Name>, Refusal> {
        let store = self.store(store, now, self.lag.others)?;
        let shown = |object: &Object| !object.is_gone(now) && (keys.deleted || !object.is_deleted());
        let all = store.scopes.iter().filter(|(scope, _)| keys.scope.is_none_or(|only| only == scope.as_str()));
        let all = all.flat_map(|(scope, objects)| {
            let after = after.map(|(last_scope, last_key)| (last_scope.as_str(), last_key.as_str()));
            from(objects, scope, keys.prefix, after).map(move |(key, object)| ((scope, key), shown(object)))
        });
        Ok(page(all, most, |(scope, key)| ((*scope).clone(), (*key).clone())))
    }

    /// Names of stores in their order, at most `most`, behind `after`.
    pub(crate) fn names(
        &self,
        prefix: &str,
        deleted: bool,
        after: Option<&str>,
        most: usize,
        now: Timestamp,
    ) -> Listed<String> {
        let shown = |store: &Store| deleted || store.deleted.is_none();
        let all = self.stores(now).filter(|(name, _)| name.starts_with(prefix) && after.is_none_or(|a| *name > a));
        page(all.map(|(name, store)| (name, shown(store))), most, ToString::to_string)
    }

    /// A store by its name, whether deleted or not.
    pub(crate) fn named(&self, name: &str) -> Option<&Store> {
        self.stores.get(name)
    }
}

/// The objects of a scope that begin with `prefix`, behind `after`.
fn from<'a>(
    objects: &'a BTreeMap<String, Object>,
    scope: &str,
    prefix: &str,
    after: Option<(&str, &str)>,
) -> impl Iterator<Item = (&'a String, &'a Object)> {
    // The guide's filters begin with the scope, the reference's with the key: a prefix that begins with the scope and a
    // slash is read as the guide has it.
    let bare = prefix.strip_prefix(scope).and_then(|rest| rest.strip_prefix('/')).unwrap_or(prefix).to_owned();
    let begin = match after {
        Some((last, key)) if last == scope && key >= bare.as_str() => Bound::Excluded(key.to_owned()),
        // This whole scope was listed before.
        Some((last, _)) if last > scope => Bound::Excluded("\u{10FFFF}".repeat(64)),
        _ => Bound::Included(bare.clone()),
    };
    objects.range((begin, Bound::Unbounded)).take_while(move |(key, _)| key.starts_with(&bare))
}

/// Takes `most` of those shown, and gives up on a page that would skip too many others.
fn page<T, U>(all: impl Iterator<Item = (T, bool)>, most: usize, owned: impl Fn(&T) -> U) -> Listed<U> {
    let mut listed = Listed { items: Vec::new(), next: None };
    let (mut hidden, mut last) = (0, None);
    for (name, shown) in all {
        if listed.items.len() == most || hidden == MOST_HIDDEN {
            listed.next = last.as_ref().map(&owned);
            break;
        }
        if shown {
            listed.items.push(owned(&name));
        } else {
            hidden += 1;
        }
        last = Some(name);
    }
    listed
}
