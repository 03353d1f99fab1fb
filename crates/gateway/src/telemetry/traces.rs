//! Traces, exported to a collector by OTLP over gRPC.

use std::time::Duration;

use anyhow::Context as _;
use opentelemetry::{KeyValue, trace::TracerProvider as _};
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use tracing::{Metadata, Subscriber};
use tracing_subscriber::{Layer, filter, registry::LookupSpan};
use url::Url;

/// Maximum wait for the collector.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(5);

/// An exporter of spans. [`flush`](Self::flush) sends the remaining spans before the process stops.
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Creates an exporter to the collector at this address. The exporter connects when it has spans to send, so an unavailable
    /// collector does not prevent the start of the gateway. Must be called within a Tokio runtime.
    ///
    /// # Errors
    /// Fails if the exporter cannot be set up.
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

    /// Returns the layer that converts the spans of this workspace to OpenTelemetry spans.
    pub fn layer<S: Subscriber + for<'a> LookupSpan<'a>>(&self) -> impl Layer<S> {
        let layer = tracing_opentelemetry::layer().with_tracer(self.0.tracer("switchboard"));
        layer.with_filter(filter::filter_fn(is_ours))
    }

    /// Sends the remaining spans. Waits at most 5 seconds for the collector.
    pub async fn flush(self) {
        // Blocks until the collector responds or the timeout passes.
        let _ = tokio::task::spawn_blocking(move || self.0.shutdown_with_timeout(EXPORT_TIMEOUT)).await;
    }
}

/// Returns true if a span belongs to this workspace. Spans of the exporter itself must not be exported, because exporting them
/// would create further spans.
fn is_ours(metadata: &Metadata<'_>) -> bool {
    metadata.target().starts_with("switchboard")
}
