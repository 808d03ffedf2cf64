//! The report as a page of Markdown.

use crate::machine::Made;
use crate::measure::Results;
use crate::targets::Figure;
use keyholder_benches::caches;
use keyholder_benches::deltas::Share;
use keyholder_benches::spread::Spread;
use keyholder_benches::turns::Table;
use std::fmt::Write as _;

/// The sizes of profiles, as they are named.
const SIZES: [&str; 3] = ["1 KB", "30 KB", "1 MB"];

/// What stands where nothing was measured.
const NOTHING: &str = "-";

/// The whole page.
pub(crate) fn page(made: &Made, rounds: usize, figures: &[Figure], results: &Results) -> String {
    let Made { processor, cores, rustc, date, commit } = made;
    let mut page = format!(
        "# Report\n\n\
        Written by `cargo run --release -p keyholder-benches --features peers --bin report`; not by hand.\n\n\
        {processor}, {cores} threads; {rustc}; {date} (UTC); commit {commit}; versions as in Cargo.lock.\n\n\
        All candidates of a column run in turns in one process, {rounds} rounds, each at least 1 ms or one run after some to\n\
        warm up, by the time that the thread has the processor. A ratio is the median over the rounds of the ratio to the base (1.00) within\n\
        each; what stands behind the sign is half of the distance between its quartiles. Less is better.\n"
    );
    self::figures(&mut page, figures);
    codec(&mut page, results);
    vectors(&mut page, results);
    deltas(&mut page, results);
    cache(&mut page, results);
    threads(&mut page, results);
    numbers(&mut page, results);
    page
}

fn figures(page: &mut String, figures: &[Figure]) {
    begin(page, "Figures", "", &["figure", "target", "measured", "outcome"]);
    for it in figures {
        let measured: Vec<String> = it.measured.iter().map(|it| it.map_or(NOTHING.to_owned(), digits)).collect();
        line(page, [it.name.to_owned(), it.target.clone(), measured.join(", "), it.outcome.clone()]);
    }
}

fn codec(page: &mut String, results: &Results) {
    let about = "Profiles of 3, 175 and 6 000 items, generated. Bytes are to JSON. Peers hold Roblox values as the same tagged \
        strings, in the derived enum as 32-bit numbers. Dropping what was decoded counts.";
    let tables = |what: &str| SIZES.map(|size| results.tables.get(&format!("{what} {size}")));
    let (encode, decode, snapshot) = (tables("encode"), tables("decode"), tables("snapshot"));
    let Some(rows) = encode.iter().flatten().next() else { return };
    let columns = ["bytes, 1 KB", "30 KB", "1 MB", "encode, 1 KB", "30 KB", "1 MB", "decode, 1 KB", "30 KB", "1 MB"];
    begin(page, "Codec", about, &[&["candidate"][..], &columns].concat());
    for row in &rows.rows {
        let bytes =
            encode.map(|it| it.and_then(|it| it.bytes_ratio(&row.name, it.base())).map_or(NOTHING.into(), digits));
        let times = encode.into_iter().chain(decode).map(|it| ratio(it, &row.name));
        line(page, [row.name.clone()].into_iter().chain(bytes).chain(times));
    }
    let clones = |at: usize| {
        let each = snapshot.iter().flatten().filter_map(|it| it.nanos(&it.rows.get(at)?.name));
        each.map(|it| digits(it.median)).collect::<Vec<_>>().join(", ")
    };
    let _ = writeln!(
        page,
        "\nA snapshot, 1 KB, 30 KB, 1 MB: {} ns. A clone of the document of serde_json: {} ns.",
        clones(1),
        clones(0)
    );
}

fn vectors(page: &mut String, results: &Results) {
    let about = "1 024 values, one after the other or in a text. The text by hand knows ahead what stands where, and reads no JSON.";
    let names =
        ["Vector3 to 16 characters", "16 characters to Vector3", "CFrame to 64 characters", "64 characters to CFrame"];
    columns(page, "Base64", about, &names.map(|name| (name.to_owned(), results.tables.get(name))));
}

fn deltas(page: &mut String, results: &Results) {
    for (title, what, about) in [
        (
            "Deltas",
            "delta",
            "Change numbers of the inventory and emit what changed: 1 % and 10 % are of all leaves, of which these numbers are \
            half. The base emits the whole. In brackets: bytes of a changed leaf.",
        ),
        (
            "Whole texts after changes",
            "whole text",
            "The same changes, then the whole text; the base writes it afresh.",
        ),
    ] {
        let tables: Vec<_> = SIZES[1..]
            .iter()
            .flat_map(|size| Share::EACH.map(|share| (format!("{size}, {}", share.name()), share)))
            .map(|(name, share)| (name.clone(), share, results.tables.get(&format!("{what} {name}"))))
            .collect();
        let Some(rows) = tables.iter().find_map(|it| it.2) else { continue };
        let names: Vec<&str> = ["candidate"].into_iter().chain(tables.iter().map(|it| it.0.as_str())).collect();
        begin(page, title, about, &names);
        for (at, row) in rows.rows.iter().enumerate() {
            let cells = tables.iter().map(|(_, share, table)| {
                let bytes = table.and_then(|it| it.row(&row.name)?.bytes).map_or(NOTHING.into(), digits);
                let shown = at > 0 && what == "delta" && *share == Share::Percent(1);
                ratio(*table, &row.name) + &if shown { format!(" ({bytes})") } else { String::new() }
            });
            line(page, [row.name.clone()].into_iter().chain(cells));
        }
    }
}

fn cache(page: &mut String, results: &Results) {
    let about = "Keys by Zipf, 0.99. A put evicts. The rate is of reads that find something, ten times as many keys as places; \
        bytes are of an entry, beside key and value.";
    let tables = caches::SIZES
        .map(|max| (max.to_string(), ["hit", "insert"].map(|it| results.tables.get(&format!("{it} {max}")))));
    let Some(rows) = tables[0].1[0] else { return };
    let mut names = vec!["candidate".to_owned()];
    for (max, _) in &tables {
        names.extend([format!("{max}: hit"), "put".into(), "put, ns".into(), "rate".into(), "bytes".into()]);
    }
    begin(page, "Cache", about, &names.iter().map(String::as_str).collect::<Vec<_>>());
    for row in &rows.rows {
        let mut cells = vec![row.name.clone()];
        for (max, [hit, insert]) in &tables {
            let nanos = insert.and_then(|it| it.nanos(&row.name)).map_or(NOTHING.into(), |it| digits(it.median));
            let rate = results.hit_rates.get(max).and_then(|it| it.get(&row.name));
            let bytes = results.aside.bytes.get(max).and_then(|it| it.get(&row.name));
            cells.extend([ratio(*hit, &row.name), ratio(*insert, &row.name), nanos]);
            cells.push(rate.map_or(NOTHING.into(), |it| format!("{it:.4}")));
            cells.push(bytes.map_or(NOTHING.into(), |it| format!("{it:.0}")));
        }
        line(page, cells);
    }
}

fn threads(page: &mut String, results: &Results) {
    let about = "10 000 places, every key is there, by the clock on the wall.";
    let tables = [("1 thread", "threads 1"), ("2 threads", "threads 2")]
        .map(|(name, table)| (name.to_owned(), results.tables.get(table)));
    columns(page, "Cache between threads", about, &tables);
}

fn numbers(page: &mut String, results: &Results) {
    if results.changed_numbers.is_empty() {
        return;
    }
    let about = format!(
        "Of {} numbers, a third each between 0 and 1 000 000, of any 64 bits, of any 32 bits.",
        results.numbers
    );
    begin(page, "Numbers that text changes", &about, &["candidate", "numbers"]);
    for (name, count) in &results.changed_numbers {
        line(page, [(*name).to_owned(), count.to_string()]);
    }
    let default = results.aside.changed.map_or(NOTHING.to_owned(), |it| it.to_string());
    line(page, ["serde_json by default".to_owned(), default]);
}

/// A table with one column of ratios for each that was measured.
fn columns(page: &mut String, title: &str, about: &str, tables: &[(String, Option<&Table>)]) {
    let Some(rows) = tables.iter().find_map(|it| it.1) else { return };
    let names: Vec<&str> = ["candidate"].into_iter().chain(tables.iter().map(|it| it.0.as_str())).collect();
    begin(page, title, about, &names);
    for row in &rows.rows {
        line(page, [row.name.clone()].into_iter().chain(tables.iter().map(|it| ratio(it.1, &row.name))));
    }
}

fn begin(page: &mut String, title: &str, about: &str, columns: &[&str]) {
    let about = if about.is_empty() { String::new() } else { format!("{about}\n\n") };
    let _ = write!(page, "\n## {title}\n\n{about}");
    line(page, columns.iter().map(|it| (*it).to_owned()));
    let _ = writeln!(page, "|---|{}", "---:|".repeat(columns.len() - 1));
}

fn line(page: &mut String, cells: impl IntoIterator<Item = String>) {
    page.push('|');
    cells.into_iter().for_each(|cell| *page += &format!(" {cell} |"));
    page.push('\n');
}

/// To the base of the table, with half of what the middle half of the rounds spans.
fn ratio(table: Option<&Table>, name: &str) -> String {
    let spread = table.and_then(|it| it.ratio(name, it.base()).map(|ratio| (ratio, it.base())));
    match spread {
        None => NOTHING.to_owned(),
        Some((_, base)) if base == name => "1.00".to_owned(),
        Some((Spread { low, median, high }, _)) => format!("{} &pm;{}", digits(median), digits((high - low) / 2.0)),
    }
}

/// Three digits, or two behind the point of what is below 1.
fn digits(number: f64) -> String {
    match number {
        _ if number.fract() == 0.0 => format!("{number:.0}"),
        ..0.01 => format!("{number:.4}"),
        ..0.1 => format!("{number:.3}"),
        ..10.0 => format!("{number:.2}"),
        ..100.0 => format!("{number:.1}"),
        _ => format!("{number:.0}"),
    }
}
