//! External changes and sessions beside the ledger: applied, to be applied, or refused.

use super::configs;
use super::records::*;
use crate::vectors::config::{ConfigJson, SettingsJson};
use crate::vectors::file::File;
use crate::vectors::request::{ExternalJson, Request};
use keyholder_core::document::{Applied, Skip};
use keyholder_core::ids::{Epoch, SchemaVersion, SourceId};
use keyholder_core::ledger::Source;
use keyholder_core::record::Record;

const GIFT: &str = r#"[[["coins"],"add",5]]"#;
const CHARGE: &str = r#"[[["coins"],"add",-3]]"#;

/// A ledger of at most two sources.
fn narrow() -> ConfigJson {
    let game = configs::game();
    ConfigJson {
        settings: SettingsJson { ledger_prune_entries: 1, ledger_max_entries: 2, ..game.settings.clone() },
        ..game
    }
}

pub(super) fn externals() -> Result<File, String> {
    let about = "External changes beside the ledger. The verdict is that on the record before the write: done with its outcome, \
                 admit, or why it is refused.";
    let all = [("game", configs::game()), ("narrow", narrow())];
    let mut runs = Runs::new("ledger-externals.json", about, all);
    let mut show =
        |name: &str, tells, config: &str, record: Option<Player>, changes: &[ExternalJson], expects: &str| {
            let requests = changes.iter().cloned().map(Request::External).collect();
            runs.show(&format!("external-{name}"), tells, config, record.as_ref(), requests, expects);
        };
    let base = || free(5, r#"{"coins":10}"#);
    let busy = || held(5, r#"{"coins":10}"#);
    let gift = || web(0, 1, Some(5), GIFT);
    let charge = || web(0, 1, Some(5), CHARGE);

    show("applied", "R-13", "game", Some(base()), &[gift()], "admit, writes");
    show("and-its-retry", "R-13 R13", "game", Some(base()), &[gift(), gift()], "admit, writes; done: whole, nothing");
    let second = web(1, 2, Some(5), GIFT);
    show("two-in-order", "R-13 R16", "game", Some(base()), &[gift(), second.clone()], "admit, writes; admit, writes");
    show(
        "second-first",
        "R-13 R16",
        "game",
        Some(base()),
        std::slice::from_ref(&second),
        "refused: out_of_turn, nothing",
    );
    show(
        "first-again-behind-the-second",
        "R-13 R16",
        "game",
        Some(base()),
        &[gift(), second, gift()],
        "admit, writes; admit, writes; done: whole, nothing",
    );
    show(
        "numbers-left-out",
        "R-3 R-13",
        "game",
        Some(base()),
        &[gift(), web(1, 4, Some(5), GIFT), web(4, 5, Some(5), GIFT)],
        "admit, writes; admit, writes; admit, writes",
    );
    show(
        "number-that-was-left-out-comes",
        "R-3 R-13",
        "game",
        Some(base()),
        &[web(0, 3, Some(5), GIFT), web(0, 1, Some(5), GIFT)],
        "admit, writes; done: whole, nothing",
    );
    show(
        "receipt",
        "R-13 R17",
        "game",
        Some(base()),
        &[purchase(Some(5), GIFT), purchase(Some(5), GIFT)],
        "admit, writes; done: whole, nothing",
    );
    show(
        "receipt-without-memory",
        "R-13 R-14",
        "game",
        Some(base()),
        &[purchase(None, GIFT), purchase(None, GIFT)],
        "admit, writes; done: whole, nothing",
    );

    // A session lives on the record.
    show("credit-while-it-is-held", "R-13 R14", "game", Some(busy()), &[gift()], "admit, writes");
    show("debit-while-it-is-held", "R-13 R18", "game", Some(busy()), &[charge()], "refused: owned, nothing");
    show("debit-while-it-is-free", "R-13 R18", "game", Some(base()), &[charge()], "admit, writes");
    show(
        "debit-that-is-not-covered",
        "R-13 R-25 R18",
        "game",
        Some(free(5, r#"{"coins":1}"#)),
        &[charge(), charge()],
        "admit, writes; done: below_minimum, nothing",
    );
    let clamps = web(0, 1, Some(5), r#"[[["stars"],"add",99]]"#);
    show(
        "credit-that-clamps",
        "R-13 R-25 D14",
        "game",
        Some(base()),
        &[clamps.clone(), clamps],
        "admit, writes; done: clamped, nothing",
    );
    let title = web(0, 1, Some(5), r#"[[["title"],"set","king"]]"#);
    show(
        "set-while-it-is-held",
        "R-13 R19",
        "game",
        Some(busy()),
        std::slice::from_ref(&title),
        "refused: owned, nothing",
    );
    show("set-while-it-is-free", "R-13 R19", "game", Some(base()), &[title], "admit, writes");
    let nothing = web(0, 1, Some(5), "[]");
    show("empty-change", "R-13", "game", Some(busy()), &[nothing], "admit, writes");
    let known = odd(knows(base(), WEB, 1, 5), WEB, 1, Applied::Skipped(Skip::Full));
    show(
        "outcome-of-the-last-is-remembered",
        "R-13 R-25",
        "game",
        Some(known),
        &[gift(), web(1, 2, Some(5), GIFT), gift()],
        "done: full, nothing; admit, writes; done: whole, nothing",
    );

    // No record, or none that takes it.
    show("without-a-record", "R-13 R21", "game", None, &[gift()], "refused: absent, nothing");
    show("to-a-tombstone", "R-13 R20 R21", "game", Some(erased(5)), &[gift()], "refused: tombstone, nothing");
    let erased_since = || Record { floor: Epoch(4), wiped: Epoch(4), ..base() };
    show(
        "from-before-an-erasure",
        "R-14 R20",
        "game",
        Some(erased_since()),
        &[web(0, 1, Some(3), GIFT)],
        "refused: expired, nothing",
    );
    show(
        "from-after-an-erasure",
        "R-14 R20",
        "game",
        Some(erased_since()),
        &[web(0, 1, Some(4), GIFT)],
        "admit, writes",
    );
    show(
        "numbered-without-memory-after-pruning",
        "R-14 R17",
        "game",
        Some(Record { floor: Epoch(1), ..base() }),
        &[web(0, 1, None, GIFT)],
        "refused: expired, nothing",
    );
    show("numbered-without-memory", "R-14", "game", Some(base()), &[web(0, 1, None, GIFT)], "admit, writes");
    show(
        "receipt-without-memory-after-pruning",
        "R-14 R17",
        "game",
        Some(Record { floor: Epoch(1), ..base() }),
        &[purchase(None, GIFT)],
        "admit, writes",
    );
    show(
        "receipt-without-memory-after-an-erasure",
        "R-14 R20",
        "game",
        Some(erased_since()),
        &[purchase(None, GIFT)],
        "refused: expired, nothing",
    );
    let done = Record { floor: Epoch(4), wiped: Epoch(4), ..knows(base(), WEB, 1, 5) };
    show(
        "done-before-it-expires",
        "R-13 R-14",
        "game",
        Some(done),
        &[web(0, 1, Some(3), GIFT)],
        "done: whole, nothing",
    );
    let later = ExternalJson { schema: 2, ..gift() };
    show("in-words-of-a-later-version", "R-13 R-18 R22", "game", Some(base()), &[later], "refused: schema, nothing");

    // What no sender sends.
    let two = ExternalJson { to: 2, changes: vec![GIFT.to_owned(); 2], ..gift() };
    show("of-two-changes", "R-13", "game", Some(base()), &[two], "refused: malformed, nothing");
    let none = ExternalJson { changes: Vec::new(), ..gift() };
    show("of-no-change", "R-13", "game", Some(base()), &[none], "refused: malformed, nothing");
    show("of-no-position", "R-13", "game", Some(base()), &[web(1, 1, Some(5), GIFT)], "refused: malformed, nothing");
    let of_session = ExternalJson { n: None, s: Some(me(4)), ..gift() };
    show("of-a-session", "R-13", "game", Some(base()), &[of_session], "refused: malformed, nothing");

    // What is looked at first.
    let two = ExternalJson { changes: vec![GIFT.to_owned(); 2], ..gift() };
    show(
        "malformed-before-done",
        "R-13",
        "game",
        Some(knows(base(), WEB, 1, 5)),
        &[two],
        "refused: malformed, nothing",
    );
    show(
        "overlap-is-out-of-turn",
        "R-3 R-13",
        "game",
        Some(knows(base(), WEB, 1, 5)),
        &[web(0, 3, Some(5), GIFT)],
        "refused: out_of_turn, nothing",
    );
    show(
        "expired-before-out-of-turn",
        "R-13 R-14",
        "game",
        Some(erased_since()),
        &[web(1, 2, Some(3), GIFT)],
        "refused: expired, nothing",
    );
    let later = ExternalJson { schema: 2, ..charge() };
    show("schema-before-owned", "R-13 R-18", "game", Some(busy()), &[later], "refused: schema, nothing");
    let full = knows(knows(busy(), Source::Numbered(SourceId(1)), 1, 5), session(5), 1, 5);
    show("owned-before-ledger-full", "R-13", "narrow", Some(full), &[charge()], "refused: owned, nothing");

    // Room in the ledger.
    let full = || knows(knows(base(), Source::Numbered(SourceId(1)), 1, 5), session(5), 1, 5);
    show("ledger-full", "R-13 R-14 R17", "narrow", Some(full()), &[gift()], "refused: ledger_full, nothing");
    show(
        "ledger-full-of-itself",
        "R-13 R-14",
        "narrow",
        Some(knows(full(), WEB, 1, 5)),
        &[web(1, 2, Some(5), GIFT)],
        "admit, writes",
    );
    show(
        "ledger-with-one-place",
        "R-13 R-14",
        "narrow",
        Some(knows(base(), session(5), 1, 5)),
        &[gift(), purchase(Some(5), GIFT)],
        "admit, writes; refused: ledger_full, nothing",
    );
    runs.file()
}

pub(super) fn sessions() -> Result<File, String> {
    let about = "Positions of sessions beside the ledger, deliveries of a session from before it held the record, and what a \
                 claim forgets.";
    let pruned = ConfigJson { settings: SettingsJson { window_epochs: 2, ..narrow().settings }, ..narrow() };
    let border = ConfigJson {
        settings: SettingsJson { ledger_prune_entries: 4, ledger_max_entries: 9, ..pruned.settings.clone() },
        ..narrow()
    };
    let all = [("border", border), ("game", configs::game()), ("narrow", narrow()), ("pruned", pruned)];
    let mut runs = Runs::new("ledger-sessions.json", about, all);
    let base = || held(5, r#"{"coins":10}"#);
    let pending = |epoch, external| Request::Settle { me: me(epoch), log: "[]".to_owned(), pending: Some(external) };
    let mut show = |name: &str, tells, config: &str, record: &Player, requests, expects: &str| {
        runs.show(&format!("ledger-{name}"), tells, config, Some(record), requests, expects);
    };

    let delivery = || web(0, 1, Some(4), CHARGE);
    show(
        "delivery-settled",
        "R-6 R-13",
        "game",
        &base(),
        vec![pending(5, delivery()), pending(5, delivery())],
        "settled, writes; settled, nothing",
    );
    show(
        "delivery-that-was-applied-before",
        "R-6 R-13",
        "game",
        &knows(base(), WEB, 1, 4),
        vec![pending(5, delivery())],
        "settled, nothing",
    );
    show(
        "delivery-expired",
        "R-6 R-14",
        "game",
        &Record { floor: Epoch(5), ..base() },
        vec![pending(5, delivery())],
        "settled, nothing",
    );
    let full = knows(knows(base(), session(4), 1, 5), session(3), 1, 5);
    show("delivery-without-room", "R-6 R-13 R17", "narrow", &full, vec![pending(5, delivery())], "settled, nothing");
    show(
        "delivery-with-a-recovery",
        "R-6",
        "game",
        &base(),
        vec![Request::Settle { me: me(5), log: own(4, &[CHARGE]), pending: Some(delivery()) }],
        "settled, writes",
    );
    show("delivery-of-another-session", "R-1 R-6", "game", &base(), vec![pending(4, delivery())], "settled, nothing");
    show(
        "delivery-in-later-words",
        "R-6 R-18",
        "game",
        &base(),
        vec![pending(5, ExternalJson { schema: 2, ..delivery() })],
        "settled, nothing",
    );

    let sold = || sealed(knows(held(7, r#"{"coins":1}"#), session(5), 2, 6), session(5));
    show("sealed-and-already", "R-12", "game", &sold(), vec![hand_back(5, own(5, &[GIFT, GIFT]))], "refused, nothing");
    show(
        "sealed-and-beyond",
        "R-12 R38",
        "game",
        &sold(),
        vec![hand_back(5, log(&[segment(5, 2, &[GIFT])]))],
        "refused, nothing",
    );
    let floored = Record { floor: Epoch(6), ..held(7, r#"{"coins":1}"#) };
    show(
        "hand-back-below-the-floor",
        "R-12 R-14 R-23",
        "game",
        &floored,
        vec![hand_back(5, own(5, &[GIFT]))],
        "forgotten, nothing",
    );
    let wiped = Record { floor: Epoch(6), wiped: Epoch(6), ..held(7, r#"{"coins":1}"#) };
    show(
        "hand-back-from-before-an-erasure",
        "R-12 R-15 R-23",
        "game",
        &wiped,
        vec![hand_back(5, own(5, &[GIFT]))],
        "erased, nothing",
    );
    show(
        "hand-back-to-a-tombstone",
        "R-12 R20",
        "game",
        &erased(7),
        vec![hand_back(5, own(5, &[GIFT]))],
        "erased, nothing",
    );
    let gap = vec![hand_back(5, log(&[segment(5, 2, &[GIFT])]))];
    show("hand-back-with-a-gap", "R-3 R-12", "game", &held(7, "{}"), gap, "refused, writes");
    let later = Record { schema: SchemaVersion(2), ..held(7, "{}") };
    show(
        "hand-back-in-other-words",
        "R-12 R-18",
        "game",
        &later,
        vec![hand_back(5, own(5, &[GIFT]))],
        "refused, writes",
    );

    // Pruning: at claims only, and only a big ledger.
    let many = || {
        let record = knows(knows(free(9, "{}"), session(7), 3, 7), session(9), 2, 9);
        knows(knows(knows(record, WEB, 4, 6), Source::Numbered(SourceId(0xc2)), 4, 9), PURCHASE, 1, 2)
    };
    let claimed = || vec![claim(b(10), crate::vectors::request::PermitJson::Vacant)];
    show("small-is-not-pruned", "R-14", "game", &many(), claimed(), "free, writes");
    let at_the_border = knows(knows(free(9, "{}"), session(7), 1, 9), session(8), 1, 8);
    let at_the_border = knows(knows(at_the_border, WEB, 4, 8), Source::Numbered(SourceId(0xc2)), 4, 7);
    show("pruned-up-to-the-floor", "R-14", "border", &at_the_border, claimed(), "free, writes");
    let young = knows(free(2, "{}"), session(2), 1, 2);
    show("window-before-the-first-epoch", "R-14", "narrow", &young, claimed(), "free, writes");
    show("big-is-pruned-by-a-claim", "R-14 R17", "pruned", &many(), claimed(), "free, writes");
    show(
        "pruned-sources-expire",
        "R-14 R17",
        "pruned",
        &many(),
        [claimed(), vec![Request::External(web(4, 5, Some(6), GIFT)), hand_back(7, log(&[segment(7, 3, &[GIFT])]))]]
            .concat(),
        "free, writes; refused: expired, nothing; forgotten, nothing",
    );
    let floored = Record { floor: Epoch(9), ..many() };
    let floored = {
        let mut it = floored;
        it.ledger.retain(|source, _| source != session(7));
        it
    };
    show("floor-never-goes-down", "R-14", "pruned", &floored, claimed(), "free, writes");
    runs.file()
}
