//! Pages of a list. A token says what the last page ended with, and is bound to the other parameters of the request: with
//! others it is refused (documentation: Patterns, Pagination).

use std::hash::{DefaultHasher, Hash, Hasher};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::Value;

use super::Call;
use crate::error::ApiError;
use crate::settings::{LastPage, Pages};

/// A page that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    /// At most so many items; none on a page that is to have none.
    pub(crate) size: usize,
    /// What the page before ended with, as its service put it. `None` for the first page.
    pub(crate) after: Option<String>,
    bound_to: u64,
    last: LastPage,
    turn: Turn,
    /// What is said of a token that cannot be read.
    invalid: &'static str,
}

/// What data stores of the first API say of a token (documentation: Errors).
const CURSOR: &str = "Invalid cursor.";

/// Which kind of page it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    Full,
    /// With half of what is asked for, at least one.
    Short,
    /// Without an item, between two short ones.
    Empty,
}

impl Turn {
    /// What a token says of the page that it leads to.
    const EMPTY: char = 'e';
    const OTHER: char = '-';
}

impl Page {
    pub(crate) fn of(call: &Call<'_>, size: &str, token: &str, default: usize, most: usize) -> Result<Self, ApiError> {
        let wanted = match call.query.get(size) {
            None => default,
            Some(text) => match text.parse::<i32>() {
                // Zero counts as absent, as it does for the fields of a protobuf message.
                Ok(0) => default,
                Ok(n) if n > 0 => usize::try_from(n).unwrap_or(most).min(most),
                _ => {
                    return Err(ApiError::invalid_argument(format!(
                        "The parameter `{size}` is not a positive number."
                    )));
                }
            },
        };
        let bound_to = fingerprint(call, token);
        let invalid = if token == "cursor" { CURSOR } else { "Invalid page token." };
        let opened = call.query.get(token).map(|text| open(text, bound_to, invalid)).transpose()?;
        let (empty, after) = opened.map_or((false, None), |(empty, after)| (empty, Some(after)));
        let (turn, size) = match call.settings.drift.pages {
            Pages::Full => (Turn::Full, wanted),
            Pages::Short if empty => (Turn::Empty, 0),
            Pages::Short => (Turn::Short, wanted.div_ceil(2)),
        };
        Ok(Self { size, after, bound_to, last: call.settings.drift.last_page, turn, invalid })
    }

    /// Sets the token of the next page into a list's answer; `next` is `None` at the end.
    pub(crate) fn mark(&self, answer: &mut serde_json::Map<String, Value>, name: &str, next: Option<&str>) {
        let value = match (self.next(next), self.last) {
            (Some(token), _) => Value::String(token),
            (None, LastPage::Omitted) => return,
            (None, LastPage::Empty) => Value::String(String::new()),
            (None, LastPage::Null) => Value::Null,
            (None, LastPage::OneMore) if self.at_end() => return,
            (None, LastPage::OneMore) => Value::String(self.token(END, Turn::OTHER)),
        };
        answer.insert(name.to_owned(), value);
    }

    /// The token of the page behind `next`, or of the one behind this page if this one is to have nothing. `None` at the end.
    pub(crate) fn next(&self, next: Option<&str>) -> Option<String> {
        match (self.turn, &self.after) {
            (Turn::Empty, Some(after)) => Some(self.token(after, Turn::OTHER)),
            (Turn::Short, _) => next.map(|next| self.token(next, Turn::EMPTY)),
            (Turn::Full | Turn::Empty, _) => next.map(|next| self.token(next, Turn::OTHER)),
        }
    }

    /// What [`pair`] put into the token.
    pub(crate) fn after_pair(&self) -> Result<Option<(String, String)>, ApiError> {
        let Some(after) = self.after.as_deref() else { return Ok(None) };
        if self.at_end() {
            return Ok(Some((END.to_owned(), String::new())));
        }
        let pair = after.split_once(':').and_then(|(length, names)| names.split_at_checked(length.parse().ok()?));
        let (first, second) = pair.ok_or_else(|| refused(self.invalid))?;
        Ok(Some((first.to_owned(), second.to_owned())))
    }

    /// A number that a service put into the token, for a list that counts down; 0 at its end.
    pub(crate) fn after_number(&self) -> Result<Option<u64>, ApiError> {
        if self.at_end() {
            return Ok(Some(0));
        }
        self.after.as_deref().map(|after| after.parse().map_err(|_| refused(self.invalid))).transpose()
    }

    /// Whether this is the page without items behind the last one.
    pub(crate) fn at_end(&self) -> bool {
        self.after.as_deref() == Some(END)
    }

    /// The token of a page that begins behind `after`.
    fn token(&self, after: &str, turn: char) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(format!("{:016x}{turn}{after}", self.bound_to))
    }
}

/// Behind all that a service can put into a token: no name in it holds this.
const END: &str = "\u{10FFFF}end";

/// What a list by two names puts into a token.
pub(crate) fn pair((first, second): &(String, String)) -> String {
    format!("{}:{first}{second}", first.len())
}

fn refused(message: &'static str) -> ApiError {
    ApiError::invalid_argument(message).with_store_code("InvalidCursor")
}

/// Whether the page is one without an item, and what the page before ended with.
fn open(token: &str, bound_to: u64, invalid: &'static str) -> Result<(bool, String), ApiError> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).map_err(|_| refused(invalid))?;
    let text = String::from_utf8(bytes).map_err(|_| refused(invalid))?;
    let (bound, after) = text.split_at_checked(16).ok_or_else(|| refused(invalid))?;
    if u64::from_str_radix(bound, 16) != Ok(bound_to) {
        let bound = "The page token belongs to a request with other parameters.";
        return Err(refused(if invalid == CURSOR { CURSOR } else { bound }));
    }
    let mut after = after.chars();
    let turn = after.next().ok_or_else(|| refused(invalid))?;
    Ok((turn == Turn::EMPTY, after.as_str().to_owned()))
}

/// All that must not change between pages. The hasher's keys are fixed, so that a token outlives the process.
fn fingerprint(call: &Call<'_>, token: &str) -> u64 {
    let mut others: Vec<_> = call.query.iter().filter(|(name, _)| *name != token).collect();
    others.sort_unstable();
    let mut hasher = DefaultHasher::new();
    (&call.path.segments, call.path.verb, others).hash(&mut hasher);
    hasher.finish()
}
