//! The exchanges that attach the phone numbers of the organization to personas. A number has at most one persona.

use serde_json::json;
use switchboard_core::prelude::*;

use crate::{catalogue, wire};

/// The name of the part.
pub const PART: &str = "phone_number";

/// Attaches a phone number to a persona, or detaches it. Both take effect immediately, without a promotion. The vendor does
/// not document whether attaching a number takes it from another persona, so the number is read first.
pub fn attach(action: &StepAction, number: &str, persona: &str) -> Exchange<StepAnswer> {
    let [attach, detach] = ["attach", "detach"].map(|change| {
        let path = ["v1", "personas", persona, "inbound", change].map(ToOwned::to_owned);
        let request = Request::new("assign phone number", Method::Post, path);
        request.json(json!({ "inbound_numbers": [number] }))
    });
    let read = ["v1", "inbound", number].map(ToOwned::to_owned);
    let binding = Binding {
        part: PART,
        object: number.to_owned(),
        record: persona.to_owned(),
        read: Request::new("read phone number", Method::Get, read),
        reader: wire::phone_number,
        changed: |reply, number| wire::persona(reply).map(|persona| persona.holder_of(number)),
    };
    binding.perform(action, |_, persona| if persona.is_some() { attach } else { detach })
}

/// Lists the phone numbers of the organization.
pub fn find() -> Option<Exchange<Vec<FoundPart>>> {
    let numbers = catalogue::ask(CatalogueKind::PHONE_NUMBERS)?;
    Some(numbers.map(|numbers| numbers.into_iter().map(FoundPart::from).collect()))
}
