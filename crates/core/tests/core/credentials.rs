//! Credentials in the documents of a vendor that returns them.

use serde_json::{Value, json};
use switchboard_core::vendor::{CredentialPlaces, has_mark};

const PLACES: CredentialPlaces = CredentialPlaces { members: &["apiKey"], headers: &["headers"] };
const MARK: &str = "(kept at the vendor)";

fn document(key: &str, header: &str, other: &str) -> Value {
    json!({
        "apiKey": key,
        "tools": [
            { "type": "custom", "name": "hours", "headers": { "X-Key": header, "X-Count": 7 } },
            { "type": "custom", "name": "visit", "headers": {
                "type": "object", "properties": { "X/Key": { "type": "string", "default": other } },
            } },
        ],
    })
}

fn hidden(document: &Value) -> Value {
    let mut hidden = document.clone();
    PLACES.hide(&mut hidden);
    hidden
}

#[test]
fn each_credential_is_replaced_and_has_a_pointer() {
    let whole = document("hush-1", "hush-2", "hush-3");
    assert_eq!(hidden(&whole), document(MARK, MARK, MARK));
    assert_eq!(
        PLACES.pointers(&whole),
        ["/apiKey", "/tools/0/headers/X-Key", "/tools/1/headers/properties/X~1Key/default",]
    );
    assert!(has_mark(&hidden(&whole)) && !has_mark(&whole));
}

#[test]
fn values_of_an_agent_are_no_credentials_whatever_their_names() {
    let tool = json!({ "parameters": { "type": "object", "properties": {
        "headers": { "type": "string", "description": "The headers of a letter." }, "apiKey": { "type": "string" },
    } } });
    assert_eq!(hidden(&tool), tool);
}

#[test]
fn the_marks_of_a_changed_document_get_the_credentials_of_the_same_items() {
    let fresh = document("hush-1", "hush-2", "hush-3");
    let mut body = hidden(&fresh);
    body["tools"].as_array_mut().unwrap().reverse();
    body["tools"][0]["description"] = json!("When the caller wants to come.");
    body["apiKey"] = json!("hush-4");
    assert!(PLACES.restore(&mut body, &fresh));
    assert_eq!(body["apiKey"], "hush-4");
    assert_eq!(body["tools"][0]["headers"], fresh["tools"][1]["headers"]);
    assert_eq!(body["tools"][1]["headers"], fresh["tools"][0]["headers"]);
}

#[test]
fn a_credential_that_the_vendor_no_longer_has_is_told() {
    let mut body = hidden(&document("hush-1", "hush-2", "hush-3"));
    assert!(!PLACES.restore(&mut body, &json!({ "apiKey": "hush-1", "tools": [] })));
}

#[test]
fn headers_in_a_list_are_credentials_too() {
    let document = |first: &str, second: &str| {
        json!({ "hooks": [{ "name": "end", "url": "https://hooks.northwind.example", "headers": [
            { "name": "Authorization", "value": first }, { "name": "Authorization", "value": second }, { "name": "X-None" },
        ] }] })
    };
    let fresh = document("hush-1", "hush-2");
    assert_eq!(hidden(&fresh), document(MARK, MARK));
    assert_eq!(PLACES.pointers(&fresh), ["/hooks/0/headers/0/value", "/hooks/0/headers/1/value"]);
    let mut body = hidden(&fresh);
    assert!(PLACES.restore(&mut body, &fresh));
    assert_eq!(body, fresh, "headers of one name keep their values");
}
