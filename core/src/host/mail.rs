//! Messages to other servers: questions wait a moment for others to the same server, since many players come together
//! (DIA-9). Answers do not wait. The join itself waits for neither (D39).

use super::{HostEffect, HostTimer, Step};
use crate::document::Document;
use crate::ids::HostId;
use crate::input::Notice;
use crate::timer::Window;
use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

/// The questions that wait, by the server that they are for.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct Mail<K>(BTreeMap<HostId, Vec<(K, Notice)>>);

impl<K: Clone> Mail<K> {
    pub(super) fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Sends an answer, and keeps a question; `opening` players are on their way in.
    pub(super) fn put<D: Document<C>, C: Clone, R: ?Sized>(
        &mut self,
        step: &mut Step<'_, K, D, C, R>,
        to: HostId,
        key: &K,
        notice: Notice,
        opening: usize,
    ) {
        let join = &step.config.settings().join;
        let is_question = matches!(notice, Notice::Ask { .. });
        if !is_question || join.batch_ms == 0 {
            step.out.push(HostEffect::Tell { to, notices: vec![(key.clone(), notice)] });
            return;
        }
        if self.0.is_empty() {
            let is_surge = u32::try_from(opening).unwrap_or(u32::MAX) >= join.surge_from;
            let extra = if is_surge { join.surge_extra_ms } else { 0 };
            step.arm(HostTimer::Batch, Window::exactly(join.batch_ms.saturating_add(extra)));
        }
        self.0.entry(to).or_default().push((key.clone(), notice));
    }

    /// Sends what waits, to each server in one.
    pub(super) fn send<D: Document<C>, C: Clone, R: ?Sized>(&mut self, step: &mut Step<'_, K, D, C, R>) {
        for (to, notices) in core::mem::take(&mut self.0) {
            step.out.push(HostEffect::Tell { to, notices });
        }
    }
}
