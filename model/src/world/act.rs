//! What can happen in a world, and its name for people.

use crate::tally::Kind;
use keyholder_core::input::Mode;
use keyholder_core::timer::Timer;
use std::fmt;

/// One step of a world.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Action {
    /// What happens.
    pub act: Act,
    /// What becomes of the requests that it issues.
    pub fate: Fate,
}

/// What becomes of the requests that a step issues.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Fate {
    /// They reach their stores.
    Reaches,
    /// The request on the record is lost before it is applied, and its sender learns nothing.
    Dropped,
    /// The memory store is unreachable.
    Blind,
}

/// What happens.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Act {
    /// A server opens the record.
    Open(u8, Mode),
    /// The player's server changes the data.
    Change(u8, Kind),
    /// The server saves.
    Save(u8),
    /// The server closes, or cancels its open.
    Close(u8),
    /// The server abandons its session at a deadline.
    Abandon(u8),
    /// A timer fires.
    Fire(u8, Timer),
    /// The answer on the record arrives.
    Deliver(u8),
    /// The answer on the record is lost.
    Lose(u8),
    /// The second answer on the record arrives first.
    DeliverSecond(u8),
    /// The answer on the journal arrives.
    DeliverJournal(u8),
    /// The answer on the journal is lost.
    LoseJournal(u8),
    /// Fine steps: the write lands, or fails because somebody wrote before.
    Land(u8),
    /// Fine steps: the server stops waiting; the write may still land.
    TimeOut(u8),
    /// Fine steps: a write lands whose sender stopped waiting.
    LandLate(u8),
    /// The server dies: its memory is gone. A new boot has another label.
    Crash(u8),
    /// The journal entry vanishes.
    Vanish,
    /// An external writer starts to deliver an operation.
    Send(u8, Kind),
    /// An external writer tries again.
    Resend(u8),
    /// The answer to an external writer arrives.
    DeliverOut(u8),
    /// The answer to an external writer is lost.
    LoseOut(u8),
    /// The operator erases the data.
    Wipe,
    /// The operator lets the record be used again.
    Recreate,
    /// The operator, who learned nothing, repeats the request.
    Repeat(u8),
    /// Somebody keeps a copy of the record.
    KeepVersion,
    /// The operator restores the copy, by the protocol.
    Restore,
    /// The copy is restored from outside the protocol.
    RestoreForeign,
    /// The record is deleted from outside the protocol.
    DeleteForeign,
    /// A message arrives.
    Hear(u8),
    /// A message is lost.
    Mislay(u8),
    /// The heartbeat of the holder is read.
    Probe(u8),
    /// A heartbeat entry lapses.
    Lapse(u8),
    /// A heartbeat is written.
    Beat(u8),
}

impl Action {
    /// A step whose requests reach their stores.
    pub fn plain(act: Act) -> Self {
        Self { act, fate: Fate::Reaches }
    }
}

impl Act {
    /// True if the environment does it: commands, faults, writers outside. The rest is the protocol's own work.
    pub fn is_environment(self) -> bool {
        match self {
            Self::Open(..) | Self::Change(..) | Self::Save(_) | Self::Close(_) | Self::Abandon(_) => true,
            Self::Lose(_) | Self::LoseJournal(_) | Self::TimeOut(_) | Self::LandLate(_) | Self::Crash(_) => true,
            Self::Vanish | Self::Send(..) | Self::LoseOut(_) | Self::Wipe | Self::Recreate => true,
            Self::KeepVersion | Self::Restore | Self::RestoreForeign | Self::DeleteForeign => true,
            Self::Mislay(_) | Self::Lapse(_) | Self::Beat(_) => true,
            // Timers pace the retries: a cycle that needs one waits for somebody, it does not spin.
            Self::Fire(..) | Self::Resend(_) | Self::Repeat(_) => true,
            Self::Deliver(_) | Self::DeliverSecond(_) | Self::DeliverJournal(_) => false,
            Self::Land(_) | Self::DeliverOut(_) => false,
            Self::Hear(_) | Self::Probe(_) => false,
        }
    }

    /// The server that acts, if it is one.
    pub fn host(self) -> Option<u8> {
        match self {
            Self::Open(h, _) | Self::Change(h, _) | Self::Save(h) | Self::Close(h) | Self::Abandon(h) => Some(h),
            Self::Fire(h, _) | Self::Deliver(h) | Self::Lose(h) | Self::DeliverSecond(h) => Some(h),
            Self::DeliverJournal(h) | Self::LoseJournal(h) | Self::Land(h) | Self::TimeOut(h) => Some(h),
            Self::Crash(h) | Self::Probe(h) | Self::Lapse(h) | Self::Beat(h) => Some(h),
            Self::LandLate(_) | Self::Vanish | Self::Send(..) | Self::Resend(_) | Self::DeliverOut(_) => None,
            Self::LoseOut(_) | Self::Wipe | Self::Recreate | Self::Repeat(_) | Self::KeepVersion => None,
            Self::Restore | Self::RestoreForeign | Self::DeleteForeign | Self::Hear(_) | Self::Mislay(_) => None,
        }
    }
}

/// The letter of a server.
pub fn letter(host: u8) -> char {
    char::from(b'a' + host)
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(host) = self.act.host() {
            write!(f, "{}: ", letter(host))?;
        }
        match self.act {
            Act::Open(_, Mode::Exclusive) => f.write_str("open")?,
            Act::Open(_, Mode::DeltaOnly) => f.write_str("open delta-only")?,
            Act::Open(_, Mode::ReadOnly) => f.write_str("open read-only")?,
            Act::Change(_, kind) => write!(f, "change ({})", kind)?,
            Act::Save(_) => f.write_str("save")?,
            Act::Close(_) => f.write_str("close")?,
            Act::Abandon(_) => f.write_str("abandon")?,
            Act::Fire(_, timer) => write!(f, "timer {timer:?} fires")?,
            Act::Deliver(_) => f.write_str("answer from the record arrives")?,
            Act::Lose(_) => f.write_str("answer from the record is lost")?,
            Act::DeliverSecond(_) => f.write_str("second answer from the record arrives")?,
            Act::DeliverJournal(_) => f.write_str("answer from the journal arrives")?,
            Act::LoseJournal(_) => f.write_str("answer from the journal is lost")?,
            Act::Land(_) => f.write_str("write reaches the record")?,
            Act::TimeOut(_) => f.write_str("stops waiting for its write")?,
            Act::LandLate(_) => f.write_str("an abandoned write lands late")?,
            Act::Crash(_) => f.write_str("crash")?,
            Act::Vanish => f.write_str("the journal entry vanishes")?,
            Act::Send(s, kind) => write!(f, "writer {}: send ({})", s + 1, kind)?,
            Act::Resend(s) => write!(f, "writer {}: send again", s + 1)?,
            Act::DeliverOut(s) => write!(f, "writer {}: answer arrives", s + 1)?,
            Act::LoseOut(s) => write!(f, "writer {}: answer is lost", s + 1)?,
            Act::Wipe => f.write_str("operator: wipe")?,
            Act::Recreate => f.write_str("operator: re-create")?,
            Act::Repeat(0) => f.write_str("operator: repeat the wipe")?,
            Act::Repeat(_) => f.write_str("operator: repeat the re-creation")?,
            Act::KeepVersion => f.write_str("a version of the record is kept")?,
            Act::Restore => f.write_str("operator: restore the kept version")?,
            Act::RestoreForeign => f.write_str("the kept version is restored from outside")?,
            Act::DeleteForeign => f.write_str("the record is deleted from outside")?,
            Act::Hear(_) => f.write_str("a message arrives")?,
            Act::Mislay(_) => f.write_str("a message is lost")?,
            Act::Probe(_) => f.write_str("reads the holder's heartbeat")?,
            Act::Lapse(_) => f.write_str("heartbeat lapses")?,
            Act::Beat(_) => f.write_str("heartbeat is written")?,
        }
        match self.fate {
            Fate::Reaches => Ok(()),
            Fate::Dropped => f.write_str(" [the request on the record is lost on its way]"),
            Fate::Blind => f.write_str(" [the memory store is unreachable]"),
        }
    }
}
