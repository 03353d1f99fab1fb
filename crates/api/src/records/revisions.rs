//! The routes for batches, imports, reconciliation and revisions, which only agents have.

use axum::{
    Json as Answer,
    extract::{Path, State},
    response::IntoResponse,
};
use serde::Deserialize;
use serde_json::Value;
use switchboard_engine::{ImportRequest, Managed, Page, Revision, SyncRequest};
use utoipa::{IntoParams, openapi::HttpMethod};
use utoipa_axum::router::OpenApiRouter;

use super::{Exposed, batch, collection, handlers::RecordId, revision_documentation as about};
use crate::{
    Api,
    answers::{ImportPlan, List},
    edge::{
        body::{Json, NoBody},
        page::Scope,
        precondition::IfMatch,
        prefer::Prefer,
        problem::{join, join_body},
        query::{PageQuery, Query},
        write_headers::WriteHeaders,
    },
    openapi::operation::{Operation, route},
    report_detail::ReportDetail,
    write::{Result, write_record},
};

/// Builds the routes for batches, imports, reconciliation and revisions of a kind of record.
pub fn routes<R: Exposed>() -> OpenApiRouter<Api> {
    let all = collection::<R>();
    let batch = Operation::new(HttpMethod::Post, batch::batch::<R>, about::batch::<R>());
    let import = Operation::new(HttpMethod::Post, import::<R>, about::import::<R>());
    let plan_import = Operation::new(HttpMethod::Post, plan_import::<R>, about::plan_import::<R>());
    let sync = Operation::new(HttpMethod::Post, sync::<R>, about::sync::<R>());
    let list = Operation::new(HttpMethod::Get, revisions::<R>, about::revisions::<R>());
    let get = Operation::new(HttpMethod::Get, revision::<R>, about::revision::<R>());
    let restore = Operation::new(HttpMethod::Post, restore::<R>, about::restore::<R>());
    OpenApiRouter::new()
        .routes(route(&format!("{all}/batch"), [batch]))
        .routes(route(&format!("{all}/import"), [import]))
        .routes(route(&format!("{all}/import/plan"), [plan_import]))
        .routes(route(&format!("{all}/{{id}}/sync"), [sync]))
        .routes(route(&format!("{all}/{{id}}/revisions"), [list]))
        .routes(route(&format!("{all}/{{id}}/revisions/{{revision}}"), [get]))
        .routes(route(&format!("{all}/{{id}}/revisions/{{revision}}/restore"), [restore]))
}

/// The path parameter that identifies a revision of a record.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct RevisionNumber {
    /// The number of the revision.
    #[param(example = 1, minimum = 1)]
    revision: u64,
}

async fn import<R: Managed>(
    State(api): State<Api>,
    query: Query,
    headers: Result<WriteHeaders>,
    Json(body): Json,
) -> Result {
    let parts = join(query.only::<ReportDetail>(), headers);
    let ((detail, headers), body) = join_body(parts, body, ImportRequest::read)?;
    write_record(&api, headers.context(&body), &detail, |engine, call| async move {
        engine.writer().import::<R>(call, &body).await
    })
    .await
}

async fn plan_import<R: Managed>(
    State(api): State<Api>,
    query: Query,
    prefer: Prefer,
    Json(body): Json,
) -> Result {
    let (detail, body) = join_body(query.only::<ReportDetail>(), body, ImportRequest::read)?;
    let preview = api.engine.writer().preview_import::<R>(&body, prefer.handling.unwrap_or_default()).await?;
    let plan = ImportPlan::new(R::NAME, preview);
    Ok((prefer.for_reading().applied(), detail.json(plan)?).into_response())
}

async fn sync<R: Managed>(
    State(api): State<Api>,
    Path(RecordId { id }): Path<RecordId>,
    query: Query,
    headers: Result<WriteHeaders>,
    Json(body): Json,
) -> Result {
    let body = body.and_then(|body| Ok((SyncRequest::read(&body)?, body)));
    let parts = join(query.only::<ReportDetail>(), headers);
    let ((detail, headers), (SyncRequest { on_drift }, body)) = join(parts, body)?;
    write_record(&api, headers.context(&body), &detail, |engine, call| async move {
        engine.writer().sync::<R>(call, &id, on_drift).await
    })
    .await
}

async fn revisions<R: Managed>(
    State(api): State<Api>,
    Path(RecordId { id }): Path<RecordId>,
    query: Query,
) -> Result {
    let PageQuery { limit, cursor } = query.only()?;
    let filters = [("revisions", id.as_str())];
    let scope = Scope { collection: R::NAME, filters: &filters };
    let before = cursor.map(|cursor| api.cursors.open(scope, &cursor)).transpose()?;
    let before = before.and_then(|number| number.parse().ok());
    let Page { items, unreadable, next } = api.engine.repository().revisions::<R>(&id, before, limit).await?;
    let next = next.map(|number| api.cursors.seal(scope, &number.to_string()));
    let data = items.iter().map(Revision::answer).collect::<switchboard_core::error::Result<Vec<_>>>()?;
    let unreadable = unreadable.iter().map(ToString::to_string).collect();
    Ok(Answer(List { data, unreadable, routes_checked_at: None, next_cursor: next }).into_response())
}

async fn revision<R: Managed>(
    State(api): State<Api>,
    Path(RecordId { id }): Path<RecordId>,
    Path(RevisionNumber { revision }): Path<RevisionNumber>,
    query: Query,
) -> Result {
    query.finish()?;
    let revision = api.engine.repository().accepted_revision::<R>(&id, revision).await?;
    Ok(Answer(revision.answer()?).into_response())
}

async fn restore<R: Managed>(
    State(api): State<Api>,
    Path(RecordId { id }): Path<RecordId>,
    Path(RevisionNumber { revision }): Path<RevisionNumber>,
    query: Query,
    expected: Result<IfMatch>,
    headers: Result<WriteHeaders>,
    body: Result<NoBody>,
) -> Result {
    let parts = join(join(query.only::<ReportDetail>(), expected), headers);
    let (((detail, expected), headers), NoBody) = join(parts, body)?;
    write_record(&api, headers.context(&Value::Null), &detail, |engine, call| async move {
        engine.writer().restore::<R>(call, &id, revision, &|revision| expected.check(revision)).await
    })
    .await
}
