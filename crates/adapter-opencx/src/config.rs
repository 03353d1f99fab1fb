//! The settings of one OpenCX account.

use secrecy::SecretString;
use serde_json::Value;
use switchboard_core::prelude::*;
use url::Url;

use crate::extension::AreaCode;

/// The base URL of the vendor's own API (`spec.json`, servers).
const DEFAULT_BASE_URL: &str = "https://api.open.cx";

/// The settings of one OpenCX account.
#[derive(Debug)]
pub struct Config {
    /// The URL below which the API is served.
    pub base_url: Url,
    /// The account's key, in printable ASCII.
    pub api_key: SecretString,
    /// The area code of the numbers to buy for agents that name no area code.
    pub area_code: Option<AreaCode>,
}

/// Parses the settings.
///
/// # Errors
/// Every violation in the settings.
pub fn parse(table: Value) -> Result<Config, Vec<Violation>> {
    let mut settings = Settings::from_value(table)?;
    let base_url = settings.base_url(DEFAULT_BASE_URL);
    let api_key = settings.credential("api_key");
    let area_code = settings.text("area_code", AreaCode::try_from);
    settings.finish(base_url.zip(api_key).map(|(base_url, api_key)| Config { base_url, api_key, area_code }))
}
