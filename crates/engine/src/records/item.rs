//! A record as the gateway keeps it, in memory and in the store.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use switchboard_core::{Comparison, Error, Kind, Report, Result, id};
use switchboard_store::{Document, Revision, Row};

use super::{
    Managed, Observation, RecordedError, SyncState, Uncertainty, Visibility,
    body::Body,
    body_document::{BodyDocument, Stored as StoredBody},
    damaged, not_serializable, now,
    status::{Placement, Sync},
};

/// A stored record with everything that is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Item<R> {
    /// Our id.
    pub id: String,
    /// Counts the accepted writes, from 1.
    pub revision: u64,
    /// Counts everything that was stored of it.
    pub version: u64,
    /// Whether the API has it: a creation that is not accepted and a deletion that was accepted are not shown.
    pub visibility: Visibility,
    /// The record that it belongs to, where it is only the place of another one at a vendor.
    pub owner: Option<String>,
    /// What it left at vendors that it can go back to: by configured vendor, the id of the item that keeps the place.
    pub standbys: BTreeMap<String, String>,
    /// What is asked, and what is kept beside it.
    pub body: Body<R>,
    /// Where it runs.
    pub placement: Placement,
    /// What the vendor holds of it.
    pub report: Report,
    /// How far the vendor is.
    pub sync: Sync,
    /// What is not certain about the vendor.
    pub uncertainty: Uncertainty,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// The body as the store keeps it.
    pub(crate) document: BodyDocument,
}

/// What the store keeps in a record's document, as it is read. Secrets are not in it.
#[derive(Deserialize)]
struct Stored {
    asked: StoredBody,
    placement: Placement,
    report: Report,
    sync: Sync,
    #[serde(default, rename = "doubt")]
    uncertainty: Uncertainty,
    #[serde(default, rename = "shown")]
    visibility: Visibility,
    #[serde(default, rename = "belongs_to", skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    #[serde(default, rename = "aside", skip_serializing_if = "BTreeMap::is_empty")]
    standbys: BTreeMap<String, String>,
}

/// What the store keeps in a record's document, as it is written.
#[derive(Serialize)]
struct Storing<'a> {
    asked: &'a RawValue,
    placement: &'a Placement,
    report: &'a Report,
    sync: &'a Sync,
    #[serde(rename = "doubt")]
    uncertainty: &'a Uncertainty,
    #[serde(rename = "shown")]
    visibility: Visibility,
    #[serde(rename = "belongs_to", skip_serializing_if = "Option::is_none")]
    owner: Option<&'a str>,
    #[serde(rename = "aside", skip_serializing_if = "BTreeMap::is_empty")]
    standbys: &'a BTreeMap<String, String>,
}

impl<R: Managed> Item<R> {
    /// Makes a new item that nobody is shown yet.
    pub fn new(body: Body<R>, placement: Placement, report: Report, unverifiable: Vec<String>) -> Self {
        let now = now();
        let sync = Sync {
            state: SyncState::Unknown,
            observed_revision: None,
            unverifiable,
            drift: Vec::new(),
            last_error: None,
            operation_id: None,
        };
        Self {
            id: id::new::<R>(),
            revision: 1,
            version: 1,
            visibility: Visibility::Pending,
            owner: None,
            standbys: BTreeMap::new(),
            body,
            placement,
            report,
            sync,
            uncertainty: Uncertainty::default(),
            created_at: now,
            updated_at: now,
            document: BodyDocument::default(),
        }
    }

    /// The next revision of an item.
    pub fn next(&self, body: Body<R>, report: Report, unverifiable: Vec<String>) -> Self {
        let sync = Sync { unverifiable, ..self.sync.clone() };
        let document = BodyDocument::default();
        Self { revision: self.revision + 1, body, document, report, sync, updated_at: now(), ..self.clone() }
    }

    /// Writes the item as the store keeps it.
    ///
    /// # Errors
    /// `internal` where it cannot be serialised.
    pub fn row(&self) -> Result<Row> {
        let body = self.document.for_body(&self.body)?;
        let stored = Storing {
            asked: serde_json::from_str(body.as_str()).map_err(|cause| not_serializable(R::NAME, cause))?,
            placement: &self.placement,
            report: &self.report,
            sync: &self.sync,
            uncertainty: &self.uncertainty,
            visibility: self.visibility,
            owner: self.owner.as_deref(),
            standbys: &self.standbys,
        };
        // What is being deleted leaves its name to others, but not its place at the vendor.
        let named = matches!(self.visibility, Visibility::Pending | Visibility::Listed);
        let external_ref = self.body.envelope.external_ref.clone().filter(|_| named);
        Ok(Row {
            collection: R::COLLECTION,
            id: self.id.clone(),
            revision: self.revision,
            version: self.version,
            hidden: self.visibility != Visibility::Listed,
            vendor: self.placement.vendor.clone(),
            remote_id: self.placement.remote_id.clone(),
            external_ref,
            document: Document::new(&stored)?,
            secrets: self.body.secrets()?,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }

    /// The item that a row keeps.
    ///
    /// # Errors
    /// `internal` for a row that this gateway did not write.
    pub fn from_row(row: Row) -> Result<Self> {
        let Row { id, revision, version, document, secrets, created_at, updated_at, .. } = row;
        let damaged = |why: String| damaged(R::NAME, &id, why);
        let stored: Stored = document.read().map_err(|error| damaged(error.to_string()))?;
        let Stored { asked, placement, report, sync, uncertainty, visibility, owner, standbys } = stored;
        let body = Body::from_stored(asked, secrets.as_ref()).map_err(|error| damaged(error.detail))?;
        Ok(Self {
            id,
            revision,
            version,
            visibility,
            owner,
            standbys,
            body,
            placement,
            report,
            sync,
            uncertainty,
            created_at,
            updated_at,
            document: BodyDocument::default(),
        })
    }

    /// Writes the present revision as the store keeps it.
    ///
    /// # Errors
    /// `internal` where it cannot be serialised.
    pub fn revision_row(&self) -> Result<Revision> {
        Ok(Revision {
            collection: R::COLLECTION,
            record: self.id.clone(),
            number: self.revision,
            document: self.document.for_body(&self.body)?,
            secrets: self.body.secrets()?,
            created_at: self.updated_at,
        })
    }

    /// Gives the item with what was seen of it at the vendor.
    #[must_use]
    pub fn with_observation(&self, seen: &Observation) -> Self {
        let mut item = self.clone();
        let (state, drift, error) = match seen {
            Observation::Missing => {
                let detail = format!("The vendor no longer has the {}.", R::NAME);
                (SyncState::Missing, Vec::new(), Some(Error::new(Kind::StateConflict, detail)))
            }
            Observation::Record(Comparison { drift, regained }) => {
                item.report.mark_persisted(regained);
                let state = if drift.is_empty() { SyncState::InSync } else { SyncState::Drifted };
                (state, drift.clone(), None)
            }
        };
        // That the vendor still has an older revision does not settle one that it refused or was never sent.
        if item.sync.observed_revision != Some(item.revision) && state != SyncState::Missing {
            item.sync.drift = drift;
            return item;
        }
        if item.sync.state != state {
            item.sync.last_error = error.map(|error| RecordedError::now(&error));
        }
        item.sync.state = state;
        item.sync.drift = drift;
        item
    }
}
