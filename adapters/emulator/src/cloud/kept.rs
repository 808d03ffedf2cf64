//! An experience whose services outlive the process. Budgets do not, and neither do messages on their way.

use super::{Universe, lock};
use crate::data::{Journal, Keeper, Of};

impl Universe {
    /// From here on changes are handed over.
    pub(crate) fn keep_with(&self, journal: &Journal) {
        let keeper = || Keeper::new(self.id, journal.clone());
        lock(&self.about).keep_with(keeper());
        lock(&self.standard).keep_with(keeper());
        lock(&self.ordered).keep_with(keeper());
        lock(&self.memory).keep_with(keeper());
        lock(&self.restrictions).keep_with(keeper());
    }

    /// Takes a row back in. They come in the order of their keys. `None` if it cannot be read.
    pub(crate) fn restore(&self, of: Of, row: &[u8]) -> Option<()> {
        match of {
            Of::Snapshot | Of::Store { .. } | Of::Object(_) | Of::Version(..) => lock(&self.standard).restore(of, row),
            Of::Ordered(place) => lock(&self.ordered).restore(place, row),
            Of::Writes | Of::Item { .. } | Of::Message(_) | Of::Hold(_) | Of::Flush(_) => {
                lock(&self.memory).restore(of, row)
            }
            Of::Restriction { .. } | Of::Log(_) => lock(&self.restrictions).restore(of, row),
            Of::About => lock(&self.about).restore(row),
        }
    }
}
