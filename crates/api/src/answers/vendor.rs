//! Configured vendors.

use std::collections::BTreeMap;

use serde::Serialize;
use switchboard_core::{
    facts::Catalogue,
    model::{Agent, Described, Root, Trunk},
    rule::{Part, Unit},
    vendor::ReadBack,
};
use switchboard_engine::{Vendor, VendorRecord};
use switchboard_transport::Health;
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

/// A configured vendor.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Vendor)]
pub struct VendorAnswer {
    /// The configured name.
    name: String,
    /// The adapter of the vendor.
    adapter: &'static str,
    /// The vendor's own name.
    title: &'static str,
    /// The generation of the vendor's API.
    generation: &'static str,
    /// The address of the vendor's documentation.
    documentation: &'static str,
    /// The part of a stored agent that the vendor returns.
    #[schema(inline)]
    read_back: ReadBack,
    /// True if the vendor has trunks.
    trunks: bool,
    /// The treatment of fields that an update leaves out, by kind of record.
    #[schema(schema_with = updates)]
    updates: BTreeMap<&'static str, OmittedFields>,
    /// The lists that the vendor keeps.
    #[schema(inline)]
    catalogues: Vec<Catalogue>,
    /// The surprises of this vendor.
    quirks: &'static [&'static str],
    health: Health,
}

fn updates() -> RefOr<Schema> {
    utoipa::openapi::ObjectBuilder::new()
        .description(Some("The treatment of fields that an update leaves out, by kind of record."))
        .additional_properties(Some(<OmittedFields as utoipa::PartialSchema>::schema()))
        .build()
        .into()
}

/// The treatment of fields that an update leaves out.
#[derive(Debug, Clone, Copy, Serialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum OmittedFields {
    /// The vendor keeps them.
    Merge,
    /// The vendor clears them, so that an update starts from the observed state.
    Replace,
}

impl From<&'static [Part]> for OmittedFields {
    fn from(parts: &'static [Part]) -> Self {
        match Part::main(parts).replaces {
            Unit::Leaf | Unit::Member => Self::Merge,
            Unit::Document => Self::Replace,
        }
    }
}

impl From<&Vendor> for VendorAnswer {
    fn from(vendor: &Vendor) -> Self {
        let adapter = vendor.adapter();
        let about = adapter.descriptor();
        let mut updates = BTreeMap::from([(Agent::NAME, OmittedFields::from(adapter.agents().parts()))]);
        updates.extend(adapter.trunks().map(|trunks| (Trunk::NAME, OmittedFields::from(trunks.parts()))));
        Self {
            name: vendor.name().to_owned(),
            adapter: about.adapter,
            title: about.title,
            generation: about.generation,
            documentation: about.documentation,
            read_back: about.read_back,
            trunks: adapter.trunks().is_some(),
            updates,
            catalogues: Catalogue::ALL
                .into_iter()
                .filter(|list| adapter.catalogue(*list).is_some())
                .collect(),
            quirks: about.quirks,
            health: vendor.health(),
        }
    }
}

/// An agent that a vendor has.
#[derive(Debug, Serialize, ToSchema)]
pub struct VendorAgent {
    /// The vendor's id of the agent.
    remote_id: String,
    /// The name of the agent at the vendor; null if the vendor returns none.
    #[schema(required)]
    name: Option<String>,
    /// The id of the agent here; null if the gateway does not keep it.
    #[schema(required)]
    agent_id: Option<String>,
}

impl From<VendorRecord> for VendorAgent {
    fn from(VendorRecord { remote_id, name, ours }: VendorRecord) -> Self {
        Self { remote_id, name, agent_id: ours }
    }
}
