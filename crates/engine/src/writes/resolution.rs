//! The body of a request that resolves an operation that needs attention.

use serde_json::Value;
use switchboard_core::{
    error::{Error, Kind, Result, Violation, unknown_name},
    model::{Described, schema::escape},
    vendor::is_addressable,
};
use utoipa::ToSchema;

use super::import_request::INVALID_REMOTE_ID;
use crate::records::members;

/// A caller's decision about an operation that needs attention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// Link the gateway's record to the vendor's record with this id, and continue the operation.
    Adopt(String),
    /// Continue the operation, because the vendor does not have the record or the cause of the failure is fixed.
    Retry,
    /// Give up the operation. A record that was to be deleted, or whose creation was not accepted, is removed from the
    /// gateway. The sync state of any other record becomes `failed`.
    Abandon,
}

/// The body of a request that resolves an operation that needs attention.
#[derive(Debug, Clone, PartialEq, Eq, ToSchema)]
#[schema(as = OperationResolution)]
pub struct ResolutionRequest {
    /// The action that resolves the operation.
    #[schema(inline)]
    pub action: Action,
    /// The id of the vendor's record to which the gateway links its record. Required with `adopt`, and not allowed with
    /// other actions.
    #[schema(nullable = false, min_length = 1, max_length = 255)]
    pub remote_id: Option<String>,
}

/// An action that resolves an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Described)]
pub enum Action {
    /// The gateway links its record to the vendor's record whose id is `remote_id`, and continues the operation. A
    /// creation or an update then overwrites the vendor's record with the desired state; a deletion deletes the vendor's
    /// record.
    Adopt,
    /// The gateway continues the operation. Choose `retry` if the vendor does not have the record to be created, or if the
    /// cause of the failure is fixed.
    Retry,
    /// The gateway gives the operation up. If the operation was to delete the record, or to create a record that the
    /// API does not show yet, the gateway removes its own record; a record at the vendor remains. Otherwise, the sync
    /// state of the record becomes `failed`.
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
                Violation::at(format!("/{}", escape(name)), Kind::UnknownField, detail)
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
        let text = remote_id.and_then(Value::as_str).filter(|id| is_addressable(id));
        match (known, remote_id, text) {
            (Some(Action::Adopt), None, _) => {
                let detail = "/remote_id is required to adopt a record.";
                violations.push(Violation::at("/remote_id", Kind::FieldRequired, detail));
            }
            (_, Some(_), None) => {
                violations.push(Violation::at("/remote_id", Kind::ValidationFailed, INVALID_REMOTE_ID));
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
