//! Records as the API returns them.

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
    /// Gives the item as the API returns it.
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

    /// Writes the answer as JSON.
    ///
    /// # Errors
    /// `internal` if it cannot be serialised.
    pub fn json(&self) -> Result<String> {
        serde_json::to_string(&self.answer()).map_err(|cause| not_serializable(R::NAME, cause))
    }
}

/// A record as the API returns it. Its schema has only the members that the gateway writes.
#[derive(Serialize, ToSchema)]
#[schema(bound = "R: ToSchema")]
pub struct Answer<'a, R> {
    /// The id.
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
    /// The number of accepted writes; also the ETag.
    #[schema(minimum = 1)]
    revision: u64,
    /// The time of the creation.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// The time of the last change.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// The vendor that runs a record, and the reason.
#[derive(Serialize, ToSchema)]
#[schema(as = Placement)]
pub struct PlacementAnswer<'a> {
    /// The configured vendor.
    pub vendor: &'a str,
    /// The adapter of the vendor.
    pub adapter: &'a str,
    /// The deciding entry: `agent.vendor`, `routing.rules[N]`, `routing.default`, `import` or `migration`.
    pub because: &'a str,
    /// The vendors that rules led to and that do not hold the fields that the rules demand; omitted if empty.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub passed_over: &'a [PassedOver],
    /// The vendor's id of the record; absent in a plan, null until the vendor has confirmed the creation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub remote_id: Option<Option<&'a str>>,
    /// The configured vendors that keep a copy of the record from before it moved, for the way back; omitted if empty.
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
