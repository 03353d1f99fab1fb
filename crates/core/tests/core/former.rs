//! Fields of earlier versions: refused in bodies with advice, and converted in stored documents.

use serde_json::{Value, json};
use switchboard_core::{
    error::Kind,
    model::{Agent, FieldReader, FormerField, Root, Trunk, read},
};

use crate::violation::pointer;

/// Returns the code, pointer and detail of each violation in a patch.
fn violations(patch: &Value) -> Vec<(Kind, String, String)> {
    let mut from = FieldReader::for_body::<Agent>(&[]);
    from.merge(&mut Agent::default(), patch.as_object().unwrap());
    let error = from.finish().err();
    let violations = error.into_iter().flat_map(|error| error.violations);
    violations.map(|violation| (violation.code, pointer(&violation).to_owned(), violation.detail)).collect()
}

#[test]
fn a_body_with_an_earlier_field_is_refused_with_the_present_field() {
    for (patch, pointer, detail) in [
        (
            json!({ "actions": [{ "type": "book_meeting" }] }),
            "/actions",
            "There is no field \"actions\" any more; use /tools, which has the same values.",
        ),
        (
            json!({ "transfer": { "phone_number": "+15550100199" } }),
            "/transfer",
            "There is no field \"transfer\" any more; use /transfers, a list such as [{\"phone_number\": \"+15550100199\"}].",
        ),
        (
            json!({ "call": { "hang_up_on_voicemail": true } }),
            "/call/hang_up_on_voicemail",
            "There is no field \"hang_up_on_voicemail\" any more; use /voicemail/action: \"hang_up\" for true, \"continue\" for false.",
        ),
        (
            json!({ "ending": { "instructions": "At the end." } }),
            "/ending/instructions",
            "There is no field \"instructions\" any more; use /ending/hang_up, such as {\"instructions\": \"When the caller says goodbye.\"}.",
        ),
    ] {
        assert_eq!(violations(&patch), [(Kind::UnknownField, pointer.to_owned(), detail.to_owned())]);
    }
}

#[test]
fn clearing_an_earlier_field_is_refused_too() {
    for patch in [
        json!({ "actions": null }),
        json!({ "transfer": null }),
        json!({ "call": { "hang_up_on_voicemail": null } }),
        json!({ "ending": { "instructions": null } }),
    ] {
        assert_eq!(violations(&patch).len(), 1, "{patch}");
    }
    for patch in [json!({ "call": null }), json!({ "nothing": null }), json!({ "tools": null })] {
        assert_eq!(violations(&patch), [], "{patch}");
    }
}

#[test]
fn a_stored_record_is_read_with_the_present_fields() {
    let mut record = json!({
        "actions": [{ "type": "book_meeting" }],
        "call": { "hang_up_on_voicemail": false, "record": true },
        "ending": { "message": "Bye!", "instructions": "At the end." },
        "transfer": { "phone_number": "+15550100199" },
    });
    Agent::FORMER.iter().for_each(|former| former.replace_in(&mut record));
    let present = json!({
        "call": { "record": true },
        "ending": { "message": "Bye!", "hang_up": { "instructions": "At the end." } },
        "tools": [{ "type": "book_meeting" }],
        "transfers": [{ "phone_number": "+15550100199", "mode": "cold" }],
        "voicemail": { "action": "continue" },
    });
    assert_eq!(record, present);
    let mut again = present.clone();
    Agent::FORMER.iter().for_each(|former| former.replace_in(&mut again));
    assert_eq!(again, present);
    record.as_object_mut().unwrap().extend(
        json!({
            "name": "a", "direction": "inbound", "language": "en", "prompt": { "instructions": "x" },
            "voice": { "id": "v" },
        })
        .as_object()
        .unwrap()
        .clone(),
    );
    assert!(read::<Agent>(&record).is_ok());
}

#[test]
fn a_pointer_moves_with_the_segments_below_it() {
    let moved = |pointer: &str| FormerField::find(Agent::FORMER, pointer).map(|former| former.moved(pointer));
    let present = |pointer: &str| Some(pointer.to_owned());
    assert_eq!(moved("/actions/0/type"), present("/tools/0/type"));
    assert_eq!(moved("/transfer"), present("/transfers"));
    assert_eq!(moved("/transfer/phone_number"), present("/transfers"));
    assert_eq!(moved("/call/hang_up_on_voicemail"), present("/voicemail/action"));
    assert_eq!(moved("/ending/instructions"), present("/ending/hang_up"));
    for other in ["", "/", "/call", "/transfers", "/tools", "/actionsx"] {
        assert_eq!(moved(other), None, "{other}");
    }
    assert!(Trunk::FORMER.is_empty());
}
