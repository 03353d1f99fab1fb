//! The examples of the documentation. A test answers each request as documented; see the end-to-end tests.

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
    /// The body of a new agent.
    new_agent = "new_agent.json";
    /// The answer to it.
    agent = "agent.json";
    /// A merge patch of it.
    agent_patch = "agent_patch.json";
    /// The plan of the new agent.
    agent_plan = "agent_plan.json";
    /// The plan of the patch.
    agent_patch_plan = "agent_patch_plan.json";
    /// The body of an import.
    agent_import = "agent_import.json";
    /// The plan of that import.
    agent_import_plan = "agent_import_plan.json";
    /// The body of a new trunk.
    new_trunk = "new_trunk.json";
    /// The answer to it.
    trunk = "trunk.json";
    /// A merge patch of it.
    trunk_patch = "trunk_patch.json";
    /// The plan of the new trunk.
    trunk_plan = "trunk_plan.json";
    /// The plan of the patch.
    trunk_patch_plan = "trunk_patch_plan.json";
    /// The answer to a write that the vendor has not taken yet.
    accepted_agent = "accepted_agent.json";
    /// The answer to a write of a trunk that the vendor has not taken yet.
    accepted_trunk = "accepted_trunk.json";
    /// A write on its way to a vendor.
    operation = "operation.json";
    /// A deletion on its way to a vendor.
    removal = "removal.json";
    /// A write that needs attention.
    stuck_operation = "stuck_operation.json";
    /// The resolution of that operation.
    resolution = "resolution.json";
    /// The operation after its resolution.
    resolved_operation = "resolved_operation.json";
    /// The selection of agents that are to move.
    migration_request = "migration_request.json";
    /// The plan of that migration.
    migration_plan = "migration_plan.json";
    /// The request that starts the plan.
    migration_start = "migration_start.json";
    /// The migration.
    migration = "migration.json";
    /// An agent of it.
    migration_agent = "migration_agent.json";
    /// The choice for a vendor's record that differs.
    sync = "sync.json";
    /// An agent whose vendor holds something else.
    drifted_agent = "drifted_agent.json";
    /// A revision of an agent.
    revision = "revision.json";
    /// A vendor.
    vendor = "vendor.json";
    /// The agents that a vendor has.
    vendor_agents = "vendor_agents.json";
    /// The capabilities of a vendor, shortened.
    capabilities = "capabilities.json";
    /// The changes by a move, shortened.
    capability_difference = "capability_difference.json";
    /// The aliases of the examples: by name, the vendor's own id.
    aliases = "aliases.json";
    /// A vendor's voices.
    voices = "voices.json";
    /// A vendor's languages.
    languages = "languages.json";
    /// A vendor's models.
    models = "models.json";
}

/// Makes a page of agents.
pub fn agents() -> Value {
    page(agent())
}

/// Makes a page of trunks.
pub fn trunks() -> Value {
    page(trunk())
}

/// Makes a page of operations.
pub fn operations() -> Value {
    page(operation())
}

/// Makes a page of migrations.
pub fn migrations() -> Value {
    page(migration())
}

/// Makes a page of the agents of a migration.
pub fn moves() -> Value {
    page(migration_agent())
}

/// Makes a page of revisions.
pub fn revisions() -> Value {
    page(revision())
}

/// Makes the list of vendors.
pub fn vendors() -> Value {
    page(vendor())
}

/// Makes the list of all vendors' capabilities, shortened.
pub fn capability_list() -> Value {
    page(capabilities())
}

/// Makes the explanation of a kind of problem.
pub fn problem() -> Value {
    json!(ProblemExplanation::from(Kind::CapabilityLoss))
}

/// Makes the list of problems, shortened.
pub fn problems() -> Value {
    page(problem())
}

/// Makes the problem document of a kind.
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
