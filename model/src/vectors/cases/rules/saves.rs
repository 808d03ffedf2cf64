//! R-1 Fence, R-9 Save, R-11 Close, R-23 what a fenced session concludes, R-25 outcomes.

use super::super::configs;
use super::super::records::*;
use crate::vectors::file::File;
use crate::vectors::hex::Hex64;
use crate::vectors::request::{PermitJson, Request, TicketJson};
use keyholder_core::document::{Applied, Skip};
use keyholder_core::ids::{Epoch, HostId, Nonce};
use keyholder_core::record::{Extra, Owner, Record};

const EARN: &str = r#"[[["coins"],"add",5]]"#;
const SPEND: &str = r#"[[["coins"],"add",-99]]"#;

pub(in super::super) fn saves() -> Result<File, String> {
    let about = "Saves and closes, with the fence and without (R-1, R-9, R-11), outcomes until they are told (R-25), and what a \
                 fenced session concludes from the record (R-23).";
    let mut runs = Runs::new("rules-saves.json", about, [("game", configs::game())]);
    let mut show = |name: &str, tells, record: Option<&Player>, requests, expects: &str| {
        runs.show(&format!("save-{name}"), tells, "game", record, requests, expects);
    };
    let base = || held(5, r#"{"coins":1}"#);
    let earn = || own(5, &[EARN]);
    let told = |told, release, log: &str| Request::Save { me: me(5), log: log.to_owned(), told, release };
    let with = |me| vec![Request::Save { me, log: earn(), told: 0, release: false }];
    let closing = |me| vec![Request::Save { me, log: earn(), told: 0, release: true }];

    // The fence.
    show("held", "R-1 R-9", Some(&base()), with(me(5)), "writes");
    show("without-a-record", "R-1 R34", None, with(me(5)), "nothing");
    show("of-a-free-record", "R-1 R02", Some(&free(5, "{}")), with(me(5)), "nothing");
    show("behind-a-later-claim", "R-1 R02 R03", Some(&held(6, "{}")), with(me(5)), "nothing");
    show("under-another-nonce", "R-1 R33", Some(&base()), with(TicketJson(5, Hex64(0xff))), "nothing");
    show("under-another-epoch", "R-1 R33", Some(&base()), with(TicketJson(4, nonce(5))), "nothing");
    show("of-a-later-epoch", "R-1 R33", Some(&base()), with(TicketJson(6, nonce(5))), "nothing");
    show("of-a-tombstone", "R-1 R20", Some(&erased(6)), with(me(5)), "nothing");
    let other_host = Record { owner: Some(Owner { host: HostId(0xff), nonce: Nonce(0xb5) }), ..base() };
    show("the-label-does-not-matter", "R-1", Some(&other_host), with(me(5)), "writes");
    let claims = [with(me(5)), vec![claim(b(6), PermitJson::Any)], with(me(5)), with(me(6))].concat();
    show("and-a-claim-in-between", "R-1 R02 R03", Some(&base()), claims, "writes; free, writes; nothing; nothing");

    // Closing.
    show("close", "R-9 R-11", Some(&base()), closing(me(5)), "writes");
    show(
        "close-and-its-retry",
        "R-11 R05",
        Some(&base()),
        [closing(me(5)), closing(me(5))].concat(),
        "writes; nothing",
    );
    show("close-of-nothing", "R-11", Some(&base()), vec![close(5, "[]".to_owned())], "writes");
    show("close-behind-a-later-claim", "R-1 R-11 R06", Some(&held(6, "{}")), closing(me(5)), "nothing");
    show("close-under-another-nonce", "R-1 R-11 R33", Some(&base()), closing(TicketJson(5, Hex64(0xff))), "nothing");
    let wanted = Record { want: Some(Owner { host: HostId(0xa2), nonce: Nonce(0xb6) }), ..base() };
    show("close-answers-a-request", "R-11 R-20", Some(&wanted), closing(me(5)), "writes");
    show("keeps-a-request", "R-9 R-20", Some(&wanted), with(me(5)), "writes");
    let late = [closing(me(5)), with(me(5))].concat();
    show("older-save-behind-the-close", "R-1 R-11", Some(&base()), late, "writes; nothing");
    show(
        "close-and-the-next-claim",
        "R-2 R-11 R25",
        Some(&base()),
        [closing(me(5)), vec![claim(b(6), PermitJson::Vacant)]].concat(),
        "writes; free, writes",
    );

    // Nothing to write.
    show("of-nothing", "R-9", Some(&base()), vec![save(5, "[]".to_owned())], "nothing");
    show("of-what-is-known", "R-9 R05", Some(&knows(base(), session(5), 1, 5)), with(me(5)), "nothing");
    let sealed_own = sealed(knows(base(), session(5), 0, 5), session(5));
    show("of-a-sealed-source", "R-9 R-12", Some(&sealed_own), with(me(5)), "nothing");
    let header = Extra {
        users: vec![7],
        transaction: Some("tx".to_owned()),
        unknown: vec![("aura".to_owned(), "1.50".to_owned())],
    };
    let header = Record { extra: Some(Box::new(header)), floor: Epoch(2), wiped: Epoch(2), ..base() };
    show("keeps-the-header", "R-9 R37", Some(&header), with(me(5)), "writes");
    let merged = knows(knows(base(), WEB, 3, 5), session(4), 2, 4);
    show("keeps-what-others-wrote", "R-9 R14 R19", Some(&merged), with(me(5)), "writes");

    // Outcomes.
    let skips = || own(5, &[EARN, SPEND, EARN]);
    show("tells-what-was-skipped", "R-25 R18", Some(&base()), vec![told(0, false, &skips())], "writes");
    let after = log(&[segment(5, 0, &[EARN, SPEND, EARN]), segment(5, 3, &[EARN])]);
    show(
        "forgets-what-was-told",
        "R-25",
        Some(&base()),
        vec![told(0, false, &skips()), told(3, false, &after)],
        "writes; writes",
    );
    show(
        "keeps-what-was-not-told",
        "R-25",
        Some(&base()),
        vec![told(0, false, &skips()), told(1, false, &after)],
        "writes; writes",
    );
    show(
        "retry-tells-the-same",
        "R-25 R05",
        Some(&base()),
        vec![told(0, false, &skips()), told(0, false, &skips())],
        "writes; nothing",
    );
    show(
        "close-forgets-what-was-told",
        "R-11 R-25",
        Some(&base()),
        vec![told(0, false, &skips()), told(3, true, "[]")],
        "writes; writes",
    );
    let kinds = own(
        5,
        &[
            r#"[[["stars"],"add",11]]"#,
            r#"[[["coins"],"add",-2]]"#,
            r#"[[["coins"],"add",1000000]]"#,
            r#"[[["title"],"set_if","x","y"]]"#,
            r#"[[["coins"],"set",1]]"#,
            r#"[[["tags"],"insert",1],[["tags"],"insert",2],[["tags"],"insert",3],[["tags"],"insert",4]]"#,
        ],
    );
    show("every-outcome-has-its-word", "R-25 D14", Some(&base()), vec![save(5, kinds)], "writes");

    // What a fenced session concludes (the verdict is `loss` with `sent`).
    let hands = || vec![hand_back(5, "[]".to_owned())];
    show("loss-none-yet", "R-23", Some(&held(6, "{}")), hands(), "none, nothing");
    show(
        "loss-forgotten",
        "R-14 R-23",
        Some(&Record { floor: Epoch(6), ..held(6, "{}") }),
        hands(),
        "forgotten, nothing",
    );
    show(
        "loss-erased",
        "R-15 R-23",
        Some(&Record { floor: Epoch(6), wiped: Epoch(6), ..held(7, "{}") }),
        hands(),
        "erased, nothing",
    );
    show(
        "loss-erased-before-it-was-born",
        "R-23",
        Some(&Record { floor: Epoch(5), wiped: Epoch(5), ..held(7, "{}") }),
        hands(),
        "none, nothing",
    );
    let refused = sealed(knows(held(6, "{}"), session(5), 0, 6), session(5));
    show("loss-refused", "R-12 R-23", Some(&refused), hands(), "refused, nothing");
    show("loss-without-a-record", "R-23", None, hands(), "forgotten, nothing");
    let known = odd(knows(held(6, "{}"), session(5), 1, 5), session(5), 1, Applied::Skipped(Skip::BelowMinimum));
    show("loss-none-and-an-outcome", "R-23 R-25", Some(&known), vec![hand_back(5, own(5, &[SPEND]))], "none, nothing");
    runs.file()
}
