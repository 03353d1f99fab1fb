//! `[telemetry]`.

use serde::Deserialize;
use tracing_subscriber::EnvFilter;

use super::table::Table;

/// What is logged, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Telemetry {
    /// Directives for [`EnvFilter`].
    pub log: String,
    /// For whom.
    pub format: Format,
}

/// The form of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// For people.
    Text,
    /// For machines.
    Json,
}

impl Telemetry {
    pub(super) fn read(mut table: Table<'_>) -> Option<Self> {
        let log: Option<String> = table.must("log", Table::take);
        if let Some(Err(error)) = log.as_ref().map(EnvFilter::try_new) {
            table.refuse("log", error.to_string());
        }
        let format = table.must("format", Table::take);
        table.end();
        Some(Self { log: log?, format: format? })
    }
}
