//! How commands reach an experience on Open Cloud.

use clap::{Args, ValueEnum};
use keyholder_open_cloud::{ApiKey, BadApiKey, BadSettings, Client, Engine, Settings};
use std::path::PathBuf;

/// The variable that the API key is read from.
pub(crate) const KEY_VARIABLE: &str = "KEYHOLDER_API_KEY";

/// What is to be known of an experience, beside its universe.
#[derive(Args, Clone, Debug)]
pub(crate) struct CloudArguments {
    /// Read the API key from this file instead of the environment variable KEYHOLDER_API_KEY
    #[arg(long, value_name = "FILE")]
    pub(crate) api_key_file: Option<PathBuf>,

    /// Ask here instead of the platform: plain HTTP to this machine only, as an emulator has it
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,

    /// The interface of data stores
    #[arg(long, value_enum, default_value_t = EngineName::V2)]
    pub(crate) engine: EngineName,

    /// The sorted map in which servers keep their heartbeats
    #[arg(long, value_name = "NAME", default_value = "keyholder")]
    pub(crate) memory_map: String,
}

impl CloudArguments {
    /// A client with the key that is named.
    pub(crate) fn client(&self, universe: u64) -> Result<Client, Box<dyn std::error::Error>> {
        Ok(self.client_with(universe, &self.key()?)?)
    }

    pub(crate) fn client_with(&self, universe: u64, key: &ApiKey) -> Result<Client, BadSettings> {
        let mut settings = Settings { engine: self.engine.into(), ..Settings::new(universe) };
        if let Some(url) = &self.url {
            settings.base_url.clone_from(url);
        }
        Client::new(&settings, key)
    }

    pub(crate) fn key(&self) -> Result<ApiKey, BadApiKey> {
        match &self.api_key_file {
            Some(file) => ApiKey::from_file(file),
            None => ApiKey::from_env(KEY_VARIABLE),
        }
    }
}

/// The interfaces of data stores.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum EngineName {
    /// Open Cloud v2
    V2,
    /// The older one
    V1,
}

impl EngineName {
    /// As on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::V2 => "v2",
            Self::V1 => "v1",
        }
    }
}

impl From<EngineName> for Engine {
    fn from(name: EngineName) -> Self {
        match name {
            EngineName::V2 => Self::V2,
            EngineName::V1 => Self::V1,
        }
    }
}
