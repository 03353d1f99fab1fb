//! The smallest server that could do the work. It renames the fields on the way to the vendor and back.

mod record;
mod store;

use std::{net::SocketAddr, path::Path as File};

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::{get, put},
};
use reqwest::Client;
use rustls::crypto::ring;
use serde::Deserialize;
use tokio::net::TcpListener;

use crate::{
    measuring::gateway::{HEALTH, KEY},
    vendor,
};
use record::{Agent, Assistant};
use store::Store;

#[derive(Clone)]
struct PassThrough {
    client: Client,
    assistants: String,
    store: Option<Store>,
}

/// The vendor's answer to a change.
#[derive(Deserialize)]
struct Changed {
    data: Assistant,
}

/// Serves the pass-through. If there is a store, commits every document before it answers.
///
/// # Errors
/// Fails if it cannot listen or cannot open its store.
pub async fn serve(listen: SocketAddr, vendor: SocketAddr, store: Option<&File>) -> anyhow::Result<()> {
    // The client needs a cryptography provider, which no other code of this process has installed.
    let _ = ring::default_provider().install_default();
    let store = match store {
        Some(file) => Some(Store::open(file).await?),
        None => None,
    };
    let client = Client::builder().no_proxy().build()?;
    let assistants = format!("http://{vendor}{}/user/assistant", vendor::BASE);
    let router = Router::new()
        .route("/agents/{id}", put(change))
        .route(HEALTH, get(async || StatusCode::NO_CONTENT))
        .with_state(PassThrough { client, assistants, store });
    Ok(axum::serve(TcpListener::bind(listen).await?, router).await?)
}

async fn change(
    State(server): State<PassThrough>,
    Path(id): Path<String>,
    Json(agent): Json<Agent>,
) -> Result<Response, StatusCode> {
    let at_vendor = |_| StatusCode::BAD_GATEWAY;
    let request = server.client.put(format!("{}/{id}", server.assistants)).bearer_auth(KEY);
    let response = request.json(&Assistant::from(agent)).send().await.map_err(at_vendor)?;
    let changed: Changed = response.error_for_status().map_err(at_vendor)?.json().await.map_err(at_vendor)?;
    let ours = |_| StatusCode::INTERNAL_SERVER_ERROR;
    let document = serde_json::to_string(&Agent::from(changed.data)).map_err(ours)?;
    if let Some(store) = &server.store {
        store.keep(&id, &document).await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    }
    Ok(([(CONTENT_TYPE, "application/json")], document).into_response())
}
