//! The exchanges with ElevenLabs, tested with given answers.

#![cfg(test)]

use secrecy::ExposeSecret;
use serde_json::{Value, json};
use switchboard_adapter_elevenlabs::FACTORY;
use switchboard_core::{
    error::{Error, Kind, Outcome, Result},
    facts::{CatalogueEntry, CatalogueKind},
    model::Agent,
    plan::{PartState, Parts, StepAction, Translator, VendorStep},
    vendor::{Adapter, Body, Exchange, Method, OperationKey, Performed, ReadScope, Reply, Request},
};

const LINK: &str = "/platform_settings/workspace_overrides/webhooks/post_call_webhook_id";
const WEBHOOK: &str = "https://hooks.northwind.example/calls";

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

/// Performs a step of the agent or, if `item` is given, of its webhook.
fn perform(item: Option<&str>, action: StepAction, parts: &Parts) -> Exchange<Performed> {
    let part = if item.is_some() { "webhook" } else { "agent" };
    let step = VendorStep::new(part, action).for_item(item.map(ToOwned::to_owned));
    let exchange = account().agents().perform(step, parts, OperationKey::new("0198")).unwrap();
    exchange.then(|answer| Ok(answer.identify(Vec::new()))).unwrap()
}

fn whole() -> Parts {
    let webhook = PartState::new("wh1");
    Parts::NONE.with("agent", PartState::new("a/b")).with(&format!("webhook/{WEBHOOK}"), webhook)
}

#[test]
fn an_agent_is_created_with_the_id_of_its_webhook() {
    let mut body = json!({ "name": "Front desk", "conversation_config": {} });
    switchboard_core::model::schema::put(&mut body, LINK, json!(["wh1"]));
    let (request, read) = sent(perform(None, StepAction::Create(body), &whole()));
    assert_eq!(
        (request.method, request.path().join("/").as_str()),
        (Method::Post, "v1/convai/agents/create")
    );
    assert_eq!(request.document().unwrap().pointer(LINK), Some(&json!("wh1")));
    assert!(!request.repeatable, "a repeated creation makes a second agent");
    assert_eq!(
        done(read(fixture("createAgent.created")).unwrap()).state.id,
        "agent_7a2b4c6d8e0f1a3b5c7d9e1f3a"
    );
}

#[test]
fn an_agent_that_loses_its_webhook_refers_to_none() {
    let mut body = json!({});
    switchboard_core::model::schema::put(&mut body, LINK, json!([]));
    let (request, _) = sent(perform(None, StepAction::Update(body), &whole()));
    assert_eq!(
        (request.method, request.path()),
        (Method::Patch, &["v1", "convai", "agents", "a/b"].map(Into::into)[..])
    );
    assert_eq!(request.document().unwrap().pointer(LINK), Some(&Value::Null));
    assert!(request.query.is_empty(), "no branch is named, so the vendor updates the main branch");
}

#[test]
fn an_agent_with_several_languages_detects_them() {
    let mut body = json!({});
    switchboard_core::model::schema::put(
        &mut body,
        "/conversation_config/language_presets/de",
        json!({ "overrides": {} }),
    );
    let (request, _) = sent(perform(None, StepAction::Update(body), &whole()));
    let tool = "/conversation_config/agent/prompt/built_in_tools/language_detection/params/system_tool_type";
    assert_eq!(request.document().unwrap().pointer(tool), Some(&json!("language_detection")));
}

#[test]
fn a_webhook_is_created_with_a_secret_that_never_shows() {
    let body = json!({ "kind": "post_call", "webhook_url": WEBHOOK });
    let (request, read) = sent(perform(Some(WEBHOOK), StepAction::Create(body), &whole()));
    assert_eq!((request.method, request.path().join("/").as_str()), (Method::Post, "v1/workspace/webhooks"));
    let settings = &request.document().unwrap()["settings"];
    assert_eq!((&settings["auth_type"], &settings["webhook_url"]), (&json!("hmac"), &json!(WEBHOOK)));
    assert_eq!(settings["name"], "Switchboard 0198-webhook-create");
    let state = done(read(fixture("createWebhook.created")).unwrap()).state;
    assert_eq!(state.secret.as_ref().unwrap().expose_secret(), "wsec_test_0123456789abcdef");
    assert!(!format!("{state:?}").contains("wsec_"), "{state:?}");
}

#[test]
fn only_a_webhook_of_the_gateway_is_deleted() {
    let listed = |name: &str| {
        let row = json!({ "webhook_id": "wh1", "name": name, "webhook_url": WEBHOOK, "created_at_unix": 1 });
        Reply::json(200, json!({ "webhooks": [row] }))
    };
    let delete = || sent(perform(Some(WEBHOOK), StepAction::Delete, &whole()));
    let (request, read) = delete();
    assert_eq!((request.method, request.path().join("/").as_str()), (Method::Get, "v1/workspace/webhooks"));
    done(read(listed("Quality team")).unwrap());
    done(delete().1(fixture("listWebhooks.none")).unwrap());
    for answer in ["deleteWebhook.deleted", "deleteWebhook.in_use"] {
        let (request, read) = sent(delete().1(listed("Switchboard 0198")).unwrap());
        assert_eq!(
            (request.method, request.path().join("/").as_str()),
            (Method::Delete, "v1/workspace/webhooks/wh1")
        );
        done(read(fixture(answer)).unwrap());
    }
}

#[test]
fn a_disabled_webhook_is_enabled_and_its_url_stays() {
    let listed = |disabled: bool| {
        let row = json!({
            "webhook_id": "wh1", "name": "Switchboard 0198", "webhook_url": WEBHOOK, "created_at_unix": 1,
            "is_disabled": false, "is_auto_disabled": disabled,
        });
        Reply::json(200, json!({ "webhooks": [row] }))
    };
    let body = json!({ "kind": "post_call", "webhook_url": WEBHOOK });
    let update = || sent(perform(Some(WEBHOOK), StepAction::Update(body.clone()), &whole()));
    done(update().1(listed(false)).unwrap());
    let (request, read) = sent(update().1(listed(true)).unwrap());
    assert_eq!(
        (request.method, request.path().join("/").as_str()),
        (Method::Patch, "v1/workspace/webhooks/wh1")
    );
    assert_eq!(request.document(), Some(&json!({ "is_disabled": false, "name": "Switchboard 0198" })));
    assert_eq!(done(read(Reply::json(200, json!({ "status": "ok" }))).unwrap()).state.id, "wh1");
    let error = sent(update().1(listed(true)).unwrap()).1(fixture("deleteWebhook.unknown")).err().unwrap();
    assert!(error.means_gone(), "{error:?}");
}

#[test]
fn lost_webhooks_are_sought_among_those_of_the_gateway() {
    let (_, read) = sent(account().agents().find("webhook").unwrap());
    let found = done(read(fixture("listWebhooks.all")).unwrap());
    assert_eq!(found.len(), 1, "the webhook of the quality team is not the gateway's");
    // It matches the creation of a disabled webhook, too.
    let disabled = json!({ "kind": "post_call", "webhook_url": WEBHOOK, "is_disabled": true });
    assert_eq!(found[0].document, disabled);
    assert!(found[0].created_at.is_some());
    assert!(account().agents().find("agent").is_none());
}

#[test]
fn an_agent_is_read_with_its_webhook() {
    let (_, read) = sent(account().agents().fetch(&whole(), ReadScope::Bound).unwrap());
    let (request, read) = sent(read(fixture("getAgent.full_record")).unwrap());
    assert_eq!(request.path().join("/"), "v1/workspace/webhooks");
    let remote = done(read(fixture("listWebhooks.all")).unwrap()).found().unwrap();
    assert!(remote.is_whole());
    assert_eq!(remote.document["webhook"], json!([{ "kind": "post_call", "webhook_url": WEBHOOK }]));
    let keys: Vec<_> = remote.parts.iter().map(|(key, _)| key.to_owned()).collect();
    assert_eq!(keys, ["agent".to_owned(), format!("webhook/{WEBHOOK}")]);
    let (_, read) = sent(account().agents().fetch(&whole(), ReadScope::Bound).unwrap());
    let remote = done(read(fixture("getAgent.without_webhook")).unwrap()).found().unwrap();
    assert_eq!(remote.document.get("webhook"), None);
}

#[test]
fn another_branch_is_never_taken_for_the_agent() {
    let (_, read) = sent(account().agents().fetch(&whole(), ReadScope::Bound).unwrap());
    assert_eq!(read(fixture("getAgent.other_branch")).err().unwrap().kind, Kind::VendorProtocolError);
    let (_, read) = sent(perform(None, StepAction::Update(json!({ "name": "x" })), &whole()));
    assert_eq!(
        read(fixture("getAgent.other_branch")).err().unwrap().vendor.unwrap().outcome,
        Outcome::Ambiguous
    );
}

#[test]
fn archived_agents_are_listed_after_the_others() {
    let (request, read) = sent(account().agents().list());
    assert_eq!(request.query, [("page_size", "100".to_owned()), ("archived", "false".to_owned())]);
    let (request, read) = sent(read(fixture("listAgents.first_page")).unwrap());
    assert_eq!(request.query.last(), Some(&("cursor", "eyJ0IjoxNzk1MDAwMDAwfQ".to_owned())));
    let (request, read) = sent(read(fixture("listAgents.last_page")).unwrap());
    assert_eq!(request.query.last(), Some(&("archived", "true".to_owned())));
    let agents = done(read(fixture("listAgents.last_page")).unwrap());
    let names: Vec<_> = agents.iter().filter_map(|agent| agent.name.as_deref()).collect();
    assert_eq!(names, ["Empfang Praxis Weber", "Night line"], "an agent on two pages is one agent");
    assert!(agents.iter().all(|agent| !agent.is_whole()));
}

#[test]
fn a_list_that_leads_back_into_itself_or_has_no_end_is_given_up() {
    let (_, read) = sent(account().agents().list());
    let (_, read) = sent(read(fixture("listAgents.first_page")).unwrap());
    assert_eq!(read(fixture("listAgents.first_page")).err().unwrap().kind, Kind::VendorProtocolError);
    let mut exchange = account().agents().list();
    for page in 0..1000 {
        let (_, read) = sent(exchange);
        match read(Reply::json(
            200,
            json!({ "agents": [], "next_cursor": page.to_string(), "has_more": true }),
        )) {
            Ok(next) => exchange = next,
            Err(error) => return assert_eq!(error.kind, Kind::VendorProtocolError),
        }
    }
    panic!("the list was followed for 1000 pages");
}

#[test]
fn no_text_of_a_failure_is_passed_on() {
    let canary = "canary-of-a-prompt";
    let bodies = [
        json!({ "detail": { "type": "validation_error", "code": "invalid_parameters", "message": canary } }),
        json!({ "detail": { "status": "input_invalid", "message": format!("[{{\"input\": \"{canary}\"}}]") } }),
        json!({ "detail": { "status": canary, "message": canary, "code": canary } }),
        json!({ "detail": [{ "type": canary, "loc": ["body", canary, "conversation_config"], "msg": canary, "input": canary }] }),
        json!({ "detail": canary }),
        json!({ "message": canary, "error": canary }),
        json!(canary),
    ];
    for (status, body) in [400, 401, 404, 409, 422, 429, 500]
        .into_iter()
        .flat_map(|status| bodies.iter().map(move |b| (status, b)))
    {
        let reply = Reply::json(status, body.clone());
        let error = account().admit(reply).unwrap_err();
        let error = Translator::<Agent>::new(account().agents(), "elevenlabs").map_vendor_fields(error);
        let shown = format!("{error:?} {error} {}", json!(error.violations));
        assert!(!shown.contains(canary), "{status}: {shown}");
    }
    let page = Reply { status: 502, retry_after: None, body: Body::Other(canary.to_owned()) };
    assert!(!format!("{:?}", account().admit(page).unwrap_err()).contains(canary));
}

#[test]
fn a_failure_names_the_field_that_it_is_about() {
    let place = |name: &str| {
        let error =
            Translator::<Agent>::new(account().agents(), "elevenlabs").map_vendor_fields(rejected(name));
        let violations = json!(error.violations);
        violations[0]["pointer"].as_str().map(ToOwned::to_owned)
    };
    assert_eq!(place("createAgent.language_model").as_deref(), Some("/voice/model"));
    assert_eq!(place("createAgent.quoted").as_deref(), Some("/voice/model"));
    assert_eq!(place("createAgent.library_voice").as_deref(), Some("/voice/id"));
    assert_eq!(place("createAgent.voice_unknown").as_deref(), Some("/voice/id"));
    assert_eq!(place("createWebhook.url_refused").as_deref(), Some("/webhook/url"));
    assert_eq!(
        rejected("createAgent.library_voice").vendor.unwrap().code.as_deref(),
        Some("paid_plan_required")
    );
    assert!(!rejected("createAgent.voice_unknown").means_gone(), "the agent is not gone if its voice is");
    let document =
        json!({ "detail": { "type": "not_found", "code": "knowledge_base_not_found", "message": "" } });
    let error = account().admit(Reply::json(404, document)).unwrap_err();
    assert!(!error.means_gone(), "nor if a document is");
    let error = Translator::<Agent>::new(account().agents(), "elevenlabs").map_vendor_fields(error);
    assert_eq!(json!(error.violations)[0]["pointer"], "/knowledge_base_ids");
    assert!(rejected("getAgent.unknown").means_gone());
}

#[test]
fn a_failure_has_the_outcome_of_its_status_and_code() {
    let met = |name: &str| {
        let error = rejected(name);
        (error.kind, error.vendor.unwrap().outcome)
    };
    assert_eq!(met("createAgent.down"), (Kind::VendorUnavailable, Outcome::Ambiguous));
    assert_eq!(met("createAgent.throttled"), (Kind::VendorThrottled, Outcome::Throttled));
    assert_eq!(met("updateAgent.overtaken"), (Kind::VendorUnavailable, Outcome::Ambiguous));
    assert_eq!(rejected("createAgent.throttled_with_time").retry_after.map(|wait| wait.as_secs()), Some(7));
    let spent = json!({ "detail": { "status": "quota_exceeded", "message": "" } });
    assert_eq!(account().admit(Reply::json(401, spent)).unwrap_err().kind, Kind::VendorQuotaExhausted);
}

#[test]
fn a_refusal_of_one_request_says_nothing_about_the_credential() {
    let refused = |status, code: &str| {
        let body = json!({ "detail": { "type": "x", "code": code, "status": "other", "message": "" } });
        let error = account().admit(Reply::json(status, body)).unwrap_err();
        (error.kind, error.vendor.unwrap().is_single)
    };
    assert_eq!(refused(401, "invalid_api_key"), (Kind::VendorAuthFailed, false));
    for (status, code) in [(401, "needs_authorization"), (403, "insufficient_permissions")] {
        assert_eq!(refused(status, code), (Kind::VendorAuthFailed, true), "{code}");
    }
    for (status, code) in [
        (402, "paid_plan_required"),
        (403, "voice_access_denied"),
        (403, "model_access_denied"),
        (403, "feature_not_available"),
        (403, "subscription_required"),
    ] {
        assert_eq!(refused(status, code).0, Kind::VendorRejected, "{code}");
    }
    assert_eq!(refused(402, "insufficient_credits").0, Kind::VendorQuotaExhausted);
}

#[test]
fn voices_are_read_page_by_page() {
    let (request, read) = sent(account().catalogue(CatalogueKind::VOICES).unwrap());
    assert_eq!(request.path().join("/"), "v2/voices");
    let (request, read) = sent(read(fixture("listVoices.first_page")).unwrap());
    assert_eq!(request.query.last(), Some(&("next_page_token", "dm9pY2U6MQ".to_owned())));
    let voices = done(read(fixture("listVoices.last_page")).unwrap());
    let rows: Vec<_> =
        voices.iter().map(|row| (row.name.as_str(), row.kind.as_deref(), row.language.as_deref())).collect();
    assert_eq!(
        rows,
        [
            ("Eric", Some("male"), Some("en")),
            ("Alice", Some("female"), Some("en")),
            ("My own voice", None, None),
        ]
    );
}

#[test]
fn regions_are_base_urls() {
    let url = |settings: Value| (FACTORY.build)(settings).map(|adapter| adapter.base_url().to_string());
    assert_eq!(url(json!({ "api_key": "k" })).unwrap(), "https://api.elevenlabs.io/");
    assert_eq!(
        url(json!({ "api_key": "k", "region": "eu" })).unwrap(),
        "https://api.eu.residency.elevenlabs.io/"
    );
    let own = json!({ "api_key": "k", "region": "eu", "base_url": "https://proxy.example/" });
    assert_eq!(url(own).unwrap(), "https://proxy.example/");
    let wrong = url(json!({ "api_key": "not a key", "region": "mars", "base_url": "ftp://x", "regoin": 1 }))
        .unwrap_err();
    let pointers: Vec<_> =
        json!(wrong).as_array().unwrap().iter().map(|row| row["pointer"].clone()).collect();
    assert_eq!(pointers, ["/region", "/base_url", "/api_key", "/regoin"]);
}

#[test]
fn requests_are_signed_with_the_key() {
    let (mut request, _) = sent(account().agents().list());
    account().sign(&mut request);
    let (name, value) = &request.headers[0];
    assert_eq!((*name, value.expose_secret()), ("xi-api-key", "placeholder-key-0001"));
}

#[test]
fn phone_numbers_and_documents_are_listed_with_their_ids() {
    let (request, read) = sent(account().catalogue(CatalogueKind::PHONE_NUMBERS).unwrap());
    assert_eq!(request.path().join("/"), "v1/convai/phone-numbers");
    let numbers = done(read(fixture("listPhoneNumbers.all")).unwrap());
    let row = |row: &CatalogueEntry| (row.id.clone(), row.name.clone(), row.kind.clone().unwrap_or_default());
    let rows = |listed: &[(&str, &str, &str)]| -> Vec<_> {
        listed.iter().map(|(id, name, kind)| (id.to_string(), name.to_string(), kind.to_string())).collect()
    };
    let expected = [("phnum_4101k0", "+4930123456", "twilio"), ("phnum_4102k0", "+15550100140", "sip_trunk")];
    assert_eq!(numbers.iter().map(row).collect::<Vec<_>>(), rows(&expected));

    let (request, read) = sent(account().catalogue(CatalogueKind::KNOWLEDGE_BASES).unwrap());
    assert_eq!(request.path().join("/"), "v1/convai/knowledge-base");
    let (request, read) = sent(read(fixture("listKnowledgeBases.first_page")).unwrap());
    assert_eq!(request.query.last(), Some(&("cursor", "kbd_1".to_owned())));
    let documents = done(read(fixture("listKnowledgeBases.last_page")).unwrap());
    let expected = [("kbd_1", "Handbook", "file"), ("kbd_2", "Opening hours", "text")];
    assert_eq!(documents.iter().map(row).collect::<Vec<_>>(), rows(&expected));
}

#[test]
fn a_document_is_assigned_with_its_type_and_its_name() {
    let document = |id: &str| json!({ "id": id });
    let body = |documents: Value| json!({ "conversation_config": { "agent": { "prompt": { "knowledge_base": documents } } } });
    let parts = Parts::NONE.with("agent", PartState::new("agent_1"));
    let update = |documents: Value| {
        let step = VendorStep::new("agent", StepAction::Update(body(documents)));
        account().agents().perform(step, &parts, OperationKey::default()).unwrap()
    };
    let (request, read) = sent(update(json!([document("kbd_2")])));
    assert_eq!(request.path().join("/"), "v1/convai/knowledge-base");
    let (request, _) = sent(read(fixture("listKnowledgeBases.last_page")).unwrap());
    let complete = json!([{ "id": "kbd_2", "name": "Opening hours", "type": "text" }]);
    assert_eq!((request.method, request.document()), (Method::Patch, Some(&body(complete.clone()))));

    let (request, _) = sent(update(complete.clone()));
    assert_eq!(
        (request.method, request.document()),
        (Method::Patch, Some(&body(complete))),
        "nothing is missing"
    );

    let (_, read) = sent(update(json!([document("kbd_9")])));
    let Err(error) = read(fixture("listKnowledgeBases.last_page")) else { panic!("the document is unknown") };
    assert_eq!((error.kind, error.means_gone()), (Kind::VendorRejected, false));
}

const PROMPT: &str = "/conversation_config/agent/prompt";

/// Reads an agent as the rules read it.
fn prompt_of(reply: Reply) -> Value {
    let exchange = account().agents().fetch(&whole(), ReadScope::Owned).unwrap();
    let (_, read) = sent(exchange);
    let remote = done(read(reply).unwrap()).found().unwrap();
    remote.document.pointer(&format!("/agent{PROMPT}")).unwrap().clone()
}

#[test]
fn a_server_of_the_customer_is_read_without_its_key() {
    let prompt = prompt_of(fixture("getAgent.own_model"));
    assert!(prompt.get("llm").is_none(), "{prompt}");
    let mark = "(kept at the vendor)";
    assert_eq!(prompt["custom_llm"]["request_headers"], json!({ "Authorization": mark, "X-Tenant": mark }));
    assert_eq!(prompt["custom_llm"]["url"], "https://llm.weber.example/v1");
    // The vendor keeps a server that the agent does not use.
    let mut fixture: Value =
        serde_json::from_str(include_str!("../contract/fixtures/getAgent.own_model.json")).unwrap();
    fixture["body"]["conversation_config"]["agent"]["prompt"]["llm"] = json!("gpt-4.1");
    let prompt = prompt_of(Reply::from_fixture(&fixture).unwrap());
    assert_eq!((&prompt["llm"], &prompt["custom_llm"]["unused"]), (&json!("gpt-4.1"), &json!(true)));
}

#[test]
fn a_server_is_selected_and_the_headers_that_the_vendor_keeps_are_left_out() {
    let server = |authorization: &str| {
        let headers = json!({ "Authorization": authorization, "X-Tenant": "(kept at the vendor)" });
        let server =
            json!({ "url": "https://llm.weber.example/v1", "model_id": "a", "request_headers": headers });
        let mut body = json!({});
        switchboard_core::model::schema::put(&mut body, &format!("{PROMPT}/custom_llm"), server);
        let (request, _) = sent(perform(None, StepAction::Update(body), &whole()));
        let shown = format!("{request:?} {:?}", request.redacted_body());
        assert!(!shown.contains("exchange-key-0001"), "{shown}");
        request.document().unwrap().pointer(PROMPT).unwrap().clone()
    };
    let known = server("Bearer exchange-key-0001");
    assert_eq!(known["llm"], "custom-llm");
    assert_eq!(
        known["custom_llm"]["request_headers"],
        json!({ "Authorization": "Bearer exchange-key-0001" })
    );
    assert_eq!(server("(kept at the vendor)")["custom_llm"]["request_headers"], json!({}));
    let mut cleared = json!({});
    switchboard_core::model::schema::put(&mut cleared, &format!("{PROMPT}/custom_llm"), Value::Null);
    let (request, _) = sent(perform(None, StepAction::Update(cleared.clone()), &whole()));
    assert_eq!(request.document(), Some(&cleared));
}
