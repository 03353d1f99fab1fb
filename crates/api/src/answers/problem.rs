//! The explanations of the kinds of problems.

use serde::Serialize;
use switchboard_core::error::Kind;
use utoipa::ToSchema;

use crate::edge::problem::{ProblemSpec, spec};

/// The explanation of a kind of problem.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemExplanation {
    /// The path of this explanation: `/problems/CODE`.
    #[serde(rename = "type")]
    address: String,
    /// The stable code of this kind of problem.
    #[schema(value_type = String)]
    code: Kind,
    /// The HTTP status of an answer with this kind of problem.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// The title of this kind of problem, the same for every occurrence.
    title: &'static str,
    /// True if the same request may succeed later and the caller can safely send it again.
    retryable: bool,
    /// The meaning of this kind of problem, and the way to solve it.
    description: &'static str,
}

impl From<Kind> for ProblemExplanation {
    fn from(kind: Kind) -> Self {
        let ProblemSpec { status, title, retryable, description, .. } = spec(kind);
        let address = format!("/problems/{kind}");
        Self { address, code: kind, status: status.as_u16(), title, retryable, description }
    }
}
