//! What was said of one change, and which erasures it came before or after.

use crate::history::Word;

/// A change. Moments count the lines of the history.
#[derive(Debug)]
pub(super) struct Change {
    word: Word,
    /// When somebody was asked for it who has not said a word: a gift is asked for more than once.
    open: Vec<u64>,
    /// When the last word was said.
    told: u64,
    /// It was made durable after this moment, at the last word that says so.
    after: u64,
}

/// An erasure that was asked for, and perhaps said to be done.
#[derive(Clone, Copy, Debug)]
pub(super) struct Erasure {
    pub(super) asked: u64,
    pub(super) done: Option<u64>,
}

impl Default for Change {
    fn default() -> Self {
        Self { word: Word::Unknown, open: Vec::new(), told: 0, after: 0 }
    }
}

impl Change {
    /// Whatever was said before, but for an acknowledgement, is open again.
    pub(super) fn asked(&mut self, now: u64) {
        self.open.push(now);
        if self.word != Word::Acknowledged {
            self.word = Word::Unknown;
        }
    }

    /// A later word counts more, but for an acknowledgement: that one stands. True at the first of those.
    pub(super) fn told(&mut self, word: Word, now: u64) -> bool {
        self.told = now;
        // Whose word this is is not said. The earliest may have been asked, and stays in doubt as long as others do.
        let asked = self.open.first().copied().unwrap_or(self.after);
        self.open.pop();
        if word == Word::Acknowledged {
            self.after = asked;
        }
        if self.word == Word::Acknowledged {
            return false;
        }
        self.word = word;
        word == Word::Acknowledged
    }

    pub(super) fn word(&self) -> Word {
        self.word
    }

    /// It must be gone: all that was done for it ended before an erasure was asked for, and that was done.
    pub(super) fn is_erased(&self, erasures: &[Erasure]) -> bool {
        self.open.is_empty() && erasures.iter().any(|it| it.done.is_some() && self.told < it.asked)
    }

    /// It may be gone: an erasure was not known to be done yet when it was asked for.
    pub(super) fn may_be_erased(&self, erasures: &[Erasure]) -> bool {
        erasures.iter().any(|it| it.done.is_none_or(|done| self.after < done))
    }
}
