//! The settings of one Autocalls account.

use secrecy::SecretString;
use serde_json::Value;
use switchboard_core::prelude::*;
use url::Url;

/// The base URL of the vendor's own API (vendor's API reference). White-label resellers serve the same API at other URLs.
pub const DEFAULT_BASE_URL: &str = "https://app.autocalls.ai/api";

/// The settings of one Autocalls account.
#[derive(Debug)]
pub struct Config {
    /// The URL below which the API is served.
    pub base_url: Url,
    /// The account's key, in printable ASCII.
    pub api_key: SecretString,
    /// The generation whose field names the requests use.
    pub generation: Generation,
}

/// A generation of the vendor's API. It determines the field names in requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Generation {
    /// The generation with field names such as `assistant_name` and `calls_direction`, documented from August 2025 to
    /// January 2026.
    Legacy,
    /// The generation with field names such as `name` and `type`, documented since February 2026.
    Current,
}

impl Generation {
    const ALL: [Self; 2] = [Self::Legacy, Self::Current];

    /// Returns the generation's name in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Legacy => "2025",
            Self::Current => "2026",
        }
    }
}

/// Parses the settings.
///
/// # Errors
/// Every violation in the settings.
pub fn parse(table: Value) -> Result<Config, Vec<Violation>> {
    let mut settings = Settings::from_value(table)?;
    let base_url = settings.base_url(DEFAULT_BASE_URL);
    let api_key = settings.credential("api_key");
    let generation =
        settings.one_of("generation", &Generation::ALL.map(|generation| (generation.name(), generation)));
    let account = base_url.zip(api_key).zip(generation);
    settings.finish(account.map(|((base_url, api_key), generation)| Config { base_url, api_key, generation }))
}
