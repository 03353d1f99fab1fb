//! `Prefer: handling=strict|lenient, wait=SECONDS` (RFC 7240).

use std::{convert::Infallible, fmt, time::Duration};

use axum::{
    extract::FromRequestParts,
    response::{IntoResponseParts, ResponseParts},
};
use http::{HeaderMap, HeaderName, HeaderValue, request::Parts};
use switchboard_core::plan::Handling;
use utoipa::{
    IntoParams,
    openapi::path::{Parameter, ParameterIn},
};

use super::{document, list};

const PREFER: HeaderName = HeaderName::from_static("prefer");
/// The response header that names the preferences that the API applied (RFC 7240, section 3).
pub const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// The preferences of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prefer {
    /// The handling of losses, if the caller states one.
    pub handling: Option<Handling>,
    /// The maximum time to wait for the vendor, if the caller states one.
    pub wait: Option<Duration>,
}

impl Prefer {
    /// Reads the header, which may be repeated. Ignores unknown preferences, as the RFC requires, including those that
    /// are not ASCII. If a preference is repeated, its first occurrence counts.
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let lines = headers.get_all(&PREFER).into_iter().map(|line| String::from_utf8_lossy(line.as_bytes()));
        let lines: Vec<_> = lines.collect();
        let preferences: Vec<_> = lines.iter().flat_map(|line| list::split(line, ',')).collect();
        let first = |name: &str| preferences.iter().find_map(|element| preference(element, name));
        let known = [("strict", Handling::Strict), ("lenient", Handling::Lenient)];
        let handling = first("handling")
            .and_then(|value| known.into_iter().find(|(text, _)| value.eq_ignore_ascii_case(text)));
        // A value that is not valid, such as a wait of half a second, is also ignored.
        let wait = first("wait").and_then(|value| value.parse().ok()).map(Duration::from_secs);
        Self { handling: handling.map(|(_, handling)| handling), wait }
    }

    /// Removes the wait, for a request that does not wait for a write at a vendor.
    pub fn for_reading(self) -> Self {
        Self { wait: None, ..self }
    }

    /// Returns the `Preference-Applied` header, if the request has a known preference.
    pub fn applied(self) -> Option<Applied> {
        (self.handling.is_some() || self.wait.is_some()).then_some(Applied(self))
    }
}

/// The documentation of the preferences of a write or a plan.
const PREFERENCES: &str = "Preferences (RFC 7240). With `handling=strict`, the gateway refuses the request if the vendor would hold a \
    changed field differently than requested or not at all. With `handling=lenient`, the default, the answer reports such losses. \
    `wait=SECONDS` is the time that a write waits for the vendor before the answer is 202: unless configured otherwise, 10 seconds by \
    default and at most 60. The `Preference-Applied` header of the answer lists the applied preferences. An unknown preference or \
    value is ignored, as the RFC requires, and a longer wait is reduced to the maximum.";

/// The documentation of the preferences of a deletion, which loses no values.
const WAIT: &str = "The preference `wait=SECONDS` (RFC 7240) is the time that the deletion waits for the vendor before the answer is 202: \
    unless configured otherwise, 10 seconds by default and at most 60. The `Preference-Applied` header of the answer lists the applied \
    preference. An unknown preference or value is ignored, as the RFC requires, and a longer wait is reduced to the maximum.";

/// Documents the header.
impl IntoParams for Prefer {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![document::header("Prefer", PREFERENCES, "handling=lenient").build()]
    }
}

/// Documents the header of a deletion.
pub struct PreferWait;

impl IntoParams for PreferWait {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![document::header("Prefer", WAIT, "wait=5").build()]
    }
}

/// Returns the value of an element, if the element is the preference with this name. A preference without a value has
/// an empty value.
fn preference<'a>(element: &'a str, wanted: &str) -> Option<&'a str> {
    let preference = list::split(element, ';').next()?;
    let (name, value) = preference.split_once('=').unwrap_or((preference, ""));
    name.trim().eq_ignore_ascii_case(wanted).then(|| value.trim().trim_matches('"'))
}

/// The `Preference-Applied` header of an answer.
#[derive(Debug, Clone, Copy)]
pub struct Applied(Prefer);

impl fmt::Display for Applied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let handling = self.0.handling.map(|handling| match handling {
            Handling::Strict => "handling=strict".to_owned(),
            Handling::Lenient => "handling=lenient".to_owned(),
        });
        let wait = self.0.wait.map(|wait| format!("wait={}", wait.as_secs()));
        let applied: Vec<_> = handling.into_iter().chain(wait).collect();
        f.write_str(&applied.join(", "))
    }
}

impl IntoResponseParts for Applied {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        if let Ok(value) = HeaderValue::from_str(&self.to_string()) {
            parts.headers_mut().insert(PREFERENCE_APPLIED, value);
        }
        Ok(parts)
    }
}

impl<S: Sync> FromRequestParts<S> for Prefer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::from_headers(&parts.headers))
    }
}
