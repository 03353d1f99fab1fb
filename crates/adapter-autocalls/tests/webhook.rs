//! The webhook, which the vendor activates only with a URL.

#![cfg(test)]

mod autocalls;

use autocalls::{GENERATIONS, account, desired, facts, planned, with};
use serde_json::{Value, json};
use switchboard_core::{
    error::{Kind, Result},
    plan::{Handling, Plan, Planned, Transition, Translator},
    rule::Verdict,
};

const URL: &str = "https://example.com/hook";

fn agent(webhook: &Value) -> Value {
    let agent: Value = serde_json::from_str(include_str!("../trial/agent.json")).unwrap();
    with(agent, json!({ "model": { "name": "GPT-4o-mini" }, "webhook": webhook }))
}

fn created(generation: &str, webhook: &Value) -> Plan {
    planned(generation, &Transition::Create, &desired(&agent(webhook))).unwrap()
}

fn changed(generation: &str, before: &Value, after: &Value) -> Plan {
    let made = created(generation, before);
    let before = desired(&agent(before));
    let step = Transition::Update { before: &before, observed: None, previous: Some(&made.report) };
    planned(generation, &step, &desired(&agent(after))).unwrap()
}

fn verdict(plan: &Plan) -> Option<Verdict> {
    plan.report.row("/webhook/enabled").map(|row| row.verdict)
}

fn sent(plan: &Plan) -> Value {
    plan.document()["is_webhook_active"].clone()
}

#[test]
fn an_active_webhook_without_a_url_is_reported_and_not_sent() {
    for generation in GENERATIONS {
        let plan = created(generation, &json!({ "enabled": true }));
        assert_eq!((verdict(&plan), sent(&plan)), (Some(Verdict::Unsupported), Value::Null), "{generation}");
        for fine in [json!({ "enabled": true, "url": URL }), json!({ "enabled": false })] {
            let plan = created(generation, &fine);
            assert_eq!((verdict(&plan), sent(&plan)), (None, fine["enabled"].clone()), "{generation}");
        }
    }
}

#[test]
fn strict_handling_refuses_it() {
    for generation in GENERATIONS {
        let (account, facts) = (account(generation), facts(generation));
        let translator = Translator::new(account.agents(), "autocalls").with(&facts);
        let plan: Result<Planned> = translator.plan(
            &Transition::Create,
            &desired(&agent(&json!({ "enabled": true }))),
            Handling::Strict,
        );
        let refused = plan.unwrap_err();
        assert_eq!(refused.kind, Kind::CapabilityLoss, "{generation}");
        assert_eq!(json!(refused.violations[0])["pointer"], "/webhook/enabled", "{generation}");
    }
}

#[test]
fn a_change_is_judged_by_the_url_after_it() {
    let (off, url) = (json!({}), json!({ "url": URL }));
    let (on, active) = (json!({ "enabled": true }), json!({ "url": URL, "enabled": true }));
    for generation in GENERATIONS {
        let plan = changed(generation, &off, &on);
        assert_eq!((verdict(&plan), sent(&plan)), (Some(Verdict::Unsupported), Value::Null), "{generation}");
        // The URL that is given later activates the webhook.
        let later = changed(generation, &on, &active);
        assert_eq!((verdict(&later), sent(&later)), (None, json!(true)), "{generation}");
        let plan = changed(generation, &url, &active);
        assert_eq!((verdict(&plan), sent(&plan)), (None, json!(true)), "{generation}");
        let plan = changed(generation, &active, &on);
        assert_eq!(verdict(&plan), Some(Verdict::Unsupported), "{generation}: the URL is removed");
    }
}
