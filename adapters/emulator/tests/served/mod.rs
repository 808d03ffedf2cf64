//! An emulator behind a socket, and requests to it byte by byte.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::net::SocketAddr;
use std::time::Duration;

use keyholder_emulator::{Emulator, ServeError, Settings};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

/// A request that is answered with 200 by every emulator that serves.
pub(crate) const GET: &str =
    "GET /cloud/v2/universes/1/data-stores HTTP/1.1\r\nhost: x\r\nx-api-key: local\r\nconnection: close\r\n\r\n";

/// Longer than anything here takes, unless it never ends.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    pub(crate) end: oneshot::Sender<()>,
    pub(crate) task: tokio::task::JoinHandle<Result<(), ServeError>>,
}

pub(crate) async fn serve(settings: Settings) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (end, ended) = oneshot::channel();
    let task = tokio::spawn(async move {
        let emulator = Emulator::new(settings);
        emulator.serve(listener, async { drop(ended.await) }).await
    });
    Served { address, end, task }
}

/// An emulator that waits a moment only.
pub(crate) fn impatient() -> Settings {
    Settings { patience: Duration::from_millis(200), ..Settings::default() }
}

impl Served {
    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Writes `text` and reads the first line of the answer, or what there is until the connection ends.
    pub(crate) async fn say(&self, text: &str) -> String {
        let mut stream = self.connect().await;
        stream.write_all(text.as_bytes()).await.unwrap();
        first_line(&mut stream).await
    }

    /// Writes `bytes`, as far as they are taken, and reads the status and the body of the answer; 0 if there is none.
    pub(crate) async fn ask(&self, bytes: &[u8]) -> (u16, String) {
        let mut stream = self.connect().await;
        let _ = stream.write_all(bytes).await;
        answer(&mut stream).await
    }

    /// A request with a key and a body that is said to be JSON.
    pub(crate) async fn call(&self, method: &str, target: &str, body: &[u8]) -> (u16, String) {
        self.ask(&request(method, target, "x-api-key: local\r\n", body)).await
    }

    pub(crate) async fn still_serves(&self, after: &str) {
        assert_eq!(self.ask(GET.as_bytes()).await.0, 200, "after {after}");
    }
}

pub(crate) fn request(method: &str, target: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "{method} {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n{headers}\r\n"
    );
    [head.as_bytes(), body].concat()
}

pub(crate) async fn first_line(stream: &mut TcpStream) -> String {
    let mut bytes = vec![0; 4096];
    let read = tokio::time::timeout(PATIENCE, stream.read(&mut bytes)).await.expect("an answer or an end");
    let text = String::from_utf8_lossy(&bytes[..read.unwrap_or(0)]).into_owned();
    text.lines().next().unwrap_or("").to_owned()
}

/// The status and the body of what comes until the connection ends.
pub(crate) async fn answer(stream: &mut (impl AsyncRead + Unpin)) -> (u16, String) {
    let mut bytes = Vec::new();
    // A connection that is reset was answered before.
    let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("an answer or an end");
    let text = String::from_utf8_lossy(&bytes);
    let status = text.get(9..12).and_then(|status| status.parse().ok()).unwrap_or(0);
    (status, text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default())
}
