//! R-20 Want, R-22 Cancel.

use super::super::configs;
use super::super::records::*;
use crate::vectors::config::{ConfigJson, SettingsJson};
use crate::vectors::file::File;
use crate::vectors::hex::Hex64;
use crate::vectors::request::{PermitJson, Request, TicketJson};
use keyholder_core::ids::{HostId, Nonce};
use keyholder_core::record::{Owner, Record};

pub(in super::super) fn freeing() -> Result<File, String> {
    let strict = ConfigJson { settings: SettingsJson { create: false, ..configs::game().settings }, ..configs::game() };
    let about = "Requests for a record that is held (R-20), and opens that are cancelled (R-22).";
    let mut runs = Runs::new("rules-freeing.json", about, [("game", configs::game()), ("strict", strict)]);
    let mut show = |name: &str, tells, config: &str, record: Option<Player>, requests, expects: &str| {
        runs.show(name, tells, config, record.as_ref(), requests, expects);
    };
    let base = || held(5, r#"{"coins":1}"#);
    let want = |held, by| Request::Want { held, by };
    let asked = || Record { want: Some(Owner { host: HostId(0xa2), nonce: Nonce(0xb6) }), ..base() };

    show("want", "R-20 R10", "game", Some(base()), vec![want(me(5), b(6)), want(me(5), b(6))], "writes; nothing");
    show("want-of-a-third", "R-20", "game", Some(asked()), vec![want(me(5), b(7))], "writes");
    show("want-of-a-free-record", "R-20", "game", Some(free(5, "{}")), vec![want(me(5), b(6))], "nothing");
    show("want-of-another-session", "R-20", "game", Some(base()), vec![want(me(4), b(6))], "nothing");
    show(
        "want-under-another-nonce",
        "R-20 R33",
        "game",
        Some(base()),
        vec![want(TicketJson(5, Hex64(0xff)), b(6))],
        "nothing",
    );
    show("want-of-no-record", "R-20", "game", None, vec![want(me(5), b(6))], "nothing");
    show("want-of-a-tombstone", "R-20 R20", "game", Some(erased(5)), vec![want(me(5), b(6))], "nothing");

    let cancel = |epoch, touch| Request::Release { nonce: nonce(epoch), touch };
    show("cancel", "R-22 R35", "game", Some(base()), vec![cancel(5, false), cancel(5, false)], "writes; nothing");
    show("cancel-drops-the-request", "R-20 R-22", "game", Some(asked()), vec![cancel(5, false)], "writes");
    show("cancel-of-another-attempt", "R-22 R06", "game", Some(base()), vec![cancel(6, false)], "nothing");
    show("cancel-of-a-free-record", "R-22", "game", Some(free(5, "{}")), vec![cancel(6, false)], "nothing");
    show("cancel-in-doubt-touches", "R-22 R41", "game", Some(free(5, "{}")), vec![cancel(6, true)], "writes");
    show("cancel-in-doubt-of-another-attempt", "R-22 R06 R41", "game", Some(base()), vec![cancel(6, true)], "writes");
    show("cancel-in-doubt-of-its-own", "R-22 R41", "game", Some(base()), vec![cancel(5, true)], "writes");
    show("cancel-in-doubt-of-a-tombstone", "R-22 R20", "game", Some(erased(5)), vec![cancel(6, true)], "writes");
    show("cancel-without-a-record", "R-22", "game", None, vec![cancel(1, false)], "nothing");
    show(
        "cancel-in-doubt-creates-it-free",
        "R-22 R41",
        "game",
        None,
        vec![cancel(1, true), cancel(1, true)],
        "writes; writes",
    );
    show("cancel-in-doubt-creates-nothing", "R-22", "strict", None, vec![cancel(1, true)], "nothing");
    let open = vec![claim(a(6), PermitJson::Vacant), cancel(6, false), claim(b(7), PermitJson::Vacant)];
    show(
        "cancel-and-the-next-claim",
        "R-2 R-22 R41",
        "game",
        Some(free(5, "{}")),
        open,
        "free, writes; writes; free, writes",
    );
    let keeps = knows(base(), session(4), 2, 4);
    show("cancel-keeps-the-ledger", "R-22", "game", Some(keeps), vec![cancel(5, false)], "writes");
    runs.file()
}
