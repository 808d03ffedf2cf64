//! The values of which both forms are shown.

mod numbers;
mod roblox;
mod strings;
mod tables;

pub(super) use numbers::numbers;
pub(super) use roblox::roblox;
pub(super) use strings::strings;
pub(super) use tables::tables;

use keyholder_core::value::Value;

/// A value, its name, and what it tells of.
pub(super) struct Named {
    pub(super) name: String,
    pub(super) tells: &'static str,
    pub(super) value: Value,
}

impl Named {
    fn new(name: impl Into<String>, tells: &'static str, value: impl Into<Value>) -> Self {
        Self { name: name.into(), tells, value: value.into() }
    }
}
