//! Which versions are kept, and for how long: the same in every store of this crate.

use crate::backend::Kept;

/// How long a version is kept after another took its place, in ms: 30 days, as the platform does.
pub const KEEP_MS: u64 = 30 * 24 * HOUR_MS;

const HOUR_MS: u64 = 60 * 60 * 1_000;

/// True if a version that was written at `written_ms` is kept when another takes its place at `now_ms`. A removal keeps
/// what it removes, whatever the hour: else a mistake could not be undone.
pub(crate) fn keeps(kept: Kept, written_ms: u64, now_ms: u64, removal: bool) -> bool {
    match kept {
        Kept::Nothing => false,
        Kept::Hourly => removal || written_ms / HOUR_MS < now_ms / HOUR_MS,
        Kept::Every => true,
    }
}

/// True if a version is gone that another took the place of at `replaced_ms`.
pub(crate) fn expired(replaced_ms: u64, now_ms: u64) -> bool {
    replaced_ms.saturating_add(KEEP_MS) <= now_ms
}

#[cfg(test)]
mod tests {
    use super::{HOUR_MS, KEEP_MS, expired, keeps};
    use crate::backend::Kept;

    #[test]
    fn the_last_version_of_an_hour_is_kept() {
        let ten = 10 * HOUR_MS;
        assert!(!keeps(Kept::Hourly, ten, ten + HOUR_MS - 1, false));
        assert!(keeps(Kept::Hourly, ten, ten + HOUR_MS - 1, true));
        assert!(keeps(Kept::Hourly, ten + HOUR_MS - 1, ten + HOUR_MS, false));
        assert!(keeps(Kept::Every, ten, ten, false) && !keeps(Kept::Nothing, 0, ten, true));
        assert!(!expired(ten, ten + KEEP_MS - 1) && expired(ten, ten + KEEP_MS));
    }
}
