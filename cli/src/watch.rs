//! Progress on standard error while something runs: a moving line on a terminal, plain lines elsewhere.

use crate::figures::{count, rate};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use keyholder_model::driver::Progress;
use std::io::{IsTerminal, Write};
use std::time::Duration;

/// Tells whoever waits how far a run has come.
pub(crate) struct Watch {
    bar: Option<ProgressBar>,
    total: usize,
}

impl Watch {
    /// Begins to watch over so many items.
    pub(crate) fn new(total: usize) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::stderr_with_hz(8));
            let style = ProgressStyle::with_template("{spinner:.cyan} {prefix:.dim} {wide_msg} {elapsed:.dim}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Self { bar, total }
    }

    /// The `index`-th item begins.
    pub(crate) fn begin(&self, index: usize, name: &str) {
        if let Some(bar) = &self.bar {
            bar.set_prefix(format!("[{}/{}]", index + 1, self.total));
            bar.set_message(name.to_owned());
        }
    }

    /// What is being done right now.
    pub(crate) fn doing(&self, what: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(what.to_owned());
        }
    }

    /// A search has come so far.
    pub(crate) fn search(&self, what: &str, at: Progress) {
        if let Some(bar) = &self.bar {
            let speed = rate(at.states, at.seconds);
            bar.set_message(format!("{what}  {} states, depth {}, {speed} states/s", count(at.states), at.depth));
        }
    }

    /// An item has ended. The line stays where nothing moves, and on a terminal if it is `important`.
    pub(crate) fn ended(&self, line: &str, important: bool) {
        match &self.bar {
            Some(bar) if important => bar.println(line),
            Some(_) => {}
            // A closed standard error is no reason to stop.
            None => drop(writeln!(std::io::stderr(), "{line}")),
        }
    }
}

/// Whatever was drawn is taken away again.
impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
