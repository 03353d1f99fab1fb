//! The stories, the clock, the ledger, planted calls and the faults of calls, with the simulator of Autocalls.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::{SIMULATORS, Vendor};

use crate::stage::{advance, dials, end, open, plant, set_clock, stopped};
use crate::support::{Bench, autocalls_2026_assistant, eventually};

const VENDOR: Vendor = Vendor::AUTOCALLS_2026;

async fn place(bench: &Bench, number: &str) -> (u16, Value) {
    bench.send(VENDOR, Method::POST, "/user/assistant", &autocalls_2026_assistant()).await;
    let body = json!({ "phone_number": number, "assistant_id": 1001 });
    bench.send(VENDOR, Method::POST, "/user/make_call", &body).await
}

/// Lists the vendor's calls as the control route shows them: phase and outcome.
async fn phases(bench: &Bench) -> Vec<(String, Value)> {
    let (_, calls) = bench.control(Method::GET, "/autocalls-2026/calls", None).await;
    let calls = calls.as_array().expect("a list").iter();
    calls.map(|call| (call["phase"].as_str().expect("a phase").to_owned(), call["outcome"].clone())).collect()
}

#[tokio::test]
async fn the_last_two_digits_select_the_story() {
    let stories: [(&str, [&str; 4], Value); 9] = [
        ("01", ["queued", "ringing", "in_progress", "ended"], json!("agent_ended")),
        ("02", ["queued", "ringing", "in_progress", "ended"], json!("customer_ended")),
        ("03", ["queued", "ringing", "ringing", "ended"], json!("no_answer")),
        ("04", ["queued", "queued", "ended", "ended"], json!("busy")),
        ("05", ["queued", "queued", "ended", "ended"], json!("failed")),
        ("06", ["queued", "ringing", "in_progress", "ended"], json!("voicemail")),
        ("07", ["queued", "ringing", "in_progress", "in_progress"], Value::Null),
        ("10", ["queued", "ringing", "in_progress", "ended"], json!("transferred")),
        ("99", ["queued", "ringing", "in_progress", "ended"], json!("agent_ended")),
    ];
    for (digits, stages, outcome) in stories {
        let bench = stopped(VENDOR).await;
        assert_eq!(place(&bench, &format!("+155501001{digits}")).await.0, 200);
        let mut seen = Vec::new();
        for step in [0, 1_000, 1_000, 4_000] {
            advance(&bench, VENDOR, step).await;
            seen.extend(phases(&bench).await);
        }
        let told: Vec<_> = seen.iter().map(|(phase, _)| phase.as_str()).collect();
        assert_eq!((told.as_slice(), &seen[3].1), (stages.as_slice(), &outcome), "{digits}");
    }
}

#[tokio::test]
async fn a_call_ends_by_itself_in_real_time() {
    let bench = Bench::new().await;
    set_clock(&bench, VENDOR, json!({ "pace": 100 })).await;
    place(&bench, "+15550100101").await;
    eventually(async || phases(&bench).await == [("ended".to_owned(), json!("agent_ended"))]).await;
}

#[tokio::test]
async fn the_ledger_has_each_call_that_was_placed_and_no_other() {
    let bench = stopped(VENDOR).await;
    let (_, placed) = place(&bench, "+15550100101").await;
    assert_eq!(place(&bench, "+15550100108").await.0, 400, "the vendor refuses this number");
    plant(&bench, VENDOR, json!({ "agent_id": "1001", "number": "+15550100102" })).await;
    let dials = dials(&bench, VENDOR).await;
    assert_eq!(dials.len(), 1, "{dials:?}");
    assert_eq!(dials[0]["call_id"], placed["call_id"].to_string());
    assert_eq!(dials[0]["number"], "+15550100101");
    assert_eq!(dials[0]["body"], json!({ "phone_number": "+15550100101", "assistant_id": 1001 }));
    bench.control(Method::POST, "/reset", None).await;
    assert!(crate::stage::dials(&bench, VENDOR).await.is_empty());
}

#[tokio::test]
async fn a_fault_strikes_the_request_that_places_a_call() {
    let bench = stopped(VENDOR).await;
    for (when, expected) in [("before", 0), ("after", 1)] {
        let fault = json!({ "kind": "status", "status": 503, "when": when });
        bench.order(json!({ "vendor": VENDOR.name(), "operation": "placeCall", "fault": fault })).await;
        assert_eq!(place(&bench, "+15550100101").await.0, 503, "{when}");
        assert_eq!(dials(&bench, VENDOR).await.len(), expected, "{when}");
    }
}

#[tokio::test]
async fn a_planted_call_can_be_copied_and_ended() {
    let bench = stopped(VENDOR).await;
    let order = json!({
        "direction": "inbound", "agent_id": "1001", "number": "+15550100107", "our_number": "501", "age_ms": 3000,
    });
    let first = plant(&bench, VENDOR, order).await;
    let second = plant(&bench, VENDOR, json!({ "copy_of": first })).await;
    assert_ne!(first, second);
    let phases = async || phases(&bench).await.into_iter().map(|(phase, _)| phase).collect::<Vec<_>>();
    assert_eq!(phases().await, ["in_progress", "queued"]);
    assert_eq!(end(&bench, VENDOR, &first, json!({ "by": "agent" })).await, 204);
    assert_eq!(end(&bench, VENDOR, &first, json!({})).await, 409, "it has ended");
    assert_eq!(end(&bench, VENDOR, "1", json!({})).await, 404);
    assert_eq!(phases().await, ["ended", "queued"]);
    let (status, why) = bench.control(Method::POST, "/autocalls-2026/calls", Some(&json!({}))).await;
    assert_eq!((status, why), (422, json!("missing field `agent_id`")));
    let (status, _) =
        bench.control(Method::POST, "/autocalls-2026/calls", Some(&json!({ "copy_of": "1" }))).await;
    assert_eq!(status, 422);
}

#[tokio::test]
async fn the_clock_refuses_changes_out_of_range() {
    let bench = stopped(VENDOR).await;
    let (_, before) = bench.control(Method::GET, "/autocalls-2026/clock", None).await;
    for change in [json!({ "advance_ms": -1 }), json!({ "pace": 10_001 }), json!({ "speed": 1 })] {
        assert_eq!(
            bench.control(Method::POST, "/autocalls-2026/clock", Some(&change)).await.0,
            422,
            "{change}"
        );
    }
    assert_eq!(bench.control(Method::GET, "/autocalls-2026/clock", None).await.1, before);
    advance(&bench, VENDOR, 86_400_000).await;
    assert_ne!(bench.control(Method::GET, "/autocalls-2026/clock", None).await.1, before);
}

#[tokio::test]
async fn a_recording_can_be_downloaded_without_a_key_when_it_is_available() {
    let bench = stopped(VENDOR).await;
    let (_, placed) = place(&bench, "+15550100101").await;
    let url =
        format!("http://{}/_recordings/autocalls-2026/{}.wav", bench.sandbox.address(), placed["call_id"]);
    assert_eq!(open(&bench, &url).await.0, 404);
    advance(&bench, VENDOR, 7_000).await;
    assert_eq!(open(&bench, &url).await, (200, "audio/wav".to_owned(), 8_044));
}

#[tokio::test]
async fn every_vendor_with_calls_has_a_clock_and_a_ledger_and_its_calls_can_be_planted_and_ended() {
    let bench = Bench::new().await;
    let placing = SIMULATORS.iter().filter(|simulated| simulated.contract.contains("\"placeCall\""));
    for vendor in placing.map(|simulated| simulated.vendor) {
        set_clock(&bench, vendor, json!({ "pace": 0 })).await;
        let id = plant(&bench, vendor, json!({ "agent_id": "x", "number": "+15550100107", "age_ms": 3_000 }))
            .await;
        let path = format!("/{}/calls", vendor.name());
        let phase = async || bench.control(Method::GET, &path, None).await.1[0]["phase"].clone();
        assert_eq!(phase().await, "in_progress", "{vendor}");
        assert_eq!(end(&bench, vendor, &id, json!({})).await, 204, "{vendor}");
        assert_eq!(phase().await, "ended", "{vendor}");
        assert!(dials(&bench, vendor).await.is_empty(), "{vendor}");
        advance(&bench, vendor, 1_000).await;
        let url = format!("http://{}/_recordings/{}/{id}.wav", bench.sandbox.address(), vendor.name());
        assert_eq!(open(&bench, &url).await.0, 200, "{vendor}");
    }
}
