//! The rules that decide on a record, one by one.

mod claims;
mod freeing;
mod lifetime;
mod saves;

pub(super) use claims::claims;
pub(super) use freeing::freeing;
pub(super) use lifetime::lifetime;
pub(super) use saves::saves;
