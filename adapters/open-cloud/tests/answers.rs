//! What each answer of the platform means (documentation: Open Cloud, Errors; Data stores, Handle requests).

use keyholder_open_cloud::{Answer, Asked, ITEM_MAX_BYTES, VALUE_MAX_BYTES};
use keyholder_tokio::backend::{NotApplied, Refused};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use std::time::Duration;

const ALL: [Asked; 6] = [Asked::Read, Asked::Create, Asked::Update, Asked::Put, Asked::Remove, Asked::Publish];

/// A page of a gateway.
const PAGE: &str = "<!DOCTYPE html><html><body>502 Bad Gateway</body></html>";

fn of(asked: Asked, status: u16, body: &str) -> Answer {
    Answer::of(asked, status, &HeaderMap::new(), body.as_bytes())
}

fn refused(why: Refused) -> Answer {
    Answer::NotApplied(NotApplied::Refused(why))
}

fn unavailable() -> Answer {
    Answer::NotApplied(NotApplied::Unavailable)
}

fn throttled(wait: Option<u64>) -> Answer {
    Answer::NotApplied(NotApplied::Throttled { wait: wait.map(Duration::from_secs) })
}

#[test]
fn success_is_told_by_the_status_alone() {
    for asked in ALL {
        for body in ["", "{}", PAGE, "{\"code\":\"ABORTED\"}"] {
            assert_eq!(of(asked, 200, body), Answer::Done);
        }
    }
    assert_eq!(of(Asked::Remove, 204, ""), Answer::Done);
    assert_eq!(of(Asked::Read, 204, ""), Answer::Absent, "a removed entry of the older interface");
}

#[test]
fn a_condition_that_does_not_hold_is_a_conflict_in_every_shape() {
    let shapes = [
        (409, r#"{"code":"ABORTED","message":"stale"}"#),
        (409, r#"{"error":"ALREADY_EXISTS"}"#),
        (409, ""),
        (409, PAGE),
        (412, r#"{"coins":1}"#),
        (412, ""),
        (400, r#"{"code":"FAILED_PRECONDITION","message":"stale"}"#),
        (400, r#"{"code":"ABORTED"}"#),
        (400, r#"{"code":"ALREADY_EXISTS"}"#),
        (400, r#"{"errors":[{"code":"ALREADY_EXISTS","message":"there"}]}"#),
    ];
    for (status, body) in shapes {
        assert_eq!(of(Asked::Create, status, body), Answer::Conflict, "{status} {body}");
        assert_eq!(of(Asked::Update, status, body), Answer::Conflict, "{status} {body}");
        // Nobody set a condition: the platform's own, and nothing was done.
        for asked in [Asked::Put, Asked::Remove, Asked::Publish] {
            assert_eq!(of(asked, status, body), unavailable(), "{asked:?} {status} {body}");
        }
    }
}

#[test]
fn what_a_400_was_for_is_not_guessed() {
    let bodies = [
        r#"{"code":"INVALID_ARGUMENT","message":"Invalid version id."}"#,
        r#"{"error":"INVALID_ARGUMENT","message":"x","errorDetails":[{"errorDetailType":"DatastoreErrorInfo","datastoreErrorCode":"InvalidVersionId"}]}"#,
        r#"{"errors":{"id":["wrong"]},"type":"t","title":"One or more","status":400,"extensions":{"traceId":"0"}}"#,
        r#"{"errors":[{"code":0,"message":"Bad Request"}]}"#,
        PAGE,
        "",
        "[",
        "null",
    ];
    for body in bodies {
        assert_eq!(of(Asked::Create, 400, body), Answer::Doubtful, "{body}");
        assert_eq!(of(Asked::Update, 400, body), Answer::Doubtful, "{body}");
        for asked in [Asked::Put, Asked::Remove, Asked::Publish] {
            assert_eq!(of(asked, 400, body), refused(Refused::Invalid { status: 400 }), "{asked:?} {body}");
        }
    }
    // A revision that is not there.
    assert_eq!(of(Asked::Read, 400, bodies[0]), Answer::Absent);
    assert_eq!(of(Asked::Read, 400, bodies[1]), Answer::Absent);
    assert_eq!(of(Asked::Read, 400, bodies[2]), refused(Refused::Invalid { status: 400 }));
}

#[test]
fn a_key_without_permission_is_denied() {
    for body in [r#"{"errors":[{"code":0,"message":"Invalid API Key"}]}"#, "", PAGE] {
        for asked in ALL {
            assert_eq!(of(asked, 401, body), refused(Refused::Unauthenticated), "{asked:?} {body}");
        }
    }
    let bodies = [
        (403, r#"{"code":"PERMISSION_DENIED","message":"x"}"#),
        (403, r#"{"code":"INSUFFICIENT_SCOPE","message":"x"}"#),
        (403, PAGE),
        (400, r#"{"error":"x","errorDetails":[{"datastoreErrorCode":"InsufficientScope"}]}"#),
    ];
    for (status, body) in bodies {
        for asked in ALL {
            assert_eq!(of(asked, status, body), refused(Refused::Denied), "{asked:?} {status} {body}");
        }
    }
}

#[test]
fn what_is_not_there_is_absent_unless_a_page_says_so() {
    let body = r#"{"code":"NOT_FOUND","message":"Entry not found in the datastore."}"#;
    for asked in [Asked::Read, Asked::Update, Asked::Remove] {
        assert_eq!(of(asked, 404, body), Answer::Absent);
        assert_eq!(of(asked, 404, ""), Answer::Absent);
        for foreign in [PAGE, "404 page not found", "[]"] {
            assert_eq!(of(asked, 404, foreign), unavailable(), "some other server answered");
        }
    }
    for asked in [Asked::Create, Asked::Put, Asked::Publish] {
        assert_eq!(of(asked, 404, body), refused(Refused::Invalid { status: 404 }));
    }
    let nowhere = r#"{"error":"NOT_FOUND","message":"x","errorDetails":[{"datastoreErrorCode":"InvalidUniverseId"}]}"#;
    for asked in ALL {
        assert_eq!(of(asked, 404, nowhere), refused(Refused::Invalid { status: 404 }), "nothing can be there");
    }
}

#[test]
fn throttled_requests_were_not_carried_out() {
    for asked in ALL {
        for body in [r#"{"code":"RESOURCE_EXHAUSTED"}"#, "", PAGE] {
            assert_eq!(of(asked, 429, body), throttled(None));
        }
        let key = r#"{"error":"x","errorDetails":[{"datastoreErrorCode":"KeyThrottled"}]}"#;
        assert_eq!(of(asked, 400, key), throttled(None));
    }
    let mut headers = HeaderMap::new();
    for (name, value) in [("x-ratelimit-remaining", "86"), ("x-ratelimit-reset", "22, 0"), ("retry-after", "5")] {
        headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    assert_eq!(Answer::of(Asked::Publish, 429, &headers, b""), throttled(Some(22)));
}

#[test]
fn what_is_too_large_says_for_what() {
    for (code, limit) in [("ContentTooBig", VALUE_MAX_BYTES), ("ItemValueSizeTooLarge", ITEM_MAX_BYTES)] {
        let body = format!(
            r#"{{"error":"INVALID_ARGUMENT","message":"x","errorDetails":[{{"datastoreErrorCode":"{code}"}}]}}"#
        );
        assert_eq!(of(Asked::Put, 400, &body), refused(Refused::TooLarge { limit }));
        let body = format!(r#"{{"code":"INVALID_ARGUMENT","message":"{code}: make it smaller."}}"#);
        assert_eq!(of(Asked::Put, 400, &body), refused(Refused::TooLarge { limit }));
    }
}

#[test]
fn a_full_memory_store_is_no_throttle() {
    for code in ["DataStructureMemoryOverLimit", "TotalMemoryOverLimit", "DataStructureItemsOverLimit"] {
        for message in [code.to_owned(), format!("{code}: the store is full."), format!("{code} (12)")] {
            let body = format!(r#"{{"code":"RESOURCE_EXHAUSTED","message":"{message}"}}"#);
            assert_eq!(of(Asked::Put, 429, &body), refused(Refused::Full));
        }
    }
    let body = r#"{"code":"RESOURCE_EXHAUSTED","message":"TotalRequestsOverLimit"}"#;
    assert_eq!(of(Asked::Put, 429, body), throttled(None));
}

#[test]
fn nobody_knows_what_became_of_a_write_that_a_server_failed_at() {
    for status in [408, 499, 500, 502, 503, 504, 520, 599] {
        for body in ["", PAGE, r#"{"code":"INTERNAL"}"#, r#"{"code":"UNAVAILABLE"}"#] {
            assert_eq!(of(Asked::Read, status, body), unavailable());
            for asked in ALL.into_iter().filter(|asked| *asked != Asked::Read) {
                assert_eq!(of(asked, status, body), Answer::Unknown, "{asked:?} {status}");
            }
        }
    }
}

#[test]
fn what_will_be_refused_again_says_so() {
    for asked in ALL {
        assert!(matches!(of(asked, 501, ""), Answer::NotApplied(NotApplied::Refused(Refused::Unsupported(_)))));
        assert!(matches!(of(asked, 413, PAGE), Answer::NotApplied(NotApplied::Refused(Refused::TooLarge { .. }))));
        for status in [0, 100, 301, 302, 307, 308, 405, 415, 422] {
            assert_eq!(of(asked, status, ""), refused(Refused::Invalid { status }), "{asked:?} {status}");
        }
    }
}

#[test]
fn only_what_was_not_done_and_may_be_done_may_be_repeated() {
    for asked in ALL {
        for status in 0..=700 {
            let answer = of(asked, status, "");
            let expected = matches!(answer, Answer::NotApplied(NotApplied::Throttled { .. } | NotApplied::Unavailable));
            assert_eq!(answer.may_be_repeated(), expected);
            if answer.may_be_repeated() && status >= 500 {
                assert_eq!(asked, Asked::Read, "{status}: a write that may have been applied is never repeated");
            }
        }
    }
}

#[test]
fn a_body_of_any_size_or_form_is_survived() {
    let deep = "[".repeat(100_000);
    let large = format!(r#"{{"code":"ABORTED","message":"{}"}}"#, "x".repeat(100_000));
    for body in [deep.as_bytes(), large.as_bytes(), b"\xff\xfe", b"{\"code\":{\"a\":1}}", b"{\"errors\":7}"] {
        assert_eq!(Answer::of(Asked::Update, 400, &HeaderMap::new(), body), Answer::Doubtful);
    }
}
