//! Drift: differences between the values that a vendor holds and the values that were last sent.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// A field whose value at the vendor differs from the value that was sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = DriftedField)]
pub struct Drift {
    /// The field, as a JSON pointer.
    pub field: String,
    /// The path of the field in the vendor's document: a JSON pointer, in which a segment such as `[type=end_call]`
    /// selects the list item with this member.
    #[serde(skip)]
    pub vendor_field: Option<String>,
    /// The value that was sent, in the unit of the field. This value differs from the requested one if the
    /// vendor accepts only a similar value.
    pub desired: Value,
    /// The value that the vendor holds, in the unit of the field; null if the vendor holds no value that the
    /// field can have.
    pub observed: Value,
}

/// The result of comparing a vendor's whole document with the state last sent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Comparison {
    /// The readable fields whose values differ from those that were sent.
    ///
    /// These fields are never included:
    ///
    /// * fields that the vendor cannot hold, or does not return, such as secrets
    /// * fields that the vendor may omit from its answers and that the document lacks
    /// * assumed fields and fields without a desired value
    /// * fields that are already reported as not persisted with the same observed value
    pub drift: Vec<Drift>,
    /// The fields that are reported as not persisted although the vendor now holds the values that were sent. This
    /// happens if the vendor's earlier answers lagged behind its writes. The caller passes these fields to
    /// [`Report::mark_persisted`](crate::rule::Report::mark_persisted).
    pub regained: Vec<String>,
}
