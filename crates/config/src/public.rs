//! Routes that need no API key: `[public]`.

use super::table::Table;

/// Settings for routes that need no API key.
#[derive(Debug, Clone, PartialEq)]
pub struct Public {
    /// True if the gateway serves the documentation at `/docs`. Its tables show the names of the configured vendors.
    pub docs: bool,
}

impl Public {
    pub(super) fn read(mut table: Table<'_>) -> Option<Self> {
        let docs = table.must("docs", Table::take);
        table.end();
        Some(Self { docs: docs? })
    }
}
