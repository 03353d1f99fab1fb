//! The exchanges with QCall, tested with given answers.

#![cfg(test)]

mod qcall;

use std::fs;

use qcall::{account, answered, decoded, done, fixture, fixture_document, observed, place, sent, window};
use serde_json::{Value, json};
use switchboard_conformance::OneObject;
use switchboard_core::{
    error::{Error, Kind, Outcome, Result},
    facts::CatalogueKind,
    model::Trunk,
    vendor::{Exchange, Method, Reply, Request, Resource},
};

const ID: &str = "7f1c2a9e-4b53-4d0e-9a65-2f0c1d8b6e31";

fn path(request: &Request) -> String {
    format!("{} {}", request.method.as_str(), request.path().join("/"))
}

fn query(request: &Request) -> String {
    let pairs: Vec<_> = request.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("&")
}

/// Returns the dialers of an account that is never dropped.
fn trunks() -> &'static dyn Resource<Trunk> {
    Box::leak(account()).trunks().unwrap()
}

/// Runs the exchange for an operation with this answer.
fn fed(operation: &str, reply: &Reply) -> Result<Value> {
    let account = account();
    let (agents, trunks) = (account.agents(), account.trunks().unwrap());
    let body = json!({ "name": "Clinic reminders", "script": "Be brief." });
    let catalogue = |catalogue| account.catalogue(catalogue).unwrap();
    match operation {
        "createAssistant" => answered(agents.create(body, &[]), reply).map(|made| json!(made.state.id)),
        "updateAssistant" => answered(agents.update(ID, body), reply).map(|_| json!(null)),
        "getAssistant" => {
            answered(agents.fetch_one(ID).unwrap(), reply).map(|found| json!(found.map(|agent| agent.id)))
        }
        "listAssistants" => answered(agents.list(), reply).map(|all| json!(all.len())),
        "deleteAssistant" => answered(agents.delete(ID), reply).map(|()| json!(null)),
        "createDialer" => answered(trunks.create(body, &[]), reply).map(|made| json!(made.state.id)),
        "updateDialer" => answered(trunks.update(ID, body), reply).map(|_| json!(null)),
        "listDialers" => answered(trunks.list(), reply).map(|all| json!(all.len())),
        "deleteDialer" => answered(trunks.delete(ID), reply).map(|()| json!(null)),
        "listVoices" => answered(catalogue(CatalogueKind::VOICES), reply).map(|all| json!(all.len())),
        "listModels" => answered(catalogue(CatalogueKind::MODELS), reply).map(|all| json!(all.len())),
        "placeCall" => answered(place(&*account, json!({})), reply).map(|placed| json!(placed.remote_id)),
        "listCalls" => answered(account.calls().unwrap().recent(&window()).unwrap(), reply)
            .map(|seen| json!(seen.rows.len())),
        other => panic!("no conversation for {other}"),
    }
}

#[test]
fn every_fixture_ends_as_it_says() {
    let folder = format!("{}/contract/fixtures", env!("CARGO_MANIFEST_DIR"));
    let mut count = 0;
    for file in fs::read_dir(folder).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        let name = name.trim_end_matches(".json");
        let document = fixture_document(name);
        // Without an id, the exchange continues with more requests, which other tests cover.
        if name.ends_with("no_id") || name.ends_with("null_data") {
            continue;
        }
        let ended = fed(document["operation"].as_str().unwrap(), &fixture(name));
        match (document["expect"].as_str(), ended) {
            (None, Ok(_)) => {}
            (Some("not_found"), Ok(found)) => assert_eq!(found, json!(null), "{name}"),
            (Some("not_found"), Err(error)) => {
                assert_eq!(error.kind, Kind::VendorRejected, "{name}");
                assert_eq!(error.vendor.unwrap().status, Some(404), "{name}");
            }
            (Some(expected), Err(error)) => assert_eq!(json!(error.kind), json!(expected), "{name}"),
            (expected, ended) => panic!("{name}: expected {expected:?}, got {ended:?}"),
        }
        count += 1;
    }
    assert!(count > 70, "only {count} fixtures were read");
}

#[test]
fn every_record_is_read_whole() {
    for name in ["full_record", "wrapped_array_of_one", "wrapped_rows", "bare_record", "bare_array_of_one"] {
        let read = decoded(&observed(&format!("getAssistant.{name}")));
        assert!(read.unread.is_empty(), "{name}: {:?}", read.unread);
        assert_eq!(read.state.record.name.as_deref(), Some("Clinic reminders"), "{name}");
    }
    let bases = decoded(&observed("getAssistant.knowledge_base_as_text")).state.record.knowledge_base_ids;
    assert_eq!(bases.unwrap(), ["5d0f6c3a-1b9e-4c2d-9f70-8a6b4e1c7d05"]);
}

#[test]
fn a_document_is_what_a_write_takes() {
    let document = observed("getAssistant.unknown_members");
    let members = document.as_object().unwrap();
    assert_eq!(document["crm_settings"], json!({ "provider": "none", "fields": [] }), "unknown members stay");
    assert_eq!(document["fillers"], json!([]));
    for gone in ["id", "created_at", "knowledge_base_id"] {
        assert!(!members.contains_key(gone), "{gone} is not written");
    }
    assert!(members.values().all(|value| !value.is_null()), "nulls say nothing");
    assert!(
        observed("getAssistant.full_record")["knowledge_base_Id"].is_array(),
        "under the name for writing"
    );
}

#[test]
fn creating_answers_the_id_wherever_it_is() {
    let body = json!({ "name": "Clinic reminders", "script": "Be brief.", "zapier_hook": null });
    for name in ["hash_id", "bare_record", "wrapped_record"] {
        let (request, read) = sent(account().agents().create(body.clone(), &[]));
        assert_eq!(path(&request), "POST user/createAssistant");
        assert!(!request.repeatable, "creating twice makes two");
        assert_eq!(request.document(), Some(&body));
        let made = done(read(fixture(&format!("createAssistant.{name}"))).unwrap());
        assert_eq!(made.state.id, ID, "{name}");
    }
    let beside = Reply::json(200, json!({ "success": true, "id": 4711, "data": [] }));
    let (_, read) = sent(account().agents().create(body, &[]));
    assert_eq!(done(read(beside).unwrap()).state.id, "4711");
}

/// Returns the exchange that follows a creation whose answer lacks the id.
fn unnamed(bound: &[&str], list: Value) -> Result<Exchange<switchboard_core::vendor::Performed>> {
    let body = json!({ "name": "Recall", "script": "Be brief." });
    let (_, read) = sent(account().agents().create(body, bound));
    let (request, read) = sent(read(fixture("createAssistant.no_id")).unwrap());
    assert_eq!(path(&request), "GET user/listAssistant");
    read(Reply::json(200, json!({ "success": true, "data": list, "totalPages": 1 })))
}

fn detail_of_unknown_outcome(error: Error) -> String {
    assert_eq!(error.kind, Kind::VendorOutcomeUnknown);
    assert_eq!(error.vendor.unwrap().outcome, Outcome::Ambiguous);
    error.detail
}

#[test]
fn a_creation_without_an_id_finds_its_record() {
    let list = json!([
        { "id": "a", "name": "Recall", "script": "Be brief." },
        { "id": "b", "name": "Recall", "script": "Be loud." },
        { "id": "c", "name": "Other", "script": "Be brief." },
    ]);
    assert_eq!(done(unnamed(&[], list.clone()).unwrap()).state.id, "a");
    let none = unnamed(&["a"], list).err().unwrap();
    assert!(detail_of_unknown_outcome(none).contains("no new record"), "a record of ours is not the new one");
}

#[test]
fn a_creation_without_an_id_reads_the_scripts_that_the_list_hides() {
    let list = json!([
        { "id": "a", "name": "Recall" },
        { "id": "b", "name": "Recall", "script": null },
        { "id": "c", "name": "Recall", "hash_id": "ours" },
    ]);
    let found = |first: &str, second: &str| -> Result<Exchange<switchboard_core::vendor::Performed>> {
        let mut exchange = unnamed(&["ours"], list.clone()).unwrap();
        for script in [first, second] {
            let (request, read) = sent(exchange);
            assert_eq!(path(&request), "GET user/getAssistant");
            let record = json!({ "id": "x", "name": "Recall", "script": script });
            exchange = read(Reply::json(200, json!({ "success": true, "data": [record] })))?;
        }
        Ok(exchange)
    };
    let made = done(found("Be loud.", "Be brief.").unwrap());
    assert_eq!((made.state.id.as_str(), &made.document["script"]), ("a", &json!("Be brief.")));
    assert!(
        detail_of_unknown_outcome(found("Be brief.", "Be brief.").err().unwrap()).contains("2 new records")
    );
    assert!(
        detail_of_unknown_outcome(found("Be loud.", "Be loud.").err().unwrap()).contains("no new record")
    );
}

#[test]
fn a_creation_without_an_id_among_many_of_its_name_is_not_guessed() {
    let list: Vec<_> = (0..30).map(|id| json!({ "id": id, "name": "Recall" })).collect();
    assert!(detail_of_unknown_outcome(unnamed(&[], json!(list)).err().unwrap()).contains("30 new records"));
}

#[test]
fn an_id_is_one_value_of_the_query() {
    let account = account();
    let id = "a&b=c/../d";
    let update = account.agents().update(id, json!({ "name": "Recall" }));
    let first = update.first().unwrap();
    assert_eq!(path(first), "PUT user/updateAssistant");
    assert_eq!(first.query, [("id", id.to_owned())]);
    assert!(!first.repeatable, "a late repetition could undo a newer update");
    let fetch = account.agents().fetch_one(id).unwrap();
    assert_eq!(path(fetch.first().unwrap()), "GET user/getAssistant");
    assert_eq!(fetch.first().unwrap().query, [("assistant_id", id.to_owned())]);
    let delete = account.agents().delete(id);
    assert_eq!(path(delete.first().unwrap()), "DELETE user/deleteassistant");
    assert_eq!(delete.first().unwrap().query, [("id", id.to_owned())]);
}

#[test]
fn listing_follows_the_totals() {
    let (request, read) = sent(account().agents().list());
    assert_eq!(
        (path(&request), query(&request)),
        ("GET user/listAssistant".to_owned(), "page=0&perpage=100".to_owned())
    );
    let (request, read) = sent(read(fixture("listAssistants.first_page_of_three")).unwrap());
    assert_eq!(query(&request), "page=1&perpage=100");
    let middle = json!([{ "id": "m", "name": "M" }, { "id": ID, "name": "Moved to this page meanwhile" }]);
    let middle = json!({ "success": true, "data": middle, "totalItems": 5, "totalPages": 3 });
    let (request, read) = sent(read(Reply::json(200, middle)).unwrap());
    assert_eq!(query(&request), "page=2&perpage=100");
    let all = done(read(fixture("listAssistants.last_page_of_three")).unwrap());
    assert_eq!(all.len(), 4, "a record on two pages is one record");
    assert_eq!(all[0].name.as_deref(), Some("Clinic reminders"));
}

#[test]
fn listing_without_totals_ends_where_nothing_new_comes() {
    let (_, read) = sent(account().agents().list());
    let (_, read) = sent(read(fixture("listAssistants.bare_array")).unwrap());
    assert_eq!(
        done(read(fixture("listAssistants.bare_array")).unwrap()).len(),
        2,
        "pages are not known there"
    );
    let (_, read) = sent(account().agents().list());
    let (_, read) = sent(read(fixture("listAssistants.bare_array")).unwrap());
    let (_, read) = sent(read(Reply::json(200, json!([{ "id": "third" }]))).unwrap());
    assert_eq!(done(read(Reply::json(200, json!([]))).unwrap()).len(), 3);
}

#[test]
fn a_list_without_end_is_given_up() {
    let mut exchange = account().agents().list();
    for page in 0..10_000 {
        let (_, read) = sent(exchange);
        match read(Reply::json(200, json!([{ "id": page }]))) {
            Ok(next) => exchange = next,
            Err(error) => return assert_eq!(error.kind, Kind::VendorProtocolError),
        }
    }
    panic!("the list was followed for 10000 pages");
}

#[test]
fn a_row_without_an_id_is_not_passed_over() {
    let (_, read) = sent(account().agents().list());
    let error = read(Reply::json(200, json!([{ "id": "a" }, { "name": "nobody" }]))).err().unwrap();
    assert_eq!(error.kind, Kind::VendorProtocolError);
}

#[test]
fn requests_are_signed_with_the_key_only() {
    use secrecy::ExposeSecret;
    let account = account();
    let mut request = Request::new("list agents", Method::Get, ["user", "listAssistant"]);
    account.sign(&mut request);
    let headers: Vec<_> =
        request.headers.iter().map(|(name, value)| (*name, value.expose_secret())).collect();
    assert_eq!(headers, [("x-api-key", "placeholder-key-0001")]);
    assert!(!format!("{request:?}").contains("placeholder"));
}

#[test]
fn dialers_are_listed_without_their_credentials() {
    let trunks = trunks();
    let (request, read) = sent(trunks.list());
    assert_eq!(path(&request), "GET dialer/list");
    let all = done(read(fixture("listDialers.with_credentials")).unwrap());
    assert_eq!(all.len(), 3);
    for trunk in &all {
        let text = trunk.document.to_string();
        assert!(!text.contains("placeholder-not-a-token"), "{}", trunk.id);
        assert!(!text.contains("placeholder-not-a-password"), "{}", trunk.id);
    }
    assert_eq!(all[2].document["sip_channel_limit"], 2, "what an update must not wipe is kept");
}

#[test]
fn one_dialer_is_found_in_the_list() {
    let trunks = trunks();
    let fetched =
        |id: &str| answered(trunks.fetch_one(id).unwrap(), &fixture("listDialers.with_credentials")).unwrap();
    let found = fetched("0d6f3e52-7a18-4c9b-8e44-91b5a2c7f603").unwrap();
    assert_eq!(found.name.as_deref(), Some("Office PBX"));
    assert!(fetched("gone").is_none());
}

#[test]
fn a_dialer_that_a_second_reading_finds_is_not_gone() {
    let page = |ids: &[u32]| {
        let rows: Vec<_> =
            ids.iter().map(|id| json!({ "id": id, "name": "PBX", "phone_number": "+1" })).collect();
        Reply::json(200, json!(rows))
    };
    let trunks = trunks();
    let fetch = |pages: &[Reply]| {
        let mut exchange = trunks.fetch_one("4").unwrap();
        for reply in pages {
            exchange = sent(exchange).1(reply.clone()).unwrap();
        }
        done(exchange)
    };
    let shifted = [page(&[1, 2, 3]), page(&[5]), page(&[])];
    let settled = [page(&[2, 3, 4]), page(&[5]), page(&[])];
    assert!(fetch(&[shifted.clone(), settled].concat()).is_some());
    assert!(fetch(&[shifted.clone(), shifted].concat()).is_none());
}

#[test]
fn the_credentials_of_a_dialer_are_sent_and_not_shown() {
    let trunks = trunks();
    let body = json!({
        "name": "Desk", "phone_number": "+15550100123", "dialer_type": "Twilio", "sid": "AC0001",
        "auth_token": "placeholder-token", "sip_trunk_password": "",
    });
    let create = trunks.create(body.clone(), &[]);
    let update = trunks.update("c4e8", body.clone());
    assert_eq!(path(update.first().unwrap()), "PUT dialer/update");
    for request in [create.first().unwrap(), update.first().unwrap()] {
        assert_eq!(request.document().unwrap()["auth_token"], "placeholder-token");
        assert!(!request.redacted_body().unwrap().to_string().contains("placeholder-token"));
    }
    let (request, read) = sent(create);
    assert_eq!(path(&request), "POST dialer/create");
    let made = done(read(fixture("createDialer.wrapped_record")).unwrap());
    assert_eq!(made.state.id, "c4e81b77-95d2-4a0f-b1c6-3d2f70a8e915");
    assert!(!made.document.to_string().contains("token"), "{}", made.document);
}

#[test]
fn a_dialer_made_without_an_id_is_found_by_name_and_number() {
    let trunks = trunks();
    let body =
        json!({ "name": "Office PBX", "phone_number": "+15550100125", "auth_token": "placeholder-token" });
    let found = |bound: &[&str]| {
        let (_, read) = sent(trunks.create(body.clone(), bound));
        let (_, read) = sent(read(fixture("createDialer.no_id")).unwrap());
        read(fixture("listDialers.with_credentials")).map(done)
    };
    let made = found(&[]).unwrap();
    assert_eq!(made.state.id, "0d6f3e52-7a18-4c9b-8e44-91b5a2c7f603");
    assert!(!made.document.to_string().contains("placeholder-token"));
    assert!(detail_of_unknown_outcome(found(&[&made.state.id]).err().unwrap()).contains("no new record"));
}

#[test]
fn a_dialer_is_deleted_the_old_way_and_the_new() {
    let (request, read) = sent(trunks().delete("c4e8"));
    assert_eq!((path(&request), query(&request)), ("DELETE dialer/delete".to_owned(), "id=c4e8".to_owned()));
    assert_eq!(request.document(), Some(&json!({ "id": "c4e8" })));
    done(read(fixture("deleteDialer.no_content")).unwrap());
}

#[test]
fn voices_are_described_as_assistants_take_them() {
    let listed =
        |name: &str| answered(account().catalogue(CatalogueKind::VOICES).unwrap(), &fixture(name)).unwrap();
    let voices = listed("listVoices.own_voices");
    let (robin, kiran) = (&voices[0], &voices[2]);
    assert_eq!((robin.id.as_str(), robin.name.as_str()), ("qm-en-0017", "Robin"));
    assert_eq!((robin.language.as_deref(), robin.kind.as_deref()), (Some("en"), Some("female")));
    assert_eq!(kiran.language.as_deref(), Some("hi"));
    assert_eq!(robin.document["preview_url"], "https://audio.example.com/qm-en-0017.mp3");
    assert_eq!(robin.document["similarity"], 75, "a percentage, unlike the assistant's own similarity");
    let sparse = listed("listVoices.sparse_rows");
    assert!(!sparse.iter().any(|voice| voice.document.to_string().contains("null")));
    assert_eq!(sparse[1].kind, None);
}

#[test]
fn languages_need_no_request() {
    let languages = done(account().catalogue(CatalogueKind::LANGUAGES).unwrap());
    assert_eq!(languages.len(), 18);
    let kuwait = languages.iter().find(|language| language.id == "ar-kw").unwrap();
    assert_eq!((kuwait.language.as_deref(), kuwait.name.as_str()), (Some("ar-KW"), "Arabic (Kuwait)"));
}

#[test]
fn models_are_known_by_their_ids_as_text() {
    let models =
        answered(account().catalogue(CatalogueKind::MODELS).unwrap(), &fixture("listModels.data")).unwrap();
    let told: Vec<_> = models.iter().map(|model| (model.id.as_str(), model.kind.as_deref())).collect();
    assert_eq!(told, [("1", Some("ollama")), ("3", Some("openai")), ("4", Some("openai"))]);
}
