//! A vendor that answers immediately: Autocalls as documented for 2026, without limits and without a disk.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Json, Router,
    extract::{Path, Query, Request, State},
    http::StatusCode,
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{MethodRouter, get, post, put},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

use crate::measuring::gateway::HEALTH;

/// The path at which the vendor's API begins.
pub const BASE: &str = "/api";
/// The path at which the vendor reports the number of received requests.
pub const SEEN: &str = "/seen";

/// Builds the tables of a configuration that places every agent at this vendor, with up to `connections`
/// concurrent requests to it.
pub fn tables(listens: SocketAddr, connections: usize, read_back: bool) -> String {
    format!(
        "[vendors.instant]\nadapter = \"autocalls\"\ngeneration = \"2026\"\n\
         base_url = \"http://{listens}{BASE}\"\napi_key = \"env:KEY\"\n\
         concurrency = {connections}\nread_back = {read_back}\n\
         [routing]\ndefault = \"instant\"\n"
    )
}

type Record = Map<String, Value>;

#[derive(Clone, Default)]
pub struct Account(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    seen: u64,
    assistants: BTreeMap<u64, Record>,
}

impl Account {
    fn with<T>(&self, act: impl FnOnce(&mut Kept) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

pub async fn serve(listen: SocketAddr) -> anyhow::Result<()> {
    serve_with(listen, put(update)).await
}

/// Serves the vendor with another answer to changes.
pub async fn serve_with(listen: SocketAddr, change: MethodRouter<Account>) -> anyhow::Result<()> {
    let account = Account::default();
    let api = Router::new()
        .route("/user/assistant", post(create))
        .route("/user/assistant/{id}", change)
        .route("/user/assistants/get", get(list))
        .route("/user/assistants/languages", get(languages))
        .route("/user/assistants/models", get(models))
        .layer(middleware::from_fn_with_state(account.clone(), count));
    let router = Router::new()
        .nest(BASE, api)
        .route(SEEN, get(async |State(account): State<Account>| account.with(|kept| kept.seen).to_string()))
        .route(HEALTH, get(async || StatusCode::NO_CONTENT))
        .with_state(account);
    Ok(axum::serve(TcpListener::bind(listen).await?, router).await?)
}

async fn count(State(account): State<Account>, request: Request, next: Next) -> Response {
    account.with(|kept| kept.seen += 1);
    next.run(request).await
}

async fn create(State(account): State<Account>, Json(mut record): Json<Record>) -> Response {
    let record = account.with(|kept| {
        let id = kept.assistants.len() as u64 + 1;
        record.insert("id".to_owned(), id.into());
        record.insert("status".to_owned(), "inactive".into());
        kept.assistants.insert(id, record.clone());
        record
    });
    let answer = json!({ "message": "Assistant created successfully", "data": record });
    (StatusCode::CREATED, Json(answer)).into_response()
}

/// Replaces the given members and keeps all others.
async fn update(
    State(account): State<Account>,
    Path(id): Path<u64>,
    Json(changes): Json<Record>,
) -> Response {
    let changed = account.with(|kept| {
        let record = kept.assistants.get_mut(&id)?;
        record.extend(changes);
        Some(record.clone())
    });
    match changed {
        Some(record) => {
            Json(json!({ "message": "Assistant updated successfully", "data": record })).into_response()
        }
        None => (StatusCode::NOT_FOUND, Json(json!({ "message": "Assistant not found" }))).into_response(),
    }
}

#[derive(Deserialize)]
struct Page {
    per_page: usize,
    page: usize,
}

async fn list(State(account): State<Account>, Query(Page { per_page, page }): Query<Page>) -> Json<Value> {
    let (rows, total): (Vec<_>, _) = account.with(|kept| {
        let rows = kept.assistants.values().skip(page.saturating_sub(1) * per_page).take(per_page);
        (rows.cloned().collect(), kept.assistants.len())
    });
    let last = total.div_ceil(per_page.max(1)).max(1);
    Json(
        json!({ "data": rows, "current_page": page, "per_page": per_page, "total": total, "last_page": last }),
    )
}

async fn languages() -> Json<Value> {
    Json(json!([
        { "id": 1, "name": "English", "iso_2": "en" },
        { "id": 4, "name": "Spanish", "iso_2": "es" },
        { "id": 5, "name": "German", "iso_2": "de" },
    ]))
}

async fn models() -> Json<Value> {
    Json(json!([{ "id": 1, "name": "GPT-4o-mini" }, { "id": 2, "name": "GPT-4.1-mini" }]))
}
