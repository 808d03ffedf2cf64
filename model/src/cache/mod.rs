//! Every state of a small cache: the real [`Cache`], with its layout, under every order of reads, writes, saves and moments.
//!
//! What the cache must do is remembered beside it, as a list ([`Ghost`]); what it answered is judged in the step in which it did. The list follows
//! from the cache as long as that is right, so it adds no states. Counters would: they are judged in each step, and begin anew.

mod act;
mod judge;
pub mod variants;
mod worlds;

pub use judge::{
    AGE_OF_CLEAN, CAP_KEPT, Ghost, LAYOUT_SOUND, Line, OLDEST_CLEAN_GOES, ORDER_OF_USE, READS_COUNTED, SHOWN,
    UNSAVED_KEPT,
};
pub use worlds::{ONE, THREE, TWO, WORLDS};

use crate::driver::{Always, Checked};
use keyholder_core::cache::Cache;
use keyholder_core::config;
use keyholder_core::ids::Seq;
use keyholder_core::timer::Millis;
use stateright::{Model, Property};

/// The bounds of a cache and of what happens to it.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// The most entries.
    pub max_entries: u8,
    /// How old a clean entry may become.
    pub ttl: u8,
    /// Keys that are asked for.
    pub keys: u8,
    /// The greatest number of a change.
    pub seqs: u8,
    /// The last moment; the first is 0.
    pub moments: u8,
}

/// A small cache, and what it does wrong, if anything.
pub struct Cached {
    setup: Setup,
    breach: Option<Breach>,
}

/// What a cache, or its host, does against the specification.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Breach {
    /// A dirty entry that is too old is evicted when it is read.
    AgeOfDirty,
    /// The least recently used entry goes, dirty or not.
    EvictsDirty,
    /// The most recently used clean entry goes.
    EvictsNewest,
    /// Any answer to a save makes an entry clean.
    ClearedByOlderSave,
    /// An entry is clean once its write is queued.
    ClearedWhenQueued,
    /// What a store holds replaces what is not saved.
    CleanReplacesDirty,
    /// An older change replaces a newer one.
    OlderReplacesNewer,
    /// Where all entries are dirty, there is place for one more.
    CapGrows,
    /// Where all entries are dirty, an insert is dropped without an answer.
    DropsSilently,
    /// A read leaves an entry where it was in the order of use.
    ReadIsNoUse,
    /// An entry that is saved counts as used.
    SavedIsUse,
    /// A read that finds an entry too old counts as a hit.
    ExpiredIsHit,
}

/// One state.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct State {
    /// The cache. The value of a clean put is 0, that of a change its number.
    pub cache: Cache<u8, u8>,
    /// The moment.
    pub now: u8,
    /// What the properties must remember.
    pub ghost: Ghost,
}

/// What happens.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Act {
    /// An entry is read.
    Get(u8),
    /// What a store holds is put.
    Clean(u8),
    /// A change of this number is put.
    Dirty(u8, u8),
    /// A write of an entry is queued; nothing is known of it yet.
    Queue(u8),
    /// The changes of a key up to this number are saved.
    Saved(u8, u8),
    /// An entry is removed.
    Remove(u8),
    /// All are.
    Clear,
    /// Time passes.
    Tick,
}

impl Cached {
    /// The cache as it is built.
    pub fn new(setup: Setup) -> Self {
        Self { setup, breach: None }
    }

    fn start(&self) -> State {
        let spare = u8::from(self.breach == Some(Breach::CapGrows));
        let max_entries = u32::from(self.setup.max_entries + spare);
        let settings = config::Cache { ttl_ms: Some(u64::from(self.setup.ttl)), max_entries };
        State { cache: Cache::new(&settings), now: 0, ghost: Ghost::default() }
    }
}

impl State {
    /// The moment, as the cache is told it.
    fn moment(&self) -> Millis {
        Millis(u64::from(self.now))
    }

    /// The newest unsaved change that the cache knows of a key.
    fn unsaved(&self, key: u8) -> Option<Seq> {
        self.cache.peek(&key).and_then(|held| held.dirty)
    }
}

impl Model for Cached {
    type State = State;
    type Action = Act;

    fn init_states(&self) -> Vec<State> {
        vec![self.start()]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Act>) {
        let Setup { keys, seqs, moments, .. } = self.setup;
        for key in 0..keys {
            actions.extend([Act::Get(key), Act::Clean(key)]);
            actions.extend((1..=seqs).map(|seq| Act::Dirty(key, seq)));
            actions.extend((1..=seqs).map(|upto| Act::Saved(key, upto)));
            actions.extend([Act::Queue(key), Act::Remove(key)]);
        }
        actions.push(Act::Clear);
        if state.now < moments {
            actions.push(Act::Tick);
        }
    }

    fn next_state(&self, state: &State, act: Act) -> Option<State> {
        let mut next = state.clone();
        self.act(&mut next, act);
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        judge::ALWAYS.iter().map(|it| Property::always(it.name, it.holds)).collect()
    }
}

impl Checked for Cached {
    fn always(&self) -> &'static [Always<Self>] {
        judge::ALWAYS
    }

    fn sometimes(&self) -> &'static [&'static str] {
        SHOWN
    }

    fn witness(&self, from: &State, act: &Act, to: &State, _wanted: u64) -> u64 {
        judge::shown(self, from, *act, to)
    }
}
