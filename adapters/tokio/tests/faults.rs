//! The layer of faults over a bus and over bans: each fault does what it says, and says Unknown where it must.

use keyholder_tokio::backend::{Ban, Bus, Moderation, StoreError, Subscription, Topic};
use keyholder_tokio::memory::{Bans, Faults, Faulty, Topics};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

const ALWAYS: u16 = 1_000;

/// Longer than anything is late.
const LATER: Duration = Duration::from_secs(2);

fn topic() -> Topic {
    Topic::new("t").unwrap()
}

/// Sends these over a bus with such faults; what it answered, and what arrived.
async fn send(faults: Faults, messages: &[&str]) -> (Vec<Result<(), StoreError>>, Vec<String>) {
    let bus = Faulty::new(Topics::new(), faults, 7);
    let mut listener = bus.subscribe(&topic()).await.unwrap();
    let mut answers = Vec::new();
    for message in messages {
        answers.push(bus.publish(&topic(), (*message).into()).await);
    }
    (answers, heard(&mut listener).await)
}

/// All that arrives.
async fn heard(listener: &mut Subscription) -> Vec<String> {
    let mut heard = Vec::new();
    while let Ok(Some(message)) = timeout(LATER, listener.next()).await {
        heard.push(message.to_string());
    }
    heard
}

#[tokio::test(start_paused = true)]
async fn without_faults_messages_arrive_once_and_in_order() {
    let (answers, heard) = send(Faults::default(), &["a", "b", "c"]).await;
    assert_eq!((answers, heard), (vec![Ok(()); 3], vec!["a".to_owned(), "b".to_owned(), "c".to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn a_message_that_vanishes_is_not_missed_by_its_sender() {
    let (answers, heard) = send(Faults { vanish: ALWAYS, ..Faults::default() }, &["a", "b"]).await;
    assert_eq!((answers, heard), (vec![Ok(()); 2], vec![]));
}

#[tokio::test(start_paused = true)]
async fn a_lost_request_and_a_lost_reply_are_both_unknown_and_differ_in_what_arrives() {
    let unknown = vec![Err(StoreError::Unknown); 2];
    let (answers, heard) = send(Faults { request_lost: ALWAYS, ..Faults::default() }, &["a", "b"]).await;
    assert_eq!((answers, heard), (unknown.clone(), vec![]));
    let (answers, heard) = send(Faults { reply_lost: ALWAYS, ..Faults::default() }, &["a", "b"]).await;
    assert_eq!((answers, heard), (unknown, vec!["a".to_owned(), "b".to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn a_late_message_arrives_after_its_answer_and_out_of_order() {
    let late_by = Duration::from_secs(1);
    let messages: Vec<_> = (0..20).map(|number| number.to_string()).collect();
    let messages: Vec<_> = messages.iter().map(String::as_str).collect();
    let bus = Faulty::new(Topics::new(), Faults { late: ALWAYS, late_by, ..Faults::default() }, 7);
    let mut listener = bus.subscribe(&topic()).await.unwrap();
    let began = Instant::now();
    for message in &messages {
        assert_eq!(bus.publish(&topic(), (*message).into()).await, Err(StoreError::Unknown));
    }
    assert_eq!(began.elapsed(), Duration::ZERO, "nobody waits for what is late");
    let mut heard = heard(&mut listener).await;
    assert_ne!(heard, messages, "some overtook others");
    heard.sort_by_key(|it| it.parse::<u32>().unwrap());
    assert_eq!(heard, messages, "each arrives once");
}

#[tokio::test(start_paused = true)]
async fn a_repeated_message_arrives_twice() {
    let (answers, heard) = send(Faults { repeat: ALWAYS, ..Faults::default() }, &["a", "b"]).await;
    assert_eq!((answers, heard.join("")), (vec![Ok(()); 2], "aabb".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_message_takes_its_time() {
    let way = Duration::from_millis(300);
    let bus = Faulty::new(Topics::new(), Faults { latency_min: way, latency_max: way, ..Faults::default() }, 7);
    let mut listener = bus.subscribe(&topic()).await.unwrap();
    let began = Instant::now();
    bus.publish(&topic(), "a".into()).await.unwrap();
    assert_eq!((listener.next().await.as_deref(), began.elapsed()), (Some("a"), way));
}

#[tokio::test(start_paused = true)]
async fn a_bus_and_bans_that_are_down_take_nothing_and_are_as_before_afterwards() {
    let bus = Faulty::new(Topics::new(), Faults::default(), 7);
    let mut listener = bus.subscribe(&topic()).await.unwrap();
    bus.set_down(true);
    assert_eq!(bus.publish(&topic(), "a".into()).await, Err(StoreError::UNAVAILABLE));
    assert_eq!(bus.subscribe(&topic()).await.err(), Some(StoreError::UNAVAILABLE));
    bus.set_down(false);
    bus.publish(&topic(), "b".into()).await.unwrap();
    assert_eq!(heard(&mut listener).await, ["b"]);

    let bans = Faulty::new(Bans::new(), Faults::default(), 7);
    bans.ban(1, &Ban::default()).await.unwrap();
    bans.set_down(true);
    assert_eq!(bans.ban(2, &Ban::default()).await, Err(StoreError::UNAVAILABLE));
    assert_eq!(bans.unban(1).await, Err(StoreError::UNAVAILABLE));
    assert_eq!(bans.banned(1).await, Err(StoreError::UNAVAILABLE));
    bans.set_down(false);
    assert_eq!(bans.banned(1).await, Ok(Some(Ban::default())));
    assert_eq!(bans.banned(2).await, Ok(None));
}

#[tokio::test(start_paused = true)]
async fn bans_with_a_lost_request_a_lost_reply_or_a_late_one_are_unknown() {
    let late_by = Duration::from_secs(1);
    for (faults, at_once, later) in [
        (Faults { request_lost: ALWAYS, ..Faults::default() }, false, false),
        (Faults { reply_lost: ALWAYS, ..Faults::default() }, true, true),
        (Faults { late: ALWAYS, late_by, ..Faults::default() }, false, true),
    ] {
        let bans = Bans::new();
        let faulty = Faulty::new(bans.clone(), faults, 7);
        assert_eq!(faulty.ban(1, &Ban::default()).await, Err(StoreError::Unknown), "{faults:?}");
        assert_eq!(faulty.banned(1).await.unwrap().is_some(), at_once, "{faults:?}");
        sleep(LATER).await;
        assert_eq!(faulty.banned(1).await.unwrap().is_some(), later, "{faults:?}");

        bans.ban(2, &Ban::default()).await.unwrap();
        assert_eq!(faulty.unban(2).await, Err(StoreError::Unknown), "{faults:?}");
        sleep(LATER).await;
        assert_eq!(faulty.banned(2).await.unwrap().is_none(), later, "{faults:?}");
    }
}
