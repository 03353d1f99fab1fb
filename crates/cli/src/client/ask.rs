//! Requests to a gateway.

use bytes::Bytes;
use http::{
    HeaderName, HeaderValue, Method, Request,
    header::{ACCEPT, CONTENT_TYPE, IF_MATCH, USER_AGENT},
};
use serde_json::Value;
use url::Url;

use super::ClientError;

const PREFER: HeaderName = HeaderName::from_static("prefer");
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const AGENT: HeaderValue = HeaderValue::from_static(concat!("switchboard-cli/", env!("CARGO_PKG_VERSION")));

/// A reusable request to a gateway.
#[derive(Debug, Clone)]
pub struct Ask {
    method: Method,
    path: Vec<String>,
    query: Vec<(&'static str, String)>,
    headers: Vec<(HeaderName, String)>,
    body: Option<Value>,
    harmless: bool,
}

impl Ask {
    /// Creates a GET request for this path below `/v1`.
    pub fn get<const N: usize>(path: [&str; N]) -> Self {
        Self { harmless: true, ..Self::new(Method::GET, &path) }
    }

    /// Creates a POST request for this path below `/v1`.
    pub fn post<const N: usize>(path: [&str; N], body: Value) -> Self {
        Self { body: Some(body), ..Self::new(Method::POST, &path) }
    }

    /// Creates a POST request without a body.
    pub fn order<const N: usize>(path: [&str; N]) -> Self {
        Self::new(Method::POST, &path)
    }

    /// Creates a POST request that changes nothing, such as a dry run.
    pub fn plan<const N: usize>(path: [&str; N], body: Value) -> Self {
        Self { harmless: true, ..Self::post(path, body) }
    }

    /// Creates a PUT request for this path below `/v1`.
    pub fn put<const N: usize>(path: [&str; N], body: Value) -> Self {
        Self { body: Some(body), ..Self::new(Method::PUT, &path) }
    }

    /// Creates a PATCH request for this path below `/v1`.
    pub fn patch<const N: usize>(path: [&str; N], body: Value) -> Self {
        Self { body: Some(body), ..Self::new(Method::PATCH, &path) }
    }

    /// Creates a DELETE request for this path below `/v1`.
    pub fn delete<const N: usize>(path: [&str; N]) -> Self {
        Self::new(Method::DELETE, &path)
    }

    fn new(method: Method, path: &[&str]) -> Self {
        let path = path.iter().map(|&segment| segment.to_owned()).collect();
        Self { method, path, query: Vec::new(), headers: Vec::new(), body: None, harmless: false }
    }

    /// Adds a query parameter.
    pub fn query(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    /// Adds a precondition. The gateway refuses the request if the record no longer has this revision.
    pub fn if_match(self, revision: u64) -> Self {
        self.header(IF_MATCH, format!("\"{revision}\""))
    }

    /// Adds strict handling, if `strict` is true. The gateway then refuses the request if the vendor would lose or change any
    /// requested value.
    pub fn strictly(self, strict: bool) -> Self {
        if strict { self.header(PREFER, "handling=strict".to_owned()) } else { self }
    }

    /// Adds an idempotency key. The gateway executes the request once, even if the client sends the request repeatedly.
    pub fn once(self, key: &str) -> Self {
        Self { harmless: true, ..self }.header(IDEMPOTENCY_KEY, key.to_owned())
    }

    /// Marks the request as safe to repeat, because it is idempotent.
    pub fn repeatable(self) -> Self {
        Self { harmless: true, ..self }
    }

    /// Returns true if the request is known to be safe to repeat, because it changes nothing, is idempotent or has an
    /// idempotency key.
    pub fn is_harmless(&self) -> bool {
        self.harmless
    }

    fn header(mut self, name: HeaderName, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Builds the HTTP request for the gateway at this URL.
    ///
    /// # Errors
    /// If a segment of the path is none, such as the id `..`, or a header value contains characters that HTTP does not permit.
    pub fn request(&self, server: &Url) -> Result<Request<Bytes>, ClientError> {
        if let Some(wrong) = self.path.iter().find(|segment| !is_segment(segment)) {
            return Err(ClientError::Unexpected { detail: format!("{wrong:?} is no id and no name") });
        }
        let mut url = server.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push("v1").extend(&self.path);
        }
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        let mut request = Request::builder()
            .method(self.method.clone())
            .uri(url.as_str())
            .header(ACCEPT, JSON)
            .header(USER_AGENT, AGENT);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if self.body.is_some() {
            request = request.header(CONTENT_TYPE, JSON);
        }
        let body = self.body.as_ref().map(|body| Bytes::from(body.to_string()));
        request.body(body.unwrap_or_default()).map_err(ClientError::unsendable)
    }
}

/// Returns true if the string stands for itself in a path. A URL has no dot segments and no control characters: without
/// this check, the id `..` would address the list of records.
fn is_segment(text: &str) -> bool {
    !matches!(text, "" | "." | "..") && !text.contains(char::is_control)
}
