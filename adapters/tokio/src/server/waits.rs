//! Who waits for what a session says.

use super::{NotOpened, NotSaved};
use crate::backend::Key;
use keyholder_core::effect::{End, Event, Verdict};
use keyholder_core::ids::{Epoch, Nonce, Seq};
use std::collections::BTreeMap;
use tokio::sync::oneshot::{self, Receiver, Sender};

/// All who wait, by key. In order, so that whoever is told at the end is told in the same order each time.
#[derive(Debug, Default)]
pub(super) struct Waits(BTreeMap<Key, Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    open: Option<Opening>,
    /// Who waits until the session before theirs has ended.
    next: Option<Opening>,
    /// Up to which change somebody waits, with the worst verdict so far.
    verdicts: Vec<Judged>,
    closed: Vec<Sender<End>>,
}

/// An open attempt, and who waits for it.
type Opening = (Nonce, Sender<Result<Epoch, NotOpened>>);

type Judged = (Seq, Option<Verdict>, Sender<Result<(), NotSaved>>);

impl Waits {
    /// Waits for an open; behind the end of the session that is there, if there is one. `None` if somebody waits already.
    pub(super) fn open(
        &mut self,
        key: &Key,
        nonce: Nonce,
        is_next: bool,
    ) -> Option<Receiver<Result<Epoch, NotOpened>>> {
        let waiting = self.0.entry(key.clone()).or_default();
        let place = if is_next { &mut waiting.next } else { &mut waiting.open };
        if place.is_some() {
            return None;
        }
        let (tell, told) = oneshot::channel();
        *place = Some((nonce, tell));
        Some(told)
    }

    /// True while this attempt has not been told how it ended.
    pub(super) fn is_opening(&self, key: &Key, nonce: Nonce) -> bool {
        let waiting = self.0.get(key).map(|it| [&it.open, &it.next]);
        waiting.is_some_and(|both| both.into_iter().flatten().any(|(it, _)| *it == nonce))
    }

    /// An open that was refused at once.
    pub(super) fn undo(&mut self, key: &Key, is_next: bool) {
        if let Some(waiting) = self.0.get_mut(key) {
            if is_next { waiting.next = None } else { waiting.open = None }
        }
        self.tidy(key);
    }

    /// Who waits for nothing takes no memory.
    fn tidy(&mut self, key: &Key) {
        if self.0.get(key).is_some_and(Waiting::is_empty) {
            self.0.remove(key);
        }
    }

    /// Waits for the verdicts of all changes up to this one.
    pub(super) fn verdict(&mut self, key: &Key, upto: Seq) -> Receiver<Result<(), NotSaved>> {
        let (tell, told) = oneshot::channel();
        let verdicts = &mut self.0.entry(key.clone()).or_default().verdicts;
        // Who has stopped waiting takes no memory.
        verdicts.retain(|(.., tell)| !tell.is_closed());
        verdicts.push((upto, None, tell));
        told
    }

    /// Waits for the end.
    pub(super) fn closed(&mut self, key: &Key) -> Receiver<End> {
        let (tell, told) = oneshot::channel();
        let closed = &mut self.0.entry(key.clone()).or_default().closed;
        closed.retain(|tell| !tell.is_closed());
        closed.push(tell);
        told
    }

    /// A player who waited for their turn has left.
    pub(super) fn dropped(&mut self, key: &Key) {
        if let Some(waiting) = self.0.get_mut(key)
            && let Some((_, tell)) = waiting.next.take().or_else(|| waiting.open.take())
        {
            let _ = tell.send(Err(NotOpened::Cancelled));
        }
        self.tidy(key);
    }

    /// Tells those whom it concerns. Who has stopped waiting is passed over.
    pub(super) fn event(&mut self, key: &Key, event: Event) {
        let Some(waiting) = self.0.get_mut(key) else { return };
        match event {
            Event::Opened { epoch, .. } => waiting.opened(Ok(epoch)),
            Event::Refused(why) => waiting.opened(Err(NotOpened::Refused(why))),
            Event::Verdict { from, to, verdict } => waiting.judged(from, to, verdict),
            Event::Ended(end) => {
                waiting.opened(Err(NotOpened::Cancelled));
                for (_, worst, tell) in waiting.verdicts.drain(..) {
                    let _ = tell.send(Err(worst.map_or(NotSaved::Ended(end), NotSaved::Verdict)));
                }
                for tell in waiting.closed.drain(..) {
                    let _ = tell.send(end);
                }
                waiting.open = waiting.next.take();
            }
            Event::Accepted(_) | Event::ViewChanged | Event::TakeOverRequested(_) | Event::SessionLost(_) => return,
        }
        self.tidy(key);
    }
}

impl Waiting {
    fn is_empty(&self) -> bool {
        self.open.is_none() && self.next.is_none() && self.verdicts.is_empty() && self.closed.is_empty()
    }

    fn opened(&mut self, result: Result<Epoch, NotOpened>) {
        if let Some((_, tell)) = self.open.take() {
            let _ = tell.send(result);
        }
    }

    /// The verdict of changes up to `to`: who waits for none behind it is told.
    fn judged(&mut self, from: Seq, to: Seq, verdict: Verdict) {
        for (upto, worst, _) in &mut self.verdicts {
            if from <= *upto && !matches!(verdict, Verdict::Durable(_)) {
                worst.get_or_insert(verdict);
            }
        }
        for (_, worst, tell) in self.verdicts.extract_if(.., |(upto, ..)| *upto <= to) {
            let _ = tell.send(worst.map_or(Ok(()), |worst| Err(NotSaved::Verdict(worst))));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Waits;
    use crate::backend::Key;
    use keyholder_core::effect::{End, Event};
    use keyholder_core::ids::Seq;

    #[test]
    fn who_has_stopped_waiting_takes_no_memory() {
        let (mut waits, ann) = (Waits::default(), Key::new("players", "ann").unwrap());
        for seq in 0..1_000 {
            drop((waits.verdict(&ann, Seq(seq)), waits.closed(&ann)));
        }
        let waiting = &waits.0[&ann];
        assert_eq!((waiting.verdicts.len(), waiting.closed.len()), (1, 1), "the last ones, until the next come");
        let (mut verdict, mut closed) = (waits.verdict(&ann, Seq(7)), waits.closed(&ann));
        assert_eq!((waits.0[&ann].verdicts.len(), waits.0[&ann].closed.len()), (1, 1));
        waits.event(&ann, Event::Ended(End::Closed));
        assert!(verdict.try_recv().is_ok_and(|told| told.is_err()));
        assert_eq!(closed.try_recv(), Ok(End::Closed));
        assert!(waits.0.is_empty());
    }
}
