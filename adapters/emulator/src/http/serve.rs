//! The socket: as many connections as the settings allow, each with the settings' patience for the head of a request and for
//! an answer that is not taken.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower_service::Service;

use super::patient::Patient;
use crate::settings::Settings;

/// A head is refused before it is this large, in bytes; a connection has no larger buffer.
const LARGEST_HEAD: usize = 128 << 10;

/// After the end was asked for, a request that is being answered has this long.
const LAST_ANSWERS: Duration = Duration::from_secs(5);

/// In a response's extensions: the connection ends here, and the client gets no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the connection is dropped on purpose")]
pub struct Hangup;

/// Why a listener is not served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address can be reached from other machines.
    #[error("{0} is not a loopback address: the emulator has no encryption, listen at 127.0.0.1 or [::1]")]
    NotLoopback(SocketAddr),
    /// The listener has no address.
    #[error("the listener does not say where it listens")]
    Listener(#[source] io::Error),
}

pub(crate) async fn serve(
    router: Router,
    settings: &Settings,
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    let address = listener.local_addr().map_err(ServeError::Listener)?;
    if !address.ip().is_loopback() {
        return Err(ServeError::NotLoopback(address));
    }
    let places = Arc::new(Semaphore::new(settings.connections));
    let ending = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(settings.patience).max_headers(64).max_buf_size(LARGEST_HEAD);
    let mut shutdown = pin!(shutdown);
    loop {
        // A place first: who waits for one waits in the listener's queue, and costs nothing here.
        let accepted = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, stream) = tokio::select! {
            () = &mut shutdown => break,
            accepted = accepted => accepted,
        };
        let Ok((stream, _)) = stream else {
            // Out of file descriptors, or the client is gone: neither is a reason to end, nor to spin.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let service = hyper::service::service_fn(answer(router.clone()));
        let connection =
            ending.watch(http.serve_connection(TokioIo::new(Patient::new(stream, settings.patience)), service));
        tokio::spawn(async move {
            if let Err(e) = connection.await {
                tracing::debug!(error = %e, "a connection ended early");
            }
            drop(place);
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(LAST_ANSWERS, ending.shutdown()).await;
    Ok(())
}

type Answer = std::pin::Pin<Box<dyn Future<Output = Result<Response<Body>, Hangup>> + Send>>;

/// The router's answer, or the end of the connection.
fn answer(router: Router) -> impl Fn(Request<Incoming>) -> Answer {
    move |request| {
        let mut router = router.clone();
        Box::pin(async move {
            let answered: Result<_, Infallible> = router.call(request).await;
            let Ok(response) = answered;
            match response.extensions().get::<Hangup>() {
                Some(hangup) => Err(*hangup),
                None => Ok(response),
            }
        })
    }
}
