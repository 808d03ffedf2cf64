//! What was measured beside what is aimed at.

use std::process::ExitCode;
use std::time::Duration;

/// The figures in their order.
#[derive(Default)]
pub(crate) struct Figures(Vec<Figure>);

struct Figure {
    what: String,
    measured: String,
    aim: String,
    reached: bool,
}

impl Figures {
    /// At most so long.
    pub(crate) fn time(&mut self, what: &str, measured: Duration, aim: Duration) {
        self.add(what, format!("{measured:.3?}"), format!("at most {aim:?}"), measured <= aim);
    }

    /// At most so much.
    pub(crate) fn most(&mut self, what: &str, measured: f64, aim: f64, unit: &str) {
        let aimed = format!("at most {aim:.2} {unit}");
        self.add(what, format!("{measured:.2} {unit}"), aimed, measured <= aim);
    }

    /// At least so much.
    pub(crate) fn least(&mut self, what: &str, measured: f64, aim: f64, unit: &str) {
        self.add(what, format!("{measured:.0} {unit}"), format!("at least {aim:.0} {unit}"), measured >= aim);
    }

    fn add(&mut self, what: &str, measured: String, aim: String, reached: bool) {
        let [measured, aim] = [measured, aim].map(|it| it.trim_end().to_owned());
        self.0.push(Figure { what: what.to_owned(), measured, aim, reached });
    }

    /// Prints them; exit code 2 if one is missed.
    pub(crate) fn print(&self, json: bool) -> ExitCode {
        if json {
            let rows = self.0.iter().map(|it| {
                serde_json::json!({ "figure": it.what, "measured": it.measured, "aim": it.aim, "reached": it.reached })
            });
            println!("{}", serde_json::Value::from_iter(rows));
        } else {
            for it in &self.0 {
                let word = if it.reached { "reached" } else { "MISSED" };
                println!("{:<62} {:>14}   {:<22} {word}", it.what, it.measured, it.aim);
            }
        }
        if self.0.iter().all(|it| it.reached) { ExitCode::SUCCESS } else { ExitCode::from(2) }
    }
}

/// So many percent take no longer.
pub(crate) fn share(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    times.get(times.len() * percent / 100).copied().unwrap_or_default()
}
