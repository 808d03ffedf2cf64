//! The checks of a bus. What a bus may do (lose, repeat, delay, reorder) a sender makes up for by sending again, and so
//! do the checks: they look for what no bus may do.

use super::report::{Finding, Report, Stop, must};
use super::slot::patiently;
use crate::backend::{Bus, NotApplied, StoreError, Subscription, Topic};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// The names of the checks of [`bus`], in their order.
pub const BUS: [&str; 9] = [
    "message arrives",
    "message is exact",
    "everybody hears it",
    "topics are apart",
    "nobody listens is no error",
    "nobody is waited for",
    "dropped subscription is forgotten",
    "largest message accepted",
    "too large refused",
];

/// How often a message is sent before it counts as one that never arrives.
const SENDS: usize = 20;

/// How long each of them is waited for.
const WAIT: Duration = Duration::from_millis(500);

/// More messages than any listener is kept waiting.
const FLOOD: usize = 2_000;

/// How long a flood may take; one who waits for a listener never ends.
const FLOOD_WITHIN: Duration = Duration::from_secs(120);

/// Checks a bus on topics that begin with this name, and that nobody else uses. `make` is called once for each check. One
/// that cannot listen is checked only as far as a sender sees.
pub async fn bus<B: Bus>(prefix: &str, mut make: impl AsyncFnMut() -> B) -> Report {
    let mut report = Report::default();
    macro_rules! check {
        ($name:literal, $check:expr) => {{
            let bus = make().await;
            let check = async {
                let topic = |number: u8| {
                    Topic::new(format!("{prefix}-{}-{number}", $name.replace(' ', "-")))
                        .map_err(|error| Stop::Failed(error.to_string()))
                };
                $check(Line { bus, topic: topic(1)?, other: topic(2)? }).await
            };
            report.check($name, check).await;
        }};
    }
    check!("message arrives", message_arrives);
    check!("message is exact", message_is_exact);
    check!("everybody hears it", everybody_hears_it);
    check!("topics are apart", topics_are_apart);
    check!("nobody listens is no error", nobody_listens_is_no_error);
    check!("nobody is waited for", nobody_is_waited_for);
    check!("dropped subscription is forgotten", dropped_subscription_is_forgotten);
    check!("largest message accepted", largest_message_accepted);
    check!("too large refused", too_large_refused);
    report
}

/// A bus and two topics of it.
struct Line<B> {
    bus: B,
    topic: Topic,
    other: Topic,
}

impl<B: Bus> Line<B> {
    /// Sends a message, patiently. That nobody knows what became of it is no more than a bus may answer.
    async fn publish(&self, topic: &Topic, message: &str) -> Finding {
        let message: Arc<str> = message.into();
        match patiently(|| self.bus.publish(topic, Arc::clone(&message))).await {
            Ok(()) | Err(StoreError::Unknown) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn subscribe(&self, topic: &Topic) -> Result<Subscription, Stop> {
        if !self.bus.capabilities().subscribe {
            return Err(Stop::Skipped("it only publishes"));
        }
        Ok(patiently(|| self.bus.subscribe(topic)).await?)
    }

    /// Sends a message until each of these has heard it, and hears nothing else.
    async fn reaches(&self, listeners: &mut [Subscription], message: &str) -> Finding {
        for listener in listeners {
            let mut heard = false;
            for _ in 0..SENDS {
                self.publish(&self.topic, message).await?;
                heard = hears(listener, message).await?;
                if heard {
                    break;
                }
            }
            must(heard, "a message never arrives, however often it is sent")?;
        }
        Ok(())
    }
}

/// Whether a message comes; no other may.
async fn hears(listener: &mut Subscription, message: &str) -> Result<bool, Stop> {
    match timeout(WAIT, listener.next()).await {
        Ok(Some(heard)) => must(*heard == *message, "a message arrives that is another one").map(|()| true),
        Ok(None) => Err(Stop::Failed("a subscription ends though the bus is there".to_owned())),
        Err(_) => Ok(false),
    }
}

async fn message_arrives<B: Bus>(line: Line<B>) -> Finding {
    let mut listeners = [line.subscribe(&line.topic).await?];
    line.reaches(&mut listeners, "one").await
}

async fn message_is_exact<B: Bus>(line: Line<B>) -> Finding {
    let mut listeners = [line.subscribe(&line.topic).await?];
    line.reaches(&mut listeners, "[{\"a\":\"\\u0000 \u{e9}\u{1f511}\n\"}]  ").await
}

async fn everybody_hears_it<B: Bus>(line: Line<B>) -> Finding {
    let mut listeners = [line.subscribe(&line.topic).await?, line.subscribe(&line.topic).await?];
    line.reaches(&mut listeners, "one").await
}

async fn topics_are_apart<B: Bus>(line: Line<B>) -> Finding {
    let mut listeners = [line.subscribe(&line.topic).await?];
    let mut others = line.subscribe(&line.other).await?;
    line.reaches(&mut listeners, "one").await?;
    must(timeout(WAIT, others.next()).await.is_err(), "a message arrives on another topic")
}

async fn nobody_listens_is_no_error<B: Bus>(line: Line<B>) -> Finding {
    line.publish(&line.topic, "one").await
}

async fn nobody_is_waited_for<B: Bus>(line: Line<B>) -> Finding {
    let mut idle = line.subscribe(&line.topic).await?;
    let flood = async {
        for _ in 0..FLOOD {
            line.publish(&line.topic, "one").await?;
        }
        Ok(())
    };
    let flooded = timeout(FLOOD_WITHIN, flood).await;
    flooded.unwrap_or_else(|_| Err(Stop::Failed("a sender waits for a listener that takes nothing".to_owned())))?;
    must(hears(&mut idle, "one").await?, "a listener that was late hears nothing at all")
}

async fn dropped_subscription_is_forgotten<B: Bus>(line: Line<B>) -> Finding {
    for _ in 0..SENDS {
        drop(line.subscribe(&line.topic).await?);
    }
    let mut listeners = [line.subscribe(&line.topic).await?];
    line.reaches(&mut listeners, "one").await
}

async fn largest_message_accepted<B: Bus>(line: Line<B>) -> Finding {
    let largest = "x".repeat(line.bus.capabilities().max_message_bytes);
    let mut listeners = [line.subscribe(&line.topic).await?];
    line.reaches(&mut listeners, &largest).await
}

async fn too_large_refused<B: Bus>(line: Line<B>) -> Finding {
    let message: Arc<str> = "x".repeat(line.bus.capabilities().max_message_bytes + 1).into();
    for _ in 0..SENDS {
        let done = patiently(|| line.bus.publish(&line.topic, Arc::clone(&message))).await;
        // Unless it got lost on its way to whoever would refuse it.
        if matches!(done, Err(StoreError::NotApplied(NotApplied::Refused(_)))) {
            return Ok(());
        }
    }
    Err(Stop::Failed("a message beyond the limit is not refused".to_owned()))
}
