//! A record as the gateway keeps it, in memory and in the store.

use std::collections::BTreeMap;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use switchboard_core::{Desired, Error, Kind, Report, Result, Root, id, schema};
use switchboard_store::Row;

use super::{Managed, body::Body, body::Envelope};

/// A stored record with everything that is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Item<R> {
    /// Our id.
    pub id: String,
    /// Counts the accepted writes, from 1.
    pub revision: u64,
    /// What is asked, and what is kept beside it.
    pub body: Body<R>,
    /// Where it runs.
    pub placement: Placement,
    /// What the vendor holds of it.
    pub report: Report,
    /// How far the vendor is.
    pub sync: Sync,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// Where a record runs, and why there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Placement {
    /// The configured vendor.
    pub vendor: String,
    /// The adapter that speaks to it.
    pub adapter: String,
    /// What decided: `agent.vendor`, `routing.rules[N]`, `routing.default`, `import`.
    pub because: String,
    /// The vendor's id of it.
    pub remote_id: String,
}

/// How far the vendor is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sync {
    /// Whether the vendor has what was last accepted.
    pub state: SyncState,
    /// The revision that the vendor has.
    pub observed_revision: u64,
    /// The fields that the vendor holds and cannot say back.
    pub unverifiable: Vec<String>,
}

/// Whether the vendor has what was last accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncState {
    /// It has.
    InSync,
}

/// What the store keeps in its document. Secrets are not in it.
#[derive(Serialize, Deserialize)]
struct Stored {
    record: Value,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    extensions: Map<String, Value>,
    envelope: Envelope,
    placement: Placement,
    report: Report,
    sync: Sync,
}

impl<R: Managed> Item<R> {
    /// A new item.
    pub fn new(body: Body<R>, placement: Placement, report: Report, unverifiable: Vec<String>) -> Self {
        let now = now();
        let sync = Sync { state: SyncState::InSync, observed_revision: 1, unverifiable };
        Self {
            id: id::new::<R>(),
            revision: 1,
            body,
            placement,
            report,
            sync,
            created_at: now,
            updated_at: now,
        }
    }

    /// The next revision of an item.
    pub fn next(&self, body: Body<R>, report: Report, unverifiable: Vec<String>) -> Self {
        let revision = self.revision + 1;
        let sync = Sync { state: SyncState::InSync, observed_revision: revision, unverifiable };
        Self { revision, body, report, sync, updated_at: now(), ..self.clone() }
    }

    /// The item as the store keeps it.
    pub fn row(&self) -> Row {
        let stored = Stored {
            record: serde_json::to_value(&self.body.desired.record).unwrap_or_default(),
            extensions: self.body.desired.extensions.clone(),
            envelope: self.body.envelope.clone(),
            placement: self.placement.clone(),
            report: self.report.clone(),
            sync: self.sync.clone(),
        };
        Row {
            collection: R::COLLECTION,
            id: self.id.clone(),
            revision: self.revision,
            vendor: self.placement.vendor.clone(),
            remote_id: Some(self.placement.remote_id.clone()),
            external_ref: self.body.envelope.external_ref.clone(),
            document: serde_json::to_value(stored).unwrap_or_default(),
            secrets: seal(&self.body.desired.record),
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }

    /// The item that a row keeps.
    ///
    /// # Errors
    /// `internal` for a row that this gateway did not write.
    pub fn of(row: Row) -> Result<Self> {
        let Row { id, revision, document, secrets, created_at, updated_at, .. } = row;
        let damaged = |why: String| {
            Error::new(Kind::Internal, format!("The stored {} {id} cannot be read: {why}", R::NAME))
        };
        let mut stored: Stored =
            serde_json::from_value(document).map_err(|error| damaged(error.to_string()))?;
        unseal(&mut stored.record, secrets.as_ref());
        let record = switchboard_core::read(&stored.record).map_err(|error| damaged(error.detail))?;
        let desired = Desired { record, extensions: stored.extensions };
        let body = Body { desired, envelope: stored.envelope };
        let Stored { placement, report, sync, .. } = stored;
        Ok(Self { id, revision, body, placement, report, sync, created_at, updated_at })
    }

    /// The item as the API answers it.
    pub fn answer(&self) -> Value {
        let mut answer = Map::from_iter([("id".to_owned(), self.id.clone().into())]);
        if let Value::Object(body) = self.body.document() {
            answer.extend(body);
        }
        let outputs = [
            ("placement", serde_json::to_value(&self.placement)),
            ("sync", serde_json::to_value(&self.sync)),
            ("translation", serde_json::to_value(&self.report)),
            ("revision", Ok(self.revision.into())),
            ("created_at", Ok(self.created_at.to_string().into())),
            ("updated_at", Ok(self.updated_at.to_string().into())),
        ];
        answer.extend(outputs.map(|(name, value)| (name.to_owned(), value.unwrap_or_default())));
        Value::Object(answer)
    }
}

/// The present, in whole microseconds: what the store keeps, so that every later answer says the same.
fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
}

/// The secrets of a record as one text, for the store to encrypt.
fn seal<R: Root>(record: &R) -> Option<SecretString> {
    let secrets = record.secrets();
    let clear: BTreeMap<_, _> =
        secrets.iter().map(|(pointer, secret)| (pointer, secret.expose_secret())).collect();
    (!clear.is_empty()).then(|| serde_json::to_string(&clear).unwrap_or_default().into())
}

/// Puts the secrets of a stored text where they belong.
fn unseal(record: &mut Value, secrets: Option<&SecretString>) {
    let Some(secrets) = secrets else { return };
    let clear: BTreeMap<String, String> = serde_json::from_str(secrets.expose_secret()).unwrap_or_default();
    for (pointer, secret) in clear {
        schema::put(record, &pointer, secret.into());
    }
}
