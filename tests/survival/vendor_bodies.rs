//! What the vendors call the things that the trials look at.

use serde_json::{Value, json};
use switchboard_core::{Factory, ReadBack, TrialAgents};
use switchboard_registry::ADAPTERS;
use switchboard_sandbox::Vendor;

use crate::harness;

/// What a vendor calls the things that the trials look at.
#[derive(Clone, Copy)]
pub struct VendorBodies {
    /// The operations of its contract.
    pub create: &'static str,
    pub update: &'static str,
    pub delete: &'static str,
    /// Where the simulator keeps its records.
    pub collection: &'static str,
    /// The member of a record that holds `/prompt/instructions`.
    pub instructions: &'static str,
    /// Whether it says of its records more than their names.
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

/// An agent for this vendor.
pub fn agent(vendor: Vendor, name: &str, instructions: &str) -> Value {
    let said = json!({ "name": name, "prompt": { "instructions": instructions } });
    harness::with(harness::agent(vendor), said)
}

/// A merge patch of what the agent is to say.
pub fn instructions(text: &str) -> Value {
    json!({ "prompt": { "instructions": text } })
}
