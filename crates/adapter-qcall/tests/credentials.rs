//! The credentials inside an assistant: keys of calendars and widgets, and headers and query parameters of webhooks.

#![cfg(test)]

mod qcall;

use qcall::{account, answered, decoded, done, sent};
use serde_json::{Value, json};
use switchboard_conformance::OneObject;
use switchboard_core::{
    error::Kind,
    plan::Transition,
    vendor::{Method, Reply},
};

const ID: &str = "7f1c2a9e-4b53-4d0e-9a65-2f0c1d8b6e31";

/// The beginning of each credential in these tests.
const CANARY: &str = "canary-";

fn meeting(event: &str, key: &str, say: &str) -> Value {
    json!({ "type": "scheduleMeeting", "meetingType": "cal.com", "eventId": event, "api_key": key, "say": say })
}

/// Returns a record that holds credentials in all places.
fn record() -> Value {
    let fixture = qcall::fixture_document("getAssistant.full_record");
    let mut record = fixture["body"]["data"].clone();
    record["widget_config"]["api_key"] = json!("canary-widget");
    record["actions"] = json!([
        meeting("1", "canary-sales", "Sales."),
        meeting("2", "canary-support", "Support."),
        { "type": "webhook", "data": [{
            "name": "call ended", "url": "https://hooks.northwind.example/calls", "method": "POST",
            "headers": [{ "name": "Authorization", "value": "canary-bearer" }],
            "queryParams": [{ "name": "key", "value": "canary-query" }],
        }] },
    ]);
    record
}

fn reply(record: &Value) -> Reply {
    Reply::json(200, json!({ "success": true, "data": record }))
}

fn document() -> Value {
    let fetch = account().agents().fetch_one(ID).unwrap();
    answered(fetch, &reply(&record())).unwrap().unwrap().document
}

/// Plans an update of the tools of the agent that was read. Returns the body.
fn body_with(tools: Value) -> Value {
    let observed = document();
    let before = decoded(&observed).state;
    let mut record = serde_json::to_value(&before.record).unwrap();
    record["tools"] = tools;
    let desired = qcall::desired(record, before.extensions["qcall"].clone());
    let step = Transition::Update { before: &before, observed: Some(&observed), previous: None };
    qcall::planned(&step, &desired).unwrap().0
}

#[test]
fn documents_and_records_contain_no_credential() {
    let document = document();
    let read = decoded(&document);
    assert!(read.unread.is_empty(), "{:?}", read.unread);
    for shown in [document.to_string(), json!([read.state.record, read.state.extensions]).to_string()] {
        assert!(!shown.contains(CANARY), "{shown}");
    }
    let rows = answered(account().agents().list(), &Reply::json(200, json!([record()]))).unwrap();
    assert!(!rows[0].document.to_string().contains(CANARY), "{}", rows[0].document);
}

#[test]
fn an_update_gives_each_credential_back() {
    let mut body = document();
    body["name"] = json!("Recall");
    let (request, read) = sent(account().agents().update(ID, body));
    assert_eq!(request.method, Method::Get);
    let (request, _) = sent(read(reply(&record())).unwrap());
    assert_eq!(request.method, Method::Put);
    let written = request.document().unwrap();
    assert_eq!(written["name"], "Recall");
    for place in ["actions", "widget_config"] {
        assert_eq!(written[place], record()[place]);
    }
    let shown = format!("{request:?} {}", request.redacted_body().unwrap());
    assert!(!shown.contains(CANARY), "{shown}");
}

#[test]
fn a_creation_sends_a_key_and_does_not_show_it() {
    let body = json!({ "name": "Recall", "widget_config": { "api_key": "canary-new" } });
    let (request, _) = sent(account().agents().create(body.clone(), &[]));
    assert_eq!(request.document(), Some(&body));
    assert!(!request.redacted_body().unwrap().to_string().contains(CANARY));
}

#[test]
fn a_changed_meeting_gets_the_key_of_its_calendar() {
    let support = json!({ "type": "book_meeting", "calendar": "cal.com", "say": "Support." });
    let changed = json!({ "type": "book_meeting", "calendar": "cal.com", "say": "Sales!" });
    let (_, read) = sent(account().agents().update(ID, body_with(json!([support, changed]))));
    let (request, _) = sent(read(reply(&record())).unwrap());
    let actions = &request.document().unwrap()["actions"];
    assert_eq!(actions[0], meeting("2", "canary-support", "Support."));
    assert_eq!(actions[1], meeting("1", "canary-sales", "Sales!"));
}

#[test]
fn a_credential_that_the_vendor_no_longer_has_is_not_replaced_by_a_mark() {
    let (_, read) = sent(account().agents().update(ID, document()));
    let mut changed = record();
    changed["actions"] = json!([]);
    assert_eq!(read(reply(&changed)).err().unwrap().kind, Kind::VendorProtocolError);
}

#[test]
fn an_assistant_without_credentials_is_updated_without_a_read() {
    let (request, read) = sent(account().agents().update(ID, json!({ "name": "Recall" })));
    assert_eq!(request.method, Method::Put);
    done(read(Reply::json(200, json!({ "success": true }))).unwrap());
}
