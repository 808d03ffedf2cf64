//! R-2 Claim, R-18 schema, and what a claim does to a header.

use super::super::configs;
use super::super::records::*;
use crate::vectors::config::{ConfigJson, SettingsJson};
use crate::vectors::file::File;
use crate::vectors::hex::Hex64;
use crate::vectors::request::{OwnerJson, PermitJson, Request, TicketJson};
use keyholder_core::ids::{Epoch, HostId, Nonce, SchemaVersion};
use keyholder_core::record::{Extra, Owner, Record};

pub(in super::super) fn claims() -> Result<File, String> {
    let strict = ConfigJson { settings: SettingsJson { create: false, ..configs::game().settings }, ..configs::game() };
    let newer = ConfigJson { settings: SettingsJson { compat: 2, ..configs::game_2().settings }, ..configs::game_2() };
    let all = [("game", configs::game()), ("game-2", configs::game_2()), ("newer", newer), ("strict", strict)];
    let about = "Claims of a record (R-2), the verdict that their writer and their reader share, and what newer code settles (R-6, R-18).";
    let mut runs = Runs::new("rules-claims.json", about, all);
    let mut show = |name: &str, tells, config: &str, record: Option<Player>, requests, expects: &str| {
        runs.show(&format!("claim-{name}"), tells, config, record.as_ref(), requests, expects);
    };
    let vacant = |by| vec![claim(by, PermitJson::Vacant)];
    let gone = |epoch| PermitJson::Gone(me(epoch));
    let base = || held(5, r#"{"coins":1}"#);

    show("creates-the-record", "R-2", "game", None, vacant(a(1)), "free, writes");
    show("does-not-create-it", "R-2", "strict", None, vacant(a(1)), "absent, nothing");
    show("free", "R-2", "game", Some(free(5, r#"{"coins":1}"#)), vacant(a(6)), "free, writes");
    show("own-again", "R-2 R05", "game", Some(base()), vacant(a(5)), "mine, nothing");
    show(
        "and-its-retry",
        "R-2 R05",
        "game",
        Some(free(5, "{}")),
        [vacant(a(6)), vacant(a(6))].concat(),
        "free, writes; mine, nothing",
    );
    show(
        "two-servers",
        "R-2 R01",
        "game",
        Some(free(5, "{}")),
        [vacant(a(6)), vacant(b(7))].concat(),
        "free, writes; held, nothing",
    );
    show("held", "R-2 R01", "game", Some(base()), vacant(b(6)), "held, nothing");
    show("held-by-the-same-server", "R-2 R33", "game", Some(base()), vacant(a(6)), "free, writes");
    show("held-by-one-who-is-gone", "R-2 R10", "game", Some(base()), vec![claim(b(6), gone(5))], "free, writes");
    show("held-by-a-later-one", "R-2 R10", "game", Some(base()), vec![claim(b(6), gone(4))], "held, nothing");
    let other_nonce = PermitJson::Gone(TicketJson(5, Hex64(0xff)));
    show("held-under-another-nonce", "R-2 R33", "game", Some(base()), vec![claim(b(6), other_nonce)], "held, nothing");
    let other_epoch = PermitJson::Gone(TicketJson(4, nonce(5)));
    show("held-under-another-epoch", "R-2 R33", "game", Some(base()), vec![claim(b(6), other_epoch)], "held, nothing");
    show("of-anybody", "R-2 R-20", "game", Some(base()), vec![claim(b(6), PermitJson::Any)], "free, writes");
    show(
        "nonce-of-the-owner-under-another-label",
        "R-2 R33",
        "game",
        Some(base()),
        vacant(OwnerJson { host: Hex64(0xa2), nonce: nonce(5) }),
        "mine, nothing",
    );
    let wanted = Record { want: Some(Owner { host: HostId(0xa2), nonce: Nonce(0xb6) }), ..base() };
    show("drops-the-request", "R-2 R-20", "game", Some(wanted), vacant(a(7)), "free, writes");
    show("tombstone", "R-2 R20", "game", Some(erased(5)), vec![claim(a(6), PermitJson::Any)], "tombstone, nothing");
    let marked = |record| {
        let extra = Extra { transaction: Some("tx 1".to_owned()), ..Extra::default() };
        Record { extra: Some(Box::new(extra)), ..record }
    };
    show(
        "transaction",
        "R-2 R29",
        "game",
        Some(marked(free(5, "{}"))),
        vec![claim(a(6), PermitJson::Any)],
        "transaction, nothing",
    );
    let newer = Record { schema: SchemaVersion(2), compat: SchemaVersion(2), ..marked(free(5, "{}")) };
    show("too-old-before-transaction", "R-2 R29", "game", Some(newer), vacant(a(6)), "too_old, nothing");
    show("own-with-a-transaction", "R-2 R29", "game", Some(marked(base())), vacant(a(5)), "mine, nothing");
    let last = |record| Record { epoch: Epoch(u32::MAX), ..record };
    show("epochs-used-up", "R-2 R-25", "game", Some(last(free(5, "{}"))), vacant(a(6)), "exhausted, nothing");
    show(
        "last-epoch",
        "R-2 R-25",
        "game",
        Some(Record { epoch: Epoch(u32::MAX - 1), ..free(5, "{}") }),
        vacant(a(6)),
        "free, writes",
    );
    let carried = Extra {
        users: vec![7, 8],
        transaction: None,
        unknown: vec![("aura".to_owned(), r#"{"b": [1.50]}"#.to_owned())],
    };
    let header = Record {
        extra: Some(Box::new(carried)),
        wrote: Epoch(4),
        ..knows(free(5, r#"{"coins":1}"#), session(4), 2, 4)
    };
    show("keeps-the-header", "R-2 R37", "game", Some(header), vacant(a(6)), "free, writes");

    // Versions.
    let of = |schema, compat, record| Record { schema: SchemaVersion(schema), compat: SchemaVersion(compat), ..record };
    show("code-too-old", "R-2 R-18 R23", "game", Some(of(2, 2, free(5, "{}"))), vacant(a(6)), "too_old, nothing");
    show("code-too-old-and-held", "R-2 R23", "game", Some(of(2, 2, held(5, "{}"))), vacant(b(6)), "too_old, nothing");
    show(
        "code-old-enough",
        "R-2 R-18 R23",
        "game",
        Some(of(2, 1, free(5, r#"{"gold":3}"#))),
        vacant(a(6)),
        "free, writes",
    );
    show(
        "code-newer-leaves-the-data",
        "R-2 R-18 R22",
        "game-2",
        Some(free(5, r#"{"coins":3}"#)),
        vacant(a(6)),
        "free, writes",
    );
    show("code-newer-creates-its-own", "R-2 R-18", "newer", None, vacant(a(1)), "free, writes");
    let open = |log: &str| vec![claim(a(6), PermitJson::Vacant), settle(6, log.to_owned())];
    show(
        "and-migration",
        "R-6 R-18 R22",
        "newer",
        Some(free(5, r#"{"coins":3}"#)),
        open("[]"),
        "free, writes; settled, writes",
    );
    show(
        "and-migration-again",
        "R-6 R22",
        "game-2",
        Some(free(5, r#"{"coins":3}"#)),
        [open("[]"), open("[]")].concat(),
        "free, writes; settled, writes; mine, nothing; settled, nothing",
    );
    let failed = "the migration to schema 2 refused the data; the record is untouched";
    show(
        "and-failed-migration",
        "R-6 R-18 R22",
        "game-2",
        Some(free(5, r#"{"coins":3,"gold":4}"#)),
        open("[]"),
        &format!("free, writes; {failed}, nothing"),
    );
    show(
        "and-older-code-settles-nothing",
        "R-6 R-18 R23",
        "game",
        Some(of(2, 1, free(5, r#"{"gold":3}"#))),
        open("[]"),
        "free, writes; settled, nothing",
    );
    show(
        "and-recovery-before-the-migration",
        "R-6 R22",
        "game-2",
        Some(free(5, r#"{"coins":3}"#)),
        open(&own(5, &[r#"[[["coins"],"add",4]]"#])),
        "free, writes; settled, writes",
    );

    show("look", "R-9", "game", Some(base()), vec![Request::Look {}], "nothing");
    runs.file()
}
