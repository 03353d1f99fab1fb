//! Requests on the wire: a signed request, composed once and sent one or more times.

use bytes::Bytes;
use reqwest::{
    Method,
    header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
};
use secrecy::{ExposeSecret, SecretString};
use switchboard_core::{
    error::{Error, Kind, Result},
    vendor::Request,
};
use url::Url;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A request in the client's types. Clones share the body.
#[derive(Clone)]
pub(crate) struct Wire {
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Option<Bytes>,
}

impl Wire {
    /// Composes a signed request.
    ///
    /// # Errors
    /// `parameter_invalid` for a path segment that could lead elsewhere, `internal` for a header that HTTP does not permit.
    pub(crate) fn compose(base: &Url, request: &Request) -> Result<Self> {
        let mut headers = HeaderMap::from_iter([(ACCEPT, JSON)]);
        if request.body.is_some() {
            headers.insert(CONTENT_TYPE, JSON);
        }
        for (name, value) in &request.headers {
            let (name, value) = header(name, value)?;
            headers.insert(name, value);
        }
        Ok(Self {
            method: method(request.method),
            url: locate(base, request)?,
            headers,
            body: request.body.as_ref().map(|body| body.to_string().into()),
        })
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

/// Converts a header. Its value is never shown, and never put into the compression table of HTTP/2.
fn header(name: &str, value: &SecretString) -> Result<(HeaderName, HeaderValue)> {
    let fault = || Error::new(Kind::Internal, format!("The header {name} is not valid in HTTP."));
    let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| fault())?;
    let mut value = HeaderValue::from_str(value.expose_secret()).map_err(|_| fault())?;
    value.set_sensitive(true);
    Ok((header, value))
}

/// Builds the request's URL. Each segment of the path stays exactly one segment below the base.
fn locate(base: &Url, request: &Request) -> Result<Url> {
    if let Some(segment) = request.path.iter().find(|segment| leads_elsewhere(segment)) {
        let detail =
            format!("The id {segment:?} cannot be part of a URL path, so the vendor cannot have it.");
        return Err(Error::new(Kind::ParameterInvalid, detail));
    }
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(&request.path);
    }
    if !request.query.is_empty() {
        url.query_pairs_mut().extend_pairs(&request.query);
    }
    Ok(url)
}

/// Returns whether a URL parser would resolve, drop or split the segment. All other segments can be percent-encoded.
fn leads_elsewhere(segment: &str) -> bool {
    matches!(segment, "" | "." | "..") || segment.contains(char::is_control)
}
