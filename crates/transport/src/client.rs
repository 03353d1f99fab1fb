//! The HTTP client and the tower stack around it: from a signed request to an answer read whole.

use std::{sync::Arc, time::Duration};

use reqwest::redirect::Policy;
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use switchboard_core::{Error, Kind, Reply, Result};
use tokio::sync::Semaphore;
use tower::{ServiceBuilder, limit::GlobalConcurrencyLimitLayer, util::BoxCloneSyncService};

use crate::{Settings, failure::Failure, reply, wire::Wire};

/// Vendors close idle connections after some time; one that we drop first cannot swallow a request.
const POOL_IDLE: Duration = Duration::from_secs(20);
/// How long an HTTP/2 connection may be silent before it is asked whether it still lives.
const PING_AFTER: Duration = Duration::from_secs(20);
const PING_TIMEOUT: Duration = Duration::from_secs(5);
/// HTTP/1.1 needs no setting: hyper refuses more than 100 headers, and heads of more than 400 KiB.
const MAX_HEADERS_H2: u32 = 64 * 1024;

/// Sends one attempt. Clones share the connections and the limit on requests in flight.
pub(crate) type Pipeline = BoxCloneSyncService<Wire, Reply, Failure>;

/// Builds the stack that every attempt goes through. `places` bounds the requests in flight.
///
/// # Errors
/// `internal` where TLS cannot be set up.
pub(crate) fn pipeline(settings: &Settings, places: Arc<Semaphore>) -> Result<Pipeline> {
    let client = client(settings)?;
    let max_body = settings.max_body;
    let stack = ServiceBuilder::new()
        .map_err(Failure::from_stack)
        .layer(GlobalConcurrencyLimitLayer::with_semaphore(places))
        .timeout(settings.attempt_timeout)
        .service_fn(move |wire: Wire| {
            let client = client.clone();
            async move {
                let response = client.execute(wire.into()).await.map_err(Failure::from_client)?;
                reply::read(response, max_body).await
            }
        });
    Ok(BoxCloneSyncService::new(stack))
}

/// The client alone.
///
/// # Errors
/// `internal` where TLS cannot be set up.
pub(crate) fn client(settings: &Settings) -> Result<reqwest::Client> {
    let fault = || Error::new(Kind::Internal, "TLS cannot be set up.");
    let tls = tls().map_err(|cause| fault().caused_by(cause))?;
    reqwest::Client::builder()
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

/// TLS by ring and the public roots that come with the binary.
///
/// Says its provider itself, so nothing depends on a process-wide default; reads no certificates of the machine, so
/// it also works in an image that has none.
fn tls() -> Result<ClientConfig, rustls::Error> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let mut tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(tls)
}
