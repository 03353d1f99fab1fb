//! The body of an import.

use serde_json::{Map, Value};
use switchboard_core::{
    error::{Error, Kind, Result, Violation},
    vendor::is_addressable,
};
use utoipa::ToSchema;

use crate::records::members;

/// The detail of the violation for a vendor's id that cannot be used in the path of a request.
pub(super) const INVALID_REMOTE_ID: &str = "/remote_id must be the vendor's id: 1 to 255 characters without control characters, and neither \".\" nor \"..\".";

/// The body of a request that imports a record from a vendor. The fields that the vendor returns may be omitted.
#[derive(Debug, Clone, PartialEq, ToSchema)]
pub struct ImportRequest {
    /// The configured vendor that has the record.
    #[schema(min_length = 1, examples("qcall"))]
    pub vendor: String,
    /// The vendor's id of the record.
    #[schema(min_length = 1, max_length = 255)]
    pub remote_id: String,
    /// True to pin the record to `vendor`. If false, the record is not pinned. The record then runs at `vendor` until a
    /// migration moves it to another vendor.
    #[schema(value_type = Option<bool>, default = true)]
    pub pin: bool,
    /// The members of the record in the body, and `vendor` if the record is pinned.
    #[schema(ignore)]
    pub given: Map<String, Value>,
}

impl ImportRequest {
    /// Reads the body `{"vendor": …, "remote_id": …, …}`.
    ///
    /// # Errors
    /// All violations in `vendor`, `remote_id` and `pin`. The members of the record are checked later.
    pub fn read(document: &Value) -> Result<Self> {
        let mut given = members(document)?.clone();
        let remote_id = given.shift_remove("remote_id");
        let pin = given.shift_remove("pin");
        let vendor = given.get("vendor").cloned();
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
        let vendor = match vendor {
            Some(Value::String(vendor)) => Some(vendor),
            None | Some(Value::Null) => {
                violations.push(Violation::at("/vendor", Kind::FieldRequired, "/vendor is required."));
                None
            }
            Some(_) => {
                let detail = "/vendor must be the name of a configured vendor.";
                violations.push(Violation::at("/vendor", Kind::ValidationFailed, detail));
                None
            }
        };
        let remote_id = match remote_id {
            Some(Value::String(id)) if is_addressable(&id) => Some(id),
            None | Some(Value::Null) => {
                violations.push(Violation::at("/remote_id", Kind::FieldRequired, "/remote_id is required."));
                None
            }
            Some(_) => {
                let detail = INVALID_REMOTE_ID;
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
