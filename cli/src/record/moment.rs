//! Moments, as people write them.

/// A moment in ms since 1970, in UTC: `2026-11-22 02:40:32`.
pub(super) fn written(ms: u64) -> String {
    let seconds = ms / 1_000;
    let (mut days, second) = (seconds / 86_400, seconds % 86_400);
    let mut year = 1_970_u64;
    while days >= days_of(year) && year < 9_999 {
        days -= days_of(year);
        year += 1;
    }
    let february = days_of(year) - 337;
    let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 1;
    for length in months {
        if days < length || month == 12 {
            break;
        }
        days -= length;
        month += 1;
    }
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{:02} {hour:02}:{minute:02}:{second:02}", days + 1)
}

fn days_of(year: u64) -> u64 {
    let leaps = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    365 + u64::from(leaps)
}

/// How long ago a moment was.
pub(super) fn ago(ms: u64, now_ms: u64) -> String {
    let seconds = now_ms.saturating_sub(ms) / 1_000;
    match seconds {
        0..120 => format!("{seconds} s ago"),
        120..7_200 => format!("{} min ago", seconds / 60),
        7_200..172_800 => format!("{} h ago", seconds / 3_600),
        _ => format!("{} days ago", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::{ago, written};

    #[test]
    fn days_of_leap_years_are_counted() {
        assert_eq!(written(0), "1970-01-01 00:00:00");
        assert_eq!(written(951_782_400_000), "2000-02-29 00:00:00");
        assert_eq!(written(1_795_315_232_999), "2026-11-22 02:40:32");
        assert_eq!(written(4_107_542_399_000), "2100-02-28 23:59:59");
        assert_eq!(written(4_107_542_400_000), "2100-03-01 00:00:00");
        // Nothing to rely on, but no panic and no wait.
        assert!(written(u64::MAX).starts_with("9999-12-"));
        assert_eq!((ago(5_000, 3_000), ago(0, 7_200_000)), ("0 s ago".to_owned(), "2 h ago".to_owned()));
    }
}
