//! The exchanges with Autocalls, answer by answer.

#![cfg(test)]

mod autocalls;

use std::time::Duration;

use autocalls::{
    GENERATIONS, account, answered, done, fixture, fixtures, place, reply, reply_of, sent, window,
};
use secrecy::ExposeSecret;
use serde_json::json;
use switchboard_adapter_autocalls::FACTORY;
use switchboard_conformance::OneObject;
use switchboard_core::{
    error::{Error, Kind, Outcome, Result},
    facts::CatalogueKind,
    plan::Translator,
    vendor::{Adapter, Body, Reply},
};

/// Runs the exchange that a fixture belongs to, with only the fixture's answer.
fn converse(account: &dyn Adapter, operation: &str, reply: Reply) -> Result<()> {
    let replies = [reply];
    let list = |catalogue| answered(account.catalogue(catalogue).unwrap(), &replies).map(drop);
    match operation {
        "createAssistant" => answered(account.agents().create(json!({}), &[]), &replies).map(drop),
        "updateAssistant" => answered(account.agents().update("1842", json!({})), &replies).map(drop),
        "deleteAssistant" => answered(account.agents().delete("1842"), &replies),
        "listAssistants" => {
            let (_, read) = sent(account.agents().list());
            read(replies[0].clone()).map(drop)
        }
        "listLanguages" => list(CatalogueKind::LANGUAGES),
        "listModels" => list(CatalogueKind::MODELS),
        "listVoices" => list(CatalogueKind::VOICES),
        "listPhoneNumbers" => list(CatalogueKind::PHONE_NUMBERS),
        "placeCall" => {
            answered(place(account, json!({ "phone_number": "+15550100123" })), &replies).map(drop)
        }
        "getCall" => answered(account.calls().unwrap().fetch("480337").unwrap(), &replies).map(drop),
        "listCalls" => {
            let (_, read) = sent(account.calls().unwrap().recent(&window()).unwrap());
            read(replies[0].clone()).map(drop)
        }
        "deleteCall" => answered(account.calls().unwrap().erase("480337").unwrap(), &replies),
        _ => panic!("there is no {operation}"),
    }
}

#[test]
fn every_documented_answer_means_what_the_contract_says() {
    for generation in GENERATIONS {
        let account = account(generation);
        let names = fixtures(generation);
        assert!(names.len() > 30, "{names:?}");
        for name in names {
            let fixture = fixture(generation, &name);
            let operation = fixture["operation"].as_str().unwrap();
            let outcome = converse(&*account, operation, reply_of(&fixture));
            match (fixture.get("expect"), outcome) {
                (None, outcome) => assert!(outcome.is_ok(), "{generation} {name}: {outcome:?}"),
                (Some(expect), Err(error)) if expect == "not_found" => {
                    assert_eq!(error.kind, Kind::VendorRejected, "{generation} {name}");
                    assert_eq!(error.vendor.unwrap().status, Some(404), "{generation} {name}");
                }
                (Some(expect), Err(error)) => {
                    assert_eq!(*expect, json!(error.kind), "{generation} {name}: {error}");
                }
                (Some(expect), Ok(())) => panic!("{generation} {name} should be {expect}"),
            }
        }
    }
}

#[test]
fn requests_go_where_the_vendor_listens() {
    let account = account("2025");
    let agents = account.agents();
    let (request, read) = sent(agents.create(json!({ "assistant_name": "Desk" }), &[]));
    assert_eq!(format!("{request:?}"), "POST /user/assistant (create assistant)");
    assert!(!request.repeatable);
    assert_eq!(request.document(), Some(&json!({ "assistant_name": "Desk" })));
    let remote = done(read(reply("2025", "createAssistant.created")).unwrap());
    assert_eq!((remote.state.id.as_str(), &remote.document["name"]), ("1842", &json!("Reservation desk")));

    let (request, _) = sent(agents.update("18/42", json!({})));
    assert_eq!((request.method.as_str(), request.repeatable), ("PUT", false));
    assert_eq!(request.path(), ["user", "assistant", "18/42"]);
    let (request, _) = sent(agents.delete("1842"));
    assert_eq!(format!("{request:?}"), "DELETE /user/assistant/1842 (delete assistant)");
}

#[test]
fn requests_are_signed_with_the_key() {
    let account = account("2026");
    let (mut request, _) = sent(account.agents().list());
    account.sign(&mut request);
    let headers: Vec<_> =
        request.headers.iter().map(|(name, value)| (*name, value.expose_secret())).collect();
    assert_eq!(headers, [("authorization", "Bearer placeholder-key-0001"), ("accept", "application/json")]);
    assert!(!format!("{request:?}").contains("placeholder"));
}

const PAGES: [&str; 3] = [
    "listAssistants.first_page_of_three",
    "listAssistants.second_page_of_three",
    "listAssistants.last_page_of_three",
];

#[test]
fn a_list_is_read_page_by_page() {
    for generation in GENERATIONS {
        let mut exchange = account(generation).agents().list();
        for (page, name) in (1..).zip(PAGES) {
            let (request, read) = sent(exchange);
            assert_eq!(request.path(), ["user", "assistants", "get"]);
            assert_eq!(request.query, [("per_page", "100".to_owned()), ("page", page.to_string())]);
            exchange = read(reply(generation, name)).unwrap();
        }
        let ids: Vec<_> = done(exchange).into_iter().map(|remote| remote.id).collect();
        assert_eq!(ids, ["1901", "1902", "1903", "1904", "1905"]);
    }
}

#[test]
fn one_assistant_is_searched_for_until_it_is_found() {
    let replies = PAGES.map(|name| reply("2026", name));
    let fetch = |id: &str| account("2026").agents().fetch_one(id).unwrap();
    let found = answered(fetch("1903"), &replies[..2]).unwrap().unwrap();
    assert_eq!(found.name.as_deref(), Some("Assistant 1903"));
    let twice = [&replies[..], &replies[..]].concat();
    assert!(answered(fetch("1842"), &twice).unwrap().is_none());
}

#[test]
fn an_assistant_is_gone_if_two_readings_of_a_list_agree() {
    let page = |ids: &[u32]| {
        let rows: Vec<_> =
            ids.iter().map(|id| json!({ "id": id, "name": format!("Assistant {id}") })).collect();
        Reply::json(200, json!({ "data": rows, "last_page": 2 }))
    };
    let fetch = |pages: &[Reply]| answered(account("2026").agents().fetch_one("4").unwrap(), pages);
    // The assistant 1 is deleted between two pages, so 4 moves from the second page to the first.
    let shifted = [page(&[1, 2, 3]), page(&[5])];
    let settled = [page(&[2, 3, 4]), page(&[5])];
    assert!(fetch(&[&shifted[..], &settled[..1]].concat()).unwrap().is_some());
    let without = [page(&[2, 3, 5]), page(&[6])];
    let readings = [&shifted[..], &without[..], &without[..]].concat();
    assert!(fetch(&readings).unwrap().is_none(), "the last two readings agree");
    let single = Reply::json(200, json!({ "data": [{ "id": 1 }], "last_page": 1 }));
    assert!(fetch(&[single]).unwrap().is_none(), "a single page cannot shift");
    let unsteady: Vec<_> = (10..18).map(|id| page(&[id])).collect();
    assert_eq!(fetch(&unsteady).err().unwrap().kind, Kind::VendorUnavailable);
}

#[test]
fn a_list_that_does_not_end_is_an_error() {
    let page = Reply::json(200, json!({ "data": [{ "id": 1 }], "last_page": "9999999" }));
    let mut exchange = account("2026").agents().fetch_one("2").unwrap();
    let mut pages = 0;
    let error = loop {
        pages += 1;
        match sent(exchange).1(page.clone()) {
            Ok(next) => exchange = next,
            Err(error) => break error,
        }
    };
    assert_eq!((error.kind, pages), (Kind::VendorProtocolError, 100));
}

#[test]
fn models_of_both_engines_are_one_list() {
    let mut exchange = account("2026").catalogue(CatalogueKind::MODELS).unwrap();
    for kind in ["llm", "multimodal"] {
        let (request, read) = sent(exchange);
        assert_eq!(request.query, [("type", kind.to_owned())]);
        exchange = read(reply("2026", &format!("listModels.{kind}"))).unwrap();
    }
    let models: Vec<_> = done(exchange).into_iter().map(|model| (model.id, model.kind.unwrap())).collect();
    let expected = [("1", "llm"), ("2", "llm"), ("1", "multimodal"), ("4", "multimodal")];
    assert_eq!(models, expected.map(|(id, kind)| (id.to_owned(), kind.to_owned())));

    let (request, read) = sent(account("2025").catalogue(CatalogueKind::MODELS).unwrap());
    assert!(request.query.is_empty(), "the list of 2025 knows no types");
    assert_eq!(done(read(reply("2025", "listModels.all")).unwrap()).len(), 3);
}

#[test]
fn voices_are_requested_by_engine_and_have_a_language() {
    let mut exchange = account("2026").catalogue(CatalogueKind::VOICES).unwrap();
    let mut asked = Vec::new();
    for name in ["listLanguages.all", "listVoices.all", "listVoices.all"] {
        let (request, read) = sent(exchange);
        asked.push((request.path()[2].to_string(), request.query));
        exchange = read(reply("2026", name)).unwrap();
    }
    let mode = |mode: &str| ("voices".to_owned(), vec![("mode", mode.to_owned())]);
    assert_eq!(asked, [("languages".to_owned(), vec![]), mode("pipeline"), mode("multimodal")]);
    let voices = done(exchange);
    assert_eq!(voices.len(), 3, "a voice of both engines is one voice");
    let marlene = &voices[2];
    assert_eq!((marlene.id.as_str(), marlene.name.as_str()), ("413", "Marlene"));
    assert_eq!((marlene.language.as_deref(), marlene.kind.as_deref()), (Some("de"), Some("female")));
}

fn refused(status: u16, body: Body) -> Error {
    account("2026").admit(Reply { status, retry_after: None, body }).unwrap_err()
}

#[test]
fn complaints_name_our_fields() {
    for (generation, theirs, ours) in [
        ("2025", "end_call_tool.description", "/ending/hang_up"),
        ("2025", "assistant_name", "/name"),
        ("2026", "multimodal_model_id", "/model/name"),
        ("2026", "wait_for_customer", "/greeting/first_speaker"),
    ] {
        let said = json!({ "message": "Validation failed", "errors": { theirs: ["No\ngood."] } });
        let error = Translator::new(account(generation).agents(), "autocalls")
            .map_vendor_fields(refused(422, Body::Json(said)));
        assert_eq!((error.kind, error.violations.len()), (Kind::VendorRejected, 1));
        assert_eq!(json!(error.violations[0])["pointer"], ours);
        assert_eq!(error.violations[0].detail, "the vendor refuses the value: No good.");
    }
    let failure = refused(422, Body::Json(json!({ "errors": { "tools.0.phone_number": "Required." } })));
    assert_eq!(
        failure.vendor.unwrap().fields,
        [("/tools/0/phone_number".to_owned(), "Required.".to_owned())]
    );
}

#[test]
fn an_account_without_credit_differs_from_a_refused_field() {
    let broke = || Body::Json(json!({ "message": "Insufficient balance to place a call." }));
    assert_eq!(refused(422, broke()).kind, Kind::VendorQuotaExhausted);
    assert_eq!(refused(402, Body::Empty).kind, Kind::VendorQuotaExhausted);
    let named = json!({ "message": "Insufficient balance", "errors": { "phone_number_id": ["Taken."] } });
    assert_eq!(refused(422, Body::Json(named)).kind, Kind::VendorRejected);
}

#[test]
fn a_failure_has_the_outcome_of_its_status() {
    let outcome = |error: Error| error.vendor.unwrap().outcome;
    assert_eq!(outcome(refused(422, Body::Empty)), Outcome::Rejected);
    assert_eq!(
        outcome(refused(500, Body::Json(json!({ "message": "Assistant creation failed" })))),
        Outcome::Ambiguous
    );
    assert_eq!(outcome(refused(503, Body::Empty)), Outcome::Ambiguous);
    let patient = Reply { status: 503, retry_after: Some(Duration::from_secs(30)), body: Body::Empty };
    let error = account("2026").admit(patient).unwrap_err();
    assert_eq!((error.kind, error.retry_after), (Kind::VendorUnavailable, Some(Duration::from_secs(30))));
    assert_eq!(outcome(error), Outcome::Throttled);
    assert_eq!(refused(302, Body::Empty).kind, Kind::VendorProtocolError);
}

#[test]
fn the_wait_is_read_from_the_body_if_the_header_is_missing() {
    let told = |seconds: u64| {
        refused(429, Body::Json(json!({ "message": "Too Many Attempts.", "retry_after": seconds })))
            .retry_after
    };
    assert_eq!(told(60), Some(Duration::from_secs(60)));
    assert_eq!(told(u64::MAX), Some(Duration::from_secs(3600)), "no wait is longer than an hour");
}

#[test]
fn the_answer_of_a_proxy_is_not_passed_on() {
    let error = refused(502, Body::Other("<html>Bad Gateway</html>".to_owned()));
    assert_eq!(error.kind, Kind::VendorUnavailable);
    assert_eq!(error.vendor.unwrap().message, None);
    let page = Reply { status: 200, retry_after: None, body: Body::Other("<html>Log in</html>".to_owned()) };
    let delete = |reply| answered(account("2025").agents().delete("1842"), &[reply]);
    assert_eq!(delete(page).unwrap_err().kind, Kind::VendorProtocolError);
    assert!(delete(Reply::empty(204)).is_ok());
}

#[test]
fn all_invalid_settings_are_reported_together() {
    let settings = json!({
        "base_url": "https://me:word@app.example.com/api", "api_key": "not printäble", "generation": "2024", "region": "eu",
    });
    let wrong = (FACTORY.build)(settings).err().unwrap();
    let places: Vec<_> = wrong.iter().map(|violation| json!(violation)["pointer"].clone()).collect();
    assert_eq!(places, ["/base_url", "/api_key", "/generation", "/region"]);
    let said = format!("{wrong:?}");
    assert!(!said.contains("printäble") && !said.contains("word"), "{said}");
    let missing = (FACTORY.build)(json!({})).err().unwrap();
    assert_eq!((missing.len(), missing[0].code), (1, Kind::FieldRequired));
}

#[test]
fn white_labels_and_generations_are_settings() {
    let settings = json!({ "base_url": "https://app.example.com/api", "api_key": "placeholder-key-0001" });
    let account = (FACTORY.build)(settings).unwrap();
    assert_eq!(account.base_url().as_str(), "https://app.example.com/api");
    assert_eq!(account.descriptor().generation, "2025");
    assert!(account.trunks().is_none());
    assert_eq!(autocalls::account("2026").descriptor().generation, "2026");
    assert_eq!(
        autocalls::account("2026").base_url().as_str(),
        switchboard_adapter_autocalls::DEFAULT_BASE_URL
    );
}
