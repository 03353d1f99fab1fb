//! Log events of this workspace, exported to a collector by OTLP over gRPC. They have the same content as on standard
//! error.

use std::time::Duration;

use anyhow::Context as _;
use opentelemetry::InstrumentationScope;
use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use opentelemetry_otlp::LogExporter;
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    logs::{BatchConfigBuilder, BatchLogProcessor, LogBatch, LogProcessor, SdkLogRecord, SdkLoggerProvider},
};
use tracing::Subscriber;
use tracing_subscriber::{Layer, registry::LookupSpan};

use super::{
    collector::{Collector, TIMEOUT, resource},
    of_this_workspace,
    queue::{EXPORTER_QUEUE, Queue},
};

/// An exporter of log events.
pub struct Logs(SdkLoggerProvider);

impl Logs {
    /// Creates an exporter to the collector.
    ///
    /// # Errors
    /// Fails if the exporter cannot be set up.
    pub fn export_to(collector: Collector<'_>) -> anyhow::Result<Self> {
        let exporter = collector.connect(LogExporter::builder().with_tonic())?.build();
        let exporter = exporter.context("telemetry.otlp_endpoint")?;
        let queue = Queue::new("logs");
        let config = BatchConfigBuilder::default().with_max_queue_size(EXPORTER_QUEUE).build();
        let exporter = Counted { exporter, queue: queue.clone() };
        let processor = BatchLogProcessor::builder(exporter).with_batch_config(config).build();
        let provider = SdkLoggerProvider::builder()
            .with_resource(resource())
            .with_log_processor(Bounded { processor, queue })
            .build();
        Ok(Self(provider))
    }

    /// Returns the layer that sends the events of this workspace.
    pub fn layer<S: Subscriber + for<'a> LookupSpan<'a>>(&self) -> impl Layer<S> + use<S> {
        OpenTelemetryTracingBridge::new(&self.0).with_filter(of_this_workspace())
    }

    /// Sends the remaining events. Blocks for at most 5 seconds.
    pub fn flush(self) {
        let _ = self.0.shutdown_with_timeout(TIMEOUT);
    }
}

/// An exporter that removes events from the queue after it has tried to send them.
#[derive(Debug)]
struct Counted {
    exporter: LogExporter,
    queue: Queue,
}

impl opentelemetry_sdk::logs::LogExporter for Counted {
    async fn export(&self, batch: LogBatch<'_>) -> OTelSdkResult {
        let events = batch.iter().count();
        let sent = self.exporter.export(batch).await;
        self.queue.leave(events, &sent);
        sent
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

/// A processor that drops the events for which the queue has no room.
#[derive(Debug)]
struct Bounded {
    processor: BatchLogProcessor,
    queue: Queue,
}

impl LogProcessor for Bounded {
    fn emit(&self, record: &mut SdkLogRecord, scope: &InstrumentationScope) {
        if self.queue.enter() {
            self.processor.emit(record, scope);
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
