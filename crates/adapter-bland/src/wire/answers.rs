//! The vendor's answers.

use serde::{
    Deserialize,
    de::{DeserializeOwned, IgnoredAny},
};
use serde_json::Value;
use switchboard_core::prelude::*;

use super::Persona;
use crate::catalogue;

/// The envelope of the answers about personas.
#[derive(Deserialize)]
struct Envelope<T> {
    data: T,
}

/// Reads an answer that contains one persona.
///
/// # Errors
/// `vendor_protocol_error` if the answer is not a persona. If the persona is deleted, the error means that it is gone.
pub fn persona(reply: Reply) -> Result<Persona> {
    let status = reply.status;
    let persona: Persona =
        data(reply, "a persona with an id and a name", |persona: &Persona| !persona.id.is_empty())?;
    match persona.is_deleted() {
        true => {
            let failure = VendorFailure::new(Outcome::Rejected).status(status).gone();
            Err(Error::vendor(Kind::VendorRejected, failure)
                .with_detail("The vendor has deleted the persona."))
        }
        false => Ok(persona),
    }
}

/// Reads a page of the list of personas, including deleted ones.
pub fn personas(reply: Reply) -> Result<Vec<Persona>> {
    data(reply, "a list of personas", |personas: &Vec<Persona>| {
        personas.iter().all(|persona| !persona.id.is_empty())
    })
}

/// Reads the answer to a deletion.
pub fn deleted(reply: Reply) -> Result<()> {
    #[derive(Deserialize)]
    struct Deleted {
        success: bool,
    }
    data(reply, "an acknowledged deletion", |deleted: &Deleted| deleted.success).map(drop)
}

/// Reads the list of voices. The language and the gender of a voice are among its tags, if the vendor states them.
pub fn voices(reply: Reply) -> Result<Vec<CatalogueEntry>> {
    #[derive(Deserialize)]
    struct Answer {
        voices: Vec<Value>,
    }
    #[derive(Deserialize)]
    struct Voice {
        id: String,
        name: String,
        tags: Option<Vec<String>>,
    }
    let row = |document: Value| {
        let Voice { id, name, tags } =
            Voice::deserialize(&document).ok().filter(|voice| !voice.id.is_empty())?;
        let tags = tags.unwrap_or_default();
        let language = tags.iter().find_map(|tag| catalogue::language_called(tag)).map(ToOwned::to_owned);
        let kind = tags.into_iter().find(|tag| matches!(tag.as_str(), "female" | "male"));
        Some(CatalogueEntry { id, name, language, kind, document })
    };
    reply.read("a list of voices", |Answer { voices }| voices.into_iter().map(row).collect())
}

/// Reads a phone number with the persona that answers it. A number with a pathway is in use without a persona.
pub fn phone_number(reply: Reply) -> Result<Bindable> {
    reply.read("a phone number", |document: Value| {
        let text = |name: &str| document.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        text("phone_number")?;
        let holder = match (text("persona_id"), text("pathway_id")) {
            (Some(persona), _) => Holder::Record(persona.to_owned()),
            (None, Some(_)) => Holder::Other,
            (None, None) => Holder::Free,
        };
        Some(Bindable { document, holder })
    })
}

/// Reads the list of phone numbers that take calls.
pub fn phone_numbers(reply: Reply) -> Result<Vec<CatalogueEntry>> {
    #[derive(Deserialize)]
    struct Answer {
        inbound_numbers: Vec<Value>,
    }
    let row = |row| CatalogueEntry::from_row(row, "phone_number", "phone_number", "");
    reply.read("a list of phone numbers", |Answer { inbound_numbers: rows }| {
        rows.into_iter().map(row).collect()
    })
}

/// Reads the list of knowledge bases. The vendor documents a total but no pages, so a list shorter than the total is an
/// error.
pub fn knowledge_bases(reply: Reply) -> Result<Vec<CatalogueEntry>> {
    #[derive(Deserialize)]
    struct List {
        kbs: Vec<Value>,
        total: usize,
    }
    let row = |row| CatalogueEntry::from_row(row, "id", "name", "type");
    reply.read("a list of all knowledge bases", |Envelope { data: List { kbs, total } }| {
        (kbs.len() >= total).then(|| kbs.into_iter().map(row).collect())?
    })
}

fn data<T: DeserializeOwned>(reply: Reply, expected: &str, is_right: impl FnOnce(&T) -> bool) -> Result<T> {
    reply.read(expected, |Envelope { data }| Some(data).filter(is_right))
}

/// The members that mark an answer as a failure, in any of the vendor's shapes (vendor documentation, 2026-08-09).
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ErrorBody {
    errors: Option<Complaints>,
    error: Option<Complaint>,
    status: Option<Complaint>,
    message: Option<Complaint>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Complaints {
    Many(Vec<Complaint>),
    Other(Value),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Complaint {
    Text(String),
    Coded(Coded),
    Other(IgnoredAny),
}

/// A complaint with a code, which is in `code` or in `error`.
#[derive(Deserialize)]
struct Coded {
    error: Option<String>,
    code: Option<String>,
    message: Option<String>,
}

impl ErrorBody {
    /// Reads the members of a failure from any answer, including a successful one.
    pub fn read(document: &Value) -> Self {
        Self::deserialize(document).unwrap_or_default()
    }

    /// Returns true if the answer reports a failure, regardless of its HTTP status.
    pub fn is_failure(&self) -> bool {
        let has_errors = match &self.errors {
            Some(Complaints::Many(complaints)) => !complaints.is_empty(),
            Some(Complaints::Other(Value::Object(members))) => !members.is_empty(),
            Some(Complaints::Other(Value::String(text))) => !text.is_empty(),
            Some(Complaints::Other(value)) => !value.is_null(),
            None => false,
        };
        let status = self.status.as_ref().and_then(Complaint::text);
        has_errors || self.error.is_some() || matches!(status, Some("error" | "DNC Error"))
    }

    /// Returns the codes of the failure.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.complaints().filter_map(|complaint| match complaint {
            Complaint::Coded(coded) => coded.code.as_deref().or(coded.error.as_deref()),
            Complaint::Text(text) => Some(text.as_str()),
            Complaint::Other(_) => None,
        })
    }

    /// Returns true if a message begins with this prefix.
    pub fn has_message(&self, start: &str) -> bool {
        self.messages().any(|message| message.starts_with(start))
    }

    /// Returns the messages of the failure.
    pub fn messages(&self) -> impl Iterator<Item = &str> {
        let complaints = self.complaints().filter_map(|complaint| match complaint {
            Complaint::Coded(coded) => coded.message.as_deref(),
            Complaint::Text(text) => Some(text.as_str()),
            Complaint::Other(_) => None,
        });
        self.message.as_ref().and_then(Complaint::text).into_iter().chain(complaints)
    }

    fn complaints(&self) -> impl Iterator<Item = &Complaint> {
        let many = match &self.errors {
            Some(Complaints::Many(complaints)) => complaints.as_slice(),
            Some(Complaints::Other(_)) | None => &[],
        };
        many.iter().chain(&self.error)
    }
}

impl Complaint {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Coded(_) | Self::Other(_) => None,
        }
    }
}
