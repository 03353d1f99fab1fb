//! Traces, sent to a collector by OTLP over gRPC.

use std::time::Duration;

use anyhow::Context as _;
use opentelemetry::{KeyValue, trace::TracerProvider as _};
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use tracing::{Metadata, Subscriber};
use tracing_subscriber::{Layer, filter, registry::LookupSpan};
use url::Url;

/// How long the collector may take.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(5);

/// Where spans go; what is left is sent when the process stops.
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Spans for the collector at this address. The collector is connected to when there is something to send, so that one
    /// that is down keeps nothing from starting.
    ///
    /// # Errors
    /// If the exporter cannot be set up. Must be called within the runtime.
    pub fn export_to(collector: &Url) -> anyhow::Result<Self> {
        let exporter = SpanExporter::builder()
            .with_tonic()
            .with_endpoint(collector.as_str())
            .with_timeout(EXPORT_TIMEOUT)
            .build()
            .context("telemetry.otlp_endpoint")?;
        let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        let resource = Resource::builder().with_service_name("switchboard").with_attribute(version).build();
        Ok(Self(SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build()))
    }

    /// The layer that turns our spans into theirs.
    pub fn layer<S: Subscriber + for<'a> LookupSpan<'a>>(&self) -> impl Layer<S> {
        let layer = tracing_opentelemetry::layer().with_tracer(self.0.tracer("switchboard"));
        layer.with_filter(filter::filter_fn(is_ours))
    }

    /// Sends what is left.
    pub async fn flush(self) {
        // It blocks until the collector answers or its patience is over.
        let _ = tokio::task::spawn_blocking(move || self.0.shutdown_with_timeout(EXPORT_TIMEOUT)).await;
    }
}

/// The exporter's own spans would be exported again, and again.
fn is_ours(metadata: &Metadata<'_>) -> bool {
    metadata.target().starts_with("switchboard")
}
