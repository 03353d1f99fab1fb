//! `/v1/trunks`

use axum::extract::{Path, State};
use switchboard_core::Trunk;

use super::{
    Api, examples,
    openapi::{
        problems::{
            ChangePlanned, Listed, Read, Removed, TrunkChanged, TrunkCreated, TrunkPlanned, TrunkReplaced,
        },
        schemas::{NewTrunk, OperationAnswer, Plan, TrunkAnswer, TrunkList, TrunkPatch},
    },
    records::{self, Result},
};
use crate::edge::{
    body::Json, precondition::IfMatch, prefer::Prefer, query::Query, write_headers::WriteHeaders,
};

/// Create a trunk
///
/// Makes the trunk at the vendor that its route leads to, then keeps it. The answer says what the vendor holds of it,
/// field by field, under `translation`. A vendor that does not take it now is asked again in the background.
#[utoipa::path(
    post, path = "/v1/trunks", tag = "trunks", operation_id = "createTrunk",
    request_body(content = NewTrunk, example = json!(examples::new_trunk())),
    responses(
        (status = 201, description = "Made at the vendor and kept.",
            headers(("ETag" = String, description = "The revision."), ("Location" = String, description = "Where the trunk is.")),
            body = TrunkAnswer, example = json!(examples::trunk())),
        (status = 202, description = "Kept; the vendor has not taken it yet. The operation says how far it is.",
            headers(("ETag" = String, description = "The revision."), ("Location" = String, description = "Where the operation is."),
                ("Retry-After" = u64, description = "Seconds until it is worth looking.")),
            body = TrunkAnswer, example = json!(examples::accepted_trunk())),
        TrunkCreated,
    ),
    params(super::openapi::params::Prefer, super::openapi::params::Write),
)]
pub async fn create(State(api): State<Api>, query: Query, headers: WriteHeaders, Json(body): Json) -> Result {
    query.finish()?;
    records::create::<Trunk>(api, headers, body).await
}

/// List trunks
///
/// Oldest first. `next_cursor` is null at the end, and only there.
#[utoipa::path(
    get, path = "/v1/trunks", tag = "trunks", operation_id = "listTrunks",
    responses((status = 200, description = "A page.", body = TrunkList, example = json!(examples::trunks())), Listed),
    params(super::openapi::params::List),
)]
pub async fn list(State(api): State<Api>, query: Query) -> Result {
    records::list::<Trunk>(api, query).await
}

/// Read a trunk
///
/// As it was last accepted, without its secrets; no vendor is asked.
#[utoipa::path(
    get, path = "/v1/trunks/{id}", tag = "trunks", operation_id = "getTrunk",
    responses(
        (status = 200, description = "The trunk.",
            headers(("ETag" = String, description = "The revision.")),
            body = TrunkAnswer, example = json!(examples::trunk())),
        Read,
    ),
    params(super::openapi::params::TrunkId),
)]
pub async fn get(State(api): State<Api>, Path(id): Path<String>, query: Query) -> Result {
    records::get::<Trunk>(api, &id, query).await
}

/// Replace a trunk
///
/// All settable fields: what the body leaves out loses its value. Needs `If-Match`. A vendor that does not take it now is asked
/// again in the background, until it has this or a newer change.
#[utoipa::path(
    put, path = "/v1/trunks/{id}", tag = "trunks", operation_id = "replaceTrunk",
    request_body(content = NewTrunk, example = json!(examples::new_trunk())),
    responses(
        (status = 200, description = "Changed at the vendor and kept.",
            headers(("ETag" = String, description = "The revision.")),
            body = TrunkAnswer, example = json!(examples::trunk())),
        (status = 202, description = "Kept; the vendor has not taken it yet. The operation says how far it is.",
            headers(("ETag" = String, description = "The revision."), ("Location" = String, description = "Where the operation is."),
                ("Retry-After" = u64, description = "Seconds until it is worth looking.")),
            body = TrunkAnswer, example = json!(examples::accepted_trunk())),
        TrunkReplaced,
    ),
    params(super::openapi::params::TrunkId, super::openapi::params::RequiredIfMatch, super::openapi::params::Prefer, super::openapi::params::Write),
)]
pub async fn replace(
    State(api): State<Api>,
    Path(id): Path<String>,
    query: Query,
    expected: IfMatch,
    headers: WriteHeaders,
    Json(body): Json,
) -> Result {
    query.finish()?;
    records::replace::<Trunk>(api, id, expected, headers, body).await
}

/// Change a trunk
///
/// A JSON merge patch (RFC 7396): what is left out stays, null clears. A patch that changes nothing asks no vendor. A vendor
/// that does not take it now is asked again in the background, until it has this or a newer change.
#[utoipa::path(
    patch, path = "/v1/trunks/{id}", tag = "trunks", operation_id = "patchTrunk",
    request_body(content = TrunkPatch, content_type = "application/merge-patch+json", example = json!(examples::trunk_patch())),
    responses(
        (status = 200, description = "Changed at the vendor and kept.",
            headers(("ETag" = String, description = "The revision.")),
            body = TrunkAnswer, example = json!(examples::trunk())),
        (status = 202, description = "Kept; the vendor has not taken it yet. The operation says how far it is.",
            headers(("ETag" = String, description = "The revision."), ("Location" = String, description = "Where the operation is."),
                ("Retry-After" = u64, description = "Seconds until it is worth looking.")),
            body = TrunkAnswer, example = json!(examples::accepted_trunk())),
        TrunkChanged,
    ),
    params(super::openapi::params::TrunkId, super::openapi::params::IfMatch, super::openapi::params::Prefer, super::openapi::params::Write),
)]
pub async fn patch(
    State(api): State<Api>,
    Path(id): Path<String>,
    query: Query,
    expected: IfMatch,
    headers: WriteHeaders,
    Json(body): Json,
) -> Result {
    query.finish()?;
    records::patch::<Trunk>(api, id, expected, headers, body).await
}

/// Delete a trunk
///
/// At the vendor too; `on_vendor=keep` only forgets it here. What the vendor no longer has counts as deleted. A vendor
/// that does not remove it now is asked again in the background.
#[utoipa::path(
    delete, path = "/v1/trunks/{id}", tag = "trunks", operation_id = "deleteTrunk",
    responses(
        (status = 204, description = "Gone."),
        (status = 202, description = "Gone here; the vendor has not removed it yet. The operation says how far it is.",
            headers(("Location" = String, description = "Where the operation is."),
                ("Retry-After" = u64, description = "Seconds until it is worth looking.")),
            body = OperationAnswer, example = json!(examples::removal())),
        Removed,
    ),
    params(super::openapi::params::TrunkId, super::openapi::params::IfMatch, super::openapi::params::OnVendor,
        super::openapi::params::Write),
)]
pub async fn delete(
    State(api): State<Api>,
    Path(id): Path<String>,
    query: Query,
    expected: IfMatch,
    headers: WriteHeaders,
) -> Result {
    records::delete::<Trunk>(api, id, expected, headers, query).await
}

/// Plan a trunk
///
/// A dry run of a creation, at any vendor: what would be sent and what would be lost. Asks the vendor for its
/// catalogues at most, and changes nothing.
#[utoipa::path(
    post, path = "/v1/trunks/plan", tag = "trunks", operation_id = "planTrunk",
    request_body(content = NewTrunk, example = json!(examples::new_trunk())),
    responses((status = 200, description = "The plan.", body = Plan, example = json!(examples::trunk_plan())), TrunkPlanned),
    params(super::openapi::params::Prefer),
)]
pub async fn plan_create(State(api): State<Api>, query: Query, prefer: Prefer, Json(body): Json) -> Result {
    query.finish()?;
    records::plan_create::<Trunk>(api, prefer, body).await
}

/// Plan a change of a trunk
///
/// A dry run of a merge patch. Reads the vendor's record where the vendor replaces whole records, and changes nothing.
#[utoipa::path(
    post, path = "/v1/trunks/{id}/plan", tag = "trunks", operation_id = "planTrunkPatch",
    request_body(content = TrunkPatch, example = json!(examples::trunk_patch())),
    responses((status = 200, description = "The plan.", body = Plan, example = json!(examples::trunk_patch_plan())), ChangePlanned),
    params(super::openapi::params::TrunkId, super::openapi::params::Prefer),
)]
pub async fn plan_patch(
    State(api): State<Api>,
    Path(id): Path<String>,
    query: Query,
    prefer: Prefer,
    Json(body): Json,
) -> Result {
    query.finish()?;
    records::plan_patch::<Trunk>(api, &id, prefer, body).await
}
