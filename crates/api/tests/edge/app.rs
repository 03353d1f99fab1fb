//! A small router behind the real edge, and a way to ask it.

use std::{sync::Arc, time::Duration};

use axum::{
    Json as Answer, Router,
    body::Body,
    extract::{FromRef, Path, State},
    response::{IntoResponse, Response},
    routing::{any, get, post},
};
use http::{HeaderMap, HeaderValue, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use switchboard_api::edge::{
    Edge,
    body::{Json, Limits},
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

/// What the test router is made with.
#[derive(Clone)]
pub struct Setup {
    pub keys: Vec<&'static str>,
    pub max_in_flight: usize,
    pub limits: Limits,
    /// What `/v1/gate` waits for.
    pub gate: Arc<Notify>,
    /// Told whenever a request waits at `/v1/gate`.
    pub arrived: Arc<Notify>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            keys: Vec::new(),
            max_in_flight: 64,
            limits: Limits { max_bytes: 64 * 1024, timeout: Duration::from_secs(30) },
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
    let edge = Edge::new(keys, setup.max_in_flight);
    let router = Router::new()
        .route("/livez", get(|| async { "ok" }))
        .route("/open", get(|| async { "open" }))
        .route("/v1/echo", post(echo).patch(echo))
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

async fn echo(Json(body): Json) -> Answer<Value> {
    Answer(body)
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

/// An answer, read whole.
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

    /// The body as JSON; null where it is not.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// The `code` of a problem document that is one in every respect.
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

pub async fn send(app: &Router, request: Request<Body>) -> Reply {
    let response = app.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    Reply { status: parts.status.as_u16(), headers: parts.headers, text }
}

pub async fn get_it(app: &Router, path: &str) -> Reply {
    send(app, Request::get(path).body(Body::empty()).unwrap()).await
}

/// GET with headers.
pub async fn get_with(app: &Router, path: &str, headers: &[(&str, &str)]) -> Reply {
    let request =
        headers.iter().fold(Request::get(path), |request, (name, value)| request.header(*name, *value));
    send(app, request.body(Body::empty()).unwrap()).await
}

/// POST of a JSON body.
pub async fn post_it(app: &Router, body: impl Into<Body>) -> Reply {
    let request = Request::post("/v1/echo").header("content-type", "application/json");
    send(app, request.body(body.into()).unwrap()).await
}
