//! The plan of the analysis, whose members that no rule knows are kept.

use serde_json::{Value, json};

use crate::{agent, body, changed, created, stored};

fn extracting(points: Value) -> Value {
    json!({ "analysis": { "extraction": points } })
}

fn point(name: &str, description: &str) -> Value {
    json!({ "name": name, "type": "string", "description": description })
}

/// Returns an agent with two data points, and its document with members that only the vendor has.
fn held() -> (Value, Value) {
    let points = json!([point("day", "The day."), point("topic", "The topic.")]);
    let sent = body(created(&agent(extracting(points.clone()))));
    let mut plan = sent["analysisPlan"].clone();
    let data = &mut plan["structuredDataPlan"];
    data["timeoutSeconds"] = json!(20);
    data["messages"] = json!([{ "role": "system", "content": "Be strict." }]);
    data["schema"]["required"] = json!(["day", "topic"]);
    data["schema"]["additionalProperties"] = json!(false);
    data["schema"]["properties"]["day"]["format"] = json!("date");
    (points, stored(sent, json!({ "analysisPlan": plan })))
}

#[test]
fn a_change_of_the_extraction_keeps_the_other_members_of_the_plan() {
    let (before, held) = held();
    let after = extracting(json!([point("day", "The day of the visit."), point("name", "The name.")]));
    let sent = body(changed(&agent(extracting(before)), &held, &agent(after)));
    assert_eq!(
        sent["analysisPlan"]["structuredDataPlan"],
        json!({
            "enabled": true,
            "timeoutSeconds": 20,
            "messages": [{ "role": "system", "content": "Be strict." }],
            "schema": {
                "type": "object",
                "required": ["day"],
                "additionalProperties": false,
                "properties": {
                    "day": { "type": "string", "description": "The day of the visit.", "format": "date" },
                    "name": { "type": "string", "description": "The name." },
                },
            },
        })
    );
}

#[test]
fn an_extraction_that_is_cleared_switches_the_plan_off_and_keeps_it() {
    let (before, held) = held();
    let sent = body(changed(&agent(extracting(before)), &held, &agent(json!({}))));
    let plan = &sent["analysisPlan"]["structuredDataPlan"];
    assert_eq!((&plan["enabled"], &plan["timeoutSeconds"]), (&json!(false), &json!(20)));
    assert_eq!(plan["messages"][0]["content"], "Be strict.");
}

#[test]
fn a_prompt_is_added_to_messages_without_one() {
    let own = json!([{ "role": "user", "content": "Ended by {{endedReason}}. {{transcript}}" }]);
    let sent = body(created(&agent(json!({}))));
    let held =
        stored(sent, json!({ "analysisPlan": { "summaryPlan": { "enabled": true, "messages": own } } }));
    let after = agent(json!({ "analysis": { "summary_prompt": "Two sentences." } }));
    let sent = body(changed(&agent(json!({})), &held, &after));
    assert_eq!(
        sent["analysisPlan"]["summaryPlan"]["messages"],
        json!([{ "role": "system", "content": "Two sentences." }, own[0]])
    );
}
