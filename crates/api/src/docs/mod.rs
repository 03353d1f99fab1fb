//! The API's contract in three forms: the OpenAPI document, a page to read, and Swagger UI to try the API. All files are built
//! into the binary; none loads anything from other hosts.

mod document;
mod fields;
mod json;
mod markdown;
mod model;
mod operations;
mod page;
pub mod problems;
mod schemas;
mod shell;
mod support;
mod translations;

use std::sync::LazyLock;

use axum::{
    Router,
    body::Body,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use http::{HeaderName, HeaderValue, header};
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa_swagger_ui::{Config, SwaggerUi};

use self::document::Document;
use super::Api;

/// The content security policy of the gateway's own pages. It permits only the gateway's own style and script.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

/// The content security policy of Swagger UI. It also permits requests to this gateway, and styles that the script of Swagger
/// UI sets.
const TRIAL_POLICY: &str = "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; \
                            img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
                            frame-ancestors 'none'";

/// The OpenAPI document and its page, rendered on first use.
static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
    let document = super::document();
    Contract { json: document.to_string(), page: page::write(Document(&document)) }
});

struct Contract {
    json: String,
    page: String,
}

/// Builds the routes of the OpenAPI document and of the style sheet that all pages share.
pub fn contract() -> Router<Api> {
    let style = || file("text/css; charset=utf-8", include_str!("assets/page.css"));
    Router::new()
        .route("/openapi.json", get(async || file("application/json", &CONTRACT.json)))
        .route("/docs/page.css", get(async move || style()))
}

/// Builds the routes of the page at `/docs` and of Swagger UI at `/docs/try/`.
pub fn viewer() -> Router<Api> {
    let script = || file("text/javascript; charset=utf-8", include_str!("assets/page.js"));
    Router::new()
        .route("/docs", get(async || html(CONTRACT.page.as_str())))
        .route("/docs/", get(async || Redirect::permanent("/docs")))
        .route("/docs/page.js", get(async move || script()))
        .merge(trial())
}

fn trial() -> Router<Api> {
    // The key stays in the memory of the page. In the browser's storage, it would outlive the page, for every script of this
    // origin.
    let config = Config::from("/openapi.json")
        .try_it_out_enabled(true)
        .persist_authorization(false)
        .deep_linking(true);
    let policy = HeaderValue::from_static(TRIAL_POLICY);
    Router::from(SwaggerUi::new("/docs/try").config(config))
        .layer(SetResponseHeaderLayer::overriding(header::CONTENT_SECURITY_POLICY, policy))
}

fn file(kind: &'static str, content: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind)], content)
}

/// Builds the answer with a page, which may load only the gateway's own style and script.
fn html(page: impl Into<Body>) -> Response {
    const HEADERS: [(HeaderName, &str); 3] = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (HEADERS, page.into()).into_response()
}
