//! `/v1/migrations`

use axum::{
    Json as Answer,
    extract::{Path, State},
    response::IntoResponse,
};
use serde::Deserialize;
use switchboard_engine::{
    self as engine, MigrationAnswer, Move, MoveStatus, Order, PlanAnswer, Selection, Start,
};

use super::{
    Api,
    answers::{List, MigrationList, MoveList},
    examples,
    openapi::problems::{Listed, MigrationPlanned, Moves, Ordered, Read, Started},
    write::{Result, write},
};
use crate::edge::{
    body::{Json, NoBody},
    page::Scope,
    problem::join,
    query::{PageQuery, Parameters, Query},
    write_headers::WriteHeaders,
};

/// The path parameter that identifies a migration.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub struct MigrationId {
    /// The id of the migration.
    #[param(example = "mig_01kkcvb8q0e9w8d2m7a3r5x6tz")]
    id: String,
}

/// The filter of the list of a migration's agents.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MoveFilter {
    /// Lists only agents whose move is in this state.
    #[param(required = false, inline, value_type = MoveStatus)]
    state: Option<MoveStatus>,
}

impl Parameters for MoveFilter {
    fn read(query: &mut Query) -> Self {
        let state = query.read("state", |text| {
            let known = MoveStatus::ALL.into_iter().find(|state| state.name() == text);
            let names = || MoveStatus::ALL.map(MoveStatus::name).join(", ");
            known.ok_or_else(|| format!("Give one of {}.", names()))
        });
        Self { state }
    }
}

/// Plan a migration
///
/// Returns a plan for moving agents to another vendor. Planning changes nothing at any vendor. If `to` is omitted,
/// each agent moves to the vendor to which its route leads. The plan has an entry for each selected agent that is not
/// at its destination. The entry lists the fields that the new vendor would not hold (`lost`), would hold less
/// exactly or with another inexact value (`narrowed`), or would hold more exactly (`gained`). It also lists the
/// manual work (`todo`) and any reasons why the agent cannot move (`blocked`). As long as the agents, routes and
/// vendors are unchanged, the same request returns the same `plan_id`.
#[utoipa::path(
    post, path = "/v1/migrations/plan", tag = "migrations", operation_id = "planMigration",
    request_body(content = Selection, example = json!(examples::migration_request())),
    responses((status = 200, description = "The plan.", body = PlanAnswer, example = json!(examples::migration_plan())), MigrationPlanned),
)]
pub async fn plan(State(api): State<Api>, query: Query, Json(body): Json) -> Result {
    let ((), selection) = join(query.finish(), body.and_then(|body| Selection::read(&body)))?;
    let forecast = api.engine.mover().plan(selection).await?;
    Ok(Answer(forecast.answer()).into_response())
}

/// Start a migration
///
/// Executes a plan, if its agents, routes and vendors are unchanged since the plan was made. The list `accept_loss`
/// must cover every loss. If the plan has agents that cannot move, the gateway refuses to start unless `on_blocked` is
/// `leave`. The gateway creates each agent at the new vendor, reads the new record back if the vendor supports it, and
/// switches the agent to the new vendor in one commit (the cut-over). Until its cut-over, an agent runs at its old
/// vendor and can be changed. After the cut-over, the gateway keeps the old vendor's record for a move back, or removes
/// it (`retire`). An agent whose move fails stays at its old vendor. The migration continues after a restart of the
/// gateway.
#[utoipa::path(
    post, path = "/v1/migrations", tag = "migrations", operation_id = "startMigration",
    request_body(content = Start, example = json!(examples::migration_start())),
    responses(
        (status = 202, description = "The migration has started.",
            headers(("Location" = String, description = "The address of the migration.")),
            body = MigrationAnswer, example = json!(examples::migration())),
        Started,
    ),
    params(WriteHeaders),
)]
pub async fn start(
    State(api): State<Api>,
    query: Query,
    headers: Result<WriteHeaders>,
    Json(body): Json,
) -> Result {
    let body = body.and_then(|body| Ok((Start::read(&body)?, body)));
    let (((), headers), (start, body)) = join(join(query.finish(), headers), body)?;
    write(&api, headers.without_preferences().context(&body), |engine, call| async move {
        engine.mover().start(call, start).await
    })
    .await
}

/// List migrations
///
/// Lists migrations, oldest first. The gateway keeps an ended migration for 7 days unless configured otherwise.
#[utoipa::path(
    get, path = "/v1/migrations", tag = "migrations", operation_id = "listMigrations",
    responses((status = 200, description = "A page of migrations.", body = MigrationList, example = json!(examples::migrations())), Listed),
    params(PageQuery),
)]
pub async fn list(State(api): State<Api>, query: Query) -> Result {
    let PageQuery { limit, cursor } = query.only()?;
    let scope = Scope { collection: "migration", filters: &[] };
    let after = cursor.map(|cursor| api.cursors.open(scope, &cursor)).transpose()?;
    let engine::Page { items, unreadable, next } =
        api.engine.mover().migrations(after.as_deref(), limit).await?;
    let next = next.map(|id| api.cursors.seal(scope, &id));
    let data = items.iter().map(|(migration, counts)| migration.answer(counts)).collect();
    Ok(Answer(List { data, unreadable, routes_checked_at: None, next_cursor: next }).into_response())
}

/// Read a migration
///
/// Returns the state of the migration and the number of agents in each state.
#[utoipa::path(
    get, path = "/v1/migrations/{id}", tag = "migrations", operation_id = "getMigration",
    responses((status = 200, description = "The migration.", body = MigrationAnswer, example = json!(examples::migration())), Read),
    params(MigrationId),
)]
pub async fn get(
    State(api): State<Api>,
    Path(MigrationId { id }): Path<MigrationId>,
    query: Query,
) -> Result {
    query.finish()?;
    let (migration, counts) = api.engine.mover().migration(&id).await?;
    Ok(Answer(migration.answer(&counts)).into_response())
}

/// List the agents of a migration
///
/// Lists the agents of the migration. Each entry has the state of the move, the id of its latest operation
/// (`operation_id`), and its latest error (`last_error`). The id is null if the move had no operation, and the error
/// is null if there was none.
#[utoipa::path(
    get, path = "/v1/migrations/{id}/agents", tag = "migrations", operation_id = "listMigrationAgents",
    responses((status = 200, description = "A page of agents with the state of their move.", body = MoveList, example = json!(examples::moves())), Moves),
    params(MigrationId, PageQuery, MoveFilter),
)]
pub async fn agents(
    State(api): State<Api>,
    Path(MigrationId { id }): Path<MigrationId>,
    mut query: Query,
) -> Result {
    let PageQuery { limit, cursor } = PageQuery::read(&mut query);
    let MoveFilter { state } = MoveFilter::read(&mut query);
    query.finish()?;
    let filters = [("migration", id.as_str()), ("state", state.map_or("", MoveStatus::name))];
    let scope = Scope { collection: "move", filters: &filters };
    let after = cursor.map(|cursor| api.cursors.open(scope, &cursor)).transpose()?;
    let states: Vec<_> = state.into_iter().map(MoveStatus::stored).collect();
    let engine::Page { items, unreadable, next } =
        api.engine.mover().moves(&id, &states, after.as_deref(), limit).await?;
    let next = next.map(|id| api.cursors.seal(scope, &id));
    let data = items.iter().map(Move::answer).collect();
    Ok(Answer(List { data, unreadable, routes_checked_at: None, next_cursor: next }).into_response())
}

/// Pause a migration
///
/// Stops the migration from starting further moves. Moves that are underway continue to their end.
#[utoipa::path(
    post, path = "/v1/migrations/{id}/pause", tag = "migrations", operation_id = "pauseMigration",
    responses((status = 200, description = "The migration is paused.", body = MigrationAnswer, example = json!(examples::migration())), Ordered),
    params(MigrationId, WriteHeaders),
)]
pub async fn pause(
    State(api): State<Api>,
    Path(MigrationId { id }): Path<MigrationId>,
    query: Query,
    headers: Result<WriteHeaders>,
    body: Result<NoBody>,
) -> Result {
    order(api, id, query, (headers, body), Order::Pause).await
}

/// Resume a migration
///
/// Lets a paused migration start further moves again.
#[utoipa::path(
    post, path = "/v1/migrations/{id}/resume", tag = "migrations", operation_id = "resumeMigration",
    responses((status = 200, description = "The migration is running again.", body = MigrationAnswer, example = json!(examples::migration())), Ordered),
    params(MigrationId, WriteHeaders),
)]
pub async fn resume(
    State(api): State<Api>,
    Path(MigrationId { id }): Path<MigrationId>,
    query: Query,
    headers: Result<WriteHeaders>,
    body: Result<NoBody>,
) -> Result {
    order(api, id, query, (headers, body), Order::Resume).await
}

/// Cancel a migration
///
/// Rolls back every move whose agent still runs at its old vendor: the agent stays there, and the gateway removes the
/// record that it created for the agent at the new vendor. Agents that already run at their new vendor stay at the new
/// vendor. To move such agents back, plan another migration.
#[utoipa::path(
    post, path = "/v1/migrations/{id}/cancel", tag = "migrations", operation_id = "cancelMigration",
    responses((status = 200, description = "The gateway is cancelling the migration.", body = MigrationAnswer, example = json!(examples::migration())), Ordered),
    params(MigrationId, WriteHeaders),
)]
pub async fn cancel(
    State(api): State<Api>,
    Path(MigrationId { id }): Path<MigrationId>,
    query: Query,
    headers: Result<WriteHeaders>,
    body: Result<NoBody>,
) -> Result {
    order(api, id, query, (headers, body), Order::Cancel).await
}

async fn order(
    api: Api,
    id: String,
    query: Query,
    (headers, body): (Result<WriteHeaders>, Result<NoBody>),
    order: Order,
) -> Result {
    let (((), headers), NoBody) = join(join(query.finish(), headers), body)?;
    let call = headers.without_preferences().context(&serde_json::Value::Null);
    write(&api, call, |engine, call| async move { engine.mover().order(call, &id, order).await }).await
}
