//! What the servers are told and what they say, one JSON value a line.

use serde::{Deserialize, Serialize};

/// What a server is to do for its player.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Order {
    Open,
    /// Earn so many coins, and wait until they are in the record.
    Earn(i32),
    Close,
}

/// What a server says: that it is ready, and what became of each order.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Said {
    Ready,
    Opened { epoch: u32, coins: i64 },
    Earned,
    Closed,
    Refused(String),
}
