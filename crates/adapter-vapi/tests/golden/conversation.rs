//! The greeting, reprompts, transfers, and the settings that apply only beside another one.

use serde_json::{Value, json};
use switchboard_core::plan::Transition;

use crate::{agent, body, changed, created, drift, ready, stored, verdict};

const MODE: &str = "firstMessageMode";
const GENERATES: &str = "assistant-speaks-first-with-model-generated-message";

#[test]
fn an_agent_that_speaks_first_without_a_message_composes_it() {
    let greeting = |greeting: Value| agent(json!({ "greeting": greeting }));
    let desired = greeting(json!({ "first_speaker": "agent" }));
    let alone = created(&desired);
    assert_eq!(verdict(&alone, "/greeting/first_speaker"), ("substituted", Some(json!("agent"))));
    let sent = body(alone);
    assert_eq!(sent[MODE], GENERATES);

    let generated = created(&greeting(json!({ "first_speaker": "agent", "generated": true })));
    assert_eq!(verdict(&generated, "/greeting/first_speaker").0, "exact");
    assert_eq!(body(generated)[MODE], GENERATES);

    let contrary = created(&greeting(json!({ "first_speaker": "agent", "generated": false })));
    assert_eq!(verdict(&contrary, "/greeting/generated").0, "unsupported");
    assert_eq!(body(contrary)[MODE], GENERATES);

    let spoken = greeting(json!({ "first_speaker": "agent", "message": "Hello!" }));
    let with_message = created(&spoken);
    assert_eq!(verdict(&with_message, "/greeting/first_speaker").0, "exact");
    let sent_with_message = body(with_message);
    assert_eq!(sent_with_message[MODE], "assistant-speaks-first");

    // The mode follows a message that comes or goes.
    let held = stored(sent, json!({}));
    let set = body(changed(&desired, &held, &spoken));
    assert_eq!((&set["firstMessage"], &set[MODE]), (&json!("Hello!"), &json!("assistant-speaks-first")));
    let held = stored(sent_with_message, json!({}));
    let cleared = changed(&spoken, &held, &desired);
    assert_eq!(verdict(&cleared, "/greeting/first_speaker").0, "substituted");
    assert_eq!(body(cleared)[MODE], GENERATES);
}

#[test]
fn a_message_that_remains_after_it_was_cleared_is_not_persisted() {
    let before = agent(json!({ "greeting": { "message": "Hello!" } }));
    let after = agent(json!({}));
    let held = stored(body(created(&before)), json!({}));
    let plan = changed(&before, &held, &after);
    let mut report = plan.report.clone();
    assert_eq!(body(plan)["firstMessage"], json!(null));
    // The vendor accepts null and keeps the message.
    let drifted = drift(&after, &report, &held);
    let seen: Vec<_> = drifted.iter().map(|drift| (drift.field.as_str(), &drift.observed)).collect();
    assert_eq!(seen, [("/greeting/message", &json!("Hello!"))]);
    report.mark_not_persisted(&drifted);
    assert_eq!(drift(&after, &report, &held), [], "the report states it");
    // A later write repeats the statement.
    let renamed = agent(json!({ "name": "Desk" }));
    let transition = Transition::Update { before: &after, observed: Some(&held), previous: Some(&report) };
    let later = ready(crate::plan(&transition, &renamed));
    assert_eq!(verdict(&later, "/greeting/message").0, "not_persisted");
    // A vendor that removes the message has no drift.
    let gone = stored(json!({ "name": "Reception" }), json!({}));
    let fields: Vec<_> = drift(&after, &changed(&before, &held, &after).report, &gone)
        .into_iter()
        .map(|drift| drift.field)
        .collect();
    assert!(!fields.contains(&"/greeting/message".to_owned()), "{fields:?}");
}

#[test]
fn zero_reprompts_are_no_hook() {
    let with = |silence: Value| agent(json!({ "silence": silence }));
    for (silence, lost) in [
        (json!({ "max_reprompts": 0 }), &[][..]),
        (json!({ "reprompt_after_s": 0 }), &[]),
        (json!({ "reprompt_after_s": 9, "max_reprompts": 0 }), &["/silence/reprompt_after_s"]),
        (json!({ "reprompt_after_s": 0, "reprompts": ["Hello?"] }), &["/silence/reprompts"]),
    ] {
        let desired = with(silence.clone());
        let plan = created(&desired);
        let report = plan.report.clone();
        let rows: Vec<_> = report
            .fields
            .iter()
            .map(|row| row.field.as_str())
            .filter(|field| field.starts_with("/silence"))
            .collect();
        assert_eq!(rows, lost, "{silence}");
        let sent = body(plan);
        assert!(sent["hooks"].as_array().is_none_or(Vec::is_empty), "{silence}: {sent}");
        assert_eq!(drift(&desired, &report, &stored(sent, json!({}))), [], "{silence}");
    }
    let before = with(json!({ "reprompt_after_s": 9, "max_reprompts": 2 }));
    let held = stored(body(created(&before)), json!({}));
    let sent = body(changed(&before, &held, &with(json!({ "reprompt_after_s": 9, "max_reprompts": 0 }))));
    assert_eq!(sent, json!({ "hooks": [] }));
}

#[test]
fn transfers_of_several_tools_are_the_transfers_of_the_agent() {
    let number = |number: &str| json!({ "type": "number", "number": number });
    let sip = json!({ "type": "sip", "sipUri": "sip:desk@x.example" });
    let tool = |destinations: Value| json!({ "type": "transferCall", "destinations": destinations });
    let desired = |numbers: &[&str]| {
        let transfers: Vec<_> =
            numbers.iter().map(|number| json!({ "phone_number": number, "mode": "cold" })).collect();
        agent(json!({ "transfers": transfers }))
    };
    let [one, two] = ["+15550100198", "+15550100199"];
    let before = desired(&[one]);
    let plan = created(&before);
    let report = plan.report.clone();
    let sent = body(plan);
    let mut model = sent["model"].clone();
    model["tools"] = json!([tool(json!([number(one)])), { "type": "dtmf" }, tool(json!([number(two), sip])), tool(json!([number("+15550100197")]))]);
    let held = stored(sent, json!({ "model": model }));
    let drifted: Vec<_> = drift(&before, &report, &held).into_iter().map(|drift| drift.field).collect();
    assert_eq!(drifted, ["/transfers"]);
    let tools = |after: &[&str]| {
        let both = desired(&[one, two, "+15550100197"]);
        body(changed(&both, &held, &desired(after)))["model"]["tools"].clone()
    };
    assert_eq!(
        tools(&[one]),
        json!([tool(json!([number(one)])), { "type": "dtmf" }, tool(json!([sip]))]).with_plan()
    );
    let two_left = tools(&[one, two]);
    assert_eq!(two_left[2]["destinations"][0]["type"], "sip");
    assert_eq!(two_left[2]["destinations"][1]["number"], two, "a destination stays in its tool");
}

/// Adds the mode that the gateway writes to each number of a list of tools.
trait WithPlan {
    fn with_plan(self) -> Value;
}

impl WithPlan for Value {
    fn with_plan(mut self) -> Value {
        for tool in self.as_array_mut().unwrap() {
            for destination in
                tool.get_mut("destinations").and_then(Value::as_array_mut).into_iter().flatten()
            {
                if destination["type"] == "number" {
                    destination["transferPlan"] = json!({ "mode": "blind-transfer" });
                }
            }
        }
        self
    }
}

#[test]
fn a_prompt_of_an_analysis_that_is_off_has_no_effect() {
    let analysis =
        json!({ "analysis": { "evaluate": false, "outcome_prompt": "Did the caller get a visit?" } });
    assert_eq!(verdict(&created(&agent(analysis)), "/analysis/outcome_prompt").0, "unsupported");
    let before = agent(json!({}));
    let off = json!({ "analysisPlan": { "summaryPlan": { "enabled": false } } });
    let held = stored(body(created(&before)), off);
    let after = agent(json!({ "analysis": { "summary_prompt": "In one sentence." } }));
    assert_eq!(verdict(&changed(&before, &held, &after), "/analysis/summary_prompt").0, "unsupported");
}

#[test]
fn settings_in_their_other_forms_are_read() {
    let sent = body(created(&agent(json!({}))));
    let held = stored(
        sent.clone(),
        json!({
            "voicemailDetection": { "provider": "twilio", "enabled": false },
            "startSpeakingPlan": { "smartEndpointingEnabled": true, "waitSeconds": 0.4 },
            "serverMessages": ["transcript[transcriptType=\"final\"]", "tool-calls"],
        }),
    );
    let read = |document: &Value| {
        let sample = switchboard_adapter_vapi::FACTORY.samples().remove(0);
        let translator =
            switchboard_core::plan::Translator::new(sample.adapter.agents(), "vapi").with(&sample.facts);
        json!(translator.decode(document).state.record)
    };
    let record = read(&held);
    assert_eq!(record["voicemail"]["action"], "continue");
    assert_eq!(record["turn_taking"]["endpointing"], "semantic");
    assert_eq!(record["webhook"]["events"], json!(["call.transcript_updated"]));
    let before = agent(json!({ "turn_taking": { "endpointing": "semantic" } }));
    let after = agent(json!({ "turn_taking": { "endpointing": "vad" } }));
    let plan = body(changed(&before, &held, &after))["startSpeakingPlan"].clone();
    assert_eq!(plan, json!({ "waitSeconds": 0.4, "smartEndpointingPlan": null }));
    let faster = agent(json!({ "turn_taking": { "endpointing": "semantic", "interruption_min_words": 2 } }));
    assert!(body(changed(&before, &held, &faster)).get("startSpeakingPlan").is_none());
}
