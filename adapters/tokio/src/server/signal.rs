//! The end that the system asks for.

use super::{Handle, NotWatched, Report};
use keyholder_core::document::Document;
use std::io;

impl<D: Document<C>, C: Clone> Handle<D, C> {
    /// Waits until the process is asked to end (Ctrl-C, and on unix SIGTERM), then shuts down as [`Handle::shutdown`] does.
    /// Ends as well once the server has closed otherwise.
    ///
    /// From the first poll on, these signals do not end the process any more: a second one cuts no write short. So a program
    /// that calls this ends when `main` does, and the close window bounds how long that takes.
    ///
    /// ```no_run
    /// # async fn main_of<S, M, B, D, C>(
    /// #     handle: keyholder_tokio::server::Handle<D, C>, driver: keyholder_tokio::server::Driver<S, M, B, D, C>,
    /// # ) -> Result<(), Box<dyn std::error::Error>>
    /// # where
    /// #     S: keyholder_tokio::backend::DurableStore, M: keyholder_tokio::backend::MemoryStore,
    /// #     B: keyholder_tokio::backend::Bus,
    /// #     D: keyholder_core::document::Document<C> + keyholder_core::stored::Stored + Send + Sync + 'static,
    /// #     D::Shape: Send + Sync + 'static, C: Clone + keyholder_core::stored::Stored + Send + Sync + 'static,
    /// # {
    /// let running = tokio::spawn(driver.run());
    /// handle.ready()?;
    /// let report = handle.shutdown_on_signal().await?;
    /// println!("{} saved and released, {} not", report.closed, report.abandoned);
    /// running.await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`NotWatched`]: the system does not tell of signals, or the server was never started.
    pub async fn shutdown_on_signal(&self) -> Result<Report, NotWatched> {
        let mut closed = self.closed();
        tokio::select! {
            asked = asked() => asked?,
            // The server is one of its own.
            _ = closed.wait_for(Option::is_some) => {}
        }
        Ok(self.shutdown().await?)
    }
}

/// Waits until somebody asks this process to end.
#[cfg(unix)]
async fn asked() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::select! {
        _ = interrupt.recv() => tracing::info!("asked to end by SIGINT"),
        _ = terminate.recv() => tracing::info!("asked to end by SIGTERM"),
    }
    Ok(())
}

/// Waits until somebody asks this process to end.
#[cfg(not(unix))]
async fn asked() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}
