//! What the routes of every kind of record do.

use std::{future::Future, sync::Arc};
use switchboard_engine::{
    Answer, Engine, Filter, ImportPreview, Item, Managed, OnDrift, Page, Preview, PreviewedRequest,
    RequestContext, Revision, timing, writes::replayed_answer,
};

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header};
use serde::Serialize;
use serde_json::{Value, json};

use super::{Api, answer::render};
use crate::edge::{
    page::Scope,
    precondition::{IfMatch, etag},
    prefer::Prefer,
    problem::Failure,
    query::Query,
    write_headers::WriteHeaders,
};

pub type Result<T = Response> = std::result::Result<T, Failure>;

/// Runs a write to its end, whether or not the caller waits: a vendor that was asked must not be forgotten. A request
/// that was answered before gets the same answer.
pub async fn write<F>(
    api: &Api,
    call: RequestContext,
    run: impl FnOnce(Arc<Engine>, RequestContext) -> F,
) -> Result
where
    F: Future<Output = switchboard_core::Result<Answer>> + Send + 'static,
{
    let engine = api.engine.clone();
    if let Some(answer) = replayed_answer(engine.repository(), &call).await? {
        return Ok(render(answer));
    }
    let running = engine.running().clone();
    Ok(render(timing::run_to_completion(&running, run(engine, call)).await?))
}

pub async fn create<R: Managed>(api: Api, headers: WriteHeaders, body: Value) -> Result {
    write(&api, headers.context(&body), |engine, call| async move {
        engine.writer().create::<R>(call, &body).await
    })
    .await
}

pub async fn import<R: Managed>(api: Api, headers: WriteHeaders, body: Value) -> Result {
    write(&api, headers.context(&body), |engine, call| async move {
        engine.writer().import::<R>(call, &body).await
    })
    .await
}

pub async fn get<R: Managed>(api: Api, id: &str, query: Query) -> Result {
    query.finish()?;
    let cached = api.engine.repository().get::<R>(id).await?;
    let json = HeaderValue::from_static("application/json");
    let headers = [(header::ETAG, etag(cached.revision)), (header::CONTENT_TYPE, json)];
    Ok((headers, cached.answer()?).into_response())
}

pub async fn patch<R: Managed>(
    api: Api,
    id: String,
    expected: IfMatch,
    headers: WriteHeaders,
    body: Value,
) -> Result {
    write(&api, headers.context(&body), |engine, call| async move {
        engine.writer().patch::<R>(call, &id, &body, &|revision| expected.check(revision)).await
    })
    .await
}

pub async fn replace<R: Managed>(
    api: Api,
    id: String,
    expected: IfMatch,
    headers: WriteHeaders,
    body: Value,
) -> Result {
    let expected = expected.required()?;
    write(&api, headers.context(&body), |engine, call| async move {
        engine.writer().replace::<R>(call, &id, &body, &|revision| expected.check(revision)).await
    })
    .await
}

pub async fn delete<R: Managed>(
    api: Api,
    id: String,
    expected: IfMatch,
    headers: WriteHeaders,
    mut query: Query,
) -> Result {
    let keep = query.read("on_vendor", |text| match text {
        "delete" => Ok(false),
        "keep" => Ok(true),
        _ => Err("Give delete or keep."),
    });
    query.finish()?;
    write(&api, headers.context(&Value::Null), |engine, call| async move {
        engine
            .writer()
            .delete::<R>(call, &id, &|revision| expected.check(revision), keep.unwrap_or_default())
            .await
    })
    .await
}

pub async fn sync<R: Managed>(api: Api, id: String, headers: WriteHeaders, body: Value) -> Result {
    let on_drift = OnDrift::read(&body)?;
    write(&api, headers.context(&body), |engine, call| async move {
        engine.writer().sync::<R>(call, &id, on_drift).await
    })
    .await
}

pub async fn revisions<R: Managed>(api: Api, id: &str, mut query: Query) -> Result {
    let limit = query.limit();
    let cursor = query.text("cursor");
    query.finish()?;
    let filters = [("revisions", id)];
    let scope = Scope { collection: R::NAME, filters: &filters };
    let before = cursor.map(|cursor| api.cursors.open(scope, &cursor)).transpose()?;
    let before = before.and_then(|number| number.parse().ok());
    let Page { items, next } = api.engine.repository().revisions::<R>(id, before, limit).await?;
    let next = next.map(|number| api.cursors.seal(scope, &number.to_string()));
    let data = items.iter().map(Revision::answer).collect::<switchboard_core::Result<Vec<_>>>()?;
    Ok(Json(json!({ "data": data, "next_cursor": next })).into_response())
}

pub async fn revision<R: Managed>(api: Api, id: &str, number: u64, query: Query) -> Result {
    query.finish()?;
    Ok(Json(api.engine.repository().accepted_revision::<R>(id, number).await?.answer()?).into_response())
}

pub async fn restore<R: Managed>(
    api: Api,
    id: String,
    number: u64,
    expected: IfMatch,
    headers: WriteHeaders,
) -> Result {
    write(&api, headers.context(&Value::Null), |engine, call| async move {
        engine.writer().restore::<R>(call, &id, number, &|revision| expected.check(revision)).await
    })
    .await
}

pub async fn list<R: Managed>(api: Api, mut query: Query) -> Result {
    let limit = query.limit();
    let cursor = query.text("cursor");
    let filter = Filter { vendor: query.text("vendor"), external_ref: query.text("external_ref") };
    let placement = query.read("placement", |text| match text {
        "stale" => Ok(text.to_owned()),
        _ => Err("Give stale, or leave it out."),
    });
    query.finish()?;
    let filters = [
        ("vendor", filter.vendor.as_deref().unwrap_or_default()),
        ("external_ref", filter.external_ref.as_deref().unwrap_or_default()),
        ("placement", placement.as_deref().unwrap_or_default()),
    ];
    let scope = Scope { collection: R::NAME, filters: &filters };
    let after = cursor.map(|cursor| api.cursors.open(scope, &cursor)).transpose()?;
    let page = match placement {
        Some(_) => api.engine.planner().stale::<R>(&filter, after.as_deref(), limit).await?,
        None => api.engine.repository().list::<R>(&filter, after.as_deref(), limit).await?,
    };
    let next = page.next.map(|id| api.cursors.seal(scope, &id));
    let data = page.items.iter().map(Item::answer).collect();
    Ok(Json(List { data, next_cursor: next }).into_response())
}

/// A part of a list, as the API answers it.
#[derive(Serialize)]
struct List<T> {
    data: Vec<T>,
    next_cursor: Option<String>,
}

pub async fn plan_create<R: Managed>(api: Api, prefer: Prefer, body: Value) -> Result {
    let preview =
        api.engine.planner().preview_create::<R>(&body, prefer.handling.unwrap_or_default()).await?;
    Ok((prefer.for_reading().applied(), Json(preview_answer(preview))).into_response())
}

pub async fn plan_patch<R: Managed>(api: Api, id: &str, prefer: Prefer, body: Value) -> Result {
    let preview =
        api.engine.planner().preview_patch::<R>(id, &body, prefer.handling.unwrap_or_default()).await?;
    Ok((prefer.for_reading().applied(), Json(preview_answer(preview))).into_response())
}

pub async fn plan_import<R: Managed>(api: Api, prefer: Prefer, body: Value) -> Result {
    let preview = api.engine.writer().preview_import::<R>(&body, prefer.handling.unwrap_or_default()).await?;
    let ImportPreview { plan, record, unread } = preview;
    let mut answer = preview_answer(plan);
    answer[R::NAME] = record;
    answer["unread"] = json!(unread);
    Ok((prefer.for_reading().applied(), Json(answer)).into_response())
}

/// A dry run as the API answers it.
pub fn preview_answer(preview: Preview) -> Value {
    let requests: Vec<_> = preview.requests.into_iter().map(preview_request).collect();
    let diff = preview.diff.into_iter();
    let diff: Vec<_> = diff
        .map(|(field, before, after)| json!({ "field": field, "before": before, "after": after }))
        .collect();
    let mut placement =
        json!({ "vendor": preview.vendor, "adapter": preview.adapter, "because": preview.because });
    if !preview.passed_over.is_empty() {
        placement["passed_over"] = json!(preview.passed_over);
    }
    json!({
        "placement": placement,
        "requests": requests,
        "translation": preview.report,
        "diff": diff,
    })
}

/// A request that would be sent, as the API answers it.
pub fn preview_request(request: PreviewedRequest) -> Value {
    let query: serde_json::Map<_, _> =
        request.query.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    json!({
        "operation": request.operation,
        "method": request.method,
        "path": request.path,
        "query": query,
        "body": request.body,
    })
}
