//! What callers send: the record's own fields, and beside them what the gateway keeps for every kind of record.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use switchboard_core::{
    Desired, ExtensionRules, Factory, FieldReader, Kind, Result, Violation, schema, unknown_name,
};

use super::{Managed, Service};

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

/// A body as the store keeps it. Secrets are not in it.
#[derive(Serialize, Deserialize)]
pub struct Stored {
    record: Value,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    extensions: Map<String, Value>,
    envelope: Envelope,
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
    /// The body as the store keeps it, but for [`Body::secrets`].
    pub fn stored(&self) -> Stored {
        Stored {
            record: serde_json::to_value(&self.desired.record).unwrap_or_default(),
            extensions: self.desired.extensions.clone(),
            envelope: self.envelope.clone(),
        }
    }

    /// The secrets of the record as one text, for the store to encrypt.
    pub fn secrets(&self) -> Option<SecretString> {
        let secrets = self.desired.record.secrets();
        let clear: BTreeMap<_, _> =
            secrets.iter().map(|(pointer, secret)| (pointer, secret.expose_secret())).collect();
        (!clear.is_empty()).then(|| serde_json::to_string(&clear).unwrap_or_default().into())
    }

    /// The body that was stored.
    ///
    /// # Errors
    /// What is wrong with a body that this gateway did not write.
    pub fn from_stored(stored: Stored, secrets: Option<&SecretString>) -> Result<Self> {
        let Stored { mut record, extensions, envelope } = stored;
        let clear = secrets.map(|secrets| secrets.expose_secret());
        let clear: BTreeMap<String, String> =
            clear.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        for (pointer, secret) in clear {
            schema::put(&mut record, &pointer, secret.into());
        }
        let desired = Desired { record: switchboard_core::read(&record)?, extensions };
        Ok(Self { desired, envelope })
    }

    /// The body as JSON again, secrets left out.
    pub fn document(&self) -> Value {
        let mut document = serde_json::to_value(&self.envelope).unwrap_or_default();
        if let (Value::Object(all), Ok(Value::Object(record))) =
            (&mut document, serde_json::to_value(&self.desired.record))
        {
            all.extend(record);
            if !self.desired.extensions.is_empty() {
                all.insert("extensions".to_owned(), Value::Object(self.desired.extensions.clone()));
            }
        }
        document
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
        let extensions = extensions.read(envelope.shift_remove("extensions").as_ref(), &mut from);
        let envelope = read_envelope(&envelope, is_vendor, &mut from);
        let record = from.root::<R>(&record_document);
        from.finish()?;
        Ok(Self { desired: Desired { record, extensions }, envelope })
    }

    /// Merges a patch into the body (RFC 7396), or says everything that is wrong with what comes of it.
    ///
    /// Only what the patch names is read. A pinned vendor is looked for in any case: it may be configured no longer.
    ///
    /// # Errors
    /// Those of [`Body::read`].
    pub fn merge(
        &self,
        patch: &Map<String, Value>,
        extensions: &Extensions,
        is_vendor: &dyn Fn(&str) -> bool,
    ) -> Result<Self> {
        let mut from = FieldReader::default();
        let kept = &self.desired.extensions;
        let extensions = changed(kept, patch.get("extensions"), |change| {
            extensions.read(Some(&merged(kept.clone().into(), change)), &mut from)
        });
        let envelope = self.envelope.merge(patch, is_vendor, &mut from);
        let mut record = self.desired.record.clone();
        from.merge(&mut record, &record_members(patch));
        from.finish()?;
        Ok(Self { desired: Desired { record, extensions }, envelope })
    }
}

/// The members of a patch that are not the gateway's own.
fn record_members(patch: &Map<String, Value>) -> Map<String, Value> {
    let own = |name: &str| OUTPUT_ONLY.contains(&name) || SETTABLE.contains(&name);
    patch.iter().filter(|(name, _)| !own(name)).map(|(name, change)| (name.clone(), change.clone())).collect()
}

impl Envelope {
    fn merge(
        &self,
        patch: &Map<String, Value>,
        is_vendor: &dyn Fn(&str) -> bool,
        from: &mut FieldReader,
    ) -> Self {
        let pinned = self.vendor.clone().map(Value::from);
        let vendor = changed(&self.vendor, patch.get("vendor").or(pinned.as_ref()), |change| {
            read_vendor(change, is_vendor, from)
        });
        let external_ref =
            changed(&self.external_ref, patch.get("external_ref"), |change| read_external_ref(change, from));
        let labels = changed(&self.labels, patch.get("labels"), |change| {
            labels(&merged(self.labels.clone().into_iter().collect(), change), from)
        });
        let metadata = changed(&self.metadata, patch.get("metadata"), |change| {
            metadata(&merged(self.metadata.clone().into(), change), from)
        });
        Self { vendor, external_ref, labels, metadata }
    }
}

/// What becomes of a member: absence keeps it, null clears it, anything else is read.
fn changed<T: Clone + Default>(kept: &T, change: Option<&Value>, read: impl FnOnce(&Value) -> T) -> T {
    match change {
        None => kept.clone(),
        Some(Value::Null) => T::default(),
        Some(change) => read(change),
    }
}

fn merged(mut document: Value, patch: &Value) -> Value {
    schema::merge(&mut document, patch);
    document
}

impl Service {
    /// Reads a body, or says everything that is wrong with it.
    ///
    /// # Errors
    /// Those of [`Body::read`].
    pub(super) fn read_body<R: Managed>(&self, document: &Value) -> Result<Body<R>> {
        self.take_body(document.clone())
    }

    /// The same of a body that is not needed any more.
    ///
    /// # Errors
    /// The same.
    pub(super) fn take_body<R: Managed>(&self, document: Value) -> Result<Body<R>> {
        Body::read(document, &self.extensions, &|name| self.vendors.contains_key(name))
    }
}

fn read_envelope(
    members: &Map<String, Value>,
    is_vendor: &dyn Fn(&str) -> bool,
    from: &mut FieldReader,
) -> Envelope {
    let vendor = members.get("vendor").and_then(|value| read_vendor(value, is_vendor, from));
    let external_ref = members.get("external_ref").and_then(|value| read_external_ref(value, from));
    let labels = members.get("labels").map(|value| labels(value, from)).unwrap_or_default();
    let metadata = members.get("metadata").map(|value| metadata(value, from)).unwrap_or_default();
    Envelope { vendor, external_ref, labels, metadata }
}

fn read_vendor(value: &Value, is_vendor: &dyn Fn(&str) -> bool, from: &mut FieldReader) -> Option<String> {
    let Value::String(name) = value else {
        let detail = "/vendor must be the name of a configured vendor, or null.";
        from.note("vendor", Kind::ValidationFailed, detail);
        return None;
    };
    if !is_vendor(name) {
        from.note("vendor", Kind::VendorUnknown, format!("No vendor {name:?} is configured."));
    }
    Some(name.clone())
}

fn read_external_ref(value: &Value, from: &mut FieldReader) -> Option<String> {
    match value {
        Value::String(key) if (1..=MAX_LABEL).contains(&key.chars().count()) => Some(key.clone()),
        _ => {
            let detail = format!("/external_ref must be a text of 1 to {MAX_LABEL} characters, or null.");
            from.note("external_ref", Kind::ValidationFailed, detail);
            None
        }
    }
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
