//! Figures as people read them.

/// A count, its digits in groups of three.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// A count with its noun, in the plural where it belongs there.
pub(crate) fn counted(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", count(number), if number == 1 { "" } else { "s" })
}

/// Seconds, to the hundredth, so that a column of them is in line.
pub(crate) fn seconds(seconds: f64) -> String {
    format!("{seconds:.2}")
}

/// Bytes, in the unit that leaves few digits.
pub(crate) fn bytes(bytes: u64) -> String {
    let mut size = bytes as f64;
    let mut units = ["KiB", "MiB", "GiB"].into_iter();
    let mut unit = "B";
    while size >= 1024.0
        && let Some(next) = units.next()
    {
        (size, unit) = (size / 1024.0, next);
    }
    if unit == "B" || size >= 100.0 { format!("{size:.0} {unit}") } else { format!("{size:.1} {unit}") }
}

/// A rate as a count in a second.
pub(crate) fn rate(number: u64, seconds: f64) -> String {
    count((number as f64 / seconds.max(1e-3)) as u64)
}

#[cfg(test)]
mod tests {
    use super::{bytes, count, counted, rate, seconds};

    #[test]
    fn figures_are_easy_to_read() {
        let counts = [0, 12, 999, 1_000, 1_234_567].map(count);
        assert_eq!(counts, ["0", "12", "999", "1 000", "1 234 567"]);
        assert_eq!([counted(1, "state"), counted(0, "state")], ["1 state", "0 states"]);
        assert_eq!([seconds(0.0123), seconds(1.234), seconds(61.234)], ["0.01", "1.23", "61.23"]);
        assert_eq!(
            [bytes(12), bytes(1536), bytes(3 << 30), bytes(5 << 40)],
            ["12 B", "1.5 KiB", "3.0 GiB", "5120 GiB"]
        );
        assert_eq!(rate(10, 0.0), "10 000");
    }
}
