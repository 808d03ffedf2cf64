//! The journal entry: what is recovered from it, written into it, and when it may go (R-5, R-8).

use super::configs;
use super::records::*;
use crate::vectors::config::{ConfigJson, SettingsJson};
use crate::vectors::file::File;
use crate::vectors::kinds::{Journal, JournalRequest};
use crate::vectors::sheet::{Sheet, meant};
use keyholder_core::ids::{Epoch, SchemaVersion};
use keyholder_core::record::Record;

const EARN: &str = r#"[[["coins"],"add",5]]"#;
const SPEND: &str = r#"[[["coins"],"add",-3]]"#;

/// The entry of the session of an epoch.
fn entry(epoch: u32, segments: &[String]) -> String {
    let nonce = String::from(nonce(epoch));
    format!(r#"{{"layout":1,"epoch":{epoch},"nonce":"{nonce}","log":{}}}"#, log(segments))
}

pub(super) fn file() -> Result<File, String> {
    let narrow =
        ConfigJson { settings: SettingsJson { journal_max_bytes: 350, ..configs::game().settings }, ..configs::game() };
    let about = "Requests on a journal entry: what a session that has just claimed takes over (R-5), what a write leaves (R-8), and \
                 whether the entry may be deleted after a close. `base` is the record as the requester saw it last.";
    let mut sheet = Sheet::new("journal.json", "journal", about, [("game", configs::game()), ("narrow", narrow)]);
    let mut show = |name: &str, tells, config: &str, entry: Option<&String>, base: &Player, request, expects: &str| {
        let case = Journal {
            config: config.to_owned(),
            entry: entry.cloned(),
            base: text(base),
            request,
            does: String::new(),
            writes: None,
        };
        sheet.add(&format!("journal-{name}"), tells, case, |case| {
            let segments = case.writes.as_ref().map(|it| it.matches("\"s\":").count());
            let found = segments.map_or(case.does.clone(), |segments| format!("{} {segments}", case.does));
            meant(found.as_str(), expects)
        });
    };
    let base = || held(5, r#"{"coins":1}"#);
    let lived = |epoch| Record { wrote: Epoch(epoch), ..base() };
    let recover = || JournalRequest::Recover;
    let write = |segments: &[String]| JournalRequest::Write(entry(5, segments));
    let [gain, pay] = [segment(4, 0, &[EARN]), segment(4, 0, &[SPEND])];
    let [gains, pays] = [&gain, &pay].map(|it| entry(4, std::slice::from_ref(it)));
    let own = || segment(5, 0, &[SPEND]);

    // R-5
    show("recover-nothing", "R-5", "game", None, &base(), recover(), "take");
    show("recover-a-debit-in-order", "R-5 R08", "game", Some(&pays), &lived(4), recover(), "take 1");
    show("recover-no-debit-behind-a-later-writer", "R-5 R38", "game", Some(&pays), &lived(5), recover(), "take 0");
    show("recover-a-credit-behind-a-later-writer", "R-5", "game", Some(&gains), &lived(5), recover(), "take 1");
    let mixed = entry(4, &[segment(3, 0, &[EARN]), pay.clone(), segment(4, 1, &[EARN])]);
    show("recover-up-to-what-is-inadmissible", "R-5 R38", "game", Some(&mixed), &lived(5), recover(), "take 1");
    show("recover-of-all-sources", "R-5", "game", Some(&mixed), &lived(3), recover(), "take 3");
    let known = knows(base(), session(4), 1, 4);
    show("recover-what-is-known", "R-5 R05", "game", Some(&gains), &known, recover(), "take 0");
    let further = entry(4, &[gain.clone(), segment(4, 1, &[EARN])]);
    show("recover-what-is-not-known-yet", "R-5", "game", Some(&further), &known, recover(), "take 1");
    show("recover-with-a-gap", "R-5", "game", Some(&entry(4, &[segment(4, 1, &[EARN])])), &base(), recover(), "take 1");
    let sold = sealed(known.clone(), session(4));
    show("recover-nothing-that-is-sealed", "R-5 R-12", "game", Some(&further), &sold, recover(), "take 0");
    let floored = Record { floor: Epoch(5), ..base() };
    show("recover-nothing-below-the-floor", "R-5 R-14", "game", Some(&gains), &floored, recover(), "take 0");
    let words = entry(4, &[words_of(4, 0, 2, &[EARN])]);
    show("recover-nothing-in-other-words", "R-5 R-18", "game", Some(&words), &base(), recover(), "take 0");
    show(
        "recover-from-a-later-session",
        "R-5 R33",
        "game",
        Some(&entry(9, &[segment(9, 0, &[EARN])])),
        &base(),
        recover(),
        "take 1",
    );

    // R-8
    show("write-the-first", "R-8", "game", None, &base(), write(&[own()]), "put 1");
    show(
        "write-over-its-own",
        "R-8",
        "game",
        Some(&entry(5, &[own()])),
        &base(),
        write(&[own(), segment(5, 1, &[EARN])]),
        "put 2",
    );
    show("write-over-an-earlier", "R-8 R08", "game", Some(&gains), &base(), write(&[own()]), "put 2");
    show("write-not-over-a-later", "R-8 R33", "game", Some(&entry(6, &[])), &base(), write(&[own()]), "keep");
    let same_epoch = entry(5, &[]).replace("00000000000000b5", "00000000000000ff");
    show("write-not-over-another-nonce", "R-8 R33", "game", Some(&same_epoch), &base(), write(&[own()]), "keep");
    show("write-drops-what-is-late", "R-4 R-8", "game", Some(&pays), &base(), write(&[own()]), "put 1");
    show("write-drops-what-is-known", "R-8", "game", Some(&gains), &known, write(&[own()]), "put 1");
    let twice = write(&[gain.clone(), own()]);
    show("write-carries-it-once", "R-8", "game", Some(&gains), &base(), twice, "put 2");
    show(
        "write-keeps-the-order",
        "R-8 R38",
        "game",
        Some(&entry(4, &[gain.clone(), segment(4, 1, &[EARN])])),
        &base(),
        write(&[segment(3, 0, &[EARN]), own()]),
        "put 4",
    );
    show("write-up-to-what-is-inadmissible", "R-8 R38", "game", Some(&mixed), &base(), write(&[own()]), "put 2");
    show("write-in-other-words-is-dropped", "R-8 R-18", "game", Some(&words), &base(), write(&[own()]), "put 1");
    show("write-of-nothing", "R-8", "game", Some(&entry(5, &[own()])), &base(), write(&[]), "put 0");
    show(
        "write-without-room-for-both",
        "R-8 R36",
        "narrow",
        Some(&entry(4, &[gain.clone(), segment(4, 1, &[EARN])])),
        &base(),
        write(&[own()]),
        "keep",
    );
    show("write-alone-has-room", "R-8 R36", "narrow", Some(&pays), &base(), write(&[own()]), "put 1");

    // Deletion.
    let delete = || JournalRequest::Delete;
    let closed = knows(free(5, "{}"), session(5), 1, 5);
    show("delete", "R-8 R-11", "game", Some(&entry(5, &[own()])), &closed, delete(), "delete");
    show("delete-of-nothing", "R-8", "game", None, &closed, delete(), "keep");
    show("delete-of-an-empty-one", "R-8", "game", Some(&entry(5, &[])), &closed, delete(), "delete");
    show("delete-not-what-is-unknown", "R-8 R08", "game", Some(&gains), &closed, delete(), "keep");
    show(
        "delete-not-what-comes-later",
        "R-8 R08",
        "game",
        Some(&entry(5, &[own(), segment(5, 1, &[EARN])])),
        &closed,
        delete(),
        "keep",
    );
    show("delete-that-of-another", "R-8", "game", Some(&entry(9, &[own()])), &closed, delete(), "delete");
    let floored = Record { floor: Epoch(5), ..closed.clone() };
    show("delete-what-is-below-the-floor", "R-8 R-14", "game", Some(&gains), &floored, delete(), "delete");
    show("delete-behind-an-erasure", "R-8 R-15", "game", Some(&gains), &erased(6), delete(), "delete");
    let newer = Record { schema: SchemaVersion(2), ..closed };
    show("delete-not-in-other-words", "R-8 R-18", "game", Some(&words), &newer, delete(), "keep");
    sheet.file()
}
