//! Waits where the platform has had enough requests for now.

use indicatif::{ProgressBar, ProgressStyle};
use keyholder_tokio::backend::{NotApplied, StoreError};
use std::time::Duration;
use tokio::time::sleep;

/// What is throttled was not applied, so it may be asked again. For so long in all, request by request: longer than the longest
/// window of the platform's limits (documentation: Open Cloud, Rate limits).
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// If nobody says how long; doubled each time.
const FIRST: Duration = Duration::from_secs(1);

/// Who waits for longer is told.
const SILENT: Duration = Duration::from_secs(2);

/// How long one request has waited so far.
#[derive(Default)]
pub(super) struct Patience {
    waited: Duration,
    next: Option<Duration>,
}

impl Patience {
    /// Waits if this asks for it; false if the request is over.
    pub(super) async fn waits(&mut self, error: Option<&StoreError>) -> bool {
        let Some(StoreError::NotApplied(NotApplied::Throttled { wait })) = error else { return false };
        let guess = self.next.map_or(FIRST, |it| it * 2);
        self.next = Some(guess);
        // A little longer than was said: who comes at the very moment may be early.
        let wait = wait.map_or(guess, |it| it + Duration::from_millis(10));
        if self.waited + wait > LONGEST {
            return false;
        }
        self.waited += wait;
        let told = (wait > SILENT).then(|| {
            let bar = ProgressBar::new_spinner()
                .with_message(format!("throttled; the next request is in {} s", wait.as_secs() + 1));
            bar.set_style(ProgressStyle::default_spinner());
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        sleep(wait).await;
        if let Some(bar) = told {
            bar.finish_and_clear();
        }
        true
    }
}
