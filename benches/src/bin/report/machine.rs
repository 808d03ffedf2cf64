//! Where and when a report was made, and of what.

use serde::Serialize;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

const UNKNOWN: &str = "unknown";

/// What has to be known to make a report again.
#[derive(Debug, Serialize)]
pub(crate) struct Made {
    /// The model of the processor.
    pub(crate) processor: String,
    /// How many threads it runs at once for this program.
    pub(crate) cores: usize,
    /// The compiler.
    pub(crate) rustc: String,
    /// The day, in UTC.
    pub(crate) date: String,
    /// The commit, and whether there were changes beside it.
    pub(crate) commit: String,
}

impl Made {
    /// Here and now.
    pub(crate) fn now() -> Self {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| it.as_secs());
        let said = |program: &str, args: &[&str]| {
            let output = Command::new(program).args(args).current_dir(env!("CARGO_MANIFEST_DIR")).output().ok()?;
            output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
        };
        let commit = said("git", &["rev-parse", "--short=12", "HEAD"]);
        // The report itself is changed by every run.
        let changes = said("git", &["status", "--porcelain", "--", ":/", ":(exclude)REPORT.md"]);
        let changes = if changes.is_none_or(|it| it.is_empty()) { "" } else { ", with changes" };
        Self {
            processor: processor().unwrap_or_else(|| UNKNOWN.to_owned()),
            cores: std::thread::available_parallelism().map_or(1, Into::into),
            rustc: said("rustc", &["--version"]).unwrap_or_else(|| UNKNOWN.to_owned()),
            date: date(seconds / 86_400),
            commit: commit.map_or_else(|| UNKNOWN.to_owned(), |it| it + changes),
        }
    }
}

fn processor() -> Option<String> {
    let text = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// The date so many days after 1 January 1970, in the Gregorian calendar.
fn date(days: u64) -> String {
    // Years that begin in March, so that a leap day is the last of its year; 400 of them have 146 097 days.
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    format!("{:04}-{month:02}-{day:02}", era * 400 + year + next)
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn days_have_dates() {
        let examples = [(0, "1970-01-01"), (11_016, "2000-02-29"), (20_088, "2024-12-31"), (20_778, "2026-11-21")];
        assert_eq!(examples.map(|it| date(it.0)), examples.map(|it| it.1));
    }
}
