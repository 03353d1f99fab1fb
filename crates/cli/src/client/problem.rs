//! The problem document (RFC 9457) of a gateway, as the commands read and display it.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A problem document of the gateway. A member that the document lacks has its default value.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// The stable code.
    pub code: String,
    /// The explanation of this occurrence, in one or two sentences.
    pub detail: String,
    /// True if the same request may succeed later and is safe to repeat.
    pub retryable: bool,
    /// All violations in the request.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// The vendor's failure, if a vendor caused the problem.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor: Option<Value>,
    /// The id of the operation that ended with this problem or continues in the background, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_id: Option<String>,
    /// The id of the request in the gateway's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// One violation. One of the members `pointer`, `parameter` and `header` contains the location of the violation.
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
    /// The explanation of the violation.
    pub detail: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { status, code, detail, errors, vendor, request_id, .. } = self;
        write!(f, "{status} {code}: {detail}")?;
        // The detail of a problem with one violation is often the detail of that violation.
        for error in errors.iter().filter(|error| errors.len() > 1 || error.detail != *detail) {
            write!(f, "\n  {error}")?;
        }
        if let [error] = errors.as_slice()
            && error.detail == *detail
        {
            write!(f, " ({})", error.place())?;
        }
        if let Some(message) = vendor.as_ref().and_then(|vendor| vendor["message"].as_str()) {
            write!(f, "\n  vendor message: {message}")?;
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
