//! The headers of the HTTP requests that an agent sends.

use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type, schema::AdditionalProperties},
};

use crate::{
    error::Violation,
    model::{
        Secret,
        leaf::{lengths, wrong},
    },
    vendor::is_kept,
};

const MAX_NAME: usize = 100;
const MAX_VALUE: usize = 4096;

/// A header of an HTTP request.
///
/// Serialization never shows the value. The value is `None` if only the vendor has it, which is the case after an import.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "GivenHeader")]
pub struct HttpHeader {
    /// The name of the header.
    pub name: String,
    /// The value of the header.
    #[serde(rename = "value_set", serialize_with = "always_true")]
    pub value: Option<Secret>,
}

/// A header as callers send it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenHeader {
    name: String,
    #[serde(default)]
    value: Option<Secret>,
    #[serde(default, rename = "value_set")]
    _value_set: Option<bool>,
}

impl From<GivenHeader> for HttpHeader {
    fn from(GivenHeader { name, value, .. }: GivenHeader) -> Self {
        Self { name, value }
    }
}

/// Serializes the value of a header as true, because a header without a value cannot be stored: the gateway or the
/// vendor has the value.
fn always_true<S: Serializer>(_: &Option<Secret>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bool(true)
}

impl ToSchema for HttpHeader {
    fn name() -> std::borrow::Cow<'static, str> {
        "HttpHeader".into()
    }
}

impl PartialSchema for HttpHeader {
    fn schema() -> RefOr<Schema> {
        let text = |about: &str, max| {
            let text = ObjectBuilder::new().schema_type(Type::String).description(Some(about));
            text.min_length(Some(1)).max_length(Some(max))
        };
        let name = text("The name of the header.", MAX_NAME).pattern(Some(TOKEN_PATTERN));
        let value = "The value of the header, in printable ASCII characters. Write-only. An update without this member \
                     keeps the stored value. Required unless a value is already stored.";
        let value_set = ObjectBuilder::new().schema_type(Type::Boolean).read_only(true);
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .description(Some("A header of an HTTP request."))
            .additional_properties(Some(AdditionalProperties::FreeForm(false)))
            .property("name", name)
            .property("value", text(value, MAX_VALUE).pattern(Some("^[ -~]+$")).write_only(true))
            .property("value_set", value_set.description(Some("True: the header has a value.")))
            .required("name")
            .build()
            .into()
    }
}

/// The pattern of a header's name (RFC 9110, section 5.6.2).
const TOKEN_PATTERN: &str = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$";

fn is_token(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+.^_`|~-".contains(&byte))
}

impl HttpHeader {
    /// Reads the headers that a vendor returns, and sorts them by name. The value of a header is not known if the
    /// adapter has replaced it with the mark of a credential. Returns `None` if a value is not text.
    pub fn list_from_vendor<'v>(headers: impl Iterator<Item = (&'v String, &'v Value)>) -> Option<Vec<Self>> {
        let header = |(name, value): (&String, &Value)| {
            let known = if is_kept(value) { None } else { Some(Secret::from(value.as_str()?)) };
            Some(Self { name: name.clone(), value: known })
        };
        let mut headers = headers.map(header).collect::<Option<Vec<_>>>()?;
        headers.sort_by(|one, other| one.name.cmp(&other.name));
        Some(headers)
    }

    pub(super) fn path(&self) -> String {
        format!("/headers/[name={}]/value", self.name)
    }

    pub(super) fn violations(&self, at: &str) -> Vec<Violation> {
        let mut out = lengths(at, [("name", self.name.as_str(), MAX_NAME)]);
        if !is_token(&self.name) {
            out.extend(wrong(at, "name", "must be the name of an HTTP header such as Authorization"));
        }
        let value = self.value.as_ref().map(Secret::expose);
        let is_printable = |text: &str| text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        if value.is_some_and(|text| !(1..=MAX_VALUE).contains(&text.len()) || !is_printable(text)) {
            let detail = format!("must have 1 to {MAX_VALUE} printable ASCII characters");
            out.extend(wrong(at, "value", &detail));
        }
        out
    }
}
