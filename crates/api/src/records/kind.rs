//! The API's additions to a kind of record beside its model.

use serde_json::Value;
use switchboard_core::model::{Agent, Trunk};
use switchboard_engine::Managed;

use crate::examples;

/// A kind of record that has routes.
pub trait Exposed: Managed {
    /// True if rules look up values in the vendor's lists, so that a write may ask the vendor before it is accepted.
    const READS_CATALOGUES: bool;

    /// The examples of the documentation.
    const EXAMPLES: Examples;
}

/// The examples of a kind of record.
pub struct Examples {
    /// The body of a new record.
    pub new: fn() -> Value,
    /// The answer to it.
    pub answer: fn() -> Value,
    /// The answer while the vendor has not confirmed it.
    pub accepted: fn() -> Value,
    /// A page of records.
    pub list: fn() -> Value,
    /// A merge patch.
    pub patch: fn() -> Value,
    /// The plan of the new record.
    pub plan: fn() -> Value,
    /// The plan of the patch.
    pub patch_plan: fn() -> Value,
}

impl Exposed for Agent {
    const READS_CATALOGUES: bool = true;
    const EXAMPLES: Examples = Examples {
        new: examples::new_agent,
        answer: examples::agent,
        accepted: examples::accepted_agent,
        list: examples::agents,
        patch: examples::agent_patch,
        plan: examples::agent_plan,
        patch_plan: examples::agent_patch_plan,
    };
}

impl Exposed for Trunk {
    const READS_CATALOGUES: bool = false;
    const EXAMPLES: Examples = Examples {
        new: examples::new_trunk,
        answer: examples::trunk,
        accepted: examples::accepted_trunk,
        list: examples::trunks,
        patch: examples::trunk_patch,
        plan: examples::trunk_plan,
        patch_plan: examples::trunk_patch_plan,
    };
}
