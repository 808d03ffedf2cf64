//! What sessions, servers, writers and changes are called.
//!
//! There are two ways of speaking. A story names a change with what it does, and a session by its server as long as
//! that is enough. A scenario file is exact: it names a session by its server and the number of its open attempt, and a
//! change by its number alone.

use crate::bounds::FIRST_WRITER;
use crate::tally::{Deed, Kind};
use crate::world::{Act, Action, Game, World, letter};
use keyholder_core::ids::{HostId, Nonce};
use keyholder_core::ledger::Source;
use keyholder_core::record::Owner;
use keyholder_core::rules::Rules;
use keyholder_core::segment::{Log, Segment};
use keyholder_core::update::Ticket;
use std::collections::BTreeMap;

/// For whom something is put into words.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Manner {
    /// A person who follows a story.
    Story,
    /// A scenario file, which is compared word by word.
    Exact,
}

/// Who opened, and what was changed, so far.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    /// How to speak.
    pub(crate) manner: Manner,
    /// Whether servers have labels.
    labels: bool,
    /// The server of each open attempt.
    openers: BTreeMap<u64, u8>,
    /// What each change does.
    kinds: BTreeMap<u8, Kind>,
}

impl Names {
    pub(crate) fn new<R: Rules<crate::tally::Tally, Deed> + ?Sized>(game: &Game<R>, manner: Manner) -> Self {
        Self { manner, labels: game.bounds.labels, openers: BTreeMap::new(), kinds: BTreeMap::new() }
    }

    /// Learns the names that an action brings into the world.
    pub(crate) fn learn(&mut self, before: &World, action: Action) {
        match action.act {
            Act::Open(host, _) if before.session(host).is_none() => {
                self.openers.insert(u64::from(before.spent.opens) + 1, host);
            }
            Act::Change(_, kind) | Act::Send(_, kind) => {
                self.kinds.insert(before.spent.deeds, kind);
            }
            _ => {}
        }
    }

    /// The open attempt of that nonce.
    pub(crate) fn attempt(&self, nonce: Nonce) -> String {
        let Some(host) = self.openers.get(&nonce.0) else {
            return format!("?.{nonce}");
        };
        let only = self.openers.values().filter(|other| *other == host).count() == 1;
        match self.manner {
            Manner::Story if only => letter(*host).to_string(),
            Manner::Story | Manner::Exact => format!("{}.{}", letter(*host), nonce.0),
        }
    }

    pub(crate) fn owner(&self, owner: Owner) -> String {
        self.attempt(owner.nonce)
    }

    pub(crate) fn session(&self, ticket: Ticket) -> String {
        format!("{} in epoch {}", self.attempt(ticket.nonce), ticket.epoch)
    }

    /// Who asks for the record: only the server is known, where servers have labels.
    pub(crate) fn asker(&self, host: HostId) -> String {
        if self.labels { self.server(host) } else { "another server".to_owned() }
    }

    /// The server with that label, and which boot of it.
    pub(crate) fn server(&self, label: HostId) -> String {
        let at = label.0.saturating_sub(1);
        let name = u8::try_from(at % 16).map_or('?', letter);
        match (at / 16, self.manner) {
            (0, _) => name.to_string(),
            (boot, Manner::Story) => format!("{name} (boot {})", boot + 1),
            (boot, Manner::Exact) => format!("{name}@{}", boot + 1),
        }
    }

    pub(crate) fn source(&self, source: Source) -> String {
        match source {
            Source::Session(_, nonce) => self.attempt(nonce),
            // A session that opened delta-only numbers its changes under its nonce.
            Source::Numbered(id) => match id.0.checked_sub(FIRST_WRITER) {
                Some(writer) => format!("w{}", writer + 1),
                None => format!("{}/delta", self.attempt(Nonce(id.0))),
            },
            Source::Receipt(_) => "receipt".to_owned(),
        }
    }

    /// Changes by their numbers in the world, from 0 there and from 1 here.
    pub(crate) fn changes(&self, ids: impl IntoIterator<Item = u8>) -> String {
        let ids: Vec<u8> = ids.into_iter().collect();
        match self.manner {
            Manner::Exact => ids.iter().map(|id| (id + 1).to_string()).collect::<Vec<_>>().join(" "),
            Manner::Story => ids.iter().map(|id| self.change(*id)).collect::<Vec<_>>().join(", "),
        }
    }

    fn change(&self, id: u8) -> String {
        match self.kinds.get(&id) {
            Some(kind) => format!("change {} ({})", id + 1, kind),
            None => format!("change {}", id + 1),
        }
    }

    pub(crate) fn segment(&self, segment: &Segment<Deed>) -> String {
        let changes = self.changes(segment.changes.iter().map(|deed| deed.id));
        match self.manner {
            Manner::Exact => format!("{}[{changes}]", self.source(segment.source)),
            Manner::Story => changes,
        }
    }

    /// The segments of a log; a story says of whom they are where they are not the speaker's own.
    pub(crate) fn log(&self, log: &Log<Deed>, own: Option<Source>) -> String {
        let one = |segment: &Segment<Deed>| match own {
            Some(own) if self.manner == Manner::Story && own != segment.source => {
                format!("{} of {}", self.segment(segment), self.source(segment.source))
            }
            _ => self.segment(segment),
        };
        let parts: Vec<String> = log.iter().map(|segment| one(segment)).collect();
        match (parts.is_empty(), self.manner) {
            (true, _) => "nothing".to_owned(),
            (false, Manner::Exact) => parts.join(" "),
            (false, Manner::Story) => parts.join(", "),
        }
    }
}
