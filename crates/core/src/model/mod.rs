//! The normalized records, and the types of their fields.

mod agent;
mod field;
mod former;
pub mod id;
pub mod json;
mod leaf;
mod read_error;
mod record;
pub mod schema;
mod secret;
mod strict_value;
mod timestamp;
mod trunk;
mod usual;
mod value;

pub use agent::*;
pub use field::{Essential, Field, Limits, Measure};
pub use former::FormerField;
pub use leaf::{AnyObject, Component, Leaf};
pub(crate) use read_error::{wrong_choice, wrong_type};
pub use record::{ChangedLeaf, Difference, FieldReader, Record, Root, read};
pub use secret::{
    Secret, Secrets, UnknownSecret, is_unset, keep_secrets, keep_unknown_secrets, mark_left_behind,
    put_secret,
};
pub use switchboard_core_derive::{Described, Fields};
pub use timestamp::{VendorTime, parse_timestamp, parse_unix_seconds};
pub use trunk::{Carrier, Trunk, TrunkRules};
pub use usual::UsualName;
pub use value::*;
