//! Revisions: the numbered desired states of a record.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};
use switchboard_core::error::Result;
use switchboard_store as store;
use utoipa::ToSchema;

use super::{Managed, body::Body, body_document::Stored, damaged};

/// A desired state of a record, accepted or proposed.
#[derive(Debug)]
pub struct Revision<R> {
    /// The number of the revision.
    pub number: u64,
    /// The desired state and the envelope.
    pub body: Arc<Body<R>>,
    /// The time at which the revision was created.
    pub created_at: Timestamp,
}

impl<R: Managed> Revision<R> {
    /// Reads a stored revision.
    ///
    /// # Errors
    /// `internal` if the stored revision cannot be read.
    pub fn from_stored(stored: store::Revision) -> Result<Self> {
        let store::Revision { record, number, document, secrets, created_at, .. } = stored;
        let damaged = |why: String| damaged(R::NAME, &format!("{record}, revision {number}"), why);
        let stored: Stored = document.read().map_err(|error| damaged(error.to_string()))?;
        let body = Body::from_stored(stored, secrets.read()?).map_err(|error| damaged(error.detail))?;
        Ok(Self { number, body: Arc::new(body), created_at })
    }

    /// Returns the revision in the form of the API.
    ///
    /// # Errors
    /// `internal` if the revision cannot be serialised.
    pub fn answer(&self) -> Result<RevisionAnswer> {
        Ok(RevisionAnswer {
            revision: self.number,
            created_at: self.created_at,
            record: Map::from_iter([(R::NAME.to_owned(), self.body.document()?)]),
        })
    }
}

/// An accepted desired state of a record.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevisionAnswer {
    /// The number of the revision.
    #[schema(minimum = 1)]
    revision: u64,
    /// The time at which the revision was created.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// The record under the name of its kind, with all members that a caller can set, without secrets.
    #[serde(flatten)]
    #[schema(ignore)]
    record: Map<String, Value>,
}
