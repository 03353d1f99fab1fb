//! The gateway's public router, without vendors unless a test configures some, and functions that send requests to it.

use std::{io::Read, sync::Arc, time::Duration};

use axum::{Router, body::Body};
use flate2::read::GzDecoder;
use http::{HeaderMap, HeaderValue, Method, Request};
use http_body_util::BodyExt;
use switchboard_api::{
    self as api, Api, Documentation, TrialKey,
    edge::{
        self, Bounds, Edge, body::Limits, fingerprint::Fingerprints, keys::Keys, page::Cursors,
        write_headers::WaitLimits,
    },
};
use switchboard_config::{Config, Environment};
use switchboard_engine::Engine;
use switchboard_registry::ADAPTERS;
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::html::Page;

/// Builds the routes without the edge.
pub async fn routes(documentation: Documentation) -> Router {
    configured(None, documentation).await
}

async fn configured(settings: Option<&str>, documentation: Documentation) -> Router {
    let config = Config::load(settings, None, &Environment::new(), &|_, _, _| Vec::new()).unwrap();
    let opened = switchboard_store::open("sqlite::memory:", None).await.unwrap();
    let engine =
        Engine::new(&config, opened.store, &opened.signing_key, &ADAPTERS, api::render_problem).unwrap();
    let limits =
        Limits { max_bytes: 64 * 1024, timeout: Duration::from_secs(30), pause: Duration::from_secs(30) };
    let patience = WaitLimits { wait: config.writes.wait, longest_wait: config.writes.longest_wait };
    let api = Api {
        engine: Arc::new(engine),
        cursors: Cursors::new(&opened.signing_key),
        fingerprints: Fingerprints::new(&opened.signing_key),
        draining: CancellationToken::new(),
        limits,
        wait_limits: patience,
    };
    api::public(api, documentation)
}

/// Builds the gateway with its documentation, without API keys.
pub async fn app() -> Router {
    with(Documentation::Full(TrialKey::NotNeeded)).await
}

/// Builds the gateway with these pages, without API keys.
pub async fn with(documentation: Documentation) -> Router {
    layered(routes(documentation).await)
}

/// Builds the gateway with its documentation and these settings, in TOML, without API keys.
pub async fn with_settings(settings: &str) -> Router {
    layered(configured(Some(settings), Documentation::Full(TrialKey::NotNeeded)).await)
}

fn layered(routes: Router) -> Router {
    let bounds = Bounds { max_in_flight: 64, max_body_memory: 1 << 20, max_wrong_keys: 20 };
    edge::with_layers(routes, Edge::new(Keys::default(), bounds))
}

/// Returns the page at this path of the documentation.
pub async fn page(path: &str) -> Page {
    static APP: OnceCell<Router> = OnceCell::const_new();
    let reply = get(APP.get_or_init(app).await, path).await;
    assert_eq!(reply.status, 200, "{path}");
    Page::read(&reply.text)
}

/// An answer that has been read in full.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    /// The length of the body before it was decompressed, in bytes.
    pub transferred: usize,
}

impl Reply {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(HeaderValue::to_str).and_then(Result::ok).unwrap_or_default()
    }
}

pub async fn get(app: &Router, path: &str) -> Reply {
    ask(app, Method::GET, path, &[]).await
}

pub async fn ask(app: &Router, method: Method, path: &str, headers: &[(&str, &str)]) -> Reply {
    let request = Request::builder().method(method).uri(path).header("host", "gateway.test");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let response = app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let mut plain = Vec::new();
    match parts.headers.get("content-encoding") {
        Some(_) => GzDecoder::new(&*bytes).read_to_end(&mut plain).unwrap(),
        None => (&*bytes).read_to_end(&mut plain).unwrap(),
    };
    let text = String::from_utf8(plain).unwrap();
    Reply { status: parts.status.as_u16(), headers: parts.headers, text, transferred: bytes.len() }
}
