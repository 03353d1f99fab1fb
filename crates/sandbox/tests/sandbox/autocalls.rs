//! Autocalls: two sets of field names for one store, partial updates, and rows with mixed encodings.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::support::{Bench, autocalls_2025_assistant, autocalls_2026_assistant, with, without};

const LEGACY: Vendor = Vendor::AUTOCALLS_2025;
const CURRENT: Vendor = Vendor::AUTOCALLS_2026;

async fn create(bench: &Bench, vendor: Vendor, assistant: &Value) -> u64 {
    let (status, answer) = bench.send(vendor, Method::POST, "/user/assistant", assistant).await;
    assert!(status < 300, "{answer}");
    answer["data"]["id"].as_u64().expect("an id")
}

async fn update(bench: &Bench, vendor: Vendor, id: u64, change: &Value) -> (u16, Value) {
    bench.send(vendor, Method::PUT, &format!("/user/assistant/{id}"), change).await
}

/// Returns the first row of the list.
async fn row(bench: &Bench, vendor: Vendor) -> Value {
    let (status, page) = bench.get(vendor, "/user/assistants/get").await;
    assert_eq!(status, 200, "{page}");
    page["data"][0].clone()
}

fn picked(row: &Value, members: &[&str]) -> Value {
    members
        .iter()
        .map(|name| ((*name).to_owned(), row[*name].clone()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

#[tokio::test]
async fn both_generations_answer_with_the_current_names() {
    let bench = Bench::new().await;
    let bodies = [(LEGACY, autocalls_2025_assistant()), (CURRENT, autocalls_2026_assistant())];
    for (vendor, body) in bodies {
        let (status, answer) = bench.send(vendor, Method::POST, "/user/assistant", &body).await;
        let (expected, state) = if vendor == LEGACY { (200, "active") } else { (201, "inactive") };
        assert_eq!(status, expected, "{vendor}");
        let told = json!({
            "id": 1001, "name": "Reception", "status": state, "type": "outbound", "mode": "pipeline",
        });
        assert_eq!(answer["data"], told, "{vendor}");

        let row = row(&bench, vendor).await;
        let seen = picked(&row, &["id", "name", "type", "mode", "language", "language_id", "llm_model_id"]);
        let expected = json!({
            "id": 1001, "name": "Reception", "type": "outbound", "mode": "pipeline", "language": "en",
            "language_id": 1, "llm_model_id": 1,
        });
        assert_eq!(seen, expected, "{vendor}");
    }
}

#[tokio::test]
async fn every_name_of_2025_has_a_name_of_2026() {
    let bench = Bench::new().await;
    let changes = json!({
        "calls_direction": "receive", "language": "German", "llm_model": "GPT-4o mini", "filler_audios": true,
        "re_engagement_interval": 20, "max_call_duration": 300, "noise_cancellation": false, "record_call": true,
        "who_speaks_first": "Customer", "use_min_interrupt_words": true, "min_interrupt_words": 2,
        "end_call_tool": {"description": "When done"}, "llm_temperature": 0.25, "speech_speed": 1,
        "variables": {"plan": "gold"}, "phone_number_id": 501, "end_call_on_voicemail": false,
    });
    create(&bench, LEGACY, &with(&autocalls_2025_assistant(), changes)).await;

    let row = row(&bench, LEGACY).await;
    let expected = json!({
        "type": "inbound", "language": "de", "language_id": 5, "llm_model_id": 2, "fillers": 1,
        "reengagement_interval": 20, "max_duration": 300, "enable_noise_cancellation": false, "record": true,
        "wait_for_customer": true, "min_interrupt_words": 2,
        "tools": [{"type": "end_call", "data": {"description": "When done"}}],
        "llm_temperature": "0.25", "speech_speed": "1.0", "variables": {"plan": "gold"},
        "phone_number_id": 501, "end_call_on_voicemail": 0,
    });
    let members: Vec<&str> = expected.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(picked(&row, &members), expected);

    let (status, _) = update(&bench, LEGACY, 1001, &json!({ "use_min_interrupt_words": false })).await;
    assert_eq!(status, 200);
    assert_eq!(self::row(&bench, LEGACY).await["min_interrupt_words"], Value::Null);
}

#[tokio::test]
async fn each_generation_refuses_the_names_of_the_other() {
    let bench = Bench::new().await;
    create(&bench, LEGACY, &autocalls_2025_assistant()).await;
    create(&bench, CURRENT, &autocalls_2026_assistant()).await;
    let foreign = [(LEGACY, "max_duration"), (CURRENT, "max_call_duration")];
    for (vendor, field) in foreign {
        let (status, answer) = update(&bench, vendor, 1001, &json!({ field: 300 })).await;
        assert_eq!(status, 422, "{vendor}");
        let errors = answer["errors"].as_object().expect("errors by field");
        assert_eq!(errors.keys().collect::<Vec<_>>(), [field], "{vendor}");
        assert!(errors[field][0].is_string());
    }
}

#[tokio::test]
async fn an_update_changes_only_what_it_names() {
    let bench = Bench::new().await;
    for (vendor, body, rename) in [
        (LEGACY, autocalls_2025_assistant(), "assistant_name"),
        (CURRENT, autocalls_2026_assistant(), "name"),
    ] {
        let id = create(&bench, vendor, &body).await;
        let path = format!("/{vendor}/records/assistants/{id}");
        let (_, before) = bench.control(Method::GET, &path, None).await;
        let (status, _) = update(&bench, vendor, id, &json!({ rename: "Desk" })).await;
        assert_eq!(status, 200);
        let (_, after) = bench.control(Method::GET, &path, None).await;
        let renamed = json!({ "name": "Desk", "updated_at": after["updated_at"] });
        assert_eq!(after, with(&before, renamed), "{vendor}");
    }
}

#[tokio::test]
async fn a_planted_member_survives_updates_and_shows_in_the_row() {
    let bench = Bench::new().await;
    let id = create(&bench, CURRENT, &autocalls_2026_assistant()).await;
    let path = format!("/autocalls-2026/records/assistants/{id}");
    let (_, record) = bench.control(Method::GET, &path, None).await;
    let planted = with(&record, json!({ "beta_flag": 3 }));
    bench.control(Method::PUT, &path, Some(&planted)).await;
    update(&bench, CURRENT, id, &json!({ "name": "Desk" })).await;
    let row = row(&bench, CURRENT).await;
    assert_eq!(picked(&row, &["name", "beta_flag"]), json!({ "name": "Desk", "beta_flag": 3 }));
}

#[tokio::test]
async fn what_does_not_exist_cannot_be_named() {
    let bench = Bench::new().await;
    let legacy = create(&bench, LEGACY, &autocalls_2025_assistant()).await;
    let current = create(&bench, CURRENT, &autocalls_2026_assistant()).await;
    let wrong = [
        (LEGACY, legacy, json!({ "voice_id": 9 }), "voice_id"),
        (LEGACY, legacy, json!({ "language": "Klingon" }), "language"),
        (LEGACY, legacy, json!({ "llm_model": "GPT-0" }), "llm_model"),
        (LEGACY, legacy, json!({ "timezone": "Mars/Base" }), "timezone"),
        (LEGACY, legacy, json!({ "phone_number_id": 1 }), "phone_number_id"),
        (CURRENT, current, json!({ "language_id": 99 }), "language_id"),
        (CURRENT, current, json!({ "llm_model_id": 11 }), "llm_model_id"),
        (CURRENT, current, json!({ "voice_id": 111 }), "voice_id"),
        (CURRENT, current, json!({ "mode": "multimodal", "voice_id": 111 }), "multimodal_model_id"),
    ];
    for (vendor, id, change, field) in wrong {
        let before = row(&bench, vendor).await;
        let (status, answer) = update(&bench, vendor, id, &change).await;
        assert_eq!(status, 422, "{change}");
        let fields: Vec<_> = answer["errors"].as_object().expect("errors").keys().collect();
        assert_eq!(fields, [field], "{change}");
        assert_eq!(row(&bench, vendor).await, before, "{change}");
    }
    let switch = json!({ "mode": "multimodal", "voice_id": 111, "multimodal_model_id": 11 });
    update(&bench, CURRENT, current, &json!({ "allow_interruptions": false })).await;
    let (status, answer) = update(&bench, CURRENT, current, &switch).await;
    assert_eq!(status, 200, "{answer}");
    let row = row(&bench, CURRENT).await;
    let reset = picked(&row, &["llm_model_id", "multimodal_model_id", "allow_interruptions"]);
    let expected = json!({ "llm_model_id": null, "multimodal_model_id": 11, "allow_interruptions": true });
    assert_eq!(reset, expected);
}

#[tokio::test]
async fn a_create_needs_its_required_fields() {
    let bench = Bench::new().await;
    let body = without(&autocalls_2025_assistant(), &["assistant_name"]);
    let (status, answer) = bench.send(LEGACY, Method::POST, "/user/assistant", &body).await;
    let expected = json!({
        "message": "The given data was invalid.", "errors": { "assistant_name": ["is required"] },
    });
    assert_eq!((status, answer), (422, expected));
}

#[tokio::test]
async fn lists_are_paged_from_one_and_there_is_no_reading_of_one() {
    let bench = Bench::new().await;
    for _ in 0..12 {
        create(&bench, LEGACY, &autocalls_2025_assistant()).await;
    }
    let (_, page) = bench.get(LEGACY, "/user/assistants/get?page=2").await;
    assert_eq!(page["data"].as_array().map(Vec::len), Some(2));
    let numbers = picked(&page, &["current_page", "per_page", "total", "last_page"]);
    assert_eq!(numbers, json!({ "current_page": 2, "per_page": 10, "total": 12, "last_page": 2 }));
    let (status, answer) = bench.get(LEGACY, "/user/assistants/get?per_page=101").await;
    assert_eq!(status, 422);
    assert!(answer["errors"]["per_page"].is_array(), "{answer}");
    let (status, _) = bench.get(LEGACY, "/user/assistant/1001").await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn a_deleted_assistant_is_gone() {
    let bench = Bench::new().await;
    for (vendor, body) in [(LEGACY, autocalls_2025_assistant()), (CURRENT, autocalls_2026_assistant())] {
        let id = create(&bench, vendor, &body).await;
        let path = format!("/user/assistant/{id}");
        let (status, answer) = bench.delete(vendor, &path).await;
        assert_eq!((status, answer), (200, json!({ "message": "Assistant deleted successfully" })));
        let (status, answer) = bench.delete(vendor, &path).await;
        assert_eq!(status, 404);
        assert!(answer["message"].as_str().is_some_and(|text| text.starts_with("Assistant not found")));
    }
}

#[tokio::test]
async fn catalogues_are_bare_arrays() {
    let bench = Bench::new().await;
    let (_, languages) = bench.get(LEGACY, "/user/assistants/languages").await;
    assert_eq!(languages[4], json!({ "id": 5, "name": "German", "iso_2": "de" }));
    let (_, models) = bench.get(LEGACY, "/user/assistants/models").await;
    assert_eq!(models[0], json!({ "id": 1, "name": "GPT-4o" }));
    let (_, models) = bench.get(CURRENT, "/user/assistants/models?type=dualplex").await;
    assert_eq!(models, json!([{ "id": 21, "name": "Dualplex One", "code": "dualplex-one" }]));
    let (_, voices) = bench.get(LEGACY, "/user/assistants/voices?mode=multimodal").await;
    assert_eq!(voices, json!([{ "id": 111, "name": "Dune", "mode": "multimodal" }]));
    let (_, voices) = bench.get(CURRENT, "/user/assistants/voices?mode=pipeline&language_id=5").await;
    assert_eq!((voices[0]["id"].as_u64(), voices.as_array().map(Vec::len)), (Some(103), Some(1)));
}

#[tokio::test]
async fn a_handover_names_an_assistant_that_exists() {
    let bench = Bench::new().await;
    let id = create(&bench, CURRENT, &autocalls_2026_assistant()).await;
    let other = create(&bench, CURRENT, &autocalls_2026_assistant()).await;
    let to = |id: u64| json!({ "tools": [{ "type": "assistant_transfer", "assistant_id": id }] });
    assert_eq!(update(&bench, CURRENT, id, &to(other)).await.0, 200);
    let (status, answer) = update(&bench, CURRENT, id, &to(7)).await;
    assert_eq!(status, 422);
    assert!(answer["errors"]["tools.0.assistant_id"][0].is_string(), "{answer}");
}
