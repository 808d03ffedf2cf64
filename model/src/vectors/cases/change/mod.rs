//! Changes applied to data: each operation at its edges.

mod amounts;
mod arrays;
mod limits;
mod registers;
mod sets;

pub(super) use amounts::counters;
pub(super) use arrays::arrays;
pub(super) use limits::limits;
pub(super) use registers::registers;
pub(super) use sets::sets;

use crate::vectors::config::ConfigJson;
use crate::vectors::file::File;
use crate::vectors::kinds::Apply;
use crate::vectors::sheet::{Sheet, meant};

const ABOUT: &str = "A change applied to data: the outcome (whole, clamped, or why it is skipped), whether it is a credit, the data \
                     afterwards, and what they take by the count of the limit. A skipped change leaves the data as they were.";

/// Name, configuration, data before, change, outcome, data after; nothing there stands for the same as before.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

fn sheet<const N: usize>(
    file: &'static str,
    tells: &'static str,
    configs: [(&str, ConfigJson); N],
    rows: &[Row],
) -> Result<File, String> {
    let mut sheet = Sheet::new(file, "change", ABOUT, configs);
    for (name, config, before, change, outcome, after) in rows {
        let [config, before, change] = [config, before, change].map(|it| (*it).to_owned());
        let after = if after.is_empty() { before.clone() } else { (*after).to_owned() };
        let (outcome, filled) = ((*outcome).to_owned(), String::new());
        let case = Apply { config, before, change, outcome: filled.clone(), credit: false, after: filled, bytes: 0 };
        sheet.add(&format!("change-{name}"), tells, case, |case| {
            meant((&case.outcome, &case.after), (&outcome, &after))
        });
    }
    sheet.file()
}
