//! The vendors' names for the operations and members that the trials use.

use serde_json::{Value, json};
use switchboard_core::vendor::{Factory, ReadBack, TrialAgents};
use switchboard_registry::ADAPTERS;
use switchboard_sandbox::Vendor;

use crate::harness;

/// A vendor's names for the operations and members that the trials use.
#[derive(Clone, Copy)]
pub struct VendorBodies {
    /// The `operationId`s in the vendor's contract, one for each kind of write.
    pub create: &'static str,
    pub update: &'static str,
    pub delete: &'static str,
    /// The collection in the vendor's simulator.
    pub collection: &'static str,
    /// The JSON pointer, in a record, of the value of `/prompt/instructions`.
    pub instructions: &'static str,
    /// True if the vendor returns more of a record than its name.
    pub readable: bool,
}

impl VendorBodies {
    pub fn for_vendor(vendor: Vendor) -> Self {
        let TrialAgents { create, update, delete, collection, instructions } = harness::trial(vendor).agents;
        Self { create, update, delete, collection, instructions, readable: is_readable(vendor) }
    }
}

fn is_readable(vendor: Vendor) -> bool {
    let mut samples = ADAPTERS.iter().flat_map(Factory::samples);
    let sample = samples.find(|sample| sample.label == vendor.name()).expect("a sample");
    sample.adapter.descriptor().read_back != ReadBack::NameOnly
}

/// Returns an agent for this vendor.
pub fn agent(vendor: Vendor, name: &str, instructions: &str) -> Value {
    let said = json!({ "name": name, "prompt": { "instructions": instructions } });
    harness::with(harness::agent(vendor), said)
}

/// Returns a merge patch that sets the agent's instructions.
pub fn instructions(text: &str) -> Value {
    json!({ "prompt": { "instructions": text } })
}
