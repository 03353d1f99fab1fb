//! Requests in the HTTP client's types. A request is converted once and sent one or more times.

use std::borrow::Cow;

use bytes::Bytes;
use reqwest::{
    Method,
    header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
};
use secrecy::{ExposeSecret, SecretString};
use switchboard_core::{
    error::{Error, Kind, Result},
    vendor::{Destination, Payload, Request, is_path_segment},
};
use url::Url;

use crate::trace::TRACEPARENT;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A request in the HTTP client's types. Clones share the body.
#[derive(Clone)]
pub(crate) struct Wire {
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Option<Bytes>,
    /// True if a successful response may have a binary body.
    pub(crate) accepts_bytes: bool,
}

impl Wire {
    /// Converts a request to the HTTP client's types. Does not sign the request; `Transport::authorize` does that
    /// first.
    ///
    /// # Errors
    /// `parameter_invalid` for a path segment that would change the path, `internal` for a header or media type that
    /// HTTP does not permit.
    pub(crate) fn compose(base: &Url, request: &Request) -> Result<Self> {
        let accept = request.accept.map_or(Ok(JSON), media_type)?;
        let mut headers = HeaderMap::from_iter([(ACCEPT, accept)]);
        let body: Option<Bytes> = match &request.body {
            None => None,
            Some(Payload::Json(document)) => {
                headers.insert(CONTENT_TYPE, JSON);
                Some(document.to_string().into())
            }
            Some(Payload::Bytes(binary)) => {
                headers.insert(CONTENT_TYPE, media_type(&binary.media_type)?);
                Some(binary.bytes.clone().into())
            }
        };
        for (name, value) in &request.headers {
            let (name, value) = header(name, value)?;
            headers.insert(name, value);
        }
        Ok(Self {
            method: method(request.method),
            url: locate(base, request)?,
            headers,
            body,
            accepts_bytes: request.accept.is_some(),
        })
    }
}

impl Wire {
    /// Returns the URL of the request. The URL may contain secrets.
    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// Adds the header `traceparent`. Returns the request unchanged if there is no value, or if the value is not valid
    /// in HTTP.
    pub(crate) fn with_trace(mut self, traceparent: Option<String>) -> Self {
        if let Some(value) = traceparent.and_then(|value| HeaderValue::from_str(&value).ok()) {
            self.headers.insert(TRACEPARENT, value);
        }
        self
    }
}

impl From<Wire> for reqwest::Request {
    fn from(wire: Wire) -> Self {
        let mut request = Self::new(wire.method, wire.url);
        *request.headers_mut() = wire.headers;
        *request.body_mut() = wire.body.map(Into::into);
        request
    }
}

fn method(method: switchboard_core::vendor::Method) -> Method {
    match method {
        switchboard_core::vendor::Method::Get => Method::GET,
        switchboard_core::vendor::Method::Post => Method::POST,
        switchboard_core::vendor::Method::Put => Method::PUT,
        switchboard_core::vendor::Method::Patch => Method::PATCH,
        switchboard_core::vendor::Method::Delete => Method::DELETE,
    }
}

fn media_type(text: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(text)
        .map_err(|_| Error::new(Kind::Internal, format!("The media type {text:?} is not valid in HTTP.")))
}

/// Converts a header. Marks the value as sensitive, so that `Debug` hides it and HTTP/2 does not add it to its
/// compression table.
fn header(name: &str, value: &SecretString) -> Result<(HeaderName, HeaderValue)> {
    let fault = || Error::new(Kind::Internal, format!("The header {name} is not valid in HTTP."));
    let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| fault())?;
    let mut value = HeaderValue::from_str(value.expose_secret()).map_err(|_| fault())?;
    value.set_sensitive(true);
    Ok((header, value))
}

/// Builds the request's URL. Each element of a path becomes exactly one segment below the base URL. A granted
/// URL is unchanged, except that the query parameters of the request are added.
///
/// # Errors
/// `parameter_invalid` for a path segment that would change the path.
fn locate(base: &Url, request: &Request) -> Result<Url> {
    let mut url = match &request.to {
        Destination::Path(segments) => below(base, segments)?,
        Destination::Granted(url) => url.expose().clone(),
    };
    if !request.query.is_empty() {
        url.query_pairs_mut().extend_pairs(&request.query);
    }
    Ok(url)
}

fn below(base: &Url, segments: &[Cow<'static, str>]) -> Result<Url> {
    if let Some(segment) = segments.iter().find(|segment| !is_path_segment(segment)) {
        let detail =
            format!("The id {segment:?} cannot be part of a URL path, so the vendor cannot have it.");
        return Err(Error::new(Kind::ParameterInvalid, detail));
    }
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    Ok(url)
}
