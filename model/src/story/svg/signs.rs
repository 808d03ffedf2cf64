//! The small signs: heads of arrows, crosses, marks. The legend shows the same signs as the steps.

use super::super::MessageStyle;
use super::super::cast::Mark;
use super::pen::{Pen, Stroke, Type};
use super::{colour, ink};

/// A shaft from one point to another on the same height, with the head or the cross at its end.
pub(super) fn shaft(pen: &mut Pen, style: MessageStyle, from: i64, to: i64, y: i64) {
    let stroke = Stroke::new(colour(style), 16);
    // The shaft stops inside a filled head, so that its blunt end does not blur the point.
    let inset = if from < to { -6 } else { 6 };
    let end = if matches!(style, MessageStyle::Request | MessageStyle::Late) { to + inset } else { to };
    pen.line((from, y), (end, y), if style == MessageStyle::Late { stroke.dashed() } else { stroke });
    head(pen, style, to, y, from < to);
}

/// What stands at the end of a message.
pub(super) fn head(pen: &mut Pen, style: MessageStyle, x: i64, y: i64, right: bool) {
    let back = if right { x - 10 } else { x + 10 };
    let (up, down) = (y - 5, y + 5);
    match style {
        MessageStyle::Request | MessageStyle::Late => {
            pen.path(&format!("M{x} {y}L{back} {up}L{back} {down}Z"), colour(style), None);
        }
        MessageStyle::Reply => {
            pen.path(&format!("M{back} {up}L{x} {y}L{back} {down}"), "none", Some(Stroke::new(colour(style), 16)));
        }
        MessageStyle::Lost => cross(pen, x, y, 7, Stroke::new(ink::RED, 25)),
    }
}

/// A cross around a point.
pub(super) fn cross(pen: &mut Pen, x: i64, y: i64, arm: i64, stroke: Stroke) {
    let (left, right, up, down) = (x - arm, x + arm, y - arm, y + arm);
    pen.path(&format!("M{left} {up}L{right} {down}M{right} {up}L{left} {down}"), "none", Some(stroke));
}

/// What stands on a lifeline.
pub(super) fn mark(pen: &mut Pen, mark: Mark, x: i64, y: i64) {
    match mark {
        Mark::Local => pen.dot((x, y), 5, ink::DARK),
        Mark::Crash => {
            // A white cross below the red one sets it off from the lifeline.
            cross(pen, x, y, 8, Stroke::new("#ffffff", 70));
            cross(pen, x, y, 8, Stroke::new(ink::RED, 35));
        }
        Mark::Fault => {
            let (left, right, up, down) = (x - 10, x + 10, y - 10, y + 8);
            let edge = Some(Stroke::new(ink::AMBER, 16));
            pen.path(&format!("M{x} {up}L{right} {down}L{left} {down}Z"), "#fef3c7", edge);
            pen.text(x, y + 6, "!", Type::middle(12, ink::AMBER).bold());
        }
    }
}

/// The colour of the label beside a mark.
pub(super) const fn mark_colour(mark: Mark) -> &'static str {
    match mark {
        Mark::Local => ink::DARK,
        Mark::Crash => ink::RED,
        Mark::Fault => ink::AMBER,
    }
}
