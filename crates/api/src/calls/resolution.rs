//! The body that resolves a call.

use serde_json::Value;
use switchboard_core::error::{Error, Kind, Result, Violation, unknown_name};
use switchboard_engine::calls::CallResolution;

const MEMBERS: [&str; 2] = ["remote_id", "not_placed"];

/// Reads the body `{"remote_id": …}` or `{"not_placed": true}`. A null member counts as omitted.
///
/// # Errors
/// All members that are unknown or have a wrong type.
pub fn read(document: &Value) -> Result<CallResolution> {
    let Value::Object(members) = document else {
        let detail = "The body must be an object with remote_id or not_placed.";
        return Err(Error::invalid(vec![Violation::at("", Kind::ValidationFailed, detail)]));
    };
    let unknown = members.keys().filter(|name| !MEMBERS.contains(&name.as_str()));
    let mut violations: Vec<_> = unknown
        .map(|name| {
            let detail = unknown_name("field", name, MEMBERS);
            Violation::at(
                format!("/{}", name.replace('~', "~0").replace('/', "~1")),
                Kind::UnknownField,
                detail,
            )
        })
        .collect();
    let given = |name: &str| members.get(name).filter(|value| !value.is_null());
    let mut wrong = |name: &str, must: &str| {
        violations.push(Violation::at(
            format!("/{name}"),
            Kind::ValidationFailed,
            format!("/{name} must be {must}."),
        ));
    };
    let remote_id = given("remote_id").and_then(|value| {
        let text = value.as_str().filter(|text| !text.is_empty()).map(ToOwned::to_owned);
        if text.is_none() {
            wrong("remote_id", "a string: the vendor's id of the call");
        }
        text
    });
    let not_placed = given("not_placed").and_then(|value| {
        let flag = value.as_bool();
        if flag.is_none() {
            wrong("not_placed", "true");
        }
        flag
    });
    if violations.is_empty() {
        Ok(CallResolution { remote_id, not_placed })
    } else {
        Err(Error::invalid(violations))
    }
}
