//! The parts of a record's header that the protocol carries along: users, a transaction mark, fields of newer code.

use super::part::refused;
use super::record::NAMES;
use super::{MAX_DEPTH, MAX_USER_ID, MAX_USERS, StoredError, TRANSACTION_MAX_BYTES};
use crate::json::{self, JsonError, Limits, Reader};
use crate::record::Extra;
use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

pub(super) fn write(extra: &Extra, fields: &mut json::Fields<'_>) {
    let Extra { users, transaction, unknown } = extra;
    if !users.is_empty() {
        fields.field("users").array(|elements| users.iter().for_each(|user| elements.element().u64(*user)));
    }
    if let Some(transaction) = transaction {
        fields.field("transaction").string(transaction);
    }
    for (name, text) in sorted(unknown) {
        fields.field(name).raw(text);
    }
}

/// Reads a field that the protocol does not look at.
pub(super) fn read(extra: &mut Option<Box<Extra>>, name: &str, reader: &mut Reader<'_>) -> Result<(), JsonError> {
    let extra = extra.get_or_insert_default();
    match name {
        "users" => extra.users = read_users(reader)?,
        "transaction" => {
            let at = reader.position();
            let mark = reader.string()?;
            if mark.len() > TRANSACTION_MAX_BYTES {
                return Err(refused(at, "a transaction mark within the limit"));
            }
            extra.transaction = Some(mark.as_ref().to_owned());
        }
        _ => extra.unknown.push((name.to_owned(), reader.raw()?.to_owned())),
    }
    Ok(())
}

/// What was read, in the one form that it has: fields of newer code by name, and nothing at all if there is nothing.
pub(super) fn settle(extra: Option<Box<Extra>>) -> Option<Box<Extra>> {
    let mut extra = extra.filter(|extra| **extra != Extra::default())?;
    extra.unknown.sort_unstable();
    Some(extra)
}

/// Refuses what a reader would refuse, or would understand as something else.
pub(super) fn check(extra: &Extra) -> Result<(), StoredError> {
    let invariant = |what| Err(StoredError::Invariant { what });
    if extra.users.len() > MAX_USERS {
        return Err(StoredError::TooMany { what: "users", limit: MAX_USERS });
    }
    if extra.users.iter().any(|user| *user > MAX_USER_ID) {
        return invariant("a user id beyond 2^53-1");
    }
    if extra.transaction.as_ref().is_some_and(|mark| mark.len() > TRANSACTION_MAX_BYTES) {
        return Err(StoredError::TooMany { what: "bytes in a transaction mark", limit: TRANSACTION_MAX_BYTES });
    }
    let fields = sorted(&extra.unknown);
    if fields.iter().zip(fields.iter().skip(1)).any(|((name, _), (next, _))| name == next) {
        return invariant("a field of newer code that is there twice");
    }
    for (name, text) in fields {
        if NAMES.contains(&name) {
            return invariant("a field of newer code under a name that this layout has");
        }
        // Its text is copied as it is: one that is not exactly one value would become fields of its own.
        let limits = Limits { max_depth: MAX_DEPTH - 1, max_bytes: usize::MAX };
        if !json::read(text, limits, Reader::raw).is_ok_and(|value| value.len() == text.len()) {
            return invariant("a field of newer code that is not one JSON value");
        }
    }
    Ok(())
}

/// Fields of newer code in the order in which they are written.
fn sorted(unknown: &[(String, String)]) -> Vec<(&str, &str)> {
    let mut fields: Vec<_> = unknown.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    fields.sort_unstable();
    fields
}

fn read_users(reader: &mut Reader<'_>) -> Result<Vec<u64>, JsonError> {
    let mut users = Vec::new();
    reader.array(|index, reader| {
        if index >= MAX_USERS {
            return Err(reader.refuse("no more users than the limit"));
        }
        let at = reader.position();
        let user = reader.u64()?;
        if user > MAX_USER_ID {
            return Err(refused(at, "a user id up to 2^53-1"));
        }
        users.push(user);
        Ok(())
    })?;
    Ok(users)
}
