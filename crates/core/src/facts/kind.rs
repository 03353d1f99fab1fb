//! Kinds of catalogues.

use std::{borrow::Cow, fmt};

use serde::{Serialize, Serializer};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

/// A kind of catalogue, such as voices.
///
/// The name identifies the kind, so two kinds must have different names. A kind whose name appears in published
/// documents is a constant here and a member of [`ALL`](Self::ALL). An adapter reads the entries of a catalogue
/// from the vendor, and rules look up values in these entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CatalogueKind {
    name: &'static str,
    about: &'static str,
}

impl CatalogueKind {
    /// The voices an agent can have.
    pub const VOICES: Self = Self::new("voices", "the voices an agent can have.");
    /// The languages an agent can speak.
    pub const LANGUAGES: Self = Self::new("languages", "the languages an agent can speak.");
    /// The language models an agent can use.
    pub const MODELS: Self = Self::new("models", "the language models an agent can use.");
    /// The phone numbers that can be assigned to an agent.
    pub const PHONE_NUMBERS: Self =
        Self::new("phone_numbers", "the phone numbers that can be assigned to an agent.");
    /// The knowledge bases an agent can use.
    pub const KNOWLEDGE_BASES: Self = Self::new("knowledge_bases", "the knowledge bases an agent can use.");

    /// The kinds whose names appear in published documents.
    pub const ALL: &[Self] =
        &[Self::VOICES, Self::LANGUAGES, Self::MODELS, Self::PHONE_NUMBERS, Self::KNOWLEDGE_BASES];

    /// Builds a kind from its name on the wire and its description. The name must be a plural in snake case,
    /// and the description must start with a lower-case letter and end with a full stop.
    pub const fn new(name: &'static str, about: &'static str) -> Self {
        Self { name, about }
    }

    /// Returns the name on the wire, such as `voices`.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// Returns the last segment of the path at which the API returns the catalogue, such as `phone-numbers`.
    pub fn path(self) -> String {
        self.name.replace('_', "-")
    }
}

/// Writes the name for messages, with spaces, such as `phone numbers`.
impl fmt::Display for CatalogueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name.replace('_', " "))
    }
}

impl Serialize for CatalogueKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name)
    }
}

impl PartialSchema for CatalogueKind {
    fn schema() -> RefOr<Schema> {
        let explained: Vec<_> =
            Self::ALL.iter().map(|kind| format!("`{}`: {}", kind.name, kind.about)).collect();
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(Self::ALL.iter().map(|kind| kind.name)))
            .description(Some(explained.join(" ")))
            .build()
            .into()
    }
}

impl ToSchema for CatalogueKind {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("CatalogueKind")
    }
}
