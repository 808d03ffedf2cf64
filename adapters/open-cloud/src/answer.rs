//! What an answer means. Documentation: Open Cloud, Errors; Data stores, Handle requests; Rate limits.
//!
//! A pure function of what was asked and what came back. Four forms of error bodies are read, and none is needed: a body may
//! be empty, or the page of a gateway.

use crate::limits::pause;
use keyholder_tokio::backend::{NotApplied, Refused, StoreError};
use reqwest::header::HeaderMap;
use serde_json::Value;

/// A longer error body is not looked at.
const ERROR_MAX_BYTES: usize = 65_536;

/// What was asked, as far as it decides what an answer means.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "an answer has a meaning for each")]
pub enum Asked {
    /// Reads or lists: nothing to apply.
    Read,
    /// Writes where nothing is.
    Create,
    /// Writes what is there, under a condition or only if it is there.
    Update,
    /// Writes, whatever is there.
    Put,
    /// Removes.
    Remove,
    /// Sends a message.
    Publish,
}

/// What an answer means.
#[derive(Clone, Debug, Eq, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "outcomes are three-valued; two of these ask for a look first")]
pub enum Answer {
    /// It was done.
    Done,
    /// It was not done: there is no such thing.
    Absent,
    /// It was not done: the condition does not hold.
    Conflict,
    /// It was not done. Whether the condition was the reason does not say: on a 400, only what is there tells.
    Doubtful,
    /// It was not done, and why.
    NotApplied(NotApplied),
    /// Nobody knows.
    Unknown,
}

impl Answer {
    /// What an answer with this status, these headers and this body means.
    pub fn of(asked: Asked, status: u16, headers: &HeaderMap, body: &[u8]) -> Self {
        match status {
            204 if asked == Asked::Read => Self::Absent,
            200..=299 => Self::Done,
            404 => missing(asked, &Words::of(body), body),
            // The body of a refused condition may be the value that is there: it is not looked at.
            412 => conflict(asked),
            401 => Refused::Unauthenticated.into(),
            403 => Refused::Denied.into(),
            413 => Refused::TooLarge { limit: crate::VALUE_MAX_BYTES }.into(),
            501 => Refused::Unsupported("such request").into(),
            // The request did not arrive whole, or its maker was taken to have gone.
            408 | 499 | 500..=599 => unknown(asked),
            400..=499 => refused(asked, status, headers, &Words::of(body)),
            // Not from the platform's API: it neither redirects nor says anything below 200.
            _ => Refused::Invalid { status }.into(),
        }
    }

    /// Whether the same request may be made again as it is: it was not done, and may be next time.
    pub fn may_be_repeated(&self) -> bool {
        matches!(self, Self::NotApplied(NotApplied::Throttled { .. } | NotApplied::Unavailable))
    }

    /// The error of whoever has nothing further to look at. Of what was done, it is that nobody knows: its answer could not
    /// be read.
    pub(crate) fn error(self, status: u16) -> StoreError {
        match self {
            Self::Conflict | Self::Absent => StoreError::Conflict,
            Self::Doubtful => Refused::Invalid { status }.into(),
            Self::NotApplied(why) => why.into(),
            Self::Done | Self::Unknown => StoreError::Unknown,
        }
    }
}

impl From<Refused> for Answer {
    fn from(why: Refused) -> Self {
        Self::NotApplied(NotApplied::Refused(why))
    }
}

/// Nothing there to read, to write under a condition, or to remove. Some other server does not say so, whose body is no JSON; nor
/// does an address where nothing can be. Only the older interface has a word for an experience that is none.
fn missing(asked: Asked, words: &Words, body: &[u8]) -> Answer {
    let is_foreign = body.trim_ascii_start().first().is_some_and(|first| *first != b'{');
    match asked {
        _ if is_foreign => NotApplied::Unavailable.into(),
        _ if words.any(&["InvalidUniverseId"]) => Refused::Invalid { status: 404 }.into(),
        Asked::Read | Asked::Update | Asked::Remove => Answer::Absent,
        Asked::Create | Asked::Put | Asked::Publish => Refused::Invalid { status: 404 }.into(),
    }
}

/// A conflict of whatever shape. Where no condition was set, it is one of the platform's own, and nothing was done.
fn conflict(asked: Asked) -> Answer {
    match asked {
        Asked::Create | Asked::Update => Answer::Conflict,
        Asked::Read | Asked::Put | Asked::Remove | Asked::Publish => NotApplied::Unavailable.into(),
    }
}

/// A read has nothing to apply.
fn unknown(asked: Asked) -> Answer {
    if asked == Asked::Read { NotApplied::Unavailable.into() } else { Answer::Unknown }
}

impl From<NotApplied> for Answer {
    fn from(why: NotApplied) -> Self {
        Self::NotApplied(why)
    }
}

fn refused(asked: Asked, status: u16, headers: &HeaderMap, words: &Words) -> Answer {
    if words.any(&FULL) {
        return Refused::Full.into();
    }
    if words.any(&["ItemValueSizeTooLarge"]) {
        return Refused::TooLarge { limit: crate::ITEM_MAX_BYTES }.into();
    }
    if words.any(&["ContentTooBig"]) {
        return Refused::TooLarge { limit: crate::VALUE_MAX_BYTES }.into();
    }
    let throttled = words.any(&["RESOURCE_EXHAUSTED", "TooManyRequests", "KeyThrottled", "DatastoreThrottled"])
        || words.any(&["DataStructureRequestsOverLimit", "PartitionRequestsOverLimit", "TotalRequestsOverLimit"]);
    // Requests that are throttled are not carried out, whichever they are.
    if status == 429 || throttled {
        return NotApplied::Throttled { wait: pause(headers) }.into();
    }
    if words.any(&["PERMISSION_DENIED", "INSUFFICIENT_SCOPE", "Forbidden", "InsufficientScope", "AccessDenied"]) {
        return Refused::Denied.into();
    }
    if status == 409 || words.any(&["ABORTED", "ALREADY_EXISTS", "FAILED_PRECONDITION", "DataUpdateConflict"]) {
        return conflict(asked);
    }
    match asked {
        // "Exists" is a 400 as well, and its words are not established; nor are those of a tag that cannot be one.
        Asked::Create | Asked::Update if status == 400 => Answer::Doubtful,
        // A revision that is not there.
        Asked::Read if words.any(&["InvalidVersionId", "VersionNotFound", "Invalid version id."]) => Answer::Absent,
        _ => Refused::Invalid { status }.into(),
    }
}

/// Whether a request was throttled for what it asked of one key or one structure: others of its kind need not wait.
pub(crate) fn is_of_one(body: &[u8]) -> bool {
    let words = Words::of(body);
    words.any(&["KeyThrottled", "DatastoreThrottled", "DataStructureRequestsOverLimit", "PartitionRequestsOverLimit"])
        || words.any(&FULL)
}

/// What a full memory store says.
const FULL: [&str; 3] = ["DataStructureMemoryOverLimit", "TotalMemoryOverLimit", "DataStructureItemsOverLimit"];

/// The codes of an error body, whichever of its forms it has; and its message, for what has no code, with its first word: a
/// status of a memory store may stand in front of what it means.
#[derive(Debug, Default)]
struct Words(Vec<String>);

impl Words {
    fn of(body: &[u8]) -> Self {
        let Some(body) = Some(body).filter(|body| body.len() <= ERROR_MAX_BYTES) else { return Self::default() };
        let Ok(body) = serde_json::from_slice::<Value>(body) else { return Self::default() };
        let mut words = Vec::new();
        // v2 has `code`, v1 `error`, memory stores were seen with `error`; both have `message`.
        for name in ["code", "error", "message"] {
            words.extend(body.get(name).and_then(Value::as_str).map(str::to_owned));
        }
        let first = body.get("message").and_then(Value::as_str).and_then(|message| message.split([':', ' ']).next());
        words.extend(first.map(str::to_owned));
        // Data stores v1 say more, and the gateway has a list of errors. That of a validation is an object, without codes.
        for (list, names) in [("errorDetails", ["datastoreErrorCode", "reason"]), ("errors", ["code", "message"])] {
            for one in body.get(list).and_then(Value::as_array).into_iter().flatten() {
                words.extend(names.iter().filter_map(|name| Some(one.get(name)?.as_str()?.to_owned())));
            }
        }
        Self(words)
    }

    fn any(&self, wanted: &[&str]) -> bool {
        self.0.iter().any(|word| wanted.contains(&word.as_str()))
    }
}
