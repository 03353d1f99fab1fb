//! The stored form of a call: a document without personal data, and the personal data, which the store seals.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use switchboard_core::{
    call::{Suspicion, TrackedCall},
    error::{Error, Kind, Result},
    rule::Report,
};

use super::{CallEnvelope, Following, Placing, RequestedDial};
use crate::records::{RecordedError, not_serializable};

/// The document of a stored call. It contains no personal data.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredCall {
    pub adapter: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placing: Option<Placing>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspicion: Option<Suspicion>,
    #[serde(default)]
    pub following: Following,
}

/// The personal data of a call, for writing. Reports and errors are included because they can quote personal data.
#[derive(Serialize)]
pub(super) struct StoredPersonal<'a> {
    pub tracked: &'a TrackedCall,
    pub envelope: &'a CallEnvelope,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dial: Option<&'a RequestedDial>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<&'a Report>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<&'a RecordedError>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_answer: Option<&'a str>,
}

impl StoredPersonal<'_> {
    /// Serialises the personal data as one string, which the store encrypts.
    pub fn seal(&self) -> Result<SecretString> {
        serde_json::to_string(self).map(SecretString::from).map_err(|cause| not_serializable("call", cause))
    }
}

/// The personal data of a call, for reading.
#[derive(Deserialize)]
pub(super) struct Personal {
    pub tracked: TrackedCall,
    #[serde(default)]
    pub envelope: CallEnvelope,
    #[serde(default)]
    pub dial: Option<RequestedDial>,
    #[serde(default)]
    pub report: Option<Report>,
    #[serde(default)]
    pub error: Option<RecordedError>,
    #[serde(default)]
    pub first_answer: Option<String>,
}

impl Personal {
    /// Reads stored personal data. The error omits the parser's message, which may quote the data.
    pub fn read(text: &SecretString) -> std::result::Result<Self, &'static str> {
        serde_json::from_str(text.expose_secret()).map_err(|_| "its content has an unknown form")
    }
}

/// Returns the word that represents an enum value in the API and in the store, such as `in_progress`.
pub(super) fn word(value: &impl Serialize) -> Result<String> {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => Ok(word),
        _ => Err(Error::new(Kind::Internal, "A value of a call is not stored as a word.")),
    }
}
