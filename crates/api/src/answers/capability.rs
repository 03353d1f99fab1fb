//! The difference between two vendors.

use serde::Serialize;
use switchboard_engine::capability::{Change, Column, Difference, difference};
use utoipa::ToSchema;

/// The fields at two vendors, and their changes by a move from one to the other.
#[derive(Debug, Serialize, ToSchema)]
pub struct CapabilityDifference {
    /// The vendor that runs the record.
    from: String,
    /// The vendor that would run it.
    to: String,
    /// The number of fields with each change.
    #[schema(inline)]
    summary: CapabilitySummary,
    /// The fields of agents, losses first.
    agents: Vec<Difference>,
    /// The fields of trunks, losses first.
    trunks: Vec<Difference>,
}

/// The number of fields with each change.
#[derive(Debug, Serialize, ToSchema)]
pub struct CapabilitySummary {
    /// The fields that the new vendor does not have.
    lost: usize,
    /// The fields of which the new vendor takes fewer values.
    narrowed: usize,
    /// The fields of which the new vendor takes more values.
    gained: usize,
    /// The fields that are alike at both vendors.
    equal: usize,
}

impl CapabilityDifference {
    /// Compares two vendors.
    pub fn new(from: Column, to: Column) -> Self {
        let (agents, trunks) = difference(&from, &to);
        let count = |change| agents.iter().chain(&trunks).filter(|row| row.change == change).count();
        let summary = CapabilitySummary {
            lost: count(Change::Lost),
            narrowed: count(Change::Narrowed),
            gained: count(Change::Gained),
            equal: count(Change::Equal),
        };
        Self { from: from.vendor, to: to.vendor, summary, agents: sorted(agents), trunks: sorted(trunks) }
    }
}

/// Sorts losses first.
fn sorted(mut rows: Vec<Difference>) -> Vec<Difference> {
    rows.sort_by_key(|row| row.change);
    rows
}
