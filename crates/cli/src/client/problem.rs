//! A problem document (RFC 9457) as it is read, and as people read it.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Why the gateway refuses. Members that it does not have are empty.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// The stable code.
    pub code: String,
    /// One sentence.
    pub detail: String,
    /// Whether the same request may succeed later, and can do no harm.
    pub retryable: bool,
    /// Everything that is wrong with what was sent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// What the vendor said, where one was involved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor: Option<Value>,
    /// The operation that carries on in the background, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_id: Option<String>,
    /// By which the gateway's log has the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// One thing that is wrong, and where: one of the three places.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FieldError {
    /// A JSON pointer into the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// A parameter of the path or query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// A header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// The stable code.
    pub code: String,
    /// One sentence.
    pub detail: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { status, code, detail, errors, vendor, request_id, .. } = self;
        write!(f, "{status} {code}: {detail}")?;
        // A problem of one mistake often says the same twice.
        for error in errors.iter().filter(|error| errors.len() > 1 || error.detail != *detail) {
            write!(f, "\n  {error}")?;
        }
        if let [error] = errors.as_slice()
            && error.detail == *detail
        {
            write!(f, " ({})", error.place())?;
        }
        if let Some(said) = vendor.as_ref().and_then(|vendor| vendor["message"].as_str()) {
            write!(f, "\n  the vendor said: {said}")?;
        }
        if let (Some(id), 500..) = (request_id, *status) {
            write!(f, "\n  request id: {id}")?;
        }
        Ok(())
    }
}

impl FieldError {
    fn place(&self) -> &str {
        let places = [&self.pointer, &self.parameter, &self.header];
        // The pointer of the whole body is empty.
        places.into_iter().flatten().map(String::as_str).find(|place| !place.is_empty()).unwrap_or("the body")
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.place(), self.detail, self.code)
    }
}
