//! An emulator whose every answer is held against the contract, and requests to it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request as HttpRequest;
use keyholder_contract::{Contract, Request, Response};
use keyholder_emulator::settings::{ApiKey, Drift, Faults, SCOPES};
use keyholder_emulator::{Clock, Settings};
use serde_json::Value;
use tower::ServiceExt;

/// A request, and the status that it is answered with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    pub method: &'static str,
    /// With `$name` for a field of the answers before.
    pub target: &'static str,
    /// JSON, with `$name` as well.
    pub body: &'static str,
    /// Headers besides those that every request has.
    pub headers: &'static [(&'static str, &'static str)],
    pub status: u16,
}

/// A request that is answered with 200.
pub(crate) const fn step(method: &'static str, target: &'static str, body: &'static str) -> Step {
    Step { method, target, body, headers: &[], status: 200 }
}

/// A request that is answered with this status.
pub(crate) const fn answered(status: u16, method: &'static str, target: &'static str, body: &'static str) -> Step {
    Step { method, target, body, headers: &[], status }
}

impl Step {
    /// The same with headers.
    pub(crate) const fn with(mut self, headers: &'static [(&'static str, &'static str)]) -> Step {
        self.headers = headers;
        self
    }
}

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub text: String,
    /// Null where the body is no JSON.
    pub body: Value,
}

/// An emulator and the contract that it is held to.
pub(crate) struct Cloud {
    contract: Arc<Contract>,
    router: Router,
    captured: BTreeMap<String, String>,
    /// Operations that were asked for.
    pub seen: BTreeSet<String>,
}

impl Cloud {
    /// With the experiences of the examples. `switches` are those of the settings; faults begin with `faults:`.
    pub(crate) fn new(contract: Arc<Contract>, switches: &str) -> Cloud {
        let (drift, faults) = switches.split_once("faults:").unwrap_or((switches, ""));
        let settings = Settings {
            universes: vec![1, 123, 3_310_576_216, 5_097_539_509, 5_243_626_809, 5_795_192_361],
            drift: Drift::parse(drift).expect("switches"),
            faults: Faults::parse(faults).expect("faults"),
            // All that a key can be given is enough for every operation.
            keys: vec![ApiKey::with("local", &SCOPES)],
            // It stands: what is sent once is sent in this minute.
            clock: Clock::manual("2026-01-01T00:00:30Z".parse().expect("a moment")),
            ..Settings::default()
        };
        let router = keyholder_emulator::Emulator::new(settings).router();
        Cloud { contract, router, captured: BTreeMap::new(), seen: BTreeSet::new() }
    }

    /// Sends the requests one after the other. The error says what was sent, and what is wrong with what came back.
    pub(crate) async fn run(&mut self, steps: &[Step]) -> Result<Vec<Answer>, String> {
        let mut answers = Vec::new();
        for step in steps {
            answers.push(self.send(step).await?);
        }
        Ok(answers)
    }

    /// Sends one, and holds what is sent and what comes back against the contract. What is sent to be refused may break it.
    pub(crate) async fn send(&mut self, step: &Step) -> Result<Answer, String> {
        let (target, body) = (self.filled(step.target), self.filled(step.body));
        let request = Request { method: step.method, target: &target, body: body.as_bytes(), headers: None };
        let named = |problem: String| format!("{} {target} {body}: {problem}", step.method);
        let operation = self.contract.operation(&request).ok_or_else(|| named("no operation".to_owned()))?;
        self.seen.insert(operation.to_owned());
        if step.status < 400 {
            self.contract.request(&request).map_err(|problems| named(format!("sent: {problems:?}")))?;
        }
        let answer = self.ask(step, &target, &body).await;
        if answer.status != step.status {
            return Err(named(format!("{} instead of {}: {}", answer.status, step.status, answer.text)));
        }
        let headers: Vec<_> = answer.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let response = Response { status: answer.status, body: answer.text.as_bytes(), headers: Some(&headers) };
        let held = self.contract.response(&request, &response);
        held.map_err(|problems| named(format!("received: {problems:?} in {}", answer.text)))?;
        for (name, value) in answer.body.as_object().into_iter().flatten() {
            if let Some(text) = value.as_str() {
                self.captured.insert(name.clone(), text.to_owned());
            }
        }
        Ok(answer)
    }

    async fn ask(&self, step: &Step, target: &str, body: &str) -> Answer {
        let mut request = HttpRequest::builder().method(step.method).uri(target).header("content-length", body.len());
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        let own = step.headers.iter().any(|(name, _)| *name == "x-api-key");
        let key = (!own).then_some(&("x-api-key", "local"));
        for (name, value) in step.headers.iter().chain(key) {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let status = response.status().as_u16();
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
        let headers = headers.collect();
        let bytes = to_bytes(response.into_body(), 1 << 20).await.expect("a body");
        let text = String::from_utf8(bytes.to_vec()).expect("UTF-8");
        Answer { status, headers, body: serde_json::from_str(&text).unwrap_or_default(), text }
    }

    /// Longer names first: one may begin with another.
    fn filled(&self, text: &str) -> String {
        let mut names: Vec<&String> = self.captured.keys().collect();
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        names.into_iter().fold(text.to_owned(), |text, name| text.replace(&format!("${name}"), &self.captured[name]))
    }
}
