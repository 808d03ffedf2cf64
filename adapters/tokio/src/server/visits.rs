//! Players who come and go with several records: who waits for them (decision B2, DIA-16).

use super::{Gone, NotJoined};
use crate::backend::Key;
use keyholder_core::effect::Event;
use keyholder_core::host::VisitId;
use keyholder_core::rules::Refusal;
use std::collections::BTreeMap;
use tokio::sync::{oneshot, watch};

/// All visits that are here.
#[derive(Debug, Default)]
pub(super) struct Visits {
    last: u64,
    here: BTreeMap<VisitId, Waiting>,
}

#[derive(Debug)]
struct Waiting {
    keys: Vec<Key>,
    joined: Option<oneshot::Sender<Result<(), NotJoined>>>,
    /// The first record that was refused, and why.
    refused: Option<(Key, Refusal)>,
    left: watch::Sender<bool>,
}

/// A player's visit to this server.
#[derive(Clone, Debug)]
pub struct Visit {
    pub(super) id: VisitId,
    pub(super) left: watch::Receiver<bool>,
}

impl Visit {
    /// Its number.
    pub fn id(&self) -> VisitId {
        self.id
    }

    /// Waits until nothing of it is here any more: the player has left, or a record was lost and the others are saved. An
    /// application then lets the player go.
    ///
    /// # Errors
    /// [`Gone`]: the driver has stopped before.
    pub async fn left(&self) -> Result<(), Gone> {
        self.left.clone().wait_for(|left| *left).await.map(drop).map_err(|_| Gone)
    }
}

/// What a visit tells: whether it could join, and when it has left.
pub(super) type Told = (VisitId, oneshot::Receiver<Result<(), NotJoined>>, watch::Receiver<bool>);

impl Visits {
    /// A visit that is about to join.
    pub(super) fn begin(&mut self, keys: Vec<Key>) -> Told {
        self.last += 1;
        let visit = VisitId(self.last);
        let (joined, is_in) = oneshot::channel();
        let (left, is_out) = watch::channel(false);
        self.here.insert(visit, Waiting { keys, joined: Some(joined), refused: None, left });
        (visit, is_in, is_out)
    }

    /// One that was refused at once.
    pub(super) fn undo(&mut self, visit: VisitId) {
        self.here.remove(&visit);
    }

    pub(super) fn event(&mut self, key: &Key, event: Event) {
        let Event::Refused(why) = event else { return };
        for waiting in self.here.values_mut().filter(|it| it.joined.is_some() && it.keys.contains(key)) {
            waiting.refused.get_or_insert_with(|| (key.clone(), why));
        }
    }

    pub(super) fn joined(&mut self, visit: VisitId) {
        self.answer(visit, |_| Ok(()));
    }

    pub(super) fn parted(&mut self, visit: VisitId, key: Key) {
        self.answer(visit, |refused| {
            Err(match refused {
                Some((key, why)) => NotJoined::Refused(key, why),
                None => NotJoined::Cancelled(key),
            })
        });
    }

    pub(super) fn left(&mut self, visit: VisitId) {
        if let Some(mut waiting) = self.here.remove(&visit) {
            if let Some(joined) = waiting.joined.take() {
                let _ = joined.send(Err(waiting.keys.pop().map_or(Gone.into(), NotJoined::Cancelled)));
            }
            waiting.left.send_replace(true);
        }
    }

    fn answer(&mut self, visit: VisitId, of: impl FnOnce(Option<(Key, Refusal)>) -> Result<(), NotJoined>) {
        if let Some(waiting) = self.here.get_mut(&visit)
            && let Some(joined) = waiting.joined.take()
        {
            let _ = joined.send(of(waiting.refused.take()));
        }
    }
}
