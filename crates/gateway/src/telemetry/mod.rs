//! Logs, metrics and traces. Each request and each failure is logged as one event, without content from callers or
//! vendors.

mod collector;
mod correlated;
mod logs;
mod metrics;
mod process;
mod queue;
mod traces;

use std::io::{IsTerminal, stderr};
use switchboard_config::telemetry::{Format, Signal, Telemetry as Settings};

use anyhow::Context as _;
use tracing::Metadata;
use tracing_subscriber::{EnvFilter, Layer, filter, layer::SubscriberExt, util::SubscriberInitExt};

pub use metrics::{Exposition, Metrics};

use collector::Collector;
use correlated::Correlated;
use logs::Logs;
use traces::Traces;

/// The telemetry of the process. [`flush`](Self::flush) sends the remaining telemetry before the process stops.
pub struct Telemetry {
    traces: Option<Traces>,
    logs: Option<Logs>,
    metrics: Option<Metrics>,
}

impl Telemetry {
    /// Starts logging to standard error, measuring, and, if configured, sending telemetry to the collector. The
    /// collector is contacted later, so an unavailable collector does not prevent the start of the gateway. Must be
    /// called once, within a Tokio runtime, before any other component of the gateway is created.
    ///
    /// # Errors
    /// Fails if logging was started before, or if a setting is invalid.
    pub fn start(settings: &Settings) -> anyhow::Result<Self> {
        let collector = |signal| settings.otlp.as_ref().filter(|otlp| otlp.sends(signal)).map(Collector::new);
        let metrics = settings.metrics.then(|| Metrics::start(collector(Signal::Metrics))).transpose()?;
        let traces = collector(Signal::Traces).map(Traces::export_to).transpose()?;
        let logs = collector(Signal::Logs).map(Logs::export_to).transpose()?;
        let filter = || EnvFilter::try_new(&settings.log).context("telemetry.log");
        let log = tracing_subscriber::fmt::layer().with_writer(stderr);
        let log = match settings.format {
            Format::Text => log.with_ansi(stderr().is_terminal()).boxed(),
            Format::Json => {
                let log = log.json().flatten_event(true).with_current_span(true).with_span_list(false);
                log.map_event_format(Correlated).boxed()
            }
        };
        let sent = logs.as_ref().map(|logs| anyhow::Ok(logs.layer().with_filter(filter()?)));
        let subscriber = tracing_subscriber::registry()
            .with(log.with_filter(filter()?))
            .with(traces.as_ref().map(Traces::layer))
            .with(sent.transpose()?);
        subscriber.try_init().map_err(|error| anyhow::anyhow!("cannot set up logging: {error}"))?;
        Ok(Self { traces, logs, metrics })
    }

    /// Returns the source of the metrics for `/metrics`, or `None` if the configuration disables metrics.
    pub fn exposition(&self) -> Option<Exposition> {
        self.metrics.as_ref().map(Metrics::exposition)
    }

    /// Sends the remaining telemetry. Waits at most 5 seconds for the collector.
    pub async fn flush(self) {
        let Self { traces, logs, metrics } = self;
        let flushes = [
            traces.map(|traces| tokio::task::spawn_blocking(move || traces.flush())),
            logs.map(|logs| tokio::task::spawn_blocking(move || logs.flush())),
            metrics.map(|metrics| tokio::task::spawn_blocking(move || metrics.flush())),
        ];
        for flush in flushes.into_iter().flatten() {
            // The process stops, so a panic of the exporter has no further effect.
            let _ = flush.await;
        }
    }
}

/// Returns a filter that permits only the spans and events of this workspace. Spans and events of the exporter itself
/// must not be exported, because exporting them would create further ones.
fn of_this_workspace() -> filter::FilterFn<fn(&Metadata<'_>) -> bool> {
    filter::filter_fn(|metadata| metadata.target().starts_with("switchboard"))
}
