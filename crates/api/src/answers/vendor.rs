//! The answers about configured vendors.

use std::collections::BTreeMap;

use super::call::VendorCalls;
use serde::Serialize;
use switchboard_core::{
    facts::CatalogueKind,
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
    /// The configured name of the vendor.
    name: String,
    /// The adapter of the vendor.
    adapter: &'static str,
    /// The display name of the vendor, such as `QCall AI`.
    title: &'static str,
    /// The generation of the vendor's API.
    generation: &'static str,
    /// The address of the vendor's documentation.
    documentation: &'static str,
    /// The extent to which the vendor returns the agents that it stores.
    #[schema(inline)]
    read_back: ReadBack,
    /// True if the gateway can create trunks at the vendor.
    trunks: bool,
    /// The effect of an update on the fields that the update omits, by kind of record.
    #[schema(schema_with = updates)]
    updates: BTreeMap<&'static str, OmittedFields>,
    /// The catalogues that the vendor offers.
    #[schema(inline)]
    catalogues: Vec<CatalogueKind>,
    /// The vendor's support for calls. Null if the gateway can neither place nor read calls at the vendor.
    #[schema(required)]
    calls: Option<VendorCalls>,
    /// The vendor's surprising behaviours, one per string.
    quirks: &'static [&'static str],
    health: Health,
}

fn updates() -> RefOr<Schema> {
    utoipa::openapi::ObjectBuilder::new()
        .description(Some("The effect of an update on the fields that the update omits, by kind of record."))
        .additional_properties(Some(<OmittedFields as utoipa::PartialSchema>::schema()))
        .build()
        .into()
}

/// The effect of an update on the fields that the update omits.
#[derive(Debug, Clone, Copy, Serialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum OmittedFields {
    /// The vendor keeps the omitted fields.
    Merge,
    /// The vendor clears the omitted fields, so the gateway bases each update on the observed state.
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
            catalogues: adapter.catalogue_kinds(),
            calls: adapter.calls().map(VendorCalls::from),
            quirks: about.quirks,
            health: vendor.health(),
        }
    }
}

/// An agent in a vendor's account.
#[derive(Debug, Serialize, ToSchema)]
pub struct VendorAgent {
    /// The vendor's id of the agent.
    remote_id: String,
    /// The name of the agent at the vendor; null if the vendor returns no name.
    #[schema(required)]
    name: Option<String>,
    /// The gateway's id for the agent, even if the agent now runs at another vendor and this record is a copy. Null if the API
    /// shows no such agent.
    #[schema(required)]
    agent_id: Option<String>,
}

impl From<VendorRecord> for VendorAgent {
    fn from(VendorRecord { remote_id, name, ours }: VendorRecord) -> Self {
        Self { remote_id, name, agent_id: ours }
    }
}
