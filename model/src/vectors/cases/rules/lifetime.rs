//! R-14 receipts, R-15 Wipe, R-16 Re-create, R-17 Restore.

use super::super::configs;
use super::super::records::*;
use crate::vectors::config::{ConfigJson, SettingsJson};
use crate::vectors::file::File;
use crate::vectors::request::{PermitJson, Request};
use keyholder_core::ids::{Epoch, ReceiptId, SchemaVersion};
use keyholder_core::ledger::Source;
use keyholder_core::record::{Extra, Record};

const GIFT: &str = r#"[[["coins"],"add",5]]"#;

pub(in super::super) fn lifetime() -> Result<File, String> {
    let narrow = ConfigJson {
        settings: SettingsJson { ledger_prune_entries: 1, ledger_max_entries: 2, ..configs::game().settings },
        ..configs::game()
    };
    let all = [("game", configs::game()), ("game-2", configs::game_2()), ("narrow", narrow)];
    let about = "Erasures (R-15), records that are used again (R-16), old versions that come back (R-17), receipts that are forgotten (R-14).";
    let mut runs = Runs::new("rules-lifetime.json", about, all);
    let mut show = |name: &str, tells, config: &str, record: Option<&Player>, requests, expects: &str| {
        runs.show(name, tells, config, record, requests, expects);
    };
    let base = || held(5, r#"{"coins":7,"title":"king"}"#);
    let full = || {
        let extra = Extra {
            users: vec![7],
            transaction: Some("tx".to_owned()),
            unknown: vec![("aura".to_owned(), "1".to_owned())],
        };
        let known = knows(knows(knows(base(), session(4), 2, 4), WEB, 3, 5), PURCHASE, 1, 5);
        Record { extra: Some(Box::new(extra)), wrote: Epoch(5), floor: Epoch(2), restored: Epoch(2), ..known }
    };

    let wipe = |expected| Request::Wipe { expected };
    show("wipe", "R-15 R20", "game", Some(&full()), vec![wipe(5), wipe(5)], "writes; nothing");
    show("wipe-of-a-free-record", "R-15", "game", Some(&free(5, r#"{"coins":7}"#)), vec![wipe(5)], "writes");
    show("wipe-that-expected-earlier", "R-15 R20", "game", Some(&base()), vec![wipe(3)], "writes");
    show("wipe-again-of-a-tombstone", "R-15 R20", "game", Some(&erased(5)), vec![wipe(5)], "writes");
    show("wipe-repeated-on-a-tombstone", "R-15 R20", "game", Some(&erased(5)), vec![wipe(4)], "nothing");
    show("wipe-of-no-record", "R-15 R21", "game", None, vec![wipe(5)], "nothing");
    show(
        "wipe-of-the-last-epoch",
        "R-15 R-25",
        "game",
        Some(&Record { epoch: Epoch(u32::MAX), ..free(5, "{}") }),
        vec![wipe(5)],
        "nothing",
    );
    let of_two = Record { schema: SchemaVersion(2), compat: SchemaVersion(2), ..free(5, r#"{"gold":1}"#) };
    show("wipe-by-older-code", "R-15 R-18", "game", Some(&of_two), vec![wipe(5)], "writes");
    show("wipe-by-code-of-its-version", "R-15 R-18", "game-2", Some(&of_two), vec![wipe(5)], "writes");
    let later =
        [wipe(5), Request::External(web(3, 4, Some(5), GIFT)), hand_back(5, own(5, &[GIFT])), save(5, own(5, &[GIFT]))];
    show(
        "wipe-ends-what-was-before",
        "R-1 R-14 R-15 R20",
        "game",
        Some(&full()),
        later.into(),
        "writes; refused: tombstone, nothing; erased, nothing; nothing",
    );

    let recreate = |expected| Request::Recreate { expected };
    show("recreate", "R-16 R20", "game", Some(&erased(5)), vec![recreate(5), recreate(5)], "writes; nothing");
    show("recreate-of-another-epoch", "R-16 R20", "game", Some(&erased(5)), vec![recreate(4)], "nothing");
    show("recreate-of-a-live-record", "R-16", "game", Some(&base()), vec![recreate(5)], "nothing");
    show("recreate-of-no-record", "R-16", "game", None, vec![recreate(5)], "nothing");
    let round = vec![wipe(5), recreate(6), wipe(5), claim(a(7), PermitJson::Vacant)];
    show(
        "wipe-recreate-and-the-wipe-again",
        "R-15 R-16 R20",
        "game",
        Some(&base()),
        round,
        "writes; writes; nothing; free, writes",
    );
    let externals =
        vec![recreate(5), Request::External(web(0, 1, Some(4), GIFT)), Request::External(web(0, 1, Some(5), GIFT))];
    show(
        "recreate-and-changes-from-before",
        "R-14 R-16 R20",
        "game",
        Some(&erased(5)),
        externals,
        "writes; refused: expired, nothing; admit, writes",
    );

    let restore = |expected, version: &Player| Request::Restore { expected, version: text(version) };
    let old = knows(knows(held(3, r#"{"coins":2}"#), session(2), 4, 3), WEB, 1, 3);
    show("restore", "R-17 R33", "game", Some(&full()), vec![restore(5, &old), restore(5, &old)], "writes; nothing");
    show("restore-of-another-epoch", "R-17", "game", Some(&full()), vec![restore(4, &old)], "nothing");
    show("restore-into-a-tombstone", "R-17 R20", "game", Some(&erased(5)), vec![restore(5, &old)], "nothing");
    show("restore-of-a-tombstone", "R-17 R20", "game", Some(&base()), vec![restore(5, &erased(3))], "nothing");
    show("restore-of-no-record", "R-17 R21", "game", None, vec![restore(5, &old)], "nothing");
    let since = Record { floor: Epoch(4), wiped: Epoch(4), ..base() };
    show("restore-of-erased-data", "R-17 R20", "game", Some(&since), vec![restore(5, &old)], "nothing");
    let behind = free(4, r#"{"coins":3}"#);
    show(
        "restore-of-data-from-after-the-erasure",
        "R-17 R20",
        "game",
        Some(&since),
        vec![restore(5, &behind)],
        "writes",
    );
    let ahead = knows(held(9, r#"{"coins":9}"#), PURCHASE, 1, 8);
    show("restore-of-a-later-version", "R-17 R33", "game", Some(&base()), vec![restore(5, &ahead)], "writes");
    let newest = Record { epoch: Epoch(u32::MAX), ..free(3, "{}") };
    show("restore-of-the-last-epoch", "R-17 R-25", "game", Some(&base()), vec![restore(5, &newest)], "nothing");
    let bought =
        vec![restore(5, &old), Request::External(purchase(Some(5), GIFT)), Request::External(purchase(Some(6), GIFT))];
    show(
        "restore-keeps-receipts",
        "R-17 R17",
        "game",
        Some(&full()),
        bought,
        "writes; done: whole, nothing; done: whole, nothing",
    );
    let ends = vec![
        restore(5, &old),
        save(5, own(5, &[GIFT])),
        Request::External(web(3, 4, Some(5), GIFT)),
        hand_back(5, own(5, &[GIFT])),
    ];
    show(
        "restore-ends-what-was-before",
        "R-1 R-14 R-17 R33",
        "game",
        Some(&full()),
        ends,
        "writes; nothing; refused: expired, nothing; forgotten, nothing",
    );
    let two = Record { schema: SchemaVersion(2), ..free(5, r#"{"gold":1}"#) };
    show("restore-brings-old-data-forward", "R-17 R-18 R22", "game-2", Some(&two), vec![restore(5, &old)], "writes");
    show(
        "restore-of-data-that-do-not-migrate",
        "R-17 R-18 R22",
        "game-2",
        Some(&two),
        vec![restore(5, &held(3, r#"{"coins":1,"gold":2}"#))],
        "nothing",
    );
    show("restore-of-newer-words", "R-17 R-18 R23", "game", Some(&base()), vec![restore(5, &two)], "nothing");
    let another = |of: u8| Source::Receipt(ReceiptId([of; 16]));
    let [one, three] = [knows(base(), PURCHASE, 1, 5), knows(knows(free(4, "{}"), another(1), 1, 2), another(2), 1, 2)];
    show(
        "restore-without-room-for-receipts",
        "R-17 R-25 R17",
        "narrow",
        Some(&one),
        vec![restore(5, &three)],
        "nothing",
    );
    show(
        "restore-with-room-for-receipts",
        "R-17 R17",
        "narrow",
        Some(&one),
        vec![restore(5, &knows(free(4, "{}"), another(1), 1, 2))],
        "writes",
    );
    show(
        "restore-with-one-receipt-in-both",
        "R-17 R17",
        "narrow",
        Some(&one),
        vec![restore(5, &knows(free(4, "{}"), PURCHASE, 1, 2))],
        "writes",
    );

    let forget = |before| Request::ForgetReceipts { before };
    let bought = knows(knows(knows(base(), PURCHASE, 1, 3), another(1), 1, 5), session(2), 4, 2);
    show("forget-receipts", "R-14 R17", "game", Some(&bought), vec![forget(4), forget(4)], "writes; nothing");
    show("forget-all-receipts", "R-14", "game", Some(&bought), vec![forget(6)], "writes");
    show("forget-no-receipts", "R-14", "game", Some(&bought), vec![forget(3)], "nothing");
    show("forget-receipts-of-no-record", "R-14", "game", None, vec![forget(3)], "nothing");
    let again = vec![forget(4), Request::External(purchase(Some(3), GIFT))];
    show("forgotten-receipt-comes-again", "R-14 R17", "game", Some(&bought), again, "writes; admit, writes");
    runs.file()
}
