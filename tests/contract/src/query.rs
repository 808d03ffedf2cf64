//! Parameters as they are sent: text, which a schema wants to be a number or a truth value.

use percent_encoding::percent_decode_str;
use serde_json::Value;

/// Names and values of a query. A pair that is no UTF-8 is `None`.
pub(crate) fn parse(query: &str) -> impl Iterator<Item = Option<(String, String)>> {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        Some((decode(name)?, decode(value)?))
    })
}

/// A parameter as its schema wants it, as JSON. What is no number where one is wanted stays text, and the schema says no.
pub(crate) fn typed(text: &str, schema: &Value) -> Value {
    match schema["type"].as_str() {
        Some("integer") => text.parse::<i64>().map_or_else(|_| text.into(), Value::from),
        Some("boolean") => text.parse::<bool>().map_or_else(|_| text.into(), Value::from),
        _ => text.into(),
    }
}

fn decode(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    Some(percent_decode_str(&spaced).decode_utf8().ok()?.into_owned())
}
