//! The stored form of a server's heartbeat entry.

use super::{HEARTBEAT_MAX_BYTES, Item, MAX_DEPTH, StoredError};
use crate::ids::HostId;
use crate::json::{self, JsonError, Limits, Reader};

/// What the memory store holds under the heartbeat key of a server. That it is there says that the server lives; what
/// it says only helps a person who looks at the store, so an entry that cannot be read is a sign of life as well.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Heartbeat {
    /// The server.
    pub host: HostId,
}

impl Item for Heartbeat {
    const LAYOUT: u32 = 1;
    const LIMITS: Limits = Limits { max_depth: MAX_DEPTH, max_bytes: HEARTBEAT_MAX_BYTES };

    fn verify(&self) -> Result<(), StoredError> {
        Ok(())
    }

    fn write(&self, fields: &mut json::Fields<'_>) {
        let Self { host } = self;
        fields.field("host").hex64(host.0);
    }

    /// Fields that this layout does not have are passed over: nobody writes back the entry of another server.
    fn read(reader: &mut Reader<'_>) -> Result<Self, JsonError> {
        let mut host = None;
        reader.object(|name, reader| {
            match name.as_ref() {
                "host" => host = Some(HostId(reader.hex64()?)),
                _ => drop(reader.raw()?),
            }
            Ok(())
        })?;
        Ok(Self { host: reader.require("host", host)? })
    }
}
