//! The characters a story is drawn with.

use super::super::MessageStyle;
use super::super::cast::Mark;

/// Which characters [`Story::to_text`](super::Story::to_text) draws with. Labels are shown as they are in either
/// case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Glyphs {
    /// Box-drawing characters, for terminals.
    Unicode,
    /// Seven-bit characters, for logs that keep nothing else.
    Ascii,
}

/// A frame: left top, right top, left bottom, right bottom, horizontal, vertical.
pub(super) struct Frame {
    pub(super) corners: [char; 4],
    pub(super) across: char,
    pub(super) down: char,
    /// Where a lifeline leaves the lower edge.
    pub(super) stem: char,
}

/// One set of characters.
pub(super) struct Set {
    /// Below the title.
    pub(super) rule: char,
    /// A lifeline.
    pub(super) life: char,
    /// The lifeline of somebody who has crashed.
    pub(super) gone: char,
    /// Where an arrow leaves a lifeline, to the right and to the left.
    pub(super) leave: [char; 2],
    /// Where an arrow passes a lifeline.
    pub(super) pass: char,
    /// The head of an arrow, to the right and to the left; of a reply.
    heads: [char; 2],
    reply_heads: [char; 2],
    /// The shaft of an arrow, of a reply, of a late message: two characters that take turns.
    shaft: [char; 2],
    reply_shaft: [char; 2],
    late_shaft: [char; 2],
    /// Where a lost message ends.
    pub(super) lost: char,
    /// The turn of a loop, outward and back.
    pub(super) turn: [char; 2],
    local: char,
    /// The tie between a lifeline and its note.
    pub(super) tie: &'static str,
    /// Around hosts, writers, operators, and around stores.
    pub(super) thin: Frame,
    pub(super) store: Frame,
    /// Around an ending that is a violation.
    pub(super) loud: Frame,
    /// Before a good and a bad ending.
    pub(super) verdicts: [&'static str; 2],
    /// Between the two names of a sentence.
    pub(super) arrow: &'static str,
}

impl Glyphs {
    pub(super) fn set(self) -> &'static Set {
        match self {
            Self::Unicode => &UNICODE,
            Self::Ascii => &ASCII,
        }
    }
}

impl Set {
    /// The shaft of an arrow at its n-th cell.
    pub(super) fn shaft(&self, style: MessageStyle, cell: i64) -> char {
        let pair = match style {
            MessageStyle::Request | MessageStyle::Lost => self.shaft,
            MessageStyle::Reply => self.reply_shaft,
            MessageStyle::Late => self.late_shaft,
        };
        pair[usize::from(cell % 2 != 0)]
    }

    /// The head of an arrow.
    pub(super) fn head(&self, style: MessageStyle, right: bool) -> char {
        let pair = if style == MessageStyle::Reply { self.reply_heads } else { self.heads };
        pair[usize::from(!right)]
    }

    /// What stands on the lifeline.
    pub(super) fn mark(&self, mark: Mark) -> char {
        match mark {
            Mark::Local => self.local,
            Mark::Crash => 'X',
            Mark::Fault => '!',
        }
    }
}

static UNICODE: Set = Set {
    rule: '═',
    life: '│',
    gone: '┊',
    leave: ['├', '┤'],
    pass: '┼',
    heads: ['▶', '◀'],
    reply_heads: ['▷', '◁'],
    shaft: ['─', '─'],
    reply_shaft: ['─', '─'],
    late_shaft: ['╌', '╌'],
    lost: '✗',
    turn: ['╮', '╯'],
    local: '●',
    tie: "├╴",
    thin: Frame { corners: ['╭', '╮', '╰', '╯'], across: '─', down: '│', stem: '┬' },
    store: Frame { corners: ['╔', '╗', '╚', '╝'], across: '═', down: '║', stem: '╤' },
    loud: Frame { corners: ['┏', '┓', '┗', '┛'], across: '━', down: '┃', stem: '┯' },
    verdicts: ["✓ ", "✗ "],
    arrow: "→",
};

static ASCII: Set = Set {
    rule: '=',
    life: '|',
    gone: ':',
    leave: ['|', '|'],
    pass: '+',
    heads: ['>', '<'],
    reply_heads: ['>', '<'],
    shaft: ['-', '-'],
    reply_shaft: ['.', '.'],
    late_shaft: ['-', ' '],
    lost: 'x',
    turn: ['.', '\''],
    local: '*',
    tie: "+ ",
    thin: Frame { corners: ['+', '+', '+', '+'], across: '-', down: '|', stem: '+' },
    store: Frame { corners: ['+', '+', '+', '+'], across: '=', down: '|', stem: '+' },
    loud: Frame { corners: ['#', '#', '#', '#'], across: '#', down: '#', stem: '#' },
    verdicts: ["OK ", "XX "],
    arrow: "->",
};
