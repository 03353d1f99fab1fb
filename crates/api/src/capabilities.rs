//! `/v1/capabilities`

use axum::{Json as Answer, extract::State, response::IntoResponse};
use serde_json::json;
use switchboard_core::{Error, Kind, Violation};
use switchboard_engine::{
    capability::Change, capability::Column, capability::Difference, capability::difference,
};

use super::{
    Api, examples,
    openapi::{
        problems::{Compared, Configured},
        schemas::{CapabilityDifference, CapabilityList},
    },
    records::Result,
};
use crate::edge::query::Query;

/// What all vendors can hold
///
/// Every configured vendor, field by field, computed from the rules that translate.
#[utoipa::path(
    get, path = "/v1/capabilities", tag = "vendors", operation_id = "listCapabilities",
    responses((status = 200, description = "One entry for each vendor.", body = CapabilityList, example = json!(examples::capability_list())), Configured),
)]
pub async fn list(State(api): State<Api>, query: Query) -> Result {
    query.finish()?;
    let data: Vec<_> =
        api.engine.fleet().vendors().map(|vendor| Column::new(vendor.name(), vendor.adapter())).collect();
    Ok(Answer(json!({ "data": data, "next_cursor": null })).into_response())
}

/// What a move would change
///
/// What becomes of each field when a record moves from one vendor to another, with both vendors' limits as values.
#[utoipa::path(
    get, path = "/v1/capabilities/diff", tag = "vendors", operation_id = "diffCapabilities",
    responses((status = 200, description = "Field by field.", body = CapabilityDifference, example = json!(examples::capability_difference())), Compared),
    params(super::openapi::params::Move),
)]
pub async fn diff(State(api): State<Api>, mut query: Query) -> Result {
    let (from, to) = (query.text("from"), query.text("to"));
    query.finish()?;
    let column = |name: &'static str, vendor: &Option<String>| -> switchboard_core::Result<Column> {
        let Some(vendor) = vendor else {
            let detail = format!("Give the name of a configured vendor as {name}.");
            return Err(Error::invalid(vec![Violation::parameter(name, Kind::ParameterInvalid, detail)]));
        };
        let vendor = api.engine.fleet().vendor(vendor).map_err(|unknown| {
            Error::invalid(vec![Violation::parameter(name, Kind::ParameterInvalid, unknown.detail)])
        })?;
        Ok(Column::new(vendor.name(), vendor.adapter()))
    };
    let (from, to) = (column("from", &from)?, column("to", &to)?);
    let (agents, trunks) = difference(&from, &to);
    let count = |change: Change| agents.iter().chain(&trunks).filter(|row| row.change == change).count();
    let answer = json!({
        "from": from.vendor,
        "to": to.vendor,
        "summary": {
            "lost": count(Change::Lost), "narrowed": count(Change::Narrowed),
            "gained": count(Change::Gained), "equal": count(Change::Equal),
        },
        "agents": sorted(agents),
        "trunks": sorted(trunks),
    });
    Ok(Answer(answer).into_response())
}

/// The worst first.
fn sorted(mut rows: Vec<Difference>) -> Vec<Difference> {
    rows.sort_by_key(|row| row.change);
    rows
}
