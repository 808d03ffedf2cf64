//! Stands between the adapter and the emulator, and holds against the contract what goes by.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::body::{Body, to_bytes};
use axum::extract::{Request as HttpRequest, State};
use axum::http::HeaderMap;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response as HttpResponse;
use keyholder_contract::{Contract, Problem, Request, Response};
use keyholder_emulator::Emulator;
use keyholder_open_cloud::{ApiKey, Client, Engine, Settings};
use tokio::net::TcpListener;

const LARGEST: usize = 64 << 20;

#[derive(Clone)]
pub(crate) struct Recorder(Arc<Inner>);

struct Inner {
    contract: Contract,
    /// Whether answers are looked at as well.
    answers: bool,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    operations: BTreeSet<String>,
    problems: BTreeSet<String>,
}

impl Recorder {
    pub(crate) fn new(contract: Contract, answers: bool) -> Self {
        Self(Arc::new(Inner { contract, answers, seen: Mutex::default() }))
    }

    /// A connection to an emulator, through this.
    pub(crate) async fn client(&self, emulator: Emulator, engine: Engine) -> Client {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let router = emulator.router().layer(from_fn_with_state(self.clone(), held));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let settings = Settings { base_url, engine, share_percent: None, ..Settings::new(1) };
        Client::new(&settings, &ApiKey::new("local").unwrap()).unwrap()
    }

    /// The operations that were asked for, in order. Everything was right.
    pub(crate) fn end(&self) -> Vec<String> {
        let seen = self.0.seen.lock().unwrap();
        assert!(seen.problems.is_empty(), "{:#?}", seen.problems);
        seen.operations.iter().cloned().collect()
    }

    fn note(&self, what: &str, request: &Request<'_>, held: Result<(), Vec<Problem>>) {
        let operation = self.0.contract.operation(request).map(str::to_owned);
        let mut seen = self.0.seen.lock().unwrap();
        seen.operations.extend(operation);
        seen.problems.extend(held.err().into_iter().flatten().map(|problem| format!("{what}: {problem}")));
    }
}

async fn held(State(recorder): State<Recorder>, request: HttpRequest, next: Next) -> HttpResponse {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, LARGEST).await.unwrap();
    let (target, sent) = (parts.uri.to_string(), parts.headers.clone());
    let sent = pairs(&sent);
    let method = parts.method.to_string();
    let request = Request { method: &method, target: &target, body: &body, headers: Some(&sent) };
    recorder.note("sent", &request, recorder.0.contract.request(&request));
    let response = next.run(HttpRequest::from_parts(parts, Body::from(body.clone()))).await;
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, LARGEST).await.unwrap();
    if recorder.0.answers {
        let received = pairs(&parts.headers);
        let response = Response { status: parts.status.as_u16(), body: &body, headers: Some(&received) };
        recorder.note("received", &request, recorder.0.contract.response(&request, &response));
    }
    HttpResponse::from_parts(parts, Body::from(body))
}

fn pairs(headers: &HeaderMap) -> Vec<(&str, &str)> {
    headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect()
}
