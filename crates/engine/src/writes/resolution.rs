//! The body of a request that resolves an operation that needs attention.

use serde::Serialize;
use serde_json::Value;
use switchboard_core::{
    error::{Error, Kind, Result, Violation, unknown_name},
    model::schema::escape,
    vendor::is_addressable,
};
use utoipa::ToSchema;

use super::import_request::INVALID_REMOTE_ID;
use crate::records::members;

/// The actions, by their names in the API.
const ACTIONS: [&str; 3] = ["adopt", "retry", "abandon"];

/// A caller's decision about an operation that needs attention: the body of the request that resolves the operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case")]
#[schema(as = OperationResolution)]
pub enum Resolution {
    /// The gateway links its record to the vendor's record whose id is `remote_id`, and continues the operation. A
    /// creation or an update then overwrites the vendor's record with the desired state; a deletion deletes the vendor's
    /// record.
    Adopt {
        /// The id of the vendor's record to which the gateway links its record.
        #[schema(min_length = 1, max_length = 255)]
        remote_id: String,
    },
    /// The gateway continues the operation. Choose `retry` if the vendor does not have the record to be created, or if the
    /// cause of the failure is fixed.
    Retry,
    /// The gateway gives the operation up. If the operation was to delete the record, or to create a record that the
    /// API does not show yet, the gateway removes its own record; a record at the vendor remains. Otherwise, the sync
    /// state of the record becomes `failed`.
    Abandon,
}

impl Resolution {
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
        let known = action.and_then(Value::as_str).filter(|name| ACTIONS.contains(name));
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
            (Some("adopt"), None, _) => {
                let detail = "/remote_id is required to adopt a record.";
                violations.push(Violation::at("/remote_id", Kind::FieldRequired, detail));
            }
            (_, Some(_), None) => {
                violations.push(Violation::at("/remote_id", Kind::ValidationFailed, INVALID_REMOTE_ID));
            }
            (Some("retry" | "abandon"), Some(_), _) => {
                let detail = "/remote_id is allowed only with \"adopt\".";
                violations.push(Violation::at("/remote_id", Kind::ValidationFailed, detail));
            }
            _ => {}
        }
        match (known, text) {
            (Some("adopt"), Some(id)) if violations.is_empty() => {
                Ok(Self::Adopt { remote_id: id.to_owned() })
            }
            (Some("retry"), _) if violations.is_empty() => Ok(Self::Retry),
            (Some("abandon"), _) if violations.is_empty() => Ok(Self::Abandon),
            _ => Err(Error::invalid(violations)),
        }
    }
}
