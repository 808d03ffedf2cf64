//! What is printed.

use crate::args::On;
use crate::run::Told;
use comfy_table::{Cell, CellAlignment, Color, LineStyle, Table, TableStyle};
use std::io::{self, ErrorKind, Write};

/// A table with a rule below its headings and one at either end.
const RULED: TableStyle = {
    let rule = LineStyle::none().fill('─').junction('─');
    TableStyle::new().top_border(rule).header_separator(rule).bottom_border(rule)
};

/// The seed, before anything can go wrong. A machine reads standard output.
pub(crate) fn seed(seed: u64, json: bool) -> io::Result<()> {
    if json { writeln!(io::stderr(), "seed {seed}") } else { say(&format!("seed {seed}")) }
}

/// The closing table, or the document.
pub(crate) fn show(told: &Told, json: bool) -> io::Result<()> {
    if json {
        return say(&serde_json::to_string_pretty(told)?);
    }
    let tally = &told.tally;
    let seconds = |ms: u64| format!("{}.{} s", ms / 1_000, ms % 1_000 / 100);
    let mut table = Table::new();
    table.load_style(RULED).set_header(["what", "how many"]);
    let mut row = |what: &str, how_many: String, is_bad: bool| {
        let cell = Cell::new(how_many).set_alignment(CellAlignment::Right);
        table.add_row([Cell::new(what), if is_bad { cell.fg(Color::Red) } else { cell }]);
    };
    for (what, count) in [
        ("changes acknowledged", tally.acknowledged),
        ("changes refused", tally.refused),
        ("changes that nobody knew about", tally.unknown),
        ("  of them in the record", tally.unknown_stored),
        ("opens", tally.opens),
        ("teleports", tally.teleports),
        ("take-overs", tally.steals),
        ("deliveries of what was delivered", tally.repeated),
        ("commits of records", tally.commits),
        ("servers killed", tally.kills),
        ("store killed", tally.store_kills),
        ("servers stopped for a while", tally.pauses),
        ("returns after a kill", tally.returns),
        ("  of them undisturbed", tally.undisturbed_returns),
    ] {
        row(what, count.to_string(), false);
    }
    if told.on == On::Emulator {
        for (what, count) in [
            ("grants from the web", tally.grants),
            ("web writers killed", tally.writer_kills),
            ("erasures", tally.erasures),
            ("  acknowledged before or meanwhile, and gone", tally.erased),
        ] {
            row(what, count.to_string(), false);
        }
    }
    row("slowest return", seconds(tally.slowest_return_ms), false);
    let bound = format!("  of the undisturbed ones (at most {})", seconds(told.return_bound_ms));
    row(&bound, seconds(tally.slowest_undisturbed_return_ms), tally.late > 0);
    for (what, count) in [
        ("acknowledged and lost", tally.lost),
        ("doubled", tally.doubled),
        ("refused and stored", tally.refused_stored),
        ("there again after an erasure", tally.revived),
        ("stale owners", tally.stale),
        ("back too late", tally.late),
        ("processes that ended by themselves", tally.crashed),
    ] {
        row(what, count.to_string(), count > 0);
    }
    for found in &told.found {
        say(found)?;
    }
    if let Some(kept) = &told.kept {
        say(&format!("store file and history: {}", kept.display()))?;
    }
    say(&table.to_string())?;
    say(&format!("{} servers, {} players, {:.1} s, seed {}", told.servers, told.players, told.seconds, told.seed))?;
    say(if told.passed {
        "Nothing lost, nothing doubled, nothing back, nobody stale."
    } else {
        "SOMETHING IS AS IT MUST NOT BE."
    })
}

/// A reader that went away is no error.
fn say(text: &str) -> io::Result<()> {
    match writeln!(io::stdout(), "{text}") {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
