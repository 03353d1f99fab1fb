//! The explanation of a kind of problem.

use serde::Serialize;
use switchboard_core::error::Kind;
use utoipa::ToSchema;

use crate::edge::problem::{ProblemSpec, spec};

/// The meaning of a kind of problem.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemExplanation {
    /// The address of this explanation.
    #[serde(rename = "type")]
    address: String,
    /// The stable code.
    #[schema(value_type = String)]
    code: Kind,
    /// The HTTP status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// A few words, the same for every problem of this kind.
    title: &'static str,
    /// True if the same request, sent again later, may succeed and cannot do harm.
    retryable: bool,
    /// The meaning of the problem, and the way to solve it.
    description: &'static str,
}

impl From<Kind> for ProblemExplanation {
    fn from(kind: Kind) -> Self {
        let ProblemSpec { status, title, retryable, description, .. } = spec(kind);
        let address = format!("/problems/{kind}");
        Self { address, code: kind, status: status.as_u16(), title, retryable, description }
    }
}
