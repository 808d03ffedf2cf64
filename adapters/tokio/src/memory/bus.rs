//! A bus in one process.

use crate::backend::{Bus, BusCapabilities, Refused, StoreError, Subscription, Topic};
use crate::sync::{Mutex, lock};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::mpsc;

/// The longest message in bytes: what Roblox's messaging takes.
const MAX_MESSAGE_BYTES: usize = 1_024;

/// How many messages wait for a listener; what comes then is dropped.
const WAITING: usize = 256;

/// A bus in one process. Clones are the same bus.
#[derive(Clone, Debug, Default)]
pub struct Topics {
    listeners: Arc<Mutex<BTreeMap<Topic, Listeners>>>,
}

type Listeners = Vec<mpsc::Sender<Arc<str>>>;

impl Topics {
    /// A bus to which nobody listens.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Bus for Topics {
    fn capabilities(&self) -> BusCapabilities {
        BusCapabilities { subscribe: true, max_message_bytes: MAX_MESSAGE_BYTES }
    }

    async fn publish(&self, topic: &Topic, message: Arc<str>) -> Result<(), StoreError> {
        if message.len() > MAX_MESSAGE_BYTES {
            return Err(Refused::TooLarge { limit: MAX_MESSAGE_BYTES }.into());
        }
        let mut topics = lock(&self.listeners);
        if let Some(listeners) = topics.get_mut(topic) {
            listeners.retain(|listener| {
                !matches!(listener.try_send(message.clone()), Err(mpsc::error::TrySendError::Closed(_)))
            });
            if listeners.is_empty() {
                topics.remove(topic);
            }
        }
        Ok(())
    }

    async fn subscribe(&self, topic: &Topic) -> Result<Subscription, StoreError> {
        let (sender, receiver) = mpsc::channel(WAITING);
        let mut topics = lock(&self.listeners);
        let listeners = topics.entry(topic.clone()).or_default();
        listeners.retain(|listener| !listener.is_closed());
        listeners.push(sender);
        Ok(Subscription::new(receiver))
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_MESSAGE_BYTES, Topics, WAITING};
    use crate::backend::{Bus, Topic};

    #[tokio::test]
    async fn everybody_who_listens_hears_it_and_nobody_is_waited_for() {
        let (bus, topic) = (Topics::new(), Topic::new("t").unwrap());
        bus.publish(&topic, "nobody".into()).await.unwrap();
        let (mut one, two) = (bus.subscribe(&topic).await.unwrap(), bus.subscribe(&topic).await.unwrap());
        drop(two);
        for number in 0..WAITING + 1 {
            bus.publish(&topic, number.to_string().into()).await.unwrap();
        }
        assert_eq!(one.next().await.as_deref(), Some("0"));
        assert!(bus.publish(&topic, "x".repeat(MAX_MESSAGE_BYTES + 1).into()).await.is_err());
        assert_eq!(super::lock(&bus.listeners)[&topic].len(), 1, "the one that was dropped is forgotten");
        drop(bus);
        let mut last = None;
        while let Some(message) = one.next().await {
            last = Some(message);
        }
        assert_eq!(last.as_deref(), Some((WAITING - 1).to_string().as_str()), "the one beyond was dropped");
    }
}
