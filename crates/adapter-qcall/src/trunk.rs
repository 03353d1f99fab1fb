//! The rules for the fields of a trunk, which QCall calls a dialer (QCall docs, dialers/update).

use switchboard_core::prelude::*;

use crate::wire;

/// The vendor's fields that identify the carrier.
const CARRIER: [&str; 6] = [
    "/dialer_type",
    "/sid",
    "/auth_token",
    "/sip_termination_uri",
    "/sip_trunk_user_name",
    "/sip_trunk_password",
];

/// Returns the rule for each field.
pub fn rules() -> TrunkRules {
    TrunkRules {
        name: at("/name", text()).required(),
        phone_number: at("/phone_number", text()).required(),
        carrier: across(&CARRIER, structured(wire::write_carrier, wire::read_carrier))
            .required()
            .write_only()
            .note("Credentials in the vendor's answers are dropped, so a carrier is never read."),
    }
}
