//! Metrics, read at `/metrics` and, if configured, exported to a collector by OTLP over gRPC.

use std::time::Duration;

use anyhow::Context as _;
use axum::{
    Router,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use opentelemetry::{KeyValue, global, metrics::Meter};
use opentelemetry_otlp::MetricExporter;
use opentelemetry_sdk::{
    error::OTelSdkResult,
    metrics::{
        PeriodicReader, SdkMeterProvider, Temporality, data::ResourceMetrics, exporter::PushMetricExporter,
    },
};
use prometheus::{Registry, TextEncoder};
use tracing::error;

use super::{
    collector::{Collector, TIMEOUT, resource},
    process,
    queue::Warnings,
};

/// The commit of the build, from the environment variable `SWITCHBOARD_REVISION` at build time.
const REVISION: &str = match option_env!("SWITCHBOARD_REVISION") {
    Some(revision) => revision,
    None => "unknown",
};

/// The metrics of the process.
pub struct Metrics {
    provider: SdkMeterProvider,
    registry: Registry,
}

impl Metrics {
    /// Starts measuring. Instruments that were created earlier record nothing.
    ///
    /// # Errors
    /// Fails if the exporter to the collector cannot be set up.
    pub fn start(collector: Option<Collector<'_>>) -> anyhow::Result<Self> {
        let registry = Registry::new();
        let reader = opentelemetry_prometheus::exporter()
            .with_registry(registry.clone())
            .without_target_info()
            .scope_info_enabled(false)
            .build()?;
        let mut provider = SdkMeterProvider::builder().with_resource(resource()).with_reader(reader);
        if let Some(collector) = collector {
            let exporter = collector.connect(MetricExporter::builder().with_tonic())?.build();
            let exporter = exporter.context("telemetry.otlp_endpoint")?;
            let exporter = Warning { exporter, warnings: Warnings::new("metrics") };
            let interval = collector.settings().metrics_interval;
            provider =
                provider.with_reader(PeriodicReader::builder(exporter).with_interval(interval).build());
        }
        let provider = provider.build();
        global::set_meter_provider(provider.clone());
        register(&global::meter("switchboard"));
        Ok(Self { provider, registry })
    }

    /// Returns the source of the text for `/metrics`.
    pub fn exposition(&self) -> Exposition {
        Exposition(self.registry.clone())
    }

    /// Sends the metrics one last time. Blocks for at most 5 seconds.
    pub fn flush(self) {
        let _ = self.provider.shutdown_with_timeout(TIMEOUT);
    }
}

/// Registers the metrics of the build and of the process.
fn register(meter: &Meter) {
    let build = [
        KeyValue::new("version", env!("CARGO_PKG_VERSION")),
        KeyValue::new("revision", REVISION),
        KeyValue::new("rustc", env!("SWITCHBOARD_RUSTC")),
    ];
    let _ = meter
        .u64_observable_gauge("switchboard.build_info")
        .with_description("1, with the version, the commit and the compiler of the build.")
        .with_callback(move |observer| observer.observe(1, &build))
        .build();
    process::register(meter);
}

/// The source of the text for `/metrics`. Clones are cheap.
#[derive(Clone)]
pub struct Exposition(Registry);

impl Exposition {
    /// Returns the route `/metrics`, which answers with the current metrics in the Prometheus text format.
    pub fn router(&self) -> Router {
        let source = self.clone();
        Router::new().route("/metrics", get(async move || source.render()))
    }

    fn render(&self) -> Response {
        match TextEncoder::new().encode_to_string(&self.0.gather()) {
            Ok(text) => ([(header::CONTENT_TYPE, prometheus::TEXT_FORMAT)], text).into_response(),
            Err(error) => {
                error!(%error, "failed to write the metrics");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}

/// An exporter that warns if the collector is unavailable. No metric is lost, because the next export contains the
/// totals.
struct Warning {
    exporter: MetricExporter,
    warnings: Warnings,
}

impl PushMetricExporter for Warning {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        let sent = self.exporter.export(metrics).await;
        if let Err(error) = &sent {
            self.warnings.warn(error);
        }
        sent
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn temporality(&self) -> Temporality {
        self.exporter.temporality()
    }
}
