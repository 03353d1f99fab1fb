//! A vendor that answers the creation of an assistant and its catalogues, and never answers a change.

use std::{future::pending, net::SocketAddr};

use axum::{
    Json, Router,
    http::StatusCode,
    response::Response,
    routing::{get, post, put},
};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

use crate::{
    measuring::gateway::HEALTH,
    vendor::{BASE, languages, models},
};

pub async fn serve(listen: SocketAddr) -> anyhow::Result<()> {
    let api = Router::new()
        .route("/user/assistant", post(create))
        .route("/user/assistant/{id}", put(hang))
        .route("/user/assistants/get", get(hang))
        .route("/user/assistants/languages", get(languages))
        .route("/user/assistants/models", get(models));
    let router = Router::new().nest(BASE, api).route(HEALTH, get(async || StatusCode::NO_CONTENT));
    Ok(axum::serve(TcpListener::bind(listen).await?, router).await?)
}

async fn create(Json(mut record): Json<Map<String, Value>>) -> (StatusCode, Json<Value>) {
    record.insert("id".to_owned(), 1.into());
    record.insert("status".to_owned(), "inactive".into());
    (StatusCode::CREATED, Json(json!({ "message": "Assistant created successfully", "data": record })))
}

async fn hang() -> Response {
    pending().await
}
