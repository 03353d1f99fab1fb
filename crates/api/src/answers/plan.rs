//! Dry runs of writes.

use serde::Serialize;
use serde_json::{Map, Value};
use switchboard_core::{
    model::schema,
    rule::{Report, Unread},
};
use switchboard_engine::{ImportPreview, PassedOver, PlacementAnswer, Preview, PreviewedRequest};
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

/// The requests that a write would send, and the losses that it would have.
#[derive(Debug, Serialize, ToSchema)]
pub struct Plan {
    #[schema(value_type = PlacementAnswer<'static>)]
    placement: PlannedPlacement,
    /// The requests that the vendor would be sent, secrets masked; empty if it would be sent none.
    requests: Vec<PlannedRequest>,
    translation: Report,
    /// The fields that would change.
    diff: Vec<FieldDifference>,
}

/// A placement before the creation: no vendor has an id of the record.
#[derive(Debug, Serialize)]
struct PlannedPlacement {
    vendor: String,
    adapter: &'static str,
    because: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    passed_over: Vec<PassedOver>,
}

/// A request that the vendor would be sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlannedRequest {
    /// The name of the vendor's operation.
    operation: &'static str,
    /// The HTTP method.
    #[schema(schema_with = methods)]
    method: &'static str,
    /// The path below the vendor's base URL.
    path: String,
    /// The query parameters.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    query: Map<String, Value>,
    /// The JSON body, secrets masked.
    #[schema(required)]
    body: Option<Value>,
}

fn methods() -> RefOr<Schema> {
    schema::one_of("The HTTP method.", ["GET", "POST", "PUT", "PATCH", "DELETE"])
}

/// A field that would change.
#[derive(Debug, Serialize, ToSchema)]
struct FieldDifference {
    /// The field, as a JSON pointer.
    field: String,
    /// The present value; null if the field has none.
    before: Value,
    /// The value after the change; null if the field has none.
    after: Value,
}

/// A dry run of an import: the record that the gateway would keep, the requests that it would send, and the losses.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportPlan {
    #[serde(flatten)]
    #[schema(ignore)]
    plan: Plan,
    /// The record under the name of its kind.
    #[serde(flatten)]
    #[schema(ignore)]
    record: Map<String, Value>,
    /// The values of the vendor's record that the record here cannot have; they stay at the vendor.
    unread: Vec<Unread>,
}

impl From<Preview> for Plan {
    fn from(preview: Preview) -> Self {
        let Preview { vendor, adapter, because, passed_over, requests, report, diff } = preview;
        let diff = diff.into_iter().map(|(field, before, after)| FieldDifference { field, before, after });
        Self {
            placement: PlannedPlacement { vendor, adapter, because, passed_over },
            requests: requests.into_iter().map(PlannedRequest::from).collect(),
            translation: report,
            diff: diff.collect(),
        }
    }
}

impl From<PreviewedRequest> for PlannedRequest {
    fn from(request: PreviewedRequest) -> Self {
        let PreviewedRequest { operation, method, path, query, body } = request;
        let query = query.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        Self { operation, method, path, query, body }
    }
}

impl ImportPlan {
    /// Makes the answer for a record of this kind.
    pub fn new(kind: &str, preview: ImportPreview) -> Self {
        let ImportPreview { plan, record, unread } = preview;
        Self { plan: plan.into(), record: Map::from_iter([(kind.to_owned(), record)]), unread }
    }
}
