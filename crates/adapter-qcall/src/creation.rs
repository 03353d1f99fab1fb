//! Identification of a newly created record.

use switchboard_core::prelude::*;

/// Returns the new record if exactly one candidate was found.
///
/// # Errors
/// `vendor_outcome_unknown` if no candidate or several candidates were found.
pub fn only(mut found: Vec<Remote>) -> Result<Remote> {
    match (found.pop(), found.len()) {
        (Some(record), 0) => Ok(record),
        (Some(_), others) => Err(untold(others + 1)),
        (None, _) => Err(untold(0)),
    }
}

/// Builds the error for a creation whose record cannot be identified. `matches` is the number of candidates.
pub fn untold(matches: usize) -> Error {
    let why = match matches {
        0 => "no new record of that name and content is in its list".to_owned(),
        _ => format!("{matches} new records of that name and content are in its list"),
    };
    Error::vendor(Kind::VendorOutcomeUnknown, VendorFailure::new(Outcome::Ambiguous))
        .with_detail(format!("The vendor acknowledged the creation without an id, and {why}."))
}
