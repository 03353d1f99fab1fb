//! The account's Cal.com keys, which answers contain and requests must repeat.

#![cfg(test)]

mod autocalls;

use autocalls::{account, answered, done, reply, sent};
use serde_json::{Value, json};
use switchboard_conformance::OneObject;
use switchboard_core::{
    error::{Kind, Outcome},
    vendor::Reply,
};

/// Returns a body that sends all tools as they were read, except for one changed description.
fn rewritten() -> Value {
    let mut document = autocalls::observed("2026", "listAssistants.full_record");
    document["tools"][0]["description"] = json!("When everything is said.");
    json!({ "tools": document["tools"] })
}

fn calendar(slug: &str) -> Value {
    json!({ "type": "calendar_integration", "calcom_event_slug": slug, "description": "Book." })
}

/// Returns a page with an assistant that has these calendars, each with its key.
fn page(calendars: &[(&str, &str)]) -> Reply {
    let tools = calendars.iter().map(|(slug, key)| {
        let data = json!({ "calcom_api_key": key, "calcom_event_slug": slug, "description": "Book." });
        json!({ "type": "calendar_integration", "data": data })
    });
    let row = json!({ "id": 1842, "name": "Desk", "tools": Value::from_iter(tools) });
    Reply::json(200, json!({ "data": [row], "last_page": 1 }))
}

/// Returns the keys in the update that sends these calendars after the page was read.
fn keys(slugs: &[&str], page: Reply) -> Vec<Value> {
    let body = json!({ "tools": Value::from_iter(slugs.iter().map(|slug| calendar(slug))) });
    let (_, read) = sent(account("2026").agents().update("1842", body));
    let (request, _) = sent(read(page).unwrap());
    let body = request.document().unwrap();
    body["tools"].as_array().unwrap().iter().map(|tool| tool["calcom_api_key"].clone()).collect()
}

#[test]
fn the_calendar_key_is_removed_from_documents_and_restored_in_updates() {
    const KEY: &str = "placeholder-not-a-key";
    let page = reply("2026", "listAssistants.full_record");
    let body = rewritten();
    assert!(!body.to_string().contains(KEY), "the document must not have it");
    assert_eq!(body["tools"][5]["calcom_event_slug"], "table", "but all the rest");

    let (request, read) = sent(account("2026").agents().update("1842", body.clone()));
    assert_eq!(request.operation, "list assistants");
    let (request, read) = sent(read(page).unwrap());
    assert_eq!(format!("{request:?}"), "PUT /user/assistant/1842 (update assistant)");
    let mut whole = body;
    whole["tools"][5]["calcom_api_key"] = json!(KEY);
    assert_eq!(request.document(), Some(&whole));
    let shown = request.redacted_body().unwrap();
    assert_eq!(shown["tools"][5]["calcom_api_key"], "[redacted]");
    assert!(!shown.to_string().contains(KEY));
    done(read(reply("2026", "updateAssistant.changed")).unwrap());
}

#[test]
fn each_calendar_gets_its_own_key_in_any_order() {
    let page = page(&[("lunch", "key-1"), ("dinner", "key-2")]);
    assert_eq!(keys(&["dinner", "lunch"], page.clone()), ["key-2", "key-1"]);
    assert_eq!(keys(&["dinner"], page), ["key-2"], "a calendar was removed");
}

#[test]
fn a_calendar_that_was_changed_meanwhile_gets_the_key_of_all_others() {
    let page = page(&[("brunch", "key-1"), ("dinner", "key-1")]);
    assert_eq!(keys(&["lunch", "dinner"], page), ["key-1", "key-1"]);
}

#[test]
fn a_calendar_whose_key_is_not_known_is_not_sent() {
    for calendars in [&[("brunch", "key-1"), ("dinner", "key-2")][..], &[]] {
        let body = json!({ "tools": [calendar("lunch")] });
        let (_, read) = sent(account("2026").agents().update("1842", body));
        let error = read(page(calendars)).err().unwrap();
        assert_eq!(error.kind, Kind::VendorUnavailable, "the next attempt reads the tools again");
        assert_eq!(error.vendor.unwrap().outcome, Outcome::NotSent);
    }
}

#[test]
fn tools_without_a_calendar_are_sent_without_a_read() {
    let body = json!({ "tools": [{ "type": "end_call" }] });
    let (request, _) = sent(account("2026").agents().update("1842", body));
    assert_eq!(request.operation, "update assistant");
}

#[test]
fn a_calendar_of_an_assistant_that_is_gone_is_the_vendors_to_refuse() {
    let update = account("2026").agents().update("1842", rewritten());
    let replies = [reply("2026", "listAssistants.empty"), reply("2026", "updateAssistant.unknown")];
    let error = answered(update, &replies).unwrap_err();
    assert_eq!(error.vendor.unwrap().status, Some(404));
}
