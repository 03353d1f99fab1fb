//! The caller's own server for the language model, and its secret key.

use secrecy::ExposeSecret;
use serde_json::{Map, Value, json};
use switchboard_core::{
    error::{Error, InputLocation, Kind},
    model::{
        Agent, EndpointKey, FieldReader, ModelEndpoint, Root, UnknownSecret, keep_secrets,
        keep_unknown_secrets, mark_left_behind, read, schema,
    },
};

const URL: &str = "https://llm.example/v1";

fn endpoint(changes: Value) -> Value {
    let mut endpoint = json!({ "url": URL, "model": "chat-1", "key": "hush" });
    schema::merge(&mut endpoint, &changes);
    endpoint
}

fn agent(model: Value) -> Result<Agent, Error> {
    read(
        &json!({ "name": "Desk", "direction": "inbound", "language": "en", "prompt": { "instructions": "Be brief." },
        "voice": { "id": "a" }, "model": model }),
    )
}

fn with(endpoint: Value) -> Agent {
    agent(json!({ "endpoint": endpoint })).unwrap()
}

fn patched(stored: &Agent, endpoint: Value) -> Result<Agent, Error> {
    let (mut record, mut from) = (stored.clone(), FieldReader::default());
    from.merge(&mut record, json!({ "model": { "endpoint": endpoint } }).as_object().unwrap());
    from.finish().map(|()| record)
}

/// Reads a whole agent that replaces the stored one.
fn replaced(stored: &Agent, endpoint: Value) -> Agent {
    let mut given = json!(stored);
    given["model"]["endpoint"] = endpoint;
    let (before, mut document) = (json!(stored), given.clone());
    keep_secrets(&stored.secrets(), &before, &given, &mut document);
    keep_unknown_secrets(&stored.unknown_secrets(), &before, &given, &mut document);
    read(&document).unwrap()
}

fn key(agent: &Agent) -> &EndpointKey {
    &agent.model.endpoint.as_ref().unwrap().key
}

fn known(key: &str) -> EndpointKey {
    EndpointKey::Known(key.into())
}

/// Returns the pointer and the kind of the only violation.
fn refused(error: Error) -> (String, Kind) {
    let [violation] = &error.violations[..] else { panic!("{error:?}") };
    match &violation.location {
        InputLocation::Pointer(pointer) => (pointer.clone(), violation.code),
        other => panic!("not in the body: {other:?}"),
    }
}

#[test]
fn an_endpoint_shows_only_that_it_has_a_key() {
    let stored = with(endpoint(json!({})));
    let shown = json!(stored);
    assert_eq!(shown["model"]["endpoint"], json!({ "url": URL, "model": "chat-1", "key_set": true }));
    assert!(!format!("{stored:?}").contains("hush"));
    let secrets = stored.secrets();
    assert_eq!(secrets.keys().collect::<Vec<_>>(), ["/model/endpoint/key"]);
    assert_eq!(secrets["/model/endpoint/key"].expose_secret(), "hush");
    let open = json!(with(endpoint(json!({ "key": null, "model": null }))));
    assert_eq!(open["model"]["endpoint"], json!({ "url": URL, "key_set": false }));
}

#[test]
fn an_update_keeps_the_key_of_the_same_url() {
    let stored = with(endpoint(json!({})));
    let other = json!({ "url": "https://other.example/v1" });
    for same in [json!({ "url": URL }), json!({ "url": URL, "key_set": true, "model": "chat-2" })] {
        assert_eq!(key(&replaced(&stored, same.clone())), &known("hush"), "{same}");
        assert_eq!(key(&patched(&stored, same.clone()).unwrap()), &known("hush"), "{same}");
    }
    assert_eq!(key(&patched(&stored, json!({ "model": null })).unwrap()), &known("hush"));
    assert_eq!(key(&patched(&stored, json!({ "key": "hush-2" })).unwrap()), &known("hush-2"));
    for none in [json!({ "url": URL, "key": null }), json!({ "url": URL, "key": null, "key_set": true })] {
        assert_eq!(key(&replaced(&stored, none.clone())), &EndpointKey::None);
        assert_eq!(key(&patched(&stored, none).unwrap()), &EndpointKey::None);
    }
    assert_eq!(key(&replaced(&stored, other)), &EndpointKey::None, "another server does not get the key");
}

#[test]
fn a_change_of_the_url_alone_asks_for_the_key() {
    for stored in [with(endpoint(json!({}))), with(json!({ "url": URL, "key_set": true }))] {
        let moved = patched(&stored, json!({ "url": "https://other.example/v1" })).unwrap();
        let [unknown] = &moved.unknown_secrets()[..] else { panic!("{moved:?}") };
        assert_eq!(
            (unknown.path.as_str(), unknown.pointer.as_str()),
            ("/model/endpoint/key", "/model/endpoint/key")
        );
        assert!(!stored.unknown_secrets().iter().any(|known| known.is_same(unknown)));
        assert!(moved.secrets().is_empty());
    }
}

#[test]
fn a_replacement_with_another_url_asks_for_the_key_unless_it_removes_the_key() {
    let other = "https://other.example/v1";
    for stored in [with(endpoint(json!({}))), with(json!({ "url": URL, "key_set": true }))] {
        for (given, asks) in [
            (json!({ "url": other }), true),
            (json!({ "url": other, "key": null }), false),
            (json!({ "url": other, "key": "hush-2" }), false),
            (json!({ "url": other, "key_set": false }), false),
        ] {
            let (before, mut document) = (json!(stored), json!(stored));
            document["model"]["endpoint"] = given.clone();
            let body = document.clone();
            mark_left_behind(["/model/endpoint/key"], &before, &body, &mut document);
            assert_eq!(
                read::<Agent>(&document).unwrap().unknown_secrets().len(),
                usize::from(asks),
                "{given}"
            );
        }
    }
}

#[test]
fn a_key_that_only_the_vendor_has_is_kept_with_its_url() {
    let imported = with(json!({ "url": URL, "key_set": true }));
    assert_eq!(key(&imported), &EndpointKey::AtVendor);
    let url = Some(URL.to_owned());
    let path = "/model/endpoint/key".to_owned();
    assert_eq!(imported.unknown_secrets(), [UnknownSecret { path: path.clone(), pointer: path, url }]);
    assert_eq!(replaced(&imported, json!({ "url": URL })), imported);
    assert_eq!(patched(&imported, json!({ "url": URL })).unwrap(), imported);
    assert_eq!(key(&replaced(&imported, json!({ "url": URL, "key": null }))), &EndpointKey::None);
    assert_eq!(key(&patched(&imported, json!({ "key": "hush" })).unwrap()), &known("hush"));
}

#[test]
fn every_wrong_member_is_named_and_no_key_is_repeated() {
    for (changes, member, code) in [
        (json!({ "url": "http://llm.example" }), "/url", Kind::ValidationFailed),
        (json!({ "url": "https://user:hush@llm.example" }), "/url", Kind::ValidationFailed),
        (json!({ "model": "" }), "/model", Kind::ValidationFailed),
        (json!({ "model": "x".repeat(256) }), "/model", Kind::ValidationFailed),
        (json!({ "key": "" }), "/key", Kind::ValidationFailed),
        (json!({ "key": "Bearer hush" }), "/key", Kind::ValidationFailed),
        (json!({ "key": "hush\u{7}" }), "/key", Kind::ValidationFailed),
        (json!({ "key": 48_151_623 }), "/key", Kind::ValidationFailed),
        (json!({ "key": { "hush": 1 } }), "/key", Kind::ValidationFailed),
        (json!({ "key": "********" }), "/key", Kind::MaskedValue),
        (json!({ "keys": "a" }), "/keys", Kind::UnknownField),
        (json!({ "url": null }), "", Kind::FieldRequired),
    ] {
        let error = agent(json!({ "endpoint": endpoint(changes.clone()) })).unwrap_err();
        let told = format!("{error} {error:?}");
        assert!(!told.contains("hush") && !told.contains("48151623"), "{told}");
        assert_eq!(refused(error), (format!("/model/endpoint{member}"), code), "{changes}");
    }
}

#[test]
fn an_endpoint_and_the_name_of_a_model_exclude_each_other() {
    let both = agent(json!({ "endpoint": endpoint(json!({})), "name": "gpt-4.1" })).unwrap();
    let mut from = FieldReader::default();
    from.note_conflict(&both);
    let error = from.finish().unwrap_err();
    assert!(error.violations[0].detail.contains("/model/name"), "{error:?}");
    assert_eq!(refused(error), ("/model/endpoint".to_owned(), Kind::ValidationFailed));
    for one in
        [with(endpoint(json!({}))), agent(json!({ "name": "gpt-4.1" })).unwrap(), agent(json!({})).unwrap()]
    {
        let mut from = FieldReader::default();
        from.note_conflict(&one);
        assert!(from.finish().is_ok());
    }
}

fn headers(headers: Value) -> Map<String, Value> {
    headers.as_object().unwrap().clone()
}

#[test]
fn the_header_of_a_vendor_is_a_key_or_is_kept() {
    for (value, key) in [
        (json!({ "authorization": "Bearer hush" }), known("hush")),
        (json!({ "Authorization": "(kept at the vendor)" }), EndpointKey::AtVendor),
        (json!({ "Authorization": "Basic aHVzaA==" }), EndpointKey::AtVendor),
        (json!({ "Authorization": { "secret_id": "s1" } }), EndpointKey::AtVendor),
        (json!({ "Authorization": "" }), EndpointKey::None),
        (json!({ "X-Key": "hush" }), EndpointKey::None),
    ] {
        assert_eq!(EndpointKey::from_vendor(Some(&value)), key, "{value}");
    }
    assert_eq!(EndpointKey::from_vendor(None), EndpointKey::None);

    let held = json!({ "authorization": "Bearer old", "X-Desk": "7" });
    for (key, written) in [
        (known("hush"), json!({ "authorization": "Bearer hush", "X-Desk": "7" })),
        (EndpointKey::AtVendor, held.clone()),
        (EndpointKey::None, json!({ "X-Desk": "7" })),
    ] {
        let mut written_headers = headers(held.clone());
        key.write(&mut written_headers);
        assert_eq!(Value::Object(written_headers), written);
    }
    let mut none = Map::new();
    known("hush").write(&mut none);
    assert_eq!(Value::Object(none), json!({ "Authorization": "Bearer hush" }));
}

#[test]
fn a_key_at_the_vendor_belongs_to_its_url() {
    let endpoint: ModelEndpoint = serde_json::from_value(json!({ "url": URL, "key_set": true })).unwrap();
    assert!(endpoint.check_key(Some(URL)).is_ok());
    assert!(endpoint.check_key(Some("https://other.example/v1")).is_err());
    assert!(endpoint.check_key(None).is_err());
    let open: ModelEndpoint = serde_json::from_value(json!({ "url": URL })).unwrap();
    assert!(open.check_key(None).is_ok());
}
