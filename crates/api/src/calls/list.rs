//! The list of calls.

use axum::{Json as Answer, extract::State, response::IntoResponse};
use switchboard_core::error::{Error, Kind, Violation};
use switchboard_engine::Page;
use switchboard_store::CallPosition;

use super::{answer, filters::CallFilters};
use crate::{
    Api,
    answers::{CallList, List},
    edge::{
        page::Scope,
        query::{PageQuery, Parameters, Query},
    },
    examples,
    openapi::problems::Listed,
    write::Result,
};

/// List calls
///
/// Lists calls, newest first: those that the gateway placed, and those that the vendors list, such as inbound calls and calls
/// that were placed in a vendor's console. A call must match every filter. `next_cursor` is null on the last page, and only
/// there; a cursor is valid only with the filters of its list. The gateway keeps a call for 400 days unless configured otherwise.
#[utoipa::path(
    get, path = "/v1/calls", tag = "calls", operation_id = "listCalls",
    responses((status = 200, description = "A page of calls.", body = CallList, example = json!(examples::calls())), Listed),
    params(PageQuery, CallFilters),
)]
pub async fn list(State(api): State<Api>, mut query: Query) -> Result {
    let PageQuery { limit, cursor } = PageQuery::read(&mut query);
    let filters = CallFilters::read(&mut query);
    query.finish()?;
    let scope = filters.scope();
    let scope: Vec<_> = scope.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let scope = Scope { collection: "call", filters: &scope };
    let after = match cursor {
        Some(cursor) => Some(position(&api.cursors.open(scope, &cursor)?)?),
        None => None,
    };
    let calls = api.engine.calls();
    let Page { items, unreadable, next } = calls.list(&filters.search(calls), after.as_ref(), limit).await?;
    let next_cursor = next.map(|position| api.cursors.seal(scope, &text(&position)));
    let data = items.iter().map(|call| answer(&api.engine, call)).collect();
    let unreadable = unreadable.into_iter().map(|position| position.id).collect();
    Ok(Answer(List { data, unreadable, routes_checked_at: None, next_cursor }).into_response())
}

/// Formats a position for a cursor: the microseconds since 1970, a colon, and the id.
fn text(position: &CallPosition) -> String {
    format!("{}:{}", position.created_us, position.id)
}

/// Parses a position. Cursors are signed, so only a cursor from another version of the gateway can have a different
/// format.
fn position(text: &str) -> switchboard_core::error::Result<CallPosition> {
    let read = || {
        let (time, id) = text.split_once(':')?;
        Some(CallPosition { created_us: time.parse().ok()?, id: id.to_owned() })
    };
    read().ok_or_else(|| {
        let detail = "The cursor was not made by this version of the gateway.";
        Error::invalid(vec![Violation::parameter("cursor", Kind::CursorInvalid, detail)])
    })
}
