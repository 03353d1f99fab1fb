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

/// A dry run of a write: the placement, the requests that the gateway would send to the vendor, and the losses.
#[derive(Debug, Serialize, ToSchema)]
pub struct Plan {
    #[schema(value_type = PlacementAnswer<'static>)]
    placement: PlannedPlacement,
    /// The requests that the gateway would send to the vendor, with secrets masked; empty if the gateway would send no
    /// request.
    requests: Vec<PlannedRequest>,
    translation: Report,
    /// The fields of the record that would change.
    diff: Vec<FieldDifference>,
}

/// The placement of a record in a plan, without the remote id.
#[derive(Debug, Serialize)]
pub(super) struct PlannedPlacement {
    pub vendor: String,
    pub adapter: &'static str,
    pub because: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub passed_over: Vec<PassedOver>,
}

/// A request that the gateway would send to the vendor.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlannedRequest {
    /// The name of the vendor's API operation.
    operation: &'static str,
    /// The HTTP method of the request.
    #[schema(schema_with = methods)]
    method: &'static str,
    /// The path of the request, below the vendor's base URL.
    path: String,
    /// The query parameters of the request, by name.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    query: Map<String, Value>,
    /// The JSON body of the request, with secrets masked. A string with the length and the media type if the body is
    /// not JSON; null if the request has no body.
    #[schema(required)]
    body: Option<Value>,
}

fn methods() -> RefOr<Schema> {
    schema::one_of("The HTTP method of the request.", ["GET", "POST", "PUT", "PATCH", "DELETE"])
}

/// A field of the record that would change.
#[derive(Debug, Serialize, ToSchema)]
struct FieldDifference {
    /// The field, as a JSON pointer.
    field: String,
    /// The current value of the field; null if the field has no value.
    before: Value,
    /// The value of the field after the change; null if the change removes the value.
    after: Value,
}

/// A dry run of an import: the record that the gateway would store, the requests that it would send to the vendor, and the
/// losses.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportPlan {
    #[serde(flatten)]
    #[schema(ignore)]
    plan: Plan,
    /// The record, under the name of its kind, such as `agent`.
    #[serde(flatten)]
    #[schema(ignore)]
    record: Map<String, Value>,
    /// The values of the vendor's record that the gateway cannot represent. These values remain at the vendor.
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
    /// Builds the answer for a record of this kind.
    pub fn new(kind: &str, preview: ImportPreview) -> Self {
        let ImportPreview { plan, record, unread } = preview;
        Self { plan: plan.into(), record: Map::from_iter([(kind.to_owned(), record)]), unread }
    }
}
