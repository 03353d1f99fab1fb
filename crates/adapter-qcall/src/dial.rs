//! The rules of a request to dial (vendor's OpenAPI documents of 2026-08 and 2026-09, and its audit of them).

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use crate::wire;

/// Returns a rule for each field of a request to dial.
pub fn rules() -> DialRules {
    DialRules {
        to: DialToRules {
            // One request can place several calls. The gateway places one.
            phone_number: at(
                "/phone_number",
                structured(|number: &PhoneNumber, _| Ok([number.clone()]), only),
            )
            .required()
            .write_only(),
            first_name: at("/first_name", text()).write_only(),
            last_name: at("/last_name", text()).write_only(),
            email: at("/email", text()).write_only(),
        },
        from: DialFromRules {
            phone_number_id: unsupported("The vendor places a call through a dialer. Set trunk_id."),
        },
        trunk_id: at("/dialer_id", text()).required().default(json!("")).write_only().note(
            "Without a trunk, the vendor's default dialer places the call. It serves the US and Canada only.",
        ),
        variables: wire::variables(),
        overrides: OverridesRules::unsupported("The vendor accepts no settings for a single call."),
    }
}

/// The start of the numbers that the vendor's default dialer can call.
const SERVED: &str = "+1";

/// Checks that a trunk can call the number. Without a trunk, the vendor's default dialer places the call.
///
/// # Errors
/// `field_required` at `/trunk_id` if the default dialer does not serve the number.
pub fn check(body: &Value) -> Result<()> {
    let has_trunk = body["dialer_id"].as_str().is_some_and(|dialer| !dialer.is_empty());
    let mut numbers = body["phone_number"].as_array().into_iter().flatten().filter_map(Value::as_str);
    if has_trunk || numbers.all(|number| number.starts_with(SERVED)) {
        return Ok(());
    }
    let why = "/trunk_id is required: without a trunk, the vendor calls numbers in the US and Canada only.";
    Err(Error::invalid(vec![Violation::at("/trunk_id", Kind::FieldRequired, why)]))
}

fn only([number]: [PhoneNumber; 1], _: &Facts) -> Option<PhoneNumber> {
    Some(number)
}
