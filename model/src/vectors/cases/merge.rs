//! Records and logs: what a save, a settlement and a hand-back bring in, in which order, and how often.

use super::configs;
use super::records::*;
use crate::vectors::file::File;
use keyholder_core::document::{Applied, Skip};
use keyholder_core::ids::{Epoch, SchemaVersion};
use keyholder_core::record::Record;

const EARN: &str = r#"[["coins"],"add",5]"#;

pub(super) fn file() -> Result<File, String> {
    let about =
        "A record and logs of segments: what is applied, once, whoever brings it, and what the ledger says then.";
    let mut runs = Runs::new("merge-records.json", about, [("game", configs::game()), ("game-2", configs::game_2())]);
    let (gain, pay) = (format!("[{EARN}]"), r#"[[["coins"],"add",-2]]"#);
    let (gain, title) = (gain.as_str(), r#"[[["title"],"set","king"]]"#);
    let base = || held(5, r#"{"coins":1}"#);
    let mut show = |name: &str, tells, record: Player, requests, expects: &str| {
        runs.show(&format!("merge-{name}"), tells, "game", Some(&record), requests, expects);
    };

    // A session's own segments.
    show("save", "R-3 R-9", base(), vec![save(5, own(5, &[gain, pay]))], "writes");
    show(
        "save-and-its-retry",
        "R-3 R05",
        base(),
        vec![save(5, own(5, &[gain])), save(5, own(5, &[gain]))],
        "writes; nothing",
    );
    let both = log(&[segment(5, 0, &[gain]), segment(5, 1, &[pay])]);
    show("save-two-segments", "R-3", base(), vec![save(5, both.clone())], "writes");
    show(
        "save-then-both-segments",
        "R-3 R05 R12",
        base(),
        vec![save(5, own(5, &[gain])), save(5, both.clone())],
        "writes; writes",
    );
    show("save-second-segment-first", "R-3 R12", base(), vec![save(5, log(&[segment(5, 1, &[pay])]))], "nothing");
    let late = vec![save(5, both.clone()), save(5, own(5, &[gain]))];
    show("older-save-comes-late", "R-3 R13", base(), late, "writes; nothing");
    let odd_one = r#"[[["coins"],"add",-99]]"#;
    show(
        "save-steps-over-what-is-skipped",
        "R-3 R-25 R18",
        base(),
        vec![save(5, own(5, &[gain, odd_one, gain]))],
        "writes",
    );
    let stars = r#"[[["stars"],"add",99]]"#;
    show("save-keeps-what-was-clamped", "R-3 R-25 D14", base(), vec![save(5, own(5, &[stars]))], "writes");
    let set = |at: u32| format!(r#"[[["title"],"set","title {at}"]]"#);
    let sets: Vec<_> = (0..4).map(set).collect();
    let sets: Vec<_> = sets.iter().map(String::as_str).collect();
    show("save-many", "R-3", base(), vec![save(5, own(5, &sets))], "writes");

    let known = knows(base(), session(5), 1, 5);
    show("save-that-overlaps-what-is-known", "R-3", known, vec![save(5, own(5, &[gain, gain]))], "nothing");

    // Segments of others that the session took over: late.
    let taken = log(&[segment(4, 0, &[gain]), segment(5, 0, &[pay])]);
    show("save-with-a-credit-taken-over", "R-3 R-4 R08", base(), vec![save(5, taken)], "writes");
    let taken = log(&[segment(4, 0, &[pay]), segment(5, 0, &[gain])]);
    show("save-with-a-debit-taken-over", "R-4 R38", base(), vec![save(5, taken)], "writes");
    let taken = log(&[segment(4, 0, &[pay]), segment(4, 1, &[gain])]);
    show("save-of-nothing-but-a-debit-taken-over", "R-3 R-4", base(), vec![save(5, taken)], "nothing");

    // Settlement: what was found in the journal.
    show("settle-in-order", "R-4 R-6 R38", base(), vec![settle(5, own(4, &[pay]))], "settled, writes");
    let lived = |epoch| Record { wrote: Epoch(epoch), ..base() };
    show("settle-of-the-last-writer", "R-4 R-6", lived(4), vec![settle(5, own(4, &[pay]))], "settled, writes");
    show("settle-behind-a-later-writer", "R-4 R-6 R18", lived(5), vec![settle(5, own(4, &[pay]))], "settled, nothing");
    show(
        "settle-a-credit-behind-a-later-writer",
        "R-4 R-6",
        lived(5),
        vec![settle(5, own(4, &[gain]))],
        "settled, writes",
    );
    let mixed = log(&[segment(3, 0, &[gain]), segment(4, 0, &[title])]);
    show(
        "settle-two-sources",
        "R-6 R08",
        lived(3),
        vec![settle(5, mixed.clone()), settle(5, mixed)],
        "settled, writes; settled, nothing",
    );
    let gap = log(&[segment(4, 1, &[gain])]);
    show("settle-with-a-gap", "R-3 R-6", base(), vec![settle(5, gap)], "settled, nothing");
    let known = knows(base(), session(4), 1, 5);
    show("settle-what-is-known", "R-3 R-6 R05", known, vec![settle(5, own(4, &[gain]))], "settled, nothing");
    let known = knows(base(), session(4), 1, 5);
    let further = log(&[segment(4, 0, &[gain]), segment(4, 1, &[gain])]);
    show("settle-the-rest-of-a-source", "R-3 R-6", known, vec![settle(5, further)], "settled, writes");
    show("settle-of-another-session", "R-1 R-6", base(), vec![settle(4, own(4, &[gain]))], "settled, nothing");
    let sold = knows(sealed(knows(base(), session(4), 1, 5), session(4)), session(3), 1, 4);
    show(
        "settle-what-is-sealed",
        "R-3 R-12 R38",
        sold,
        vec![settle(5, log(&[segment(4, 1, &[gain])]))],
        "settled, nothing",
    );
    let floored = Record { floor: Epoch(5), ..base() };
    show("settle-below-the-floor", "R-3 R-14", floored, vec![settle(5, own(4, &[gain]))], "settled, nothing");

    let floored = Record { floor: Epoch(4), ..base() };
    show("settle-at-the-floor", "R-3 R-14", floored, vec![settle(5, own(4, &[gain]))], "settled, writes");

    // Hand-back: what a fenced session still has.
    let next = || held(6, r#"{"coins":1}"#);
    show(
        "hand-back",
        "R-4 R-12 R25",
        next(),
        vec![hand_back(5, own(5, &[gain])), hand_back(5, own(5, &[gain]))],
        "none, writes; none, nothing",
    );
    show(
        "hand-back-of-a-debit",
        "R-4 R-12 R38",
        next(),
        vec![hand_back(5, own(5, &[pay])), hand_back(5, own(5, &[pay]))],
        "refused, writes; refused, nothing",
    );
    show(
        "hand-back-up-to-a-debit",
        "R-12",
        next(),
        vec![hand_back(5, log(&[segment(5, 0, &[gain]), segment(5, 1, &[pay]), segment(5, 2, &[gain])]))],
        "refused, writes",
    );
    show("hand-back-mixed-segment", "R-3 R-12", next(), vec![hand_back(5, own(5, &[gain, pay]))], "refused, writes");
    show("hand-back-while-it-is-held", "R-12", base(), vec![hand_back(5, own(5, &[gain]))], "none, writes");
    show(
        "hand-back-behind-a-save-in-doubt",
        "R-12 R05",
        knows(next(), session(5), 1, 5),
        vec![hand_back(5, both.clone())],
        "refused, writes",
    );
    show(
        "hand-back-and-recovery",
        "R-6 R-12 R38",
        next(),
        vec![hand_back(5, own(5, &[gain])), settle(6, own(5, &[gain]))],
        "none, writes; settled, nothing",
    );
    show(
        "recovery-and-hand-back",
        "R-6 R-12 R38",
        next(),
        vec![settle(6, own(5, &[pay])), hand_back(5, own(5, &[pay]))],
        "settled, writes; none, nothing",
    );
    show(
        "seal-and-recovery",
        "R-6 R-12 R38",
        next(),
        vec![hand_back(5, own(5, &[pay])), settle(6, own(5, &[pay]))],
        "refused, writes; settled, nothing",
    );
    show("hand-back-of-nothing", "R-12", next(), vec![hand_back(5, "[]".to_owned())], "none, nothing");

    // Outcomes that were not told yet.
    let told = || odd(knows(base(), session(5), 2, 5), session(5), 1, Applied::Skipped(Skip::BelowMinimum));
    let again = vec![save(5, log(&[segment(5, 2, &[odd_one])]))];
    show("outcomes-are-kept-until-told", "R-9 R-25", told(), again, "writes");

    // Another vocabulary.
    let old = log(&[words_of(5, 0, 2, &[gain])]);
    show("words-of-a-later-version", "R-3 R-18 R22", base(), vec![save(5, old)], "nothing");
    let two = Record { schema: SchemaVersion(2), compat: SchemaVersion(1), ..held(5, r#"{"gold":1}"#) };
    let words = vec![settle(5, log(&[words_of(4, 0, 1, &[gain])]))];
    runs.show("merge-words-of-an-earlier-version", "R-3 R-18 R22", "game-2", Some(&two), words, "settled, nothing");
    let words = vec![settle(5, log(&[words_of(4, 0, 1, &[gain])]))];
    runs.show("merge-words-before-the-migration", "R-6 R-18 R22", "game-2", Some(&base()), words, "settled, writes");
    runs.file()
}
