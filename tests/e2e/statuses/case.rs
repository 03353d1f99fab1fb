//! A request and its expected answer.

use reqwest::{Body, RequestBuilder};
use serde_json::Value;

use super::{
    contract::Contract,
    fixture::{CALLER, Fixture, PLANNED},
    operations::valid,
};
use crate::{
    bodies::with,
    harness::{Answer, Harness, KEY},
};

/// A request of an operation, with its expected answer.
#[derive(Clone)]
pub struct Case {
    /// The `operationId`.
    pub operation: &'static str,
    pub status: u16,
    /// The expected code of the problem; `None` for a success.
    pub code: Option<&'static str>,
    pub ask: Ask,
}

/// The parts that complete an operation's method and path to a request.
#[derive(Clone)]
pub struct Ask {
    /// The value of the path parameter; `None` for the id of the fixture's record.
    pub param: Option<&'static str>,
    pub query: String,
    pub headers: Vec<(&'static str, &'static str)>,
    pub payload: Payload,
}

/// A request body.
#[derive(Clone)]
pub enum Payload {
    None,
    Text(String),
    /// A body that never ends.
    Unfinished,
}

impl Ask {
    pub fn param(self, param: &'static str) -> Self {
        Self { param: Some(param), ..self }
    }

    /// Adds a query parameter.
    pub fn query(self, pair: &str) -> Self {
        let query = if self.query.is_empty() { pair.to_owned() } else { format!("{}&{pair}", self.query) };
        Self { query, ..self }
    }

    /// Sets a header, replacing any earlier value.
    pub fn header(self, name: &'static str, value: &'static str) -> Self {
        let mut ask = self.without(name);
        ask.headers.push((name, value));
        ask
    }

    pub fn without(mut self, header: &str) -> Self {
        self.headers.retain(|(name, _)| *name != header);
        self
    }

    pub fn text(self, text: impl Into<String>) -> Self {
        Self { payload: Payload::Text(text.into()), ..self }
    }

    pub fn json(self, body: &Value) -> Self {
        self.text(body.to_string())
    }

    pub fn unfinished(self) -> Self {
        Self { payload: Payload::Unfinished, ..self }
    }

    /// Applies a merge patch to the body.
    pub fn but(self, patch: Value) -> Self {
        let Payload::Text(text) = &self.payload else { panic!("there is no body") };
        let body = with(serde_json::from_str(text).unwrap(), patch);
        self.json(&body)
    }

    pub fn has(&self, header: &str) -> bool {
        self.headers.iter().any(|(name, _)| *name == header)
    }
}

/// Builds a case for a valid request that is carried out.
pub fn done(operation: &'static str, status: u16) -> Case {
    Case { operation, status, code: None, ask: valid(operation) }
}

/// Builds a case for a valid request that continues in the background.
pub fn accepted(operation: &'static str) -> Case {
    done(operation, 202)
}

/// Builds a case for a request that is answered with a problem.
pub fn problem(
    operation: &'static str,
    (status, code): (u16, &'static str),
    spoil: impl FnOnce(Ask) -> Ask,
) -> Case {
    Case { operation, status, code: Some(code), ask: spoil(valid(operation)) }
}

impl Case {
    /// Sends the request and checks the answer against the contract.
    pub async fn run(&self, harness: &Harness, contract: &Contract, standing: &Fixture) {
        let answer = Answer::to(self.request(harness, contract, standing)).await;
        contract.check(self, answer);
    }

    pub fn request(&self, harness: &Harness, contract: &Contract, standing: &Fixture) -> RequestBuilder {
        let (method, template) = contract.route(self.operation);
        let param = self.ask.param.unwrap_or_else(|| standing.id_for(template));
        let segments = template.split('/').map(|segment| match segment {
            "{revision}" => "1",
            named if named.starts_with('{') => param,
            other => other,
        });
        let path = segments.collect::<Vec<_>>().join("/");
        let url = format!("{}{path}?{}", harness.gateway.url, self.ask.query);
        let mut request = harness.client.request(method, url);
        for (name, value) in &self.ask.headers {
            request = request.header(*name, *value);
        }
        match &self.ask.payload {
            Payload::None => request,
            Payload::Text(text) => {
                request.body(text.replace(PLANNED, &standing.plan).replace(CALLER, &standing.agent))
            }
            Payload::Unfinished => {
                let nothing = futures::stream::pending::<Result<Vec<u8>, std::io::Error>>();
                request.body(Body::wrap_stream(nothing))
            }
        }
    }
}

/// Returns the `authorization` header with the key that operations require.
pub fn authorization() -> &'static str {
    static HEADER: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| format!("Bearer {KEY}"));
    &HEADER
}
