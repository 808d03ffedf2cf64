//! The vectors by file. What a vector shows is said here, and compared with what comes of it.

mod binary;
mod change;
mod configs;
mod contend;
mod data;
mod delta;
mod item;
mod journal;
mod ledger;
mod merge;
mod orders;
mod records;
mod rules;
mod text;
mod values;

use super::file::File;

/// All files, by name.
pub(super) fn all() -> Result<Vec<File>, String> {
    let made = [
        text::numbers(),
        text::strings(),
        text::tables(),
        text::roblox(),
        text::refused(),
        binary::numbers(),
        binary::strings(),
        binary::tables(),
        binary::roblox(),
        binary::refused(),
        delta::diffs(),
        delta::forms(),
        delta::refused(),
        change::counters(),
        change::registers(),
        change::sets(),
        change::arrays(),
        change::limits(),
        orders::file(),
        merge::file(),
        ledger::externals(),
        ledger::sessions(),
        data::migration(),
        data::reconcile(),
        rules::claims(),
        rules::saves(),
        rules::freeing(),
        rules::lifetime(),
        journal::file(),
        contend::file(),
        item::taken(),
        item::refused(),
    ];
    let (mut files, mut mistakes) = (Vec::new(), Vec::new());
    for file in made {
        match file {
            Ok(file) => files.push(file),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    if mistakes.is_empty() { Ok(files) } else { Err(mistakes.join("\n")) }
}
