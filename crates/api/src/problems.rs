//! `/problems`: the explanation of each kind of problem, for programs and for people.

use std::sync::Arc;

use axum::{
    Extension, Json as Answer,
    extract::Path,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, header};
use serde::{Deserialize, Serialize};
use switchboard_core::error::{Error, Kind};

use super::{
    answers::{ProblemExplanation, ProblemList, WholeList},
    docs::{self, Page, Site},
    examples,
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
pub async fn list(Extension(site): Extension<Arc<Site>>, form: Form, headers: HeaderMap) -> Result {
    let list = || Answer(WholeList::new(Kind::ALL.map(ProblemExplanation::from)));
    Ok(negotiated(form, list, || docs::html(&site, Page::Problems, &headers)))
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
pub async fn get(
    Extension(site): Extension<Arc<Site>>,
    Path(ProblemCode { code }): Path<ProblemCode>,
    form: Form,
    headers: HeaderMap,
) -> Result {
    match Kind::named(&code) {
        Some(kind) => {
            let page = || docs::html(&site, Page::Problem(kind), &headers);
            Ok(negotiated(form, || Answer(ProblemExplanation::from(kind)), page))
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
    let mut answer = match form {
        Form::Json => json().into_response(),
        Form::Html => page(),
    };
    answer.headers_mut().append(header::VARY, HeaderValue::from_static("Accept"));
    answer
}
