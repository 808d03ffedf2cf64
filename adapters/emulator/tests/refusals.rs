//! Bad input over real connections: each is answered as documented, and the next client is served.

mod served;

use keyholder_emulator::Settings;
use keyholder_emulator::settings::ApiKey;
use serde_json::Value;
use served::{Served, request, serve};

const V2: &str = "/cloud/v2/universes/1";
const E: &str = "/cloud/v2/universes/1/data-stores/Coins/entries";
const ORDERED: &str = "/cloud/v2/universes/1/ordered-data-stores/Points/scopes/global/entries";
const MAP: &str = "/cloud/v2/universes/1/memory-store/sorted-maps/m/items";
const QUEUE: &str = "/cloud/v2/universes/1/memory-store/queues/q/items";
const V1: &str = "/datastores/v1/universes/1/standard-datastores/datastore/entries/entry";

/// Without limits: these are looked at elsewhere.
async fn unlimited() -> Served {
    let keys = vec![ApiKey::with_all("local"), ApiKey::with("none", &[])];
    serve(Settings { keys, limits: false, ..Settings::default() }).await
}

/// Sends it with the key, and holds status and code of the answer against what is wanted.
async fn refused(served: &Served, method: &str, target: &str, body: &[u8], status: u16, code: &str) {
    let what = format!("{method} {} with {} bytes", &target[..target.len().min(200)], body.len());
    let (said, text) = served.call(method, target, body).await;
    assert_eq!(said, status, "{what}: {text}");
    let json: Value = serde_json::from_str(&text).unwrap();
    let named = json.get("code").or(json.get("error")).and_then(Value::as_str);
    assert_eq!(named, Some(code), "{what}: {text}");
    served.still_serves(&what).await;
}

async fn invalid(served: &Served, method: &str, target: &str, body: impl AsRef<[u8]>) {
    refused(served, method, target, body.as_ref(), 400, "INVALID_ARGUMENT").await;
}

/// What the gateway says has a body of its own shape.
fn is_gateways(text: &str) -> bool {
    serde_json::from_str::<Value>(text).is_ok_and(|json| json["errors"][0]["code"] == 0)
}

#[tokio::test]
async fn what_is_no_http_is_refused() {
    let served = unlimited().await;
    let long = |start: &str, length: usize, end: &str| format!("{start}{}{end}", "x".repeat(length)).into_bytes();
    let head = "GET / HTTP/1.1\r\nhost: x\r\n";
    let many: String = (0..100).map(|n| format!("h{n}: x\r\n")).collect();
    for (what, bytes, statuses) in [
        ("the hello of TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n".to_vec(), [400, 0]),
        ("the preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), [400, 0]),
        ("two lengths", format!("{head}content-length: 5\r\ncontent-length: 6\r\n\r\n").into_bytes(), [400, 400]),
        ("a negative length", format!("{head}content-length: -1\r\n\r\n").into_bytes(), [400, 400]),
        ("a zero byte", format!("{head}a: \0\r\n\r\n").into_bytes(), [400, 400]),
        ("a path of bytes", b"GET /\xff\xfe HTTP/1.1\r\nhost: x\r\n\r\n".to_vec(), [400, 404]),
        ("a head without end", long(head, 200_000, "\r\n\r\n"), [431, 400]),
        ("too many headers", format!("{head}{many}\r\n").into_bytes(), [431, 431]),
        ("an address without end", long("GET /", 100_000, " HTTP/1.1\r\nhost: x\r\n\r\n"), [414, 414]),
    ] {
        let (status, _) = served.ask(&bytes).await;
        assert!(statuses.contains(&status), "{what}: {status}");
        served.still_serves(what).await;
    }
}

#[tokio::test]
async fn what_is_too_large_is_refused_by_the_gateway() {
    let served = unlimited().await;
    let key = "x-api-key: local\r\n";
    let value = "x".repeat(20_000);
    let headers = format!("{key}a: {value}\r\nb: {value}\r\n");
    // Of the body no more is sent than its length.
    let body = format!("POST {E} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 17825793\r\n\r\n");
    for (what, status, bytes) in [
        ("address", 414, request("GET", &format!("{E}?filter={value}"), key, b"")),
        ("headers", 431, request("GET", E, &headers, b"")),
        ("body", 413, body.into_bytes()),
    ] {
        let (said, text) = served.ask(&bytes).await;
        assert!(said == status && is_gateways(&text), "{what}: {said} {text}");
        served.still_serves(what).await;
    }
}

/// A body of someone without a key is not waited for.
#[tokio::test]
async fn who_has_no_key_is_not_read() {
    let served = serve(served::impatient()).await;
    let head = format!("POST {E} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 1000000\r\n\r\n");
    let (status, text) = served.ask(head.as_bytes()).await;
    assert!(status == 401 && is_gateways(&text), "{status} {text}");
}

#[tokio::test]
async fn who_may_not_is_refused_everywhere() {
    let served = unlimited().await;
    let v1_ordered = "/ordered-data-stores/v1/universes/1/orderedDataStores/P/scopes/global/entries";
    let of_universe = |target: &str| target.replace("universes/1", "universes/9");
    for target in [E, ORDERED, MAP, v1_ordered, &format!("{QUEUE}:read"), &format!("{V2}/user-restrictions")] {
        for key in ["", "x-api-key: wrong\r\n", "x-api-key: \u{fc}\r\n"] {
            let (status, text) = served.ask(&request("GET", target, key, b"")).await;
            assert!(status == 401 && is_gateways(&text), "{target} {key:?}: {status} {text}");
        }
        let (status, text) = served.ask(&request("GET", target, "x-api-key: none\r\n", b"")).await;
        assert!(status == 403 && text.contains("INSUFFICIENT_SCOPE"), "{target}: {status} {text}");
        refused(&served, "GET", &of_universe(target), b"", 404, "NOT_FOUND").await;
    }
    for universe in ["0", "+1", "-1", "x", "99999999999999999999", "%FF"] {
        let status = served.call("GET", &format!("/cloud/v2/universes/{universe}/data-stores"), b"").await.0;
        assert!([400, 404].contains(&status), "{universe}: {status}");
    }
}

#[tokio::test]
async fn names_have_their_limits() {
    let served = unlimited().await;
    let long = |length: usize| "n".repeat(length);
    let one = br#"{"value":1}"#;
    for target in [
        format!("{E}?id={}", long(51)),
        format!("{V2}/data-stores/{}/entries?id=k", long(51)),
        format!("{V2}/data-stores/Coins/scopes/{}/entries?id=k", long(51)),
        format!("{V2}/data-stores/Coins/scopes/-/entries?id=k"),
        format!("{E}?id="),
        format!("{ORDERED}?id={}", long(64)),
        format!("{}?id=k", ORDERED.replace("Points", &long(51))),
        format!("{MAP}?id={}", long(128)),
        format!("{}?id=k", MAP.replace("/m/", &format!("/{}/", long(129)))),
        format!("{V1}?datastoreName=S&entryKey={}", long(51)),
        format!("{V1}?datastoreName={}&entryKey=k", long(51)),
        // 17 characters, 51 bytes.
        format!("{V1}?datastoreName=S&entryKey={}", "%E2%82%AC".repeat(17)),
    ] {
        invalid(&served, "POST", &target, one).await;
    }
    invalid(&served, "POST", &format!("{V2}/memory-store/queues/{}/items", long(129)), br#"{"data":1}"#).await;
    let publish = format!("{V2}:publishMessage");
    invalid(&served, "POST", &publish, format!(r#"{{"topic":"{}","message":"m"}}"#, long(81))).await;
    invalid(&served, "POST", &publish, format!(r#"{{"topic":"t","message":"{}"}}"#, long(1_025))).await;
    let ban = br#"{"gameJoinRestriction":{"active":true}}"#;
    for user in ["0", "x", "18446744073709551616"] {
        invalid(&served, "PATCH", &format!("{V2}/user-restrictions/{user}"), ban).await;
    }
}

#[tokio::test]
async fn what_is_no_text_is_refused() {
    let served = unlimited().await;
    for target in [
        format!("{E}/a%zz"),
        format!("{E}?filter=1%"),
        format!("{E}/%FF"),
        format!("{E}?pageToken=%C0%80"),
        format!("{MAP}?filter=%ED%A0%80"),
    ] {
        invalid(&served, "GET", &target, b"").await;
    }
    for (target, body) in [
        (format!("{E}?id=k"), &b"{\"value\":\"\xff\"}"[..]),
        (format!("{E}?id=k"), br#"{"value":"\ud800"}"#),
        (format!("{E}?id=k"), b"{\"value\":\"a\nb\"}"),
        (format!("{V1}?datastoreName=S&entryKey=k"), b"\"\xff\""),
        (format!("{MAP}?id=k"), b"{\"value\":\"\xff\"}"),
        (QUEUE.to_owned(), br#"{"data":"\ud800"}"#),
        (format!("{V2}:publishMessage"), b"{\"topic\":\"t\",\"message\":\"\xc3\"}"),
    ] {
        invalid(&served, "POST", &target, body).await;
    }
}

#[tokio::test]
async fn what_is_nested_too_deep_is_refused() {
    let served = unlimited().await;
    let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    let wrapped = |name: &str, levels: usize| format!("{{\"{name}\":{}}}", deep(levels));
    for levels in [128, 100_000] {
        invalid(&served, "POST", &format!("{E}?id=k"), wrapped("value", levels)).await;
        invalid(&served, "POST", &format!("{V1}?datastoreName=S&entryKey=k"), deep(levels)).await;
        invalid(&served, "POST", &format!("{MAP}?id=k"), wrapped("value", levels)).await;
        invalid(&served, "POST", QUEUE, wrapped("data", levels)).await;
        let attributes = format!(r#"{{"value":1,"attributes":{{"a":{}}}}}"#, deep(levels));
        invalid(&served, "POST", &format!("{E}?id=k"), attributes).await;
    }
    assert_eq!(served.call("POST", &format!("{E}?id=k"), wrapped("value", 127).as_bytes()).await.0, 200);
}

#[tokio::test]
async fn what_is_no_number_is_refused() {
    let served = unlimited().await;
    for number in ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", "0x1", "01", "1.", "+1"] {
        invalid(&served, "POST", &format!("{E}?id=k"), format!("{{\"value\":{number}}}")).await;
        invalid(&served, "POST", &format!("{E}/k:increment"), format!("{{\"amount\":{number}}}")).await;
        invalid(&served, "POST", &format!("{V1}?datastoreName=S&entryKey=k"), number).await;
        invalid(&served, "POST", &format!("{ORDERED}?id=k"), format!("{{\"value\":{number}}}")).await;
        invalid(&served, "POST", &format!("{MAP}?id=k"), format!("{{\"value\":{number}}}")).await;
        invalid(&served, "POST", &format!("{MAP}?id=k"), format!(r#"{{"value":1,"numericSortKey":{number}}}"#)).await;
        invalid(&served, "POST", QUEUE, format!(r#"{{"data":1,"priority":{number}}}"#)).await;
    }
    for body in ["", "{", "{}", "[]", "null", "\"text\"", "{\"value\":1}{}", "{\"value\":1,}", "\u{feff}{\"value\":1}"]
    {
        invalid(&served, "POST", &format!("{E}?id=k"), body).await;
    }
}

/// Data stores keep doubles within ±2^53, what is beyond is set to the nearest of these; nothing says so of memory stores.
#[tokio::test]
async fn numbers_beyond_the_doubles_are_set_to_the_last_of_them() {
    let served = unlimited().await;
    for (sent, kept) in [
        ("9007199254740992", "9007199254740992"),
        ("9007199254740993", "9007199254740992"),
        ("-1e300", "-9007199254740992"),
        ("0.1", "0.1"),
        ("-0.0", "-0.0"),
        ("1E2", "1E2"),
    ] {
        let (status, text) =
            served.call("PATCH", &format!("{E}/k?allowMissing=true"), format!("{{\"value\":{sent}}}").as_bytes()).await;
        assert!(status == 200 && text.contains(&format!("\"value\":{kept},")), "{sent}: {status} {text}");
    }
    let sent = r#"{"value":[9007199254740993,18446744073709551615,0.30000000000000004]}"#;
    let (status, text) = served.call("POST", &format!("{MAP}?id=k"), sent.as_bytes()).await;
    assert!(status == 200 && text.contains("[9007199254740993,18446744073709551615,0.30000000000000004]"), "{text}");
}

#[tokio::test]
async fn values_have_their_limits() {
    let served = unlimited().await;
    let text = |length: usize| format!("\"{}\"", "v".repeat(length - 2));
    let value = |length: usize| format!("{{\"value\":{}}}", text(length));
    for (id, length, status) in [("a", 4_194_304, 200), ("b", 4_194_305, 400)] {
        let (said, _) = served.call("POST", &format!("{E}?id={id}"), value(length).as_bytes()).await;
        assert_eq!(said, status, "{length} characters");
        let target = format!("{V1}?datastoreName=S&entryKey={id}");
        assert_eq!(served.call("POST", &target, text(length).as_bytes()).await.0, status, "{length} characters in v1");
        served.still_serves("a large value").await;
    }
    invalid(&served, "POST", &format!("{MAP}?id=k"), value(32 * 1_024 + 1)).await;
    let attributes = format!(r#"{{"value":1,"attributes":{{"a":"{}"}}}}"#, "v".repeat(251));
    invalid(&served, "POST", &format!("{E}?id=k"), attributes).await;
    invalid(&served, "POST", &format!("{E}?id=k"), br#"{"value":1,"users":["7"]}"#).await;
}
