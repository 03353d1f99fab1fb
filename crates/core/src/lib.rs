//! The normalized model, the rules engine and the contracts of Switchboard.
//!
//! Pure: no runtime, no HTTP, no SQL. Three ideas carry everything: a [`Change`] is what is asked of one field,
//! a [`Rule`] is how one field crosses to a vendor and back, an [`Exchange`] is one vendor conversation as a value.

// The derive writes paths to this crate by its name, also inside it.
extern crate self as switchboard_core;

mod account;
mod adapter;
mod agent;
mod attempt;
mod catalogue;
mod change;
mod drift;
mod error;
mod exchange;
mod extension;
mod field;
pub mod id;
pub mod json;
mod kind;
mod leaf;
mod moment;
mod near;
mod plain;
mod plan;
mod record;
mod report;
mod restate;
mod rule;
mod sample;
pub mod schema;
mod settings;
mod trunk;
mod value;

pub use account::Account;
pub use adapter::{Adapter, Built, Creation, Descriptor, Factory, ReadBack, Remote, Resource, Setting};
pub use agent::*;
pub use attempt::{Attempt, matches};
pub use catalogue::{Catalogue, Entry as CatalogueEntry, Facts};
pub use change::Change;
pub use drift::{Comparison, Drift, compare};
pub use error::{Error, Outcome, Place, Result, VendorFailure, Violation};
pub use exchange::{Body, Exchange, Method, Reader, Reply, Request};
pub use extension::ExtensionRules;
pub use field::{Essential, Field, Limits, Measure};
pub use kind::Kind;
pub use leaf::{AnyObject, Component, Leaf};
pub use moment::moment;
pub use near::{near, unknown};
pub use plan::{
    Desired, Handling, Observed, Plan, Planned, Step, UpdateStyle, capabilities, decode, located, plan,
};
pub use record::{Difference, FieldReader, Record, Root, read};
pub use report::{Entry, Fidelity, Report, Summary, Verdict};
pub use restate::uncertain;
pub use rule::*;
pub use sample::Sample;
pub use settings::Settings;
pub use switchboard_core_derive::Fields;
pub use trunk::{Carrier, Secret, Trunk, TrunkRules};
pub use value::*;
