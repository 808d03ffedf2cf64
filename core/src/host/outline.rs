//! What the requests of a host depend on, and what its sessions say: for a checker, which must not take two hosts for
//! different ones because of what nobody can tell from them.

use super::boot::Boot;
use super::calls::Calls;
use super::mail::Mail;
use super::requests::{self, Requests};
use super::seat::Seat;
use super::visits::Visits;
use super::{Host, Phase};
use crate::document::Document;
use crate::heartbeat::Pulse;
use crate::ids::HostId;
use alloc::collections::BTreeMap;

/// Two hosts with the same outline make the same requests from now on, but for their numbers, and their sessions say the same,
/// as long as the budget is not short. It leaves out counts, what is left of the budget, since when requests have been
/// outstanding, the cache, and how long an outage lasts: those decide when something is asked, what a call reads without
/// a session, and what the host says of itself.
#[derive(Debug, Eq, Hash, PartialEq)]
pub struct Outline<'a, K: Ord, D, C> {
    me: HostId,
    phase: Phase,
    boot: &'a Boot<K>,
    seats: &'a BTreeMap<K, Seat<D, C>>,
    opening: usize,
    calls: &'a Calls<K, D, C>,
    visits: &'a Visits<K>,
    requests: requests::Outline<'a, K, D, C>,
    mail: &'a Mail<K>,
    pulse: Pulse,
}

impl<K, D, C> Host<K, D, C>
where
    K: Clone + Ord,
    D: Document<C>,
    C: Clone,
{
    /// Its outline.
    pub fn outline(&self) -> Outline<'_, K, D, C> {
        // Every field by name, so that a new one cannot be left out: two states would become one.
        let Self { me, phase, boot, seats, opening, calls, visits, requests, mail, pulse, cache: _, failures: _ } =
            self;
        let requests = Requests::outline(requests);
        Outline { me: *me, phase: *phase, boot, seats, opening: *opening, calls, visits, requests, mail, pulse: *pulse }
    }
}
