//! The caller's own server for the language model of an agent.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, SchemaFormat, Type, schema::AdditionalProperties},
};

use crate::{
    error::Violation,
    model::{
        Component, Leaf, Secret, Secrets, UnknownSecret, WebUrl,
        leaf::{lengths, parse, wrong},
        schema,
        secret::check_given,
        strict_value::StrictValue,
    },
    vendor::is_kept,
};

const MAX_MODEL: usize = 255;
const MAX_KEY: usize = 4096;
const MAX_URL: usize = 2048;

/// The header in which a vendor sends the key.
const HEADER: &str = "Authorization";
/// The text before the key in the header.
const SCHEME: &str = "Bearer ";

/// A server of the caller that runs the language model, with the chat completions API of OpenAI.
///
/// Serialization shows no key: `key` becomes the boolean `key_set`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "GivenEndpoint")]
pub struct ModelEndpoint {
    /// The base URL of the API.
    pub url: WebUrl,
    /// The name of the model, if the requests name one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The key of the server.
    #[serde(rename = "key_set")]
    pub key: EndpointKey,
}

/// The key with which a vendor authenticates itself to the server.
#[derive(Debug, Clone, PartialEq)]
pub enum EndpointKey {
    /// The requests have no key.
    None,
    /// The key, which the gateway has.
    Known(Secret),
    /// Only the vendor has the key, which is the case after an import.
    AtVendor,
}

/// An endpoint as callers send it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenEndpoint {
    url: WebUrl,
    #[serde(default)]
    model: Option<String>,
    /// `Some(None)` if the caller removes the key.
    #[serde(default, deserialize_with = "given")]
    key: Option<Option<Secret>>,
    #[serde(default)]
    key_set: Option<bool>,
}

/// Returns `Some` for a member that is present, even if its value is null.
fn given<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<Secret>>, D::Error> {
    Option::deserialize(from).map(Some)
}

impl From<GivenEndpoint> for ModelEndpoint {
    fn from(GivenEndpoint { url, model, key, key_set }: GivenEndpoint) -> Self {
        let key = match key {
            Some(Some(key)) => EndpointKey::Known(key),
            Some(None) => EndpointKey::None,
            None if key_set == Some(true) => EndpointKey::AtVendor,
            None => EndpointKey::None,
        };
        Self { url, model, key }
    }
}

/// Serializes a key as true if there is one.
impl Serialize for EndpointKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(*self != Self::None)
    }
}

impl EndpointKey {
    /// Finds the header with the key among the headers that a vendor sends to the server. Returns its name and its value.
    pub fn header(headers: Option<&Value>) -> Option<(&str, &Value)> {
        let mut headers = headers?.as_object()?.iter();
        let found = headers.find(|(name, _)| name.eq_ignore_ascii_case(HEADER));
        found.map(|(name, value)| (name.as_str(), value))
    }

    /// Reads the key from the headers that a vendor returns. Returns [`Self::AtVendor`] if the adapter has replaced the
    /// header with the mark of a credential, or if the header does not have the form `Bearer KEY`. An empty header
    /// means that there is no key.
    pub fn from_vendor(headers: Option<&Value>) -> Self {
        let Some((_, value)) = Self::header(headers) else { return Self::None };
        if value.is_null() || value == "" {
            return Self::None;
        }
        let key = value.as_str().filter(|_| !is_kept(value)).and_then(|text| text.strip_prefix(SCHEME));
        key.filter(|key| is_key(key)).map_or(Self::AtVendor, |key| Self::Known(key.into()))
    }

    /// Writes the key to the headers that a vendor sends to the server, and replaces an existing header with a key.
    /// Changes nothing if only the vendor has the key. Removes the header if there is no key.
    pub fn write(&self, headers: &mut Map<String, Value>) {
        let name = headers.keys().find(|name| name.eq_ignore_ascii_case(HEADER)).cloned();
        match (self, name) {
            (Self::Known(key), name) => {
                let value = format!("{SCHEME}{}", key.expose());
                headers.insert(name.unwrap_or_else(|| HEADER.to_owned()), value.into());
            }
            (Self::None, Some(name)) => drop(headers.shift_remove(&name)),
            (Self::None, None) | (Self::AtVendor, _) => {}
        }
    }
}

impl ModelEndpoint {
    /// Checks that the vendor has the key for this URL, unless the gateway has the key or there is none. `held` is the
    /// URL of the server for which the vendor has a key.
    ///
    /// # Errors
    /// A sentence if the vendor has no key, or has one for another URL.
    pub fn check_key(&self, held: Option<&str>) -> Result<(), String> {
        if self.key == EndpointKey::AtVendor && held != Some(self.url.as_str()) {
            return Err("the gateway does not have the key of model.endpoint; set it again.".to_owned());
        }
        Ok(())
    }
}

/// Returns true for visible ASCII characters without spaces, within the maximum length.
fn is_key(text: &str) -> bool {
    (1..=MAX_KEY).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

impl ToSchema for ModelEndpoint {
    fn name() -> std::borrow::Cow<'static, str> {
        "ModelEndpoint".into()
    }
}

impl PartialSchema for ModelEndpoint {
    fn schema() -> RefOr<Schema> {
        let text = |about: &str, max| {
            let text = ObjectBuilder::new().schema_type(Type::String).description(Some(about));
            text.max_length(Some(max))
        };
        let url = "The base URL of the API: an absolute https URL without credentials.";
        let url = text(url, MAX_URL).format(Some(SchemaFormat::Custom("uri".to_owned())));
        let model = "The name of the model, which the vendor sends to the server. Vapi requires it.";
        let key = "The key of the server, in visible ASCII characters without spaces. The vendor sends it as `Authorization: Bearer KEY`. \
                   Write-only. An update without this member keeps the stored key if `url` stays the same, and null removes the key. \
                   A key never follows a change of `url`: send it again, or null.";
        let key_set = ObjectBuilder::new().schema_type(Type::Boolean).read_only(true);
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .description(Some(
                "A server of the caller that runs the language model, with the chat completions API of OpenAI.",
            ))
            .additional_properties(Some(AdditionalProperties::FreeForm(false)))
            .property("url", url.pattern(Some(r"^https://[^/\s\\][^\s\\]*$")))
            .property("model", text(model, MAX_MODEL).min_length(Some(1)))
            .property(
                "key",
                text(key, MAX_KEY).min_length(Some(1)).pattern(Some("^[!-~]+$")).write_only(true),
            )
            .property("key_set", key_set.description(Some("True if the server has a key.")))
            .required("url")
            .build()
            .into()
    }
}

impl Leaf for ModelEndpoint {
    const SECRET_MEMBER: Option<&'static str> = Some("key");

    fn schema() -> RefOr<Schema> {
        schema::reference("ModelEndpoint")
    }

    fn components(out: &mut Vec<Component>) {
        schema::component::<Self>(out);
    }

    fn secrets(&self) -> Secrets {
        match &self.key {
            EndpointKey::Known(Secret(key)) => [("/key".to_owned(), key.clone())].into(),
            EndpointKey::None | EndpointKey::AtVendor => Secrets::new(),
        }
    }

    fn unknown_secrets(&self) -> Vec<UnknownSecret> {
        match &self.key {
            EndpointKey::AtVendor => {
                let url = Some(self.url.as_str().to_owned());
                vec![UnknownSecret { path: "/key".to_owned(), pointer: "/key".to_owned(), url }]
            }
            EndpointKey::None | EndpointKey::Known(_) => Vec::new(),
        }
    }

    fn urls(&self) -> Vec<&str> {
        vec![self.url.as_str()]
    }

    fn violations(&self, at: &str) -> Vec<Violation> {
        let model = self.model.as_deref().map(|model| ("model", model, MAX_MODEL));
        let mut out = lengths(at, model);
        if !self.url.as_str().starts_with("https://") {
            out.extend(wrong(at, "url", "must be an https URL, such as \"https://llm.example.com/v1\""));
        }
        if let EndpointKey::Known(key) = &self.key
            && !is_key(key.expose())
        {
            let detail = format!(
                "must have 1 to {MAX_KEY} visible ASCII characters without spaces; the vendor adds \"Bearer\" itself"
            );
            out.extend(wrong(at, "key", &detail));
        }
        out
    }

    /// Reads an endpoint. No violation repeats the key.
    fn read(value: &Value, at: &str) -> Result<Self, Vec<Violation>> {
        if let Some(violation) = value.get("key").and_then(|key| check_given(key, &format!("{at}/key"))) {
            return Err(vec![violation]);
        }
        let endpoint: Self = parse(StrictValue::new(value), at).map_err(|violation| vec![violation])?;
        let violations = endpoint.violations(at);
        if violations.is_empty() { Ok(endpoint) } else { Err(violations) }
    }
}
