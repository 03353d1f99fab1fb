//! The handlers of every kind of record.

use axum::{
    extract::{Path, State},
    response::IntoResponse,
};
use http::{HeaderValue, header};
use serde::Deserialize;
use serde_json::Value;
use switchboard_engine::{Item, Managed};
use utoipa::IntoParams;

use super::{Exposed, filters::Listing};
use crate::{
    Api,
    answers::{List, Plan},
    edge::{
        body::{Json, MergePatch},
        page::Scope,
        precondition::{IfMatch, RequiredIfMatch, etag},
        prefer::Prefer,
        problem::{join, join_body},
        query::{PageQuery, Parameters, Query},
        write_headers::WriteHeaders,
    },
    report_detail::ReportDetail,
    write::{Result, write, write_record},
};

/// The path parameter that identifies a record.
#[derive(Deserialize)]
pub struct RecordId {
    /// The id of the record.
    pub id: String,
}

/// The parameter that decides whether a deletion also deletes the vendor's record.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OnVendor {
    /// The action on the vendor's record; `delete` by default.
    #[param(required = false, inline, value_type = Removal)]
    on_vendor: Option<Removal>,
}

/// The action on the vendor's record when a record is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, switchboard_core::model::Described)]
enum Removal {
    /// The gateway also deletes the record at the vendor.
    Delete,
    /// The record remains at the vendor.
    Keep,
}

impl Parameters for OnVendor {
    fn read(query: &mut Query) -> Self {
        let on_vendor = query.read("on_vendor", |text| match text {
            "delete" => Ok(Removal::Delete),
            "keep" => Ok(Removal::Keep),
            _ => Err("Give delete or keep."),
        });
        Self { on_vendor }
    }
}

pub async fn create<R: Managed>(
    State(api): State<Api>,
    query: Query,
    headers: Result<WriteHeaders>,
    Json(body): Json,
) -> Result {
    let parts = join(query.only::<ReportDetail>(), headers);
    let check = |body: &Value| api.engine.fleet().read_given::<R>(body.clone(), None);
    let ((detail, headers), body) = join_body(parts, body, check)?;
    write_record(&api, headers.context(&body), &detail, |engine, call| async move {
        engine.writer().create::<R>(call, &body).await
    })
    .await
}

pub async fn list<R: Exposed>(State(api): State<Api>, mut query: Query) -> Result {
    let PageQuery { limit, cursor } = PageQuery::read(&mut query);
    let listing = Listing::read::<R>(&mut query);
    let detail = ReportDetail::read(&mut query);
    query.finish()?;
    listing.check_vendor::<R>(api.engine.fleet()).await?;
    let filters = listing.scope();
    let filters: Vec<_> = filters.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let scope = Scope { collection: R::NAME, filters: &filters };
    let after = cursor.map(|cursor| api.cursors.open(scope, &cursor)).transpose()?;
    let repository = api.engine.repository();
    let mut routes_checked_at = None;
    let page = match listing.plain() {
        Some(filter) => repository.list::<R>(&filter, after.as_deref(), limit).await?,
        None => {
            repository.require_index().await?;
            if listing.is_stale() {
                routes_checked_at = Some(api.engine.planner().check_routes::<R>().await?);
            }
            repository.search::<R>(&listing.search(), after.as_deref(), limit).await?
        }
    };
    let next_cursor = page.next.map(|position| api.cursors.seal(scope, &position));
    let data: Vec<_> = page.items.iter().map(Item::answer).collect();
    Ok(detail.json(List { data, unreadable: page.unreadable, routes_checked_at, next_cursor })?)
}

pub async fn get<R: Managed>(
    State(api): State<Api>,
    Path(RecordId { id }): Path<RecordId>,
    query: Query,
) -> Result {
    let detail: ReportDetail = query.only()?;
    let cached = api.engine.repository().get::<R>(&id).await?;
    let json = HeaderValue::from_static("application/json");
    let headers = [(header::ETAG, etag(cached.revision)), (header::CONTENT_TYPE, json)];
    Ok((headers, detail.text(cached.answer()?)?).into_response())
}

pub async fn replace<R: Managed>(
    State(api): State<Api>,
    Path(RecordId { id }): Path<RecordId>,
    query: Query,
    expected: Result<RequiredIfMatch>,
    headers: Result<WriteHeaders>,
    Json(body): Json,
) -> Result {
    let parts = join(join(query.only::<ReportDetail>(), expected), headers);
    let (((detail, expected), headers), body) = join(parts, body)?;
    let expected = expected.given()?;
    write_record(&api, headers.context(&body), &detail, |engine, call| async move {
        engine.writer().replace::<R>(call, &id, &body, &|revision| expected.check(revision)).await
    })
    .await
}

pub async fn patch<R: Managed>(
    State(api): State<Api>,
    Path(RecordId { id }): Path<RecordId>,
    query: Query,
    expected: Result<IfMatch>,
    headers: Result<WriteHeaders>,
    MergePatch(body): MergePatch,
) -> Result {
    let parts = join(join(query.only::<ReportDetail>(), expected), headers);
    let (((detail, expected), headers), body) = join(parts, body)?;
    write_record(&api, headers.context(&body), &detail, |engine, call| async move {
        engine.writer().patch::<R>(call, &id, &body, &|revision| expected.check(revision)).await
    })
    .await
}

pub async fn delete<R: Managed>(
    State(api): State<Api>,
    Path(RecordId { id }): Path<RecordId>,
    query: Query,
    expected: Result<IfMatch>,
    headers: Result<WriteHeaders>,
) -> Result {
    let ((OnVendor { on_vendor }, expected), headers) = join(join(query.only(), expected), headers)?;
    let keep = on_vendor == Some(Removal::Keep);
    write(&api, headers.without_handling().context(&Value::Null), |engine, call| async move {
        engine.writer().delete::<R>(call, &id, &|revision| expected.check(revision), keep).await
    })
    .await
}

pub async fn plan_create<R: Managed>(
    State(api): State<Api>,
    query: Query,
    prefer: Prefer,
    Json(body): Json,
) -> Result {
    let check = |body: &Value| api.engine.fleet().read_given::<R>(body.clone(), None);
    let (detail, body) = join_body(query.only::<ReportDetail>(), body, check)?;
    let handling = prefer.handling.unwrap_or_default();
    let preview = api.engine.planner().preview_create::<R>(&body, handling).await?;
    Ok((prefer.for_reading().applied(), detail.json(Plan::from(preview))?).into_response())
}

pub async fn plan_patch<R: Managed>(
    State(api): State<Api>,
    Path(RecordId { id }): Path<RecordId>,
    query: Query,
    prefer: Prefer,
    MergePatch(body): MergePatch,
) -> Result {
    let (detail, body) = join(query.only::<ReportDetail>(), body)?;
    let handling = prefer.handling.unwrap_or_default();
    let preview = api.engine.planner().preview_patch::<R>(&id, &body, handling).await?;
    Ok((prefer.for_reading().applied(), detail.json(Plan::from(preview))?).into_response())
}
