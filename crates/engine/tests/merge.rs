//! Merging a patch into a body has the same result as reading the patched JSON, including the members of the
//! envelope.

#![cfg(test)]

use serde_json::{Map, Value, json};
use switchboard_core::{
    error::{Kind, Result, Violation},
    model::{Agent, Carrier, Trunk, schema},
};
use switchboard_engine::{Body, Extensions, Managed, OUTPUT_ONLY};

const FULL_AGENT: &str = include_str!("../../conformance/src/full_agent.json");
const FULL_TRUNK: &str = include_str!("../../conformance/src/full_trunk.json");

/// The only configured vendor.
const VENDOR: &str = "qcall";

fn check_vendor(name: &str) -> Result<(), (Kind, String)> {
    if name == VENDOR { Ok(()) } else { Err((Kind::VendorUnknown, format!("There is no vendor {name:?}."))) }
}

fn extensions() -> Extensions {
    Extensions::from_factories(&[switchboard_adapter_qcall::FACTORY])
}

fn read<R: Managed>(document: Value) -> Result<Body<R>> {
    Body::read(document, &extensions(), &check_vendor)
}

fn merge<R: Managed>(body: &Body<R>, patch: &Value) -> Result<Body<R>> {
    body.merge(patch.as_object().unwrap(), &extensions(), &check_vendor)
}

fn merge_as_json<R: Managed>(body: &Body<R>, patch: &Value) -> Result<Body<R>> {
    let mut document = body.document().unwrap();
    json_patch::merge(&mut document, patch);
    read(document)
}

fn violations<R>(result: Result<Body<R>>) -> Result<Body<R>, Vec<Violation>> {
    result.map_err(|error| error.violations)
}

fn agent(more: Value) -> Body<Agent> {
    let mut document = serde_json::from_str(FULL_AGENT).unwrap();
    schema::merge(&mut document, &more);
    read(document).unwrap()
}

fn bodies() -> [Body<Agent>; 2] {
    let full = json!({
        "vendor": VENDOR,
        "external_ref": "crm-1",
        "labels": { "team": "sales", "type": "a" },
        "metadata": { "a": { "b": 1 }, "type": "a", "list": [1] },
        "extensions": { "qcall": { "utterance_length": 3, "call_flow": { "steps": [1], "start": "a" } } },
    });
    [agent(json!({})), agent(full)]
}

/// Lists valid and invalid changes of every member of the envelope, and of other members.
fn patches() -> Vec<Value> {
    let members = ["vendor", "external_ref", "labels", "metadata", "extensions", "name", "voice", "unknown"];
    let changes = [
        json!(null),
        json!(7),
        json!(""),
        json!(VENDOR),
        json!("elsewhere"),
        json!("x".repeat(300)),
        json!([1]),
        json!({}),
        json!({ "team": null }),
        json!({ "team": 7, "region": "", "": "x" }),
        json!({ "team": "support", "type": "b" }),
        json!({ "a": { "b": null, "c": { "d": null } }, "list": [null] }),
        json!({ "a": "x".repeat(20_000) }),
        json!({ "qcall": null }),
        json!({ "qcall": 7 }),
        json!({ "qcall": { "utterance_length": null, "voice_note": "Hello" } }),
        json!({ "qcall": { "utterance_length": 99, "call_flow": { "start": null, "end": "b" } } }),
        json!({ "qcall": { "utterance": 3 }, "vapi": {} }),
    ];
    let one = |member: &str, change: &Value| Map::from_iter([(member.to_owned(), change.clone())]);
    members.iter().flat_map(|member| changes.iter().map(move |change| one(member, change).into())).collect()
}

fn agree<R: Managed + std::fmt::Debug>(body: &Body<R>, patch: &Value) {
    assert_eq!(violations(merge(body, patch)), violations(merge_as_json(body, patch)), "{patch}");
}

#[test]
fn each_member_is_patched_as_in_json() {
    for body in &bodies() {
        patches().iter().for_each(|patch| agree(body, patch));
    }
}

#[test]
fn violations_of_several_members_are_reported_in_the_same_order() {
    let patches = patches();
    for (first, second) in patches.iter().zip(patches.iter().skip(19)) {
        let mut both = second.clone();
        schema::merge(&mut both, first);
        both["metadata"] = json!(7);
        bodies().iter().for_each(|body| agree(body, &both));
    }
}

#[test]
fn what_only_the_gateway_writes_is_ignored() {
    let [_, body] = bodies();
    for name in OUTPUT_ONLY {
        assert_eq!(merge(&body, &json!({ name: { "any": 1 } })).unwrap(), body, "{name}");
    }
}

#[test]
fn every_patch_reports_a_pinned_vendor_that_is_not_configured() {
    let [_, body] = bodies();
    let patch = json!({ "name": "Other" });
    let error = body
        .merge(patch.as_object().unwrap(), &extensions(), &|name| {
            Err((Kind::VendorUnknown, format!("There is no vendor {name:?}.")))
        })
        .unwrap_err();
    assert_eq!(error.detail, "There is no vendor \"qcall\".");
    let unpinned = json!({ "vendor": null });
    assert!(
        body.merge(unpinned.as_object().unwrap(), &extensions(), &|name| {
            Err((Kind::VendorUnknown, format!("There is no vendor {name:?}.")))
        })
        .is_ok()
    );
}

#[test]
fn a_secret_that_the_patch_does_not_name_stays() {
    let body: Body<Trunk> = read(serde_json::from_str(FULL_TRUNK).unwrap()).unwrap();
    let kept = merge(&body, &json!({ "carrier": { "account_sid": "AC2" }, "labels": { "a": "b" } })).unwrap();
    assert_eq!(kept.desired.record.carrier.as_ref().unwrap(), &carrier("AC2"));
    assert!(merge(&body, &json!({ "carrier": { "auth_token": null } })).is_err());
}

fn carrier(account_sid: &str) -> Carrier {
    Carrier::Twilio {
        account_sid: account_sid.to_owned(),
        auth_token: Some("conformance-secret-token".into()),
    }
}

/// Builds a body with a tool whose header has this form.
fn with_header(header: Value) -> Value {
    let mut document: Value = serde_json::from_str(FULL_AGENT).unwrap();
    document["tools"] = json!([{
        "type": "http_request", "name": "hours", "description": "When the caller asks.", "method": "get",
        "url": "https://desk.example/hours", "headers": [header],
    }]);
    document
}

fn given(document: Value, stored: Option<&Body<Agent>>) -> Result<Body<Agent>> {
    Body::read_given(document, stored.map(|body| &body.desired.record), &extensions(), &check_vendor)
}

#[test]
fn a_replacement_with_what_was_answered_changes_nothing() {
    let stored = given(with_header(json!({ "name": "X-Key", "value": "hush" })), None).unwrap();
    let answer = stored.document().unwrap();
    assert!(!answer.to_string().contains("hush"));
    assert_eq!(answer["tools"][0]["headers"], json!([{ "name": "X-Key", "value_set": true }]));
    assert_eq!(given(answer.clone(), Some(&stored)).unwrap(), stored);
    assert_eq!(merge(&stored, &json!({ "tools": answer["tools"] })).unwrap(), stored);
}

#[test]
fn a_header_needs_a_value_that_someone_has() {
    let missing = || with_header(json!({ "name": "X-Key", "value_set": true }));
    let place = json!("/tools/0/headers/0/value is required; the gateway has no stored value for it.");
    let details = |read: Result<Body<Agent>>| {
        let violations = read.unwrap_err().violations;
        violations.into_iter().map(|violation| json!(violation.detail)).collect::<Vec<_>>()
    };
    let expected = [place];
    assert_eq!(details(given(missing(), None)), expected);
    let other = given(with_header(json!({ "name": "X-Other", "value": "hush" })), None).unwrap();
    assert_eq!(details(given(missing(), Some(&other))), expected);
    assert_eq!(details(merge(&other, &json!({ "tools": missing()["tools"] }))), expected);
    // An imported agent has headers whose values only the vendor has.
    let imported = read::<Agent>(missing()).unwrap();
    assert_eq!(given(missing(), Some(&imported)).unwrap(), imported);
    assert_eq!(merge(&imported, &json!({ "tools": missing()["tools"] })).unwrap(), imported);
}

#[test]
fn the_stored_form_seals_the_values_of_headers() {
    let body = given(with_header(json!({ "name": "X-Key", "value": "hush" })), None).unwrap();
    let (stored, secrets) = (body.stored().unwrap(), body.secrets().unwrap());
    assert_eq!(Body::<Agent>::from_stored(stored, secrets.as_ref()).unwrap(), body);
}

/// Builds a body whose language model is at a server of the caller.
fn with_endpoint(endpoint: Value) -> Value {
    let mut document: Value = serde_json::from_str(FULL_AGENT).unwrap();
    document["model"] = json!({ "endpoint": endpoint });
    document
}

#[test]
fn the_key_of_an_endpoint_is_kept_with_its_url_only() {
    let url = "https://llm.example/v1";
    let stored = given(with_endpoint(json!({ "url": url, "key": "hush" })), None).unwrap();
    let answer = stored.document().unwrap();
    assert!(!answer.to_string().contains("hush"));
    assert_eq!(given(answer.clone(), Some(&stored)).unwrap(), stored);
    assert_eq!(given(with_endpoint(json!({ "url": url })), Some(&stored)).unwrap(), stored);
    let (form, secrets) = (stored.stored().unwrap(), stored.secrets().unwrap());
    assert_eq!(Body::<Agent>::from_stored(form, secrets.as_ref()).unwrap(), stored);

    let detail = "/model/endpoint/key is required; the gateway has no stored value for it.";
    let other = json!({ "url": "https://other.example/v1" });
    let refused = |read: Result<Body<Agent>>| read.unwrap_err().violations[0].detail.clone();
    assert_eq!(refused(merge(&stored, &json!({ "model": { "endpoint": other } }))), detail);
    let imported = read::<Agent>(with_endpoint(json!({ "url": url, "key_set": true }))).unwrap();
    assert_eq!(refused(merge(&imported, &json!({ "model": { "endpoint": other } }))), detail);
    assert_eq!(refused(given(with_endpoint(json!({ "url": url, "key_set": true })), None)), detail);
    assert_eq!(given(with_endpoint(json!({ "url": url })), Some(&imported)).unwrap(), imported);
    assert_eq!(refused(given(with_endpoint(other), Some(&stored))), detail);
    let open = json!({ "url": "https://other.example/v1", "key": null });
    let open = given(with_endpoint(open), Some(&stored)).unwrap();
    assert_eq!(open.secrets().unwrap().map(drop), None);
}

#[test]
fn an_endpoint_and_the_name_of_a_model_exclude_each_other() {
    let stored = given(serde_json::from_str(FULL_AGENT).unwrap(), None).unwrap();
    let endpoint = json!({ "url": "https://llm.example/v1" });
    let detail =
        "/model/name and /model/endpoint exclude each other; set one of them, and null for the other.";
    let refused = |read: Result<Body<Agent>>| {
        let violations = read.unwrap_err().violations;
        violations.into_iter().map(|violation| violation.detail).collect::<Vec<_>>()
    };
    let mut both = with_endpoint(endpoint.clone());
    both["model"]["name"] = json!("fast");
    assert_eq!(refused(given(both, None)), [detail]);
    assert_eq!(refused(merge(&stored, &json!({ "model": { "endpoint": endpoint } }))), [detail]);
    let changed = merge(&stored, &json!({ "model": { "endpoint": endpoint, "name": null } })).unwrap();
    assert!(changed.desired.record.model.name.is_none());
}
