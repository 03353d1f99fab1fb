//! The examples of the documentation. A test answers each request as documented; see the end-to-end tests.

use serde_json::{Value, json};
use switchboard_core::Kind;

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
    /// The same of a trunk.
    accepted_trunk = "accepted_trunk.json";
    /// A write on its way to a vendor.
    operation = "operation.json";
    /// A deletion on its way to a vendor.
    removal = "removal.json";
    /// A write that needs attention.
    stuck_operation = "stuck_operation.json";
    /// What somebody says about it.
    resolution = "resolution.json";
    /// The answer to that.
    resolved_operation = "resolved_operation.json";
    /// Which agents are to move.
    migration_request = "migration_request.json";
    /// What moving them would do.
    migration_plan = "migration_plan.json";
    /// The plan that is to be carried out.
    migration_start = "migration_start.json";
    /// The migration.
    migration = "migration.json";
    /// An agent of it.
    migration_agent = "migration_agent.json";
    /// What to do where a vendor holds something else.
    sync = "sync.json";
    /// An agent of which a vendor does.
    drifted_agent = "drifted_agent.json";
    /// A revision of an agent.
    revision = "revision.json";
    /// A vendor.
    vendor = "vendor.json";
    /// The agents that a vendor has.
    vendor_agents = "vendor_agents.json";
    /// What a vendor can hold, shortened.
    capabilities = "capabilities.json";
    /// What a move would change, shortened.
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

/// A page of agents.
pub fn agents() -> Value {
    page(agent())
}

/// A page of trunks.
pub fn trunks() -> Value {
    page(trunk())
}

/// A page of operations.
pub fn operations() -> Value {
    page(operation())
}

/// A page of migrations.
pub fn migrations() -> Value {
    page(migration())
}

/// A page of the agents of a migration.
pub fn moves() -> Value {
    page(migration_agent())
}

/// A page of revisions.
pub fn revisions() -> Value {
    page(revision())
}

/// The vendors.
pub fn vendors() -> Value {
    page(vendor())
}

/// What all vendors can hold, shortened.
pub fn capability_list() -> Value {
    page(capabilities())
}

/// What a kind of problem means.
pub fn problem() -> Value {
    json!(ProblemExplanation::from(Kind::CapabilityLoss))
}

/// The kinds of problems, shortened.
pub fn problems() -> Value {
    page(problem())
}

/// A problem document of a kind.
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
