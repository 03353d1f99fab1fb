//! What callers send: the record's own fields, and beside them what the gateway keeps for every kind of record.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use switchboard_core::{
    Desired, ExtensionRules, Factory, FieldReader, Kind, Result, Violation, schema, unknown_name,
};
use switchboard_store::Document;

use super::{Managed, damaged, not_serializable, to_document};

/// The members that belong to the gateway and not to the record, and that callers set.
pub const SETTABLE: [&str; 5] = ["vendor", "external_ref", "labels", "metadata", "extensions"];

/// The members that only the gateway writes. In a body they are ignored, so that an answer can be sent back.
pub const OUTPUT_ONLY: [&str; 7] =
    ["id", "placement", "sync", "translation", "revision", "created_at", "updated_at"];

const MAX_LABELS: usize = 64;
const MAX_LABEL: usize = 255;
const MAX_METADATA_BYTES: usize = 16 * 1024;

/// What the gateway keeps with a record and no vendor sees.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    /// The vendor the caller pinned it to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
    /// The caller's own key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_ref: Option<String>,
    /// For routing and for finding.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Whatever the caller wants kept.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub metadata: Map<String, Value>,
}

/// A body that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Body<R> {
    /// What is asked of the vendor.
    pub desired: Desired<R>,
    /// What is kept beside it.
    pub envelope: Envelope,
}

/// A body as the store keeps it, as it is read. Secrets are not in it.
#[derive(Deserialize)]
pub struct Stored {
    record: Value,
    #[serde(default)]
    extensions: Map<String, Value>,
    envelope: Envelope,
}

/// The same, as it is written.
#[derive(Serialize)]
struct Storing<'a, R> {
    record: &'a R,
    #[serde(skip_serializing_if = "Map::is_empty")]
    extensions: &'a Map<String, Value>,
    envelope: &'a Envelope,
}

/// A body's stored form, written once: the record's row, its revision and every later row of the same body share it.
#[derive(Debug, Clone, Default)]
pub struct BodyDocument(Arc<OnceLock<Document>>);

impl BodyDocument {
    /// Gives the stored form of the body that this belongs to.
    ///
    /// # Errors
    /// `internal` where it cannot be serialised.
    pub fn for_body<R: Managed>(&self, body: &Body<R>) -> Result<Document> {
        if let Some(written) = self.0.get() {
            return Ok(written.clone());
        }
        let Body { desired, envelope } = body;
        let storing = Storing { record: &desired.record, extensions: &desired.extensions, envelope };
        let document = Document::new(&storing)?;
        Ok(self.0.get_or_init(|| document).clone())
    }
}

/// It follows from the body, which is compared.
impl PartialEq for BodyDocument {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Stored {
    /// Puts a value where this field of the record or of its extensions is.
    pub fn put(&mut self, field: &str, value: Value) {
        match field.strip_prefix("/extensions") {
            Some(below) => {
                let mut extensions = Value::Object(std::mem::take(&mut self.extensions));
                schema::put(&mut extensions, below, value);
                if let Value::Object(extensions) = extensions {
                    self.extensions = extensions;
                }
            }
            None => schema::put(&mut self.record, field, value),
        }
    }
}

impl<R: Managed> Body<R> {
    /// Gives the body's stored form, to be changed. [`Body::secrets`] are not in it.
    ///
    /// # Errors
    /// `internal` where it cannot be serialised.
    pub fn stored(&self) -> Result<Stored> {
        Ok(Stored {
            record: to_document(R::NAME, &self.desired.record)?,
            extensions: self.desired.extensions.clone(),
            envelope: self.envelope.clone(),
        })
    }

    /// Writes the secrets of the record as one string, for the store to encrypt.
    ///
    /// # Errors
    /// `internal` where they cannot be serialised.
    pub fn secrets(&self) -> Result<Option<SecretString>> {
        let secrets = self.desired.record.secrets();
        let clear: BTreeMap<_, _> =
            secrets.iter().map(|(pointer, secret)| (pointer, secret.expose_secret())).collect();
        if clear.is_empty() {
            return Ok(None);
        }
        let text = serde_json::to_string(&clear).map_err(|cause| not_serializable("secrets", cause))?;
        Ok(Some(text.into()))
    }

    /// The body that was stored.
    ///
    /// # Errors
    /// What is wrong with a body that this gateway did not write.
    pub fn from_stored(stored: Stored, secrets: Option<&SecretString>) -> Result<Self> {
        let Stored { mut record, extensions, envelope } = stored;
        let clear = secrets.map(|secrets| serde_json::from_str(secrets.expose_secret())).transpose();
        // What is wrong with it may quote it.
        let clear: Option<BTreeMap<String, String>> =
            clear.map_err(|_| damaged(R::NAME, "secrets", "they are no JSON object"))?;
        for (pointer, secret) in clear.into_iter().flatten() {
            schema::put(&mut record, &pointer, secret.into());
        }
        let desired = Desired { record: switchboard_core::read(&record)?, extensions };
        Ok(Self { desired, envelope })
    }

    /// Writes the body as callers send it, secrets left out.
    ///
    /// # Errors
    /// `internal` where it cannot be serialised.
    pub fn document(&self) -> Result<Value> {
        let mut document = to_document("envelope", &self.envelope)?;
        let record = to_document(R::NAME, &self.desired.record)?;
        if let (Value::Object(all), Value::Object(record)) = (&mut document, record) {
            all.extend(record);
            if !self.desired.extensions.is_empty() {
                all.insert("extensions".to_owned(), Value::Object(self.desired.extensions.clone()));
            }
        }
        Ok(document)
    }
}

impl<R: Managed> Body<R> {
    /// Reads a body, or says everything that is wrong with it. Whether a vendor is configured, the caller knows.
    ///
    /// # Errors
    /// `validation_failed`, `field_required`, `unknown_field`, `masked_value`, `vendor_unknown`.
    pub fn read(
        mut record_document: Value,
        extensions: &Extensions,
        is_vendor: &dyn Fn(&str) -> bool,
    ) -> Result<Self> {
        let mut from = FieldReader::default();
        let mut envelope = Map::new();
        if let Value::Object(members) = &mut record_document {
            members.retain(|name, _| !OUTPUT_ONLY.contains(&name.as_str()));
            for name in SETTABLE {
                envelope.extend(
                    members.shift_remove(name).filter(|value| !value.is_null()).map(|v| (name.to_owned(), v)),
                );
            }
        }
        let given = envelope.shift_remove("extensions");
        let extensions = match R::EXTENSIBLE {
            true => extensions.read(given.as_ref(), &mut from),
            false => refuse_extensions::<R>(given.as_ref(), &mut from),
        };
        let envelope = read_envelope(&envelope, is_vendor, &mut from);
        let record = from.root::<R>(&record_document);
        from.finish()?;
        Ok(Self { desired: Desired { record, extensions }, envelope })
    }
}

/// Refuses extensions where no vendor has any; an empty object says nothing.
fn refuse_extensions<R: Managed>(given: Option<&Value>, from: &mut FieldReader) -> Map<String, Value> {
    if given.is_some_and(|given| given.as_object().is_none_or(|given| !given.is_empty())) {
        let detail = format!("No vendor has extensions for a {}.", R::NAME);
        from.note("extensions", Kind::UnknownField, detail);
    }
    Map::new()
}

fn read_envelope(
    members: &Map<String, Value>,
    is_vendor: &dyn Fn(&str) -> bool,
    from: &mut FieldReader,
) -> Envelope {
    let vendor = members.get("vendor").and_then(|value| match value {
        Value::String(name) => {
            if !is_vendor(name) {
                from.note("vendor", Kind::VendorUnknown, format!("No vendor {name:?} is configured."));
            }
            Some(name.clone())
        }
        _ => {
            from.note(
                "vendor",
                Kind::ValidationFailed,
                "/vendor must be the name of a configured vendor, or null.",
            );
            None
        }
    });
    let external_ref = members.get("external_ref").and_then(|value| match value {
        Value::String(key) if (1..=MAX_LABEL).contains(&key.chars().count()) => Some(key.clone()),
        _ => {
            let detail = format!("/external_ref must be a text of 1 to {MAX_LABEL} characters, or null.");
            from.note("external_ref", Kind::ValidationFailed, detail);
            None
        }
    });
    let labels = members.get("labels").map(|value| labels(value, from)).unwrap_or_default();
    let metadata = members.get("metadata").map(|value| metadata(value, from)).unwrap_or_default();
    Envelope { vendor, external_ref, labels, metadata }
}

/// The settings of one vendor only that bodies may hold, by adapter.
pub struct Extensions(BTreeMap<&'static str, Box<dyn ExtensionRules>>);

impl Extensions {
    /// Those of these adapters.
    pub fn from_factories(factories: &[Factory]) -> Self {
        let rules = |factory: &Factory| factory.extension.map(|rules| (factory.adapter, rules()));
        Self(factories.iter().filter_map(rules).collect())
    }

    fn read(&self, value: Option<&Value>, from: &mut FieldReader) -> Map<String, Value> {
        let Some(value) = value else { return Map::new() };
        let Value::Object(given) = value else {
            from.note("extensions", Kind::ValidationFailed, "/extensions must be an object of adapters.");
            return Map::new();
        };
        let mut extensions = Map::new();
        for (adapter, settings) in given.iter().filter(|(_, settings)| !settings.is_null()) {
            let pointer = format!("/extensions/{}", schema::escape(adapter));
            match self.0.get(adapter.as_str()) {
                Some(rules) => {
                    rules.check(&pointer, settings, from);
                    let settings = rules.normalize(settings);
                    if settings.as_object().is_some_and(|settings| !settings.is_empty()) {
                        extensions.insert(adapter.clone(), settings);
                    }
                }
                None => {
                    let detail = unknown_name("adapter", adapter, self.0.keys().copied());
                    from.refuse(Violation::at(pointer, Kind::UnknownField, detail));
                }
            }
        }
        extensions
    }
}

fn labels(value: &Value, from: &mut FieldReader) -> BTreeMap<String, String> {
    let fits = |text: &str| (1..=MAX_LABEL).contains(&text.chars().count());
    let Value::Object(given) = value else {
        from.note("labels", Kind::ValidationFailed, "/labels must be an object of texts.");
        return BTreeMap::new();
    };
    if given.len() > MAX_LABELS {
        from.note(
            "labels",
            Kind::ValidationFailed,
            format!("/labels must have at most {MAX_LABELS} members."),
        );
    }
    let mut labels = BTreeMap::new();
    for (name, value) in given {
        match value {
            Value::String(text) if fits(name) && text.chars().count() <= MAX_LABEL => {
                labels.insert(name.clone(), text.clone());
            }
            _ => {
                let detail = format!("A label is a name and a text of at most {MAX_LABEL} characters each.");
                from.refuse(Violation::at(
                    format!("/labels/{}", schema::escape(name)),
                    Kind::ValidationFailed,
                    detail,
                ));
            }
        }
    }
    labels
}

fn metadata(value: &Value, from: &mut FieldReader) -> Map<String, Value> {
    let Value::Object(metadata) = value else {
        from.note("metadata", Kind::ValidationFailed, "/metadata must be an object.");
        return Map::new();
    };
    if value.to_string().len() > MAX_METADATA_BYTES {
        let detail = format!("/metadata must have at most {MAX_METADATA_BYTES} bytes as JSON.");
        from.note("metadata", Kind::ValidationFailed, detail);
    }
    metadata.clone()
}
