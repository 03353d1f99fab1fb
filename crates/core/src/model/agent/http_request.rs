//! The tool with which an agent sends an HTTP request.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{http_header::HttpHeader, parameters::Parameters};
use crate::{
    error::{Kind, Violation},
    model::{
        Described, Seconds, Secrets, UnknownSecret, WebUrl,
        leaf::{lengths, or_default, parse, wrong},
        secret::check_given_header,
        strict_value::StrictValue,
    },
};

const MAX_NAME: usize = 64;
const MAX_DESCRIPTION: usize = 10_000;
const MAX_HEADERS: usize = 20;
const MIN_TIMEOUT: u64 = 1;
const MAX_TIMEOUT: u64 = 600;

/// A tool with which the agent sends an HTTP request to a server during a call, and uses the answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HttpRequest {
    /// The name of the tool, which consists of letters, digits, `_` and `-`. Each tool of an agent has a different
    /// name.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9_-]{1,64}$")]
    pub name: String,
    /// The purpose of the request, and the situations in which the agent sends it.
    #[schema(min_length = 1, max_length = 10_000)]
    pub description: String,
    /// The HTTP method.
    pub method: HttpMethod,
    /// The URL to which the vendor sends the request.
    #[schema(value_type = String, format = "uri", max_length = 2048, pattern = r"^https?://[^/\s\\][^\s\\]*$")]
    pub url: WebUrl,
    /// The headers of the request. An update without the value of a header keeps the stored value of the header with the
    /// same name in the tool with the same name and `url`. A value never follows a change of `url`: send it again.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub headers: Vec<HttpHeader>,
    /// The JSON Schema of the values that the agent sends as the body of the request. The schema of the type has
    /// the published description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, schema_with = Parameters::schema)]
    pub parameters: Option<Parameters>,
    /// The maximum duration for which the vendor waits for the answer. The unit is seconds. If omitted, the vendor decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = f64, minimum = 1, maximum = 600)]
    pub timeout_s: Option<Seconds>,
}

/// The method of an HTTP request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum HttpMethod {
    /// The method `GET`. The request has no body.
    Get,
    /// The method `POST`. The request can have a body.
    Post,
    /// The method `PUT`. The request can have a body.
    Put,
    /// The method `PATCH`. The request can have a body.
    Patch,
    /// The method `DELETE`. The request has no body.
    Delete,
}

impl HttpMethod {
    /// All methods, each with its name in HTTP.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Get, "GET"),
        (Self::Post, "POST"),
        (Self::Put, "PUT"),
        (Self::Patch, "PATCH"),
        (Self::Delete, "DELETE"),
    ];

    /// Returns the name of the method in HTTP.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(method, _)| *method == self).map_or("", |(_, name)| *name)
    }

    /// Finds a method by its name in HTTP.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(method, _)| *method)
    }

    /// Returns true if a request with this method has a body.
    pub fn has_body(self) -> bool {
        !matches!(self, Self::Get | Self::Delete)
    }
}

impl HttpRequest {
    /// Reads the request from the JSON of a tool with the type `http_request`.
    ///
    /// # Errors
    /// The violations, none of which repeats the value of a header.
    pub(super) fn read(value: &Value, at: &str) -> Result<Self, Vec<Violation>> {
        let wrong = wrong_values(value, at);
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let request: Self =
            parse(StrictValue::without(value, &["type"]), at).map_err(|violation| vec![violation])?;
        let violations = request.violations(at);
        if violations.is_empty() { Ok(request) } else { Err(violations) }
    }

    /// Checks the members.
    pub(super) fn violations(&self, at: &str) -> Vec<Violation> {
        let Self { name, description, headers, parameters, timeout_s, .. } = self;
        let mut out = lengths(at, [("description", description.as_str(), MAX_DESCRIPTION)]);
        let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        if !is_plain || !(1..=MAX_NAME).contains(&name.len()) {
            out.extend(wrong(at, "name", "must have 1 to 64 characters: letters, digits, _ and -"));
        }
        if headers.len() > MAX_HEADERS {
            out.extend(wrong(at, "headers", &format!("must have at most {MAX_HEADERS} items")));
        }
        for (index, header) in headers.iter().enumerate() {
            let header_at = format!("{at}/headers/{index}");
            out.extend(header.violations(&header_at));
            let same = |other: &HttpHeader| other.name.eq_ignore_ascii_case(&header.name);
            if let Some(earlier) = headers.iter().take(index).position(same) {
                out.extend(wrong(
                    &header_at,
                    "name",
                    &format!("must differ from {at}/headers/{earlier}/name"),
                ));
            }
        }
        out.extend(parameters.iter().flat_map(|schema| schema.violations(&format!("{at}/parameters"))));
        let seconds = |seconds: u64| Seconds(std::time::Duration::from_secs(seconds));
        if timeout_s.is_some_and(|time| !(seconds(MIN_TIMEOUT)..=seconds(MAX_TIMEOUT)).contains(&time)) {
            out.extend(wrong(at, "timeout_s", &format!("must be from {MIN_TIMEOUT} to {MAX_TIMEOUT}")));
        }
        out
    }

    /// Returns true if the members have values that callers can set.
    pub fn is_valid(&self) -> bool {
        self.violations("").is_empty()
    }

    /// Returns the headers with the values to send. If only the vendor has the value of a header, the header keeps that
    /// value: `held` returns the vendor's value for the name of a header.
    ///
    /// # Errors
    /// A sentence that names a header whose value neither the gateway nor the vendor has.
    pub fn header_values(
        &self,
        held: impl Fn(&str) -> Option<Value>,
    ) -> Result<serde_json::Map<String, Value>, String> {
        let value = |header: &HttpHeader| {
            let value =
                header.value.as_ref().map(|value| Value::from(value.expose())).or_else(|| held(&header.name));
            let unknown =
                || format!("Only another vendor has the value of the header {}; set it again.", header.name);
            value.map(|value| (header.name.clone(), value)).ok_or_else(unknown)
        };
        self.headers.iter().map(value).collect()
    }

    pub(super) fn secrets(&self) -> Secrets {
        let known =
            self.headers.iter().filter_map(|header| Some((header.path(), header.value.as_ref()?.0.clone())));
        known.collect()
    }

    pub(super) fn unknown_secrets(&self) -> Vec<UnknownSecret> {
        let unknown = self.headers.iter().enumerate().filter(|(_, header)| header.value.is_none());
        let secret = |(index, header): (usize, &HttpHeader)| UnknownSecret {
            path: header.path(),
            pointer: format!("/headers/{index}/value"),
            url: Some(self.url.as_str().to_owned()),
        };
        unknown.map(secret).collect()
    }
}

/// Returns the violations of values that the deserializer would repeat in its message, or that are masks.
fn wrong_values(tool: &Value, at: &str) -> Vec<Violation> {
    let headers = tool.get("headers").and_then(Value::as_array).into_iter().flatten().enumerate();
    let value = |(index, header): (usize, &Value)| {
        let header_at = format!("{at}/headers/{index}");
        match header {
            Value::Object(members) => {
                check_given_header(members.get("value")?, &format!("{header_at}/value"))
            }
            _ => {
                let detail = format!("{header_at} must be an object.");
                Some(Violation::at(header_at, Kind::ValidationFailed, detail))
            }
        }
    };
    headers.filter_map(value).collect()
}
