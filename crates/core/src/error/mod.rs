//! The error type of all crates. The API converts an error to a problem document.

mod kind;
mod suggestion;
mod vendor_failure;

use std::{error::Error as StdError, fmt, time::Duration};

use serde::Serialize;
use utoipa::ToSchema;

pub use kind::Kind;
pub use suggestion::{closest_match, unknown_name};
pub use vendor_failure::{Outcome, VendorFailure};

/// The result of a fallible function.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error, with the content of its problem document.
#[derive(Debug)]
pub struct Error {
    /// The kind, which has a stable code for callers.
    pub kind: Kind,
    /// An explanation for the caller, in one or two sentences. It contains no secret and no raw vendor body.
    pub detail: String,
    /// All violations of the input, not just the first.
    pub violations: Vec<Violation>,
    /// The vendor's failure, if a vendor was involved.
    pub vendor: Option<Box<VendorFailure>>,
    /// The wait after which a retry may succeed, if it is known.
    pub retry_after: Option<Duration>,
    /// The id of the operation that has further details about the error, if there is one.
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

    /// Builds an error from violations of the input. If all violations have the same kind, the error has this kind;
    /// otherwise, its kind is `validation_failed`.
    pub fn invalid(violations: Vec<Violation>) -> Self {
        let first = violations.first().map_or(Kind::ValidationFailed, |v| v.code);
        let same = violations.iter().all(|v| v.code == first);
        let detail = match violations.as_slice() {
            [one] => one.detail.clone(),
            many => format!("{} things are wrong with the request; see errors.", many.len()),
        };
        Self { violations, ..Self::new(if same { first } else { Kind::ValidationFailed }, detail) }
    }

    /// Builds an error from a vendor failure.
    pub fn vendor(kind: Kind, failure: VendorFailure) -> Self {
        let detail = match &failure.message {
            Some(message) => format!("The vendor answered: {message}"),
            None if failure.outcome == Outcome::Rejected => "The vendor refused the request.".to_owned(),
            None => "The request to the vendor failed.".to_owned(),
        };
        Self { vendor: Some(Box::new(failure)), ..Self::new(kind, detail) }
    }

    /// Replaces the detail.
    pub fn with_detail(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }

    /// Sets the wait after which a retry may succeed.
    pub fn retry_after(self, wait: Duration) -> Self {
        Self { retry_after: Some(wait), ..self }
    }

    /// Sets the id of the operation that has further details.
    pub fn of_operation(self, id: impl Into<String>) -> Self {
        Self { operation: Some(id.into()), ..self }
    }

    /// Sets the cause, which is logged and never returned to the caller.
    pub fn caused_by(self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { source: Some(source.into()), ..self }
    }

    /// Copies the error without its cause, which cannot be cloned.
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

    /// Marks the error as ambiguous, for a request that changed or may have changed something at the vendor. The kinds
    /// `vendor_unavailable`, `vendor_throttled`, `vendor_timeout`, `parameter_invalid` and `storage_unavailable` would
    /// mean that nothing changed, so they become `vendor_outcome_unknown`, without `retry_after`. Any other kind is
    /// kept.
    pub fn unsettled(mut self) -> Self {
        let failure = self.vendor.get_or_insert_with(|| Box::new(VendorFailure::new(Outcome::Ambiguous)));
        failure.outcome = Outcome::Ambiguous;
        match self.kind {
            Kind::VendorUnavailable
            | Kind::VendorThrottled
            | Kind::VendorTimeout
            | Kind::ParameterInvalid
            | Kind::StorageUnavailable => {
                self.kind = Kind::VendorOutcomeUnknown;
                self.retry_after = None;
                self.with_detail("The vendor may have carried out part of the request before it failed.")
            }
            _ => self,
        }
    }

    /// Returns true if the vendor refused the request because the requested object does not exist.
    pub fn means_gone(&self) -> bool {
        self.vendor.as_ref().is_some_and(|failure| failure.gone)
    }

    /// States that the refused request names an object that does not exist, and that the object which the request
    /// addresses exists. [`Self::means_gone`] is then false.
    pub fn about_another_object(mut self) -> Self {
        if let Some(failure) = &mut self.vendor {
            failure.gone = false;
        }
        self
    }

    /// Sets the configured name of the vendor in the vendor's failure, if the error has such a failure.
    pub fn with_vendor_name(mut self, vendor: &str) -> Self {
        if let Some(failure) = &mut self.vendor {
            failure.name = vendor.to_owned();
        }
        self
    }
}

/// Describes the error for a log. The detail of a vendor's failure may quote the vendor's words, and with them the values
/// of a record or a telephone number, so the description has the outcome and the status instead.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(vendor) = &self.vendor else { return f.write_str(&self.detail) };
        write!(f, "{}: the request to the vendor has the outcome {}", self.kind, vendor.outcome.as_str())?;
        vendor.status.map_or(Ok(()), |status| write!(f, ", status {status}"))
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// One thing that is wrong with the request, and the location of the error.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Violation {
    /// The location of the error in the request.
    #[serde(flatten)]
    #[schema(inline)]
    pub location: InputLocation,
    /// The stable code of the error.
    #[schema(value_type = String)]
    pub code: Kind,
    /// An explanation of the error.
    pub detail: String,
}

impl Violation {
    /// Builds a violation in the request body, at a JSON pointer.
    pub fn at(pointer: impl Into<String>, code: Kind, detail: impl Into<String>) -> Self {
        Self { location: InputLocation::Pointer(pointer.into()), code, detail: detail.into() }
    }

    /// Builds a violation in a path or query parameter.
    pub fn parameter(name: impl Into<String>, code: Kind, detail: impl Into<String>) -> Self {
        Self { location: InputLocation::Parameter(name.into()), code, detail: detail.into() }
    }

    /// Builds a violation in a header.
    pub fn header(name: impl Into<String>, code: Kind, detail: impl Into<String>) -> Self {
        Self { location: InputLocation::Header(name.into()), code, detail: detail.into() }
    }
}

/// The location of an error in the request.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InputLocation {
    /// The location in the request body, as a JSON pointer (RFC 6901).
    Pointer(String),
    /// The name of the path or query parameter.
    Parameter(String),
    /// The name of the header.
    Header(String),
}
