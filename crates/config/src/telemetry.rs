//! Logs and traces: `[telemetry]`.

use tracing_subscriber::EnvFilter;
use url::Url;

use super::table::Table;

/// Settings for logs and traces.
#[derive(Debug, Clone, PartialEq)]
pub struct Telemetry {
    /// Filter directives for [`EnvFilter`].
    pub log: String,
    /// Format of log lines.
    pub format: Format,
    /// URL of the collector that receives traces; `None` if no traces are sent.
    pub otlp_endpoint: Option<Url>,
}

/// The format of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Lines for people.
    Text,
    /// A JSON object per line.
    Json,
}

impl Telemetry {
    pub(super) fn read(mut table: Table<'_>) -> Option<Self> {
        let log: Option<String> = table.must("log", Table::take);
        if let Some(Err(error)) = log.as_ref().map(EnvFilter::try_new) {
            table.refuse("log", error.to_string());
        }
        let format =
            table.must("format", |t, key| t.word(key, &[("text", Format::Text), ("json", Format::Json)]));
        let otlp_endpoint: Option<Url> = table.parse("otlp_endpoint");
        if otlp_endpoint.as_ref().is_some_and(|url| url.scheme() != "http" || !url.has_host()) {
            table.refuse("otlp_endpoint", "must be an HTTP URL, such as http://127.0.0.1:4317");
        }
        table.end();
        Some(Self { log: log?, format: format?, otlp_endpoint })
    }
}
