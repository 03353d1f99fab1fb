//! One vendor conversation as a value: the request to send, and the reader of its answer.

use std::{borrow::Cow, fmt, time::Duration};

use secrecy::SecretString;
use serde_json::Value;

use crate::error::{Error, Kind, Outcome, Result, VendorFailure};

/// An HTTP method, as far as vendors use them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates.
    Post,
    /// Replaces, at some vendors merges.
    Put,
    /// Merges.
    Patch,
    /// Removes.
    Delete,
}

impl Method {
    /// Returns the method's name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// A request to a vendor, before it is signed and sent.
///
/// `Debug` shows neither headers nor the body: both may hold secrets.
pub struct Request {
    /// A short name for logs and traces: `create agent`.
    pub operation: &'static str,
    /// The method.
    pub method: Method,
    /// The path below the vendor's base URL. Each segment is percent-encoded as one segment.
    pub path: Vec<Cow<'static, str>>,
    /// The query, encoded by the transport.
    pub query: Vec<(&'static str, String)>,
    /// Headers, all treated as secret.
    pub headers: Vec<(&'static str, SecretString)>,
    /// The JSON body.
    pub body: Option<Value>,
    /// True if sending it twice has the same effect as sending it once.
    pub idempotent: bool,
    /// JSON pointers into the body whose values are secrets.
    pub secrets: Vec<Cow<'static, str>>,
}

impl Request {
    /// Builds a request without query, headers or body. Only GET, PUT, PATCH and DELETE start as
    /// idempotent.
    pub fn new(
        operation: &'static str,
        method: Method,
        path: impl IntoIterator<Item = impl Into<Cow<'static, str>>>,
    ) -> Self {
        Self {
            operation,
            method,
            path: path.into_iter().map(Into::into).collect(),
            query: Vec::new(),
            headers: Vec::new(),
            body: None,
            idempotent: method != Method::Post,
            secrets: Vec::new(),
        }
    }

    /// Adds a query parameter.
    pub fn query(mut self, name: &'static str, value: impl ToString) -> Self {
        self.query.push((name, value.to_string()));
        self
    }

    /// Sets the JSON body.
    pub fn json(self, body: Value) -> Self {
        Self { body: Some(body), ..self }
    }

    /// Adds the pointers of body values that must never be shown.
    pub fn hiding(self, pointers: impl IntoIterator<Item = impl Into<Cow<'static, str>>>) -> Self {
        Self { secrets: pointers.into_iter().map(Into::into).collect(), ..self }
    }

    /// Returns the body with its secrets masked, as a dry run may show it.
    pub fn redacted_body(&self) -> Option<Value> {
        let mut body = self.body.clone()?;
        for pointer in &self.secrets {
            if let Some(value) = body.pointer_mut(pointer)
                && value.as_str().is_none_or(|text| !text.is_empty())
            {
                *value = Value::String("[redacted]".to_owned());
            }
        }
        Some(body)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} /{} ({})", self.method.as_str(), self.path.join("/"), self.operation)
    }
}

/// A vendor's answer, read whole and within the limits.
#[derive(Clone)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The `Retry-After` header, as a wait.
    pub retry_after: Option<Duration>,
    /// The body.
    pub body: Body,
}

/// Bodies may hold what vendors should not have sent (QCall's dialer rows carry credentials), so they are not shown.
impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reply({})", self.status)
    }
}

/// A vendor's answer body.
#[derive(Clone, PartialEq)]
pub enum Body {
    /// No request was sent.
    Empty,
    /// A JSON document.
    Json(Value),
    /// Anything else; its first 512 characters.
    Other(String),
}

impl Reply {
    /// Builds a JSON answer.
    pub fn json(status: u16, body: Value) -> Self {
        Self { status, retry_after: None, body: Body::Json(body) }
    }

    /// Builds an answer without a body.
    pub fn empty(status: u16) -> Self {
        Self { status, retry_after: None, body: Body::Empty }
    }

    /// Returns the JSON document, or a protocol error that names the operation and the expected
    /// content.
    ///
    /// # Errors
    /// `vendor_protocol_error` if the body is empty or not JSON. The outcome is ambiguous: the
    /// vendor did something.
    pub fn document(self, expected: &str) -> Result<Value> {
        let status = self.status;
        match self.body {
            Body::Json(value) => Ok(value),
            _ => Err(Error::unreadable(status, expected)),
        }
    }
}

impl Error {
    /// Builds the error of an answer that breaks the vendor's contract.
    pub fn unreadable(status: u16, expected: &str) -> Self {
        Self::vendor(Kind::VendorProtocolError, VendorFailure::new(Outcome::Ambiguous).status(status))
            .with_detail(format!("The vendor's answer is not {expected}."))
    }
}

/// Reader of the answer to a request.
pub type Reader<T> = Box<dyn FnOnce(Reply) -> Result<Exchange<T>> + Send>;

/// A conversation with a vendor: finished, or one request away from its next step.
#[expect(clippy::large_enum_variant, reason = "it is made once a conversation and never kept in numbers")]
pub enum Exchange<T> {
    /// No (further) request to send.
    Done(T),
    /// Send this, then read the answer. The reader gets only answers that `Adapter::admit` let through.
    Send(Request, Reader<T>),
}

impl<T: Send + 'static> Exchange<T> {
    /// Sends one request; its answer ends the conversation.
    pub fn send(request: Request, read: impl FnOnce(Reply) -> Result<T> + Send + 'static) -> Self {
        Self::Send(request, Box::new(|reply| read(reply).map(Self::Done)))
    }

    /// Sends a request whose answer may lead to another.
    pub fn ask(request: Request, read: impl FnOnce(Reply) -> Result<Self> + Send + 'static) -> Self {
        Self::Send(request, Box::new(read))
    }

    /// Goes on with another conversation once this one is finished.
    pub fn then<U: Send + 'static>(
        self,
        next: impl FnOnce(T) -> Result<Exchange<U>> + Send + 'static,
    ) -> Result<Exchange<U>> {
        match self {
            Self::Done(value) => next(value),
            Self::Send(request, read) => {
                Ok(Exchange::Send(request, Box::new(|reply| read(reply)?.then(next))))
            }
        }
    }

    /// Turns the result into another once the conversation is finished.
    pub fn map<U: Send + 'static>(self, turn: impl FnOnce(T) -> U + Send + 'static) -> Exchange<U> {
        match self {
            Self::Done(value) => Exchange::Done(turn(value)),
            Self::Send(request, read) => {
                Exchange::Send(request, Box::new(|reply| Ok(read(reply)?.map(turn))))
            }
        }
    }

    /// Returns the request that would be sent first.
    pub fn first(&self) -> Option<&Request> {
        match self {
            Self::Done(_) => None,
            Self::Send(request, _) => Some(request),
        }
    }
}
