//! The connection to the collector.

use std::{sync::LazyLock, time::Duration};

use anyhow::Context as _;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::{Key, KeyValue};
use opentelemetry_otlp::{
    WithExportConfig, WithTonicConfig,
    tonic_types::{metadata::MetadataMap, transport::ClientTlsConfig},
};
use opentelemetry_sdk::Resource;
use secrecy::ExposeSecret as _;
use switchboard_config::telemetry::Otlp;
use uuid::Uuid;

/// Maximum time for a request to the collector, and for the last requests before the process stops.
pub const TIMEOUT: Duration = Duration::from_secs(5);

/// The collector that receives one kind of telemetry.
#[derive(Clone, Copy)]
pub struct Collector<'a>(&'a Otlp);

impl<'a> Collector<'a> {
    /// Creates the collector with these settings.
    pub fn new(settings: &'a Otlp) -> Self {
        Self(settings)
    }

    /// Returns the settings.
    pub fn settings(self) -> &'a Otlp {
        self.0
    }

    /// Configures the builder of an exporter: address, headers, time limit, and, if the address has the scheme `https`,
    /// TLS with public root certificates.
    ///
    /// # Errors
    /// Fails if a header is invalid.
    pub fn connect<B: WithExportConfig + WithTonicConfig>(self, builder: B) -> anyhow::Result<B> {
        let Otlp { endpoint, headers, .. } = self.0;
        let mut metadata = HeaderMap::new();
        for (name, value) in headers {
            let invalid = || format!("telemetry.otlp_headers.{name}");
            let mut value = HeaderValue::from_str(value.expose_secret()).with_context(invalid)?;
            value.set_sensitive(true);
            metadata.insert(HeaderName::from_bytes(name.as_bytes()).with_context(invalid)?, value);
        }
        let builder = builder.with_endpoint(endpoint.as_str()).with_timeout(TIMEOUT);
        let builder = builder.with_metadata(MetadataMap::from_headers(metadata));
        Ok(match endpoint.scheme() {
            "https" => builder.with_tls_config(ClientTlsConfig::new().with_webpki_roots()),
            _ => builder,
        })
    }
}

/// The id of this process in its telemetry, the same for traces, metrics and logs.
static INSTANCE_ID: LazyLock<String> = LazyLock::new(|| Uuid::now_v7().to_string());
/// The attribute that tells the processes of one service apart. Without it, a backend adds the counters of one process to
/// the series of another.
const INSTANCE: Key = Key::from_static_str("service.instance.id");

/// Returns the attributes that describe this process in all its telemetry. The environment variable
/// `OTEL_RESOURCE_ATTRIBUTES` adds further ones, and can name the instance, which has a random id otherwise.
pub fn resource() -> Resource {
    let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
    let mut builder = Resource::builder().with_service_name("switchboard").with_attribute(version);
    if Resource::builder().build().get(&INSTANCE).is_none() {
        builder = builder.with_attribute(KeyValue::new(INSTANCE, INSTANCE_ID.as_str()));
    }
    builder.build()
}
