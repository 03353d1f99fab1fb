//! The body of a record: the fields of its kind, and the envelope that every kind of record has.

use secrecy::SecretString;
use serde_json::{Map, Value};
use switchboard_core::{
    error::{Kind, Result, Violation},
    model::{
        FieldReader, check_name, is_unset, keep_secrets, keep_unknown_secrets, mark_left_behind, put_secret,
    },
    plan::{Desired, Parts},
};

use super::{
    Envelope, Extensions, Managed,
    body_document::Stored,
    envelope::{CheckVendor, changed, merged, read_envelope},
    former, sealed, to_document,
};

/// The members that callers can set in addition to the fields of the agent or trunk.
pub const SETTABLE: [&str; 5] = ["vendor", "external_ref", "labels", "metadata", "extensions"];

/// The members that only the gateway sets. A request body may contain these members, and the gateway ignores them. A caller
/// can therefore send back a record that it has read.
pub const OUTPUT_ONLY: [&str; 7] =
    ["id", "placement", "sync", "translation", "revision", "created_at", "updated_at"];

/// The member that holds the name in records of every kind.
const LABEL: &str = "name";

/// The body of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Body<R> {
    /// The desired state.
    pub desired: Desired<R>,
    /// The envelope.
    pub envelope: Envelope,
}

impl<R: Managed> Body<R> {
    /// Returns the stored form of the body, for modification. The stored form does not contain the secrets that
    /// [`Body::secrets`] returns.
    ///
    /// # Errors
    /// `internal` if the body cannot be serialised.
    pub fn stored(&self) -> Result<Stored> {
        Ok(Stored {
            record: to_document(R::NAME, &self.desired.record)?,
            extensions: self.desired.extensions.clone(),
            envelope: self.envelope.clone(),
        })
    }

    /// Serialises the secrets of the record as one string, which the store encrypts. Returns `None` if there are no secrets.
    ///
    /// # Errors
    /// `internal` if the secrets cannot be serialised.
    pub fn secrets(&self) -> Result<Option<SecretString>> {
        sealed::write(&self.desired.record, &Parts::NONE)
    }

    /// Reads a stored body.
    ///
    /// # Errors
    /// If the model cannot represent the stored body, all violations in it; `internal` if the secrets cannot be read.
    pub fn from_stored(stored: Stored, secrets: Option<&SecretString>) -> Result<Self> {
        let Stored { mut record, extensions, envelope } = stored;
        former::replace_in_record::<R>(&mut record);
        for (path, secret) in sealed::of_record::<R>(secrets)? {
            // If the observed value of a drifted field states that a secret is not set, the vendor has lost the secret.
            if !is_unset(&record, &path) {
                put_secret(&mut record, &path, &secret.into());
            }
        }
        let desired = Desired { record: switchboard_core::model::read(&record)?, extensions };
        Ok(Self { desired, envelope })
    }

    /// Returns the body in the form that callers send, without secrets.
    ///
    /// # Errors
    /// `internal` if the body cannot be serialised.
    pub fn document(&self) -> Result<Value> {
        let mut document = self.settable()?;
        if let Value::Object(record) = to_document(R::NAME, &self.desired.record)? {
            // The members of the record come between those of the envelope and the extensions.
            let extensions = document.shift_remove("extensions");
            document.extend(record);
            document.extend(extensions.map(|extensions| ("extensions".to_owned(), extensions)));
        }
        Ok(document.into())
    }

    /// Returns the body in the form that callers send, with all secrets whose values the gateway has.
    ///
    /// # Errors
    /// `internal` if the body cannot be serialised.
    pub fn document_with_secrets(&self) -> Result<Value> {
        let mut document = self.document()?;
        for (path, secret) in self.desired.record.secrets() {
            put_secret(&mut document, &path, &secret);
        }
        Ok(document)
    }

    /// Returns the members other than those of the record: the envelope and the extensions. Omits empty members.
    ///
    /// # Errors
    /// `internal` if the envelope cannot be serialised.
    pub fn settable(&self) -> Result<Map<String, Value>> {
        let mut members = match to_document("envelope", &self.envelope)? {
            Value::Object(members) => members,
            _ => Map::new(),
        };
        if !self.desired.extensions.is_empty() {
            members.insert("extensions".to_owned(), Value::Object(self.desired.extensions.clone()));
        }
        Ok(members)
    }
}

impl<R: Managed> Body<R> {
    /// Reads a body that a caller sent. `stored` is the record that the body replaces. Adds the secrets of `stored`
    /// that the body omits, because no answer contains secrets, so a caller cannot send them back.
    ///
    /// # Errors
    /// The errors of [`Body::read`], and `field_required` for a secret without a value that `stored` does not have.
    pub fn read_given(
        mut document: Value,
        stored: Option<&R>,
        extensions: &Extensions,
        check_vendor: &CheckVendor<'_>,
    ) -> Result<Self> {
        if let Some(stored) = stored {
            let (secrets, unknown) = (stored.secrets(), stored.unknown_secrets());
            if !secrets.is_empty() || !unknown.is_empty() {
                let (given, before) = (document.clone(), to_document(R::NAME, stored)?);
                keep_secrets(&secrets, &before, &given, &mut document);
                keep_unknown_secrets(&unknown, &before, &given, &mut document);
                let unknown = unknown.iter().map(|secret| secret.path.as_str());
                let paths = secrets.keys().map(String::as_str).chain(unknown);
                mark_left_behind(paths, &before, &given, &mut document);
            }
        }
        Self::read_checked(document, extensions, check_vendor, |record, from| {
            note_missing_secrets(record, stored, from);
        })
    }

    /// Reads a body. A secret without a value counts as one whose value only the vendor has. `check_vendor` checks the name
    /// of the pinned vendor.
    ///
    /// # Errors
    /// Every violation in the body, with the code `validation_failed`, `field_required`, `unknown_field`, `masked_value`,
    /// `vendor_unknown`, or `capability_loss` if the pinned vendor has no records of the kind.
    pub fn read(document: Value, extensions: &Extensions, check_vendor: &CheckVendor<'_>) -> Result<Self> {
        Self::read_checked(document, extensions, check_vendor, |_, _| {})
    }

    fn read_checked(
        mut record_document: Value,
        extensions: &Extensions,
        check_vendor: &CheckVendor<'_>,
        check: impl FnOnce(&R, &mut FieldReader),
    ) -> Result<Self> {
        let mut from = FieldReader::for_body::<R>(&SETTABLE);
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
        let extensions = extensions.read::<R>(given.as_ref(), &mut from);
        let envelope = read_envelope(&envelope, check_vendor, &mut from);
        let record = from.root::<R>(&record_document);
        note_label(&record, &mut from);
        from.note_conflict(&record);
        check(&record, &mut from);
        from.finish()?;
        Ok(Self { desired: Desired { record, extensions }, envelope })
    }

    /// Merges a patch into the body (RFC 7396).
    ///
    /// Validates only the members that the patch names, and the pinned vendor. The pinned vendor is always validated, because
    /// it may have been removed from the configuration.
    ///
    /// # Errors
    /// The errors of [`Body::read`], for the members that are validated.
    pub fn merge(
        &self,
        patch: &Map<String, Value>,
        extensions: &Extensions,
        check_vendor: &CheckVendor<'_>,
    ) -> Result<Self> {
        let mut from = FieldReader::for_body::<R>(&SETTABLE);
        let kept = &self.desired.extensions;
        let extensions = changed(kept, patch.get("extensions"), |change| {
            extensions.read::<R>(Some(&merged(kept.clone().into(), change)), &mut from)
        });
        let envelope = self.envelope.merge(patch, check_vendor, &mut from);
        let mut record = self.desired.record.clone();
        from.merge(&mut record, &record_members(patch));
        if patch.contains_key(LABEL) {
            note_label(&record, &mut from);
        }
        from.note_conflict(&record);
        note_missing_secrets(&record, Some(&self.desired.record), &mut from);
        from.finish()?;
        Ok(Self { desired: Desired { record, extensions }, envelope })
    }
}

/// Selects the members of a patch that are fields of the agent or trunk.
fn record_members(patch: &Map<String, Value>) -> Map<String, Value> {
    let own = |name: &str| OUTPUT_ONLY.contains(&name) || SETTABLE.contains(&name);
    patch.iter().filter(|(name, _)| !own(name)).map(|(name, change)| (name.clone(), change.clone())).collect()
}

/// Adds a violation for each secret without a value. Accepts a secret that has no value in `stored` either, because
/// only the vendor has its value.
fn note_missing_secrets<R: Managed>(record: &R, stored: Option<&R>, from: &mut FieldReader) {
    let missing = record.unknown_secrets();
    if missing.is_empty() {
        return;
    }
    let known = stored.map(R::unknown_secrets).unwrap_or_default();
    for secret in missing.iter().filter(|secret| !known.iter().any(|known| known.is_same(secret))) {
        let pointer = secret.pointer.clone();
        let detail = format!("{pointer} is required; the gateway has no stored value for it.");
        from.refuse(Violation::at(pointer, Kind::FieldRequired, detail));
    }
}

/// Adds a violation if the name of the record has characters that names must not have. Stored records are not checked, because
/// older versions accepted such names.
fn note_label<R: Managed>(record: &R, from: &mut FieldReader) {
    if let Some(wrong) = record.label().and_then(check_name) {
        from.note(LABEL, Kind::ValidationFailed, format!("/{LABEL} {wrong}."));
    }
}
