//! The control routes: the journal, changes to stored records, reset, and the end of the sandbox.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::{Sandbox, SandboxOptions, Vendor};
use tokio::net::TcpStream;

use crate::support::{Bench, eventually, qcall_assistant, qcall_dialer, with};

const QCALL: Vendor = Vendor::QCALL;

#[tokio::test]
async fn the_journal_has_each_request_and_its_violations() {
    let bench = Bench::new().await;
    bench.send(QCALL, Method::POST, "/user/createAssistant", &qcall_assistant()).await;
    let wrong = with(&qcall_assistant(), json!({ "sensitivity": 650 }));
    bench.send(QCALL, Method::PUT, "/user/updateAssistant?id=x", &wrong).await;
    bench.get(QCALL, "/user/listAssistant?perpage=500").await;
    bench.get(Vendor::OPENCX, "/nowhere").await;

    let journal = bench.journal().await;
    let told: Vec<(&str, &Value, bool, &Value)> = journal
        .iter()
        .map(|entry| {
            let path = entry["path"].as_str().expect("a path");
            let valid = entry["valid"].as_bool().expect("a flag");
            (path, &entry["operation"], valid, &entry["status"])
        })
        .collect();
    let expected = [
        ("/user/createAssistant", &json!("createAssistant"), true, &json!(200)),
        ("/user/updateAssistant", &json!("updateAssistant"), false, &json!(200)),
        ("/user/listAssistant", &json!("listAssistants"), false, &json!(200)),
        ("/nowhere", &Value::Null, false, &json!(404)),
    ];
    assert_eq!(told, expected);
    assert_eq!(journal[0]["body"], qcall_assistant());
    assert_eq!(journal[0]["violations"], json!([]));
    assert_eq!(journal[1]["query"], json!({ "id": "x" }));
    assert_eq!(journal[1]["violations"][0]["pointer"], json!("/sensitivity"));
    assert_eq!(journal[2]["violations"][0]["pointer"], json!("?perpage"));
    assert!(journal[0]["at"].as_str().is_some_and(|at| at.ends_with('Z')));

    let (_, of_opencx) = bench.control(Method::GET, "/requests?vendor=opencx", None).await;
    assert_eq!(of_opencx.as_array().map(Vec::len), Some(1));
    bench.control(Method::DELETE, "/requests", None).await;
    assert!(bench.journal().await.is_empty());
}

#[tokio::test]
async fn the_journal_keeps_the_last_requests_and_no_more() {
    let few = SandboxOptions { journal: 2, ..SandboxOptions::default() };
    let bench = Bench::with(few).await;
    for page in 0..5 {
        bench.get(QCALL, &format!("/user/listAssistant?page={page}")).await;
    }
    let journal = bench.journal().await;
    let told: Vec<_> = journal.iter().map(|entry| (&entry["query"]["page"], &entry["status"])).collect();
    assert_eq!(told, [(&json!("3"), &json!(200)), (&json!("4"), &json!(200))]);

    let none = SandboxOptions { journal: 0, ..SandboxOptions::default() };
    let bench = Bench::with(none).await;
    bench.send(QCALL, Method::POST, "/user/createAssistant", &qcall_assistant()).await;
    assert_eq!(bench.count(QCALL, "assistants").await, 1);
    assert!(bench.journal().await.is_empty());
}

#[tokio::test]
async fn the_journal_keeps_no_key() {
    let bench = Bench::new().await;
    for vendor in Vendor::ALL {
        bench.get(vendor, "/anything").await;
    }
    let journal = json!(bench.journal().await).to_string();
    for vendor in Vendor::ALL {
        assert!(!journal.contains(Sandbox::api_key(vendor)), "{vendor}");
    }
}

#[tokio::test]
async fn complaints_do_not_repeat_what_was_sent() {
    let bench = Bench::new().await;
    let dialer = with(&qcall_dialer(), json!({ "auth_token": ["placeholder-in-a-list"] }));
    let (_, answer) = bench.send(QCALL, Method::POST, "/dialer/create", &dialer).await;
    assert_eq!(answer["success"], json!(false));
    assert!(!answer.to_string().contains("placeholder"), "{answer}");
    let violations = bench.journal().await[0]["violations"].clone();
    assert_eq!(violations[0]["pointer"], json!("/auth_token"));
    assert!(!violations.to_string().contains("placeholder"), "{violations}");
}

#[tokio::test]
async fn a_body_has_to_say_that_it_is_json_and_be_it() {
    let bench = Bench::new().await;
    let path = "/user/createAssistant";
    let text = qcall_assistant().to_string();
    for request in [
        bench.request(QCALL, Method::POST, path).body(text),
        bench.request(QCALL, Method::POST, path).header("content-type", "application/json").body("{"),
        bench.request(QCALL, Method::POST, path),
    ] {
        let response = request.send().await.expect("an answer");
        let answer: Value = response.json().await.expect("JSON");
        assert_eq!(answer["success"], json!(false), "{answer}");
    }
    let journal = bench.journal().await;
    assert!(journal.iter().all(|entry| entry["valid"] == json!(false)));
    assert_eq!(journal[1]["body"], json!("{"));
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let bench = Bench::new().await;
    let large = "a".repeat((2 << 20) + 1);
    let request = bench.request(QCALL, Method::POST, "/user/createAssistant").body(large);
    let response = request.send().await.expect("an answer");
    assert_eq!(response.status(), 413);
}

#[tokio::test]
async fn records_can_be_read_planted_and_taken_away() {
    let bench = Bench::new().await;
    let place = "/qcall/records/assistants/planted";
    let record = with(&qcall_assistant(), json!({ "unmodelled": [1, 2] }));
    let (status, _) = bench.control(Method::PUT, place, Some(&record)).await;
    assert_eq!(status, 204);
    assert_eq!(bench.control(Method::GET, place, None).await, (200, record));
    let (_, answer) = bench.get(QCALL, "/user/getAssistant?assistant_id=planted").await;
    assert_eq!(answer["data"]["unmodelled"], json!([1, 2]));
    let change = json!({ "name": "Renamed", "unmodelled": null, "voice_data": { "stability": 50 } });
    let (status, _) = bench.control(Method::PATCH, place, Some(&change)).await;
    assert_eq!(status, 204);
    let (_, answer) = bench.get(QCALL, "/user/getAssistant?assistant_id=planted").await;
    let (read, before) = (&answer["data"], qcall_assistant());
    assert_eq!((&read["name"], &read["script"]), (&json!("Renamed"), &before["script"]));
    assert_eq!(read["voice_data"], with(&before["voice_data"], json!({ "stability": 50 })));
    assert_eq!(read.get("unmodelled"), None);
    let (status, _) = bench.control(Method::DELETE, place, None).await;
    assert_eq!(status, 204);
    for (method, body) in [(Method::GET, None), (Method::PATCH, Some(&change)), (Method::DELETE, None)] {
        let (status, _) = bench.control(method, place, body).await;
        assert_eq!(status, 404);
    }
    let (status, _) = bench.control(Method::PUT, "/qcall/records/bananas/1", Some(&json!({}))).await;
    assert_eq!(status, 404);
    let text_id = "/autocalls-2026/records/assistants/one";
    let (status, _) = bench.control(Method::PUT, text_id, Some(&json!({}))).await;
    assert_eq!(status, 422);
}

#[tokio::test]
async fn options_that_do_not_exist_are_refused() {
    let bench = Bench::new().await;
    let (_, before) = bench.control(Method::GET, "/qcall/options", None).await;
    for options in
        [json!({ "envelop": "bare" }), json!({ "envelope": "torn" }), json!({ "default_page_size": 0 })]
    {
        let (status, _) = bench.control(Method::PUT, "/qcall/options", Some(&options)).await;
        assert_eq!(status, 422, "{options}");
    }
    assert_eq!(bench.control(Method::GET, "/qcall/options", None).await.1, before);
    let (status, _) = bench.control(Method::GET, "/nobody/options", None).await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn a_reset_forgets_everything() {
    let bench = Bench::new().await;
    bench.send(QCALL, Method::POST, "/user/createAssistant", &qcall_assistant()).await;
    bench.set_options(QCALL, json!({ "envelope": "bare" })).await;
    bench.order(json!({ "vendor": "qcall", "fault": { "kind": "truncate" } })).await;
    let (status, _) = bench.control(Method::POST, "/reset", None).await;
    assert_eq!(status, 204);
    assert!(bench.journal().await.is_empty());
    let (_, changes) = bench.control(Method::GET, "/qcall/changes", None).await;
    assert_eq!(
        (&changes["assistants"]["creates"], &changes["assistants"]["records"]),
        (&json!(0), &json!([]))
    );
    let (_, faults) = bench.control(Method::GET, "/faults", None).await;
    assert_eq!(faults, json!([]));
    let (_, list) = bench.get(QCALL, "/user/listAssistant").await;
    assert_eq!(list["data"], json!([]));
}

#[tokio::test]
async fn dropping_the_sandbox_closes_its_port() {
    let bench = Bench::new().await;
    let address = bench.sandbox.address();
    let stopped = bench.sandbox.stopped();
    drop(stopped);
    let deadline = Instant::now() + Duration::from_secs(10);
    while TcpStream::connect(address).await.is_ok() {
        assert!(Instant::now() < deadline, "still listening");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_requests_of_one_vendor_can_be_forgotten_alone() {
    let bench = Bench::new().await;
    bench.order(json!({ "vendor": "qcall", "fault": { "kind": "hold", "when": "after" } })).await;
    bench.get(Vendor::OPENCX, "/nowhere").await;
    let request = bench.request(QCALL, Method::GET, "/user/listAssistant");
    let waiting = tokio::spawn(request.send());
    eventually(async || bench.control(Method::GET, "/held", None).await.1 != json!([])).await;
    let (status, _) = bench.control(Method::DELETE, "/requests?vendor=opencx", None).await;
    assert_eq!(status, 204);
    bench.get(QCALL, "/user/listAssistant?page=2").await;
    bench.control(Method::DELETE, "/held", None).await;
    waiting.await.expect("a task").expect("an answer");

    let journal = bench.journal().await;
    let known: Vec<_> =
        journal.iter().map(|entry| (&entry["vendor"], &entry["query"], &entry["status"])).collect();
    let qcall = json!("qcall");
    assert_eq!(known, [(&qcall, &json!({}), &json!(200)), (&qcall, &json!({ "page": "2" }), &json!(200))]);
}
