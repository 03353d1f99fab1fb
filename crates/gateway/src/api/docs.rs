//! The API's contract, and the viewer that is built into the binary.

use std::sync::LazyLock;

use axum::{Router, response::IntoResponse, routing::get};
use http::header;
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::{Api, document};

/// The document, written once.
static JSON: LazyLock<String> = LazyLock::new(|| document().to_string());

pub fn contract() -> Router<Api> {
    Router::new().route("/openapi.json", get(json))
}

pub fn viewer() -> Router<Api> {
    let config =
        Config::from("/openapi.json").try_it_out_enabled(true).persist_authorization(true).deep_linking(true);
    SwaggerUi::new("/docs").config(config).into()
}

async fn json() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], JSON.as_str())
}
