//! The webhook of an agent, its events, and the deletion of conversations: plans and exchanges.

#![cfg(test)]

use serde_json::{Value, json};
use switchboard_adapter_elevenlabs::FACTORY;
use switchboard_core::{
    error::{Kind, Result},
    facts::Facts,
    model::{Agent, read},
    plan::{
        Desired, Handling, PartState, Parts, Plan, Planned, StepAction, Transition, Translator, VendorStep,
    },
    rule::Verdict,
    vendor::{Adapter, Exchange, Method, OperationKey, Performed, Reply, Request},
};

const URL: &str = "https://hooks.northwind.example/calls";
const PRIVACY: &str = "/agent/platform_settings/privacy";
const EVENTS: &str = "/agent/platform_settings/workspace_overrides/webhooks/events";

fn account() -> Box<dyn Adapter> {
    (FACTORY.build)(json!({ "api_key": "placeholder-key-0001" })).unwrap()
}

fn agent(change: Value) -> Desired<Agent> {
    let mut agent: Value = serde_json::from_str(include_str!("../trial/agent.json")).unwrap();
    agent.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    Desired { record: read(&agent).unwrap(), extensions: Default::default() }
}

fn hook(members: Value) -> Desired<Agent> {
    agent(json!({ "webhook": members }))
}

fn plan(transition: &Transition<'_, Agent>, desired: &Desired<Agent>) -> Plan {
    let (account, facts) = (account(), Facts::default());
    let parts = match transition {
        Transition::Create => Parts::NONE,
        Transition::Update { .. } => Parts::NONE
            .with("agent", PartState::new("agent_1"))
            .with(&format!("webhook/{URL}"), PartState::new("wh1")),
    };
    let translator = Translator::new(account.agents(), "elevenlabs").with(&facts).with_parts(&parts);
    match translator.plan(transition, desired, Handling::Lenient).unwrap() {
        Planned::Ready(plan) => plan,
        Planned::NeedsObserved => panic!("the plan needs the observed agent"),
    }
}

fn created(desired: &Desired<Agent>) -> Plan {
    plan(&Transition::Create, desired)
}

/// Plans a change of an agent that the vendor holds as the creation left it.
fn changed(before: &Desired<Agent>, after: &Desired<Agent>) -> Plan {
    let made = created(before);
    let held = made.document();
    let update = Transition::Update { before, observed: Some(&held), previous: Some(&made.report) };
    plan(&update, after)
}

/// Lists the changed parts, each with the body of its step.
fn steps(plan: &Plan) -> Vec<(String, Value)> {
    plan.steps.iter().map(|step| (step.key(), step.body().cloned().unwrap_or_default())).collect()
}

fn drifted(desired: &Desired<Agent>, plan: &Plan, document: &Value) -> Vec<String> {
    let (account, facts) = (account(), Facts::default());
    let translator = Translator::new(account.agents(), "elevenlabs").with(&facts);
    let drift = translator.compare(desired, &plan.report, document).drift;
    drift.into_iter().map(|drift| drift.field).collect()
}

#[test]
fn events_beside_the_recording_are_sent_and_reported_as_they_are_sent() {
    let events = |events: Value, recording: bool| {
        hook(json!({ "url": URL, "events": events, "include_recording": recording }))
    };
    let desired = events(json!(["call.transcript_ready"]), true);
    let plan = created(&desired);
    assert_eq!(plan.document().pointer(EVENTS), Some(&json!(["transcript", "audio"])));
    let row = plan.report.row("/webhook/events").unwrap();
    assert_eq!(row.verdict, Verdict::Substituted);
    assert_eq!(row.sent, Some(json!(["call.transcript_ready", "call.recording_ready"])));
    let why = row.why.as_deref().unwrap();
    assert_eq!(why, "It has other items while /webhook/include_recording is true.");
    assert_eq!(drifted(&desired, &plan, &plan.document()), [""; 0]);

    let plan = created(&events(json!(["call.transcript_ready", "call.recording_ready"]), false));
    let row = plan.report.row("/webhook/events").unwrap();
    assert_eq!(
        (row.verdict, row.sent.clone()),
        (Verdict::Substituted, Some(json!(["call.transcript_ready"])))
    );
    let plan = created(&events(json!(["call.recording_ready"]), false));
    let row = plan.report.row("/webhook/events").unwrap();
    assert_eq!((row.verdict, row.sent.clone()), (Verdict::Unsupported, None));
    let plan = created(&events(json!(["call.transcript_ready", "call.recording_ready"]), true));
    assert_eq!(plan.report.row("/webhook/events"), None);
}

#[test]
fn the_days_of_retention_switch_the_deletions_on() {
    let keeps = |days: Option<u32>| agent(json!({ "privacy": { "retention_days": days } }));
    let plan = created(&keeps(Some(30)));
    let deletes = |deletes: bool, days: i32| json!({ "delete_transcript_and_pii": deletes, "delete_audio": deletes, "retention_days": days });
    assert_eq!(plan.document().pointer(PRIVACY), Some(&deletes(true, 30)));
    assert_eq!(plan.report.row("/privacy/retention_days"), None);
    let cleared = changed(&keeps(Some(30)), &keeps(None));
    assert_eq!(cleared.document().pointer(PRIVACY), Some(&deletes(false, -1)));
    assert_eq!(created(&keeps(None)).document().pointer(PRIVACY), None);

    let mut document = plan.document();
    assert_eq!(drifted(&keeps(Some(30)), &plan, &document), [""; 0]);
    let translated = |document: &Value| {
        let (account, facts) = (account(), Facts::default());
        let seen = Translator::<Agent>::new(account.agents(), "elevenlabs").with(&facts).decode(document);
        let unread: Vec<_> = seen.unread.into_iter().map(|row| row.field).collect();
        (seen.state.record.privacy.retention_days, unread)
    };
    assert_eq!(translated(&document), (Some(30), vec![]));
    document["agent"]["platform_settings"]["privacy"]["delete_audio"] = json!(false);
    assert_eq!(
        translated(&document),
        (None, vec!["/privacy/retention_days".to_owned()]),
        "only one is deleted"
    );
    assert_eq!(drifted(&keeps(Some(30)), &plan, &document), ["/privacy/retention_days"]);
    document["agent"]["platform_settings"]["privacy"]["delete_transcript_and_pii"] = json!(false);
    assert_eq!(translated(&document), (None, vec![]), "nothing is deleted");
}

#[test]
fn a_webhook_that_is_switched_off_stays_and_is_disabled() {
    let (on, off) = (hook(json!({ "url": URL })), hook(json!({ "url": URL, "enabled": false })));
    let disabled = json!({ "kind": "post_call", "webhook_url": URL, "is_disabled": true });
    let enabled = json!({ "kind": "post_call", "webhook_url": URL });
    let key = format!("webhook/{URL}");
    let switched = changed(&on, &off);
    assert_eq!(steps(&switched), [(key.clone(), disabled.clone())]);
    let row = switched.report.row("/webhook/url").unwrap();
    assert_eq!(row.verdict, Verdict::Unsupported);
    assert!(row.why.as_deref().unwrap().contains("keeps it with its secret"), "{row:?}");
    assert_eq!(switched.report.row("/webhook/enabled"), None);
    let held = |webhook: &Value| {
        let mut document = created(&on).document();
        document["webhook"] = json!([webhook]);
        document
    };
    assert_eq!(drifted(&off, &switched, &held(&disabled)), [""; 0]);
    assert_eq!(drifted(&off, &switched, &held(&enabled)), ["/webhook/enabled"]);
    for after in [hook(json!({ "url": URL, "enabled": true })), on.clone()] {
        assert_eq!(steps(&changed(&off, &after)), [(key.clone(), enabled.clone())]);
    }
    assert_eq!(created(&off).document()["webhook"], json!([disabled]));
    let made = created(&on);
    assert_eq!(drifted(&on, &made, &held(&disabled)), ["/webhook/url"]);
}

#[test]
fn the_switch_of_a_missing_webhook_is_off() {
    let plan = created(&hook(json!({ "enabled": false })));
    assert_eq!((plan.document().get("webhook"), plan.report.row("/webhook/enabled")), (None, None));
    let plan = created(&hook(json!({ "enabled": true })));
    assert_eq!(plan.report.row("/webhook/enabled").unwrap().verdict, Verdict::Unsupported);
    let off = hook(json!({ "url": URL, "enabled": false }));
    let cleared = changed(&off, &agent(json!({})));
    assert!(
        cleared.steps.iter().any(|step| matches!(step.action, StepAction::Delete)),
        "{:?}",
        steps(&cleared)
    );
    assert_eq!(cleared.report.row("/webhook/enabled"), None);
}

fn sent<T: Send + 'static>(exchange: Exchange<T>) -> (Request, impl FnOnce(Reply) -> Result<Exchange<T>>) {
    match exchange {
        Exchange::Send(request, read) => (request, move |reply| read(account().admit(reply)?)),
        Exchange::Done(_) => panic!("a request was expected"),
    }
}

fn perform(action: StepAction) -> Exchange<Performed> {
    let step = VendorStep::new("webhook", action).for_item(Some(URL.to_owned()));
    let parts = Parts::NONE.with(&format!("webhook/{URL}"), PartState::new("wh1"));
    let exchange = account().agents().perform(step, &parts, OperationKey::new("0198")).unwrap();
    exchange.then(|answer| Ok(answer.identify(Vec::new()))).unwrap()
}

fn path(request: &Request) -> (Method, String) {
    (request.method, request.path().join("/"))
}

fn body() -> Value {
    json!({ "kind": "post_call", "webhook_url": URL, "is_disabled": true })
}

#[test]
fn a_disabled_webhook_is_created_and_then_disabled() {
    let (request, read) = sent(perform(StepAction::Create(body())));
    assert_eq!(path(&request), (Method::Post, "v1/workspace/webhooks".to_owned()));
    let name = request.document().unwrap()["settings"]["name"].clone();
    let answer = json!({ "webhook_id": "wh1", "webhook_secret": "wsec_1" });
    let (request, read) = sent(read(Reply::json(200, answer)).unwrap());
    assert_eq!(path(&request), (Method::Patch, "v1/workspace/webhooks/wh1".to_owned()));
    assert_eq!(request.document(), Some(&json!({ "is_disabled": true, "name": name })));
    let Exchange::Done(performed) = read(Reply::json(200, json!({ "status": "ok" }))).unwrap() else {
        panic!("the webhook is disabled")
    };
    assert!(performed.state.id == "wh1" && performed.state.secret.is_some(), "the secret is kept");
}

#[test]
fn only_a_webhook_of_the_gateway_is_disabled() {
    let listed = |name: &str, disabled: bool| {
        let row = json!({
            "webhook_id": "wh1", "name": name, "webhook_url": URL, "created_at_unix": 1, "is_disabled": disabled,
            "is_auto_disabled": false,
        });
        Reply::json(200, json!({ "webhooks": [row] }))
    };
    let update = || sent(perform(StepAction::Update(body()))).1;
    let (request, _) = sent(update()(listed("Switchboard 0198", false)).unwrap());
    assert_eq!(request.document(), Some(&json!({ "is_disabled": true, "name": "Switchboard 0198" })));
    let over = update()(listed("Switchboard 0198", true)).unwrap();
    assert!(matches!(over, Exchange::Done(_)), "it is disabled already");
    let refused = update()(listed("Quality team", false)).err().unwrap();
    assert_eq!(refused.kind, Kind::VendorRejected, "{refused:?}");
    assert!(refused.detail.contains("webhook.enabled"), "{refused:?}");
}
