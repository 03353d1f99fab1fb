//! The HTTP client and its tower stack, which turn a signed request into a complete response.

use std::{sync::Arc, time::Duration};

use reqwest::redirect::Policy;
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use switchboard_core::{
    error::{Error, Kind, Result},
    vendor::Reply,
};
use tokio::sync::Semaphore;
use tower::{ServiceBuilder, limit::GlobalConcurrencyLimitLayer, util::BoxCloneSyncService};

use crate::{Settings, failure::Failure, reply, wire::Wire};

/// The HTTP library's own retries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LibraryRetries {
    /// The library repeats a request if the server signals over HTTP/2 that it did not process the request.
    Unprocessed,
    /// The library repeats no request.
    Never,
}

/// Idle time after which the client closes a connection. The time should be shorter than the vendor's idle limit,
/// because a request is lost if the vendor closes the connection while the request is on its way.
const POOL_IDLE: Duration = Duration::from_secs(20);
/// Time without incoming data after which the client pings an HTTP/2 connection that has requests in flight.
const PING_AFTER: Duration = Duration::from_secs(20);
const PING_TIMEOUT: Duration = Duration::from_secs(5);
/// Maximum size of the HTTP/2 headers of a response in bytes. HTTP/1.1 needs no setting, because hyper refuses a
/// response with more than 100 headers or with more than about 400 KiB of headers.
const MAX_HEADERS_H2: u32 = 64 * 1024;

/// The stack that sends an attempt. Clones share the connections and the limit on requests in flight.
pub(crate) type Pipeline = BoxCloneSyncService<Wire, Reply, Failure>;

/// The stack that sends a request and returns the response before its body is read.
pub(crate) type Opener = BoxCloneSyncService<Wire, reqwest::Response, Failure>;

/// Builds the stack for attempts that read the complete response. `slots` limits the number of requests in flight.
pub(crate) fn pipeline(client: reqwest::Client, settings: &Settings, slots: Arc<Semaphore>) -> Pipeline {
    let max_body = settings.max_body;
    let stack = ServiceBuilder::new()
        .map_err(Failure::from_stack)
        .layer(GlobalConcurrencyLimitLayer::with_semaphore(slots))
        .timeout(settings.attempt_timeout)
        .service_fn(move |wire: Wire| {
            let client = client.clone();
            async move {
                let accepts_bytes = wire.accepts_bytes;
                let response = client.execute(wire.into()).await.map_err(Failure::from_client)?;
                reply::read(response, max_body, accepts_bytes).await
            }
        });
    BoxCloneSyncService::new(stack)
}

/// Builds the stack for requests whose response body is read piece by piece. `slots` limits the number of requests that
/// wait for a response.
pub(crate) fn opener(client: reqwest::Client, settings: &Settings, slots: Arc<Semaphore>) -> Opener {
    let stack = ServiceBuilder::new()
        .map_err(Failure::from_stack)
        .layer(GlobalConcurrencyLimitLayer::with_semaphore(slots))
        .timeout(settings.attempt_timeout)
        .service_fn(move |wire: Wire| {
            let client = client.clone();
            async move { client.execute(wire.into()).await.map_err(Failure::from_client) }
        });
    BoxCloneSyncService::new(stack)
}

/// Builds the client without the stack.
///
/// # Errors
/// `internal` if TLS cannot be set up.
pub(crate) fn client(settings: &Settings, retries: LibraryRetries) -> Result<reqwest::Client> {
    let fault = || Error::new(Kind::Internal, "TLS cannot be set up.");
    let tls = tls().map_err(|cause| fault().caused_by(cause))?;
    let builder = match retries {
        LibraryRetries::Unprocessed => reqwest::Client::builder(),
        LibraryRetries::Never => reqwest::Client::builder().retry(reqwest::retry::never()),
    };
    builder
        .tls_backend_preconfigured(tls)
        .user_agent(concat!("switchboard/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .no_proxy()
        .gzip(true)
        .connect_timeout(settings.connect_timeout.min(settings.attempt_timeout / 2))
        .pool_idle_timeout(POOL_IDLE)
        .pool_max_idle_per_host(settings.concurrency)
        .http2_keep_alive_interval(PING_AFTER)
        .http2_keep_alive_timeout(PING_TIMEOUT)
        .http2_max_header_list_size(MAX_HEADERS_H2)
        .build()
        .map_err(|cause| fault().caused_by(cause))
}

/// Configures TLS with ring and the public root certificates that are compiled in.
///
/// The provider is set explicitly, so that the client does not depend on a process-wide default. No certificates are
/// read from the machine, so that the client also works in a container image without certificates.
fn tls() -> Result<ClientConfig, rustls::Error> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let mut tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(tls)
}
