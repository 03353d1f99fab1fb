//! The failure of a request to a vendor.

use serde::Serialize;
use utoipa::ToSchema;

use crate::model::Described;

/// The possible effect of a failed vendor request on the vendor's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// No byte of the request was sent. The vendor's state is unchanged, and a retry is safe.
    NotSent,
    /// The vendor refused the request and changed nothing.
    Rejected,
    /// The vendor refused the request for now and changed nothing: the rate limit was exceeded, or the vendor is
    /// unavailable for a time that its answer states.
    Throttled,
    /// The vendor may have carried out the request.
    Ambiguous,
}

impl Outcome {
    /// Returns the outcome's name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::Rejected => "rejected",
            Self::Throttled => "throttled",
            Self::Ambiguous => "ambiguous",
        }
    }
}

/// A failed request to a vendor. Details that are not known are omitted.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct VendorFailure {
    /// The configured name of the vendor.
    pub name: String,
    /// The possible effect of the request on the vendor's state.
    #[schema(inline)]
    pub outcome: Outcome,
    /// The HTTP status of the vendor's answer; omitted if the gateway could not read an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i32, nullable = false)]
    pub status: Option<u16>,
    /// The vendor's own error code; omitted if unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub code: Option<String>,
    /// The vendor's error message; omitted if unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 512)]
    pub message: Option<String>,
    /// True if the vendor refused the request because the requested object does not exist.
    #[serde(skip)]
    pub gone: bool,
    /// True if the failure concerns this request alone. The gateway then sends other requests to the vendor as before,
    /// without a pause.
    #[serde(skip)]
    pub is_single: bool,
    /// The vendor's error messages about fields, as (JSON pointer in the vendor's document, message) pairs.
    #[serde(skip)]
    pub fields: Vec<(String, String)>,
}

impl VendorFailure {
    /// Builds a failure with this outcome and no further details.
    pub fn new(outcome: Outcome) -> Self {
        Self {
            name: String::new(),
            outcome,
            status: None,
            code: None,
            message: None,
            gone: false,
            is_single: false,
            fields: Vec::new(),
        }
    }

    /// Sets the HTTP status of the vendor's answer. A 403 concerns this request alone: the vendor knows the credential, and
    /// may permit other requests (RFC 9110 15.5.4).
    pub fn status(self, status: u16) -> Self {
        Self { status: Some(status), is_single: self.is_single || status == 403, ..self }
    }

    /// States that the failure concerns this request alone.
    pub fn single(self) -> Self {
        Self { is_single: true, ..self }
    }

    /// Sets the vendor's error message, cut after 512 characters. An empty message counts as unknown.
    pub fn message(self, message: impl Into<String>) -> Self {
        let message: String = message.into().chars().take(512).collect();
        Self { message: Some(message).filter(|m| !m.is_empty()), ..self }
    }

    /// Sets the vendor's error messages about its fields.
    pub fn fields(self, fields: Vec<(String, String)>) -> Self {
        Self { fields, ..self }
    }

    /// Marks the requested object as gone, because it does not exist at the vendor.
    pub fn gone(self) -> Self {
        Self { gone: true, ..self }
    }

    /// Marks the requested object as gone if the vendor refused the request with HTTP status 404 or 410.
    pub fn gone_by_status(self) -> Self {
        let gone = self.outcome == Outcome::Rejected && matches!(self.status, Some(404 | 410));
        Self { gone: self.gone || gone, ..self }
    }
}
