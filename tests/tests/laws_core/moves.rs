//! What can happen to a session, each from a code of three bytes, so that proptest and the fuzzer drive the same thing.

use keyholder_core::ids::{Epoch, HostId, Nonce};
use keyholder_core::input::{Command, Mode, Notice};
use keyholder_core::rules::{Answer as Answered, Liveness};
use keyholder_core::timer::Timer;
use keyholder_core::update::Ticket;
use keyholder_model::tally::{Deed, Kind};

/// All timers.
pub const TIMERS: [Timer; 6] =
    [Timer::Retry, Timer::Answer, Timer::Observe, Timer::Patience, Timer::Journal, Timer::Save];

/// One thing that happens.
#[derive(Clone, Copy, Debug)]
pub enum Move {
    /// The application commands something.
    Command(Order),
    /// An armed timer fires; one that is not armed does not.
    Fire(Timer),
    /// A timer fires late, or once more.
    Stray(Timer),
    /// The request on the record is answered, or an answer comes that nobody asked for.
    Answer(Answer),
    /// The same for the journal.
    AnswerJournal(Answer),
    /// A heartbeat was read, perhaps of the server that is waited for.
    Probe(HostId, Liveness),
    /// A message with any ticket.
    Hear(Notice),
    /// The session that is waited for is gone, busy, or closing.
    Reply(Answered),
    /// Somebody else does something to the stores.
    Other(Other),
    /// A write whose sender has given up on it lands, unless somebody has written since.
    Land,
    /// A new session is opened, if there is none or it has ended.
    Join(Mode),
    /// The server dies.
    Crash,
    /// An answer that no store gives: a record with these bytes for its numbers. Only where a test asks for it.
    Forge(u8, u8),
}

/// A command without its payload's number.
#[derive(Clone, Copy, Debug)]
pub enum Order {
    /// Opens.
    Open(Mode),
    /// Takes over.
    Steal,
    /// Changes the data.
    Change(Kind),
    /// Saves.
    Save,
    /// Reads again.
    Refresh,
    /// Closes or cancels.
    Close,
    /// Stops.
    Abandon,
}

/// How a request ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Answer {
    /// It is carried out, and the answer arrives.
    Done,
    /// It is carried out, and the answer is lost.
    DoneUnknown,
    /// It is lost on its way, and may land later.
    LostUnknown,
    /// Others wrote in between.
    Conflict,
    /// The store cannot be reached.
    Unavailable,
}

/// What others do to the stores.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Other {
    /// Another server claims the record.
    Claim,
    /// It releases the record.
    Release,
    /// It saves a change.
    Save,
    /// It raises the schema.
    Migrate,
    /// It writes its journal.
    Journal,
    /// It asks for the record.
    Want,
    /// An external writer delivers a credit, or a debit.
    External(bool),
    /// The operator erases the data.
    Wipe,
    /// The operator lets the record be used again.
    Recreate,
    /// The operator restores the kept version, by the protocol.
    Restore,
    /// A version of the record is kept.
    Keep,
    /// It is restored from outside the protocol.
    ForeignRestore,
    /// The record is deleted from outside.
    ForeignDelete,
    /// The journal entry vanishes.
    Vanish,
    /// A transaction marks the record, or lets go of it.
    Transaction,
}

const OTHERS: [Other; 16] = [
    Other::Claim,
    Other::Release,
    Other::Save,
    Other::Migrate,
    Other::Journal,
    Other::Want,
    Other::External(true),
    Other::External(false),
    Other::Wipe,
    Other::Recreate,
    Other::Restore,
    Other::Keep,
    Other::ForeignRestore,
    Other::ForeignDelete,
    Other::Vanish,
    Other::Transaction,
];

const MODES: [Mode; 6] =
    [Mode::Exclusive, Mode::Exclusive, Mode::Exclusive, Mode::DeltaOnly, Mode::DeltaOnly, Mode::ReadOnly];

const KINDS: [Kind; 7] = [Kind::Count, Kind::Earn, Kind::Spend, Kind::Charge, Kind::Trade, Kind::SpendGem, Kind::Set];

const ANSWERS: [Answer; 8] = [
    Answer::Done,
    Answer::Done,
    Answer::Done,
    Answer::Done,
    Answer::DoneUnknown,
    Answer::LostUnknown,
    Answer::Conflict,
    Answer::Unavailable,
];

fn pick<T: Copy, const N: usize>(from: [T; N], code: u8) -> T {
    from[usize::from(code) % N]
}

impl Move {
    /// The move of a code; every code has one.
    pub fn from_code([what, a, b]: [u8; 3]) -> Self {
        let mode = pick(MODES, a);
        match what % 32 {
            0..=3 => Self::Command(Order::Change(pick(KINDS, a))),
            4 => Self::Command(Order::Open(mode)),
            5..=6 => Self::Join(mode),
            7 => Self::Command(pick([Order::Close, Order::Close, Order::Close, Order::Abandon], a)),
            8 => Self::Command(Order::Save),
            9 => Self::Command(pick([Order::Save, Order::Steal, Order::Refresh], a)),
            10..=12 => Self::Fire(pick(TIMERS, a)),
            13 => Self::Stray(pick(TIMERS, a)),
            14..=19 => Self::Answer(pick(ANSWERS, a)),
            20..=22 => Self::AnswerJournal(pick(ANSWERS, a)),
            23 => {
                let liveness = [Liveness::Alive, Liveness::Absent, Liveness::Unreadable];
                Self::Probe(HostId(u64::from(a % 3)), pick(liveness, b))
            }
            24 => {
                let held = Ticket { epoch: Epoch(u32::from(a % 8)), nonce: Nonce(u64::from(a / 8)) };
                let ask = Notice::Ask { from: HostId(u64::from(b % 3)), held };
                Self::Hear(pick([ask, Notice::Busy { held, closing: a % 2 == 0 }, Notice::Gone { held }], b))
            }
            25 => Self::Reply(pick([Answered::Gone, Answered::Busy, Answered::Closing], a)),
            26..=28 => Self::Other(pick(OTHERS, a)),
            29 => Self::Land,
            30 if a < 32 => Self::Crash,
            30 => Self::Join(mode),
            _ => Self::Forge(a, b),
        }
    }
}

impl Order {
    /// The command, with this number on its change.
    pub fn command(self, id: u8) -> Command<Deed> {
        match self {
            Self::Open(mode) => Command::Open(mode),
            Self::Steal => Command::Steal,
            Self::Change(kind) => Command::Change(Deed { id, kind, vocabulary: 1 }),
            Self::Save => Command::Save,
            Self::Refresh => Command::Refresh,
            Self::Close => Command::Close,
            Self::Abandon => Command::Abandon,
        }
    }
}
