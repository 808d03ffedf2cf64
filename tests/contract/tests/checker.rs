//! The checker itself: what it lets pass and what it catches, on a small document of its own and on the platform's.

use std::collections::BTreeSet;

use keyholder_contract::{Contract, DRIFT, LoadError, Problem, Request, Response, places};
use serde_json::{Value, json};

/// A document with what OpenAPI 3.0 has and JSON Schema has not.
fn document() -> Value {
    json!({
        "openapi": "3.0.4",
        "paths": {
            "/stores/{store}/entries/{entry}": {
                "patch": {
                    "operationId": "Update",
                    "parameters": [
                        { "name": "store", "in": "path", "required": true, "schema": { "type": "integer", "format": "int32" } },
                        { "name": "entry", "in": "path", "required": true, "schema": { "type": "string" } },
                        { "name": "allowMissing", "in": "query", "schema": { "type": "boolean" } },
                        { "name": "scope", "in": "query", "schema": { "type": "string", "enum": ["LIVE", "TEST"] } },
                        { "name": "roblox-entry-userids", "in": "header", "schema": { "type": "array", "items": { "type": "integer" } } },
                    ],
                    "requestBody": {
                        "required": true,
                        "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Entry" } } },
                    },
                    "responses": {
                        "200": {
                            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Entry" } } },
                            "headers": {
                                "Content-MD5": { "required": true, "schema": { "type": "string", "format": "byte" } },
                                "roblox-entry-attributes": { "schema": { "type": "object" } },
                                "roblox-entry-created-time": { "schema": { "type": "string", "format": "date-time" } },
                            },
                        },
                    },
                },
                "delete": {
                    "operationId": "Delete",
                    "parameters": [{ "name": "store", "in": "path", "schema": { "type": "string" } }, { "name": "entry", "in": "path", "schema": { "type": "string" } }],
                    "responses": { "200": { "content": {} } },
                },
            },
            "/stores/{store}/entries/{entry}:increment": {
                "post": {
                    "operationId": "Increment",
                    "parameters": [{ "name": "store", "in": "path", "schema": { "type": "string" } }, { "name": "entry", "in": "path", "schema": { "type": "string" } }],
                    "responses": { "204": {} },
                },
            },
        },
        "components": { "schemas": { "Entry": {
            "type": "object",
            "required": ["id", "value"],
            "properties": {
                "id": { "type": "string", "readOnly": true },
                "value": { "type": "number" },
                "at": { "type": "string", "format": "date-time" },
                "life": { "type": "string", "format": "protobuf-duration", "writeOnly": true },
                "note": { "type": "string", "nullable": true },
                "attributes": { "type": "object" },
            },
        } } },
    })
}

fn contract() -> Contract {
    Contract::plain(&document()).expect("a document")
}

fn update(target: &str, body: &Value) -> Result<(), Vec<Problem>> {
    contract().request(&Request { method: "PATCH", target, body: body.to_string().as_bytes(), headers: None })
}

fn answer(method: &str, target: &str, status: u16, body: &[u8]) -> Result<(), Vec<Problem>> {
    contract()
        .response(&Request { method, target, body: b"", headers: None }, &Response { status, body, headers: None })
}

/// Where the one problem is.
#[track_caller]
fn pointer(result: Result<(), Vec<Problem>>) -> String {
    let problems = result.expect_err("a problem");
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems[0].pointer.clone()
}

#[test]
fn a_request_as_the_document_has_it_passes() {
    let body = json!({ "value": 1, "life": "1.5s", "note": null, "attributes": { "any": "thing" } });
    update("/stores/1/entries/a%2Fb:c?allowMissing=true&scope=TEST", &body).expect("no problem");
}

#[test]
fn parameters_have_their_types_and_are_known() {
    let body = json!({ "value": 1 });
    assert_eq!(pointer(update("/stores/one/entries/a", &body)), "path store");
    assert_eq!(pointer(update("/stores/3000000000/entries/a", &body)), "path store");
    assert_eq!(pointer(update("/stores/1/entries/a?allowMissing=1", &body)), "query allowMissing");
    assert_eq!(pointer(update("/stores/1/entries/a?scope=live", &body)), "query scope");
    assert_eq!(pointer(update("/stores/1/entries/a?allow_missing=true", &body)), "query allow_missing");
    assert_eq!(pointer(update("/stores/1/entries/a?scope=LIVE&scope=TEST", &body)), "query scope");
    assert_eq!(pointer(update("/stores/1/entries/a?scope=%FF", &body)), "query");
}

#[test]
fn bodies_that_are_sent_hold_what_may_be_sent() {
    let target = "/stores/1/entries/a";
    assert_eq!(pointer(update(target, &json!({ "value": 1, "id": "a" }))), "request/id", "read-only");
    assert_eq!(pointer(update(target, &json!({ "value": "1" }))), "request/value", "a wrong type");
    assert_eq!(pointer(update(target, &json!({ "value": 1, "life": "PT3S" }))), "request/life", "ISO 8601");
    assert_eq!(pointer(update(target, &json!({ "value": 1, "Note": "" }))), "request", "an unknown field");
    assert_eq!(pointer(update(target, &json!({}))), "request", "a field that is required");
    let request = |method, body| contract().request(&Request { method, target, body, headers: None });
    assert_eq!(pointer(request("PATCH", b"")), "request", "no body");
    assert_eq!(pointer(request("PATCH", b"{")), "request", "no JSON");
    assert_eq!(pointer(request("DELETE", b"{}")), "request", "a body where none is");
}

#[test]
fn paths_mean_one_operation() {
    let contract = contract();
    let meant = |method, target| contract.operation(&Request { method, target, body: b"", headers: None });
    assert_eq!(meant("PATCH", "/stores/1/entries/a:b"), Some("Update"));
    assert_eq!(meant("POST", "/stores/1/entries/a:b:increment?x=1"), Some("Increment"));
    assert_eq!(meant("POST", "/stores/1/entries/a%3Aincrement"), None, "an encoded colon is part of the name");
    assert_eq!(meant("PUT", "/stores/1/entries/a"), None);
    assert_eq!(meant("PATCH", "/stores/1/entries/"), None, "an empty name");
    assert_eq!(meant("PATCH", "/stores/1/entries/a/b"), None);
    assert_eq!(meant("PATCH", "/stores/1/entries/%FF"), None, "no UTF-8");
    assert_eq!(pointer(answer("PUT", "/stores/1/entries/a", 200, b"{}")), "path");
}

#[test]
fn responses_hold_what_may_come_back() {
    let target = "/stores/1/entries/a";
    let body = |value: Value| value.to_string().into_bytes();
    let entry = |value: Value| answer("PATCH", target, 200, &body(value));
    entry(json!({ "id": "a", "value": 1.5, "at": "2024-07-22T19:06:55.829412600Z", "note": null }))
        .expect("no problem");
    assert_eq!(pointer(entry(json!({ "id": 1, "value": 1 }))), "response/id", "a wrong type");
    assert_eq!(pointer(entry(json!({ "id": "a", "value": 1, "life": "1s" }))), "response/life", "write-only");
    assert_eq!(pointer(entry(json!({ "id": "a", "value": 1, "at": "yesterday" }))), "response/at");
    assert_eq!(pointer(entry(json!({ "id": "a", "value": 1, "revision": "1" }))), "response", "an unknown field");
    assert_eq!(pointer(answer("PATCH", target, 200, b"")), "response", "no body");
    assert_eq!(pointer(answer("PATCH", target, 201, b"{}")), "status");
    answer("DELETE", target, 200, b"{}").expect("no problem");
    answer("DELETE", target, 200, b"").expect("no problem");
    assert_eq!(pointer(answer("DELETE", target, 200, b"{\"a\":1}")), "response");
}

#[test]
fn headers_that_are_sent_have_their_forms() {
    const USUAL: [(&str, &str); 3] =
        [("x-api-key", "k"), ("content-type", "application/json"), ("content-length", "11")];
    let sent = |headers: &[(&str, &str)]| {
        let (target, body) = ("/stores/1/entries/a", br#"{"value":1}"#);
        contract().request(&Request { method: "PATCH", target, body, headers: Some(headers) })
    };
    let with = |header| [&USUAL[..], &[header]].concat();
    sent(&USUAL).expect("no problem");
    sent(&with(("roblox-entry-userids", "[1, 2]"))).expect("no problem");
    sent(&with(("accept", "*/*"))).expect("no problem");
    assert_eq!(pointer(sent(&with(("roblox-entry-userids", "[\"1\"]")))), "header roblox-entry-userids/0");
    assert_eq!(pointer(sent(&with(("roblox-entry-userids", "1,2")))), "header roblox-entry-userids");
    assert_eq!(pointer(sent(&with(("roblox-entry-users", "[]")))), "header roblox-entry-users", "an unknown one");
    for (left_out, header) in USUAL.iter().map(|(name, _)| *name).enumerate() {
        let mut headers = USUAL.to_vec();
        headers.remove(left_out);
        assert_eq!(pointer(sent(&headers)), format!("header {header}"));
    }
    let request = Request { method: "DELETE", target: "/stores/1/entries/a", body: b"", headers: Some(&USUAL[..1]) };
    contract().request(&request).expect("a request without a body needs a key alone");
}

#[test]
fn headers_that_come_back_have_their_forms() {
    let received = |headers: &[(&str, &str)]| {
        let request = Request { method: "PATCH", target: "/stores/1/entries/a", body: b"", headers: None };
        let body = br#"{"id":"a","value":1}"#;
        contract().response(&request, &Response { status: 200, body, headers: Some(headers) })
    };
    let with = |header| received(&[("content-md5", "sTf90fedVsft8zZf6nUg8g=="), header]);
    let right = [
        ("roblox-entry-attributes", "{ \"a\": 1 }"),
        ("roblox-entry-created-time", "2022-02-02T23:30:06.5388799+00:00"),
        ("x-ratelimit-limit", "1000, 1000;w=60, 1000;w=60"),
        ("x-ratelimit-remaining", "998"),
        ("x-ratelimit-reset", "22, 0"),
        ("retry-after", "5"),
    ];
    for header in right {
        with(header).unwrap_or_else(|problems| panic!("{header:?}: {problems:?}"));
    }
    let wrong = [
        ("content-md5", "no base 64"),
        ("roblox-entry-attributes", "[]"),
        ("roblox-entry-attributes", "a=1"),
        ("roblox-entry-created-time", "today"),
        ("roblox-entry-revision", "1"),
        ("x-ratelimit-limit", "1000;v=60"),
        ("x-ratelimit-remaining", "many"),
        ("x-ratelimit-reset", "2026-01-01T00:00:00Z"),
        ("retry-after", "-1"),
    ];
    for (name, value) in wrong {
        assert_eq!(pointer(with((name, value))), format!("header {name}"), "{value}");
    }
    assert_eq!(pointer(received(&[])), "header content-md5", "one that is required");
}

#[test]
fn errors_have_one_of_the_known_forms() {
    let error = |status, body: &Value| answer("PATCH", "/stores/1/entries/a", status, body.to_string().as_bytes());
    error(404, &json!({ "code": "NOT_FOUND", "message": "" })).expect("no problem");
    error(401, &json!({ "errors": [{ "code": 0, "message": "" }] })).expect("no problem");
    error(400, &json!({ "errors": { "universeId": ["no number"] }, "status": 400, "title": "" })).expect("no problem");
    answer("PATCH", "/stores/1/entries/a", 502, b"<html>").expect("no problem");
    assert_eq!(pointer(error(404, &json!({ "error": "NOT_FOUND" }))), "response");
    assert_eq!(pointer(error(418, &json!({ "code": "", "message": "" }))), "status");
    assert_eq!(pointer(answer("PATCH", "/stores/1/entries/a", 404, b"")), "response");
}

#[test]
fn problems_say_where_and_what_and_repeat_nothing() {
    let problems =
        update("/stores/1/entries/secret-key?scope=secret", &json!({ "value": "secret" })).expect_err("problems");
    let text: Vec<String> = problems.iter().map(Problem::to_string).collect();
    assert!(
        text.iter().any(|line| line.starts_with("Update: at request/value:") && line.contains("number")),
        "{text:?}"
    );
    assert!(text.iter().all(|line| !line.contains("secret")), "{text:?}");
}

#[test]
fn a_new_difference_cannot_be_forgotten() {
    let unknown = Contract::new(json!({}), &json!({ "drift": [{ "id": "something-new" }] }));
    assert!(matches!(unknown, Err(LoadError::UnknownDrift(id)) if id == "something-new"));
    let missing = Contract::new(json!({}), &json!({ "drift": [] }));
    assert!(matches!(missing, Err(LoadError::MissingDrift(_))));
}

#[test]
fn the_list_of_differences_is_known_and_each_applies() {
    let Some(folder) = places::folder("the list of differences") else { return };
    let list = places::read(&folder.join(places::DRIFT)).expect("a list");
    let listed: BTreeSet<&str> =
        list["drift"].as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap()).collect();
    let known: BTreeSet<&str> = DRIFT.iter().map(|(id, _)| *id).collect();
    assert_eq!(listed, known);
    let contract = Contract::beside_the_project("the document").expect("a contract").expect("documents");
    assert_eq!(contract.operations().len(), 60);
}

#[test]
fn the_differences_change_what_passes() {
    let Some(folder) = places::folder("the differences") else { return };
    let document = places::read(&folder.join(places::OPENAPI)).expect("a document");
    let plain = Contract::plain(&document).expect("a contract");
    let seen = Contract::beside_the_project("the differences").expect("a contract").expect("documents");
    let get = |target| Request { method: "GET", target, body: b"", headers: None };
    let read = get("/cloud/v2/universes/1/memory-store/queues/q/items:read?invisibilityWindow=3s");
    assert!(seen.request(&read).is_ok());
    let iso = get("/cloud/v2/universes/1/memory-store/queues/q/items:read?invisibilityWindow=PT3S");
    assert!(plain.request(&iso).is_ok() && seen.request(&iso).is_err());
    for body in [r#"{"queueItems":[],"id":"1"}"#, r#"{"data":[1],"id":"1"}"#, r#"{"queueItems":null,"id":"1"}"#] {
        let response = Response { status: 200, body: body.as_bytes(), headers: None };
        assert!(plain.response(&read, &response).is_err() && seen.response(&read, &response).is_ok(), "{body}");
    }
    let empty = Response { status: 204, body: b"", headers: None };
    assert!(plain.response(&read, &empty).is_err() && seen.response(&read, &empty).is_ok());
    let add = "/cloud/v2/universes/1/memory-store/queues/q/items";
    for (body, passes) in
        [(r#"{"priority":1}"#, false), (r#"{"data":null}"#, false), (r#"{"data":0,"ttl":"3s"}"#, true)]
    {
        assert_eq!(
            seen.request(&Request { method: "POST", target: add, body: body.as_bytes(), headers: None }).is_ok(),
            passes,
            "{body}"
        );
    }
}
