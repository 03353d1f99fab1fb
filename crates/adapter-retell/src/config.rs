//! The settings of one Retell workspace.

use secrecy::SecretString;
use serde_json::Value;
use switchboard_core::prelude::*;
use url::Url;

/// The base URL of the vendor's API (SDK 6.2.13). The vendor has one region.
const DEFAULT_BASE_URL: &str = "https://api.retellai.com";

/// The settings of one workspace.
#[derive(Debug)]
pub struct Config {
    /// The base URL of the API.
    pub base_url: Url,
    /// The API key of the workspace, in printable ASCII.
    pub api_key: SecretString,
}

/// Reads the settings, or returns all their violations.
pub fn parse(table: Value) -> Result<Config, Vec<Violation>> {
    let mut settings = Settings::from_value(table)?;
    let base_url = settings.base_url(DEFAULT_BASE_URL);
    let api_key = settings.credential("api_key");
    settings.finish(base_url.zip(api_key).map(|(base_url, api_key)| Config { base_url, api_key }))
}
