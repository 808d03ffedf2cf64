//! A server that answers as it is told, to the byte, or not at all.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// Status, headers and body.
type Reply = (u16, Vec<(&'static str, String)>, String);

/// Made of all requests so far.
type Making = Box<dyn Fn(&[Seen]) -> Reply + Send>;

/// What it does with a request.
pub(crate) enum Step {
    /// An answer.
    Answer(Making),
    /// Says that more bytes come than do, and ends.
    Half(u16, &'static str),
    /// Ends the connection without an answer.
    Drop,
    /// Never answers.
    Hang,
}

/// An answer that is always the same.
pub(crate) fn answer(status: u16, body: &str) -> Step {
    with(status, &[], body)
}

/// The same with headers.
pub(crate) fn with(status: u16, headers: &[(&'static str, &str)], body: &str) -> Step {
    let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    let body = body.to_owned();
    Step::Answer(Box::new(move |_| (status, headers.clone(), body.clone())))
}

/// A request that came in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) target: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(crate) fn line(&self) -> String {
        format!("{} {}", self.method, self.target)
    }
}

#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    steps: Arc<Mutex<VecDeque<Step>>>,
}

impl Server {
    /// Makes these steps, one for each request, on a port of its own. Further requests are answered with 418.
    pub(crate) async fn start(steps: impl IntoIterator<Item = Step>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = Self { url, seen: Arc::default(), steps: Arc::new(Mutex::new(steps.into_iter().collect())) };
        let serving = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = serving.clone();
                tokio::spawn(async move { server.serve(stream).await });
            }
        });
        server
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Method and target of each request.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.seen().iter().map(Seen::line).collect()
    }

    async fn serve(&self, stream: TcpStream) -> Option<()> {
        let mut stream = BufReader::new(stream);
        loop {
            let request = read(&mut stream).await?;
            self.seen.lock().unwrap().push(request);
            let step = self.steps.lock().unwrap().pop_front().unwrap_or_else(|| answer(418, ""));
            let text = match step {
                Step::Answer(make) => {
                    let (status, headers, body) = make(&self.seen());
                    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
                    format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n{headers}\r\n{body}", body.len())
                }
                Step::Half(status, body) => {
                    let text = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n{body}", body.len() + 1);
                    stream.write_all(text.as_bytes()).await.ok()?;
                    return None;
                }
                Step::Drop => return None,
                Step::Hang => std::future::pending().await,
            };
            stream.write_all(text.as_bytes()).await.ok()?;
        }
    }
}

async fn read(stream: &mut BufReader<TcpStream>) -> Option<Seen> {
    let mut seen = Seen::default();
    let mut line = String::new();
    stream.read_line(&mut line).await.ok().filter(|read| *read > 0)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    (seen.method, seen.target) = (words.next()?, words.next()?);
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        seen.headers.push((name.to_lowercase(), value.to_owned()));
    }
    let length = seen.header("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    seen.body = String::from_utf8(body).unwrap();
    Some(seen)
}
