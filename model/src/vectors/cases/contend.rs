//! What a contender does: every answer, heartbeat and policy.

use crate::vectors::file::File;
use crate::vectors::kinds::Contend;
use crate::vectors::kinds::contend::{Blind, Said, Signs, Steal};
use crate::vectors::sheet::{Sheet, meant};

/// Name, steal, blind, whether busy refuses, answer, silent, heartbeat, observed, what is done.
type Row = (&'static str, Steal, Blind, bool, Option<Said>, bool, Option<Signs>, bool, &'static str);

const ROWS: &[Row] = {
    use Blind::{Claim, Wait};
    use Said::{Busy, Closing, Gone};
    use Signs::{Absent, Alive, Unreadable};
    use Steal::{After, Never, Now};
    &[
        ("nothing-known", Never, Wait, true, None, false, None, false, "wait"),
        ("silent", Never, Wait, true, None, true, None, false, "probe"),
        ("silent-and-alive", Never, Wait, true, None, true, Some(Alive), false, "wait"),
        ("silent-and-absent", Never, Wait, true, None, true, Some(Absent), false, "claim"),
        ("silent-and-unreadable", Never, Wait, true, None, true, Some(Unreadable), false, "wait"),
        ("silent-and-unreadable-blind", Never, Claim, true, None, true, Some(Unreadable), false, "claim"),
        ("absent-but-not-silent", Never, Wait, true, None, false, Some(Absent), false, "wait"),
        ("unreadable-but-not-silent", Never, Claim, true, None, false, Some(Unreadable), false, "wait"),
        ("gone", Never, Wait, true, Some(Gone), false, None, false, "claim"),
        ("gone-and-alive", Never, Wait, true, Some(Gone), false, Some(Alive), false, "claim"),
        ("busy", Never, Wait, true, Some(Busy), false, None, false, "refuse"),
        ("busy-and-patient", Never, Wait, false, Some(Busy), false, None, false, "wait"),
        ("busy-then-silent", Never, Wait, true, Some(Busy), true, Some(Absent), false, "refuse"),
        ("closing", Never, Wait, true, Some(Closing), false, None, false, "wait"),
        ("closing-then-absent", Never, Wait, true, Some(Closing), true, Some(Absent), false, "wait"),
        ("observed-without-policy", Never, Wait, true, None, false, None, true, "wait"),
        ("window-not-over", After, Wait, true, None, false, None, false, "wait"),
        ("window-over", After, Wait, true, None, false, None, true, "claim"),
        ("window-over-and-busy", After, Wait, true, Some(Busy), false, Some(Alive), true, "claim"),
        ("window-not-over-and-busy", After, Wait, true, Some(Busy), false, None, false, "refuse"),
        ("window-not-over-and-gone", After, Wait, true, Some(Gone), false, None, false, "claim"),
        ("window-not-over-and-silent", After, Wait, true, None, true, None, false, "probe"),
        ("now", Now, Wait, true, None, false, None, false, "claim"),
        ("now-and-busy", Now, Wait, true, Some(Busy), false, Some(Alive), false, "claim"),
    ]
};

pub(super) fn file() -> Result<File, String> {
    let about = "What a contender does about the session that holds the record: waits, reads its heartbeat, claims with a permit for \
                 exactly that session, or gives up. None of it is a permission: the claim decides.";
    let mut sheet = Sheet::new("contend.json", "contend", about, []);
    for (name, steal, blind, refuse_when_busy, answer, silent, liveness, observed, next) in ROWS.iter().copied() {
        let case = Contend { steal, blind, refuse_when_busy, answer, silent, liveness, observed, next: String::new() };
        sheet.add(&format!("contend-{name}"), "R-19 R-20 R10 R11", case, |case| meant(case.next.as_str(), next));
    }
    sheet.file()
}
