//! The exchanges with Bland, tested with given answers.

#![cfg(test)]

use secrecy::ExposeSecret;
use serde_json::{Value, json};
use switchboard_adapter_bland::FACTORY;
use switchboard_conformance::OneObject;
use switchboard_core::{
    error::{Error, Kind, Outcome, Result},
    facts::CatalogueKind,
    model::Agent,
    plan::{Parts, StepAction, Translator, VendorStep},
    rule::document_path,
    vendor::{Adapter, Exchange, Method, OperationKey, Performed, Reply, Request},
};

const ID: &str = "0b7c1a52-6a1e-4b0f-9d35-5a7e0c2f4d10";

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

fn route(request: &Request) -> (Method, String) {
    (request.method, request.path().join("/"))
}

/// Reads a fixture.
fn fixture(name: &str) -> Reply {
    let path = format!("{}/contract/fixtures/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let fixture: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    Reply::from_fixture(&fixture).unwrap()
}

fn rejected(reply: Reply) -> Error {
    account().admit(reply).unwrap_err()
}

/// Returns a persona of the vendor, with these changes in its draft.
fn persona(changes: &Value) -> Value {
    let settings = json!({
        "personality_prompt": "Be kind.", "orchestration_prompt": null, "pathway_conditions": [], "kb_ids": ["KB-1"],
        "call_config": { "voice": "June", "language": "en", "record": false, "max_duration": 15 }, "default_tools": [],
    });
    let version = |kind: &str, number: u32, changes: &Value| {
        let mut version =
            json!({ "id": kind, "version_type": kind, "version_number": number, "updated_at": kind });
        version.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
        for (pointer, value) in changes.as_object().unwrap() {
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            version.pointer_mut(parent).unwrap()[name] = value.clone();
        }
        version
    };
    json!({
        "id": ID, "name": "Reception", "created_at": "2026-11-20T09:00:00.000Z", "deleted_at": null,
        "current_production_version": version("production", 1, &json!({})),
        "current_draft_version": version("draft", 2, changes),
    })
}

fn answer(persona: &Value) -> Reply {
    Reply::json(200, json!({ "data": persona, "errors": null }))
}

/// Returns the document of a persona, as an update starts from it.
fn document(held: &Value) -> Value {
    let (request, read) = sent(account().agents().fetch_one(ID).unwrap());
    assert_eq!(route(&request), (Method::Get, format!("v1/personas/{ID}")));
    done(read(answer(held)).unwrap()).unwrap().whole().unwrap()
}

/// Starts an update of this persona, which sets these values.
fn updating(changes: &Value, held: &Value) -> Result<Exchange<Performed>> {
    let mut body = document(held);
    for (pointer, value) in changes.as_object().unwrap() {
        document_path::put(&mut body, pointer, value.clone());
    }
    let step = VendorStep::new("", StepAction::Update(body));
    let exchange = account().agents().perform(step, &Parts::root(ID), OperationKey::default())?;
    exchange.then(|answer| Ok(answer.identify(Vec::new())))
}

#[test]
fn a_creation_promotes_nothing() {
    let body = json!({ "name": "Reception", "personality_prompt": "Be kind." });
    let (request, read) = sent(account().agents().create(body.clone(), &[]));
    assert_eq!(route(&request), (Method::Post, "v1/personas".to_owned()));
    assert_eq!(request.document(), Some(&body));
    let made = done(read(fixture("createPersona.created")).unwrap());
    assert_eq!(made.state.id, ID);
    assert!(made.is_whole());
    assert_eq!(made.document["call_config"]["background"], "office");
}

#[test]
fn an_update_sends_the_whole_configuration_and_the_name_and_promotes_the_draft() {
    let (request, read) =
        sent(updating(&json!({ "/call_config/record": true }), &persona(&json!({}))).unwrap());
    assert_eq!(route(&request), (Method::Patch, format!("v1/personas/{ID}")));
    let whole = json!({ "voice": "June", "language": "en", "record": true, "max_duration": 15 });
    assert_eq!(request.document(), Some(&json!({ "name": "Reception", "call_config": whole })));
    assert!(!request.repeatable, "a late repetition could undo a newer update");
    let (request, read) = sent(read(answer(&persona(&json!({ "/call_config/record": true })))).unwrap());
    assert_eq!(route(&request), (Method::Post, format!("v1/personas/{ID}/versions/promote")));
    assert!(request.body.is_none());
    let document = done(read(fixture("promotePersona.promoted")).unwrap()).whole().unwrap();
    assert_eq!(document["call_config"]["background"], "none", "it is what calls use now");
    assert!(document.get("version_number").is_none());
}

#[test]
fn a_draft_that_another_user_has_changed_is_not_touched() {
    let held = persona(&json!({
        "/call_config/voice": "Josh", "/pathway_conditions": [{ "name": "Sales" }], "/call_config/record": true,
        "/of_the_dashboard": { "first_sentence": "Hello!" },
    }));
    let error = updating(&json!({ "/call_config/record": true }), &held).err().unwrap();
    assert_eq!(error.kind, Kind::StateConflict);
    let failure = error.vendor.unwrap();
    assert_eq!(failure.outcome, Outcome::Rejected);
    let fields: Vec<_> = failure.fields.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(fields, ["/call_config/voice", "/of_the_dashboard", "/pathway_conditions"]);
    for field in fields {
        assert!(error.detail.contains(field), "{}", error.detail);
    }
    assert!(!error.detail.contains("Josh") && !error.detail.contains("Hello!"), "{}", error.detail);
}

#[test]
fn a_change_that_another_user_makes_meanwhile_is_not_promoted() {
    let changes = json!({ "/name": "Night desk", "/call_config/record": true, "/kb_ids": ["KB-2"] });
    let (_, read) = sent(updating(&changes, &persona(&json!({}))).unwrap());
    let after = persona(&json!({
        "/call_config/record": true, "/kb_ids": ["KB-2"], "/personality_prompt": "Be rude.", "/call_config/language": "de",
    }));
    let (request, read) = sent(read(answer(&after)).unwrap());
    assert_eq!(route(&request), (Method::Patch, format!("v1/personas/{ID}")));
    let config = json!({ "voice": "June", "language": "de", "record": false, "max_duration": 15 });
    let undone = json!({ "name": "Reception", "call_config": config, "kb_ids": ["KB-1"] });
    assert_eq!(request.document(), Some(&undone), "only the write's own change is taken back");
    let theirs = persona(&json!({ "/personality_prompt": "Be rude.", "/call_config/language": "de" }));
    let error = read(answer(&theirs)).err().unwrap();
    assert_eq!(error.kind, Kind::StateConflict);
    assert!(error.detail.contains("/personality_prompt"), "{}", error.detail);
}

#[test]
fn a_draft_that_an_interrupted_write_left_is_overwritten_and_promoted() {
    let left = persona(&json!({ "/call_config/record": true, "/kb_ids": ["KB-2"] }));
    let again = json!({ "/call_config/record": true, "/kb_ids": [] });
    let (request, read) = sent(updating(&again, &left).unwrap());
    assert_eq!(request.document().unwrap()["kb_ids"], json!([]));
    let (request, _) = sent(read(answer(&persona(&json!({ "/kb_ids": [] })))).unwrap());
    assert_eq!(route(&request).1, format!("v1/personas/{ID}/versions/promote"));
}

#[test]
fn a_change_that_the_vendor_drops_promotes_nothing() {
    let (_, read) = sent(updating(&json!({ "/kb_ids": ["KB-2"] }), &persona(&json!({}))).unwrap());
    let same = persona(&json!({ "/pathway_conditions": null }));
    let document = done(read(answer(&same)).unwrap()).whole().unwrap();
    assert_eq!(document["kb_ids"], json!(["KB-1"]));
}

#[test]
fn a_cleared_sound_is_sent_as_null() {
    let held = {
        let mut held = persona(&json!({}));
        for version in ["current_production_version", "current_draft_version"] {
            held[version]["call_config"]["background"] = json!("office");
        }
        held
    };
    let (request, _) = sent(updating(&json!({ "/call_config/background": null }), &held).unwrap());
    let config = &request.document().unwrap()["call_config"];
    assert_eq!((config.get("background"), &config["voice"]), (Some(&Value::Null), &json!("June")));
}

#[test]
fn a_new_name_takes_effect_beside_a_draft_of_another_user() {
    let held = persona(&json!({ "/personality_prompt": "Not promoted." }));
    let (request, read) = sent(updating(&json!({ "/name": "Night desk" }), &held).unwrap());
    assert_eq!(request.document(), Some(&json!({ "name": "Night desk" })));
    let document = done(read(answer(&held)).unwrap()).whole().unwrap();
    assert_eq!(document["personality_prompt"], "Be kind.", "calls use the production version");
}

#[test]
fn a_deletion_is_never_forced() {
    let (request, read) = sent(account().agents().delete(ID));
    assert_eq!(route(&request), (Method::Delete, format!("v1/personas/{ID}")));
    assert!(request.query.is_empty());
    done(read(fixture("deletePersona.deleted")).unwrap());
    let failure = rejected(fixture("deletePersona.in_use"));
    assert_eq!((failure.kind, failure.vendor.unwrap().outcome), (Kind::VendorRejected, Outcome::Rejected));
}

#[test]
fn the_code_counts_more_than_the_status() {
    for (name, kind, outcome, gone) in [
        ("getPersona.unknown_with_200", Kind::VendorRejected, Outcome::Rejected, true),
        ("createPersona.refused_with_200", Kind::VendorRejected, Outcome::Rejected, false),
        ("createPersona.unknown_failure_with_200", Kind::VendorProtocolError, Outcome::Ambiguous, false),
        ("createPersona.down", Kind::VendorUnavailable, Outcome::Ambiguous, false),
        ("promotePersona.version_gone", Kind::VendorRejected, Outcome::Rejected, false),
    ] {
        let error = rejected(fixture(name));
        assert_eq!((error.kind, error.means_gone()), (kind, gone), "{name}");
        assert_eq!(error.vendor.unwrap().outcome, outcome, "{name}");
    }
    let error = rejected(fixture("createPersona.language_unknown"));
    assert_eq!(error.vendor.unwrap().fields[0].0, "/call_config/language");
}

#[test]
fn no_text_of_a_failure_is_passed_on() {
    let secret = "canary-7d41";
    for body in [
        json!({ "data": null, "errors": [{ "error": "INVALID_INPUT", "message": secret, "details": { "x": secret } }] }),
        json!({ "data": null, "errors": [{ "code": secret, "message": secret }] }),
        json!({ "status": "error", "message": format!("Invalid language code {secret}"), "errors": [secret] }),
        json!({ "error": { "code": "VERSION_NOT_FOUND", "message": secret } }),
        json!({ "error": secret, "details": secret }),
    ] {
        for status in [200, 400, 500] {
            let error = rejected(Reply::json(status, body.clone()));
            assert!(!format!("{error:?}").contains(secret), "{error:?}");
        }
    }
}

#[test]
fn a_list_is_read_until_a_page_is_not_full() {
    let page = |first: usize, rows: usize| {
        let rows = (first..first + rows).map(|number| {
            let mut persona = persona(&json!({}));
            persona["id"] = json!(format!("persona-{number}"));
            persona
        });
        answer(&rows.collect())
    };
    let (request, read) = sent(account().agents().list());
    assert_eq!(route(&request), (Method::Get, "v1/personas".to_owned()));
    assert_eq!(request.query, [("page", "1".to_owned()), ("limit", "100".to_owned())]);
    let (request, read) = sent(read(page(0, 100)).unwrap());
    assert_eq!(request.query[0].1, "2");
    let error = read(page(0, 100)).err().unwrap();
    assert_eq!(error.kind, Kind::VendorProtocolError, "a page that repeats");
    let (_, read) = sent(account().agents().list());
    let (_, read) = sent(read(page(0, 100)).unwrap());
    let found = done(read(page(99, 2)).unwrap());
    assert_eq!(found.len(), 101, "a persona on two pages is one agent");
    assert!(found.iter().all(|remote| remote.is_whole() && remote.created_at.is_some()));
    let (_, read) = sent(account().agents().list());
    let names: Vec<_> =
        done(read(fixture("listPersonas.last_page")).unwrap()).into_iter().map(|row| row.name).collect();
    assert_eq!(
        names,
        [Some("Empfang Praxis Weber".to_owned()), Some("Night desk".to_owned())],
        "without the deleted one"
    );
}

#[test]
fn the_voices_have_their_languages_and_genders() {
    let (request, read) = sent(account().catalogue(CatalogueKind::VOICES).unwrap());
    assert_eq!(route(&request), (Method::Get, "v1/voices".to_owned()));
    let voices = done(read(fixture("listVoices.all")).unwrap());
    let listed: Vec<_> =
        voices.iter().map(|voice| (voice.language.as_deref(), voice.kind.as_deref())).collect();
    assert_eq!(listed, [(Some("en"), Some("female")), (Some("en"), Some("male")), (None, None)]);
    assert!(account().catalogue(CatalogueKind::MODELS).is_none());
}

#[test]
fn further_language_codes_are_read() {
    let account = account();
    for (code, tag) in [("babel-en", "en"), ("babel", "mul"), ("fluent", "mul"), ("pt-BR", "pt-BR")] {
        let document = json!({ "name": "Reception", "call_config": { "language": code } });
        let agent: Agent = Translator::new(account.agents(), "bland").decode(&document).state.record;
        assert_eq!(agent.language.unwrap().as_str(), tag, "{code}");
    }
    let document = json!({ "call_config": { "language": "auto" } });
    let unread = Translator::<Agent>::new(account.agents(), "bland").decode(&document).unread;
    assert_eq!(unread[0].field, "/language", "English and Spanish together have no tag");
}

#[test]
fn the_key_is_sent_bare() {
    let mut request = Request::new("read agent", Method::Get, ["v1"]);
    account().sign(&mut request);
    let (name, value) = &request.headers[0];
    assert_eq!((*name, value.expose_secret()), ("authorization", "placeholder-key-0001"));
}

#[test]
fn the_settings_are_checked_all_at_once() {
    let violations = (FACTORY.build)(json!({ "base_url": "ftp://x", "region": "us" })).err().unwrap();
    let pointers = format!("{violations:?}");
    for name in ["api_key", "base_url", "region"] {
        assert!(pointers.contains(name), "{pointers}");
    }
    let own = json!({ "api_key": "placeholder-key-0001", "base_url": "https://bland.northwind.example" });
    assert_eq!((FACTORY.build)(own).unwrap().base_url().host_str(), Some("bland.northwind.example"));
}

#[test]
fn phone_numbers_and_knowledge_bases_are_listed() {
    for (kind, path, name, first) in [
        (CatalogueKind::PHONE_NUMBERS, "v1/inbound", "listPhoneNumbers.all", "+14155550142"),
        (
            CatalogueKind::KNOWLEDGE_BASES,
            "v1/knowledge",
            "listKnowledgeBases.all",
            "kb_01k7m2v9q4x8c3n6b5z0d1f2g3",
        ),
    ] {
        let (request, read) = sent(account().catalogue(kind).unwrap());
        assert_eq!(route(&request), (Method::Get, path.to_owned()));
        assert_eq!(done(read(fixture(name)).unwrap())[0].id, first);
    }
}
