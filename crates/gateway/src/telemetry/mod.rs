//! Logs and traces. Each request and each failure is logged as one event, without content from callers or vendors.

mod traces;

use std::io::{IsTerminal, stderr};
use switchboard_config::telemetry::{Format, Telemetry};

use anyhow::Context as _;
use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

pub use traces::Traces;

/// Starts logging to standard error and, if configured, sending spans to the collector. Returns the exporter of spans, if
/// there is one.
///
/// # Errors
/// Fails if logging was started before, or if the log filter or the address of the collector is invalid.
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
