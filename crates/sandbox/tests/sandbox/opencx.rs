//! OpenCX: numbers are bought, updates have no answer body, and lists show few members.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::support::{Bench, opencx_purchase, with, without};

const OPENCX: Vendor = Vendor::OPENCX;

async fn buy(bench: &Bench, purchase: &Value) -> (String, String) {
    let (status, answer) = bench.send(OPENCX, Method::POST, "/phone/buy", purchase).await;
    assert_eq!(status, 201, "{answer}");
    let text = |name: &str| answer[name].as_str().expect(name).to_owned();
    (text("id"), text("phone_number"))
}

#[tokio::test]
async fn a_bought_number_lies_in_its_area_and_keeps_its_configuration() {
    let bench = Bench::new().await;
    let purchase = with(&opencx_purchase(), json!({ "greeting_message": "Hi", "end_call_message": "Bye" }));
    let (id, number) = buy(&bench, &purchase).await;
    assert!(number.starts_with("+1415555"), "{number}");
    let (_, second) = buy(&bench, &purchase).await;
    assert_ne!(number, second);

    let stored = bench.stored(OPENCX, "phone_numbers").await;
    let expected = with(
        &without(&purchase, &["area_code", "greeting_message"]),
        json!({ "initial_message": "Hi", "language": "en", "phone_number": number }),
    );
    assert_eq!(stored[&id], expected);
}

#[tokio::test]
async fn changes_and_deletions_are_answered_with_nothing() {
    let bench = Bench::new().await;
    let (id, _) = buy(&bench, &opencx_purchase()).await;
    let path = format!("/phone/{id}");
    let change = json!({ "elevenlabs_voice_id": "a38v0NaUbsvackET0tSL", "voice_speed": 1.2 });
    let response = bench.request(OPENCX, Method::PATCH, &path).json(&change).send().await.expect("an answer");
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers().get("content-type"), None);
    assert_eq!(response.bytes().await.expect("a body").len(), 0);
    let stored = bench.stored(OPENCX, "phone_numbers").await;
    assert_eq!((&stored[&id]["voice_speed"], &stored[&id]["name"]), (&json!(1.2), &json!("Reception")));

    assert_eq!(bench.delete(OPENCX, &path).await, (200, Value::Null));
    let (status, answer) = bench.delete(OPENCX, &path).await;
    assert_eq!((status, &answer["statusCode"]), (404, &json!(404)));
}

#[tokio::test]
async fn every_change_needs_the_voice() {
    let bench = Bench::new().await;
    let (id, _) = buy(&bench, &opencx_purchase()).await;
    let (status, answer) =
        bench.send(OPENCX, Method::PATCH, &format!("/phone/{id}"), &json!({ "name": "Desk" })).await;
    assert_eq!((status, &answer["error"]), (400, &json!("Bad Request")));
    assert_eq!(answer["message"], json!("elevenlabs_voice_id is required"));
}

#[tokio::test]
async fn pages_follow_cursors_past_deletions() {
    let bench = Bench::new().await;
    bench.set_options(OPENCX, json!({ "page_size": 2 })).await;
    let mut bought = Vec::new();
    for _ in 0..5 {
        bought.push(buy(&bench, &opencx_purchase()).await);
    }
    let (_, first) = bench.get(OPENCX, "/phone").await;
    let item = json!({ "id": bought[0].0, "name": "Reception", "phone_number": bought[0].1 });
    assert_eq!(first["items"][0], item);
    // The item that the cursor names may be deleted.
    bench.delete(OPENCX, &format!("/phone/{}", bought[1].0)).await;
    let mut seen = vec![first.clone()];
    while let Some(cursor) = seen.last().and_then(|page| page["next"].as_str()) {
        let (_, page) = bench.get(OPENCX, &format!("/phone?cursor={cursor}")).await;
        seen.push(page);
    }
    let ids: Vec<&str> = seen
        .iter()
        .flat_map(|page| page["items"].as_array().expect("items"))
        .filter_map(|item| item["id"].as_str())
        .collect();
    let expected: Vec<&str> = bought.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, expected);
}
