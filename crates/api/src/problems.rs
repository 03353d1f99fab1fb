//! `/problems`: what each kind of problem means, for programs and for people.

use axum::{
    Json as Answer,
    extract::Path,
    response::{IntoResponse, Response},
};
use http::header;
use serde_json::{Value, json};
use switchboard_core::{Error, Kind};

use super::{
    docs, examples,
    openapi::{
        problems::{Problem, Problems},
        schemas::{ProblemAnswer, ProblemList},
    },
    records::Result,
};
use crate::edge::{accept::Form, problem::spec};

/// List the problems
///
/// Every kind of problem that the API answers; a page where `Accept` prefers `text/html`.
#[utoipa::path(
    get, path = "/problems", tag = "problems", operation_id = "listProblems", security(()),
    responses(
        (status = 200, description = "All of them.", content(
            (ProblemList = "application/json", example = json!(examples::problems())),
            (String = "text/html", example = "<!DOCTYPE html><html lang=\"en\"><h1>Problems</h1></html>"),
        )),
        Problems,
    ),
)]
pub async fn list(form: Form) -> Result {
    let list = || Answer(json!({ "data": Kind::ALL.map(answer).to_vec(), "next_cursor": null }));
    Ok(negotiated(form, list, docs::problems::all))
}

/// Explain a problem
///
/// What a kind of problem means and what to do about it; a page where `Accept` prefers `text/html`. A problem document's
/// `type` leads here.
#[utoipa::path(
    get, path = "/problems/{code}", tag = "problems", operation_id = "getProblem", security(()),
    responses(
        (status = 200, description = "The explanation.", content(
            (ProblemAnswer = "application/json", example = json!(examples::problem())),
            (String = "text/html", example = "<!DOCTYPE html><html lang=\"en\"><h1>The vendor cannot carry this</h1></html>"),
        )),
        Problem,
    ),
    params(super::openapi::params::ProblemCode),
)]
pub async fn get(Path(code): Path<String>, form: Form) -> Result {
    match Kind::named(&code) {
        Some(kind) => Ok(negotiated(form, || Answer(answer(kind)), || docs::problems::one(kind))),
        None => Err(Error::new(Kind::NotFound, format!("There is no problem {code:?}.")).into()),
    }
}

/// One of two representations, which caches tell apart by `Accept`.
fn negotiated(form: Form, json: impl FnOnce() -> Answer<Value>, page: impl FnOnce() -> Response) -> Response {
    let vary = [(header::VARY, "Accept")];
    match form {
        Form::Json => (vary, json()).into_response(),
        Form::Html => (vary, page()).into_response(),
    }
}

/// A kind of problem as the API explains it.
pub fn answer(kind: Kind) -> Value {
    let spec = spec(kind);
    json!({
        "type": format!("/problems/{}", kind),
        "code": kind,
        "status": spec.status.as_u16(),
        "title": spec.title,
        "retryable": spec.retryable,
        "description": spec.description,
    })
}
