//! One pool of connections to the platform's API.

use crate::answer::is_of_one;
use crate::limits::{Kind, Limits};
use crate::{ApiKey, BadSettings, Engine, Settings};
use keyholder_tokio::backend::{NotApplied, Refused};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Response, redirect, retry};
use rustls::crypto::{CryptoProvider, ring};
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, mem};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

/// The longest answer that is read: the largest value of a data store, if all of it is escaped as JSON allows, and what stands
/// around it.
pub(crate) const ANSWER_MAX_BYTES: usize = 12 * 4_194_304 + 65_536;

/// Room for no more is made before it comes: the largest value of a data store, and what stands around it.
const ANSWER_USUAL_BYTES: usize = 4_194_304 + 65_536;

/// How long a connection is kept that nobody uses. A server that ends it first may do so just when it is used again, and
/// then nobody knows what became of a request.
const IDLE: Duration = Duration::from_secs(20);

/// Bytes of a body beside its value: a tag, users and attributes. More are no harm.
const AROUND_A_VALUE: usize = 1_024;

const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// A connection to the platform's API for one experience. Clones are the same connection: one pool, one set of budgets.
///
/// It repeats no request by itself, follows no redirect and uses no proxy. Certificates are verified by the platform that the
/// program runs on; nothing turns that off.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    http: reqwest::Client,
    key: HeaderValue,
    base: String,
    universe: u64,
    engine: Engine,
    timeout: Duration,
    places: Semaphore,
    limits: Limits,
}

impl Client {
    /// A connection with these settings. Nothing is sent yet.
    ///
    /// # Errors
    /// [`BadSettings`].
    pub fn new(settings: &Settings, key: &ApiKey) -> Result<Self, BadSettings> {
        let base = settings.check()?;
        if CryptoProvider::get_default().is_none() {
            // Fails if somebody else was faster: then theirs is used.
            let _ = ring::default_provider().install_default();
        }
        let http = reqwest::Client::builder()
            .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
            .https_only(base.starts_with("https:"))
            .connect_timeout(settings.connect_timeout)
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(settings.in_flight.get())
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .no_proxy()
            .build()
            .map_err(BadSettings::Http)?;
        let inner = Inner {
            http,
            key: key.header()?,
            base,
            universe: settings.universe,
            engine: settings.engine,
            timeout: settings.timeout,
            places: Semaphore::new(settings.in_flight.get().min(Semaphore::MAX_PERMITS)),
            limits: Limits::new(settings.engine, settings.share_percent, settings.players),
        };
        Ok(Self(Arc::new(inner)))
    }

    /// Corrects the number of players in all servers of the experience, with which the budgets grow.
    pub fn set_players(&self, players: u32) {
        self.0.limits.set_players(players);
    }

    pub(crate) fn engine(&self) -> Engine {
        self.0.engine
    }

    pub(crate) fn universe(&self) -> u64 {
        self.0.universe
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// Makes a request, once.
    pub(crate) async fn call(&self, call: Call) -> Result<Reply, Lost> {
        let asked = Instant::now();
        let deadline = asked + self.0.timeout;
        let Ok(Ok(_place)) = timeout_at(deadline, self.0.places.acquire()).await else {
            return Err(Lost::Before(NotApplied::Unavailable));
        };
        // Last, so that nothing is counted that is not sent.
        self.0.limits.take(call.kind).map_err(Lost::Before)?;
        let (kind, method) = (call.kind, call.method.clone());
        self.0.limits.spend(kind, call.body.as_ref().map_or(0, Vec::len));
        let answered = timeout_at(deadline, self.send(call)).await;
        // Read only where somebody listens.
        let took_ms = || asked.elapsed().as_millis();
        match answered {
            Ok(Ok(reply)) => {
                tracing::debug!(?kind, %method, status = reply.status, took_ms = took_ms(), "Open Cloud answered");
                let throttled = reply.status == 429;
                if !(throttled && is_of_one(&reply.body)) {
                    self.0.limits.note(kind, throttled, &reply.headers);
                }
                if matches!(kind, Kind::Read | Kind::List) {
                    self.0.limits.spend(kind, reply.body.len());
                }
                Ok(reply)
            }
            Ok(Err(lost)) => {
                tracing::debug!(?kind, %method, took_ms = took_ms(), "a request to Open Cloud was not answered");
                Err(lost)
            }
            Err(_) => {
                tracing::debug!(?kind, %method, took_ms = took_ms(), "a request to Open Cloud took too long");
                Err(Lost::After)
            }
        }
    }

    async fn send(&self, call: Call) -> Result<Reply, Lost> {
        let mut request = self.0.http.request(call.method, format!("{}{}", self.0.base, call.target));
        request = request.headers(call.headers).header(API_KEY, self.0.key.clone());
        if let Some(body) = call.body {
            request = request.header(CONTENT_TYPE, "application/json").body(body);
        }
        let mut response = request.send().await.map_err(|error| {
            let was_sent = !(error.is_connect() || error.is_builder());
            if was_sent { Lost::After } else { Lost::Before(NotApplied::Unavailable) }
        })?;
        let status = response.status().as_u16();
        let headers = mem::take(response.headers_mut());
        // A status is an answer, also if what follows it gets lost.
        let body = body(response).await.unwrap_or_default();
        Ok(Reply { status, headers, body })
    }
}

/// The whole body, or nothing of it: one buffer, which does not grow where its length is known.
async fn body(mut response: Response) -> Option<Vec<u8>> {
    let known = response.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or_default();
    let mut body = Vec::with_capacity(known.min(ANSWER_USUAL_BYTES));
    while let Some(part) = response.chunk().await.ok()? {
        if body.len().saturating_add(part.len()) > ANSWER_MAX_BYTES {
            return None;
        }
        body.extend_from_slice(&part);
    }
    Some(body)
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { base, universe, engine, .. } = &*self.0;
        f.debug_struct("Client")
            .field("base", base)
            .field("universe", universe)
            .field("engine", engine)
            .finish_non_exhaustive()
    }
}

/// A request.
pub(crate) struct Call {
    pub(crate) kind: Kind,
    pub(crate) method: Method,
    /// Path and query, encoded.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    /// JSON.
    pub(crate) body: Option<Vec<u8>>,
}

impl Call {
    pub(crate) fn new(kind: Kind, method: Method, target: String) -> Self {
        Self { kind, method, target, headers: HeaderMap::new(), body: None }
    }

    pub(crate) fn get(kind: Kind, target: String) -> Self {
        Self::new(kind, Method::GET, target)
    }

    pub(crate) fn with(mut self, body: Vec<u8>) -> Self {
        self.body = Some(body);
        self
    }
}

/// What is sent, as JSON; `value` is how many bytes of it are known.
pub(crate) fn json_body(body: &impl Serialize, value: usize) -> Result<Vec<u8>, Refused> {
    let mut json = Vec::with_capacity(value.saturating_add(AROUND_A_VALUE));
    serde_json::to_writer(&mut json, body).map_err(|_| Refused::Invalid { status: 0 })?;
    Ok(json)
}

/// An answer. The body is empty if it did not arrive whole.
#[derive(Debug, Default)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// There was no answer.
#[derive(Debug)]
pub(crate) enum Lost {
    /// Nothing was sent.
    Before(NotApplied),
    /// It was sent, or may have been.
    After,
}
