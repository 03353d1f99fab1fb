//! The exchanges with OpenCX, tested with given answers.

#![cfg(test)]

use secrecy::ExposeSecret;
use serde_json::{Map, Value, json};
use std::time::Duration;
use switchboard_adapter_opencx::FACTORY;
use switchboard_conformance::OneObject;
use switchboard_core::{
    error::{Kind, Outcome, Result},
    facts::CatalogueKind,
    model::{Agent, read},
    plan::{Desired, Handling, Planned, Transition, Translator},
    rule::Verdict,
    vendor::{Adapter, Body, Exchange, Method, Reply, Request},
};

fn account() -> Box<dyn Adapter> {
    (FACTORY.build)(json!({ "api_key": "placeholder-key-0001" })).unwrap()
}

fn sent<T: Send + 'static>(exchange: Exchange<T>) -> (Request, impl FnOnce(Reply) -> Result<Exchange<T>>) {
    match exchange {
        Exchange::Send(request, read) => (request, move |reply| read(account().admit(reply)?)),
        Exchange::Done(_) => panic!("a request was expected"),
    }
}

fn done<T>(exchange: Exchange<T>) -> T {
    match exchange {
        Exchange::Done(value) => value,
        Exchange::Send(request, _) => panic!("no request was expected: {request:?}"),
    }
}

/// Reads a fixture's answer.
fn fixture(name: &str) -> Reply {
    let path = format!("{}/contract/fixtures/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let fixture: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    Reply::from_fixture(&fixture).unwrap()
}

fn rejected(name: &str) -> switchboard_core::error::Error {
    account().admit(fixture(name)).unwrap_err()
}

#[test]
fn creating_buys_a_number_once() {
    let body = json!({ "name": "Front desk", "area_code": "415" });
    let (request, read) = sent(account().agents().create(body.clone(), &[]));
    assert_eq!((request.method, request.path().join("/").as_str()), (Method::Post, "phone/buy"));
    assert_eq!(request.document(), Some(&body));
    assert!(!request.repeatable, "buying twice costs twice");
    let remote = done(read(fixture("buyPhoneNumber.bought")).unwrap());
    assert_eq!(remote.state.id, "2f8d6b1c-4e07-4a93-9c5d-b80e71f3a246");
    assert!(account().agents().creation_costs());
    assert!(!remote.is_whole(), "the answer shows no field that can be changed");
}

#[test]
fn a_purchase_without_an_id_is_not_taken_for_a_failure() {
    for name in ["buyPhoneNumber.id_missing", "buyPhoneNumber.no_body"] {
        let (_, read) = sent(account().agents().create(json!({}), &[]));
        let error = read(fixture(name)).err().unwrap();
        assert_eq!(error.kind, Kind::VendorProtocolError, "{name}");
        assert_eq!(error.vendor.unwrap().outcome, Outcome::Ambiguous, "{name}");
    }
}

#[test]
fn updating_patches_and_expects_no_body() {
    let body = json!({ "elevenlabs_voice_id": "IJOA5d06iGvU3ehQdDjg", "name": "Night line" });
    let (request, read) = sent(account().agents().update("a/b", body.clone()));
    assert_eq!(request.method, Method::Patch);
    assert_eq!(request.path(), ["phone", "a/b"], "an id is one segment, whatever is in it");
    assert_eq!(request.document(), Some(&body));
    assert!(!request.repeatable, "a late repetition could undo a newer update");
    assert_eq!(done(read(fixture("updatePhoneNumber.changed")).unwrap()), None);
}

#[test]
fn deleting_expects_no_body_and_keeps_the_status_of_what_is_gone() {
    let (request, read) = sent(account().agents().delete("81c0"));
    assert_eq!((request.method, request.path().join("/").as_str()), (Method::Delete, "phone/81c0"));
    done(read(fixture("deletePhoneNumber.deleted")).unwrap());
    let (_, read) = sent(account().agents().delete("81c0"));
    let failure = read(fixture("deletePhoneNumber.unknown")).err().unwrap();
    assert_eq!(failure.kind, Kind::VendorRejected);
    let failure = failure.vendor.unwrap();
    assert_eq!((failure.status, failure.outcome), (Some(404), Outcome::Rejected));
}

#[test]
fn listing_follows_the_pages() {
    let (request, read) = sent(account().agents().list());
    assert_eq!((request.method, request.path().join("/").as_str()), (Method::Get, "phone"));
    assert!(request.query.is_empty());
    let (request, read) = sent(read(fixture("listPhoneNumbers.first_page")).unwrap());
    assert_eq!(request.query, [("cursor", "placeholder-cursor-2".to_owned())]);
    let agents = done(read(fixture("listPhoneNumbers.last_page")).unwrap());
    let names: Vec<_> = agents.iter().map(|agent| agent.name.as_deref()).collect();
    assert_eq!(names, [Some("Front desk"), None, Some("Night line")]);
    assert!(agents.iter().all(|agent| agent.is_whole()), "the vendor says no more of an agent anywhere");
}

#[test]
fn an_agent_on_two_pages_is_one_agent() {
    let (_, read) = sent(account().agents().list());
    let (_, read) = sent(read(fixture("listPhoneNumbers.first_page")).unwrap());
    let agents = done(read(fixture("listPhoneNumbers.full_record")).unwrap());
    assert_eq!(agents.len(), 2);
}

#[test]
fn a_list_that_leads_back_into_itself_ends() {
    let (_, read) = sent(account().agents().list());
    let (_, read) = sent(read(fixture("listPhoneNumbers.first_page")).unwrap());
    let error = read(fixture("listPhoneNumbers.first_page")).err().unwrap();
    assert_eq!(error.kind, Kind::VendorProtocolError);
}

#[test]
fn a_list_without_end_is_given_up() {
    let mut exchange = account().agents().list();
    for page in 0..10_000 {
        let (_, read) = sent(exchange);
        match read(Reply::json(200, json!({ "items": [], "next": page.to_string() }))) {
            Ok(next) => exchange = next,
            Err(error) => return assert_eq!(error.kind, Kind::VendorProtocolError),
        }
    }
    panic!("the list was followed for 10000 pages");
}

#[test]
fn an_empty_list_is_a_list_and_anything_else_is_not() {
    let listed = |reply| sent(account().agents().list()).1(reply);
    assert!(done(listed(fixture("listPhoneNumbers.empty")).unwrap()).is_empty());
    for name in ["listPhoneNumbers.answer_is_array", "listPhoneNumbers.items_are_missing"] {
        assert_eq!(listed(fixture(name)).err().unwrap().kind, Kind::VendorProtocolError, "{name}");
    }
    let nameless = Reply::json(200, json!({ "items": [{ "name": "No id" }], "next": null }));
    assert_eq!(listed(nameless).err().unwrap().kind, Kind::VendorProtocolError);
}

#[test]
fn fetching_looks_no_further_than_it_must() {
    let (_, read) = sent(account().agents().fetch_one("2f8d6b1c-4e07-4a93-9c5d-b80e71f3a246").unwrap());
    let agent = done(read(fixture("listPhoneNumbers.first_page")).unwrap()).unwrap();
    assert_eq!(agent.name.as_deref(), Some("Front desk"));
}

#[test]
fn fetching_what_is_on_a_later_page_or_nowhere() {
    for (id, there) in [("d54b90f2-6a1e-4c78-8f03-e92a5c7b1d60", true), ("gone", false)] {
        let (_, read) = sent(account().agents().fetch_one(id).unwrap());
        let (_, read) = sent(read(fixture("listPhoneNumbers.first_page")).unwrap());
        let mut end = read(fixture("listPhoneNumbers.last_page")).unwrap();
        if !there {
            // An agent is gone only if a second reading finds the same agents.
            for page in ["listPhoneNumbers.first_page", "listPhoneNumbers.last_page"] {
                let (request, read) = sent(end);
                assert_eq!(request.query.is_empty(), page == "listPhoneNumbers.first_page");
                end = read(fixture(page)).unwrap();
            }
        }
        assert_eq!(done(end).is_some(), there, "{id}");
    }
}

#[test]
fn an_agent_that_a_second_reading_finds_is_not_gone() {
    let page = |ids: &[&str], next: Option<&str>| {
        let items: Vec<_> =
            ids.iter().map(|id| json!({ "id": id, "name": id, "phone_number": "+15550100123" })).collect();
        Reply::json(200, json!({ "items": items, "next": next }))
    };
    let mut exchange = account().agents().fetch_one("d").unwrap();
    for reply in [page(&["a", "b"], Some("2")), page(&["e"], None), page(&["b", "d"], Some("2"))] {
        exchange = sent(exchange).1(reply).unwrap();
    }
    assert_eq!(done(exchange).unwrap().id, "d");
}

#[test]
fn complaints_name_the_fields_they_are_about() {
    let agents = account();
    let error = Translator::new(agents.agents(), "opencx")
        .map_vendor_fields(rejected("updatePhoneNumber.fields_refused"));
    let places = serde_json::to_value(&error.violations).unwrap();
    assert_eq!(places[0]["pointer"], "/voice/id");
    assert_eq!(places[1]["pointer"], "/voice/speed");
    assert_eq!(places[1]["detail"], "the vendor refuses the value: voice_speed must be a number");
}

#[test]
fn a_message_about_no_field_is_reported_unchanged() {
    let failure = rejected("buyPhoneNumber.area_code_refused").vendor.unwrap();
    assert_eq!(failure.message.as_deref(), Some("No phone number is available in this area"));
    assert_eq!(failure.code.as_deref(), Some("Bad Request"));
    assert!(failure.fields.is_empty());
}

#[test]
fn a_failure_has_the_outcome_of_its_status() {
    let page = || Body::Other("<html><h1>Bad\u{7} gateway</h1></html>".to_owned());
    let answered = |status, retry_after: Option<u64>, body| {
        let reply = Reply { status, retry_after: retry_after.map(Duration::from_secs), body };
        let error = account().admit(reply).unwrap_err();
        (error.kind, error.vendor.unwrap().outcome, error.retry_after.map(|wait| wait.as_secs()))
    };
    assert_eq!(answered(302, None, page()), (Kind::VendorProtocolError, Outcome::Ambiguous, None));
    assert_eq!(answered(401, None, Body::Empty), (Kind::VendorAuthFailed, Outcome::Rejected, None));
    assert_eq!(answered(402, None, Body::Empty), (Kind::VendorQuotaExhausted, Outcome::Rejected, None));
    assert_eq!(answered(403, None, page()), (Kind::VendorAuthFailed, Outcome::Rejected, None));
    assert_eq!(answered(410, None, page()), (Kind::VendorRejected, Outcome::Rejected, None));
    assert_eq!(answered(429, Some(7), page()), (Kind::VendorThrottled, Outcome::Throttled, Some(7)));
    assert_eq!(answered(500, None, page()), (Kind::VendorUnavailable, Outcome::Ambiguous, None));
    assert_eq!(answered(503, None, page()), (Kind::VendorUnavailable, Outcome::Ambiguous, None));
    assert_eq!(answered(503, Some(30), page()), (Kind::VendorUnavailable, Outcome::Throttled, Some(30)));
}

#[test]
fn the_vendors_message_is_bounded_and_plain() {
    let body = json!({ "message": [format!("name must\r\n\u{1b}[31m be {}", "x".repeat(2000))], "error": 7 });
    let failure = account().admit(Reply::json(400, body)).unwrap_err().vendor.unwrap();
    assert!(failure.message.is_none(), "a body of another shape is not quoted");
    let body = json!({ "message": [format!("name must\r\n\u{1b}[31m be {}", "x".repeat(2000))] });
    let failure = account().admit(Reply::json(400, body)).unwrap_err().vendor.unwrap();
    let message = failure.message.unwrap();
    assert!(message.chars().count() <= 512 && !message.contains(char::is_control), "{message}");
    assert_eq!(failure.fields[0].0, "/name");
}

#[test]
fn requests_are_signed_with_the_key() {
    let (mut request, _) = sent(account().agents().list());
    account().sign(&mut request);
    let (name, value) = &request.headers[0];
    assert_eq!((*name, value.expose_secret()), ("authorization", "Bearer placeholder-key-0001"));
}

#[test]
fn the_documented_lists_are_known_without_asking() {
    let rows = |catalogue| account().catalogue(catalogue).map(done);
    assert_eq!(rows(CatalogueKind::VOICES).unwrap().len(), 30);
    let languages = rows(CatalogueKind::LANGUAGES).unwrap();
    assert_eq!(languages.len(), 37);
    assert!(languages.iter().any(|row| row.id == "multi" && row.language.as_deref() == Some("mul")));
    assert!(rows(CatalogueKind::MODELS).is_none());
}

#[test]
fn all_invalid_settings_are_reported_together() {
    let wrong = json!({ "base_url": "ftp://x", "api_key": "not a key", "area_code": "41", "api_kez": 1 });
    let violations = (FACTORY.build)(wrong).err().unwrap();
    let violations = serde_json::to_value(violations).unwrap();
    let pointers: Vec<_> =
        violations.as_array().unwrap().iter().map(|v| v["pointer"].as_str().unwrap()).collect();
    assert_eq!(pointers, ["/base_url", "/api_key", "/area_code", "/api_kez"]);
    assert!(!violations.to_string().contains("not a key"));
    let missing = (FACTORY.build)(json!({})).err().unwrap();
    assert_eq!(missing[0].code, Kind::FieldRequired);
    assert!((FACTORY.build)(json!([])).is_err());
    assert!((FACTORY.build)(json!({ "api_key": "k", "base_url": "http://127.0.0.1:9/v1/" })).is_ok());
}

#[test]
fn the_area_code_of_the_settings_applies_to_an_agent_that_names_none() {
    let settings = json!({ "api_key": "placeholder-key-0001", "area_code": "212" });
    let account = (FACTORY.build)(settings).unwrap();
    let plan = |desired: &Desired<Agent>| {
        let translator = Translator::new(account.agents(), "opencx");
        match translator.plan(&Transition::Create, desired, Handling::Lenient).unwrap() {
            Planned::Ready(plan) => plan,
            Planned::NeedsObserved => panic!("a vendor that merges needs nothing observed"),
        }
    };
    let given = json!({ "area_code": "415" });
    let agent: Value = serde_json::from_str(include_str!("../trial/agent.json")).unwrap();
    let record = || {
        let mut agent = agent.clone();
        agent.as_object_mut().unwrap().shift_remove("extensions");
        read(&agent).unwrap()
    };
    let own = Desired { record: record(), extensions: Map::from_iter([("opencx".to_owned(), given)]) };
    assert_eq!(plan(&own).document()["area_code"], "415");
    let none = plan(&Desired { record: record(), extensions: Map::new() });
    assert_eq!(none.document()["area_code"], "212");
    let row = none.report.row("/extensions/opencx/area_code").unwrap();
    assert_eq!(row.verdict, Verdict::Assumed);
}
