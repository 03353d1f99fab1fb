//! Revisions: the accepted desired states of a record.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};
use switchboard_core::error::Result;
use switchboard_store as store;
use utoipa::ToSchema;

use super::{Managed, body::Body, body_document::Stored, damaged};

/// An accepted desired state of a record.
#[derive(Debug)]
pub struct Revision<R> {
    /// The number.
    pub number: u64,
    /// The body.
    pub body: Body<R>,
    /// The time of the write.
    pub created_at: Timestamp,
}

impl<R: Managed> Revision<R> {
    /// Reads a stored revision.
    ///
    /// # Errors
    /// `internal` if no version of the gateway wrote it.
    pub fn from_stored(stored: store::Revision) -> Result<Self> {
        let store::Revision { record, number, document, secrets, created_at, .. } = stored;
        let damaged = |why: String| damaged(R::NAME, &format!("{record}, revision {number}"), why);
        let stored: Stored = document.read().map_err(|error| damaged(error.to_string()))?;
        let body = Body::from_stored(stored, secrets.as_ref()).map_err(|error| damaged(error.detail))?;
        Ok(Self { number, body, created_at })
    }

    /// Gives the revision as the API returns it.
    ///
    /// # Errors
    /// `internal` if it cannot be serialised.
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
    /// The time at which the revision was accepted.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// The record under the name of its kind: all that callers can set, without secrets.
    #[serde(flatten)]
    #[schema(ignore)]
    record: Map<String, Value>,
}
