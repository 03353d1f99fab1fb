//! The body that resolves an operation that needs attention.

use serde_json::Value;
use switchboard_core::{
    error::{Error, Kind, Result, Violation, unknown_name},
    model::Described,
};
use utoipa::ToSchema;

use crate::records::members;

/// The caller's answer to an operation that needs attention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// The vendor has the record, by this id.
    Adopt(String),
    /// The vendor does not have the record, or the reason is fixed: go on.
    Retry,
    /// Give the operation up. A record that was to be deleted is forgotten here; any other one stays as it is.
    Abandon,
}

/// The resolution of an operation that needs attention.
#[derive(Debug, Clone, PartialEq, Eq, ToSchema)]
#[schema(as = OperationResolution)]
pub struct ResolutionRequest {
    /// The action.
    #[schema(inline)]
    pub action: Action,
    /// The vendor's id of the record to adopt.
    #[schema(nullable = false, min_length = 1, max_length = 255)]
    pub remote_id: Option<String>,
}

/// An action that resolves an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Described)]
pub enum Action {
    /// The vendor has the record as `remote_id`.
    Adopt,
    /// The vendor does not have the record, or the reason is fixed: the gateway asks again.
    Retry,
    /// The operation is given up. A record that was to be deleted is forgotten here and stays at the vendor.
    Abandon,
}

impl Action {
    fn named(name: &str) -> Option<Self> {
        match name {
            "adopt" => Some(Self::Adopt),
            "retry" => Some(Self::Retry),
            "abandon" => Some(Self::Abandon),
            _ => None,
        }
    }
}

impl ResolutionRequest {
    /// Reads the body `{"action": …, "remote_id": …}`.
    ///
    /// # Errors
    /// All violations in the body.
    pub fn read(document: &Value) -> Result<Self> {
        let members = members(document)?;
        let mut violations: Vec<_> = members
            .keys()
            .filter(|name| !["action", "remote_id"].contains(&name.as_str()))
            .map(|name| {
                let detail = unknown_name("field", name, ["action", "remote_id"]);
                Violation::at(format!("/{name}"), Kind::UnknownField, detail)
            })
            .collect();
        let action = members.get("action");
        let known = action.and_then(Value::as_str).and_then(Action::named);
        match (action, known) {
            (None, _) => {
                violations.push(Violation::at("/action", Kind::FieldRequired, "/action is required."));
            }
            (Some(_), None) => {
                let detail = "/action must be \"adopt\", \"retry\" or \"abandon\".";
                violations.push(Violation::at("/action", Kind::ValidationFailed, detail));
            }
            _ => {}
        }
        let remote_id = members.get("remote_id").filter(|id| !id.is_null());
        let text = remote_id.and_then(Value::as_str).filter(|id| (1..=255).contains(&id.len()));
        match (known, remote_id, text) {
            (Some(Action::Adopt), None, _) => {
                let detail = "/remote_id is required to adopt a record.";
                violations.push(Violation::at("/remote_id", Kind::FieldRequired, detail));
            }
            (_, Some(_), None) => {
                let detail = "/remote_id must be the vendor's id, a string of 1 to 255 characters.";
                violations.push(Violation::at("/remote_id", Kind::ValidationFailed, detail));
            }
            (Some(Action::Retry | Action::Abandon), Some(_), _) => {
                let detail = "/remote_id is allowed only with \"adopt\".";
                violations.push(Violation::at("/remote_id", Kind::ValidationFailed, detail));
            }
            _ => {}
        }
        match known {
            Some(action) if violations.is_empty() => {
                Ok(Self { action, remote_id: text.map(ToOwned::to_owned) })
            }
            _ => Err(Error::invalid(violations)),
        }
    }
}

impl From<ResolutionRequest> for Resolution {
    fn from(request: ResolutionRequest) -> Self {
        match request.action {
            Action::Adopt => Self::Adopt(request.remote_id.unwrap_or_default()),
            Action::Retry => Self::Retry,
            Action::Abandon => Self::Abandon,
        }
    }
}
