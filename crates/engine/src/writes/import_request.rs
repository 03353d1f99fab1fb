//! The body of an import.

use serde_json::{Map, Value};
use switchboard_core::error::{Error, Kind, Result, Violation};
use utoipa::ToSchema;

use crate::records::members;

/// A record that a vendor has, to be taken over. Fields that the vendor returns may be left out.
#[derive(Debug, Clone, PartialEq, ToSchema)]
pub struct ImportRequest {
    /// The configured vendor that has the record.
    #[schema(min_length = 1, examples("qcall"))]
    pub vendor: String,
    /// The vendor's id of the record.
    #[schema(min_length = 1, max_length = 255)]
    pub remote_id: String,
    /// True if the record is pinned to the vendor; otherwise the routing decides its vendor, and a migration may move it.
    #[schema(value_type = Option<bool>, default = true)]
    pub pin: bool,
    /// The other members of the body, and the vendor if the record is pinned to it.
    #[schema(ignore)]
    pub given: Map<String, Value>,
}

impl ImportRequest {
    /// Reads the body `{"vendor": …, "remote_id": …, …}`.
    ///
    /// # Errors
    /// All violations in the members of the import. The members of the record are read later.
    pub fn read(document: &Value) -> Result<Self> {
        let mut given = members(document)?.clone();
        let remote_id = given.shift_remove("remote_id");
        let pin = given.shift_remove("pin");
        let vendor = given.get("vendor").and_then(Value::as_str).map(ToOwned::to_owned);
        let mut violations = Vec::new();
        let pin = match pin {
            None | Some(Value::Null) => true,
            Some(Value::Bool(pin)) => pin,
            Some(_) => {
                let detail = "/pin must be true or false.";
                violations.push(Violation::at("/pin", Kind::ValidationFailed, detail));
                true
            }
        };
        if !pin {
            given.shift_remove("vendor");
        }
        if vendor.is_none() {
            violations.push(Violation::at("/vendor", Kind::FieldRequired, "/vendor is required."));
        }
        let remote_id = match remote_id {
            Some(Value::String(id)) if !id.is_empty() && id.len() <= 255 => Some(id),
            None | Some(Value::Null) => {
                violations.push(Violation::at("/remote_id", Kind::FieldRequired, "/remote_id is required."));
                None
            }
            Some(_) => {
                let detail = "/remote_id must be the vendor's id, a string of 1 to 255 characters.";
                violations.push(Violation::at("/remote_id", Kind::ValidationFailed, detail));
                None
            }
        };
        match (vendor, remote_id) {
            (Some(vendor), Some(remote_id)) if violations.is_empty() => {
                Ok(Self { vendor, remote_id, pin, given })
            }
            _ => Err(Error::invalid(violations)),
        }
    }
}
