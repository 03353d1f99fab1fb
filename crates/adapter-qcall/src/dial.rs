//! The rules of a request to dial (vendor's OpenAPI documents of 2026-08 and 2026-09, and its audit of them).

use serde_json::json;
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

fn only([number]: [PhoneNumber; 1], _: &Facts) -> Option<PhoneNumber> {
    Some(number)
}
