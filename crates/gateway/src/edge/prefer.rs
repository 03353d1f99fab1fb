//! `Prefer: handling=strict|lenient` (RFC 7240).

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    response::{IntoResponseParts, ResponseParts},
};
use http::{HeaderMap, HeaderName, HeaderValue, request::Parts};
use switchboard_core::Handling;

use super::list;

const PREFER: HeaderName = HeaderName::from_static("prefer");
const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// What the request prefers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prefer {
    /// How to handle losses, if the caller says.
    pub handling: Option<Handling>,
}

impl Prefer {
    /// Reads the header, over one line or several. What is not known is ignored, as the RFC demands; of a preference
    /// that is given twice the first counts.
    pub fn of(headers: &HeaderMap) -> Self {
        let preferences = list::elements(headers, &PREFER).unwrap_or_default();
        let first = preferences.into_iter().find_map(handling);
        Self { handling: first.flatten() }
    }

    /// What to answer of it: `Preference-Applied`, where there was a preference.
    pub fn applied(self) -> Option<Applied> {
        self.handling.map(Applied)
    }
}

/// The value of an element that is a `handling` preference; `Some(None)` if the value is not known.
fn handling(element: &str) -> Option<Option<Handling>> {
    let preference = list::split(element, ';').next()?;
    let (name, value) = preference.split_once('=').unwrap_or((preference, ""));
    if !name.trim().eq_ignore_ascii_case("handling") {
        return None;
    }
    let value = value.trim().trim_matches('"');
    let known = [("strict", Handling::Strict), ("lenient", Handling::Lenient)];
    Some(known.into_iter().find(|(text, _)| value.eq_ignore_ascii_case(text)).map(|(_, handling)| handling))
}

/// The `Preference-Applied` header of an answer.
#[derive(Debug, Clone, Copy)]
pub struct Applied(Handling);

impl IntoResponseParts for Applied {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        let value = match self.0 {
            Handling::Strict => "handling=strict",
            Handling::Lenient => "handling=lenient",
        };
        parts.headers_mut().insert(PREFERENCE_APPLIED, HeaderValue::from_static(value));
        Ok(parts)
    }
}

impl<S: Sync> FromRequestParts<S> for Prefer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}
