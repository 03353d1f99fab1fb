//! The documented headers of answers.

use serde_json::Value;

use crate::resolved::{operations, resolve};

/// Returns the documentation of a header, or `None` if the answers with this status do not have it.
fn header(id: &str, status: &str, name: &str) -> Option<&'static Value> {
    let (_, operation) = operations().find(|(known, _)| *known == id).unwrap();
    operation["responses"][status]["headers"].get(name).map(resolve)
}

fn is_required(id: &str, status: &str, name: &str) -> Option<bool> {
    header(id, status, name).map(|header| header["required"] == true)
}

#[test]
fn every_answer_has_the_id_of_its_request() {
    for (id, operation) in operations() {
        for status in operation["responses"].as_object().unwrap().keys() {
            assert_eq!(is_required(id, status, "X-Request-Id"), Some(true), "{id} {status}");
        }
    }
}

#[test]
fn a_wait_is_documented_wherever_an_answer_can_have_one() {
    for (id, status, is_required_there) in [
        ("createAgent", "202", Some(true)),
        ("createAgent", "408", Some(true)),
        ("createAgent", "409", Some(false)),
        ("createAgent", "503", Some(true)),
        ("createAgent", "504", Some(false)),
        ("placeCall", "429", Some(false)),
        ("placeCall", "502", Some(false)),
        ("createAgent", "422", None),
    ] {
        assert_eq!(is_required(id, status, "Retry-After"), is_required_there, "{id} {status}");
    }
}

#[test]
fn answers_say_what_they_repeat_and_what_they_apply() {
    for (id, name, has_it) in [
        ("createAgent", "Idempotent-Replayed", true),
        ("startMigration", "Idempotent-Replayed", true),
        ("batchAgents", "Idempotent-Replayed", false),
        ("planAgent", "Idempotent-Replayed", false),
        ("createAgent", "Preference-Applied", true),
        ("planAgent", "Preference-Applied", true),
        ("deleteAgent", "Preference-Applied", true),
        ("startMigration", "Preference-Applied", false),
    ] {
        let status = ["200", "201", "202", "204"].into_iter().find(|status| {
            let (_, operation) = operations().find(|(known, _)| *known == id).unwrap();
            operation["responses"].get(*status).is_some()
        });
        assert_eq!(header(id, status.unwrap(), name).is_some(), has_it, "{id} {name}");
    }
}
