//! `/v1/capabilities`

use axum::{Json as Answer, extract::State, response::IntoResponse};
use switchboard_core::error::{Error, Kind, Violation};
use switchboard_engine::capability::Column;

use super::{
    Api,
    answers::{CapabilityDifference, CapabilityList, WholeList},
    examples,
    openapi::problems::{Compared, Configured},
    write::Result,
};
use crate::edge::query::{Parameters, Query};

/// The parameters that name the two vendors of a comparison.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Comparison {
    /// The configured vendor from which a record would move.
    #[param(value_type = String, required = true, example = "qcall")]
    from: Option<String>,
    /// The configured vendor to which the record would move.
    #[param(value_type = String, required = true, example = "autocalls")]
    to: Option<String>,
}

impl Parameters for Comparison {
    fn read(query: &mut Query) -> Self {
        Self { from: query.text("from"), to: query.text("to") }
    }
}

/// List the capabilities of all vendors
///
/// Returns the capability of each configured vendor for each field, computed from the rules of the vendor's adapter.
#[utoipa::path(
    get, path = "/v1/capabilities", tag = "vendors", operation_id = "listCapabilities",
    responses((status = 200, description = "The capabilities, with one entry for each vendor.", body = CapabilityList, example = json!(examples::capability_list())), Configured),
)]
pub async fn list(State(api): State<Api>, query: Query) -> Result {
    query.finish()?;
    let columns = api.engine.fleet().vendors().map(|vendor| Column::new(vendor.name(), vendor.adapter()));
    Ok(Answer(WholeList::new(columns)).into_response())
}

/// Compare two vendors
///
/// Returns the effect that a move of a record from the vendor `from` to the vendor `to` would have on each field,
/// with the capabilities of both vendors.
#[utoipa::path(
    get, path = "/v1/capabilities/diff", tag = "vendors", operation_id = "diffCapabilities",
    responses((status = 200, description = "The comparison, field by field.", body = CapabilityDifference, example = json!(examples::capability_difference())), Compared),
    params(Comparison),
)]
pub async fn diff(State(api): State<Api>, query: Query) -> Result {
    let Comparison { from, to } = query.only()?;
    let column = |name: &'static str, vendor: &Option<String>| -> switchboard_core::error::Result<Column> {
        let Some(vendor) = vendor else {
            let detail = format!("Give the name of a configured vendor as {name}.");
            return Err(Error::invalid(vec![Violation::parameter(name, Kind::ParameterInvalid, detail)]));
        };
        let vendor = api.engine.fleet().vendor(vendor).map_err(|unknown| {
            Error::invalid(vec![Violation::parameter(name, Kind::ParameterInvalid, unknown.detail)])
        })?;
        Ok(Column::new(vendor.name(), vendor.adapter()))
    };
    match (column("from", &from), column("to", &to)) {
        (Ok(from), Ok(to)) => Ok(Answer(CapabilityDifference::new(from, to)).into_response()),
        (from, to) => {
            let errors = [from.err(), to.err()].into_iter().flatten();
            Err(Error::invalid(errors.flat_map(|error| error.violations).collect()).into())
        }
    }
}
