//! The examples in the documentation. An end-to-end test sends each example request and checks that the gateway answers as
//! documented.

use serde_json::{Value, json};
use switchboard_core::error::Kind;

use crate::{answers::ProblemExplanation, edge::problem::spec};

macro_rules! examples {
    ($($(#[doc = $about:literal])* $name:ident = $file:literal;)*) => { $(
        $(#[doc = $about])*
        pub fn $name() -> Value {
            serde_json::from_str(include_str!($file)).unwrap_or_default()
        }
    )* };
}

examples! {
    /// Returns the body of a new agent.
    new_agent = "new_agent.json";
    /// Returns the answer to the creation of the agent.
    agent = "agent.json";
    /// Returns a merge patch of the agent.
    agent_patch = "agent_patch.json";
    /// Returns the plan for the creation of the agent.
    agent_plan = "agent_plan.json";
    /// Returns the plan for the merge patch of the agent.
    agent_patch_plan = "agent_patch_plan.json";
    /// Returns the body of an import of an agent.
    agent_import = "agent_import.json";
    /// Returns the plan for the import of the agent.
    agent_import_plan = "agent_import_plan.json";
    /// Returns the body of a new trunk.
    new_trunk = "new_trunk.json";
    /// Returns the answer to the creation of the trunk.
    trunk = "trunk.json";
    /// Returns a merge patch of the trunk.
    trunk_patch = "trunk_patch.json";
    /// Returns the plan for the creation of the trunk.
    trunk_plan = "trunk_plan.json";
    /// Returns the plan for the merge patch of the trunk.
    trunk_patch_plan = "trunk_patch_plan.json";
    /// Returns the answer to a write of an agent that the vendor has not confirmed yet.
    accepted_agent = "accepted_agent.json";
    /// Returns the answer to a write of a trunk that the vendor has not confirmed yet.
    accepted_trunk = "accepted_trunk.json";
    /// Returns the body of a request to place a call.
    new_call = "new_call.json";
    /// Returns the call after the vendor has accepted it.
    call = "call.json";
    /// Returns the call after the vendor's response was lost.
    unknown_call = "unknown_call.json";
    /// Returns the call after its end.
    ended_call = "ended_call.json";
    /// Returns the plan for the call.
    call_plan = "call_plan.json";
    /// Returns the transcript of the call.
    transcript = "transcript.json";
    /// Returns the body that names the vendor's call.
    call_resolution = "call_resolution.json";
    /// Returns an operation that is on its way to a vendor.
    operation = "operation.json";
    /// Returns a deletion that is on its way to a vendor.
    removal = "removal.json";
    /// Returns an operation that needs attention.
    stuck_operation = "stuck_operation.json";
    /// Returns the body that resolves the operation that needs attention.
    resolution = "resolution.json";
    /// Returns the operation after its resolution.
    resolved_operation = "resolved_operation.json";
    /// Returns the body that plans a migration.
    migration_request = "migration_request.json";
    /// Returns the plan of the migration.
    migration_plan = "migration_plan.json";
    /// Returns the body that starts the migration.
    migration_start = "migration_start.json";
    /// Returns the migration after its start.
    migration = "migration.json";
    /// Returns an agent of the migration.
    migration_agent = "migration_agent.json";
    /// Returns the body that reconciles an agent with the vendor's record.
    sync = "sync.json";
    /// Returns an agent with drift.
    drifted_agent = "drifted_agent.json";
    /// Returns a revision of an agent.
    revision = "revision.json";
    /// Returns a configured vendor.
    vendor = "vendor.json";
    /// Returns the list of a vendor's agents.
    vendor_agents = "vendor_agents.json";
    /// Returns the capabilities of a vendor, shortened.
    capabilities = "capabilities.json";
    /// Returns the comparison of two vendors, shortened.
    capability_difference = "capability_difference.json";
    /// Returns the aliases that the examples use, with the id at each vendor.
    aliases = "aliases.json";
    /// Returns a list of a vendor's voices.
    voices = "voices.json";
    /// Returns a list of a vendor's languages.
    languages = "languages.json";
    /// Returns a list of a vendor's language models.
    models = "models.json";
    /// Returns a list of a vendor's phone numbers.
    phone_numbers = "phone_numbers.json";
    /// Returns a list of a vendor's knowledge bases.
    knowledge_bases = "knowledge_bases.json";
}

/// Returns a page of agents.
pub fn agents() -> Value {
    page(agent())
}

/// Returns a page of trunks.
pub fn trunks() -> Value {
    page(trunk())
}

/// Returns a page of calls.
pub fn calls() -> Value {
    page(ended_call())
}

/// Returns the answer to the erasure of a call.
pub fn erasure() -> Value {
    json!({ "here": "erased", "vendor": "erased" })
}

/// Returns a page of operations.
pub fn operations() -> Value {
    page(operation())
}

/// Returns a page of migrations.
pub fn migrations() -> Value {
    page(migration())
}

/// Returns a page of the agents of a migration.
pub fn moves() -> Value {
    page(migration_agent())
}

/// Returns a page of revisions.
pub fn revisions() -> Value {
    page(revision())
}

/// Returns a list of vendors.
pub fn vendors() -> Value {
    page(vendor())
}

/// Returns the body of a batch.
pub fn batch() -> Value {
    json!({ "operations": [
        { "create": new_agent() },
        { "id": agent()["id"], "patch": { "labels": { "team": "support" } }, "if_revision": 1 },
    ] })
}

/// Returns the results of the batch, whose second operation is refused.
pub fn batch_results() -> Value {
    json!({ "results": [
        { "status": 201, "body": agent() },
        { "status": 412, "problem": failure(Kind::PreconditionFailed) },
    ] })
}

/// Returns the list of aliases, shortened.
pub fn alias_list() -> Value {
    page(json!({
        "kind": "voice", "name": "warm-female", "ids": aliases()["warm-female"], "missing_at": [],
    }))
}

/// Returns the list of all vendors' capabilities, shortened.
pub fn capability_list() -> Value {
    page(capabilities())
}

/// Returns the explanation of a kind of problem.
pub fn problem() -> Value {
    json!(ProblemExplanation::from(Kind::CapabilityLoss))
}

/// Returns the list of problems, shortened.
pub fn problems() -> Value {
    page(problem())
}

/// Builds a problem document of a kind, with its explanation as the detail.
pub fn failure(kind: Kind) -> Value {
    let spec = spec(kind);
    json!({
        "type": format!("/problems/{}", kind),
        "title": spec.title,
        "status": spec.status.as_u16(),
        "code": kind,
        "detail": spec.description,
        "request_id": "0199b6a0-7c1e-7d8a-9f3e-2b5c8d1e4f60",
        "retryable": spec.retryable,
    })
}

fn page(item: Value) -> Value {
    json!({ "data": [item], "next_cursor": null })
}
