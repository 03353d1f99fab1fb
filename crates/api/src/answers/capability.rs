//! The difference between the capabilities of two vendors.

use serde::Serialize;
use switchboard_engine::capability::{Change, Column, Difference, difference};
use utoipa::ToSchema;

/// The capabilities of two vendors, field by field, and the effect of a move from one vendor to the other.
#[derive(Debug, Serialize, ToSchema)]
pub struct CapabilityDifference {
    /// The configured vendor from which a record would move.
    from: String,
    /// The configured vendor to which the record would move.
    to: String,
    /// The number of fields for each kind of change, across agents and trunks.
    #[schema(inline)]
    summary: CapabilitySummary,
    /// The fields of agents, sorted by change: lost, narrowed, gained, equal.
    agents: Vec<Difference>,
    /// The fields of trunks, sorted by change: lost, narrowed, gained, equal.
    trunks: Vec<Difference>,
}

/// The number of fields for each kind of change, across agents and trunks.
#[derive(Debug, Serialize, ToSchema)]
pub struct CapabilitySummary {
    /// The number of fields that only the old vendor supports.
    lost: usize,
    /// The number of fields that both vendors support and for which the new vendor is more restrictive: it accepts other
    /// or fewer values, or makes the value harder to change or to clear.
    narrowed: usize,
    /// The number of fields that only the new vendor supports, or for which the new vendor accepts more values or more
    /// changes.
    gained: usize,
    /// The number of fields that both vendors support equally, or that neither vendor supports.
    equal: usize,
}

impl CapabilityDifference {
    /// Compares the capabilities of two vendors.
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

/// Sorts fields by their change, losses first.
fn sorted(mut rows: Vec<Difference>) -> Vec<Difference> {
    rows.sort_by_key(|row| row.change);
    rows
}
