//! The one error type, from the vendor's socket to the problem document.

use std::{error::Error as StdError, fmt, time::Duration};

use serde::Serialize;

/// The result of anything in Switchboard that may fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, by the stable code that callers see.
///
/// The gateway maps each kind to a status, a title and a log level in one table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The body is not JSON.
    MalformedJson,
    /// The body nests deeper than 32 levels.
    JsonTooDeep,
    /// An object of the body names one member twice.
    DuplicateKey,
    /// A query parameter that the operation does not have.
    ParameterUnknown,
    /// A query or path parameter or a header with a value it cannot take.
    ParameterInvalid,
    /// A cursor that this gateway did not make.
    CursorInvalid,
    /// No credential, or one that is not known.
    Unauthenticated,
    /// Known, but not allowed.
    Forbidden,
    /// No such resource or route.
    NotFound,
    /// The route exists, this method on it does not.
    MethodNotAllowed,
    /// No representation that the caller accepts.
    NotAcceptable,
    /// The caller took too long to send its request.
    RequestTimeout,
    /// A unique value (`external_ref`, a vendor's own id) is taken.
    AlreadyExists,
    /// The resource changed, or is gone at the vendor, in a way the request did not expect.
    StateConflict,
    /// `If-Match` names another revision.
    PreconditionFailed,
    /// The body is larger than the limit.
    BodyTooLarge,
    /// The content type is not one the operation takes.
    UnsupportedMediaType,
    /// The operation needs `If-Match`.
    PreconditionRequired,
    /// Fields have values they cannot take.
    ValidationFailed,
    /// A required field is missing or was cleared.
    FieldRequired,
    /// A body field that does not exist.
    UnknownField,
    /// The vendor cannot carry what was asked, and the caller or the field forbids losing it.
    CapabilityLoss,
    /// A vendor that is not configured.
    VendorUnknown,
    /// The vendor refused the content.
    VendorRejected,
    /// A masked secret was sent back as if it were one.
    MaskedValue,
    /// The vendor refused our credential.
    VendorAuthFailed,
    /// Our account at the vendor has nothing left.
    VendorQuotaExhausted,
    /// The vendor answered something its contract does not allow.
    VendorProtocolError,
    /// The vendor could not be reached, or said it cannot serve.
    VendorUnavailable,
    /// The vendor asked us to slow down.
    VendorThrottled,
    /// Too many requests at once here.
    Overloaded,
    /// The store cannot be read or written.
    StorageUnavailable,
    /// The process is stopping.
    ShuttingDown,
    /// The vendor did not answer in time, and nothing was changed there.
    VendorTimeout,
    /// The request may or may not have been carried out by the vendor.
    VendorOutcomeUnknown,
    /// A fault of ours.
    Internal,
}

impl Kind {
    /// Every kind, in the order of this declaration.
    pub const ALL: [Self; 36] = [
        Self::MalformedJson,
        Self::JsonTooDeep,
        Self::DuplicateKey,
        Self::ParameterUnknown,
        Self::ParameterInvalid,
        Self::CursorInvalid,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::NotAcceptable,
        Self::RequestTimeout,
        Self::AlreadyExists,
        Self::StateConflict,
        Self::PreconditionFailed,
        Self::BodyTooLarge,
        Self::UnsupportedMediaType,
        Self::PreconditionRequired,
        Self::ValidationFailed,
        Self::FieldRequired,
        Self::UnknownField,
        Self::CapabilityLoss,
        Self::VendorUnknown,
        Self::VendorRejected,
        Self::MaskedValue,
        Self::VendorAuthFailed,
        Self::VendorQuotaExhausted,
        Self::VendorProtocolError,
        Self::VendorUnavailable,
        Self::VendorThrottled,
        Self::Overloaded,
        Self::StorageUnavailable,
        Self::ShuttingDown,
        Self::VendorTimeout,
        Self::VendorOutcomeUnknown,
        Self::Internal,
    ];
}

/// An error with everything a problem document may say of it.
#[derive(Debug)]
pub struct Error {
    /// The stable code.
    pub kind: Kind,
    /// One sentence for the caller; never a secret, never a raw vendor body.
    pub detail: String,
    /// Everything that is wrong with the input, not just the first.
    pub violations: Vec<Violation>,
    /// What the vendor said, where a vendor was involved.
    pub vendor: Option<Box<VendorFailure>>,
    /// When trying again makes sense.
    pub retry_after: Option<Duration>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of this kind.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
            violations: Vec::new(),
            vendor: None,
            retry_after: None,
            source: None,
        }
    }

    /// The input is wrong in these ways; the kind is the violations' own where they all agree.
    pub fn invalid(violations: Vec<Violation>) -> Self {
        let first = violations.first().map_or(Kind::ValidationFailed, |v| v.code);
        let same = violations.iter().all(|v| v.code == first);
        let detail = match violations.as_slice() {
            [one] => one.detail.clone(),
            many => format!("{} things are wrong with the request; see errors.", many.len()),
        };
        Self { violations, ..Self::new(if same { first } else { Kind::ValidationFailed }, detail) }
    }

    /// A failure the vendor told or caused.
    pub fn vendor(kind: Kind, failure: VendorFailure) -> Self {
        let detail = match &failure.message {
            Some(message) => format!("The vendor answered: {message}"),
            None => "The vendor did not do what was asked.".to_owned(),
        };
        Self { vendor: Some(Box::new(failure)), ..Self::new(kind, detail) }
    }

    /// The same error, saying this instead.
    pub fn saying(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }

    /// The same error, worth trying again after this time.
    pub fn retry_after(self, wait: Duration) -> Self {
        Self { retry_after: Some(wait), ..self }
    }

    /// The same error, caused by that one. The cause is logged, never answered.
    pub fn caused_by(self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { source: Some(source.into()), ..self }
    }

    /// The same error, of a vendor known by this configured name.
    pub fn named(mut self, vendor: &str) -> Self {
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

/// One thing that is wrong with the input.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Violation {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// Why, as a stable code.
    pub code: Kind,
    /// Why, as a sentence.
    pub detail: String,
}

impl Violation {
    /// Something wrong in the body at a JSON pointer.
    pub fn at(pointer: impl Into<String>, code: Kind, detail: impl Into<String>) -> Self {
        Self { place: Place::Pointer(pointer.into()), code, detail: detail.into() }
    }

    /// Something wrong with a path or query parameter.
    pub fn parameter(name: impl Into<String>, code: Kind, detail: impl Into<String>) -> Self {
        Self { place: Place::Parameter(name.into()), code, detail: detail.into() }
    }

    /// Something wrong with a header.
    pub fn header(name: impl Into<String>, code: Kind, detail: impl Into<String>) -> Self {
        Self { place: Place::Header(name.into()), code, detail: detail.into() }
    }
}

/// Where in a request something is wrong.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// A JSON pointer (RFC 6901) into the body.
    Pointer(String),
    /// A path or query parameter.
    Parameter(String),
    /// A header.
    Header(String),
}

/// How a vendor conversation failed, by what it means for the vendor's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// No byte of the request left: nothing changed, trying again is safe.
    NotSent,
    /// The vendor refused: nothing changed.
    Rejected,
    /// The vendor asked to slow down: nothing changed.
    Throttled,
    /// The request may have been carried out.
    Ambiguous,
}

/// What is known of a vendor's failure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VendorFailure {
    /// The configured name; empty until the gateway names it.
    pub name: String,
    /// What it means for the vendor's state.
    pub outcome: Outcome,
    /// The vendor's HTTP status, or the one its envelope named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The vendor's own error code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The vendor's message, at most 512 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The vendor's complaints by its own field, as (JSON pointer in the vendor's document, message).
    #[serde(skip)]
    pub fields: Vec<(String, String)>,
}

impl VendorFailure {
    /// A failure with this meaning and nothing else known.
    pub fn new(outcome: Outcome) -> Self {
        Self { name: String::new(), outcome, status: None, code: None, message: None, fields: Vec::new() }
    }

    /// The same with the vendor's status.
    pub fn status(self, status: u16) -> Self {
        Self { status: Some(status), ..self }
    }

    /// The same with the vendor's message, cut at 512 characters.
    pub fn message(self, message: impl Into<String>) -> Self {
        let message: String = message.into().chars().take(512).collect();
        Self { message: Some(message).filter(|m| !m.is_empty()), ..self }
    }

    /// The same with complaints by vendor field.
    pub fn fields(self, fields: Vec<(String, String)>) -> Self {
        Self { fields, ..self }
    }
}
