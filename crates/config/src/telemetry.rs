//! Logs, metrics and traces: `[telemetry]`.

use std::{collections::BTreeMap, str::FromStr as _, time::Duration};

use secrecy::{ExposeSecret as _, SecretString};
use tracing_subscriber::{EnvFilter, filter::LevelFilter};
use url::Url;

use super::table::Table;

/// Settings for logs, metrics and traces.
#[derive(Debug, Clone)]
pub struct Telemetry {
    /// Filter directives for [`EnvFilter`].
    pub log: String,
    /// Format of log lines.
    pub format: Format,
    /// True if the gateway collects metrics. Otherwise, there is no `/metrics`, and no metrics are sent.
    pub metrics: bool,
    /// The collector that receives telemetry; `None` if the gateway sends no telemetry.
    pub otlp: Option<Otlp>,
}

/// A collector that receives telemetry by OTLP over gRPC.
#[derive(Debug, Clone)]
pub struct Otlp {
    /// URL of the collector. With the scheme `https`, the gateway uses TLS and expects a certificate from a public
    /// authority.
    pub endpoint: Url,
    /// Metadata that each request to the collector carries.
    pub headers: BTreeMap<String, SecretString>,
    /// The kinds of telemetry that are sent, at least one.
    pub signals: Vec<Signal>,
    /// Share of the traces that are sent, from 0 to 1. A caller's `traceparent` overrides it.
    pub sample_ratio: f64,
    /// Interval between two exports of the metrics.
    pub metrics_interval: Duration,
}

/// A kind of telemetry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// Spans.
    Traces,
    /// Counters, gauges and histograms.
    Metrics,
    /// Log events.
    Logs,
}

/// The format of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Human-readable lines.
    Text,
    /// A JSON object per line.
    Json,
}

impl Telemetry {
    pub(super) fn read(mut table: Table<'_>) -> Option<Self> {
        let log: Option<String> = table.must("log", Table::take);
        if let Some(Err(error)) = log.as_ref().map(EnvFilter::try_new) {
            table.refuse("log", error.to_string());
        } else if let Some(wrong) = log.as_deref().and_then(misspelt_level) {
            let message = format!(
                "{wrong:?} is no level; give \"off\", \"error\", \"warn\", \"info\", \"debug\" or \"trace\", alone or \
                 as TARGET=LEVEL"
            );
            table.refuse("log", message);
        }
        let format =
            table.must("format", |t, key| t.word(key, &[("text", Format::Text), ("json", Format::Json)]));
        let metrics = table.must("metrics", Table::take);
        let otlp = Otlp::read(&mut table);
        table.end();
        Some(Self { log: log?, format: format?, metrics: metrics?, otlp: otlp? })
    }
}

impl Otlp {
    /// Reads the keys `otlp_…` and `sample_ratio`. Returns `Some(None)` if no collector is configured, and `None` if a
    /// setting of the collector is missing or cannot be read.
    fn read(table: &mut Table<'_>) -> Option<Option<Self>> {
        let wanted = table.has("otlp_endpoint");
        let endpoint: Option<Url> = table.parse("otlp_endpoint");
        if endpoint.as_ref().is_some_and(|url| !is_plain(url)) {
            let message = "must be an HTTP or HTTPS URL without credentials, query and fragment, such as \
                           http://127.0.0.1:4317; otlp_headers can carry a credential";
            table.refuse("otlp_endpoint", message);
        }
        let headers = read_headers(table.table("otlp_headers"));
        let signals = read_signals(table);
        let sample_ratio = table.must("sample_ratio", |t, key| t.within(key, 0.0..=1.0));
        let metrics_interval = table.must("otlp_metrics_s", |t, key| t.seconds(key, 1.0..=3600.0));
        if !wanted {
            return Some(None);
        }
        Some(Some(Self {
            endpoint: endpoint?,
            headers,
            signals: signals?,
            sample_ratio: sample_ratio?,
            metrics_interval: metrics_interval?,
        }))
    }

    /// Returns true if telemetry of this kind is sent.
    pub fn sends(&self, signal: Signal) -> bool {
        self.signals.contains(&signal)
    }
}

/// Returns true if the URL has the form that the base URL of a vendor must have, too.
fn is_plain(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none()
}

fn read_headers(table: Table<'_>) -> BTreeMap<String, SecretString> {
    let (headers, table) = table.secrets();
    for (name, value) in &headers {
        let valid = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b);
        if name.is_empty() || !name.bytes().all(valid) || name.ends_with("-bin") {
            table.refuse(name, "must be the name of a header in lower case, and must not end with \"-bin\"");
        }
        if !value.expose_secret().bytes().all(|b| (b' '..=b'~').contains(&b)) {
            table.refuse(name, "must have only visible ASCII characters and spaces");
        }
    }
    headers
}

fn read_signals(table: &mut Table<'_>) -> Option<Vec<Signal>> {
    let names: Vec<String> = table.must("otlp_signals", Table::take)?;
    let known = [("traces", Signal::Traces), ("metrics", Signal::Metrics), ("logs", Signal::Logs)];
    if names.is_empty() {
        table.refuse("otlp_signals", "must list at least one of \"traces\", \"metrics\" and \"logs\"");
        return None;
    }
    let mut signals = Vec::new();
    for (index, name) in names.iter().enumerate() {
        match known.iter().find(|(word, _)| word == name) {
            Some((_, signal)) => signals.push(*signal),
            None => {
                let message = format!("must be \"traces\", \"metrics\" or \"logs\", not {name:?}");
                table.refuse(&format!("otlp_signals[{index}]"), message);
            }
        }
    }
    (signals.len() == names.len()).then_some(signals)
}

/// Finds a directive of a log filter that is neither a level nor a target of this workspace, such as `debgu`. The
/// filter would take it for a target, and would log nothing else.
fn misspelt_level(log: &str) -> Option<&str> {
    // A directive with a span can contain commas.
    let mut directives = log.split(',').map(str::trim).filter(|_| !log.contains('['));
    directives.find(|directive| {
        let is_bare = !directive.is_empty() && !directive.contains('=');
        let is_level = LevelFilter::from_str(directive).is_ok();
        is_bare && !is_level && !directive.starts_with("switchboard")
    })
}
