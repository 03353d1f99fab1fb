//! An exchange with a vendor as a value: the request to send, and the reader of its answer.

use std::{borrow::Cow, fmt, time::Duration};

use secrecy::SecretString;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    error::{Error, Kind, Outcome, Result, VendorFailure},
    vendor::{Binary, Body, Destination, GrantedUrl, Payload},
};

/// An HTTP method that vendors use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads an object.
    Get,
    /// Creates an object.
    Post,
    /// Replaces an object; at some vendors, merges changes into it.
    Put,
    /// Merges changes into an object.
    Patch,
    /// Removes an object.
    Delete,
}

impl Method {
    /// Returns the method's name in HTTP.
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
/// `Debug` shows neither headers nor the body, because both may contain secrets.
pub struct Request {
    /// The name of the operation in logs and traces, such as `create agent`.
    pub operation: &'static str,
    /// The method.
    pub method: Method,
    /// The path below the vendor's base URL, or a URL that the vendor granted.
    pub to: Destination,
    /// The query, encoded by the transport.
    pub query: Vec<(&'static str, String)>,
    /// The headers, all treated as secret.
    pub headers: Vec<(&'static str, SecretString)>,
    /// The body, if the request has one.
    pub body: Option<Payload>,
    /// The media types of the bytes that a successful answer may contain, such as `audio/*`; `None` if the
    /// answer must be JSON.
    pub accept: Option<&'static str>,
    /// True if the request changes nothing at the vendor. Only GET starts as a read. See [`Request::reading`].
    pub is_read: bool,
    /// True if the transport may send the request again although the vendor may have applied it. Only reads and
    /// deletions start as repeatable: a repeated creation could create a second object, and an update that is repeated
    /// late could undo a newer update.
    pub repeatable: bool,
    /// True if the request has an effect outside the vendor's data that cannot be undone, such as a call. See
    /// [`Request::effect`].
    pub is_effect: bool,
    /// True if success of the request changes nothing that a record describes. See [`Request::preparing`].
    pub is_preparation: bool,
    /// The JSON pointers of secret values in a JSON body.
    pub secrets: Vec<Cow<'static, str>>,
}

impl Request {
    /// Builds a request without query, headers or body. Only GET and DELETE start as repeatable.
    pub fn new(
        operation: &'static str,
        method: Method,
        path: impl IntoIterator<Item = impl Into<Cow<'static, str>>>,
    ) -> Self {
        Self::to(operation, method, Destination::Path(path.into_iter().map(Into::into).collect()))
    }

    /// Builds a request like [`Self::new`] to a URL that an earlier answer of the vendor granted.
    pub fn granted(operation: &'static str, method: Method, url: GrantedUrl) -> Self {
        Self::to(operation, method, Destination::Granted(url))
    }

    fn to(operation: &'static str, method: Method, to: Destination) -> Self {
        Self {
            operation,
            method,
            to,
            query: Vec::new(),
            headers: Vec::new(),
            body: None,
            accept: None,
            is_read: method == Method::Get,
            repeatable: matches!(method, Method::Get | Method::Delete),
            is_effect: false,
            is_preparation: false,
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
        Self { body: Some(Payload::Json(body)), ..self }
    }

    /// Sets a body that consists of bytes.
    pub fn bytes(self, body: Binary) -> Self {
        Self { body: Some(Payload::Bytes(body)), ..self }
    }

    /// Allows a successful answer to contain [bytes](Body::Bytes) of these media types, such as `audio/*`.
    pub fn accepting(self, media_types: &'static str) -> Self {
        Self { accept: Some(media_types), ..self }
    }

    /// Marks the request as an effect that cannot be undone, such as a dial. The transport does not repeat an effect
    /// once a byte of it may have been sent, even if the vendor throttled it. The outcome is ambiguous unless the
    /// answer is a readable success or a refusal of the request. It is therefore ambiguous for every redirect, for 408,
    /// 425 and 5xx regardless of their headers, and for an answer that cannot be read.
    pub fn effect(self) -> Self {
        Self { is_effect: true, repeatable: false, ..self }
    }

    /// Marks the request as a read, such as a POST whose body has the filters of a list. The transport may repeat a read,
    /// and the failure of a read leaves nothing at the vendor unknown.
    pub fn reading(self) -> Self {
        Self { is_read: true, repeatable: true, ..self }
    }

    /// Marks the request as a preparation of the next request of its exchange, such as the opening of a draft. If the vendor
    /// carries it out and refuses the next request, the exchange has changed nothing.
    pub fn preparing(self) -> Self {
        Self { is_preparation: true, ..self }
    }

    /// Sets the pointers of body values that must never be shown.
    pub fn hiding(self, pointers: impl IntoIterator<Item = impl Into<Cow<'static, str>>>) -> Self {
        Self { secrets: pointers.into_iter().map(Into::into).collect(), ..self }
    }

    /// Returns the segments of the path, or none for a granted URL.
    pub fn path(&self) -> &[Cow<'static, str>] {
        self.to.path()
    }

    /// Returns the JSON body, or `None` if the request has no body or a body of bytes.
    pub fn document(&self) -> Option<&Value> {
        match self.body.as_ref()? {
            Payload::Json(document) => Some(document),
            Payload::Bytes(_) => None,
        }
    }

    /// Returns the body for dry runs, with its secrets masked, or `None` if the request has no body. An empty string is
    /// not masked. A body of bytes is described by its length and media type.
    pub fn redacted_body(&self) -> Option<Value> {
        let mut body = match self.body.as_ref()? {
            Payload::Json(document) => document.clone(),
            Payload::Bytes(binary) => return Some(Value::String(format!("[{binary}]"))),
        };
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
        write!(f, "{} {} ({})", self.method.as_str(), self.to, self.operation)
    }
}

/// A vendor's answer, completely read within the transport's limits.
#[derive(Clone)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The wait that the `Retry-After` header requests.
    pub retry_after: Option<Duration>,
    /// The body.
    pub body: Body,
}

/// Bodies may contain secrets that vendors should not send (QCall's dialer rows contain credentials), so
/// `Debug` omits them.
impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reply({})", self.status)
    }
}

impl Reply {
    /// Builds a JSON answer.
    pub fn json(status: u16, body: Value) -> Self {
        Self { status, retry_after: None, body: Body::Json(body) }
    }

    /// Builds an answer with a body of bytes.
    pub fn binary(status: u16, body: Binary) -> Self {
        Self { status, retry_after: None, body: Body::Bytes(body) }
    }

    /// Builds an answer without a body.
    pub fn empty(status: u16) -> Self {
        Self { status, retry_after: None, body: Body::Empty }
    }

    /// Returns the JSON document. `expected` describes it in the error's message.
    ///
    /// # Errors
    /// `vendor_protocol_error` if the body is empty or not JSON. The outcome is ambiguous, because the vendor
    /// may have carried out the request.
    pub fn document(self, expected: &str) -> Result<Value> {
        let status = self.status;
        match self.body {
            Body::Json(value) => Ok(value),
            _ => Err(Error::unreadable(status, expected)),
        }
    }

    /// Reads the JSON document as an `A`, from which `take` extracts the result. `expected` describes the document in
    /// the error's message.
    ///
    /// # Errors
    /// `vendor_protocol_error` if the document is not an `A`, or if `take` returns `None`. The outcome is ambiguous, as
    /// for [`Self::document`].
    pub fn read<A: DeserializeOwned, T>(
        self,
        expected: &str,
        take: impl FnOnce(A) -> Option<T>,
    ) -> Result<T> {
        let status = self.status;
        let answer = A::deserialize(self.document(expected)?).ok();
        answer.and_then(take).ok_or_else(|| Error::unreadable(status, expected))
    }

    /// Returns the bytes of the answer. `expected` describes them in the error's message.
    ///
    /// # Errors
    /// `vendor_protocol_error` if the body does not consist of accepted bytes. The outcome is ambiguous,
    /// because the vendor may have carried out the request.
    pub fn bytes(self, expected: &str) -> Result<Binary> {
        match self.body {
            Body::Bytes(binary) => Ok(binary),
            _ => Err(Error::unreadable(self.status, expected)),
        }
    }
}

impl Error {
    /// Builds the error for an answer that violates the vendor's contract. `expected` describes the content that the
    /// answer should have.
    pub fn unreadable(status: u16, expected: &str) -> Self {
        Self::vendor(Kind::VendorProtocolError, VendorFailure::new(Outcome::Ambiguous).status(status))
            .with_detail(format!("The vendor's answer is not {expected}."))
    }
}

/// The reader of the answer to a request.
pub type Reader<T> = Box<dyn FnOnce(Reply) -> Result<Exchange<T>> + Send>;

/// An exchange with a vendor: either finished, or a request with the reader of its answer.
#[expect(clippy::large_enum_variant, reason = "it is built once per use and never stored in bulk")]
pub enum Exchange<T> {
    /// The exchange is finished and has this result.
    Done(T),
    /// The next request, and the reader of its answer. The transport passes an answer to the reader only
    /// after [`Account::admit`](crate::vendor::Account::admit) has accepted it.
    Send(Request, Reader<T>),
}

impl<T: Send + 'static> Exchange<T> {
    /// Builds an exchange that ends with the answer to this request.
    pub fn send(request: Request, read: impl FnOnce(Reply) -> Result<T> + Send + 'static) -> Self {
        Self::Send(request, Box::new(|reply| read(reply).map(Self::Done)))
    }

    /// Builds an exchange that may continue with another request after the answer to this one.
    pub fn ask(request: Request, read: impl FnOnce(Reply) -> Result<Self> + Send + 'static) -> Self {
        Self::Send(request, Box::new(read))
    }

    /// Continues with another exchange when this one is finished.
    ///
    /// # Errors
    /// The error of `next`, if this exchange is already finished.
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

    /// Converts the result when the exchange is finished.
    pub fn map<U: Send + 'static>(self, turn: impl FnOnce(T) -> U + Send + 'static) -> Exchange<U> {
        match self {
            Self::Done(value) => Exchange::Done(turn(value)),
            Self::Send(request, read) => {
                Exchange::Send(request, Box::new(|reply| Ok(read(reply)?.map(turn))))
            }
        }
    }

    /// Returns the first request, or `None` if the exchange is finished.
    pub fn first(&self) -> Option<&Request> {
        match self {
            Self::Done(_) => None,
            Self::Send(request, _) => Some(request),
        }
    }
}
