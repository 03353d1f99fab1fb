//! A record with its state, and its stored form.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use switchboard_core::{
    error::{Error, Kind, Result},
    model::id,
    rule::{Comparison, Report},
};
use switchboard_store::{Document, Revision, Row};

use super::{
    Managed, Observation, RecordedError, SyncState, Uncertainty, Visibility,
    body::Body,
    body_document::{BodyDocument, Stored as StoredBody},
    damaged, former, now, sealed,
    searchable::IndexedValues,
    status::{Placement, Sync},
};

/// A stored record with its state.
#[derive(Debug, Clone, PartialEq)]
pub struct Item<R> {
    /// The gateway's id.
    pub id: String,
    /// The number of the accepted desired state, counted from 1.
    pub revision: u64,
    /// The version of the stored row, counted from 1.
    pub version: u64,
    /// The visibility in the API.
    pub visibility: Visibility,
    /// The id of the owner, if this item is a successor, leftover or standby of another record.
    pub owner: Option<String>,
    /// The ids of the standbys, by the configured vendor to which the record can return.
    pub standbys: BTreeMap<String, String>,
    /// The desired state and the envelope, shared by the copies of the item.
    pub body: Arc<Body<R>>,
    /// The placement.
    pub placement: Placement,
    /// The translation report of the vendor's record.
    pub report: Report,
    /// The sync state.
    pub sync: Sync,
    /// The uncertainty about the vendor's record.
    pub uncertainty: Uncertainty,
    /// The time of the creation.
    pub created_at: Timestamp,
    /// The time at which the present revision was created. A change to only the sync state, placement or report does
    /// not affect this time.
    pub updated_at: Timestamp,
    /// A cache of the body's stored form.
    pub(crate) document: BodyDocument,
    /// The values by which the search index finds the stored version.
    pub(crate) indexed: IndexedValues,
}

/// The document of a stored record, for reading. It contains no secrets.
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

/// The document of a stored record, for writing.
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
    /// Returns true if the vendor has, or may have, the record or a part of it.
    pub fn is_at_vendor(&self) -> bool {
        self.placement.remote_id.is_some()
            || !self.placement.parts.is_empty()
            || self.uncertainty.creation_requested_at.is_some()
    }

    /// Creates a pending item with a new id, at revision 1.
    pub fn new(
        body: impl Into<Arc<Body<R>>>,
        placement: Placement,
        report: Report,
        unverifiable: Vec<String>,
    ) -> Self {
        let now = now();
        let sync = Sync {
            state: SyncState::Unknown,
            observed_revision: None,
            unverifiable,
            drift: Vec::new(),
            last_error: None,
            operation_id: None,
            settles_at: None,
        };
        Self {
            id: id::new::<R>(),
            revision: 1,
            version: 1,
            visibility: Visibility::Pending,
            owner: None,
            standbys: BTreeMap::new(),
            body: body.into(),
            placement,
            report,
            sync,
            uncertainty: Uncertainty::default(),
            created_at: now,
            updated_at: now,
            document: BodyDocument::default(),
            indexed: IndexedValues::default(),
        }
    }

    /// Returns the item with the next revision number and this body.
    pub fn next(&self, body: Arc<Body<R>>, report: Report, unverifiable: Vec<String>) -> Self {
        let sync = Sync { unverifiable, ..self.sync.clone() };
        let document = BodyDocument::default();
        Self { revision: self.revision + 1, body, document, report, sync, updated_at: now(), ..self.clone() }
    }

    /// Converts the item to its stored form.
    ///
    /// # Errors
    /// `internal` if the item cannot be serialised.
    pub fn row(&self) -> Result<Row> {
        let stored = Storing {
            asked: self.document.for_body(&self.body)?,
            placement: &self.placement,
            report: &self.report,
            sync: &self.sync,
            uncertainty: &self.uncertainty,
            visibility: self.visibility,
            owner: self.owner.as_deref(),
            standbys: &self.standbys,
        };
        // Deleted and standby records do not occupy the external reference. The remote id remains until the vendor has
        // removed the record.
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
            secrets: sealed::write(&self.body.desired.record, &self.placement.parts)?.into(),
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }

    /// Reads a stored item.
    ///
    /// # Errors
    /// `internal` if the stored row cannot be read.
    pub fn from_row(row: Row) -> Result<Self> {
        let Row { id, revision, version, document, secrets, created_at, updated_at, .. } = row;
        let damaged = |why: String| damaged(R::NAME, &id, why);
        let stored: Stored = document.read().map_err(|error| damaged(error.to_string()))?;
        let Stored { asked, mut placement, mut report, mut sync, uncertainty, visibility, owner, standbys } =
            stored;
        former::replace_in_report::<R>(&mut report);
        former::replace_in_sync::<R>(&mut sync);
        let secrets = secrets.read()?;
        let body = Body::from_stored(asked, secrets).map_err(|error| damaged(error.detail))?;
        sealed::restore_parts::<R>(secrets, &mut placement.parts)?;
        let item = Self {
            id,
            revision,
            version,
            visibility,
            owner,
            standbys,
            body: Arc::new(body),
            placement,
            report,
            sync,
            uncertainty,
            created_at,
            updated_at,
            document: BodyDocument::default(),
            indexed: IndexedValues::default(),
        };
        Ok(item.with_indexed_values())
    }

    /// Converts the present revision to its stored form.
    ///
    /// # Errors
    /// `internal` if the item cannot be serialised.
    pub fn revision_row(&self) -> Result<Revision> {
        Ok(Revision {
            collection: R::COLLECTION,
            record: self.id.clone(),
            number: self.revision,
            document: self.document.for_body(&self.body)?.get().to_owned().into(),
            secrets: self.body.secrets()?.into(),
            created_at: self.updated_at,
        })
    }

    /// Returns a copy of the item with the sync state `missing` and without an operation. A write stores this copy when
    /// the vendor no longer has the record.
    #[must_use]
    pub fn with_lost_record(&self) -> Self {
        let mut item = self.with_observation(&Observation::Missing);
        item.sync.operation_id = None;
        item.sync.settles_at = None;
        item
    }

    /// Returns the item with the result of an observation at the vendor.
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
        // The vendor is not known to have the latest revision, so the observation may concern an older one. It
        // therefore changes only the drift and the report, and not the sync state.
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
