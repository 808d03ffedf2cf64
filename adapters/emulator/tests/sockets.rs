//! Real connections: half-written and slow requests, too many of them, and the end.

mod served;

use std::time::Duration;

use keyholder_emulator::settings::Faults;
use keyholder_emulator::{Emulator, ServeError, Settings};
use served::{answer, first_line, impatient, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const GET: &str = "GET /cloud/v2/universes/1/data-stores HTTP/1.1\r\nhost: x\r\nx-api-key: local\r\n\r\n";

#[tokio::test]
async fn a_request_is_answered_and_the_end_is_orderly() {
    let served = serve(Settings::default()).await;
    assert_eq!(served.say(GET).await, "HTTP/1.1 200 OK");
    served.end.send(()).unwrap();
    served.task.await.unwrap().unwrap();
    assert!(TcpStream::connect(served.address).await.is_err());
}

#[tokio::test]
async fn a_half_written_head_ends_the_connection() {
    let served = serve(impatient()).await;
    let half = served.say("GET /cloud/v2/univ").await;
    assert!(half.is_empty() || half.contains("408"), "{half}");
    assert_eq!(served.say("nonsense\r\n\r\n").await, "HTTP/1.1 400 Bad Request");
    assert_eq!(served.say(GET).await, "HTTP/1.1 200 OK", "others are served");
}

#[tokio::test]
async fn a_body_that_breaks_off_is_refused() {
    let served = serve(Settings::default()).await;
    let head = "POST /cloud/v2/universes/1/data-stores:snapshot HTTP/1.1\r\nhost: x\r\nx-api-key: local\r\ncontent-length: 100\r\n\r\n{";
    let mut stream = served.connect().await;
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    assert_eq!(first_line(&mut stream).await, "HTTP/1.1 400 Bad Request");
    assert_eq!(served.say(GET).await, "HTTP/1.1 200 OK");
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let served = serve(impatient()).await;
    let head = "POST /cloud/v2/universes/1/data-stores:snapshot HTTP/1.1\r\nhost: x\r\nx-api-key: local\r\ncontent-length: 100\r\n\r\n{";
    assert_eq!(served.say(head).await, "HTTP/1.1 408 Request Timeout");
    let large = head.replace("length: 100", "length: 99999999");
    assert_eq!(served.say(&large).await, "HTTP/1.1 413 Payload Too Large");
    let chunked = head.replace("content-length: 100", "transfer-encoding: chunked");
    assert_eq!(served.say(&chunked).await, "HTTP/1.1 400 Bad Request", "a length is needed");
}

/// Writes `head`, and then a byte now and then until nobody takes it.
async fn trickle(address: std::net::SocketAddr, head: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let (mut reading, mut writing) = stream.into_split();
    let writer = tokio::spawn(async move {
        while writing.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let answered = answer(&mut reading).await;
    drop(reading);
    writer.abort();
    answered
}

#[tokio::test]
async fn a_slow_client_is_not_waited_for() {
    let served = serve(impatient()).await;
    let head = "GET /cloud/v2/universes/1/data-stores HTTP/1.1\r\nhost: x\r\nslow: ";
    let body = "POST /cloud/v2/universes/1/data-stores:snapshot HTTP/1.1\r\nhost: x\r\nx-api-key: local\r\n\
                content-length: 1000000\r\n\r\n";
    let slow = tokio::spawn(trickle(served.address, head));
    let slower = tokio::spawn(trickle(served.address, body));
    for _ in 0..20 {
        assert_eq!(served.say(GET).await, "HTTP/1.1 200 OK", "others are served meanwhile");
    }
    let (status, _) = slow.await.unwrap();
    assert!([0, 408].contains(&status), "{status}");
    let (status, said) = slower.await.unwrap();
    assert!(status == 408 && said.contains("CANCELLED"), "{status} {said}");
}

#[tokio::test]
async fn a_client_that_does_not_read_loses_its_place() {
    let served = serve(Settings { connections: 1, limits: false, ..impatient() }).await;
    let entry = "/cloud/v2/universes/1/data-stores/S/entries";
    let value = format!("{{\"value\":\"{}\"}}", "x".repeat(4_000_000));
    assert_eq!(served.call("POST", &format!("{entry}?id=k"), value.as_bytes()).await.0, 200);
    let mut deaf = served.connect().await;
    let get = format!("GET {entry}/k HTTP/1.1\r\nhost: x\r\nx-api-key: local\r\n\r\n");
    deaf.write_all(get.repeat(8).as_bytes()).await.unwrap();
    // There is one place, and it is taken until the deaf one has lost it.
    assert_eq!(served.say(GET).await, "HTTP/1.1 200 OK");
    drop(deaf);
}

#[tokio::test]
async fn connections_that_say_nothing_do_not_keep_others_out() {
    let served = serve(Settings { connections: 8, ..impatient() }).await;
    let mut silent = Vec::new();
    for _ in 0..100 {
        let mut stream = served.connect().await;
        stream.write_all(b"GET / HT").await.unwrap();
        silent.push(stream);
    }
    assert_eq!(served.say(GET).await, "HTTP/1.1 200 OK");
}

#[tokio::test]
async fn connections_beyond_the_bound_wait_for_a_place() {
    let served = serve(Settings { connections: 2, ..Settings::default() }).await;
    let (mut first, _second) = (served.connect().await, served.connect().await);
    first.write_all(GET.as_bytes()).await.unwrap();
    assert_eq!(first_line(&mut first).await, "HTTP/1.1 200 OK");
    let mut third = served.connect().await;
    third.write_all(GET.as_bytes()).await.unwrap();
    let waits = tokio::time::timeout(Duration::from_millis(300), third.read_u8()).await;
    assert!(waits.is_err(), "there is no place");
    drop(first);
    assert_eq!(first_line(&mut third).await, "HTTP/1.1 200 OK");
}

#[tokio::test]
async fn a_dropped_connection_ends_without_a_byte() {
    let faults = Faults::parse("drop=1").unwrap();
    let served = serve(Settings { faults, ..Settings::default() }).await;
    assert_eq!(served.say(GET).await, "");
}

#[tokio::test]
async fn only_loopback_is_served() {
    let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let refused = Emulator::new(Settings::default()).serve(listener, async {}).await;
    assert!(matches!(refused, Err(ServeError::NotLoopback(_))));
}
