//! Reading assistants whose answers have other names and values than the requests.

#![cfg(test)]

mod autocalls;

use autocalls::{GENERATIONS, account, decoded, desired, facts, observed, planned, with};
use serde_json::{Value, json};
use switchboard_core::{
    facts::{CatalogueEntry, CatalogueKind},
    plan::{Handling, Planned, Transition, Translator},
    rule::Report,
};

/// Returns the desired state. Most of its values have other field names or formats in the answers of 2025 than in the
/// requests.
fn asked() -> Value {
    json!({
        "name": "Reservation desk", "direction": "inbound", "language": "de",
        "prompt": { "instructions": "You take table reservations." },
        "greeting": { "message": "Good day.", "first_speaker": "caller" },
        "voice": { "id": "413" },
        "model": { "engine": "pipeline", "name": "GPT-4o-mini" },
        "silence": { "reprompt_after_s": 20 },
        "call": { "max_duration_s": 900, "record": true },
        "ending": { "hang_up": { "instructions": "When the guest says goodbye" } },
    })
}

/// Returns the vendor's row for the desired state, in the documented encodings.
fn row() -> Value {
    json!({
        "id": 1842, "name": "Reservation desk", "type": "inbound", "language_id": 5,
        "system_prompt": "You take table reservations.", "initial_message": "Good day.", "wait_for_customer": true,
        "voice_id": 413, "mode": "pipeline", "llm_model_id": 1, "multimodal_model_id": null,
        "reengagement_interval": 20, "max_duration": 900, "record": 1,
        "tools": [{ "type": "end_call", "description": "When the guest says goodbye" }],
    })
}

fn drifted(generation: &str, asked: &Value, report: &Report, row: &Value) -> Vec<String> {
    let account = account(generation);
    let drift = Translator::new(account.agents(), "autocalls")
        .with(&facts(generation))
        .compare(&desired(asked), report, row)
        .drift;
    drift.into_iter().map(|drift| drift.field).collect()
}

#[test]
fn requested_values_have_not_drifted_in_either_generation() {
    for generation in GENERATIONS {
        let report = planned(generation, &Transition::Create, &desired(&asked())).unwrap().report;
        assert_eq!(drifted(generation, &asked(), &report, &row()), [""; 0], "{generation}");
        let changes = [
            ("/direction", json!({ "type": "outbound" })),
            ("/language", json!({ "language_id": 1 })),
            ("/greeting/first_speaker", json!({ "wait_for_customer": 0 })),
            ("/model/name", json!({ "llm_model_id": 2 })),
            ("/silence/reprompt_after_s", json!({ "reengagement_interval": "21" })),
            ("/call/max_duration_s", json!({ "max_duration": null })),
            ("/ending/hang_up", json!({ "tools": [] })),
        ];
        for (field, change) in changes {
            let row = with(row(), change);
            assert_eq!(drifted(generation, &asked(), &report, &row), [field], "{generation}");
        }
        let realtime =
            with(row(), json!({ "mode": "dualplex", "multimodal_model_id": 4, "llm_model_id": null }));
        let fields = drifted(generation, &asked(), &report, &realtime);
        assert_eq!(fields, ["/model/engine", "/model/name"], "{generation}");
    }
}

#[test]
fn adopted_values_have_not_drifted() {
    for generation in GENERATIONS {
        for name in
            ["full_record", "realtime_engine", "outside_the_ranges", "scalars_in_texts", "empty_settings"]
        {
            let row = observed(generation, &format!("listAssistants.{name}"));
            let seen = decoded(generation, &row).state;
            let step = Transition::Update { before: &seen, observed: Some(&row), previous: None };
            let report = planned(generation, &step, &seen).unwrap().report;
            let account = account(generation);
            let drift = Translator::new(account.agents(), "autocalls")
                .with(&facts(generation))
                .compare(&seen, &report, &row)
                .drift;
            assert_eq!(drift, [], "{generation} {name}");
        }
    }
}

#[test]
fn members_that_the_documented_row_lacks_have_not_drifted() {
    let asked = with(
        asked(),
        json!({ "additional_languages": ["en"], "silence": { "reprompts": ["Are you still there?"] } }),
    );
    let report = planned("2026", &Transition::Create, &desired(&asked)).unwrap().report;
    assert_eq!(drifted("2026", &asked, &report, &row()), [""; 0]);
    let row = with(row(), json!({ "secondary_language_ids": [4], "reengagement_prompt": null }));
    assert_eq!(drifted("2026", &asked, &report, &row), ["/additional_languages", "/silence/reprompts"]);
}

#[test]
fn the_model_of_a_realtime_assistant_is_read_from_its_engine() {
    let asked = with(asked(), json!({ "model": { "engine": "realtime", "name": "GPT Realtime" } }));
    let row = with(row(), json!({ "mode": "multimodal", "llm_model_id": null, "multimodal_model_id": 4 }));
    let models = [("1", "GPT-4o-mini"), ("4", "GPT Realtime"), ("5", "GPT Realtime mini")];
    let entry = |(id, name): (&str, &str)| CatalogueEntry {
        id: id.to_owned(),
        name: name.to_owned(),
        language: None,
        kind: None,
        document: Value::Null,
    };
    let facts = facts("2025").with(CatalogueKind::MODELS, Vec::from(models.map(entry)));
    let account = account("2025");
    let translator = Translator::new(account.agents(), "autocalls").with(&facts);
    let Planned::Ready(plan) =
        translator.plan(&Transition::Create, &desired(&asked), Handling::Lenient).unwrap()
    else {
        panic!("a creation needs no observed state")
    };
    assert_eq!(
        (&plan.document()["engine_type"], &plan.document()["llm_model"]),
        (&json!("multimodal"), &json!("GPT Realtime"))
    );
    let drift = |row: &Value| translator.compare(&desired(&asked), &plan.report, row).drift;
    assert_eq!(drift(&row), []);
    assert_eq!(drift(&with(row.clone(), json!({ "multimodal_model_id": 5 })))[0].field, "/model/name");
    assert_eq!(translator.decode(&row).state.record.model.name.as_deref(), Some("GPT Realtime"));
}

#[test]
fn a_model_of_another_engine_is_refused_although_the_engine_stays() {
    let observed = observed("2026", "listAssistants.full_record");
    let before = decoded("2026", &observed).state;
    let mut after = before.clone();
    after.record.model.name = Some("GPT Realtime".to_owned());
    let step = Transition::Update { before: &before, observed: Some(&observed), previous: None };
    let error = planned("2026", &step, &after).err().unwrap();
    assert_eq!(json!(error.violations[0])["pointer"], "/model/name");
    assert!(error.violations[0].detail.contains("pipeline"), "{:?}", error.violations);
}
