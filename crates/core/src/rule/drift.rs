//! Drift: a vendor holds something else than it was last sent.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// A field of which the vendor holds a different value than it was sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = DriftedField)]
pub struct Drift {
    /// The field, as a JSON pointer.
    pub field: String,
    /// The vendor's field, as a JSON pointer into its document.
    #[serde(skip)]
    pub vendor_field: Option<String>,
    /// The value that was sent, in the unit of the field. It is not the value that was asked where the vendor takes only a
    /// similar one.
    pub desired: Value,
    /// The value that the vendor holds, in the unit of the field; null where it holds none that the field can have.
    pub observed: Value,
}

/// Comparison of a vendor's whole document with the state last sent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Comparison {
    /// The readable fields that are not what was sent.
    ///
    /// Drift excludes fields that the vendor cannot hold or return, that were assumed, that have no
    /// desired value, or that are already reported as not persisted. Secrets are never in it.
    pub drift: Vec<Drift>,
    /// The fields that the report has as not persisted and that the vendor holds as sent after all,
    /// for example because its answers lag behind its writes. [`Report::mark_persisted`](crate::rule::Report::mark_persisted) takes
    /// them.
    pub regained: Vec<String>,
}
