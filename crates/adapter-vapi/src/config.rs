//! The settings of one Vapi organisation.

use secrecy::SecretString;
use serde_json::Value;
use switchboard_core::prelude::*;
use url::Url;

/// The regions, each with the base URL of its API (vendor guides, 2026-08-20; official client 3.0.0, 2026-10). An
/// organisation belongs to one region, and its keys are refused in the other.
const REGIONS: &[(&str, &str)] = &[("us", "https://api.vapi.ai"), ("eu", "https://api.eu.vapi.ai")];

/// The settings of one organisation.
#[derive(Debug)]
pub struct Config {
    /// The base URL of the API.
    pub base_url: Url,
    /// The private API key of the organisation, in printable ASCII.
    pub api_key: SecretString,
}

/// Reads the settings, or returns all their violations.
pub fn parse(table: Value) -> Result<Config, Vec<Violation>> {
    let mut settings = Settings::from_value(table)?;
    let region = settings.one_of("region", REGIONS);
    let base_url = settings.base_url(region.unwrap_or_default());
    let api_key = settings.credential("api_key");
    let together = region.zip(base_url.zip(api_key));
    settings.finish(together.map(|(_, (base_url, api_key))| Config { base_url, api_key }))
}
