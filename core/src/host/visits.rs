//! Visits: a player whose data are in several records comes and goes as one (decision B2, DIA-16).
//!
//! Each record has a session and a lease of its own: one lease over many records could not be checked in their writes. A
//! visit is joined when all of them are open; if one is refused or lost, the others are saved and released.

use super::{Host, HostMisuse, Opening, Phase, Step, Told, VisitId};
use crate::document::Document;
use crate::ids::Nonce;
use crate::input::{Command, Input};
use crate::rules::Rules;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use core::hash::Hash;

/// The visits that are here, and which records are of one: by open attempt, since a player may come back while the
/// record of an earlier visit is still being released.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct Visits<K> {
    all: BTreeMap<VisitId, Visit<K>>,
    of: BTreeMap<(K, Nonce), VisitId>,
}

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
struct Visit<K> {
    /// The records that have not ended.
    parts: BTreeSet<(K, Nonce)>,
    /// Those of them that are not open yet.
    opening: BTreeSet<(K, Nonce)>,
    leaving: bool,
}

impl<K: Clone + Ord> Visits<K> {
    pub(super) fn new() -> Self {
        Self { all: BTreeMap::new(), of: BTreeMap::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }
}

impl<K, D, C> Host<K, D, C>
where
    K: Clone + Ord + Hash,
    D: Document<C>,
    C: Clone,
{
    pub(super) fn join<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, K, D, C, R>,
        visit: VisitId,
        records: Vec<Opening<K>>,
    ) -> Result<(), HostMisuse> {
        self.must_run()?;
        let keys: BTreeSet<&K> = records.iter().map(|it| &it.key).collect();
        if self.visits.all.contains_key(&visit) || records.is_empty() || keys.len() < records.len() {
            return Err(HostMisuse::Visit);
        }
        // All are asked for before one is opened: nothing has changed if one is refused at once.
        for record in &records {
            self.may_open(step.config.settings(), &record.key, records.len())?;
        }
        let parts: BTreeSet<_> = records.iter().map(|it| (it.key.clone(), it.nonce)).collect();
        self.visits.of.extend(parts.iter().map(|part| (part.clone(), visit)));
        self.visits.all.insert(visit, Visit { opening: parts.clone(), parts, leaving: false });
        for Opening { key, mode, nonce } in records {
            // One that was refused meanwhile takes the others along.
            let is_leaving = self.visits.all.get(&visit).is_none_or(|it| it.leaving);
            if is_leaving || self.open(step, key.clone(), mode, nonce).is_err() {
                self.part_ended(step, &key, nonce);
            }
        }
        Ok(())
    }

    pub(super) fn leave_visit<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, K, D, C, R>,
        visit: VisitId,
    ) -> Result<(), HostMisuse> {
        if self.phase == Phase::New {
            return Err(HostMisuse::Phase);
        }
        if !self.visits.all.contains_key(&visit) {
            return Err(HostMisuse::Visit);
        }
        self.close_parts(step, visit);
        Ok(())
    }

    /// A record was opened.
    pub(super) fn part_opened<R: ?Sized>(&mut self, step: &mut Step<'_, K, D, C, R>, key: &K, nonce: Nonce) {
        let part = (key.clone(), nonce);
        let Some(id) = self.visits.of.get(&part).copied() else { return };
        let Some(visit) = self.visits.all.get_mut(&id) else { return };
        if visit.opening.remove(&part) && visit.opening.is_empty() && !visit.leaving {
            step.told(Told::Joined(id));
        }
    }

    /// The session of a record has ended, or its open is not waited for any more.
    pub(super) fn part_ended<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, K, D, C, R>,
        key: &K,
        nonce: Nonce,
    ) {
        let part = (key.clone(), nonce);
        let Some(id) = self.visits.of.remove(&part) else { return };
        let Some(visit) = self.visits.all.get_mut(&id) else { return };
        visit.parts.remove(&part);
        visit.opening.remove(&part);
        if !visit.leaving {
            step.told(Told::Parted(id, key.clone()));
            self.close_parts(step, id);
        }
        if self.visits.all.get(&id).is_some_and(|it| it.parts.is_empty()) {
            self.visits.all.remove(&id);
            step.told(Told::Left(id));
        }
    }

    /// Closes what a visit has open; what is on its way out already goes on.
    fn close_parts<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, K, D, C, R>, id: VisitId) {
        let Some(visit) = self.visits.all.get_mut(&id) else { return };
        visit.leaving = true;
        for (key, nonce) in visit.parts.clone() {
            if self.seats.get(&key).is_some_and(|seat| seat.session().owner().nonce == nonce) {
                let _ = self.run(step, &key, Input::Command(Command::Close));
                self.requests.raise(&key, crate::queue::Priority::Leave);
            } else {
                self.drop_next(step, &key, nonce);
            }
        }
    }
}
