//! The settings of one ElevenLabs workspace.

use secrecy::SecretString;
use serde_json::Value;
use switchboard_core::prelude::*;
use url::Url;

/// The regions, each with the base URL of its API (vendor pages of 2025-08, official clients of 2026-11). A workspace
/// with data residency belongs to one region, with keys and ids of its own.
const REGIONS: &[(&str, &str)] = &[
    ("global", "https://api.elevenlabs.io"),
    ("us", "https://api.us.elevenlabs.io"),
    ("eu", "https://api.eu.residency.elevenlabs.io"),
    ("in", "https://api.in.residency.elevenlabs.io"),
    ("sg", "https://api.sg.residency.elevenlabs.io"),
];

/// The operator's statement on whether the agents at the vendor allow overrides in a request to dial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallOverrides {
    /// The agents allow no overrides. This is the vendor's default for new agents.
    Refused,
    /// The agents allow all overrides.
    Allowed,
}

/// The values of [`CallOverrides`] in the configuration, the default first.
const CALL_OVERRIDES: &[(&str, CallOverrides)] =
    &[("refused", CallOverrides::Refused), ("allowed", CallOverrides::Allowed)];

/// The settings of one workspace.
#[derive(Debug)]
pub struct Config {
    /// The base URL of the API.
    pub base_url: Url,
    /// The API key of the workspace, in printable ASCII.
    pub api_key: SecretString,
    /// Whether the agents allow overrides in a request to dial.
    pub call_overrides: CallOverrides,
}

/// Reads the settings, or returns all their violations.
pub fn parse(table: Value) -> Result<Config, Vec<Violation>> {
    let mut settings = Settings::from_value(table)?;
    let region = settings.one_of("region", REGIONS);
    let base_url = settings.base_url(region.unwrap_or_default());
    let api_key = settings.credential("api_key");
    let overrides = settings.one_of("call_overrides", CALL_OVERRIDES);
    let together = region.zip(base_url.zip(api_key)).zip(overrides);
    settings.finish(together.map(|((_, (base_url, api_key)), call_overrides)| Config {
        base_url,
        api_key,
        call_overrides,
    }))
}
