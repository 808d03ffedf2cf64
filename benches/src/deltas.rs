//! Ways to tell what changed, as candidates: change some numbers of a profile, then give the bytes that say so.

use crate::documents::Leaf;
use crate::draws::Draws;
use crate::theirs;
use crate::trees::Document;
use crate::turns::{Candidate, Pace};
use crate::{documents, ours};
use std::hint::black_box;
use std::rc::Rc;

/// A number that changes.
#[derive(Clone, Copy, Debug)]
pub struct Edit {
    /// Which of the leaves.
    pub leaf: usize,
    /// What it becomes.
    pub number: f64,
}

/// The changes of one measurement.
pub type Cycle = [Edit];

/// A document that is changed again and again.
pub trait Edits {
    /// Makes the changes, emits what says so, and gives its length in bytes.
    fn cycle(&mut self, cycle: &Cycle) -> usize;
}

/// A way to tell what changed.
#[derive(Clone, Copy)]
pub struct Delta {
    /// Its name.
    pub name: &'static str,
    /// The document; the leaves are what edits name, so that each finds its own way to them ahead.
    pub new: fn(&Document, &[Leaf]) -> Box<dyn Edits>,
}

/// How many numbers of the inventory change.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Share {
    /// One.
    One,
    /// As many as are so many of a hundred of all leaves of the profile, of which these numbers are half.
    Percent(usize),
    /// All.
    All,
}

impl Share {
    /// All that are measured.
    pub const EACH: [Self; 4] = [Self::One, Self::Percent(1), Self::Percent(10), Self::All];

    /// As shown.
    pub fn name(self) -> String {
        match self {
            Self::One => "1 leaf".to_owned(),
            Self::Percent(percent) => format!("{percent} %"),
            Self::All => "all".to_owned(),
        }
    }

    /// Out of so many numbers.
    pub fn of(self, numbers: usize) -> usize {
        match self {
            Self::One => 1,
            Self::Percent(percent) => (2 * numbers * percent).div_ceil(100),
            Self::All => numbers,
        }
    }
}

/// Those that emit what changed; the base emits the whole document.
pub fn changes() -> Vec<Delta> {
    theirs::deltas().into_iter().chain(ours::deltas()).collect()
}

/// A way at work.
pub struct Run {
    /// Its name.
    pub name: &'static str,
    /// The bytes of one changed leaf.
    pub bytes: f64,
    /// Goes through one cycle.
    pub run: Box<dyn FnMut()>,
}

/// Each way on a document of its own.
pub fn runs(ways: &[Delta], document: &Document, share: Share) -> Vec<Run> {
    let leaves = documents::leaves(document.size);
    let cycles = Rc::new(cycles(&leaves, share));
    let of_one_way = |way: &Delta| {
        let mut edits = (way.new)(document, &leaves);
        // Once over all, so that what is measured begins with a document that was changed before.
        let bytes: usize = cycles.iter().map(|cycle| edits.cycle(cycle)).sum();
        let changed: usize = cycles.iter().map(Vec::len).sum();
        let (cycles, mut at) = (cycles.clone(), 0);
        let run = move || {
            black_box(edits.cycle(black_box(&cycles[at])));
            at = (at + 1) % cycles.len();
        };
        Run { name: way.name, bytes: bytes as f64 / changed as f64, run: Box::new(run) }
    };
    ways.iter().map(of_one_way).collect()
}

/// The same, to be measured in turns.
pub fn candidates(ways: &[Delta], document: &Document, share: Share, pace: Pace) -> Vec<Candidate> {
    let all = runs(ways, document, share).into_iter();
    all.map(|it| Candidate::new(it.name, pace, 1, it.run).bytes(it.bytes)).collect()
}

/// Leaves at random, each at most once in a cycle. The cycles are gone through again and again; every other one changes
/// the same leaves back, so that a change is a change.
fn cycles(leaves: &[Leaf], share: Share) -> Vec<Vec<Edit>> {
    let draws = &mut Draws::new(documents::SEED);
    let count = share.of(leaves.len());
    let pairs = (2_048 / count).clamp(1, 64);
    let mut order: Vec<usize> = (0..leaves.len()).collect();
    let mut all = Vec::new();
    for _ in 0..pairs {
        for at in 0..count {
            let other = at + draws.below((leaves.len() - at) as u32) as usize;
            order.swap(at, other);
        }
        let (mut there, mut back) = (Vec::new(), Vec::new());
        for leaf in &order[..count] {
            let kind = leaves[*leaf].kind;
            let [one, mut other] = [kind.draw(draws), kind.draw(draws)];
            while one == other {
                other = kind.draw(draws);
            }
            there.push(Edit { leaf: *leaf, number: one });
            back.push(Edit { leaf: *leaf, number: other });
        }
        all.extend([there, back]);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::{Share, changes, cycles};
    use crate::documents::{self, MEDIUM};
    use crate::ours;
    use crate::trees::Document;

    #[test]
    fn all_make_the_same_changes() {
        let document = Document::new(MEDIUM);
        let leaves = documents::leaves(MEDIUM);
        let all: Vec<_> = changes().into_iter().chain(ours::whole_texts()).collect();
        let mut all: Vec<_> = all.iter().map(|way| (way.name, (way.new)(&document, &leaves))).collect();
        for share in [Share::One, Share::Percent(10)] {
            for cycle in cycles(&leaves, share).iter().take(6) {
                assert_eq!(cycle.len(), share.of(leaves.len()));
                let lengths: Vec<_> = all.iter_mut().map(|(name, it)| (*name, it.cycle(cycle))).collect();
                let whole = lengths[0].1;
                for (name, length) in lengths {
                    let is_whole = name == ours::AFRESH || name == ours::KEPT;
                    assert!(if is_whole { length == whole } else { length >= cycle.len() }, "{name}: {length}");
                }
            }
        }
    }
}
