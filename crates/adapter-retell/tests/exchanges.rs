//! The exchanges with Retell, tested with given answers.

#![cfg(test)]

use serde_json::{Value, json};
use switchboard_adapter_retell::FACTORY;
use switchboard_core::{
    error::{Error, Kind, Outcome, Result},
    facts::{CatalogueEntry, CatalogueKind},
    plan::{PartState, Parts, StepAction, VendorStep},
    vendor::{Adapter, Exchange, Fetched, Method, OperationKey, Performed, ReadScope, Reply, Request},
};

const AGENT: &str = "agent_0f1e2d3c4b5a69788796a5b4c3";
const LLM: &str = "llm_9f8e7d6c5b4a39281706f5e4d3";

fn account() -> Box<dyn Adapter> {
    (FACTORY.build)(json!({ "api_key": "placeholder-key-0001" })).unwrap()
}

/// Returns the request, as `METHOD path?query`, its body, and the reader of its answer.
fn sent<T: Send + 'static>(
    exchange: Exchange<T>,
) -> (String, Option<Value>, impl FnOnce(Reply) -> Result<Exchange<T>>) {
    match exchange {
        Exchange::Send(request, read) => {
            (line(&request), request.document().cloned(), move |reply| read(account().admit(reply)?))
        }
        Exchange::Done(_) => panic!("a request was expected"),
    }
}

fn line(request: &Request) -> String {
    let query: Vec<_> = request.query.iter().map(|(name, value)| format!("?{name}={value}")).collect();
    format!("{} {}{}", request.method.as_str(), request.path().join("/"), query.concat())
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

fn whole() -> Parts {
    Parts::NONE.with("agent", PartState::new(AGENT)).with("llm", PartState::new(LLM))
}

fn perform(part: &'static str, action: StepAction) -> Exchange<Performed> {
    let step = VendorStep::new(part, action);
    let exchange = account().agents().perform(step, &whole(), OperationKey::new("0198")).unwrap();
    exchange.then(|answer| Ok(answer.identify(Vec::new()))).unwrap()
}

/// Answers the requests of an exchange one after the other. Returns the requests and the result of the exchange.
fn run<T: Send + 'static>(exchange: Exchange<T>, replies: Vec<Reply>) -> (Vec<String>, Result<T>) {
    let (mut exchange, mut lines) = (exchange, Vec::new());
    for reply in replies {
        let (line, _, read) = sent(exchange);
        lines.push(line);
        match read(reply) {
            Ok(next) => exchange = next,
            Err(error) => return (lines, Err(error)),
        }
    }
    (lines, Ok(done(exchange)))
}

fn update_llm(replies: Vec<Reply>) -> (Vec<String>, Result<Performed>) {
    run(perform("llm", StepAction::Update(json!({ "general_prompt": "Be brief." }))), replies)
}

/// Builds a version of the agent of the fixtures.
fn version(changes: Value) -> Reply {
    let path = format!("{}/contract/fixtures/getAgent.own_draft.json", env!("CARGO_MANIFEST_DIR"));
    let mut fixture: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    fixture["body"].as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    Reply::from_fixture(&fixture).unwrap()
}

/// Builds a version of the LLM of the fixtures.
fn llm(prompt: &str) -> Reply {
    Reply::json(200, json!({ "llm_id": LLM, "last_modification_timestamp": 1, "general_prompt": prompt }))
}

fn is_told(error: &Error) {
    assert_eq!(error.kind, Kind::StateConflict, "{error}");
    assert_eq!(error.vendor.as_ref().unwrap().outcome, Outcome::Rejected);
    assert!(error.detail.contains("Publish or delete the draft"), "{error}");
}

#[test]
fn a_new_agent_is_a_draft_of_the_gateway() {
    let engine = json!({ "response_engine": { "llm_id": LLM, "version": 7 }, "voice_id": "cartesia-Cimo" });
    let (line, body, read) = sent(perform("agent", StepAction::Create(engine)));
    assert_eq!(line, "POST create-agent");
    let body = body.unwrap();
    assert_eq!(body["response_engine"], json!({ "llm_id": LLM, "type": "retell-llm" }));
    assert_eq!(body["version_title"], "Switchboard 0");
    assert_eq!(
        done(read(fixture("createAgent.created")).unwrap()).state.id,
        "agent_7d1f0a2b3c4d5e6f7a8b9c0d1e"
    );
    let (_, _, read) = sent(perform("agent", StepAction::Create(json!({}))));
    let error = read(fixture("createAgent.llm_unknown")).err().unwrap();
    assert!(!error.means_gone(), "an agent that was never made is not gone");
}

#[test]
fn a_change_opens_a_draft_and_gives_it_its_title_first() {
    let (lines, result) = update_llm(vec![
        fixture("getAgent.full_record"),
        fixture("createAgentVersion.opened"),
        fixture("updateAgent.changed"),
        fixture("updateRetellLlm.changed"),
    ]);
    assert_eq!(result.unwrap().state.id, LLM);
    assert_eq!(
        lines,
        [
            format!("GET get-agent/{AGENT}"),
            format!("POST create-agent-version/{AGENT}"),
            format!("PATCH update-agent/{AGENT}?version=4"),
            format!("PATCH update-retell-llm/{LLM}?version=4"),
        ]
    );
}

#[test]
fn an_llm_of_an_interrupted_creation_is_changed_without_an_agent() {
    let parts = Parts::NONE.with("llm", PartState::new(LLM));
    let step = VendorStep::new("llm", StepAction::Update(json!({ "general_prompt": "Be brief." })));
    let (line, ..) = sent(account().agents().perform(step, &parts, OperationKey::new("0198")).unwrap());
    assert_eq!(line, format!("PATCH update-retell-llm/{LLM}"));
}

#[test]
fn a_draft_of_the_gateway_is_used_again() {
    let (lines, result) = update_llm(vec![fixture("getAgent.own_draft"), fixture("updateRetellLlm.changed")]);
    result.unwrap();
    assert_eq!(lines[1], format!("PATCH update-retell-llm/{LLM}?version=4"));
    let body = json!({ "custom_stt_config": null, "data_storage_setting": "everything_except_pii" });
    let (_, _, read) = sent(perform("agent", StepAction::Update(body)));
    let (line, body, _) = sent(read(fixture("getAgent.own_draft")).unwrap());
    assert_eq!(line, format!("PATCH update-agent/{AGENT}?version=4"));
    let body = body.unwrap();
    assert_eq!((&body["stt_mode"], &body["version_title"]), (&json!("fast"), &json!("Switchboard 4")));
    assert_eq!(body.get("pii_config"), None, "the draft has its own kinds of personal data");
    let body = json!({ "data_storage_setting": "everything_except_pii" });
    let (_, _, read) = sent(perform("agent", StepAction::Update(body)));
    let (_, body, _) = sent(read(version(json!({ "data_storage_setting": "everything" }))).unwrap());
    assert_eq!(body.unwrap()["pii_config"]["categories"].as_array().map(Vec::len), Some(14));
}

#[test]
fn a_draft_of_somebody_else_is_neither_changed_nor_published() {
    for title in [Value::Null, json!("Switchboard 3"), json!("For the summer")] {
        let draft = || version(json!({ "version_title": title }));
        let changed = version(json!({ "version": 3, "is_published": true, "voice_speed": 1.5 }));
        let (lines, result) = update_llm(vec![draft(), changed]);
        is_told(&result.err().unwrap());
        assert_eq!(lines[1], format!("GET get-agent/{AGENT}?version=latest_published"));
        let same = version(json!({ "version": 3, "is_published": true }));
        let (_, result) = update_llm(vec![draft(), same, llm("Be kind."), llm("Be brief.")]);
        is_told(&result.err().unwrap());
        let (_, result) = update_llm(vec![draft(), fixture("getAgent.unknown_older")]);
        is_told(&result.err().unwrap());
        let row = json!({ "version": 4, "is_published": false, "version_title": title, "last_modification_timestamp": 1 });
        let versions = Reply::json(200, json!({ "items": [row], "has_more": false }));
        is_told(&run(perform("agent", StepAction::Publish), vec![versions]).1.err().unwrap());
    }
}

#[test]
fn a_draft_without_a_change_is_taken_over() {
    let (lines, result) = update_llm(vec![
        version(json!({ "version_title": null })),
        version(json!({ "version": 3, "is_published": true, "version_title": "Switchboard 3" })),
        llm("Be kind."),
        llm("Be kind."),
        fixture("updateAgent.changed"),
        fixture("updateRetellLlm.changed"),
    ]);
    result.unwrap();
    assert_eq!(lines[4], format!("PATCH update-agent/{AGENT}?version=4"));
}

/// Covers a draft that equals an older published version, because the vendor carried out an earlier request for a draft
/// late.
#[test]
fn an_unchanged_copy_of_an_older_version_stays_and_another_draft_is_opened() {
    let draft = || version(json!({ "version": 6, "base_version": 4, "version_title": null }));
    let published = |number: i64| version(json!({ "version": number, "is_published": true }));
    let copied = vec![draft(), published(5), published(4), llm("Be kind."), llm("Be kind.")];
    let engine = json!({ "type": "retell-llm", "llm_id": LLM, "version": 7 });
    let opened = vec![
        version(json!({ "version": 7, "base_version": 5, "response_engine": engine })),
        version(json!({ "version": 7 })),
        llm("Be brief."),
    ];
    let (lines, result) = update_llm([copied, opened].into_iter().flatten().collect());
    assert_eq!(result.unwrap().state.version.as_deref(), Some("7"));
    assert_eq!(lines[5], format!("POST create-agent-version/{AGENT}"));
    assert_eq!(lines[6], format!("PATCH update-agent/{AGENT}?version=7"));
    let changed = vec![draft(), published(5), published(4), llm("Be odd."), llm("Be kind.")];
    is_told(&update_llm(changed).1.err().unwrap());
    let of_a_draft = vec![draft(), published(5), version(json!({ "version": 4 }))];
    is_told(&update_llm(of_a_draft).1.err().unwrap());
}

/// Returns the parts of an agent whose version 3 is published and whose LLM was changed in the draft 4.
fn in_progress() -> Parts {
    Parts::NONE
        .with("agent", PartState::new(AGENT).at_version("3"))
        .with("llm", PartState::new(LLM).at_version("4"))
}

fn go_on(part: &'static str, action: StepAction) -> Exchange<Performed> {
    let step = VendorStep::new(part, action);
    let exchange = account().agents().perform(step, &in_progress(), OperationKey::new("0198")).unwrap();
    exchange.then(|answer| Ok(answer.identify(Vec::new()))).unwrap()
}

#[test]
fn the_draft_in_progress_is_changed_and_published_without_a_search() {
    let prompt = || StepAction::Update(json!({ "general_prompt": "Be brief." }));
    let (lines, result) = run(go_on("llm", prompt()), vec![llm("Be brief.")]);
    assert_eq!(lines, [format!("PATCH update-retell-llm/{LLM}?version=4")]);
    assert_eq!(result.unwrap().state.version.as_deref(), Some("4"));
    let name = || StepAction::Update(json!({ "agent_name": "Night desk" }));
    let (_, body, _) = sent(go_on("agent", name()));
    assert_eq!(body.unwrap(), json!({ "agent_name": "Night desk", "version_title": "Switchboard 4" }));
    let (lines, result) = run(go_on("agent", name()), vec![fixture("updateAgent.changed")]);
    assert_eq!(lines, [format!("PATCH update-agent/{AGENT}?version=4")]);
    assert_eq!(result.unwrap().state.version, None, "the published version stays 3");
    let (lines, result) =
        run(go_on("agent", StepAction::Publish), vec![fixture("publishAgentVersion.published")]);
    assert_eq!(lines, [format!("POST publish-agent-version/{AGENT}")]);
    assert_eq!(result.unwrap().state.version.as_deref(), Some("4"));
}

#[test]
fn a_draft_that_can_no_longer_be_changed_is_found_or_replaced() {
    let frozen =
        || Reply::json(422, json!({ "status": "error", "message": "Cannot update published agent" }));
    let name = || StepAction::Update(json!({ "agent_name": "Night desk" }));
    let published = version(json!({ "is_published": true }));
    let (lines, result) = run(
        go_on("agent", name()),
        vec![frozen(), published, version(json!({ "version": 5 })), fixture("updateAgent.changed")],
    );
    result.unwrap();
    assert_eq!(lines[2], format!("POST create-agent-version/{AGENT}"));
    assert_eq!(lines[3], format!("PATCH update-agent/{AGENT}?version=5"));

    let later = version(json!({ "version": 5, "base_version": 3, "version_title": null }));
    let (lines, result) = run(go_on("agent", name()), vec![frozen(), later, version(json!({}))]);
    let error = result.err().unwrap();
    assert_eq!(error.kind, Kind::VendorUnavailable, "the whole write is repeated: {error}");
    assert_eq!(lines[2], format!("GET get-agent/{AGENT}?version=4"));

    let published = fixture("listAgentVersions.own_draft");
    let (lines, result) = run(
        go_on("agent", StepAction::Publish),
        vec![frozen(), published, fixture("publishAgentVersion.published")],
    );
    result.unwrap();
    assert_eq!(lines[1], format!("GET list-agent-versions/{AGENT}?limit=1000"));
}

#[test]
fn a_later_draft_of_somebody_else_is_not_published() {
    let row = |version: i64, is_published: bool, title: &str| json!({ "version": version, "is_published": is_published, "version_title": title, "last_modification_timestamp": 1 });
    let rows =
        [row(5, false, "Switchboard 3"), row(4, false, "Switchboard 4"), row(3, true, "Switchboard 3")];
    let versions = Reply::json(200, json!({ "items": rows, "has_more": false }));
    let (_, result) =
        run(perform("agent", StepAction::Publish), vec![versions, fixture("publishAgentVersion.published")]);
    assert_eq!(result.unwrap().state.version.as_deref(), Some("4"));
    let rows = [row(4, false, "Switchboard 4"), row(6, false, "Mine"), row(5, true, "Switchboard 5")];
    let versions = Reply::json(200, json!({ "items": rows, "has_more": false }));
    is_told(&run(perform("agent", StepAction::Publish), vec![versions]).1.err().unwrap());
}

#[test]
fn a_draft_is_found_on_a_later_page_of_the_versions() {
    let page = |version: i64, is_published: bool, key: Option<&str>| {
        let title = format!("Switchboard {version}");
        let row = json!({ "version": version, "is_published": is_published, "version_title": title, "last_modification_timestamp": 1 });
        Reply::json(200, json!({ "items": [row], "has_more": key.is_some(), "pagination_key": key }))
    };
    let replies =
        vec![page(3, true, Some("p2")), page(4, false, None), fixture("publishAgentVersion.published")];
    let (lines, result) = run(perform("agent", StepAction::Publish), replies);
    assert_eq!(result.unwrap().state.version.as_deref(), Some("4"));
    assert_eq!(lines[1], format!("GET list-agent-versions/{AGENT}?limit=1000?pagination_key=p2"));
    let endless = vec![page(3, true, Some("p2")), page(4, false, Some("p2"))];
    let error = run(perform("agent", StepAction::Publish), endless).1.err().unwrap();
    assert_eq!(error.kind, Kind::VendorProtocolError);
}

#[test]
fn a_draft_is_not_the_agent_that_calls_use() {
    let fetch = || account().agents().fetch(&whole(), ReadScope::Owned).unwrap();
    let draft = || version(json!({ "agent_name": "Draft" }));
    let published = version(json!({ "version": 3, "is_published": true }));
    let (lines, read) = run(fetch(), vec![draft(), published, fixture("getRetellLlm.full_record")]);
    assert_eq!(lines[1], format!("GET get-agent/{AGENT}?version=latest_published"));
    assert_eq!(lines.len(), 3, "the numbers are not read");
    assert_ne!(read.unwrap().found().unwrap().name.as_deref(), Some("Draft"));
    let never = vec![draft(), fixture("getAgent.unknown"), fixture("getRetellLlm.full_record")];
    let (_, read) = run(fetch(), never);
    assert_eq!(read.unwrap().found().unwrap().name.as_deref(), Some("Draft"));
}

#[test]
fn a_publication_names_its_version_and_is_not_repeated() {
    let (lines, result) = run(
        perform("agent", StepAction::Publish),
        vec![fixture("listAgentVersions.own_draft"), fixture("publishAgentVersion.published")],
    );
    assert_eq!(result.unwrap().state.version.as_deref(), Some("4"));
    assert_eq!(lines[1], format!("POST publish-agent-version/{AGENT}"));
    let (lines, result) =
        run(perform("agent", StepAction::Publish), vec![fixture("listAgentVersions.published")]);
    assert_eq!((lines.len(), result.unwrap().state.version.as_deref()), (1, Some("3")));
}

#[test]
fn an_agent_is_read_with_the_llm_of_its_version() {
    let fetch = || account().agents().fetch(&whole(), ReadScope::Bound).unwrap();
    let replies = vec![
        fixture("getAgent.full_record"),
        fixture("getRetellLlm.full_record"),
        fixture("listPhoneNumbers.last_page"),
    ];
    let (lines, read) = run(fetch(), replies);
    assert_eq!(lines[1], format!("GET get-retell-llm/{LLM}?version=3"));
    let remote = read.unwrap().found().unwrap();
    assert_eq!(remote.parts.id("llm").unwrap(), LLM);
    assert_eq!(remote.name.as_deref(), Some("Front desk"));
    let tools = &remote.document["llm"]["general_tools"];
    assert_eq!(tools[3].get("speak_after_execution"), None, "the vendor adds it to what is sent");
    let replies =
        ["getAgent.few_members", "getRetellLlm.former_names", "listPhoneNumbers.last_page"].map(fixture);
    let (_, read) = run(fetch(), replies.into());
    let document = read.unwrap().found().unwrap().document;
    assert_eq!(document["agent"]["language"], json!(["de-DE"]));
    let model = json!({ "type": "s2s", "primary": { "model": "gpt-realtime" }, "temperature": 0.2 });
    assert_eq!(document["llm"]["model_config"], model);
}

#[test]
fn an_agent_without_its_llm_still_exists() {
    let fetch = || account().agents().fetch(&whole(), ReadScope::Bound).unwrap();
    for reply in ["getAgent.unknown", "getAgent.unknown_older"] {
        assert!(matches!(run(fetch(), vec![fixture(reply)]).1, Ok(Fetched::Gone)), "{reply}");
        let (_, read) =
            run(fetch(), ["getAgent.full_record", reply, "listPhoneNumbers.last_page"].map(fixture).into());
        let remote = read.unwrap().found().unwrap();
        assert!(remote.parts.id("llm").is_err() && remote.document.get("llm").is_none(), "{reply}");
    }
    let replies = ["getAgent.of_a_conversation_flow", "listPhoneNumbers.last_page"].map(fixture);
    let (_, read) = run(fetch(), replies.into());
    assert!(read.unwrap().found().unwrap().document.get("llm").is_none());
}

#[test]
fn an_llm_that_another_agent_uses_stays() {
    for answer in ["deleteRetellLlm.deleted", "deleteRetellLlm.in_use"] {
        let (lines, result) = run(perform("llm", StepAction::Delete), vec![fixture(answer)]);
        result.unwrap();
        assert_eq!(lines, [format!("DELETE delete-retell-llm/{LLM}")]);
    }
    let gone = run(perform("agent", StepAction::Delete), vec![fixture("deleteAgent.unknown")]).1;
    assert!(gone.err().unwrap().means_gone());
}

#[test]
fn a_lost_llm_is_sought_by_its_latest_version() {
    let row = |version: i64, prompt: &str| json!({ "llm_id": LLM, "version": version, "general_prompt": prompt, "last_modification_timestamp": 1_793_697_300_000_i64 });
    let page = Reply::json(
        200,
        json!({ "items": [row(0, "Old."), row(2, "New."), row(1, "Older.")], "has_more": false }),
    );
    let (lines, found) = run(account().agents().find("llm").unwrap(), vec![page]);
    assert_eq!(lines, ["GET v2/list-retell-llms?limit=1000"]);
    let found = found.unwrap();
    assert_eq!((found.len(), &found[0].document["general_prompt"]), (1, &json!("New.")));
    assert!(found[0].created_at.is_some());
    assert!(account().agents().find("agent").is_none());
}

#[test]
fn the_list_of_agents_follows_its_pages() {
    let replies = vec![fixture("listAgents.first_page"), fixture("listAgents.last_page")];
    let (lines, agents) = run(account().agents().list(), replies);
    assert_eq!(
        lines,
        ["POST v2/list-agents?limit=1000", "POST v2/list-agents?limit=1000?pagination_key=page-2"]
    );
    let names: Vec<_> = agents.unwrap().into_iter().map(|remote| remote.name.unwrap()).collect();
    assert_eq!(names, ["Front desk", "Reception"]);
    let request = match account().agents().list() {
        Exchange::Send(request, _) => request,
        Exchange::Done(_) => panic!("a request was expected"),
    };
    assert!(
        request.method == Method::Post && request.is_read && request.repeatable,
        "a list changes nothing"
    );
}

#[test]
fn no_text_of_a_failure_is_passed_on() {
    let failed = |text: &str, status: u16| {
        let reply = Reply::json(status, json!({ "status": "error", "message": text }));
        run(perform("llm", StepAction::Create(json!({}))), vec![reply]).1.err().unwrap()
    };
    let error = failed("general_tools/0/url must be public: https://hooks.example/?token=s3cret", 400);
    assert!(!format!("{error:?}").contains("s3cret"));
    assert_eq!(error.vendor.as_ref().unwrap().fields[0].0, "/llm/general_tools/0/url");
    let error = failed("voice_id s3cret is unknown", 400);
    assert_eq!(error.vendor.as_ref().unwrap().fields[0].0, "/agent/voice_id");
    assert!(!format!("{error:?}").contains("s3cret"));
    assert!(failed("s3cret", 400).vendor.unwrap().fields.is_empty());
    let lost = failed("An unexpected server error occurred.", 500);
    assert_eq!(lost.vendor.unwrap().outcome, Outcome::Ambiguous);
}

#[test]
fn the_catalogues_have_voices_languages_and_models() {
    let read = |kind| -> Vec<CatalogueEntry> {
        match account().catalogue(kind).unwrap() {
            Exchange::Done(rows) => rows,
            exchange => run(exchange, vec![fixture("listVoices.all")]).1.unwrap(),
        }
    };
    let voices = read(CatalogueKind::VOICES);
    assert_eq!(
        (voices.len(), voices[1].id.as_str(), voices[1].kind.as_deref()),
        (4, "cartesia-Cimo", Some("female"))
    );
    assert_eq!((read(CatalogueKind::LANGUAGES).len(), read(CatalogueKind::MODELS).len()), (63, 39));
}

#[test]
fn phone_numbers_and_knowledge_bases_are_listed() {
    let list = |kind, replies| {
        let (lines, rows) = run(account().catalogue(kind).unwrap(), replies);
        let rows: Vec<_> = rows.unwrap().into_iter().map(|row: CatalogueEntry| (row.id, row.name)).collect();
        (lines, rows)
    };
    let pages = vec![fixture("listPhoneNumbers.first_page"), fixture("listPhoneNumbers.last_page")];
    let (lines, numbers) = list(CatalogueKind::PHONE_NUMBERS, pages);
    assert_eq!(lines[1], "GET v2/list-phone-numbers?limit=1000?pagination_key=bnVtYmVy");
    let same = |number: &str| (number.to_owned(), number.to_owned());
    assert_eq!(numbers, [same("+14155550142"), same("+4930901820")]);
    let (lines, bases) = list(CatalogueKind::KNOWLEDGE_BASES, vec![fixture("listKnowledgeBases.all")]);
    assert_eq!((lines, bases[0].1.as_str()), (vec!["GET list-knowledge-bases".to_owned()], "Handbook"));
}

/// Builds an LLM with a tool whose header has this value.
fn llm_with_header(value: &str) -> Value {
    let tool = json!({ "type": "custom", "name": "hours", "url": "https://a.example", "headers": { "X-Key": value } });
    json!({ "llm_id": LLM, "last_modification_timestamp": 1, "general_tools": [tool] })
}

#[test]
fn credentials_of_tools_are_in_no_document_and_survive_updates() {
    let agent = || version(json!({}));
    let (_, read) = run(
        account().agents().fetch(&whole(), ReadScope::Bound).unwrap(),
        vec![
            version(json!({ "is_published": true })),
            Reply::json(200, llm_with_header("hush")),
            fixture("listPhoneNumbers.last_page"),
        ],
    );
    let Fetched::Found(remote) = read.unwrap() else { panic!("the agent is there") };
    assert!(!format!("{:?}", remote.document).contains("hush"));

    let body = json!({ "general_tools": remote.document["llm"]["general_tools"] });
    let exchange = perform("llm", StepAction::Update(body));
    let (_, _, draft) = sent(exchange);
    let (line, _, llm) = sent(draft(agent()).unwrap());
    assert!(line.starts_with(&format!("GET get-retell-llm/{LLM}")), "{line}");
    let (line, body, _) = sent(llm(Reply::json(200, llm_with_header("hush"))).unwrap());
    assert!(line.starts_with(&format!("PATCH update-retell-llm/{LLM}")), "{line}");
    assert_eq!(body.unwrap()["general_tools"][0]["headers"]["X-Key"], "hush");
}

#[test]
fn a_dry_run_shows_no_credential_of_a_tool() {
    let step = VendorStep::new("llm", StepAction::Create(llm_with_header("hush")));
    let exchange = account().agents().perform(step, &Parts::NONE, OperationKey::new("0198")).unwrap();
    let Exchange::Send(request, _) = exchange else { panic!("a request was expected") };
    assert!(request.document().unwrap().to_string().contains("hush"));
    assert!(!request.redacted_body().unwrap().to_string().contains("hush"));
}

#[test]
fn the_model_of_an_older_llm_is_read_whole() {
    let fetch = account().agents().fetch(&whole(), ReadScope::Bound).unwrap();
    let replies = ["getAgent.full_record", "getRetellLlm.former_text_model", "listPhoneNumbers.last_page"];
    let document = run(fetch, replies.map(fixture).into()).1.unwrap().found().unwrap().document;
    let backup = json!({ "model": "gpt-5", "tier": "ultrafast", "kick_in_timeout_ms": 2000 });
    let primary = json!({ "model": "gpt-4.1", "tier": "fast" });
    let model = json!({ "type": "cascading", "primary": primary, "temperature": 0.2, "backup": backup });
    assert_eq!(document["llm"]["model_config"], model);
}

#[test]
fn a_vendor_that_does_not_know_model_config_gets_the_older_members() {
    let refused = |text: &str| Reply::json(400, json!({ "status": "error", "message": text }));
    let backup = json!({ "model": "gpt-5", "kick_in_timeout_ms": 2000 });
    let config = json!({ "type": "cascading", "primary": { "model": "gpt-4.1", "tier": "fast" }, "temperature": 0.2, "backup": backup });
    let create =
        || perform("llm", StepAction::Create(json!({ "general_prompt": "Hi.", "model_config": config })));
    let (_, _, read) = sent(create());
    let (line, body, _) = sent(read(refused("model_config is not a known property")).unwrap());
    assert_eq!(line, "POST create-retell-llm");
    let backup = json!({
        "type": "cascading", "model": "gpt-5", "high_priority": false, "ultrafast": false, "backup_kick_in_timeout": 2000,
    });
    assert_eq!(
        body.unwrap(),
        json!({
            "general_prompt": "Hi.", "model": "gpt-4.1", "s2s_model": null, "model_high_priority": true,
            "model_ultrafast": false, "model_temperature": 0.2, "backup_model": backup,
        })
    );
    let (_, _, read) = sent(create());
    let error = read(refused("model_config/primary/model must be a model")).err().unwrap();
    assert_eq!(error.vendor.unwrap().fields[0].0, "/llm/model_config/primary/model");
}

/// Returns the body of an update of the agent, whose draft has these members.
fn updated_agent(held: Value, body: Value) -> Value {
    let (_, _, read) = sent(perform("agent", StepAction::Update(body)));
    let mut body = sent(read(version(held)).unwrap()).1.unwrap();
    body.as_object_mut().unwrap().shift_remove("version_title");
    body
}

#[test]
fn no_reprompts_are_a_maximum_of_0() {
    let never = |count: i64| json!({ "reminder_trigger_ms": 3_600_001 + count, "reminder_max_count": 0 });
    let off = json!({ "reminder_trigger_ms": 0, "reminder_max_count": 3 });
    assert_eq!(updated_agent(json!({}), off), never(3));
    assert_eq!(
        updated_agent(json!({ "reminder_max_count": 4 }), json!({ "reminder_trigger_ms": 0 })),
        never(4),
        "the maximum is kept"
    );
    let (_, body, _) = sent(perform("agent", StepAction::Create(json!({ "reminder_trigger_ms": 0 }))));
    assert_eq!(body.unwrap()["reminder_max_count"], 0);
    let mut published = never(3);
    published["is_published"] = json!(true);
    let (lines, read) = run(
        account().agents().fetch(&whole(), ReadScope::Owned).unwrap(),
        vec![version(published), llm("Hi.")],
    );
    let agent = &read.unwrap().found().unwrap().document["agent"];
    assert_eq!(
        (lines.len(), &agent["reminder_trigger_ms"], &agent["reminder_max_count"]),
        (2, &json!(0), &json!(3))
    );

    let on = updated_agent(never(3), json!({ "reminder_trigger_ms": 7500 }));
    assert_eq!(on, json!({ "reminder_trigger_ms": 7500, "reminder_max_count": 3 }));
    let on = json!({ "reminder_trigger_ms": 7500, "reminder_max_count": 4 });
    assert_eq!(updated_agent(never(3), on.clone()), on);
    assert_eq!(updated_agent(never(3), json!({ "reminder_max_count": 4 })), never(4), "reprompts stay off");
    let often = json!({ "reminder_trigger_ms": 9000 });
    assert_eq!(updated_agent(json!({ "reminder_max_count": 4 }), often.clone()), often);
    assert_eq!(updated_agent(never(3), json!({ "voice_speed": 1.2 })), json!({ "voice_speed": 1.2 }));
}
