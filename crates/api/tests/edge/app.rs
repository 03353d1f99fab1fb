//! A small router behind the real edge, and functions that send requests to it.

use std::{sync::Arc, time::Duration};

use axum::{
    Json as Answer, Router,
    body::Body,
    extract::{FromRef, Path, State},
    response::{IntoResponse, Response},
    routing::{any, get, post},
};
use http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use switchboard_api::edge::{
    Bounds, Edge,
    body::{Json, Limits, MergePatch, NoBody},
    keys::Keys,
    precondition::{RequiredIfMatch, etag},
    prefer::Prefer,
    problem::Failure,
    query::Query,
    request_id::RequestId,
    with_layers,
};
use switchboard_config::KeyHash;
use switchboard_core::error::{Error, Kind};
use tokio::sync::Notify;
use tower::ServiceExt;

pub const KEY: &str = "a-key-for-tests-only";

/// The settings and handles of the test router.
#[derive(Clone)]
pub struct Setup {
    pub keys: Vec<&'static str>,
    pub max_in_flight: usize,
    pub limits: Limits,
    pub max_body_memory: usize,
    /// Releases a request that waits at `/v1/gate`.
    pub gate: Arc<Notify>,
    /// Notified whenever a request arrives at `/v1/gate`.
    pub arrived: Arc<Notify>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            keys: Vec::new(),
            max_in_flight: 64,
            limits: Limits {
                max_bytes: 64 * 1024,
                timeout: Duration::from_secs(30),
                pause: Duration::from_secs(30),
            },
            max_body_memory: 1 << 20,
            gate: Arc::default(),
            arrived: Arc::default(),
        }
    }
}

impl FromRef<Setup> for Limits {
    fn from_ref(setup: &Setup) -> Self {
        setup.limits
    }
}

pub fn app(setup: Setup) -> Router {
    let keys = setup.keys.iter().map(|key| (*key, KeyHash::from_key(key))).collect::<Keys>();
    let bounds = Bounds {
        max_in_flight: setup.max_in_flight,
        max_body_memory: setup.max_body_memory,
        max_wrong_keys: 20,
    };
    let edge = Edge::new(keys, bounds);
    let router = Router::new()
        .route("/livez", get(|| async { "ok" }))
        .route("/open", get(|| async { "open" }))
        .route("/v1/echo", post(echo).patch(echo_patch))
        .route("/v1/order", post(|_: NoBody| async { StatusCode::NO_CONTENT }))
        .route("/v1/list", get(list))
        .route("/v1/thing", get(read).put(write))
        .route("/v1/number/{number}", get(|Path(number): Path<u32>| async move { number.to_string() }))
        .route("/v1/id", get(|id: RequestId| async move { id.as_str().to_owned() }))
        .route("/v1/panic", any(|| async { panic!("a handler's own words") as Response }))
        .route("/v1/gate", get(gate))
        .route("/v1/fail/{code}", get(fail))
        .with_state(setup);
    with_layers(router, edge)
}

async fn echo(Json(body): Json) -> Result<Answer<Value>, Failure> {
    Ok(Answer(body?))
}

async fn echo_patch(MergePatch(body): MergePatch) -> Result<Answer<Value>, Failure> {
    Ok(Answer(body?))
}

async fn list(mut query: Query) -> Result<Answer<Value>, Failure> {
    let (limit, vendor, refresh) = (query.limit(), query.text("vendor"), query.flag("refresh"));
    let revision = query.read("revision", |text| text.parse::<u32>());
    query.finish()?;
    Ok(Answer(json!({"limit": limit, "vendor": vendor, "refresh": refresh, "revision": revision})))
}

async fn read(prefer: Prefer) -> Response {
    let handling = prefer.handling.map(|handling| format!("{handling:?}"));
    ([("etag", etag(7))], prefer.applied(), Answer(json!(handling))).into_response()
}

async fn write(precondition: RequiredIfMatch) -> Result<StatusCode, Failure> {
    precondition.given()?.check(7)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn gate(State(setup): State<Setup>) -> &'static str {
    setup.arrived.notify_one();
    setup.gate.notified().await;
    "through"
}

async fn fail(Path(code): Path<String>) -> Result<(), Failure> {
    let kind = Kind::named(&code).unwrap_or(Kind::NotFound);
    Err(Error::new(kind, "The handler's own detail.").caused_by("a cause that stays in the log").into())
}

/// An answer that has been read in full.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(HeaderValue::to_str).and_then(Result::ok).unwrap_or_default()
    }

    /// Returns the body as JSON; null if it is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// Returns the `code` of a problem document, after checking that the document is valid in every respect.
    #[track_caller]
    pub fn code(&self) -> String {
        let problem = self.json();
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        assert_eq!(problem["status"], self.status);
        assert_eq!(problem["request_id"], self.header("x-request-id"));
        let code = problem["code"].as_str().unwrap_or_default();
        assert_eq!(problem["type"], format!("/problems/{code}"));
        assert!(
            problem["title"].is_string()
                && problem["detail"].is_string()
                && problem["retryable"].is_boolean()
        );
        code.to_owned()
    }
}

/// Sends a request, with a `Host` header.
pub async fn send(app: &Router, mut request: Request<Body>) -> Reply {
    request.headers_mut().insert(header::HOST, HeaderValue::from_static("gateway.test"));
    let response = app.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    Reply { status: parts.status.as_u16(), headers: parts.headers, text }
}

pub async fn get_it(app: &Router, path: &str) -> Reply {
    send(app, Request::get(path).body(Body::empty()).unwrap()).await
}

/// Sends a GET with headers.
pub async fn get_with(app: &Router, path: &str, headers: &[(&str, &str)]) -> Reply {
    let request =
        headers.iter().fold(Request::get(path), |request, (name, value)| request.header(*name, *value));
    send(app, request.body(Body::empty()).unwrap()).await
}

/// Sends a POST with a JSON body.
pub async fn post_it(app: &Router, body: impl Into<Body>) -> Reply {
    let request = Request::post("/v1/echo").header("content-type", "application/json");
    send(app, request.body(body.into()).unwrap()).await
}
