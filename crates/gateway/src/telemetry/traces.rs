//! Traces, exported to a collector by OTLP over gRPC.

use std::time::Duration;

use anyhow::Context as _;
use opentelemetry::{Context, global, trace::TracerProvider as _};
use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    propagation::TraceContextPropagator,
    trace::{
        BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracerProvider, Span, SpanData, SpanProcessor,
    },
};
use tracing::Subscriber;
use tracing_subscriber::{Layer, registry::LookupSpan};

use super::{
    collector::{Collector, TIMEOUT, resource},
    of_this_workspace,
    queue::{EXPORTER_QUEUE, Queue},
};

/// An exporter of spans.
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Creates an exporter to the collector, and makes the process honour the header `traceparent`.
    ///
    /// # Errors
    /// Fails if the exporter cannot be set up.
    pub fn export_to(collector: Collector<'_>) -> anyhow::Result<Self> {
        let exporter = collector.connect(SpanExporter::builder().with_tonic())?.build();
        let exporter = exporter.context("telemetry.otlp_endpoint")?;
        let queue = Queue::new("traces");
        let config = BatchConfigBuilder::default().with_max_queue_size(EXPORTER_QUEUE).build();
        let exporter = Counted { exporter, queue: queue.clone() };
        let processor = BatchSpanProcessor::builder(exporter).with_batch_config(config).build();
        let root = Sampler::TraceIdRatioBased(collector.settings().sample_ratio);
        let provider = SdkTracerProvider::builder()
            .with_resource(resource())
            .with_sampler(Sampler::ParentBased(Box::new(root)))
            .with_span_processor(Bounded { processor, queue })
            .build();
        global::set_text_map_propagator(TraceContextPropagator::new());
        Ok(Self(provider))
    }

    /// Returns the layer that converts the spans of this workspace to OpenTelemetry spans.
    pub fn layer<S: Subscriber + for<'a> LookupSpan<'a>>(&self) -> impl Layer<S> + use<S> {
        let layer = tracing_opentelemetry::layer().with_tracer(self.0.tracer("switchboard"));
        layer.with_filter(of_this_workspace())
    }

    /// Sends the remaining spans. Blocks for at most 5 seconds.
    pub fn flush(self) {
        let _ = self.0.shutdown_with_timeout(TIMEOUT);
    }
}

/// An exporter that removes spans from the queue after it has tried to send them.
#[derive(Debug)]
struct Counted {
    exporter: SpanExporter,
    queue: Queue,
}

impl opentelemetry_sdk::trace::SpanExporter for Counted {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len();
        let sent = self.exporter.export(batch).await;
        self.queue.leave(spans, &sent);
        sent
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

/// A processor that drops the spans for which the queue has no room.
#[derive(Debug)]
struct Bounded {
    processor: BatchSpanProcessor,
    queue: Queue,
}

impl SpanProcessor for Bounded {
    fn on_start(&self, span: &mut Span, cx: &Context) {
        self.processor.on_start(span, cx);
    }

    fn on_end(&self, span: SpanData) {
        if self.queue.enter() {
            self.processor.on_end(span);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.processor.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.processor.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.processor.set_resource(resource);
    }
}
