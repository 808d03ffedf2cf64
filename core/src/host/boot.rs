//! Start-up: who comes before the server is ready is kept in order, and who leaves again is taken out (DIA-8).

use super::{Host, HostMisuse, Phase, Step, Told};
use crate::config::Settings;
use crate::document::Document;
use crate::ids::Nonce;
use crate::input::Mode;
use crate::rules::Rules;
use alloc::collections::VecDeque;
use core::hash::Hash;

/// Those who wait, first come first.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct Boot<K>(VecDeque<(K, Mode, Nonce)>);

impl<K: Ord> Boot<K> {
    pub(super) fn new() -> Self {
        Self(VecDeque::new())
    }

    /// Keeps a player, who must not be there twice.
    pub(super) fn keep(&mut self, settings: &Settings, key: K, mode: Mode, nonce: Nonce) -> Result<(), HostMisuse> {
        self.may_keep(settings, &key, 1)?;
        self.0.push_back((key, mode, nonce));
        Ok(())
    }

    /// Whether a key, as one of `count`, may wait here.
    pub(super) fn may_keep(&self, settings: &Settings, key: &K, count: usize) -> Result<(), HostMisuse> {
        if self.0.iter().any(|(other, ..)| other == key) {
            return Err(HostMisuse::Taken);
        }
        has_room(settings, self.0.len(), count)
    }

    /// Takes out a player who has left again; gives the attempt if they were there.
    pub(super) fn drop(&mut self, key: &K) -> Option<Nonce> {
        let at = self.0.iter().position(|(other, ..)| other == key);
        at.and_then(|at| self.0.remove(at)).map(|(.., nonce)| nonce)
    }

    /// True if this attempt waits.
    pub(super) fn holds(&self, key: &K, nonce: Nonce) -> bool {
        self.0.iter().any(|(other, _, of)| other == key && *of == nonce)
    }

    /// Takes all out.
    pub(super) fn take(&mut self) -> impl Iterator<Item = (K, Mode, Nonce)> + use<K> {
        core::mem::take(&mut self.0).into_iter()
    }
}

/// Refuses `more` keys where there is no room for all of them.
pub(super) fn has_room(settings: &Settings, there: usize, more: usize) -> Result<(), HostMisuse> {
    let most = usize::try_from(settings.join.max_open).unwrap_or(usize::MAX);
    if there.saturating_add(more) > most { Err(HostMisuse::Full("join.max_open")) } else { Ok(()) }
}

impl<K, D, C> Host<K, D, C>
where
    K: Clone + Ord + Hash,
    D: Document<C>,
    C: Clone,
{
    pub(super) fn ready<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, K, D, C, R>) -> Result<(), HostMisuse> {
        if self.phase != Phase::Booting {
            return Err(HostMisuse::Phase);
        }
        self.phase = Phase::Open;
        for (key, mode, nonce) in self.boot.take() {
            self.seat(step, key, mode, nonce);
        }
        Ok(())
    }

    /// Nobody is let in any more.
    pub(super) fn drop_boot<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, K, D, C, R>) {
        for (key, _, nonce) in self.boot.take() {
            self.dropped(step, &key, nonce);
        }
    }

    /// An open attempt that waited is not begun any more.
    pub(super) fn dropped<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, K, D, C, R>, key: &K, nonce: Nonce) {
        step.told(Told::Dropped(key.clone()));
        self.part_ended(step, key, nonce);
    }
}
