//! Killing another process at exact points of an exchange.

use std::io::Write;
use std::net::TcpStream;
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::{SandboxOptions, Vendor};

use crate::support::{
    Bench, autocalls_2026_assistant, opencx_purchase, promised_length, qcall_assistant, raw, raw_request,
    without,
};

const QCALL: Vendor = Vendor::QCALL;
const OPENCX: Vendor = Vendor::OPENCX;
const CREATE: &str = "POST /user/createAssistant";

/// The kill points of a create, each with the number of records that exist after it.
const POINTS: [(&str, usize); 5] =
    [("received", 0), ("before_apply", 0), ("after_apply", 1), ("half_answer", 1), ("after_answer", 1)];

async fn bench() -> Bench {
    Bench::with(SandboxOptions { kills: true, ..SandboxOptions::default() }).await
}

/// A process that only waits to be killed.
struct Bystander(Child);

impl Bystander {
    fn start() -> Self {
        Self(Command::new("sleep").arg("600").spawn().expect("a process"))
    }

    fn pid(&self) -> u32 {
        self.0.id()
    }

    /// Returns the signal that ended the process; `None` if it still runs.
    fn signal(&mut self) -> Option<i32> {
        self.0.try_wait().expect("a child")?.signal()
    }
}

impl Drop for Bystander {
    fn drop(&mut self) {
        // The process may already have been killed by the fault.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn order(bench: &Bench, vendor: Vendor, pid: u32, at: &str) {
    bench.order(json!({ "vendor": vendor, "fault": { "kind": "kill", "pid": pid, "at": at } })).await;
}

#[tokio::test]
async fn the_process_is_gone_before_the_connection_closes() {
    for (at, created) in POINTS {
        let bench = bench().await;
        let mut bystander = Bystander::start();
        order(&bench, QCALL, bystander.pid(), at).await;
        let received = raw(&bench, QCALL, CREATE, &qcall_assistant()).await;

        assert_eq!(bystander.signal(), Some(9), "{at}");
        assert_eq!(bench.count(QCALL, "assistants").await, created, "{at}");
        let status = bench.journal().await[0]["status"].clone();
        match at {
            "half_answer" | "after_answer" => {
                let (head, body) = received.split_once("\r\n\r\n").expect("a head");
                assert!(head.starts_with("HTTP/1.1 200"), "{head}");
                let promised = promised_length(head);
                let expected = if at == "half_answer" { promised / 2 } else { promised };
                assert_eq!(body.len(), expected, "{at}: {received}");
                assert_eq!(status, json!(200));
            }
            _ => assert_eq!((received.as_str(), status), ("", Value::Null), "{at}"),
        }
    }
}

#[tokio::test]
async fn the_caller_itself_can_be_killed() {
    for (at, created) in POINTS {
        let bench = bench().await;
        let mut stream = TcpStream::connect(bench.sandbox.address()).expect("a connection");
        let connection = OwnedFd::from(stream.try_clone().expect("a second handle"));
        let caller = Command::new("cat").stdin(connection).stdout(Stdio::null()).spawn();
        let mut caller = Bystander(caller.expect("a process"));
        order(&bench, Vendor::AUTOCALLS_2026, caller.pid(), at).await;
        let request =
            raw_request(Vendor::AUTOCALLS_2026, "POST /user/assistant", &autocalls_2026_assistant());
        stream.write_all(&request).expect("sent");
        // From here on, only the other process has the connection open.
        drop(stream);

        let ended = tokio::task::spawn_blocking(move || caller.0.wait()).await.expect("waited");
        assert_eq!(ended.expect("a child").signal(), Some(9), "{at}");
        assert_eq!(bench.count(Vendor::AUTOCALLS_2026, "assistants").await, created, "{at}");
        let (_, changes) = bench.control(Method::GET, "/autocalls-2026/changes", None).await;
        assert_eq!(changes["assistants"]["creates"], json!(created), "{at}");
    }
}

#[tokio::test]
async fn a_request_that_places_a_call_is_cut_at_the_same_points() {
    let vendor = Vendor::AUTOCALLS_2026;
    for (at, placed) in POINTS {
        let bench = bench().await;
        bench.send(vendor, Method::POST, "/user/assistant", &autocalls_2026_assistant()).await;
        let mut bystander = Bystander::start();
        order(&bench, vendor, bystander.pid(), at).await;
        let dial = json!({ "phone_number": "+15550100101", "assistant_id": 1001 });
        raw(&bench, vendor, "POST /user/make_call", &dial).await;
        assert_eq!(bystander.signal(), Some(9), "{at}");
        let (_, ledger) = bench.control(Method::GET, "/autocalls-2026/dials", None).await;
        assert_eq!(ledger["dials"].as_array().map(Vec::len), Some(placed), "{at}");
    }
}

#[tokio::test]
async fn updates_and_deletions_are_cut_at_the_same_points() {
    for (at, applied) in POINTS {
        let bench = bench().await;
        let (_, bought) = bench.send(OPENCX, Method::POST, "/phone/buy", &opencx_purchase()).await;
        let id = bought["id"].as_str().expect("an id");
        let change = json!({ "elevenlabs_voice_id": "a38v0NaUbsvackET0tSL", "name": "Renamed" });
        for (method, body) in [("PATCH", change), ("DELETE", Value::Null)] {
            let mut bystander = Bystander::start();
            order(&bench, OPENCX, bystander.pid(), at).await;
            let received = raw(&bench, OPENCX, &format!("{method} /phone/{id}"), &body).await;
            assert_eq!(bystander.signal(), Some(9), "{at}");
            let parts = received.split_once("\r\n\r\n");
            let answered = parts.map(|(head, body)| (promised_length(head), body));
            // This vendor's answer has no body, which cannot be halved.
            let expected = match at {
                "half_answer" => Some((2, "{")),
                "after_answer" => Some((0, "")),
                _ => None,
            };
            assert_eq!(answered, expected, "{at}: {received}");
        }
        let (_, changes) = bench.control(Method::GET, "/opencx/changes", None).await;
        let counts = ["updates", "deletes"].map(|name| &changes["phone_numbers"][name]);
        assert_eq!(counts, [&json!(applied), &json!(applied)], "{at}");
    }
}

#[tokio::test]
async fn half_of_a_long_answer_is_half_of_it() {
    let bench = bench().await;
    let long = json!({ "script": "a".repeat(1_500_000) });
    bench.control(Method::PUT, "/qcall/records/assistants/long", Some(&long)).await;
    let mut bystander = Bystander::start();
    order(&bench, QCALL, bystander.pid(), "half_answer").await;
    let received = raw(&bench, QCALL, "GET /user/getAssistant?assistant_id=long", &Value::Null).await;
    assert_eq!(bystander.signal(), Some(9));
    let (head, body) = received.split_once("\r\n\r\n").expect("a head");
    let promised = promised_length(head);
    assert!(promised > 1_500_000, "{head}");
    assert_eq!(body.len(), promised / 2);
}

#[tokio::test]
async fn a_request_that_is_refused_never_gets_to_be_carried_out() {
    for at in ["before_apply", "after_apply"] {
        let bench = bench().await;
        let mut bystander = Bystander::start();
        order(&bench, QCALL, bystander.pid(), at).await;
        let unnamed = without(&qcall_assistant(), &["name"]);
        let (_, refused) = bench.send(QCALL, Method::POST, "/user/createAssistant", &unnamed).await;
        assert_eq!(refused["success"], json!(false));
        let url = format!("{}/user/listAssistant", bench.sandbox.base_url(QCALL));
        let stranger = bench.client.get(url).send().await.expect("an answer");
        assert_eq!(stranger.status(), 401);
        assert_eq!(bystander.signal(), None, "{at}");
        assert_eq!(raw(&bench, QCALL, CREATE, &qcall_assistant()).await, "");
        assert_eq!(bystander.signal(), Some(9), "{at}");
    }
}

#[tokio::test]
async fn only_one_other_process_can_be_named() {
    let bench = bench().await;
    let mut ended = Bystander::start();
    ended.0.kill().expect("killed");
    ended.0.wait().expect("waited for");
    for pid in [0, -1, 1, i64::from(std::process::id()), i64::from(ended.pid()), 1 << 40] {
        let order = json!({ "vendor": "qcall", "fault": { "kind": "kill", "pid": pid, "at": "received" } });
        let (status, _) = bench.control(Method::POST, "/faults", Some(&order)).await;
        assert_eq!(status, 422, "{pid}");
    }
}

#[tokio::test]
async fn a_sandbox_kills_only_when_started_so() {
    let bench = Bench::new().await;
    let mut bystander = Bystander::start();
    let fault = json!({ "kind": "kill", "pid": bystander.pid(), "at": "received" });
    let order = json!({ "vendor": "qcall", "fault": fault });
    let (status, _) = bench.control(Method::POST, "/faults", Some(&order)).await;
    assert_eq!(status, 403);
    assert_eq!(bench.get(QCALL, "/user/listAssistant").await.0, 200);
    assert_eq!(bystander.signal(), None);
}
