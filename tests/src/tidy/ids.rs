//! The ids that SPEC.md, code, model and scenarios share, and how they are recognised.
//!
//! | kind | written | defined in SPEC.md by |
//! |---|---|---|
//! | rule | `R-7`, or `R-7a` for a part | a heading that begins with the id: `### R-7 Save` |
//! | property | `P3`, `P4v`, `L1` | a table row whose first cell is the id: a line that begins with `P3` between bars |
//! | race | `R05`: two digits, no dash, 01 to 43 | (the list of races is fixed) |
//! | variant | `no-ledger` | a row of a table whose first column is headed `Variant` |
//!
//! An id of the first three kinds stands alone: no letter, digit or underscore touches it. It counts wherever it is
//! written, and a comment is the usual place. A variant is named in code by a string literal in a file of
//! `model/src` with `variant` in its path, on a line that calls it a name (`name: "no-ledger"`,
//! `const NAME: &str = "no-ledger"`, `fn name(&self) -> &str { "no-ledger" }`) or as the first argument of something
//! called `variant`. In tables, backquotes and asterisks around an id do not matter.

use super::source::Rust;
use std::collections::BTreeSet;
use std::fmt;

/// The last of the known races.
pub(crate) const RACES: u32 = 43;

/// An id in a text, or something that looks like one.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Id {
    /// `R-7`
    Rule(String),
    /// `P3`, `L1`
    Property(String),
    /// `R05`
    Race(String),
    /// Neither: why not.
    Malformed(String),
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rule(id) | Self::Property(id) | Self::Race(id) | Self::Malformed(id) => f.write_str(id),
        }
    }
}

/// The ids in `text`, each with its offset.
pub(crate) fn scan(text: &str) -> Vec<(usize, Id)> {
    let mut found = Vec::new();
    for (at, letter) in text.match_indices(['R', 'P', 'L']) {
        let before = text[..at].chars().next_back();
        if before.is_some_and(touches) {
            continue;
        }
        let after = &text[at + 1..];
        let dash = after.starts_with('-');
        let after = after.strip_prefix('-').unwrap_or(after);
        let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let part = usize::from(after[digits..].starts_with(|c: char| c.is_ascii_lowercase()));
        if digits == 0 || after[digits + part..].starts_with(touches) {
            continue;
        }
        let (number, part) = (&after[..digits], &after[digits..digits + part]);
        found.push((at, classify(letter, dash, number, part)));
    }
    found
}

fn touches(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn classify(letter: &str, dash: bool, number: &str, part: &str) -> Id {
    match (letter, dash) {
        ("R", true) if !number.starts_with('0') => Id::Rule(format!("R-{number}{part}")),
        ("R", true) => Id::Malformed(format!("R-{number}: a rule is written without leading zero, R-7")),
        ("R", false) if number.len() != 2 || !part.is_empty() => {
            Id::Malformed(format!("R{number}{part}: a race is written with two digits, R05; a rule with a dash, R-5"))
        }
        ("R", false) if !number.parse().is_ok_and(|n: u32| (1..=RACES).contains(&n)) => {
            Id::Malformed(format!("R{number}: the races are R01 to R{RACES}"))
        }
        ("R", false) => Id::Race(format!("R{number}")),
        (_, true) => Id::Malformed(format!("{letter}-{number}: a property is written without dash, {letter}{number}")),
        (_, false) => Id::Property(format!("{letter}{number}{part}")),
    }
}

/// What SPEC.md defines.
#[derive(Debug, Default)]
pub(crate) struct Defined {
    /// Rules and properties.
    pub(crate) ids: BTreeSet<Id>,
    /// Broken variants.
    pub(crate) variants: BTreeSet<String>,
    /// Rules that two headings claim to define.
    pub(crate) twice: Vec<Id>,
}

/// Collects the definitions of SPEC.md.
pub(crate) fn definitions(spec: &str) -> Defined {
    let mut defined = Defined::default();
    let mut header: Option<String> = None;
    for line in spec.lines() {
        if line.starts_with('#') {
            let title = line.trim_start_matches('#').trim_start();
            if let Some((0, id @ Id::Rule(_))) = scan(title).into_iter().next()
                && !defined.ids.insert(id.clone())
            {
                defined.twice.push(id);
            }
        }
        let Some(cell) = first_cell(line) else {
            header = None;
            continue;
        };
        let ruled = cell.chars().all(|c| c == '-' || c == ':');
        match (&header, ruled) {
            (None, _) => header = Some(cell.to_lowercase()),
            (Some(_), true) => {}
            (Some(head), false) if head == "variant" => drop(defined.variants.insert(cell.to_owned())),
            (Some(_), false) => {
                if let [(0, id @ Id::Property(name))] = scan(cell).as_slice()
                    && name.as_str() == cell
                {
                    defined.ids.insert(id.clone());
                }
            }
        }
    }
    defined
}

/// The first cell of a table row, bare.
fn first_cell(line: &str) -> Option<&str> {
    let cell = line.strip_prefix('|')?.split('|').next()?;
    Some(cell.trim().trim_matches(['*', '`']))
}

/// The variants that a file of the model names.
pub(crate) fn variants(text: &str) -> BTreeSet<String> {
    let rust = Rust::parse(text);
    let named = rust.strings.iter().filter(|(at, _)| {
        let line = text[..*at].rfind('\n').map_or(0, |end| end + 1);
        let before = rust.code[line..*at].trim_end();
        let named = before.split(|c: char| !touches(c)).any(|word| word.eq_ignore_ascii_case("name"));
        // The call may stand on the line above its first argument.
        let call = rust.code[..*at].trim_end();
        named || call.ends_with("variant(") || call.ends_with("variant!(")
    });
    named.map(|(_, name)| name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str) -> Vec<Id> {
        scan(text).into_iter().map(|(_, id)| id).collect()
    }

    #[test]
    fn ids_are_told_apart() {
        let rule = |id: &str| Id::Rule(id.to_owned());
        let property = |id: &str| Id::Property(id.to_owned());
        let race = |id: &str| Id::Race(id.to_owned());
        assert_eq!(ids("R-7, (R-8a): R05"), [rule("R-7"), rule("R-8a"), race("R05")]);
        assert_eq!(ids("P3 P4v `L1`; P6s."), [property("P3"), property("P4v"), property("L1"), property("P6s")]);
        assert_eq!(ids("R-1..R-3 P1-P12"), [rule("R-1"), rule("R-3"), property("P1"), property("P12")]);
        assert_eq!(ids("MAP3 p3_holds P3_X P3ab Release R LP64 KEY-R"), []);
    }

    #[test]
    fn what_only_looks_like_an_id_is_refused() {
        for text in ["R7", "R-07", "R00", "R44", "R100", "P-3", "L-1", "R05a"] {
            assert!(matches!(ids(text).as_slice(), [Id::Malformed(_)]), "{text}: {:?}", ids(text));
        }
    }

    #[test]
    fn definitions_are_headings_and_rows() {
        let spec = "# R-1. Claim\ntext R-9\n### R-2 Save\n## R-2 again\n\n| id | sentence |\n|---|---|\n| **P3** | x P4 |\n\
                    | P5 and P6 | y |\n\n| Variant | breaks |\n|:--|---|\n| `no-ledger` | P4 |\n\n| R-3 | no |\n";
        let defined = definitions(spec);
        let expected = [Id::Rule("R-1".into()), Id::Rule("R-2".into()), Id::Property("P3".into())];
        assert_eq!(defined.ids, expected.into());
        assert_eq!(defined.twice, [Id::Rule("R-2".into())]);
        assert_eq!(defined.variants, ["no-ledger".to_owned()].into());
    }

    #[test]
    fn variants_are_named_by_literals() {
        let text = "Variant { name: \"a-b\", story: \"not this\" }\nconst NAME: &str = \"c-d\";\n// name: \"no\"\n\
                    variant!(\"e-f\", \"nor this\");\nlet surname = \"nope\";";
        let expected = ["a-b", "c-d", "e-f"].map(str::to_owned);
        let found = variants(text);
        assert!(expected.iter().all(|name| found.contains(name)), "{found:?}");
        assert!(!found.contains("no") && !found.contains("nor this") && !found.contains("nope"), "{found:?}");
    }
}
