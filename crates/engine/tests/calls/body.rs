//! The body of a request to dial, and the agent that it names.

use serde_json::{Map, Value, json};
use switchboard_core::{
    error::{Error, InputLocation, Kind},
    model::Agent,
    plan::Handling,
};
use switchboard_engine::{RequestContext, calls::Guard};

use crate::process::{NUMBER, Process, Site, WAIT, body, context, keyed};

fn violations(error: &Error) -> Vec<(String, Kind)> {
    let mut found: Vec<_> = error
        .violations
        .iter()
        .map(|violation| match &violation.location {
            InputLocation::Pointer(at) => (at.clone(), violation.code),
            other => panic!("{other:?}"),
        })
        .collect();
    found.sort();
    found
}

async fn refused(process: &Process, body: Value) -> Error {
    process.place(&body, "key-1", WAIT).await.unwrap_err()
}

#[tokio::test]
async fn all_errors_are_returned_at_once() {
    let site = Site::start().await;
    let process = site.standard().await;
    let agent = process.agent(json!({})).await;
    let error = refused(
        &process,
        json!({
            "agent_id": agent, "to": { "phone_number": "112", "email": "nobody" }, "phone": NUMBER,
            "variables": { "Name": "x", "switchboard_id": "y" }, "allow_stale": "yes", "labels": [],
            "from": { "phone_number_id": "a" }, "trunk_id": "trk_1", "extensions": { "vapi": {}, "toy": {} },
        }),
    )
    .await;
    assert_eq!(
        violations(&error),
        [
            ("/allow_stale".to_owned(), Kind::ValidationFailed),
            ("/extensions/toy".to_owned(), Kind::UnknownField),
            ("/extensions/vapi".to_owned(), Kind::CapabilityLoss),
            ("/labels".to_owned(), Kind::ValidationFailed),
            ("/phone".to_owned(), Kind::UnknownField),
            ("/to/email".to_owned(), Kind::ValidationFailed),
            ("/to/phone_number".to_owned(), Kind::ValidationFailed),
            ("/trunk_id".to_owned(), Kind::ValidationFailed),
            ("/variables/Name".to_owned(), Kind::ValidationFailed),
            ("/variables/switchboard_id".to_owned(), Kind::ValidationFailed),
        ]
    );
    let error = refused(&process, json!({})).await;
    let required = |at: &str| (at.to_owned(), Kind::FieldRequired);
    assert_eq!(violations(&error), [required("/agent_id"), required("/to/phone_number")]);
    let error = refused(&process, json!({ "agent_id": "agt_unknown" })).await;
    let unknown = ("/agent_id".to_owned(), Kind::ValidationFailed);
    assert_eq!(violations(&error), [unknown, required("/to/phone_number")]);
    assert_eq!((site.asked(), process.stored().await), (0, 0));
}

#[tokio::test]
async fn essential_values_that_the_vendor_cannot_hold_are_refused() {
    let site = Site::start().await;
    let process = site.standard().await;
    let agent = process.agent(json!({})).await;
    let mut call = body(&agent);
    call["overrides"] = json!({ "language": "de", "greeting": { "message": "Hello" } });
    let error = refused(&process, call).await;
    assert_eq!(violations(&error), [("/overrides/language".to_owned(), Kind::CapabilityLoss)]);
    let mut call = body(&agent);
    call["trunk_id"] = json!("trk_01jd8x4q2v6m0c3b5n7p9r1t3w");
    call["overrides"] = json!({ "language": "de" });
    let error = refused(&process, call).await;
    // A dial that names a trunk does not take the number of the agent, which this vendor requires.
    let all = [
        ("/from/phone_number_id".to_owned(), Kind::FieldRequired),
        ("/overrides/language".to_owned(), Kind::CapabilityLoss),
        ("/trunk_id".to_owned(), Kind::ValidationFailed),
    ];
    assert_eq!(violations(&error), all, "one answer has all refusals");
    assert_eq!(site.asked(), 0);
}

#[tokio::test]
async fn other_losses_are_reported_unless_the_caller_refuses_them() {
    let site = Site::start().await;
    let process = site.standard().await;
    let agent = process.agent(json!({})).await;
    let mut call = body(&agent);
    call["to"]["email"] = json!("ann@example.com");
    let strict = RequestContext { handling: Handling::Strict, ..keyed("key-1", WAIT, &call) };
    let error = process.engine.dialer().place(strict, &call).await.unwrap_err();
    assert_eq!(violations(&error), [("/to/email".to_owned(), Kind::CapabilityLoss)]);
    let placed = process.place(&call, "key-2", WAIT).await.unwrap();
    let (_, shown) = crate::process::call_of(&placed);
    assert_eq!(shown["translation"]["fields"][0]["field"], "/to/email", "{shown}");
    assert_eq!(site.asked(), 1);
}

#[tokio::test]
async fn a_vendor_that_needs_a_number_to_call_from_gets_one_or_refuses() {
    let site = Site::start().await;
    let process = site.standard().await;
    let agent = process.agent(json!({ "phone_number_id": null })).await;
    let error = refused(&process, body(&agent)).await;
    assert_eq!(violations(&error), [("/from/phone_number_id".to_owned(), Kind::FieldRequired)]);
    let mut call = body(&agent);
    call["from"] = json!({ "phone_number_id": "number-9" });
    process.place(&call, "key-1", WAIT).await.unwrap();
    assert_eq!(site.vendor.stored().dials[0]["from"], "number-9");
}

#[tokio::test]
async fn settings_that_only_a_call_can_hold_go_with_each_call() {
    let site = Site::start().await;
    let process = site.standard().await;
    let agent = process.agent(json!({ "greeting": { "message": "Northwind, hello." } })).await;
    process.call(&agent, "key-1").await.unwrap();
    let mut call = body(&agent);
    call["overrides"] = json!({ "greeting": { "message": "Good evening." } });
    call["to"]["phone_number"] = json!("+15550100124");
    process.place(&call, "key-2", WAIT).await.unwrap();
    let sentences: Vec<_> =
        site.vendor.stored().dials.iter().map(|dial| dial["first_sentence"].clone()).collect();
    assert_eq!(sentences, ["Northwind, hello.", "Good evening."]);
}

#[tokio::test]
async fn an_agent_that_answers_only_is_not_called_with() {
    let site = Site::start().await;
    let process = site.standard().await;
    let agent = process.agent(json!({ "direction": "inbound" })).await;
    let error = refused(&process, body(&agent)).await;
    assert_eq!(violations(&error), [("/agent_id".to_owned(), Kind::ValidationFailed)]);
    assert!(error.detail.contains("inbound"), "{error}");
    assert_eq!(site.asked(), 0);
}

#[tokio::test]
async fn an_agent_whose_latest_revision_the_vendor_lacks_is_not_ready() {
    let mut site = Site::start().await;
    let process = site.standard().await;
    let agent = process.agent(json!({})).await;
    site.listening = None;
    let patch = json!({ "prompt": { "instructions": "Be kind." } });
    let dialer = process.engine.dialer().clone();
    let expected = |_: u64| Ok(());
    process.engine.writer().patch::<Agent>(context("patch", WAIT), &agent, &patch, &expected).await.unwrap();
    site.listening = Some(site.vendor.listen(Some(site.address)).await.0);
    let error = refused(&process, body(&agent)).await;
    assert_eq!(error.kind, Kind::AgentNotReady, "{error:?}");
    assert!(error.retry_after.is_some() && error.detail.contains("allow_stale"), "{error:?}");
    assert_eq!(site.asked(), 0);
    // The plan has the same refusal, and the verdicts of all other guards.
    let plan = dialer.plan(&body(&agent), Handling::Lenient).await.unwrap();
    let refusals: Vec<_> = plan.guards.iter().filter(|verdict| !verdict.permits).collect();
    assert_eq!(refusals.len(), 1, "{:?}", plan.guards);
    assert_eq!(refusals[0].guard, Guard::Agent);
    assert_eq!((&refusals[0].reason, plan.guards.len()), (&error.detail, 11));
    assert!(plan.request.is_some());
    let mut call = body(&agent);
    call["allow_stale"] = json!(true);
    dialer.place(keyed("key-1", WAIT, &call), &call).await.unwrap();
    assert_eq!(site.asked(), 1);
}

#[tokio::test]
async fn an_agent_may_have_more_variables_than_a_dial() {
    let site = Site::start().await;
    let process = site.standard().await;
    let variables: Value =
        (0..60).map(|number| (format!("v{number}"), json!("x"))).collect::<Map<_, _>>().into();
    let agent = json!({ "greeting": { "message": "Northwind, hello." }, "variables": variables });
    let agent = process.agent(agent).await;
    let mut call = body(&agent);
    call["variables"] = json!({ "v0": "y", "own": "z" });
    process.place(&call, "key-1", WAIT).await.unwrap();
    let dial = site.vendor.stored().dials[0].clone();
    assert_eq!(dial["first_sentence"], "Northwind, hello.");
    assert_eq!(dial["variables"].as_object().unwrap().len(), 61);
    assert_eq!((&dial["variables"]["v0"], &dial["variables"]["own"]), (&json!("y"), &json!("z")));
}

#[tokio::test]
async fn the_called_person_replaces_the_agents_defaults_but_no_variable_of_the_dial() {
    let site = Site::with("toy-nameless").await;
    let process = site.standard().await;
    let defaults = json!({ "customer_name": "there", "email": "none", "shop": "Northwind" });
    let agent = process.agent(json!({ "variables": defaults })).await;
    for (number, person, own, sent) in [
        (0, json!({}), json!({}), json!({ "customer_name": "there", "email": "none" })),
        (1, json!({ "first_name": "Anna" }), json!({}), json!({ "customer_name": "Anna", "email": "none" })),
        (2, json!({ "last_name": "Lang" }), json!({}), json!({ "customer_name": "Lang", "email": "none" })),
        (
            3,
            json!({ "first_name": "Anna", "email": "anna@example.com" }),
            json!({ "customer_name": "Dr. Lang" }),
            json!({ "customer_name": "Dr. Lang", "email": "anna@example.com" }),
        ),
    ] {
        let mut call = body(&agent);
        call["to"] = person;
        call["to"]["phone_number"] = json!(format!("+1555010020{number}"));
        call["variables"] = own;
        process.place(&call, &format!("key-{number}"), WAIT).await.unwrap();
        let mut dialled = site.vendor.stored().dials[number]["variables"].clone();
        assert_eq!(dialled.as_object_mut().unwrap().remove("shop"), Some(json!("Northwind")));
        assert_eq!(dialled, sent, "{call}");
    }
}
