//! Messages to who listens to a topic. Best effort: what nobody takes in time is gone. Documentation: Cross-server
//! messaging.

use super::budget::{Budgets, Quota};
use crate::error::ApiError;
use crate::settings::Delivery;
use crate::time::Timestamp;
use std::collections::BTreeMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::Arc;
use tokio::sync::mpsc;

/// The longest topic and message, in characters.
const MAX_TOPIC_CHARS: usize = 80;
const MAX_MESSAGE_CHARS: usize = 1_024;

/// How many listeners an experience has here at most.
const MAX_LISTENERS: u32 = 256;

/// How many messages wait for a listener; what comes then it does not get.
const WAITING: usize = 256;

/// A message on its way.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Message {
    pub(crate) topic: String,
    pub(crate) text: String,
    pub(crate) sent: Timestamp,
}

/// Who listens in one experience. The public API can publish alone: listeners are the emulator's own, and count as the
/// servers that the limits are for.
#[derive(Debug, Default)]
pub(crate) struct Messages {
    listeners: BTreeMap<String, Vec<mpsc::Sender<Arc<Message>>>>,
    /// Those that wait for the next one of their topic, which has listeners.
    late: BTreeMap<String, Arc<Message>>,
    dice: Option<fastrand::Rng>,
    received: Budgets,
}

impl Messages {
    /// Takes a message. It is no error that nobody gets it. `limits` says whether those on what servers receive hold; what
    /// the platform does with what is over them is not established, here it is lost.
    pub(crate) fn publish(&mut self, message: Message, delivery: &Delivery, limits: bool) -> Result<(), ApiError> {
        if message.text.chars().nth(MAX_MESSAGE_CHARS).is_some() {
            return Err(ApiError::invalid_argument("A message has at most 1024 characters."));
        }
        check_topic(&message.topic)?;
        self.forget_the_gone();
        let dice = self.dice.get_or_insert_with(|| fastrand::Rng::with_seed(delivery.seed));
        // Always the same number of throws, so that one share does not change what another one does.
        let [drop, duplicate, reorder] = [delivery.drop, delivery.duplicate, delivery.reorder].map(|s| dice.f64() < s);
        if drop || !self.listeners.contains_key(&message.topic) {
            return Ok(());
        }
        let message = Arc::new(message);
        let mut copies = vec![message.clone(); if duplicate { 2 } else { 1 }];
        match self.late.remove(&message.topic) {
            Some(late) => copies.push(late),
            None if reorder => {
                self.late.insert(message.topic.clone(), message);
                return Ok(());
            }
            None => {}
        }
        for copy in copies {
            self.deliver(&copy, limits);
        }
        Ok(())
    }

    /// Listens to a topic from now on.
    pub(crate) fn listen(&mut self, topic: &str) -> Result<mpsc::Receiver<Arc<Message>>, ApiError> {
        check_topic(topic)?;
        self.forget_the_gone();
        if self.servers() >= MAX_LISTENERS {
            return Err(ApiError::exhausted("There are 256 listeners in this experience: end one first."));
        }
        let (sender, receiver) = mpsc::channel(WAITING);
        self.listeners.entry(topic.to_owned()).or_default().push(sender);
        Ok(receiver)
    }

    /// How many listen.
    pub(crate) fn listening(&mut self) -> usize {
        self.forget_the_gone();
        self.listeners.values().map(Vec::len).sum()
    }

    fn deliver(&mut self, message: &Arc<Message>, limits: bool) {
        let servers = self.servers();
        let Some(listeners) = self.listeners.get(&message.topic) else { return };
        let subject = BuildHasherDefault::<DefaultHasher>::default().hash_one(&message.topic);
        let of_topic = Quota { name: "received-of-topic", subject, limit: 40 + 80 * servers, seconds: 60, servers: 0 };
        let of_all = Quota { name: "received", subject: 0, limit: 400 + 200 * servers, seconds: 60, servers: 0 };
        for listener in listeners {
            let mut fits = |quota| self.received.charge(quota, 1, message.sent).is_ok();
            if !limits || (fits(of_topic) && fits(of_all)) {
                // Who has no room left does not get it.
                let _ = listener.try_send(message.clone());
            }
        }
    }

    /// At most [`MAX_LISTENERS`].
    fn servers(&self) -> u32 {
        self.listeners.values().map(|all| all.len() as u32).sum()
    }

    fn forget_the_gone(&mut self) {
        self.listeners.retain(|_, all| {
            all.retain(|listener| !listener.is_closed());
            !all.is_empty()
        });
        self.late.retain(|topic, _| self.listeners.contains_key(topic));
    }
}

fn check_topic(topic: &str) -> Result<(), ApiError> {
    if topic.is_empty() || topic.chars().nth(MAX_TOPIC_CHARS).is_some() {
        return Err(ApiError::invalid_argument("A topic has 1 to 80 characters."));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Delivery, Message, Messages, Timestamp};
    use std::sync::Arc;
    use tokio::sync::mpsc::Receiver;

    fn publish(messages: &mut Messages, delivery: &Delivery, topic: &str, texts: std::ops::Range<usize>, limits: bool) {
        for text in texts {
            let sent = Timestamp::UNIX_EPOCH;
            let message = Message { topic: topic.into(), text: text.to_string(), sent };
            messages.publish(message, delivery, limits).unwrap();
        }
    }

    fn got(receiver: &mut Receiver<Arc<Message>>) -> Vec<usize> {
        std::iter::from_fn(|| receiver.try_recv().ok()).map(|message| message.text.parse().unwrap()).collect()
    }

    #[test]
    fn messages_reach_who_listens_to_their_topic() {
        let mut messages = Messages::default();
        let (mut a, mut b) = (messages.listen("a").unwrap(), messages.listen("b").unwrap());
        publish(&mut messages, &Delivery::default(), "a", 0..3, true);
        assert_eq!((got(&mut a), got(&mut b)), (vec![0, 1, 2], vec![]));
        drop(a);
        publish(&mut messages, &Delivery::default(), "a", 0..3, true);
        assert_eq!(messages.servers(), 1, "who is gone is forgotten");
    }

    #[test]
    fn deliveries_go_wrong_as_asked_for() {
        let shares = |drop, duplicate, reorder| Delivery { drop, duplicate, reorder, seed: 1 };
        for (delivery, wanted) in [
            (shares(1.0, 0.0, 0.0), vec![]),
            (shares(0.0, 1.0, 0.0), vec![0, 0, 1, 1, 2, 2]),
            (shares(0.0, 0.0, 1.0), vec![1, 0]),
        ] {
            let mut messages = Messages::default();
            let mut listener = messages.listen("a").unwrap();
            publish(&mut messages, &delivery, "a", 0..3, true);
            assert_eq!(got(&mut listener), wanted, "{delivery:?}");
        }
        let some = |seed| {
            let mut messages = Messages::default();
            let mut listener = messages.listen("a").unwrap();
            publish(&mut messages, &Delivery { drop: 0.5, seed, ..Delivery::default() }, "a", 0..40, true);
            got(&mut listener)
        };
        assert_eq!(some(1), some(1));
        assert_ne!(some(1), some(2));
    }

    #[test]
    fn what_is_over_a_limit_is_lost() {
        let mut messages = Messages::default();
        let mut listener = messages.listen("a").unwrap();
        publish(&mut messages, &Delivery::default(), "a", 0..200, true);
        assert_eq!(got(&mut listener).len(), 120, "40 and 80 for one server");
        publish(&mut messages, &Delivery::default(), "a", 0..300, false);
        assert_eq!(got(&mut listener).len(), 256, "what waits is bounded as well");
        let long =
            |topic: &str, text: &str| Message { topic: topic.into(), text: text.into(), sent: Timestamp::UNIX_EPOCH };
        for message in [long("", "x"), long(&"t".repeat(81), "x"), long("t", &"x".repeat(1_025))] {
            assert!(messages.publish(message, &Delivery::default(), true).is_err());
        }
        let held: Vec<_> = (0..255).map(|_| messages.listen("b").unwrap()).collect();
        assert!(messages.listen("b").is_err());
        drop(held);
        assert!(messages.listen("b").is_ok());
    }
}
