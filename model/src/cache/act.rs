//! What an input does to a cache, right or wrong.

use super::{Act, Breach, Cached, State};
use keyholder_core::cache::{Put, Refused};
use keyholder_core::ids::Seq;

impl Cached {
    /// Carries out one action, and judges what the cache made of it.
    pub(super) fn act(&self, state: &mut State, act: Act) {
        match act {
            Act::Get(key) => self.get(state, key),
            Act::Clean(key) => {
                let put = self.put(state, key, None);
                self.judge_put(state, key, None, put);
            }
            Act::Dirty(key, seq) => {
                let put = self.put(state, key, Some(seq));
                self.judge_put(state, key, Some(seq), put);
            }
            Act::Queue(key) => {
                if let (Some(Breach::ClearedWhenQueued), Some(seq)) = (self.breach, state.unsaved(key)) {
                    state.cache.saved(&key, seq);
                }
            }
            Act::Saved(key, upto) => self.saved(state, key, upto),
            Act::Remove(key) => {
                let removed = state.cache.remove(&key);
                self.judge_removal(state, key, removed);
            }
            Act::Clear => {
                let dirty = state.cache.clear();
                self.judge_clear(state, dirty);
            }
            Act::Tick => state.now += 1,
        }
        self.judge_stats(state, act);
        state.cache.reset_stats();
    }

    fn get(&self, state: &mut State, key: u8) {
        let now = state.moment();
        let before = state.cache.clone();
        let ttl = u64::from(self.setup.ttl);
        let late = state.cache.peek(&key).is_some_and(|it| now.0 - it.put_at.0 > ttl);
        if self.breach == Some(Breach::AgeOfDirty) && late {
            state.cache.remove(&key);
        }
        let read = state.cache.get(&key, now);
        let mut stats = state.cache.stats();
        if self.breach == Some(Breach::ExpiredIsHit) && late && read.is_none() {
            (stats.hits, stats.misses) = (1, 0);
        }
        if self.breach == Some(Breach::ReadIsNoUse) && read.is_some() {
            state.cache = before;
        }
        self.judge_read(state, key, read, stats);
    }

    fn put(&self, state: &mut State, key: u8, seq: Option<u8>) -> Result<Put<u8>, Refused> {
        let (now, held) = (state.moment(), state.cache.peek(&key).map(|it| it.dirty));
        let full = state.cache.len() == usize::from(self.setup.max_entries) && held.is_none();
        let clean: Vec<u8> = state.cache.iter().filter(|(_, it)| it.dirty.is_none()).map(|(key, _)| *key).collect();
        let mut instead = None;
        match self.breach {
            Some(Breach::EvictsDirty) if full => instead = state.cache.iter().next().map(|(key, _)| *key),
            Some(Breach::EvictsNewest) if full => instead = clean.last().copied(),
            // This one has a place more than it should, and must not take it yet.
            Some(Breach::CapGrows) if full => instead = clean.first().copied(),
            Some(Breach::DropsSilently) if full && clean.is_empty() => return Ok(Put::Added),
            Some(Breach::CleanReplacesDirty) if seq.is_none() => drop(state.cache.remove(&key)),
            Some(Breach::OlderReplacesNewer) if seq.is_some() => drop(state.cache.remove(&key)),
            _ => {}
        }
        if let Some(evicted) = instead {
            state.cache.remove(&evicted);
        }
        let put = match seq {
            None => state.cache.put_clean(key, 0, now),
            Some(seq) => state.cache.put_dirty(key, seq, Seq(u32::from(seq)), now),
        }?;
        Ok(match (instead, held) {
            (Some(evicted), _) => Put::Evicted(evicted),
            (None, Some(_)) => Put::Replaced,
            (None, None) => put,
        })
    }

    fn saved(&self, state: &mut State, key: u8, upto: u8) {
        let heard = match self.breach {
            Some(Breach::ClearedByOlderSave) => u8::MAX,
            _ => upto,
        };
        let dirty = state.unsaved(key).is_some();
        let saved = state.cache.saved(&key, Seq(u32::from(heard)));
        if self.breach == Some(Breach::SavedIsUse) && dirty {
            state.cache.get(&key, state.moment());
            state.cache.reset_stats();
        }
        self.judge_saved(state, key, upto, saved);
    }
}
