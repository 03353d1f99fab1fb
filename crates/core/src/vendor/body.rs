//! Bodies of requests and replies.

use std::fmt;

use serde_json::Value;

/// The body of a request.
#[derive(Clone, PartialEq)]
pub enum Payload {
    /// A JSON document.
    Json(Value),
    /// Bytes, sent unchanged.
    Bytes(Binary),
}

/// A vendor's answer body.
#[derive(Clone, PartialEq)]
pub enum Body {
    /// No body.
    Empty,
    /// A JSON document.
    Json(Value),
    /// The bytes of a successful answer that is not JSON, if the request [accepts bytes](super::Request::accepting).
    Bytes(Binary),
    /// The first 512 characters of any other body.
    Other(String),
}

/// Bytes with their media type, such as audio, a file or a form.
///
/// `Debug` and `Display` show only the media type and the number of bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Binary {
    /// The media type with its parameters, as in the header `Content-Type`.
    pub media_type: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Binary {
    /// Builds a body from bytes and their media type.
    pub fn new(media_type: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { media_type: media_type.into(), bytes: bytes.into() }
    }
}

impl fmt::Display for Binary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes of {}", self.bytes.len(), self.media_type)
    }
}

impl fmt::Debug for Binary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Binary({self})")
    }
}
