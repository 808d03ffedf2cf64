//! What stands below the lanes: what the signs mean, and how it ended.

use std::collections::BTreeSet;

use super::super::cast::{Act, Cast, Mark};
use super::super::measure::{pixels, wrap_pixels};
use super::super::{Ending, MessageStyle, Story};
use super::pen::{Pen, Stroke, Type};
use super::{MARGIN, ink, signs};

/// A sign that needs explaining.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sign {
    Message(MessageStyle),
    Mark(Mark),
}

/// The signs that this story uses, and only those, from `y` down; says where they end.
pub(super) fn legend(pen: &mut Pen, story: &Story, cast: &Cast<'_>, y: i64, room: i64) -> i64 {
    let signs: BTreeSet<Sign> = story
        .steps
        .iter()
        .map(|step| match cast.act(step) {
            Act::Arrow { style, .. } | Act::Loop { style, .. } => Sign::Message(style),
            Act::Mark { mark, .. } => Sign::Mark(mark),
        })
        .collect();
    if signs.is_empty() {
        return y;
    }
    let (mut x, mut y) = (MARGIN, y + 12);
    for sign in signs {
        let (lead, word) = match sign {
            Sign::Message(MessageStyle::Request) => (36, "request"),
            Sign::Message(MessageStyle::Reply) => (36, "reply"),
            Sign::Message(MessageStyle::Lost) => (36, "never arrives"),
            Sign::Message(MessageStyle::Late) => (36, "arrives late"),
            Sign::Mark(Mark::Local) => (14, "by itself"),
            Sign::Mark(Mark::Crash) => (20, "crash"),
            Sign::Mark(Mark::Fault) => (22, "fault"),
        };
        let wide = lead + 8 + pixels(word, 12);
        if x > MARGIN && x + wide > MARGIN + room {
            (x, y) = (MARGIN, y + 24);
        }
        match sign {
            Sign::Message(MessageStyle::Lost) => signs::shaft(pen, MessageStyle::Lost, x, x + lead - 8, y),
            Sign::Message(style) => signs::shaft(pen, style, x, x + lead, y),
            Sign::Mark(mark) => signs::mark(pen, mark, x + lead / 2, y),
        }
        pen.text(x + lead + 8, y + 4, word, Type::start(12, ink::SOFT));
        x += wide + 22;
    }
    y + 12
}

/// The ending as a banner across the page, red where it is a violation; says where it ends.
pub(super) fn ending(pen: &mut Pen, ending: &Ending, y: i64, room: i64) -> i64 {
    let fill = if ending.bad { ink::RED } else { ink::GREEN };
    let left = MARGIN + 52;
    let limit = room - 52 - 20;
    let label = wrap_pixels(&ending.label, 17, limit);
    let lines: Vec<String> = ending.lines.iter().flat_map(|line| wrap_pixels(line, 14, limit)).collect();
    let tall = 28 + (label.len() as i64).max(1) * 22 + lines.len() as i64 * 20;
    pen.rect((MARGIN, y), (room, tall), 8, fill, None);
    let (x, level) = (MARGIN + 27, y + 25);
    pen.dot((x, level), 12, "#ffffff");
    if ending.bad {
        signs::cross(pen, x, level, 5, Stroke::new(fill, 28));
    } else {
        let tick = format!("M{} {level}L{} {}L{} {}", x - 6, x - 2, level + 4, x + 6, level - 5);
        pen.path(&tick, "none", Some(Stroke::new(fill, 28)));
    }
    let mut baseline = y + 31;
    for line in &label {
        pen.text(left, baseline, line, Type::start(16, "#ffffff").bold());
        baseline += 22;
    }
    baseline += if label.is_empty() { 22 } else { 0 };
    for line in &lines {
        pen.text(left, baseline, line, Type::start(14, "#ffffff"));
        baseline += 20;
    }
    y + tall
}
