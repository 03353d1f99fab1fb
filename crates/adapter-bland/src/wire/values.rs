//! Codecs for the language and the background sound.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use crate::catalogue::LANGUAGE_CODES;

/// The vendor's value for silence. Null is not silence: the vendor plays quiet line static (vendor documentation,
/// 2026-08-09).
const SILENCE: &str = "none";
/// The background sounds (vendor documentation of calls, 2026-08-09; inferred for personas).
const SOUNDS: [&str; 4] = ["off", "office", "cafe", "restaurant"];

/// Builds the codec for the language. The vendor has additional codes, for some languages and for combinations of
/// languages. The codec reads these codes but does not write them.
pub fn language() -> impl Codec<Language> {
    Spoken(languages(LANGUAGE_CODES))
}

struct Spoken<C>(C);

impl<C: Codec<Language>> Codec<Language> for Spoken<C> {
    fn encode(&self, value: &Language, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        self.0.encode(value, with)
    }
    fn decode(&self, wire: &Value, facts: &Facts) -> Option<Language> {
        let code = match wire.as_str()? {
            "fluent" => "babel",
            code => code.strip_prefix("babel-").unwrap_or(code),
        };
        self.0.decode(&json!(code), facts)
    }
    fn domain(&self) -> Domain {
        self.0.domain()
    }
    fn conversion(&self) -> Option<String> {
        Some("\"mul\" as \"babel\"".to_owned())
    }
}

/// Builds the codec for the background sound.
pub fn background() -> impl Codec<String> {
    Background
}

struct Background;

impl Codec<String> for Background {
    fn encode(&self, value: &String, _: &Translation<'_>) -> Result<Encoded, Refusal> {
        match value.as_str() {
            "off" => Ok(json!(SILENCE).into()),
            sound if SOUNDS.contains(&sound) => Ok(json!(sound).into()),
            _ => Err(Refusal::Unsupported(format!("the vendor takes {}.", SOUNDS.join(", ")))),
        }
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<String> {
        let sound = wire.as_str()?;
        Some(if sound == SILENCE { "off" } else { sound }.to_owned())
    }
    fn domain(&self) -> Domain {
        Domain::Choice { values: SOUNDS.iter().map(|sound| json!(sound)).collect() }
    }
    fn conversion(&self) -> Option<String> {
        Some("\"off\" as \"none\"".to_owned())
    }
}
