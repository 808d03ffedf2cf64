//! What was checked and what came out.

use crate::backend::StoreError;
use std::fmt;
use std::future::Future;
use std::time::Duration;
use tokio::time::timeout;

/// A check that takes longer has failed. Some take minutes where requests are counted.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// Every check and its verdict.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// In the order in which they were made.
    pub checks: Vec<Check>,
}

/// One check.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Check {
    /// What the store has to do.
    pub name: &'static str,
    /// Whether it does.
    pub verdict: Verdict,
}

/// What came out of a check.
#[derive(Clone, Debug, Eq, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "there is no fourth")]
pub enum Verdict {
    /// It does.
    Passed,
    /// It does not claim to.
    Skipped(&'static str),
    /// It does not; what was seen.
    Failed(String),
}

impl Report {
    /// True if nothing failed.
    pub fn is_ok(&self) -> bool {
        self.failed().next().is_none()
    }

    /// The names of the checks that failed.
    pub fn failed(&self) -> impl Iterator<Item = &'static str> {
        self.checks.iter().filter(|check| matches!(check.verdict, Verdict::Failed(_))).map(|check| check.name)
    }

    /// Makes a check.
    pub(super) async fn check(&mut self, name: &'static str, check: impl Future<Output = Finding>) {
        let verdict = match timeout(PATIENCE, check).await {
            Ok(Ok(())) => Verdict::Passed,
            Ok(Err(Stop::Skipped(why))) => Verdict::Skipped(why),
            Ok(Err(Stop::Failed(why))) => Verdict::Failed(why),
            Err(_) => Verdict::Failed(format!("not done after {PATIENCE:?}")),
        };
        self.checks.push(Check { name, verdict });
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Check { name, verdict } in &self.checks {
            match verdict {
                Verdict::Passed => writeln!(f, "passed   {name}")?,
                Verdict::Skipped(why) => writeln!(f, "skipped  {name}: {why}")?,
                Verdict::Failed(why) => writeln!(f, "FAILED   {name}: {why}")?,
            }
        }
        Ok(())
    }
}

/// How a check ends.
pub(super) type Finding = Result<(), Stop>;

/// Why a check ends early.
#[derive(Debug)]
pub(super) enum Stop {
    Skipped(&'static str),
    Failed(String),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Failed(format!("a call that should succeed did not: {error}"))
    }
}

/// The check fails for this reason unless the condition holds.
pub(super) fn must(holds: bool, else_: &str) -> Finding {
    if holds { Ok(()) } else { Err(Stop::Failed(else_.to_owned())) }
}
