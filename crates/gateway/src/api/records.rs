//! What the routes of every kind of record do.

use std::{future::Future, sync::Arc};

use axum::{
    Json as Answer,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use switchboard_core::Handling;

use super::Api;
use crate::{
    edge::{
        page::Scope,
        precondition::{IfMatch, etag},
        prefer::Prefer,
        problem::Failure,
        query::Query,
    },
    service::{Filter, Item, Managed, Preview, PreviewedRequest, Service, vendor_time},
};

pub type Result<T = Response> = std::result::Result<T, Failure>;

/// Runs a write to its end, whether or not the caller waits: a vendor that was asked must not be forgotten.
async fn write<T, F>(api: &Api, prefer: Prefer, run: impl FnOnce(Arc<Service>, Handling) -> F) -> Result<T>
where
    T: Send + 'static,
    F: Future<Output = switchboard_core::Result<T>> + Send + 'static,
{
    let service = api.service.clone();
    let handling = prefer.handling.unwrap_or_default();
    let writes = service.writes();
    Ok(vendor_time::to_the_end(&writes, run(service, handling)).await?)
}

pub async fn create<R: Managed>(api: Api, prefer: Prefer, body: Value) -> Result {
    let item: Item<R> =
        write(&api, prefer, |s, handling| async move { s.create(&body, handling).await }).await?;
    Ok(created(&item, prefer))
}

pub async fn import<R: Managed>(api: Api, prefer: Prefer, body: Value) -> Result {
    let item: Item<R> =
        write(&api, prefer, |s, handling| async move { s.import(&body, handling).await }).await?;
    Ok(created(&item, prefer))
}

pub async fn get<R: Managed>(api: Api, id: &str, query: Query) -> Result {
    query.finish()?;
    Ok(answer(&api.service.get::<R>(id).await?).into_response())
}

pub async fn patch<R: Managed>(
    api: Api,
    id: String,
    expected: IfMatch,
    prefer: Prefer,
    body: Value,
) -> Result {
    let item: Item<R> = write(&api, prefer, |s, handling| async move {
        s.patch(&id, &body, &|revision| expected.check(revision), handling).await
    })
    .await?;
    Ok((prefer.applied(), answer(&item)).into_response())
}

pub async fn replace<R: Managed>(
    api: Api,
    id: String,
    expected: IfMatch,
    prefer: Prefer,
    body: Value,
) -> Result {
    let expected = expected.required()?;
    let item: Item<R> = write(&api, prefer, |s, handling| async move {
        s.replace(&id, &body, &|revision| expected.check(revision), handling).await
    })
    .await?;
    Ok((prefer.applied(), answer(&item)).into_response())
}

pub async fn delete<R: Managed>(api: Api, id: String, expected: IfMatch, mut query: Query) -> Result {
    let keep = query.read("on_vendor", |text| match text {
        "delete" => Ok(false),
        "keep" => Ok(true),
        _ => Err("Give delete or keep."),
    });
    query.finish()?;
    let lenient = Prefer { handling: None };
    write(&api, lenient, |s, _| async move {
        s.delete::<R>(&id, &|revision| expected.check(revision), keep.unwrap_or_default()).await
    })
    .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub async fn list<R: Managed>(api: Api, mut query: Query) -> Result {
    let limit = query.limit();
    let cursor = query.text("cursor");
    let filter = Filter { vendor: query.text("vendor"), external_ref: query.text("external_ref") };
    query.finish()?;
    let filters = [
        ("vendor", filter.vendor.as_deref().unwrap_or_default()),
        ("external_ref", filter.external_ref.as_deref().unwrap_or_default()),
    ];
    let scope = Scope { collection: R::NAME, filters: &filters };
    let after = cursor.map(|cursor| api.cursors.open(scope, &cursor)).transpose()?;
    let page = api.service.list::<R>(&filter, after.as_deref(), limit).await?;
    let next = page.next.map(|id| api.cursors.seal(scope, &id));
    let data: Vec<_> = page.items.iter().map(Item::answer).collect();
    Ok(Answer(json!({ "data": data, "next_cursor": next })).into_response())
}

pub async fn plan_create<R: Managed>(api: Api, prefer: Prefer, body: Value) -> Result {
    let preview = api.service.preview_create::<R>(&body, prefer.handling.unwrap_or_default()).await?;
    Ok((prefer.applied(), Answer(preview_answer(preview))).into_response())
}

pub async fn plan_patch<R: Managed>(api: Api, id: &str, prefer: Prefer, body: Value) -> Result {
    let preview = api.service.preview_patch::<R>(id, &body, prefer.handling.unwrap_or_default()).await?;
    Ok((prefer.applied(), Answer(preview_answer(preview))).into_response())
}

fn created<R: Managed>(item: &Item<R>, prefer: Prefer) -> Response {
    let location = HeaderValue::from_str(&format!("/v1/{}s/{}", R::NAME, item.id));
    let location = location.ok().map(|location| [(header::LOCATION, location)]);
    (StatusCode::CREATED, location, prefer.applied(), answer(item)).into_response()
}

fn answer<R: Managed>(item: &Item<R>) -> ([(HeaderName, HeaderValue); 1], Answer<Value>) {
    ([(header::ETAG, etag(item.revision))], Answer(item.answer()))
}

/// A dry run as the API answers it.
pub fn preview_answer(preview: Preview) -> Value {
    let requests: Vec<_> = preview.requests.into_iter().map(preview_request).collect();
    let diff = preview.diff.into_iter();
    let diff: Vec<_> = diff
        .map(|(field, before, after)| json!({ "field": field, "before": before, "after": after }))
        .collect();
    json!({
        "placement": { "vendor": preview.vendor, "adapter": preview.adapter, "because": preview.because },
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
