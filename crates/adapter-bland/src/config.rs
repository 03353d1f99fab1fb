//! The settings of one Bland organization.

use secrecy::SecretString;
use serde_json::Value;
use switchboard_core::prelude::*;
use url::Url;

/// The base URL of the vendor's own API. Enterprise deployments have hosts of their own (vendor documentation, 2026-08-09).
const DEFAULT_BASE_URL: &str = "https://api.bland.ai";

/// The settings of one organization.
#[derive(Debug)]
pub struct Config {
    /// The base URL of the API.
    pub base_url: Url,
    /// The API key of the organization, in printable ASCII.
    pub api_key: SecretString,
}

/// Reads the settings, or returns all their violations.
pub fn parse(table: Value) -> Result<Config, Vec<Violation>> {
    let mut settings = Settings::from_value(table)?;
    let base_url = settings.base_url(DEFAULT_BASE_URL);
    let api_key = settings.credential("api_key");
    settings.finish(base_url.zip(api_key).map(|(base_url, api_key)| Config { base_url, api_key }))
}
