//! Logs and traces: one event per request, one per failure, and no content from callers or vendors.

mod traces;

use std::io::{IsTerminal, stderr};
use switchboard_config::telemetry::{Format, Telemetry};

use anyhow::Context as _;
use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

pub use traces::Traces;

/// Sends the log to standard error and the spans to the collector, as configured, for the rest of the process.
///
/// # Errors
/// Fails if logging was set up before, or if the collector's address is unusable.
pub fn start(settings: &Telemetry) -> anyhow::Result<Option<Traces>> {
    let traces = settings.otlp_endpoint.as_ref().map(Traces::export_to).transpose()?;
    let log = tracing_subscriber::fmt::layer().with_writer(stderr);
    let log = match settings.format {
        Format::Text => log.with_ansi(stderr().is_terminal()).boxed(),
        Format::Json => log.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed(),
    };
    let log = log.with_filter(EnvFilter::try_new(&settings.log).context("telemetry.log")?);
    let subscriber = tracing_subscriber::registry().with(log).with(traces.as_ref().map(Traces::layer));
    subscriber.try_init().map_err(|error| anyhow::anyhow!("cannot set up logging: {error}"))?;
    Ok(traces)
}
