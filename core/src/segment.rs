//! Segments: runs of changes of one source, the unit in which changes travel to the record, the journal and back.

use crate::few::Few;
use crate::ids::{SchemaVersion, Seq};
use crate::ledger::Source;
use alloc::sync::Arc;

/// Changes `from + 1 ..= to` of one source. Immutable once cut: a save that ended at `to` may still be in doubt.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(bound = "C: crate::stored::Stored"))]
pub struct Segment<C> {
    /// Who issued the changes.
    pub source: Source,
    /// The position before the first change.
    pub from: Seq,
    /// The position of the last change.
    pub to: Seq,
    /// The vocabulary in which the changes are written (rule R-18).
    pub schema: SchemaVersion,
    /// The changes, one per position.
    #[cfg_attr(feature = "serde", serde(with = "crate::stored::saved::texts"))]
    pub changes: Few<C, 2>,
}

impl<C> Segment<C> {
    /// True if a session's segment holds exactly one change per position. An external one holds exactly one change: its
    /// sender leaves out the numbers of changes that were lost, for a number is never used again.
    pub fn is_well_formed(&self) -> bool {
        let positions = self.to.0.checked_sub(self.from.0).filter(|n| *n > 0);
        match self.source {
            Source::Session(..) => positions.is_some_and(|n| u32::try_from(self.changes.len()) == Ok(n)),
            Source::Numbered(_) | Source::Receipt(_) => positions.is_some() && self.changes.len() == 1,
        }
    }

    /// The changes with their positions.
    pub fn positions(&self) -> impl Iterator<Item = (Seq, &C)> {
        let first = match self.source {
            Source::Session(..) => self.from.0.saturating_add(1),
            Source::Numbered(_) | Source::Receipt(_) => self.to.0,
        };
        // A segment that is not well formed may run past the last number; its positions then stay there.
        (0..=u32::MAX).map(move |at| Seq(first.saturating_add(at))).zip(&self.changes)
    }
}

/// Segments in the order in which they must be applied: foreign ones first, then a session's own.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Log<C>(Few<Arc<Segment<C>>, 3>);

impl<C> Default for Log<C> {
    fn default() -> Self {
        Self(Few::new())
    }
}

impl<C> Log<C> {
    /// A log without segments.
    pub fn new() -> Self {
        Self::default()
    }

    /// The segments in order.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Segment<C>>> {
        self.0.iter()
    }

    /// Number of segments.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True if there is no segment.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Appends a segment.
    pub fn push(&mut self, segment: Arc<Segment<C>>) {
        self.0.push(segment);
    }

    /// Puts a foreign segment behind the foreign ones and before those of `own`.
    pub fn push_foreign(&mut self, own: Source, segment: Arc<Segment<C>>) {
        let at = self.0.iter().take_while(|other| other.source != own).count();
        self.0.insert(at, segment);
    }

    /// Keeps the segments for which `keep` holds.
    pub fn retain(&mut self, mut keep: impl FnMut(&Segment<C>) -> bool) {
        self.0.retain(|segment| keep(segment));
    }

    /// True if a segment of this source that ends at this position is in the log.
    pub fn holds(&self, source: Source, to: Seq) -> bool {
        self.0.iter().any(|segment| segment.source == source && segment.to == to)
    }

    /// The segments of one source alone.
    pub fn of(&self, source: Source) -> Self {
        Self(self.0.iter().filter(|segment| segment.source == source).cloned().collect())
    }
}

impl<C> FromIterator<Arc<Segment<C>>> for Log<C> {
    fn from_iter<I: IntoIterator<Item = Arc<Segment<C>>>>(segments: I) -> Self {
        Self(segments.into_iter().collect())
    }
}
