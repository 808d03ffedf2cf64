//! Schemas of OpenAPI 3.0 as JSON Schema, draft 4, which they are close to: what differs is translated.

use serde_json::{Map, Value, json};

use crate::formats::{self, DURATION};

/// Which way a body goes: some fields are only sent, others only received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Request,
    Response,
}

/// Translates a schema and everything in it.
///
/// * `nullable` lets a value be null.
/// * A `readOnly` field is not in requests, a `writeOnly` field not in responses, and neither is required there.
/// * An object that names its fields has no others, unless it says so.
/// * `int32` and `int64` are ranges.
pub(crate) fn translate(schema: &Value, direction: Direction) -> Value {
    let Value::Object(fields) = schema else { return schema.clone() };
    let mut out = Map::new();
    for (keyword, value) in fields {
        match keyword.as_str() {
            "properties" => drop(out.insert(keyword.clone(), properties(value, direction))),
            "items" | "additionalProperties" => drop(out.insert(keyword.clone(), translate(value, direction))),
            "allOf" | "anyOf" | "oneOf" => drop(out.insert(keyword.clone(), each(value, direction))),
            "type" | "enum" | "$ref" | "format" | "maxLength" => drop(out.insert(keyword.clone(), value.clone())),
            _ => {}
        }
    }
    if let Some(required) = fields.get("required").and_then(Value::as_array) {
        let here = |name: &&Value| !is_hidden(&fields["properties"][name.as_str().unwrap_or_default()], direction);
        let required: Vec<Value> = required.iter().filter(here).cloned().collect();
        if !required.is_empty() {
            out.insert("required".into(), required.into());
        }
    }
    if out.contains_key("properties") && !out.contains_key("additionalProperties") {
        out.insert("additionalProperties".into(), false.into());
    }
    if let Some((least, most)) = fields.get("format").and_then(Value::as_str).and_then(formats::integer_range) {
        out.insert("minimum".into(), least.into());
        out.insert("maximum".into(), most.into());
    }
    if fields.get("nullable") == Some(&Value::Bool(true)) {
        return json!({ "anyOf": [{ "type": "null" }, out] });
    }
    out.into()
}

/// A validator for one body. The schema may refer to `components`, which are translated already.
pub(crate) fn validator(schema: &Value, components: &Value) -> Result<jsonschema::Validator, String> {
    let whole = json!({ "allOf": [schema], "components": { "schemas": components } });
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft4)
        .should_validate_formats(true)
        .with_format(DURATION, formats::is_duration)
        .build(&whole)
        .map_err(|error| error.to_string())
}

fn properties(fields: &Value, direction: Direction) -> Value {
    let Value::Object(fields) = fields else { return fields.clone() };
    let one = |(name, schema): (&String, &Value)| {
        let schema = if is_hidden(schema, direction) { json!({ "not": {} }) } else { translate(schema, direction) };
        (name.clone(), schema)
    };
    Value::Object(fields.iter().map(one).collect())
}

fn each(schemas: &Value, direction: Direction) -> Value {
    schemas.as_array().into_iter().flatten().map(|schema| translate(schema, direction)).collect()
}

fn is_hidden(schema: &Value, direction: Direction) -> bool {
    let keyword = match direction {
        Direction::Request => "readOnly",
        Direction::Response => "writeOnly",
    };
    schema.get(keyword) == Some(&Value::Bool(true))
}
