//! Buses that break one promise each.

use keyholder_tokio::backend::{Bus, BusCapabilities, Refused, StoreError, Subscription, Topic};
use keyholder_tokio::memory::Topics;
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc;

/// The promise that is broken; the first breaks none.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum BusLie {
    OnlyPublishes,
    NeverDelivers,
    Trims,
    DeliversToOne,
    HasOneTopic,
    NeedsAListener,
    WaitsForListeners,
    FailsAfterADrop,
    ClaimsMore,
    KnowsNoLimits,
}

/// A bus with one lie in front of it.
pub(crate) struct BrokenBus {
    bus: Topics,
    lie: BusLie,
    listeners: Mutex<Vec<mpsc::Sender<Arc<str>>>>,
}

impl BrokenBus {
    pub(crate) fn new(lie: BusLie) -> Self {
        Self { bus: Topics::new(), lie, listeners: Mutex::default() }
    }

    fn topic(&self, topic: &Topic) -> Topic {
        if self.lie == BusLie::HasOneTopic { Topic::new("all").unwrap() } else { topic.clone() }
    }

    fn listeners(&self) -> Vec<mpsc::Sender<Arc<str>>> {
        self.listeners.lock().unwrap().clone()
    }
}

impl Bus for BrokenBus {
    fn capabilities(&self) -> BusCapabilities {
        let BusCapabilities { subscribe, max_message_bytes } = self.bus.capabilities();
        match self.lie {
            BusLie::OnlyPublishes => BusCapabilities { subscribe: false, max_message_bytes },
            BusLie::ClaimsMore => BusCapabilities { subscribe, max_message_bytes: max_message_bytes * 2 },
            BusLie::KnowsNoLimits => BusCapabilities { subscribe, max_message_bytes: max_message_bytes / 2 },
            _ => BusCapabilities { subscribe, max_message_bytes },
        }
    }

    async fn publish(&self, topic: &Topic, message: Arc<str>) -> Result<(), StoreError> {
        match self.lie {
            BusLie::NeverDelivers => return Ok(()),
            BusLie::Trims => return self.bus.publish(topic, message.trim().into()).await,
            BusLie::NeedsAListener if self.listeners().is_empty() => return Err(StoreError::UNAVAILABLE),
            BusLie::FailsAfterADrop if self.listeners().iter().any(mpsc::Sender::is_closed) => {
                return Err(StoreError::UNAVAILABLE);
            }
            BusLie::WaitsForListeners => {
                for listener in self.listeners() {
                    let _ = listener.send(Arc::clone(&message)).await;
                }
                return Ok(());
            }
            _ => {}
        }
        self.bus.publish(&self.topic(topic), message).await
    }

    async fn subscribe(&self, topic: &Topic) -> Result<Subscription, StoreError> {
        if self.lie == BusLie::OnlyPublishes {
            return Err(Refused::Unsupported("subscriptions").into());
        }
        let (sender, receiver) = mpsc::channel(64);
        let is_first = self.listeners().is_empty();
        self.listeners.lock().unwrap().push(sender);
        match self.lie {
            BusLie::WaitsForListeners | BusLie::FailsAfterADrop => Ok(Subscription::new(receiver)),
            BusLie::DeliversToOne if !is_first => self.bus.subscribe(&Topic::new("nowhere").unwrap()).await,
            _ => self.bus.subscribe(&self.topic(topic)).await,
        }
    }
}
