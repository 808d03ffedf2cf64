//! Moments and durations as the wire has them, and a clock that tests can set.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, tz::Offset};

pub use jiff::Timestamp;

/// Steps of 100 nanoseconds from the year 1 to 1970: revision ids count from the year 1.
const TICKS_BEFORE_1970: i128 = 621_355_968_000_000_000;

/// The longest duration of a protobuf message, in seconds (documentation: Types and formats, Duration).
const LONGEST: i64 = 315_576_000_000;

/// Where the emulator's time comes from. Clones of a manual clock are the same clock.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The machine's.
    #[default]
    System,
    /// One that stands still until it is set.
    Manual(Arc<Mutex<Timestamp>>),
}

impl Clock {
    /// A clock that shows `now` until it is set.
    #[must_use]
    pub fn manual(now: Timestamp) -> Self {
        Self::Manual(Arc::new(Mutex::new(now)))
    }

    /// What it shows, in the steps of 100 nanoseconds that the platform counts in.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let now = match self {
            Self::System => Timestamp::now(),
            Self::Manual(now) => *now.lock().unwrap_or_else(PoisonError::into_inner),
        };
        let nanos = now.as_nanosecond();
        Timestamp::from_nanosecond(nanos - nanos.rem_euclid(100)).unwrap_or(now)
    }

    /// Sets a manual clock forward (or back, for a negative `by`). The machine's clock is left alone, and so is one that
    /// would leave the range of the calendar.
    pub fn advance(&self, by: SignedDuration) {
        if let Self::Manual(now) = self {
            let mut now = now.lock().unwrap_or_else(PoisonError::into_inner);
            *now = now.checked_add(by).unwrap_or(*now);
        }
    }
}

/// `moment` in RFC 3339: in UTC, with 0, 3, 6 or 9 digits of a second's fraction (documentation: Types and formats,
/// Timestamp).
#[must_use]
pub fn rfc3339(moment: Timestamp) -> String {
    match moment.as_nanosecond().rem_euclid(1_000_000_000) {
        0 => format!("{moment:.0}"),
        nanos if nanos % 1_000_000 == 0 => format!("{moment:.3}"),
        nanos if nanos % 1_000 == 0 => format!("{moment:.6}"),
        _ => format!("{moment:.9}"),
    }
}

/// `moment` as the headers of the data stores' first API have it: seven digits and a numeric offset.
#[must_use]
pub fn rfc3339_v1(moment: Timestamp) -> String {
    format!("{:.7}", moment.display_with_offset(Offset::UTC))
}

/// Reads RFC 3339 with any offset. `None` if it is not that, or outside the years 1 to 9999.
#[must_use]
pub fn parse_rfc3339(text: &str) -> Option<Timestamp> {
    // Longer than any moment, and never worth reading.
    if text.len() > 64 {
        return None;
    }
    text.parse::<Timestamp>().ok().filter(|moment| ticks(*moment) > 0)
}

/// Steps of 100 nanoseconds since the beginning of the year 1. 0 before that.
#[must_use]
pub fn ticks(moment: Timestamp) -> u64 {
    u64::try_from(moment.as_nanosecond().div_euclid(100) + TICKS_BEFORE_1970).unwrap_or(0)
}

/// Reads a protobuf duration in JSON: `"3s"`, `"1.5s"`, at most nine digits of a fraction. ISO 8601 (`PT3S`) is not one.
#[must_use]
pub fn parse_duration(text: &str) -> Option<SignedDuration> {
    let digits = text.strip_suffix('s')?;
    let (negative, digits) = digits.strip_prefix('-').map_or((false, digits), |rest| (true, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()) && !text.is_empty();
    if !number(whole) || !number(fraction) || whole.len() > 12 || fraction.len() > 9 {
        return None;
    }
    let seconds: i64 = whole.parse().ok().filter(|s| *s <= LONGEST)?;
    let nanos: i32 = format!("{fraction:0<9}").parse().ok()?;
    let duration = SignedDuration::new(seconds, nanos);
    Some(if negative { -duration } else { duration })
}

/// Writes a protobuf duration in JSON, with 0, 3, 6 or 9 digits of a fraction.
#[must_use]
pub fn format_duration(duration: SignedDuration) -> String {
    let sign = if duration.is_negative() { "-" } else { "" };
    let (seconds, nanos) = (duration.as_secs().unsigned_abs(), duration.subsec_nanos().unsigned_abs());
    match nanos {
        0 => format!("{sign}{seconds}s"),
        n if n % 1_000_000 == 0 => format!("{sign}{seconds}.{:03}s", n / 1_000_000),
        n if n % 1_000 == 0 => format!("{sign}{seconds}.{:06}s", n / 1_000),
        n => format!("{sign}{seconds}.{n:09}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_have_the_digits_of_the_documentation() {
        for (read, written) in [
            ("1972-01-01T12:00:20.021+02:00", "1972-01-01T10:00:20.021Z"),
            ("2024-07-22T19:06:55.8294126Z", "2024-07-22T19:06:55.829412600Z"),
            ("2024-07-22T19:06:55.829412Z", "2024-07-22T19:06:55.829412Z"),
            ("2024-07-22T19:06:55Z", "2024-07-22T19:06:55Z"),
        ] {
            assert_eq!(rfc3339(parse_rfc3339(read).unwrap()), written);
        }
        assert_eq!(parse_rfc3339("2024-07-22T19:06:55"), None, "a moment needs an offset");
        let moment = parse_rfc3339("2022-02-02T23:30:06.5388799Z").unwrap();
        assert_eq!(rfc3339_v1(moment), "2022-02-02T23:30:06.5388799+00:00");
    }

    #[test]
    fn ticks_count_from_the_year_1() {
        let moment = parse_rfc3339("2024-07-22T19:06:55.8294126Z").unwrap();
        assert_eq!(format!("{:016X}", ticks(moment)), "08DCAA81744A406E");
    }

    #[test]
    fn durations_are_those_of_protobuf() {
        for (text, back) in [("3s", "3s"), ("1.5s", "1.500s"), ("1.000340012s", "1.000340012s"), ("-2.25s", "-2.250s")]
        {
            assert_eq!(format_duration(parse_duration(text).unwrap()), back);
        }
        for wrong in ["", "s", "3", "PT3S", "1.s", ".5s", "+1s", "1.0000000001s", "315576000001s", "--1s", "1 s"] {
            assert_eq!(parse_duration(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_manual_clock_stands_until_it_is_set() {
        let clock = Clock::manual(parse_rfc3339("2026-01-01T00:00:00.000000123Z").unwrap());
        let other = clock.clone();
        assert_eq!(rfc3339(clock.now()), "2026-01-01T00:00:00.000000100Z");
        other.advance(SignedDuration::from_secs(90));
        assert_eq!(rfc3339(clock.now()), "2026-01-01T00:01:30.000000100Z");
    }
}
