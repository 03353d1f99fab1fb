//! `/problems`: what each kind of problem means.

use axum::{Json as Answer, extract::Path, response::IntoResponse};
use serde_json::{Value, json};
use switchboard_core::{Error, Kind};

use super::{
    examples,
    openapi::{
        problems::Public,
        schemas::{ProblemAnswer, ProblemList},
    },
    records::Result,
};
use crate::edge::problem::{Code, row};

/// List the problems
///
/// Every kind of problem that the API answers.
#[utoipa::path(
    get, path = "/problems", tag = "problems", operation_id = "listProblems", security(()),
    responses((status = 200, description = "All of them.", body = ProblemList, example = json!(examples::problems())), Public),
)]
pub async fn list() -> Result {
    let data: Vec<_> = Kind::ALL.into_iter().map(answer).collect();
    Ok(Answer(json!({ "data": data, "next_cursor": null })).into_response())
}

/// Explain a problem
///
/// What a kind of problem means and what to do about it. A problem document's `type` leads here.
#[utoipa::path(
    get, path = "/problems/{code}", tag = "problems", operation_id = "getProblem", security(()),
    responses((status = 200, description = "The explanation.", body = ProblemAnswer, example = json!(examples::problem())), Public),
    params(super::openapi::params::ProblemCode),
)]
pub async fn get(Path(code): Path<String>) -> Result {
    match Code::named(&code) {
        Some(kind) => Ok(Answer(answer(kind)).into_response()),
        None => Err(Error::new(Kind::NotFound, format!("There is no problem {code:?}.")).into()),
    }
}

/// A kind of problem as the API explains it.
pub fn answer(kind: Kind) -> Value {
    let row = row(kind);
    json!({
        "type": format!("/problems/{}", Code(kind)),
        "code": kind,
        "status": row.status.as_u16(),
        "title": row.title,
        "retryable": row.retryable,
        "description": row.description,
    })
}
