//! The request bodies and reports of Autocalls, as snapshots for reviewers.

#![cfg(test)]

mod autocalls;

use autocalls::{
    GENERATIONS, account, contract, created, decoded, desired, facts, fixtures, least, observed, outcome_of,
    planned, updated, with,
};
use serde_json::{Value, json};
use switchboard_core::{
    facts::Facts,
    model::Agent,
    plan::{Handling, Planned, Transition, Translator},
    rule::Verdict,
    vendor::Reply,
};

macro_rules! assert_each {
    ($name:literal, $made:expr) => {
        for generation in GENERATIONS {
            insta::assert_json_snapshot!(format!("{}_{generation}", $name), $made(generation));
        }
    };
}

fn full() -> Value {
    serde_json::from_str(include_str!("../trial/full_agent.json")).unwrap()
}

/// Returns the full agent without the fields that the vendor refuses.
fn whole(generation: &str) -> Value {
    match generation {
        "2025" => with(full(), json!({ "transfers": null, "opt_out": null, "privacy": { "redact": null } })),
        _ => with(full(), json!({ "opt_out": null, "privacy": { "redact": null } })),
    }
}

#[test]
fn a_full_agent_is_refused_for_what_must_not_be_lost() {
    assert_each!("full_refused", |generation| created(generation, &full()));
}

#[test]
fn a_full_agent_that_may_lose_something() {
    assert_each!("full", |generation| created(generation, &whole(generation)));
}

#[test]
fn a_minimal_agent() {
    assert_each!("minimal", |generation| created(generation, &least()));
}

#[test]
fn an_agent_that_leaves_out_what_the_vendor_needs() {
    let without = with(least(), json!({ "greeting": null, "model": null }));
    assert_each!("too_little", |generation| created(generation, &without));
}

#[test]
fn values_that_do_not_fit() {
    let document = with(
        least(),
        json!({
            "voice": { "speed": 2.0 },
            "model": { "temperature": 1.4 },
            "turn_taking": { "endpointing_sensitivity": 0.07, "interruption_min_words": 0 },
            "silence": { "reprompt_after_s": 3, "hang_up_after_s": 240.4 },
            "call": { "max_duration_s": 3600 },
        }),
    );
    assert_each!("out_of_range", |generation| created(generation, &document));
}

#[test]
fn values_that_the_vendor_does_not_have() {
    let strange = json!({
        "language": "mul",
        "voice": { "id": "Marlene" },
        "model": { "name": "Oracle" },
        "phone_number_id": "+15550100140",
    });
    assert_each!("strange", |generation| created(generation, &with(least(), strange.clone())));
}

#[test]
fn extractions_that_the_vendor_refuses() {
    let named = |name: &str, description: &str| {
        let item = json!({ "name": name, "type": "string", "description": description });
        with(least(), json!({ "analysis": { "extraction": [item] } }))
    };
    assert_each!("extraction_name", |generation| created(generation, &named("Who calls?", "The caller")));
    assert_each!("extraction_long_name", |generation| created(
        generation,
        &named("name_of_the_caller", "The caller")
    ));
    assert_each!("extraction_description", |generation| created(generation, &named("caller", "?")));
}

#[test]
fn a_greeting_of_more_than_200_characters() {
    let long = json!({ "greeting": { "message": "Good day. ".repeat(21) } });
    assert_each!("long_greeting", |generation| created(generation, &with(least(), long.clone())));
    assert_each!("longer_greeting", |generation| updated(generation, long.clone()));
}

#[test]
fn an_update_of_one_field_sends_that_field() {
    assert_each!("one_field", |generation| updated(generation, json!({ "name": "Front desk" })));
}

#[test]
fn another_engine_sends_everything_again() {
    let realtime = |generation| match generation {
        "2025" => json!({ "model": { "engine": "realtime", "name": "GPT-4o" } }),
        _ => json!({ "model": { "engine": "realtime", "name": "GPT Realtime" } }),
    };
    assert_each!("engine", |generation| updated(generation, realtime(generation)));
}

/// Covers only 2026, because the pages of 2025 do not list the values that each engine allows.
#[test]
fn what_the_realtime_engine_does_not_allow_is_reported_and_stays_so() {
    let model = json!({ "engine": "realtime", "name": "GPT Realtime" });
    let asked = json!({
        "model": model, "turn_taking": { "interruptible": false }, "audio": { "fillers": true },
    });
    let before = desired(&with(least(), asked));
    let first = planned("2026", &Transition::Create, &before).unwrap();
    insta::assert_json_snapshot!("realtime", outcome_of(Ok(first.clone())));

    let mut after = before.clone();
    after.record.name = Some("Night desk".to_owned());
    let step = Transition::Update { before: &before, observed: None, previous: Some(&first.report) };
    let later = planned("2026", &step, &after).unwrap();
    assert_eq!(later.document(), json!({ "name": "Night desk" }));
    for field in ["/turn_taking/interruptible", "/audio/fillers"] {
        assert_eq!(later.report.row(field).map(|row| &row.why), first.report.row(field).map(|row| &row.why));
    }

    let mut back = before.clone();
    back.record.model = desired(&least()).record.model;
    back.record.model.engine = Some(switchboard_core::model::Engine::Pipeline);
    let step = Transition::Update { before: &before, observed: None, previous: Some(&first.report) };
    let sent = planned("2026", &step, &back).unwrap();
    assert_eq!(
        (&sent.document()["allow_interruptions"], &sent.document()["fillers"]),
        (&json!(false), &json!(true))
    );
}

/// Changes settings that the realtime engine does not allow, also in an assistant that has the engine `dualplex`.
#[test]
fn a_change_that_leaves_the_engine_out_is_judged_by_it() {
    let model = json!({ "engine": "realtime", "name": "GPT Realtime" });
    let before = desired(&with(least(), json!({ "model": model })));
    let forbidden = json!({ "turn_taking": { "interruptible": false }, "audio": { "fillers": true } });
    let after = desired(&with(least(), with(json!({ "model": model }), forbidden)));
    let made = planned("2026", &Transition::Create, &before).unwrap();
    let held = with(observed("2026", "listAssistants.full_record"), json!({ "mode": "dualplex" }));
    for observed in [None, Some(&held)] {
        let step = Transition::Update { before: &before, observed, previous: Some(&made.report) };
        let plan = planned("2026", &step, &after).unwrap();
        assert!(!plan.sends(), "{:?}", plan.document());
        for field in ["/turn_taking/interruptible", "/audio/fillers"] {
            assert_eq!(plan.report.row(field).map(|row| row.verdict), Some(Verdict::Unsupported));
        }
    }
}

/// Keeps a model that the list does not have, such as one of the engine `dualplex`.
#[test]
fn an_unlisted_model_does_not_block_a_change() {
    let before = desired(&with(least(), json!({ "model": { "name": "77" } })));
    let mut after = before.clone();
    after.record.name = Some("Night desk".to_owned());
    let step = Transition::Update { before: &before, observed: None, previous: None };
    assert_eq!(planned("2026", &step, &after).unwrap().document(), json!({ "name": "Night desk" }));
}

#[test]
fn fields_that_are_taken_back() {
    let change = json!({
        "additional_languages": null,
        "timezone": null,
        "greeting": null,
        "voice": { "provider": null, "speed": null, "stability": null, "similarity": null },
        "model": null,
        "turn_taking": null,
        "silence": null,
        "call": null,
        "audio": null,
        "ending": null,
        "voicemail": null,
        "transfers": null,
        "analysis": null,
        "webhook": null,
        "variables": null,
        "transcription": null,
        "keypad": null,
        "tool_ids": null,
        "knowledge_base_ids": null,
        "phone_number_id": null,
    });
    assert_each!("taken_back", |generation| updated(generation, change.clone()));
}

#[test]
fn a_tool_is_changed_among_others() {
    assert_each!("tool_changed", |generation| updated(
        generation,
        json!({ "ending": { "hang_up": { "instructions": "When everything is said." } } })
    ));
    insta::assert_json_snapshot!("tool_taken", updated("2026", json!({ "transfers": null })));
}

#[test]
fn tools_are_rewritten_only_over_those_that_the_vendor_has() {
    let (before, after) =
        (least(), with(least(), json!({ "transfers": [{ "phone_number": "+15550100140" }] })));
    let step = Transition::Update { before: &desired(&before), observed: None, previous: None };
    let account = account("2026");
    let facts = facts("2026");
    let planned = Translator::new(account.agents(), "autocalls")
        .with(&facts)
        .plan(&step, &desired(&after), Handling::Lenient)
        .unwrap();
    assert!(matches!(planned, Planned::NeedsObserved));
}

#[test]
fn models_are_distinguished_by_name() {
    let row = |id: &str, name: &str, kind: &str| switchboard_core::facts::CatalogueEntry {
        id: id.to_owned(),
        name: name.to_owned(),
        language: None,
        kind: Some(kind.to_owned()),
        document: Value::Null,
    };
    let models = vec![
        row("1", "Mini", "llm"),
        row("2", "Omni", "llm"),
        row("1", "Omni", "multimodal"),
        row("4", "Real", "multimodal"),
    ];
    let facts: Facts = facts("2026").with(switchboard_core::facts::CatalogueKind::MODELS, models);
    let account = account("2026");
    let keys = |step: &Transition<'_, Agent>, model: Value| {
        let desired = desired(&with(least(), json!({ "model": model })));
        match Translator::new(account.agents(), "autocalls").with(&facts).plan(
            step,
            &desired,
            Handling::Lenient,
        ) {
            Ok(Planned::Ready(plan)) => {
                let key = |key: &str| plan.document().get(key).and_then(Value::as_u64);
                Ok((key("llm_model_id"), key("multimodal_model_id")))
            }
            Ok(Planned::NeedsObserved) => panic!("no list is written"),
            Err(error) => Err(error.detail),
        }
    };
    let made =
        |engine: &str, name: &str| keys(&Transition::Create, json!({ "engine": engine, "name": name }));
    assert_eq!(made("pipeline", "Mini"), Ok((Some(1), None)));
    assert_eq!(made("realtime", "Real"), Ok((None, Some(4))));
    assert_eq!(
        made("pipeline", "Omni"),
        Ok((Some(2), Some(1))),
        "the engine decides which of the two counts"
    );
    assert_eq!(made("pipeline", "1"), Ok((Some(1), None)), "the engine tells which of the two has the id");
    assert_eq!(made("realtime", "1"), Ok((None, Some(1))));
    assert!(made("pipeline", "Real").unwrap_err().contains("for the pipeline engine"));
    assert!(made("realtime", "2").unwrap_err().contains("for the multimodal engine"));
    assert!(made("pipeline", "Oracle").unwrap_err().contains("lists no"));

    let before = desired(&with(least(), json!({ "model": { "name": "Mini" } })));
    let changed = |name: &str| {
        keys(&Transition::Update { before: &before, observed: None, previous: None }, json!({ "name": name }))
    };
    assert_eq!(changed("4"), Ok((None, Some(4))), "an id of one engine is enough");
    assert!(changed("1").unwrap_err().contains("give the model's name"));
}

#[test]
fn every_field_of_the_page_of_2025_is_reached() {
    let plan = planned("2025", &Transition::Create, &desired(&whole("2025"))).unwrap();
    let fields = contract("2025");
    let fields =
        fields.pointer("/components/schemas/AssistantPatch/properties").unwrap().as_object().unwrap();
    let missing: Vec<_> = fields.keys().filter(|field| plan.document().get(*field).is_none()).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert_eq!(fields.len(), 38, "37 fields of the page, and tool_ids, which came later");
}

#[test]
fn what_the_full_record_says() {
    assert_each!("full_record", |generation| {
        decoded(generation, &observed(generation, "listAssistants.full_record")).state.record
    });
}

#[test]
fn nothing_that_the_vendor_answers_is_left_unread() {
    for generation in GENERATIONS {
        let mut rows = 0;
        for name in fixtures(generation).iter().filter(|name| name.starts_with("listAssistants.")) {
            let data = autocalls::fixture(generation, name)["body"]["data"].clone();
            for row in data.as_array().into_iter().flatten() {
                let page = json!({ "data": [row], "last_page": 1 });
                let list =
                    autocalls::answered(account(generation).agents().list(), &[Reply::json(200, page)]);
                let read = decoded(generation, &list.unwrap()[0].document);
                assert_eq!(read.unread, [], "{generation} {name}");
                rows += 1;
            }
        }
        assert!(rows >= 10, "{rows} rows of {generation}");
    }
}

#[test]
fn numbers_as_strings_and_flags_as_numbers_are_read() {
    for generation in GENERATIONS {
        let agent =
            decoded(generation, &observed(generation, "listAssistants.scalars_in_texts")).state.record;
        assert_eq!(agent.voice.stability, Some(0.7));
        assert_eq!(agent.turn_taking.interruption_sensitivity, Some(0.1));
        assert_eq!(agent.call.record, Some(false));
        assert_eq!(agent.greeting.first_speaker, Some(switchboard_core::model::Speaker::Caller));
    }
}

#[test]
fn what_the_vendor_can_hold() {
    assert_each!("capabilities", |generation| Translator::new(account(generation).agents(), "autocalls")
        .capabilities());
}
