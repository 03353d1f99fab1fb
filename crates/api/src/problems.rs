//! `/problems`: the explanation of each kind of problem, for programs and for people.

use axum::{
    Json as Answer,
    extract::Path,
    response::{IntoResponse, Response},
};
use http::header;
use serde::{Deserialize, Serialize};
use switchboard_core::error::{Error, Kind};

use super::{
    answers::{List, ProblemExplanation, ProblemList},
    docs, examples,
    openapi::problems::{Problem, Problems},
    write::Result,
};
use crate::edge::accept::Form;

/// The path parameter that identifies a kind of problem.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ProblemCode {
    /// The stable code of the kind of problem.
    #[param(example = "capability_loss")]
    code: String,
}

/// List the problems
///
/// Lists every kind of problem that the API can return. The answer is JSON, or an HTML page if `Accept` prefers `text/html`.
#[utoipa::path(
    get, path = "/problems", tag = "problems", operation_id = "listProblems", security(()),
    responses(
        (status = 200, description = "All kinds of problems.", content(
            (ProblemList = "application/json", example = json!(examples::problems())),
            (String = "text/html", example = "<!DOCTYPE html><html lang=\"en\"><h1>Problems</h1></html>"),
        )),
        Problems,
    ),
)]
pub async fn list(form: Form) -> Result {
    let list = || Answer(List::whole(Kind::ALL.map(ProblemExplanation::from)));
    Ok(negotiated(form, list, docs::problems::all))
}

/// Explain a problem
///
/// Explains the meaning of a kind of problem and the way to solve it. The answer is JSON, or an HTML page if `Accept` prefers
/// `text/html`. The `type` of a problem document is the path of this explanation.
#[utoipa::path(
    get, path = "/problems/{code}", tag = "problems", operation_id = "getProblem", security(()),
    responses(
        (status = 200, description = "The explanation of the kind of problem.", content(
            (ProblemExplanation = "application/json", example = json!(examples::problem())),
            (String = "text/html", example = "<!DOCTYPE html><html lang=\"en\"><h1>The vendor cannot carry this</h1></html>"),
        )),
        Problem,
    ),
    params(ProblemCode),
)]
pub async fn get(Path(ProblemCode { code }): Path<ProblemCode>, form: Form) -> Result {
    match Kind::named(&code) {
        Some(kind) => {
            Ok(negotiated(form, || Answer(ProblemExplanation::from(kind)), || docs::problems::one(kind)))
        }
        None => Err(Error::new(Kind::NotFound, format!("There is no problem {code:?}.")).into()),
    }
}

/// Returns the representation in this form. A `Vary` header makes caches distinguish the representations by `Accept`.
fn negotiated<T: Serialize>(
    form: Form,
    json: impl FnOnce() -> Answer<T>,
    page: impl FnOnce() -> Response,
) -> Response {
    let vary = [(header::VARY, "Accept")];
    match form {
        Form::Json => (vary, json()).into_response(),
        Form::Html => (vary, page()).into_response(),
    }
}
