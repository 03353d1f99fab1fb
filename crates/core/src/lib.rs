//! The normalized model, the rules engine and the contracts of Switchboard.
//!
//! Pure: no runtime, no HTTP, no SQL. Three ideas carry everything: a [`Change`] is what is asked of one field,
//! a [`Rule`] is how one field crosses to a vendor and back, an [`Exchange`] is one vendor conversation as a value.

// The derive writes paths to this crate by its name, also inside it.
extern crate self as switchboard_core;

mod account;
mod adapter;
mod agent;
mod catalogue;
mod change;
mod comparison;
mod drift;
mod error;
mod exchange;
mod extension;
mod field;
pub mod id;
pub mod json;
mod kind;
mod leaf;
mod plan;
mod record;
mod recovery;
mod report;
mod rule;
mod sample;
pub mod schema;
mod settings;
mod strict_value;
mod suggestion;
mod timestamp;
mod trunk;
mod uncertain;
mod value;

pub use account::Account;
pub use adapter::{
    Adapter, BuildResult, Creation, Descriptor, Factory, ReadBack, Remote, Resource, Setting, Trial,
    TrialAgents,
};
pub use agent::*;
pub use catalogue::{Catalogue, CatalogueEntry, Facts};
pub use change::Change;
pub use comparison::compare;
pub use drift::{Comparison, Drift};
pub use error::{Error, InputLocation, Outcome, Result, VendorFailure, Violation};
pub use exchange::{Body, Exchange, Method, Reader, Reply, Request};
pub use extension::ExtensionRules;
pub use field::{Essential, Field, Limits, Measure};
pub use kind::Kind;
pub use leaf::{AnyObject, Component, Leaf};
pub use plan::{
    Desired, Handling, Observed, Plan, Planned, Transition, UpdateStyle, capabilities, decode,
    map_vendor_fields, plan,
};
pub use record::{Difference, FieldReader, Record, Root, read};
pub use recovery::{LostCreation, matches_creation};
pub use report::{Entry, Fidelity, Report, Summary, Verdict};
pub use rule::*;
pub use sample::Sample;
pub use settings::Settings;
pub use suggestion::{closest_match, unknown_name};
pub use switchboard_core_derive::Fields;
pub use timestamp::parse_timestamp;
pub use trunk::{Carrier, Secret, Trunk, TrunkRules};
pub use uncertain::uncertain;
pub use value::*;
