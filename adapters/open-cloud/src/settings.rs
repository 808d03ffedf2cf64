//! What the adapter is told.

use reqwest::Url;
use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::time::Duration;
use thiserror::Error;

/// Where the platform's API is.
pub const BASE_URL: &str = "https://apis.roblox.com";

/// What the adapter is told. [`Settings::new`] gives a usable set.
#[derive(Clone, Debug, Eq, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "settings are written out by hand")]
pub struct Settings {
    /// The experience, by the id of its universe.
    pub universe: u64,
    /// Scheme, host and port. Plain HTTP only to this machine.
    pub base_url: String,
    /// Which of the two interfaces of data stores is used.
    pub engine: Engine,
    /// Players in all servers of the experience together: the platform's budgets grow with them.
    /// [`Client::set_players`](crate::Client::set_players) corrects it later.
    pub players: u32,
    /// How much of each budget the adapter may use, in percent. Game servers live on the same ones. `None` counts nothing
    /// here, and leaves it to the platform to refuse.
    pub share_percent: Option<u8>,
    /// How long it may take to connect.
    pub connect_timeout: Duration,
    /// How long a request may take in all, with the wait for a free place. After it, nobody knows what became of a write.
    pub timeout: Duration,
    /// How many requests are under way at the same time; further ones wait.
    pub in_flight: NonZeroUsize,
}

impl Settings {
    /// The platform, interface v2, half of the budgets of an experience without players, 64 requests at a time, 5 s to
    /// connect and 30 s for a request.
    pub fn new(universe: u64) -> Self {
        Self {
            universe,
            base_url: BASE_URL.to_owned(),
            engine: Engine::V2,
            players: 0,
            share_percent: Some(50),
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(30),
            in_flight: NonZeroUsize::new(64).unwrap_or(NonZeroUsize::MIN),
        }
    }

    /// The address without a slash at its end, if the settings can be used.
    pub(crate) fn check(&self) -> Result<String, BadSettings> {
        if self.share_percent.is_some_and(|share| !(1..=100).contains(&share)) {
            return Err(BadSettings::Share);
        }
        if self.timeout.is_zero() || self.connect_timeout.is_zero() {
            return Err(BadSettings::Timeout);
        }
        let url = Url::parse(&self.base_url).map_err(|_| BadSettings::Address)?;
        let plain = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
            && url.host_str().is_some();
        if !plain {
            return Err(BadSettings::Address);
        }
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => return Err(BadSettings::PlainHttp),
            _ => return Err(BadSettings::Address),
        }
        Ok(url.as_str().trim_end_matches('/').to_owned())
    }
}

/// The two interfaces of data stores. Both do the same; which conditions they refuse with what status is established for
/// [`V1`](Self::V1) alone, so the check at the start ([`Records::open`](crate::Records::open)) belongs to either.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "the platform has these two")]
pub enum Engine {
    /// Open Cloud v2: `etag` in the body. Shares its budgets with the game servers.
    #[default]
    V2,
    /// The older interface: `matchVersion` and `exclusiveCreate`. 300 reads and 300 writes a minute, however many players
    /// there are.
    V1,
}

/// The settings cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BadSettings {
    /// No address of an API.
    #[error("the base URL is not of the form https://host, without user, query or fragment")]
    Address,
    /// The API key would travel in the open.
    #[error("plain HTTP goes to this machine only (localhost, 127.0.0.0/8, ::1); use https")]
    PlainHttp,
    /// No share.
    #[error("the share of the budget is out of bounds: from 1 to 100 percent")]
    Share,
    /// No time.
    #[error("a timeout of zero: no request could succeed")]
    Timeout,
    /// The key cannot be sent.
    #[error(transparent)]
    Key(#[from] crate::BadApiKey),
    /// TLS or the sockets could not be set up.
    #[error("the HTTP client could not be set up: {0}")]
    Http(#[source] reqwest::Error),
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::{BadSettings, Settings};

    #[test]
    fn plain_http_goes_to_this_machine_only() {
        let check = |base_url: &str| Settings { base_url: base_url.to_owned(), ..Settings::new(1) }.check();
        for local in ["http://localhost:1", "http://127.0.0.1:1", "http://127.9.9.9", "http://[::1]:1", "https://a.b/"]
        {
            assert!(check(local).is_ok(), "{local}");
        }
        for far in ["http://apis.roblox.com", "http://localhost.example.org", "http://10.0.0.1", "http://0.0.0.0"] {
            assert!(matches!(check(far), Err(BadSettings::PlainHttp)), "{far}");
        }
        for none in ["", "a", "ftp://localhost", "https://user@a.b", "https://a.b?x=1", "https://a.b#c"] {
            assert!(matches!(check(none), Err(BadSettings::Address)), "{none}");
        }
    }

    #[test]
    fn a_share_and_times_are_in_bounds() {
        let settings = Settings::new(1);
        assert!(settings.check().is_ok());
        assert!(Settings { share_percent: Some(0), ..settings.clone() }.check().is_err());
        assert!(Settings { share_percent: Some(101), ..settings.clone() }.check().is_err());
        assert!(Settings { timeout: std::time::Duration::ZERO, ..settings }.check().is_err());
    }
}
