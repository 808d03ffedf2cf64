//! Headers: those that the document has for an operation, and those that the documentation has for all of them (Rate limits;
//! Data stores, Request handling).

use std::collections::BTreeMap;

use serde_json::Value;

use crate::document::{Operation, Parameter};
use crate::formats::is_base64;
use crate::problem::Problem;

/// Headers of a request or of a response: names in lower case, and values.
pub type Headers<'a> = &'a [(&'a str, &'a str)];

/// How the names of the data stores' own headers begin: another one with it is a mistake.
const OWN: &str = "roblox-entry-";

impl Operation {
    /// What is wrong with the headers of a request.
    pub(crate) fn sent_headers(&self, headers: Headers<'_>, has_body: bool) -> Vec<Problem> {
        let mut problems = self.headers(&self.sent, headers);
        if find(headers, "x-api-key").is_none_or(str::is_empty) {
            problems.push(self.header("x-api-key", "an API key"));
        }
        if has_body && find(headers, "content-type") != Some("application/json") {
            problems.push(self.header("content-type", "application/json, since there is a body"));
        }
        if has_body && find(headers, "content-length").is_none() {
            problems.push(self.header("content-length", "the length of the body"));
        }
        problems
    }

    /// What is wrong with the headers of a response.
    pub(crate) fn received_headers(&self, status: u16, headers: Headers<'_>) -> Vec<Problem> {
        let mut problems = self.headers(self.given.get(&status).map_or(&[], Vec::as_slice), headers);
        for (name, is_right, expected) in ALWAYS {
            if find(headers, name).is_some_and(|value| !is_right(value)) {
                problems.push(self.header(name, expected));
            }
        }
        problems
    }

    fn headers(&self, known: &[Parameter], headers: Headers<'_>) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (name, text) in headers {
            match known.iter().find(|header| header.name == *name) {
                Some(header) => {
                    let is_base64 = header.schema["format"] != "byte" || is_base64(text);
                    match typed(text, &header.schema) {
                        Some(value) if is_base64 => {
                            problems.extend(self.invalid(&header.validator, &value, &format!("header {name}")));
                        }
                        _ => problems.push(self.header(name, "a value of the documented form")),
                    }
                }
                None if name.starts_with(OWN) => problems.push(self.header(name, "no header of this name")),
                None => {}
            }
        }
        let missing = known.iter().filter(|header| header.required && find(headers, &header.name).is_none());
        problems.extend(missing.map(|header| self.header(&header.name, "a header that is required")));
        problems
    }

    fn header(&self, name: &str, expected: &str) -> Problem {
        Problem::new(&self.id, format!("header {name}"), expected)
    }
}

/// A header: its name, whether a value is right, and what it should be.
type Always = (&'static str, fn(&str) -> bool, &'static str);

/// Headers of any response: whether a value is right, and what it should be. Where budgets have more than one window, clients have
/// seen lists; an item of the limit may name its window.
const ALWAYS: [Always; 4] = [
    ("x-ratelimit-limit", is_limit, "numbers with commas between them, each with `;w=` and a number or without"),
    ("x-ratelimit-remaining", is_list, "numbers with commas between them"),
    ("x-ratelimit-reset", is_list, "seconds with commas between them"),
    ("retry-after", is_number, "seconds"),
];

fn is_number(text: &str) -> bool {
    text.parse::<u64>().is_ok()
}

fn is_list(text: &str) -> bool {
    text.split(',').all(|item| is_number(item.trim()))
}

fn is_limit(text: &str) -> bool {
    text.split(',').all(|item| {
        let (limit, window) = item.trim().split_once(";w=").unwrap_or((item.trim(), "60"));
        is_number(limit) && is_number(window)
    })
}

fn find<'a>(headers: Headers<'a>, name: &str) -> Option<&'a str> {
    headers.iter().find(|(header, _)| *header == name).map(|(_, value)| *value)
}

/// A header as its schema wants it: objects and lists are sent as JSON.
fn typed(text: &str, schema: &Value) -> Option<Value> {
    match schema["type"].as_str() {
        Some("object" | "array" | "integer" | "number" | "boolean") => serde_json::from_str(text).ok(),
        _ => Some(text.into()),
    }
}

/// Headers of a response by its status.
pub(crate) type Given = BTreeMap<u16, Vec<Parameter>>;
