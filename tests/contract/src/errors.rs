//! Errors, of which the document says little: it lists 200 for most operations and no bodies for others.

use serde_json::{Value, json};

/// Statuses that any operation may answer with (documentation: Errors; 401 in Data stores, Request handling; 502 and 504
/// come from whatever stands before the service).
pub(crate) const STATUSES: [u16; 12] = [400, 401, 403, 404, 409, 429, 499, 500, 501, 502, 503, 504];

/// Of what stands before the service: HTML or nothing, besides JSON.
pub(crate) fn may_be_no_json(status: u16) -> bool {
    status >= 500
}

/// A response with a body of this schema, as an OpenAPI document has it.
pub(crate) fn response(schema: Value) -> Value {
    json!({ "content": { "application/json": { "schema": schema } } })
}

/// Bodies that an operation at this path may answer an error with.
pub(crate) fn bodies(path: &str) -> Value {
    let own = if path.starts_with("/datastores/v1/") {
        v1_data_store()
    } else if path.starts_with("/ordered-data-stores/v1/") {
        v1_ordered()
    } else {
        v2()
    };
    json!({ "anyOf": [own, gateway(), validation()] })
}

/// Second version: the code is a text (documentation: Errors).
pub(crate) fn v2() -> Value {
    json!({
        "type": "object",
        "required": ["code", "message"],
        "properties": {
            "code": { "type": "string" },
            "message": { "type": "string" },
            "details": { "type": "array" },
        },
        "additionalProperties": false,
    })
}

/// An item of a memory store that is there already, as it was seen on the wire, or in the form of all others.
pub(crate) fn already_exists() -> Value {
    let seen = json!({
        "type": "object",
        "required": ["error"],
        "properties": { "error": { "type": "string" }, "message": { "type": "string" } },
        "additionalProperties": false,
    });
    json!({ "anyOf": [seen, v2()] })
}

/// First version of the data stores (documentation: Data stores, Request handling).
fn v1_data_store() -> Value {
    json!({
        "type": "object",
        "required": ["error", "message"],
        "properties": {
            "error": { "type": "string" },
            "message": { "type": "string" },
            "errorDetails": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["errorDetailType"],
                    "properties": {
                        "errorDetailType": { "type": "string" },
                        "datastoreErrorCode": { "type": "string" },
                    },
                },
            },
        },
        "additionalProperties": false,
    })
}

/// First version of the ordered data stores. The code was seen to be missing.
fn v1_ordered() -> Value {
    json!({
        "type": "object",
        "required": ["message"],
        "properties": { "code": { "type": "string" }, "message": { "type": "string" } },
        "additionalProperties": false,
    })
}

/// What checks keys and quotas before a service is asked (documentation: Errors).
fn gateway() -> Value {
    json!({
        "type": "object",
        "required": ["errors"],
        "properties": {
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["code", "message"],
                    "properties": { "code": { "type": "integer" }, "message": { "type": "string" } },
                },
            },
        },
        "additionalProperties": false,
    })
}

/// What refuses a request whose parameters have the wrong types: `errors` is an object here.
fn validation() -> Value {
    json!({
        "type": "object",
        "required": ["errors", "status"],
        "properties": {
            "errors": { "type": "object", "additionalProperties": { "type": "array", "items": { "type": "string" } } },
            "status": { "type": "integer" },
        },
        "additionalProperties": true,
    })
}
