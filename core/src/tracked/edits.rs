//! What is known of the edits of a value: a log while leaves are replaced by leaves, marks from the first edit on that is
//! something else.

use super::log::Log;
use super::marks::{At, Marks};
use crate::tree::place;
use crate::value::Value;

/// Edits, as a log or as marks; one of the two is empty.
#[derive(Clone, Debug)]
pub(super) struct Edits {
    log: Log,
    marks: Marks,
}

impl Edits {
    /// Edits that keep what was there before.
    pub(super) fn keeping() -> Self {
        Self { log: Log::new(), marks: Marks::keeping() }
    }

    /// Edits that only tell where something was done.
    pub(super) fn bare() -> Self {
        Self { log: Log::new(), marks: Marks::bare() }
    }

    pub(super) fn is_clean(&self) -> bool {
        self.log.is_empty() && self.marks.is_clean()
    }

    pub(super) fn clear(&mut self) {
        self.log.clear();
        self.marks.clear();
    }

    /// The log, unless there are marks.
    pub(super) fn log(&self) -> Option<&Log> {
        self.marks.is_clean().then_some(&self.log)
    }

    /// The same, to be written.
    pub(super) fn log_mut(&mut self) -> Option<&mut Log> {
        self.marks.is_clean().then_some(&mut self.log)
    }

    /// The marks, unless there is a log.
    pub(super) fn marks(&self) -> &Marks {
        &self.marks
    }

    /// The marks, which from now on know what the log knew of `root`.
    pub(super) fn marks_mut(&mut self, root: &Value) -> &mut Marks {
        for (way, old) in self.log.iter() {
            let mut at = At::ROOT;
            let mut table = root;
            for slot in way {
                let slot = usize::try_from(*slot).unwrap_or(usize::MAX);
                at = self.marks.enter(at, table, slot);
                let Some(next) = place::places(table).get(slot) else {
                    break;
                };
                table = next;
            }
            self.marks.replaced(at, old);
        }
        self.log.clear();
        &mut self.marks
    }

    /// The value as it was before the edits.
    pub(super) fn restored(&self, now: Value) -> Value {
        match self.log() {
            Some(log) => log.restored(now),
            None => self.marks.restored(now),
        }
    }
}
