//! Records in the form that the API returns.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};
use switchboard_core::{error::Result, rule::Report};
use utoipa::ToSchema;

use super::{
    Envelope, Item, Managed, not_serializable,
    status::{PassedOver, Placement, Sync},
};

impl<R: Managed> Item<R> {
    /// Returns the item in the form of the API.
    pub fn answer(&self) -> Answer<'_, R> {
        Answer {
            id: &self.id,
            envelope: &self.body.envelope,
            record: &self.body.desired.record,
            extensions: &self.body.desired.extensions,
            placement: PlacementAnswer::of_record(&self.placement, &self.standbys),
            sync: &self.sync,
            translation: &self.report,
            revision: self.revision,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }

    /// Serialises the item in the form of the API.
    ///
    /// # Errors
    /// `internal` if the item cannot be serialised.
    pub fn json(&self) -> Result<String> {
        serde_json::to_string(&self.answer()).map_err(|cause| not_serializable(R::NAME, cause))
    }
}

/// A record in the form of the API. The schema of this type has only the members that the gateway sets.
#[derive(Serialize, ToSchema)]
#[schema(bound = "R: ToSchema")]
pub struct Answer<'a, R> {
    /// The record's id.
    id: &'a str,
    #[serde(flatten)]
    #[schema(ignore)]
    envelope: &'a Envelope,
    #[serde(flatten)]
    #[schema(ignore)]
    record: &'a R,
    #[serde(skip_serializing_if = "Map::is_empty")]
    #[schema(ignore)]
    extensions: &'a Map<String, Value>,
    placement: PlacementAnswer<'a>,
    sync: &'a Sync,
    translation: &'a Report,
    /// The number of the accepted desired state, counted from 1. This number is also the record's ETag.
    #[schema(minimum = 1)]
    revision: u64,
    /// The time at which the record was created.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// The time at which the present revision was stored. A change to only `sync`, `placement` or `translation` does
    /// not affect this time.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// The vendor that runs a record, and the reason for the choice.
#[derive(Serialize, ToSchema)]
#[schema(as = Placement)]
pub struct PlacementAnswer<'a> {
    /// The configured vendor that runs the record.
    pub vendor: &'a str,
    /// The adapter of the vendor.
    pub adapter: &'a str,
    /// The reason for the choice. The record itself names the vendor (`agent.vendor` or `trunk.vendor`), the gateway's
    /// configuration chose the vendor (`routing.rules[N]`, with N counted from 0, or `routing.default`), the record was
    /// imported (`import`), or a migration request named the vendor (`migration`).
    pub because: &'a str,
    /// The vendors that routing rules preferred but that do not meet the rules' requirements. Omitted if empty.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub passed_over: &'a [PassedOver],
    /// The vendor's id of the record. Omitted in a plan. Null until the vendor has returned the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub remote_id: Option<Option<&'a str>>,
    /// The configured vendors that ran the record earlier and still have a copy. The record can move back to these vendors.
    /// Omitted if empty.
    #[serde(rename = "kept_at", skip_serializing_if = "Vec::is_empty")]
    pub standby_vendors: Vec<&'a str>,
}

impl<'a> PlacementAnswer<'a> {
    fn of_record(placement: &'a Placement, standbys: &'a BTreeMap<String, String>) -> Self {
        let Placement { vendor, adapter, because, passed_over, remote_id, .. } = placement;
        Self {
            vendor,
            adapter,
            because,
            passed_over,
            remote_id: Some(remote_id.as_deref()),
            standby_vendors: standbys.keys().map(String::as_str).collect(),
        }
    }
}
