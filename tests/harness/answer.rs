//! An answer of the gateway.

use reqwest::{RequestBuilder, header::HeaderMap};
use serde_json::Value;

/// An answer that has been read in full.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    /// The JSON body; null if the body is empty or not JSON.
    pub body: Value,
}

impl Answer {
    pub async fn to(request: RequestBuilder) -> Self {
        Self::try_to(request).await.expect("an answer")
    }

    /// Sends a request whose answer may be missing or incomplete.
    pub async fn try_to(request: RequestBuilder) -> reqwest::Result<Self> {
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await?;
        let body = serde_json::from_str(&text).unwrap_or_default();
        Ok(Self { status, headers, text, body })
    }

    /// Returns the body. Panics unless the answer has this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.body
    }

    /// Returns the problem document. Panics unless the document is complete and has this status and code.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.text);
        let problem = self.body.clone();
        assert_eq!(problem["code"], code, "{}", self.text);
        assert_eq!(problem["status"], status, "{}", self.text);
        assert_eq!(problem["type"], format!("/problems/{code}"), "{}", self.text);
        assert_eq!(problem["request_id"].as_str(), self.header("x-request-id"), "{}", self.text);
        assert!(problem["title"].is_string() && problem["detail"].is_string(), "{}", self.text);
        assert!(problem["retryable"].is_boolean(), "{}", self.text);
        problem
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("a header of text"))
    }
}

/// Returns the pointers of a problem's errors, in order.
pub fn pointers(problem: &Value) -> Vec<&str> {
    let errors = problem["errors"].as_array().into_iter().flatten();
    errors.map(|error| error["pointer"].as_str().unwrap_or_default()).collect()
}
