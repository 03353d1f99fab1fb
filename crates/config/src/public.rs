//! `[public]`.

use super::table::Table;

/// What is served to everybody.
#[derive(Debug, Clone, PartialEq)]
pub struct Public {
    /// Whether the viewer of the API's contract is.
    pub docs: bool,
}

impl Public {
    pub(super) fn read(mut table: Table<'_>) -> Option<Self> {
        let docs = table.must("docs", Table::take);
        table.end();
        Some(Self { docs: docs? })
    }
}
