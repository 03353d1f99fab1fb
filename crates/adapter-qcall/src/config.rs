//! The settings of one QCall account.

use secrecy::SecretString;
use serde_json::Value;
use switchboard_core::prelude::*;
use url::Url;

/// The base URL of the vendor's own API (QCall docs). White-label resellers serve the same API at other URLs.
const DEFAULT_BASE_URL: &str = "https://api.qcall.ai/api/v1";

/// The settings of one QCall account.
#[derive(Debug)]
pub struct Config {
    /// The URL below which the API is served.
    pub base_url: Url,
    /// The account's key, in printable ASCII.
    pub api_key: SecretString,
}

/// Parses the settings.
///
/// # Errors
/// Every violation in the settings.
pub fn parse(table: Value) -> Result<Config, Vec<Violation>> {
    let mut settings = Settings::from_value(table)?;
    let base_url = settings.base_url(DEFAULT_BASE_URL);
    let api_key = settings.credential("api_key");
    settings.finish(base_url.zip(api_key).map(|(base_url, api_key)| Config { base_url, api_key }))
}
