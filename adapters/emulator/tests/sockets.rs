//! Real connections: half-written and slow requests, too many of them, and the end.

use std::time::Duration;

use keyholder_emulator::settings::Faults;
use keyholder_emulator::{Emulator, ServeError, Settings};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

const GET: &str = "GET /cloud/v2/universes/1/data-stores HTTP/1.1\r\nhost: x\r\nx-api-key: local\r\n\r\n";

struct Served {
    address: std::net::SocketAddr,
    end: oneshot::Sender<()>,
    task: tokio::task::JoinHandle<Result<(), ServeError>>,
}

async fn serve(settings: Settings) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (end, ended) = oneshot::channel();
    let task = tokio::spawn(async move {
        let emulator = Emulator::new(settings);
        emulator.serve(listener, async { drop(ended.await) }).await
    });
    Served { address, end, task }
}

impl Served {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Writes `text` and reads the first line of the answer, or what there is until the connection ends.
    async fn say(&self, text: &str) -> String {
        let mut stream = self.connect().await;
        stream.write_all(text.as_bytes()).await.unwrap();
        first_line(&mut stream).await
    }
}

async fn first_line(stream: &mut TcpStream) -> String {
    let mut bytes = vec![0; 4096];
    let read =
        tokio::time::timeout(Duration::from_secs(20), stream.read(&mut bytes)).await.expect("an answer or an end");
    let text = String::from_utf8_lossy(&bytes[..read.unwrap_or(0)]).into_owned();
    text.lines().next().unwrap_or("").to_owned()
}

fn impatient() -> Settings {
    Settings { patience: Duration::from_millis(200), ..Settings::default() }
}

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
async fn a_body_that_does_not_come_is_not_waited_for() {
    let served = serve(impatient()).await;
    let head = "POST /cloud/v2/universes/1/data-stores:snapshot HTTP/1.1\r\nhost: x\r\nx-api-key: local\r\ncontent-length: 100\r\n\r\n{";
    assert_eq!(served.say(head).await, "HTTP/1.1 408 Request Timeout");
    let large = head.replace("length: 100", "length: 99999999");
    assert_eq!(served.say(&large).await, "HTTP/1.1 413 Payload Too Large");
    let chunked = head.replace("content-length: 100", "transfer-encoding: chunked");
    assert_eq!(served.say(&chunked).await, "HTTP/1.1 400 Bad Request", "a length is needed");
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
