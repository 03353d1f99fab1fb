//! The API's additions to the model of a kind of record.

use serde_json::Value;
use switchboard_core::model::{Agent, Trunk};
use switchboard_engine::Managed;

use crate::examples;

/// A kind of record that has routes.
pub trait Exposed: Managed {
    /// True if the translation rules look up values in the vendor's catalogues. The gateway may then read a catalogue
    /// before it accepts a write.
    const READS_CATALOGUES: bool;

    /// True if records of this kind have a language, a call direction and handovers.
    const TAKES_CALLS: bool;

    /// The examples in the documentation.
    const EXAMPLES: Examples;
}

/// The examples for a kind of record.
pub struct Examples {
    /// The body of a new record.
    pub new: fn() -> Value,
    /// The answer to the creation of the new record.
    pub answer: fn() -> Value,
    /// The answer to a creation that the vendor has not confirmed yet.
    pub accepted: fn() -> Value,
    /// A page of records.
    pub list: fn() -> Value,
    /// A merge patch.
    pub patch: fn() -> Value,
    /// The plan for the creation of the new record.
    pub plan: fn() -> Value,
    /// The plan for the merge patch.
    pub patch_plan: fn() -> Value,
}

impl Exposed for Agent {
    const READS_CATALOGUES: bool = true;
    const TAKES_CALLS: bool = true;
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
    const TAKES_CALLS: bool = false;
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
