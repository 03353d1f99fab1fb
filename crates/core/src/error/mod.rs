//! The one error type, from the vendor's socket to the problem document.

mod kind;
mod suggestion;

use std::{error::Error as StdError, fmt, time::Duration};

use serde::Serialize;
use utoipa::ToSchema;

use crate::model::Described;
pub use kind::Kind;
pub use suggestion::{closest_match, unknown_name};

/// The result of anything in Switchboard that may fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error with everything a problem document may say of it.
#[derive(Debug)]
pub struct Error {
    /// The stable code.
    pub kind: Kind,
    /// One sentence for the caller; never a secret, never a raw vendor body.
    pub detail: String,
    /// Everything that is wrong with the input, not just the first.
    pub violations: Vec<Violation>,
    /// The vendor's failure, if a vendor was involved.
    pub vendor: Option<Box<VendorFailure>>,
    /// The time after which a retry makes sense.
    pub retry_after: Option<Duration>,
    /// The operation with further details, if there is one.
    pub operation: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// Builds an error of this kind.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
            violations: Vec::new(),
            vendor: None,
            retry_after: None,
            operation: None,
            source: None,
        }
    }

    /// Builds an error from violations of the input; its kind is that of the violations if they all
    /// agree.
    pub fn invalid(violations: Vec<Violation>) -> Self {
        let first = violations.first().map_or(Kind::ValidationFailed, |v| v.code);
        let same = violations.iter().all(|v| v.code == first);
        let detail = match violations.as_slice() {
            [one] => one.detail.clone(),
            many => format!("{} things are wrong with the request; see errors.", many.len()),
        };
        Self { violations, ..Self::new(if same { first } else { Kind::ValidationFailed }, detail) }
    }

    /// Builds an error from a failure that the vendor reported or caused.
    pub fn vendor(kind: Kind, failure: VendorFailure) -> Self {
        let detail = match &failure.message {
            Some(message) => format!("The vendor answered: {message}"),
            None => "The vendor did not do what was asked.".to_owned(),
        };
        Self { vendor: Some(Box::new(failure)), ..Self::new(kind, detail) }
    }

    /// Replaces the detail.
    pub fn with_detail(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }

    /// Sets the time after which a retry makes sense.
    pub fn retry_after(self, wait: Duration) -> Self {
        Self { retry_after: Some(wait), ..self }
    }

    /// Sets the operation that has further details.
    pub fn of_operation(self, id: impl Into<String>) -> Self {
        Self { operation: Some(id.into()), ..self }
    }

    /// Sets the cause. It is logged, never answered.
    pub fn caused_by(self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { source: Some(source.into()), ..self }
    }

    /// Copies the error for another reader, without its cause.
    pub fn without_source(&self) -> Self {
        Self {
            kind: self.kind,
            detail: self.detail.clone(),
            violations: self.violations.clone(),
            vendor: self.vendor.clone(),
            retry_after: self.retry_after,
            operation: self.operation.clone(),
            source: None,
        }
    }

    /// Returns true if the vendor refused because it does not have the requested object.
    pub fn means_gone(&self) -> bool {
        self.vendor.as_ref().is_some_and(|failure| failure.gone)
    }

    /// Sets the configured name of the vendor.
    pub fn with_vendor_name(mut self, vendor: &str) -> Self {
        if let Some(failure) = &mut self.vendor {
            failure.name = vendor.to_owned();
        }
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.detail)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// One thing that is wrong with the request: at a JSON pointer, in a parameter or in a header.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Violation {
    /// The place of the error.
    #[serde(flatten)]
    #[schema(inline)]
    pub location: InputLocation,
    /// The stable code.
    #[schema(value_type = String)]
    pub code: Kind,
    /// The reason, as a sentence.
    pub detail: String,
}

impl Violation {
    /// Builds a violation in the body, at a JSON pointer.
    pub fn at(pointer: impl Into<String>, code: Kind, detail: impl Into<String>) -> Self {
        Self { location: InputLocation::Pointer(pointer.into()), code, detail: detail.into() }
    }

    /// Builds a violation of a path or query parameter.
    pub fn parameter(name: impl Into<String>, code: Kind, detail: impl Into<String>) -> Self {
        Self { location: InputLocation::Parameter(name.into()), code, detail: detail.into() }
    }

    /// Builds a violation of a header.
    pub fn header(name: impl Into<String>, code: Kind, detail: impl Into<String>) -> Self {
        Self { location: InputLocation::Header(name.into()), code, detail: detail.into() }
    }
}

/// The place in a request where something is wrong.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InputLocation {
    /// A JSON pointer (RFC 6901) into the body.
    Pointer(String),
    /// A path or query parameter.
    Parameter(String),
    /// A header.
    Header(String),
}

/// Class of a failed vendor conversation, by its effect on the vendor's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// No byte of the request was sent, nothing changed, and trying again is safe.
    NotSent,
    /// The vendor refused, and nothing changed.
    Rejected,
    /// The vendor asked to slow down, and nothing changed.
    Throttled,
    /// The vendor may have carried out the request.
    Ambiguous,
}

/// The vendor's failure, as far as it is known.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct VendorFailure {
    /// The configured name of the vendor.
    pub name: String,
    /// The consequence for the vendor's state.
    #[schema(inline)]
    pub outcome: Outcome,
    /// The vendor's HTTP status.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i32, nullable = false)]
    pub status: Option<u16>,
    /// The vendor's own error code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub code: Option<String>,
    /// The vendor's message.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 512)]
    pub message: Option<String>,
    /// True if the vendor refused because it does not have the requested object.
    #[serde(skip)]
    pub gone: bool,
    /// The vendor's complaints by its own field, as (JSON pointer in the vendor's document, message).
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
            fields: Vec::new(),
        }
    }

    /// Sets the vendor's status.
    pub fn status(self, status: u16) -> Self {
        Self { status: Some(status), ..self }
    }

    /// Sets the vendor's message, cut at 512 characters.
    pub fn message(self, message: impl Into<String>) -> Self {
        let message: String = message.into().chars().take(512).collect();
        Self { message: Some(message).filter(|m| !m.is_empty()), ..self }
    }

    /// Sets the complaints by vendor field.
    pub fn fields(self, fields: Vec<(String, String)>) -> Self {
        Self { fields, ..self }
    }

    /// Marks the failure as a refusal because the vendor does not have the requested object.
    pub fn gone(self) -> Self {
        Self { gone: true, ..self }
    }

    /// Marks the object as gone if the vendor refused with HTTP status 404 or 410.
    pub fn gone_by_status(self) -> Self {
        let gone = self.outcome == Outcome::Rejected && matches!(self.status, Some(404 | 410));
        Self { gone: self.gone || gone, ..self }
    }
}
