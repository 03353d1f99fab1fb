//! `/v1/agents`

use axum::extract::{Path, State};
use switchboard_core::Agent;

use super::{
    Api, examples,
    openapi::{
        problems::{
            AgentPlanned, AgentsListed, ChangePlanned, Changed, Created, ImportPlanned, Read, Removed,
            Replaced, Restored, Revisions, Synced,
        },
        schemas::{
            AgentAnswer, AgentImport, AgentList, AgentPatch, ImportPlan, NewAgent, OperationAnswer, Plan,
            Revision, RevisionList, SyncRequest,
        },
    },
    records::{self, Result},
};
use crate::edge::{
    body::Json, precondition::IfMatch, prefer::Prefer, query::Query, write_headers::WriteHeaders,
};

/// Create an agent
///
/// Makes the agent at the vendor that its route leads to, then keeps it. The answer says what the vendor holds of it,
/// field by field, under `translation`. A vendor that does not take it now is asked again in the background.
#[utoipa::path(
    post, path = "/v1/agents", tag = "agents", operation_id = "createAgent",
    request_body(content = NewAgent, example = json!(examples::new_agent())),
    responses(
        (status = 201, description = "Made at the vendor and kept.",
            headers(("ETag" = String, description = "The revision."), ("Location" = String, description = "Where the agent is.")),
            body = AgentAnswer, example = json!(examples::agent())),
        (status = 202, description = "Kept; the vendor has not taken it yet. The operation says how far it is.",
            headers(("ETag" = String, description = "The revision."), ("Location" = String, description = "Where the operation is."),
                ("Retry-After" = u64, description = "Seconds until it is worth looking.")),
            body = AgentAnswer, example = json!(examples::accepted_agent())),
        Created,
    ),
    params(super::openapi::params::Prefer, super::openapi::params::Write),
)]
pub async fn create(State(api): State<Api>, query: Query, headers: WriteHeaders, Json(body): Json) -> Result {
    query.finish()?;
    records::create::<Agent>(api, headers, body).await
}

/// List agents
///
/// Oldest first. `next_cursor` is null at the end, and only there. With `placement=stale`, the agents that are not where their
/// pin and the configured routing lead now; vendors are asked for their catalogues at most, where a rule demands something.
#[utoipa::path(
    get, path = "/v1/agents", tag = "agents", operation_id = "listAgents",
    responses((status = 200, description = "A page.", body = AgentList, example = json!(examples::agents())), AgentsListed),
    params(super::openapi::params::List),
)]
pub async fn list(State(api): State<Api>, query: Query) -> Result {
    records::list::<Agent>(api, query).await
}

/// Read an agent
///
/// As it was last accepted; no vendor is asked.
#[utoipa::path(
    get, path = "/v1/agents/{id}", tag = "agents", operation_id = "getAgent",
    responses(
        (status = 200, description = "The agent.",
            headers(("ETag" = String, description = "The revision.")),
            body = AgentAnswer, example = json!(examples::agent())),
        Read,
    ),
    params(super::openapi::params::AgentId),
)]
pub async fn get(State(api): State<Api>, Path(id): Path<String>, query: Query) -> Result {
    records::get::<Agent>(api, &id, query).await
}

/// Replace an agent
///
/// All settable fields: what the body leaves out loses its value. Needs `If-Match`. A vendor that does not take it now is asked
/// again in the background, until it has this or a newer change.
#[utoipa::path(
    put, path = "/v1/agents/{id}", tag = "agents", operation_id = "replaceAgent",
    request_body(content = NewAgent, example = json!(examples::new_agent())),
    responses(
        (status = 200, description = "Changed at the vendor and kept.",
            headers(("ETag" = String, description = "The revision.")),
            body = AgentAnswer, example = json!(examples::agent())),
        (status = 202, description = "Kept; the vendor has not taken it yet. The operation says how far it is.",
            headers(("ETag" = String, description = "The revision."), ("Location" = String, description = "Where the operation is."),
                ("Retry-After" = u64, description = "Seconds until it is worth looking.")),
            body = AgentAnswer, example = json!(examples::accepted_agent())),
        Replaced,
    ),
    params(super::openapi::params::AgentId, super::openapi::params::RequiredIfMatch, super::openapi::params::Prefer, super::openapi::params::Write),
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
    records::replace::<Agent>(api, id, expected, headers, body).await
}

/// Change an agent
///
/// A JSON merge patch (RFC 7396): what is left out stays, null clears. A patch that changes nothing asks no vendor. A vendor
/// that does not take it now is asked again in the background, until it has this or a newer change.
#[utoipa::path(
    patch, path = "/v1/agents/{id}", tag = "agents", operation_id = "patchAgent",
    request_body(content = AgentPatch, content_type = "application/merge-patch+json", example = json!(examples::agent_patch())),
    responses(
        (status = 200, description = "Changed at the vendor and kept.",
            headers(("ETag" = String, description = "The revision.")),
            body = AgentAnswer, example = json!(examples::agent())),
        (status = 202, description = "Kept; the vendor has not taken it yet. The operation says how far it is.",
            headers(("ETag" = String, description = "The revision."), ("Location" = String, description = "Where the operation is."),
                ("Retry-After" = u64, description = "Seconds until it is worth looking.")),
            body = AgentAnswer, example = json!(examples::accepted_agent())),
        Changed,
    ),
    params(super::openapi::params::AgentId, super::openapi::params::IfMatch, super::openapi::params::Prefer, super::openapi::params::Write),
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
    records::patch::<Agent>(api, id, expected, headers, body).await
}

/// Delete an agent
///
/// At the vendor too; `on_vendor=keep` only forgets it here. What the vendor no longer has counts as deleted. A vendor
/// that does not remove it now is asked again in the background.
#[utoipa::path(
    delete, path = "/v1/agents/{id}", tag = "agents", operation_id = "deleteAgent",
    responses(
        (status = 204, description = "Gone."),
        (status = 202, description = "Gone here; the vendor has not removed it yet. The operation says how far it is.",
            headers(("Location" = String, description = "Where the operation is."),
                ("Retry-After" = u64, description = "Seconds until it is worth looking.")),
            body = OperationAnswer, example = json!(examples::removal())),
        Removed,
    ),
    params(super::openapi::params::AgentId, super::openapi::params::IfMatch, super::openapi::params::OnVendor,
        super::openapi::params::Write),
)]
pub async fn delete(
    State(api): State<Api>,
    Path(id): Path<String>,
    query: Query,
    expected: IfMatch,
    headers: WriteHeaders,
) -> Result {
    records::delete::<Agent>(api, id, expected, headers, query).await
}

/// Plan an agent
///
/// A dry run of a creation, at any vendor: what would be sent and what would be lost. Asks the vendor for its
/// catalogues at most, and changes nothing.
#[utoipa::path(
    post, path = "/v1/agents/plan", tag = "agents", operation_id = "planAgent",
    request_body(content = NewAgent, example = json!(examples::new_agent())),
    responses((status = 200, description = "The plan.", body = Plan, example = json!(examples::agent_plan())), AgentPlanned),
    params(super::openapi::params::Prefer),
)]
pub async fn plan_create(State(api): State<Api>, query: Query, prefer: Prefer, Json(body): Json) -> Result {
    query.finish()?;
    records::plan_create::<Agent>(api, prefer, body).await
}

/// Plan a change of an agent
///
/// A dry run of a merge patch. Reads the vendor's record where the vendor replaces whole records, and changes nothing.
#[utoipa::path(
    post, path = "/v1/agents/{id}/plan", tag = "agents", operation_id = "planAgentPatch",
    request_body(content = AgentPatch, example = json!(examples::agent_patch())),
    responses((status = 200, description = "The plan.", body = Plan, example = json!(examples::agent_patch_plan())), ChangePlanned),
    params(super::openapi::params::AgentId, super::openapi::params::Prefer),
)]
pub async fn plan_patch(
    State(api): State<Api>,
    Path(id): Path<String>,
    query: Query,
    prefer: Prefer,
    Json(body): Json,
) -> Result {
    query.finish()?;
    records::plan_patch::<Agent>(api, &id, prefer, body).await
}

/// Import an agent
///
/// Takes over an agent that a vendor has already. Where the vendor can be read, its values are the agent's, and what
/// the body gives beside them is changed at the vendor; else the body gives them all. The agent is pinned to the vendor unless `pin`
/// is false.
#[utoipa::path(
    post, path = "/v1/agents/import", tag = "agents", operation_id = "importAgent",
    request_body(content = AgentImport, example = json!(examples::agent_import())),
    responses(
        (status = 201, description = "Kept.",
            headers(("ETag" = String, description = "The revision."), ("Location" = String, description = "Where the agent is.")),
            body = AgentAnswer, example = json!(examples::agent())),
        (status = 202, description = "Kept; the vendor has not taken it yet. The operation says how far it is.",
            headers(("ETag" = String, description = "The revision."), ("Location" = String, description = "Where the operation is."),
                ("Retry-After" = u64, description = "Seconds until it is worth looking.")),
            body = AgentAnswer, example = json!(examples::accepted_agent())),
        Created,
    ),
    params(super::openapi::params::Prefer, super::openapi::params::Write),
)]
pub async fn import(State(api): State<Api>, query: Query, headers: WriteHeaders, Json(body): Json) -> Result {
    query.finish()?;
    records::import::<Agent>(api, headers, body).await
}

/// Plan the import of an agent
///
/// A dry run of an import: the agent as it would be kept, what of the vendor's record the agent cannot have, and what the
/// body changes at the vendor. Reads the vendor's record, and changes nothing.
#[utoipa::path(
    post, path = "/v1/agents/import/plan", tag = "agents", operation_id = "planAgentImport",
    request_body(content = AgentImport, example = json!(examples::agent_import())),
    responses((status = 200, description = "The plan.", body = ImportPlan, example = json!(examples::agent_import_plan())), ImportPlanned),
    params(super::openapi::params::Prefer),
)]
pub async fn plan_import(State(api): State<Api>, query: Query, prefer: Prefer, Json(body): Json) -> Result {
    query.finish()?;
    records::plan_import::<Agent>(api, prefer, body).await
}

/// Reconcile an agent
///
/// Looks at the vendor's record now. Where it differs from what the vendor was sent, `on_drift` decides: `report` says so
/// under `sync.drift`, `overwrite` sends it again (and makes again what the vendor no longer has), `adopt` takes the vendor's
/// values as a new revision. A value that the vendor rounds, clamps or cannot hold is no drift.
#[utoipa::path(
    post, path = "/v1/agents/{id}/sync", tag = "agents", operation_id = "syncAgent",
    request_body(content = SyncRequest, example = json!(examples::sync())),
    responses(
        (status = 200, description = "As it is now.",
            headers(("ETag" = String, description = "The revision.")),
            body = AgentAnswer, example = json!(examples::drifted_agent())),
        (status = 202, description = "The vendor has not taken it yet. The operation says how far it is.",
            headers(("ETag" = String, description = "The revision."), ("Location" = String, description = "Where the operation is."),
                ("Retry-After" = u64, description = "Seconds until it is worth looking.")),
            body = AgentAnswer, example = json!(examples::accepted_agent())),
        Synced,
    ),
    params(super::openapi::params::AgentId, super::openapi::params::Prefer, super::openapi::params::Write),
)]
pub async fn sync(
    State(api): State<Api>,
    Path(id): Path<String>,
    query: Query,
    headers: WriteHeaders,
    Json(body): Json,
) -> Result {
    query.finish()?;
    records::sync::<Agent>(api, id, headers, body).await
}

/// List the revisions of an agent
///
/// What it was asked to be, each time a write was accepted, the newest first.
#[utoipa::path(
    get, path = "/v1/agents/{id}/revisions", tag = "agents", operation_id = "listAgentRevisions",
    responses((status = 200, description = "A page.", body = RevisionList, example = json!(examples::revisions())), Revisions),
    params(super::openapi::params::AgentId, super::openapi::params::Page),
)]
pub async fn revisions(State(api): State<Api>, Path(id): Path<String>, query: Query) -> Result {
    records::revisions::<Agent>(api, &id, query).await
}

/// Read a revision of an agent
///
/// All that callers can set, as it was accepted then.
#[utoipa::path(
    get, path = "/v1/agents/{id}/revisions/{revision}", tag = "agents", operation_id = "getAgentRevision",
    responses((status = 200, description = "The revision.", body = Revision, example = json!(examples::revision())), Read),
    params(super::openapi::params::AgentId, super::openapi::params::RevisionNumber),
)]
pub async fn revision(
    State(api): State<Api>,
    Path((id, revision)): Path<(String, u64)>,
    query: Query,
) -> Result {
    records::revision::<Agent>(api, &id, revision, query).await
}

/// Restore a revision of an agent
///
/// Asks again for what that revision asked, as a new revision.
#[utoipa::path(
    post, path = "/v1/agents/{id}/revisions/{revision}/restore", tag = "agents", operation_id = "restoreAgentRevision",
    responses(
        (status = 200, description = "Changed at the vendor and kept.",
            headers(("ETag" = String, description = "The revision.")),
            body = AgentAnswer, example = json!(examples::agent())),
        (status = 202, description = "Kept; the vendor has not taken it yet. The operation says how far it is.",
            headers(("ETag" = String, description = "The revision."), ("Location" = String, description = "Where the operation is."),
                ("Retry-After" = u64, description = "Seconds until it is worth looking.")),
            body = AgentAnswer, example = json!(examples::accepted_agent())),
        Restored,
    ),
    params(
        super::openapi::params::AgentId, super::openapi::params::RevisionNumber, super::openapi::params::IfMatch,
        super::openapi::params::Prefer, super::openapi::params::Write,
    ),
)]
pub async fn restore(
    State(api): State<Api>,
    Path((id, revision)): Path<(String, u64)>,
    query: Query,
    expected: IfMatch,
    headers: WriteHeaders,
) -> Result {
    query.finish()?;
    records::restore::<Agent>(api, id, revision, expected, headers).await
}
