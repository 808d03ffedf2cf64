//! What can happen to servers.

use crate::tally::Kind;
use crate::world::letter;
use keyholder_core::host::HostTimer;
use std::fmt;

/// One step.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Action {
    /// What happens.
    pub act: Act,
    /// What becomes of the requests on records that it issues.
    pub fate: Fate,
}

/// What becomes of the requests on records that a step issues.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fate {
    /// They reach the store; the answers travel separately.
    Reach,
    /// They are lost before they are applied, and nobody learns so.
    Dropped,
    /// The store refuses them.
    Refused,
}

/// What happens: to a server, about a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Act {
    /// A player comes.
    Open(u8, u8),
    /// The player's data change.
    Change(u8, u8, Kind),
    /// The player leaves.
    Close(u8, u8),
    /// A timer fires.
    Fire(u8, HostTimer<u8>),
    /// The answer to an outstanding request arrives: of those, the one at this position.
    Answer(u8, u8),
    /// The same answer is lost: nobody knows.
    Lose(u8, u8),
    /// The server dies, and starts anew.
    Crash(u8),
    /// The server is told to close.
    Shutdown(u8),
    /// The close window is over: the process ends.
    End(u8),
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.act {
            Act::Open(s, key) => write!(f, "{}: the player of key {key} comes", letter(s))?,
            Act::Change(s, key, kind) => write!(f, "{}: key {key} changes ({kind})", letter(s))?,
            Act::Close(s, key) => write!(f, "{}: the player of key {key} leaves", letter(s))?,
            Act::Fire(s, timer) => write!(f, "{}: timer {timer:?} fires", letter(s))?,
            Act::Answer(s, at) => write!(f, "{}: answer {at} arrives", letter(s))?,
            Act::Lose(s, at) => write!(f, "{}: answer {at} is lost", letter(s))?,
            Act::Crash(s) => write!(f, "{}: dies and starts anew", letter(s))?,
            Act::Shutdown(s) => write!(f, "{}: is told to close", letter(s))?,
            Act::End(s) => write!(f, "{}: the close window is over", letter(s))?,
        }
        match self.fate {
            Fate::Reach => Ok(()),
            Fate::Dropped => f.write_str("; what it asks is lost on its way"),
            Fate::Refused => f.write_str("; what it asks is refused"),
        }
    }
}
