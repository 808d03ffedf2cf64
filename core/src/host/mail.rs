//! Messages to other servers: questions wait a moment for others to the same server, since many players come together
//! (DIA-9). Answers do not wait. The join itself waits for neither (D39).

use super::requests::Requests;
use super::{HostEffect, HostTimer, Step};
use crate::budget::Taken;
use crate::document::Document;
use crate::ids::HostId;
use crate::input::Notice;
use crate::timer::Window;
use alloc::collections::BTreeMap;
use alloc::vec;

/// The questions that wait, by the server that they are for: of each key the newest, and none of a key that nobody opens.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct Mail<K>(BTreeMap<HostId, BTreeMap<K, Notice>>);

impl<K: Clone> Mail<K> {
    pub(super) fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Sends an answer, and keeps a question; `opening` players are on their way in.
    pub(super) fn put<D: Document<C>, C: Clone, R: ?Sized>(
        &mut self,
        step: &mut Step<'_, K, D, C, R>,
        requests: &mut Requests<K, D, C>,
        to: HostId,
        key: &K,
        notice: Notice,
        opening: usize,
    ) where
        K: Ord,
    {
        let join = &step.config.settings().join;
        let waits = matches!(notice, Notice::Ask { .. }) && join.batch_ms > 0;
        if waits && self.0.is_empty() {
            let is_surge = u32::try_from(opening).unwrap_or(u32::MAX) >= join.surge_from;
            let extra = if is_surge { join.surge_extra_ms } else { 0 };
            step.arm(HostTimer::Batch, Window::exactly(join.batch_ms.saturating_add(extra)));
        }
        if waits {
            self.0.entry(to).or_default().insert(key.clone(), notice);
        } else if requests.may_tell(step) == Taken::Ready {
            step.out.push(HostEffect::Tell { to, notices: vec![(key.clone(), notice)] });
        }
        // Else it is silence, which is safe (race R10).
    }

    /// Nobody opens this key any more.
    pub(super) fn forget(&mut self, key: &K)
    where
        K: Ord,
    {
        self.0.retain(|_, notices| {
            notices.remove(key);
            !notices.is_empty()
        });
    }

    /// Sends what waits, to each server in one; what the budget has no room for goes later.
    pub(super) fn send<D: Document<C>, C: Clone, R: ?Sized>(
        &mut self,
        step: &mut Step<'_, K, D, C, R>,
        requests: &mut Requests<K, D, C>,
    ) where
        K: Ord,
    {
        while let Some(first) = self.0.first_entry() {
            match requests.may_tell(step) {
                Taken::Ready => {
                    let (to, notices) = first.remove_entry();
                    step.out.push(HostEffect::Tell { to, notices: notices.into_iter().collect() });
                }
                Taken::At(at) => {
                    let wait = at.0.saturating_sub(step.now.0).max(1);
                    return step.arm(HostTimer::Batch, Window::exactly(wait));
                }
                Taken::Never => self.0.clear(),
            }
        }
    }
}
