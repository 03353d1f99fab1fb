//! QCall: whole-record writes, the envelope, failures as HTTP 200.

use crate::support::{Bench, qcall_assistant, qcall_dialer, with, without};
use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::{Sandbox, Vendor};

const QCALL: Vendor = Vendor::QCALL;

async fn create(bench: &Bench, assistant: &Value) -> String {
    let (status, answer) = bench.send(QCALL, Method::POST, "/user/createAssistant", assistant).await;
    assert_eq!((status, &answer["success"]), (200, &json!(true)), "{answer}");
    let id = answer["data"]["hash_id"].as_str().expect("an id");
    id.to_owned()
}

#[tokio::test]
async fn what_is_created_is_read_back_under_the_names_for_reading() {
    let bench = Bench::new().await;
    let sent = with(&qcall_assistant(), json!({ "knowledge_base_Id": ["kb-1"] }));
    let id = create(&bench, &sent).await;

    let path = format!("/user/getAssistant?assistant_id={id}");
    let (_, answer) = bench.get(QCALL, &path).await;

    let expected =
        with(&without(&sent, &["knowledge_base_Id"]), json!({ "id": id, "knowledge_base_id": ["kb-1"] }));
    assert_eq!(answer, json!({ "success": true, "data": expected }));
}

#[tokio::test]
async fn an_update_replaces_the_whole_record() {
    let bench = Bench::new().await;
    let first = with(
        &qcall_assistant(),
        json!({ "zapier_hook": "https://hooks.example/1", "knowledge_base_Id": ["kb-1"] }),
    );
    let id = create(&bench, &first).await;

    // `knowledge_base_id` exists only in answers: a write with it clears the knowledge base along with the
    // hook.
    let second = with(&qcall_assistant(), json!({ "name": "Desk", "knowledge_base_id": ["kb-1"] }));
    let path = format!("/user/updateAssistant?id={id}");
    let (status, answer) = bench.send(QCALL, Method::PUT, &path, &second).await;
    assert_eq!((status, &answer["success"]), (200, &json!(true)), "{answer}");

    let path = format!("/user/getAssistant?assistant_id={id}");
    let (_, answer) = bench.get(QCALL, &path).await;
    let expected = with(&qcall_assistant(), json!({ "name": "Desk", "id": id }));
    assert_eq!(answer["data"], expected);
    let stored = bench.stored(QCALL, "assistants").await;
    assert_eq!(stored[&id], second);
}

#[tokio::test]
async fn what_is_not_documented_is_refused_with_status_200() {
    let bench = Bench::new().await;
    let wrong = [
        (with(&qcall_assistant(), json!({ "voice_speed": 1.15 })), "voice_speed"),
        (with(&qcall_assistant(), json!({ "colour": "red" })), "colour"),
        (without(&qcall_assistant(), &["goal"]), "goal"),
    ];
    for (body, field) in wrong {
        let (status, answer) = bench.send(QCALL, Method::POST, "/user/createAssistant", &body).await;
        assert_eq!((status, &answer["success"], &answer["status"]), (200, &json!(false), &json!(400)));
        let message = answer["message"].as_str().expect("a message");
        assert!(message.starts_with(&format!("{field} ")), "{message}");
        assert!(!message.contains(';'), "one mistake, one complaint: {message}");
    }
    assert_eq!(bench.stored(QCALL, "assistants").await, json!({}));

    bench.set_options(QCALL, json!({ "failures_as_200": false })).await;
    let (status, _) = bench.send(QCALL, Method::POST, "/user/createAssistant", &json!({})).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn the_key_goes_into_its_own_header() {
    let bench = Bench::new().await;
    let url = format!("{}/user/listAssistant", bench.sandbox.base_url(QCALL));
    let request = bench.client.get(url).bearer_auth(Sandbox::api_key(QCALL));
    let response = request.send().await.expect("an answer");
    assert_eq!(response.status(), 401);
    let body: Value = response.json().await.expect("JSON");
    assert_eq!(body["success"], json!(false));
    assert!(body["message"].is_string());
}

#[tokio::test]
async fn pages_are_counted_from_zero() {
    let bench = Bench::new().await;
    for number in 0..5 {
        let name = json!({ "name": format!("Desk {number}") });
        create(&bench, &with(&qcall_assistant(), name)).await;
    }
    let names = |answer: &Value| -> Vec<String> {
        let rows = answer["data"].as_array().expect("rows");
        rows.iter().map(|row| row["name"].as_str().unwrap_or("").to_owned()).collect()
    };
    let (_, answer) = bench.get(QCALL, "/user/listAssistant?page=1&perpage=2").await;
    assert_eq!(names(&answer), ["Desk 2", "Desk 3"]);
    assert_eq!((&answer["totalItems"], &answer["totalPages"]), (&json!(5), &json!(3)));
    let (_, answer) = bench.get(QCALL, "/user/listAssistant?page=0&perpage=-1").await;
    assert_eq!(names(&answer).len(), 5);
    let (_, answer) = bench.get(QCALL, "/user/listAssistant?page=3&perpage=2").await;
    assert_eq!(names(&answer).len(), 0);
}

#[tokio::test]
async fn options_change_the_form_of_answers() {
    let bench = Bench::new().await;
    let id = create(&bench, &qcall_assistant()).await;
    let path = format!("/user/getAssistant?assistant_id={id}");

    bench
        .set_options(QCALL, json!({ "envelope": "nested", "nested_under": "items", "reads_as_array": true }))
        .await;
    let (_, list) = bench.get(QCALL, "/user/listAssistant").await;
    assert_eq!(list["data"]["items"][0]["id"], json!(id));
    let (_, one) = bench.get(QCALL, &path).await;
    assert_eq!(one["data"][0]["id"], json!(id));

    bench.set_options(QCALL, json!({ "envelope": "bare", "create_answers_id": "bare" })).await;
    let (_, list) = bench.get(QCALL, "/user/listAssistant").await;
    assert_eq!(list[0]["id"], json!(id));
    let (_, one) = bench.get(QCALL, &path).await;
    assert_eq!(one["id"], json!(id));
    let (_, created) = bench.send(QCALL, Method::POST, "/user/createAssistant", &qcall_assistant()).await;
    assert_eq!(created["name"], json!("Reception"));
    assert!(created["id"].is_string());

    bench.set_options(QCALL, json!({ "create_answers_id": "none" })).await;
    let (_, created) = bench.send(QCALL, Method::POST, "/user/createAssistant", &qcall_assistant()).await;
    assert_eq!(created, json!({ "success": true, "message": "Assistant created successfully" }));
}

#[tokio::test]
async fn dialers_come_back_with_their_credentials_and_stay_while_in_use() {
    let bench = Bench::new().await;
    let (_, created) = bench.send(QCALL, Method::POST, "/dialer/create", &qcall_dialer()).await;
    let id = created["data"]["hash_id"].as_str().expect("an id").to_owned();
    let (_, list) = bench.get(QCALL, "/dialer/list").await;
    assert_eq!(list["data"][0]["auth_token"], json!("placeholder-not-a-key"));
    assert_eq!(list["data"][0]["status"], json!("active"));

    let campaign = json!({ "dialer_id": id });
    let (status, _) = bench.control(Method::PUT, "/qcall/records/campaigns/c1", Some(&campaign)).await;
    assert_eq!(status, 204);
    let named = json!({ "id": id });
    let (_, kept) = bench.send(QCALL, Method::DELETE, "/dialer/delete", &named).await;
    assert_eq!((&kept["success"], &kept["status"]), (&json!(false), &json!(400)));

    bench.control(Method::DELETE, "/qcall/records/campaigns/c1", None).await;
    let (_, gone) = bench.send(QCALL, Method::DELETE, "/dialer/delete", &named).await;
    assert_eq!(gone["success"], json!(true));
    let (_, again) = bench.send(QCALL, Method::DELETE, "/dialer/delete", &named).await;
    assert_eq!(again["status"], json!(404));
}

#[tokio::test]
async fn a_deleted_assistant_is_not_found() {
    let bench = Bench::new().await;
    let id = create(&bench, &qcall_assistant()).await;
    let path = format!("/user/deleteassistant?id={id}");
    let (_, gone) = bench.delete(QCALL, &path).await;
    assert_eq!(gone["success"], json!(true));
    let (status, again) = bench.delete(QCALL, &path).await;
    assert_eq!((status, &again["status"]), (200, &json!(404)));
}
