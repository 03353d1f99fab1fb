//! The rules of a trunk at QCall, which calls it a dialer (QCall docs, dialers/update).

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

/// Returns the rule of each field.
pub fn rules() -> TrunkRules {
    TrunkRules {
        name: at("/name", text()).required(),
        phone_number: at("/phone_number", text()).required(),
        carrier: across(&CARRIER, structured(wire::write_carrier, wire::read_carrier))
            .required()
            .write_only()
            .note("Credentials that the vendor answers are dropped, so that a carrier is never read."),
    }
}
