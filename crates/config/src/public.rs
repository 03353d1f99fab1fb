//! Routes without a key: `[public]`.

use super::table::Table;

/// Settings for routes without a key.
#[derive(Debug, Clone, PartialEq)]
pub struct Public {
    /// Switch for the viewer of the API's contract.
    pub docs: bool,
}

impl Public {
    pub(super) fn read(mut table: Table<'_>) -> Option<Self> {
        let docs = table.must("docs", Table::take);
        table.end();
        Some(Self { docs: docs? })
    }
}
