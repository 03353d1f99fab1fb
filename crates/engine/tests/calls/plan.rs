//! Dry runs of requests to dial.

use serde_json::json;
use switchboard_core::{error::Kind, plan::Handling};

use crate::process::{NUMBER, Site, WAIT, body};

#[tokio::test]
async fn a_plan_shows_the_request_and_every_verdict_and_does_nothing() {
    let site = Site::start().await;
    let process = site.process("[calls]\nprefixes = [\"+1555\"]\nmax_live = 0\nper_minute = 7\n").await;
    let agent = process.agent(json!({})).await;
    let plan = process.engine.dialer().plan(&body(&agent), Handling::Lenient).await.unwrap();
    assert_eq!((plan.agent.as_str(), plan.vendor.as_str()), (agent.as_str(), "toy"));
    assert_eq!(plan.because, "routing.default");
    let request = plan.request.unwrap();
    assert_eq!((request.method, request.path.as_str()), ("POST", "/calls"));
    let sent = request.body.unwrap();
    assert_eq!((&sent["to"], &sent["from"]), (&json!(NUMBER), &json!("number-7")), "{sent}");
    let verdicts: Vec<_> =
        plan.guards.iter().map(|verdict| (verdict.guard.name(), verdict.permits)).collect();
    assert_eq!(
        verdicts,
        [
            ("agent", true),
            ("place", true),
            ("deny", true),
            ("subscriber", true),
            ("country", true),
            ("kind", true),
            ("max_live", false),
            ("per_minute", true),
            ("per_day", true),
            ("per_number_per_day", true),
            ("dialling", true),
        ]
    );
    assert_eq!((site.asked(), process.stored().await), (0, 0));
}

#[tokio::test]
async fn a_plan_of_a_forbidden_number_says_why() {
    let site = Site::start().await;
    let process = site.process("[calls]\nplace = false\ncountries = [\"DE\"]\n").await;
    let agent = process.agent(json!({})).await;
    let plan = process.engine.dialer().plan(&body(&agent), Handling::Lenient).await.unwrap();
    let refused: Vec<_> =
        plan.guards.iter().filter(|verdict| !verdict.permits).map(|verdict| verdict.guard.name()).collect();
    assert!(refused.starts_with(&["place"]) && refused.len() >= 2, "{:?}", plan.guards);
}

#[tokio::test]
async fn a_plan_is_refused_for_the_external_reference_of_another_call() {
    let site = Site::start().await;
    let process = site.standard().await;
    let agent = process.agent(json!({})).await;
    let mut call = body(&agent);
    call["external_ref"] = json!("crm-99");
    process.engine.dialer().plan(&call, Handling::Lenient).await.unwrap();
    process.place(&call, "key-1", WAIT).await.unwrap();
    let planned = process.engine.dialer().plan(&call, Handling::Lenient).await.unwrap_err();
    let placed = process.place(&call, "key-2", WAIT).await.unwrap_err();
    assert_eq!((planned.kind, &planned.violations), (Kind::AlreadyExists, &placed.violations));
}
