//! A record as the gateway keeps it, in memory and in the store.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use switchboard_core::{Error, Kind, Report, Result, id};
use switchboard_store::{Revision, Row};

use super::{
    Managed, body,
    body::{Body, Envelope},
    state::{Placement, Sync, SyncState, Uncertainty, Visibility, now},
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
}

/// What the store keeps in its document. Secrets are not in it.
#[derive(Serialize, Deserialize)]
struct Stored {
    asked: body::Stored,
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

impl<R: Managed> Item<R> {
    /// A new item that nobody is shown yet.
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
        }
    }

    /// The next revision of an item.
    pub fn next(&self, body: Body<R>, report: Report, unverifiable: Vec<String>) -> Self {
        let sync = Sync { unverifiable, ..self.sync.clone() };
        Self { revision: self.revision + 1, body, report, sync, updated_at: now(), ..self.clone() }
    }

    /// The item as the store keeps it.
    pub fn row(&self) -> Row {
        let stored = Stored {
            asked: self.body.stored(),
            placement: self.placement.clone(),
            report: self.report.clone(),
            sync: self.sync.clone(),
            uncertainty: self.uncertainty.clone(),
            visibility: self.visibility,
            owner: self.owner.clone(),
            standbys: self.standbys.clone(),
        };
        // What is being deleted leaves its name to others, but not its place at the vendor.
        let named = matches!(self.visibility, Visibility::Pending | Visibility::Listed);
        let external_ref = self.body.envelope.external_ref.clone().filter(|_| named);
        Row {
            collection: R::COLLECTION,
            id: self.id.clone(),
            revision: self.revision,
            version: self.version,
            hidden: self.visibility != Visibility::Listed,
            vendor: self.placement.vendor.clone(),
            remote_id: self.placement.remote_id.clone(),
            external_ref,
            document: serde_json::to_value(stored).unwrap_or_default(),
            secrets: self.body.secrets(),
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }

    /// The item that a row keeps.
    ///
    /// # Errors
    /// `internal` for a row that this gateway did not write.
    pub fn from_row(row: Row) -> Result<Self> {
        let Row { id, revision, version, document, secrets, created_at, updated_at, .. } = row;
        let damaged = |why: String| damaged(R::NAME, &id, why);
        let stored: Stored = serde_json::from_value(document).map_err(|error| damaged(error.to_string()))?;
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
        })
    }

    /// The present revision as the store keeps it.
    pub fn revision_row(&self) -> Revision {
        Revision {
            collection: R::COLLECTION,
            record: self.id.clone(),
            number: self.revision,
            document: serde_json::to_value(self.body.stored()).unwrap_or_default(),
            secrets: self.body.secrets(),
            created_at: self.updated_at,
        }
    }

    /// The item as the API answers it.
    pub fn answer(&self) -> Answer<'_, R> {
        Answer {
            id: &self.id,
            envelope: &self.body.envelope,
            record: &self.body.desired.record,
            extensions: &self.body.desired.extensions,
            placement: PlacementAnswer {
                placement: &self.placement,
                standby_vendors: self.standbys.keys().map(String::as_str).collect(),
            },
            sync: &self.sync,
            translation: &self.report,
            revision: self.revision,
            created_at: self.created_at.to_string(),
            updated_at: self.updated_at.to_string(),
        }
    }

    /// The answer as JSON.
    pub fn json(&self) -> String {
        serde_json::to_string(&self.answer()).unwrap_or_default()
    }
}

/// An item as the API answers it.
#[derive(Serialize)]
pub struct Answer<'a, R> {
    id: &'a str,
    #[serde(flatten)]
    envelope: &'a Envelope,
    #[serde(flatten)]
    record: &'a R,
    #[serde(skip_serializing_if = "Map::is_empty")]
    extensions: &'a Map<String, Value>,
    placement: PlacementAnswer<'a>,
    sync: &'a Sync,
    translation: &'a Report,
    revision: u64,
    created_at: String,
    updated_at: String,
}

/// A placement as the API answers it.
#[derive(Serialize)]
struct PlacementAnswer<'a> {
    #[serde(flatten)]
    placement: &'a Placement,
    /// The vendors that keep a record of it for the way back.
    #[serde(rename = "kept_at", skip_serializing_if = "Vec::is_empty")]
    standby_vendors: Vec<&'a str>,
}

/// The error of something stored that this gateway did not write.
pub(super) fn damaged(kind: &str, id: &str, why: String) -> Error {
    Error::new(Kind::Internal, format!("The stored {kind} {id} cannot be read: {why}"))
}
