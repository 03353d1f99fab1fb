//! The exchanges with Vapi, tested with given answers.

#![cfg(test)]

use secrecy::ExposeSecret;
use serde_json::{Value, json};
use switchboard_adapter_vapi::FACTORY;
use switchboard_conformance::OneObject;
use switchboard_core::{
    error::{Error, Kind, Outcome, Result},
    facts::CatalogueKind,
    model::Agent,
    plan::Translator,
    vendor::{Adapter, Body, Exchange, Method, Remote, Reply, Request},
};

const ID: &str = "3f0c1a52-7d7e-4c55-9a0d-51b6f3b0a101";
const CANARY: &str = "a-header-of-the-customer";

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

fn fixture(name: &str) -> Reply {
    let path = format!("{}/contract/fixtures/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let fixture: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    Reply::from_fixture(&fixture).unwrap()
}

fn rejected(name: &str) -> Error {
    account().admit(fixture(name)).unwrap_err()
}

/// Reads an assistant without phone numbers.
fn fetched(assistant: Reply) -> Remote {
    let (_, read) = sent(account().agents().fetch_one(ID).unwrap());
    let (_, read) = sent(read(assistant).unwrap());
    done(read(Reply::json(200, json!([]))).unwrap()).unwrap()
}

/// Reads an assistant as the rules read it.
fn read(assistant: Value) -> Value {
    fetched(Reply::json(200, assistant)).document
}

/// Returns the body that an update sends for a body in the form of the rules.
fn updated(body: Value) -> Value {
    sent(account().agents().update(ID, body)).0.document().unwrap().clone()
}

fn assistant(members: Value) -> Value {
    let mut assistant = json!({ "id": ID, "createdAt": "2026-11-02T09:15:00.000Z" });
    assistant.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    assistant
}

#[test]
fn an_assistant_comes_back_as_it_was_sent() {
    for members in [
        json!({
            "model": { "provider": "groq", "model": "openai/gpt-oss-20b", "temperature": 0.5, "numFastTurns": 2 },
            "transcriber": { "provider": "deepgram", "language": "multi", "keyterm": ["Weber"], "numerals": true },
            "voice": { "provider": "11labs", "voiceId": "sarah", "model": "eleven_flash_v2_5", "language": "de" },
        }),
        json!({
            "transcriber": { "provider": "azure", "language": "de-DE" },
            "voice": { "provider": "cartesia", "voiceId": "c", "language": "de", "generationConfig": { "volume": 1.5, "speed": 0.9 } },
        }),
        json!({
            "transcriber": { "provider": "google", "language": "German", "model": "gemini-2.5-pro" },
            "voice": { "provider": "inworld", "voiceId": "Johanna", "languageCode": "de", "speakingRate": 1.2 },
        }),
        json!({
            "transcriber": { "provider": "speechmatics", "language": "cmn", "customVocabulary": [{ "content": "Weber" }] },
            "voice": { "provider": "xai", "voiceId": "eve", "language": "zh" },
        }),
        json!({
            "transcriber": { "provider": "assembly-ai", "language": "en", "keytermsPrompt": ["Weber"] },
            "voice": { "provider": "vapi", "voiceId": "Emma", "language": "en" },
            "voicemailDetection": { "provider": "google", "type": "audio" }, "voicemailMessage": "Call again.",
            "startSpeakingPlan": { "waitSeconds": 0.2, "smartEndpointingPlan": null },
        }),
    ] {
        let document = read(assistant(members.clone()));
        let mut body = json!({});
        for name in members.as_object().unwrap().keys().filter(|name| *name != "voicemailMessage") {
            body[name] = document[name].clone();
        }
        assert_eq!(updated(body), members, "{document}");
    }
}

#[test]
fn every_provider_has_the_same_places_for_the_rules() {
    let cartesia = read(assistant(json!({
        "model": { "provider": "openai", "model": "gpt-4.1" },
        "transcriber": { "provider": "google", "language": "German" },
        "voice": { "provider": "cartesia", "voiceId": "c", "language": "de", "generationConfig": { "speed": 0.9 } },
    })));
    assert_eq!(cartesia["model"]["model"], "openai/gpt-4.1");
    assert_eq!(cartesia["voice"]["speed"], 0.9);
    assert_eq!(
        (&cartesia["voice"]["language"], &cartesia["transcriber"]["language"]),
        (&json!("de"), &json!("de"))
    );
    let divided = read(assistant(json!({
        "transcriber": { "provider": "deepgram", "language": "de" },
        "voice": { "provider": "vapi", "voiceId": "Emma", "language": "fr" },
    })));
    assert_eq!(divided["voice"]["language"], "fr", "a voice of another language is not taken for German");
}

#[test]
fn members_of_another_provider_are_left_out_and_unknown_ones_kept() {
    let voice = json!({ "voice": {
        "provider": "openai", "voiceId": "alloy", "stability": 0.5, "language": "de", "newOfTheVendor": 1, "cachingEnabled": false,
    } });
    assert_eq!(
        updated(voice)["voice"],
        json!({ "provider": "openai", "voiceId": "alloy", "newOfTheVendor": 1, "cachingEnabled": false })
    );
    let transcriber = json!({ "transcriber": { "provider": "google", "model": "nova-3", "language": "de" } });
    assert_eq!(
        updated(transcriber)["transcriber"],
        json!({ "provider": "google", "language": "German" }),
        "nova-3 is a model of deepgram"
    );
    let model = json!({ "model": { "model": "anthropic/claude-sonnet-5", "provider": "openai", "reasoningEffort": "low", "temperature": 1 } });
    assert_eq!(
        updated(model)["model"],
        json!({ "model": "claude-sonnet-5", "provider": "anthropic", "temperature": 1 })
    );
}

#[test]
fn an_update_keeps_credentials_that_no_document_shows() {
    let remote = fetched(fixture("getAssistant.full_record"));
    assert!(remote.is_whole());
    assert!(!remote.document.to_string().contains(CANARY), "{}", remote.document);
    let body = json!({ "server": remote.document["server"], "backgroundSound": "off" });
    let (request, answer) = sent(account().agents().update(ID, body.clone()));
    assert_eq!((request.method, request.path().join("/")), (Method::Get, format!("assistant/{ID}")));
    let (request, _) = sent(answer(fixture("getAssistant.full_record")).unwrap());
    assert_eq!(request.method, Method::Patch);
    assert_eq!(request.document().unwrap()["server"]["headers"]["X-Canary"], CANARY);
    assert!(!format!("{request:?} {:?}", request.redacted_body()).contains(CANARY));
    let (_, answer) = sent(account().agents().update(ID, body));
    let error = answer(fixture("getAssistant.small")).err().unwrap();
    assert_eq!(
        error.kind,
        Kind::VendorProtocolError,
        "a credential that is not there is not replaced by a mark"
    );
}

#[test]
fn an_update_without_credentials_is_one_request() {
    let (request, answer) = sent(account().agents().update(ID, json!({ "firstMessage": null })));
    assert_eq!((request.method, request.document()), (Method::Patch, Some(&json!({ "firstMessage": null }))));
    let document = done(answer(fixture("updateAssistant.changed")).unwrap()).unwrap();
    assert_eq!(document["maxDurationSeconds"], 1200);
}

#[test]
fn a_creation_is_not_repeated_and_sends_no_null() {
    let body = json!({ "name": "Front desk", "firstMessage": null });
    let (request, answer) = sent(account().agents().create(body, &[]));
    assert_eq!((request.method, request.path().join("/").as_str()), (Method::Post, "assistant"));
    assert_eq!(request.document(), Some(&json!({ "name": "Front desk" })));
    assert!(!request.repeatable, "a repeated creation makes a second assistant");
    assert_eq!(done(answer(fixture("createAssistant.created")).unwrap()).state.id, ID);
}

#[test]
fn a_deletion_answers_the_assistant() {
    let (request, answer) = sent(account().agents().delete(ID));
    assert_eq!(request.method, Method::Delete);
    done(answer(fixture("deleteAssistant.deleted")).unwrap());
    let (_, read) = sent(account().agents().delete(ID));
    assert!(read(fixture("deleteAssistant.unknown")).err().unwrap().means_gone());
    let pinned = rejected("deleteAssistant.pinned");
    assert_eq!(pinned.kind, Kind::VendorRejected);
    let failure = pinned.vendor.unwrap();
    assert_eq!((failure.outcome, failure.code.as_deref()), (Outcome::Rejected, Some("assistant_pinned")));
}

/// Returns a page of assistants that were created in these milliseconds.
fn page(times: impl IntoIterator<Item = usize>) -> Reply {
    let row =
        |time| json!({ "id": format!("a{time}"), "createdAt": format!("2026-11-02T09:15:00.{time:03}Z") });
    Reply::json(200, times.into_iter().map(row).collect())
}

#[test]
fn the_list_is_followed_in_either_order() {
    for (pages, parameter, time) in [
        ([(100..200).rev().collect::<Vec<_>>(), (50..101).rev().collect()], "createdAtLe", "100"),
        ([(100..200).collect(), (199..250).collect()], "createdAtGe", "199"),
    ] {
        let (request, answer) = sent(account().agents().list());
        assert_eq!(request.query, [("limit", "100".to_owned())]);
        let [first, last] = pages;
        let (request, answer) = sent(answer(page(first)).unwrap());
        assert_eq!(request.query.last(), Some(&(parameter, format!("2026-11-02T09:15:00.{time}Z"))));
        let found = done(answer(page(last)).unwrap());
        assert_eq!(found.len(), 150, "the row of both pages is one assistant");
    }
}

#[test]
fn a_list_that_makes_no_progress_is_given_up() {
    let same =
        || Reply::json(200, json!(vec![json!({ "id": "a", "createdAt": "2026-11-02T09:15:00.000Z" }); 100]));
    let (_, answer) = sent(account().agents().list());
    let (_, answer) = sent(answer(same()).unwrap());
    assert_eq!(answer(same()).err().unwrap().kind, Kind::VendorProtocolError);
}

#[test]
fn no_text_of_a_failure_is_passed_on() {
    let canary = "canary-of-a-prompt";
    let bodies = [
        json!({ "message": canary, "error": canary, "statusCode": 400 }),
        json!({ "message": [canary, format!("{canary} must not be greater than 5"), format!("model.{canary} should not exist")] }),
        json!({ "message": [format!("voice.speed must not be greater than {canary}")], "error": canary }),
        json!({ "message": { "text": canary } }),
        json!(canary),
    ];
    for (status, body) in [400, 401, 404, 409, 422, 429, 500]
        .into_iter()
        .flat_map(|status| bodies.iter().map(move |b| (status, b)))
    {
        let (_, read) = sent(account().agents().update(ID, json!({})));
        let error = read(Reply::json(status, body.clone())).err().unwrap();
        let error = Translator::<Agent>::new(account().agents(), "vapi").map_vendor_fields(error);
        let shown = format!("{error:?} {error} {}", json!(error.violations));
        assert!(!shown.contains(canary), "{status}: {shown}");
    }
    let page = Reply { status: 502, retry_after: None, body: Body::Other(canary.to_owned()) };
    assert!(!format!("{:?}", account().admit(page).unwrap_err()).contains(canary));
}

#[test]
fn a_failure_names_the_fields_that_it_is_about() {
    let told = |sentences: &[&str]| {
        let reply =
            Reply::json(400, json!({ "message": sentences, "error": "Bad Request", "statusCode": 400 }));
        let error = account().admit(reply).unwrap_err();
        let error = Translator::<Agent>::new(account().agents(), "vapi").map_vendor_fields(error);
        let violations = json!(error.violations);
        let text = |row: &Value| {
            (row["pointer"].as_str().unwrap().to_owned(), row["detail"].as_str().unwrap().to_owned())
        };
        violations.as_array().unwrap().iter().map(text).collect::<Vec<_>>()
    };
    let rows = told(&[
        "voice.property stability should not exist",
        "voice.generationConfig.speed must not be greater than 1.5",
        "name must be shorter than or equal to 40 characters",
        "transcriber.language must be one of the following values: de, en",
        "model.messages.0.content should not be empty",
    ]);
    let fields: Vec<_> = rows.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(fields, ["/voice/stability", "/voice/speed", "/name", "/language", "/prompt/instructions"]);
    assert!(rows[1].1.ends_with("the vendor takes at most 1.5."), "{}", rows[1].1);
    assert!(rows[2].1.ends_with("the vendor takes at most 40."), "{}", rows[2].1);
}

#[test]
fn a_failure_has_the_outcome_of_its_status() {
    let met = |name: &str| {
        let error = rejected(name);
        (error.kind, error.vendor.unwrap().outcome)
    };
    assert_eq!(met("createAssistant.down"), (Kind::VendorUnavailable, Outcome::Ambiguous));
    assert_eq!(met("createAssistant.throttled"), (Kind::VendorThrottled, Outcome::Throttled));
    assert_eq!(met("createAssistant.name_too_long"), (Kind::VendorRejected, Outcome::Rejected));
    assert_eq!(
        rejected("createAssistant.throttled_with_time").retry_after.map(|wait| wait.as_secs()),
        Some(7)
    );
}

#[test]
fn catalogues_are_documented_and_have_each_id_once() {
    for (kind, known) in [
        (CatalogueKind::VOICES, "Emma"),
        (CatalogueKind::MODELS, "gpt-4.1"),
        (CatalogueKind::LANGUAGES, "mul"),
    ] {
        let rows = done(account().catalogue(kind).unwrap());
        let ids: std::collections::BTreeSet<_> = rows.iter().map(|row| row.id.as_str()).collect();
        assert!(ids.contains(known) && ids.len() == rows.len(), "{kind:?}");
    }
}

#[test]
fn regions_are_base_urls() {
    let url = |settings: Value| (FACTORY.build)(settings).map(|adapter| adapter.base_url().to_string());
    assert_eq!(url(json!({ "api_key": "k" })).unwrap(), "https://api.vapi.ai/");
    assert_eq!(url(json!({ "api_key": "k", "region": "eu" })).unwrap(), "https://api.eu.vapi.ai/");
    let wrong = url(json!({ "api_key": "not a key", "region": "mars", "base_url": "ftp://x" })).unwrap_err();
    assert_eq!(wrong.len(), 3, "{wrong:?}");
}

#[test]
fn requests_are_signed_with_the_key() {
    let (mut request, _) = sent(account().agents().list());
    account().sign(&mut request);
    let (name, value) = &request.headers[0];
    assert_eq!((*name, value.expose_secret()), ("authorization", "Bearer placeholder-key-0001"));
}

#[test]
fn phone_numbers_are_listed_with_their_digits_and_without_credentials() {
    let (request, read) = sent(account().catalogue(CatalogueKind::PHONE_NUMBERS).unwrap());
    assert_eq!(request.path().join("/"), "phone-number");
    let numbers = done(read(fixture("listPhoneNumbers.all")).unwrap());
    let listed: Vec<_> = numbers.iter().map(|row| (row.name.as_str(), row.kind.as_deref())).collect();
    let expected =
        [("Desk", Some("vapi")), ("+14155550142", Some("twilio")), ("+4930901820", Some("byo-phone-number"))];
    assert_eq!(listed, expected);
    let (_, read) = sent(account().catalogue(CatalogueKind::PHONE_NUMBERS).unwrap());
    let number =
        json!({ "id": "n1", "provider": "twilio", "number": "+14155550142", "twilioAuthToken": "s3cret" });
    let numbers = done(read(Reply::json(200, json!([number]))).unwrap());
    assert!(!format!("{numbers:?}").contains("s3cret"), "{numbers:?}");
}

#[test]
fn an_http_request_is_an_item_of_the_tools_and_its_headers_are_credentials() {
    let tool = |value: &str| {
        json!({
            "type": "apiRequest", "name": "hours", "description": "When the caller asks.", "method": "GET",
            "url": "https://desk.example/hours",
            "headers": { "type": "object", "properties": { "X-Key": { "type": "string", "default": value } } },
        })
    };
    let model = |value| json!({ "provider": "openai", "model": "gpt-4.1", "tools": [{ "type": "dtmf" }, tool(value)] });
    let held = || Reply::json(200, assistant(json!({ "model": model(CANARY) })));
    let document = read(assistant(json!({ "model": model(CANARY) })));
    assert_eq!(document["model"]["tools"], json!([{ "type": "dtmf" }]));
    assert_eq!(document["model"]["apiRequests"], json!([tool("(kept at the vendor)")]));

    let mut body = json!({ "model": document["model"] });
    body["model"]["apiRequests"][0]["description"] = json!("When the caller wants to know.");
    let (_, answer) = sent(account().agents().update(ID, body));
    let (request, _) = sent(answer(held()).unwrap());
    let sent_tool = &request.document().unwrap()["model"]["tools"][1];
    assert_eq!(sent_tool["headers"]["properties"]["X-Key"]["default"], CANARY);
    assert_eq!(sent_tool["description"], "When the caller wants to know.");
    assert!(!format!("{request:?} {:?}", request.redacted_body()).contains(CANARY));
}

#[test]
fn a_server_of_the_customer_has_a_place_of_its_own_and_its_headers_are_credentials() {
    let remote = fetched(fixture("getAssistant.own_model"));
    let hidden = json!({ "Authorization": "(kept at the vendor)", "X-Tenant": "(kept at the vendor)" });
    let endpoint =
        json!({ "url": "https://llm.weber.example/v1", "model": "weber-chat-1", "headers": hidden });
    assert_eq!(remote.document["model"]["endpoint"], endpoint);
    assert!(remote.document["model"].get("model").is_none(), "{}", remote.document);

    let mut model = remote.document["model"].clone();
    model["temperature"] = json!(0.5);
    let (_, answer) = sent(account().agents().update(ID, json!({ "model": model })));
    let (request, _) = sent(answer(fixture("getAssistant.own_model")).unwrap());
    let written = &request.document().unwrap()["model"];
    assert_eq!((&written["provider"], &written["model"]), (&json!("custom-llm"), &json!("weber-chat-1")));
    assert_eq!(written["headers"]["Authorization"], "Bearer fixture-llm-key-0001");
    assert_eq!(written["timeoutSeconds"], 30, "an unmodelled member is kept");
    let shown = format!("{request:?} {:?}", request.redacted_body());
    assert!(!shown.contains("fixture-llm-key") && !shown.contains("fixture-tenant"), "{shown}");
}

#[test]
fn another_model_takes_the_place_of_a_server() {
    // The rules leave a server in the body only if they cannot read it.
    let mut model = fetched(fixture("getAssistant.own_model")).document["model"].clone();
    model["endpoint"]["headers"] = json!({});
    model["model"] = json!("openai/gpt-4.1");
    let written = updated(json!({ "model": model }))["model"].clone();
    let names: std::collections::BTreeSet<_> =
        written.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["messages", "model", "provider"].into());
    assert_eq!(written["provider"], "openai");
}
