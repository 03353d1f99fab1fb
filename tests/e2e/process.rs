//! The process: start, stop, restart, and the output of its commands.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    time::Instant,
};

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, trunk},
    harness::{Answer, Harness, TIMEOUT, command, run},
};

#[tokio::test]
async fn a_request_in_flight_is_finished_when_the_process_stops() {
    let mut harness = Harness::start().await;
    let in_flight = harness.in_flight().await;
    harness.gateway.terminate();
    let made = in_flight.await.unwrap().expect(201);
    assert!(harness.gateway.ended().await.success());
    harness.restart().await;
    let path = format!("/v1/agents/{}", made["id"].as_str().unwrap());
    assert_eq!(harness.get(&path).await.expect(200), made);
}

#[tokio::test]
async fn a_write_is_finished_after_its_caller_has_gone() {
    let mut harness = Harness::start().await;
    let slow = json!({ "kind": "latency", "ms": 1000, "when": "before" });
    harness.order(Vendor::QCALL, "createAssistant", 1, &slow).await;
    let request = harness.request(Method::POST, "/v1/agents").json(&agent(Vendor::QCALL));
    let in_flight = tokio::spawn(Answer::to(request));
    let begun = Instant::now();
    while harness.asked(Vendor::QCALL, "createAssistant").await == 0 {
        assert!(begun.elapsed() < TIMEOUT, "the vendor is never asked");
    }
    in_flight.abort();
    harness.gateway.terminate();
    assert!(harness.gateway.ended().await.success());
    harness.restart().await;
    let listed = harness.get("/v1/agents").await.expect(200);
    assert_eq!(listed["data"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn what_was_answered_survives_a_kill() {
    let mut harness = Harness::start().await;
    let mut kept = Vec::new();
    for _ in 0..3 {
        kept.push(harness.create("/v1/agents", &agent(Vendor::QCALL)).await);
    }
    let cursor = harness.get("/v1/agents?limit=1").await.expect(200)["next_cursor"].clone();
    kept.push(harness.create("/v1/trunks", &trunk()).await);
    harness.gateway.stop();
    harness.restart().await;
    for record in kept {
        assert_eq!(harness.get(&record.path).await.expect(200), record.body);
    }
    // Cursors remain valid too, because their key is in the store.
    let rest = format!("/v1/agents?cursor={}", cursor.as_str().unwrap());
    assert_eq!(harness.get(&rest).await.expect(200)["data"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn one_file_is_one_processes() {
    let harness = Harness::start().await;
    let second = run(&["serve", "--config", "switchboard.toml"], harness.dir());
    assert!(!second.status.success());
    let said = String::from_utf8_lossy(&second.stderr);
    assert!(said.contains("store"), "{said}");
    harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
}

#[test]
fn a_configuration_is_checked_as_a_whole() {
    let dir = tempfile::tempdir().unwrap();
    let check = |toml: &str| {
        std::fs::write(dir.path().join("switchboard.toml"), toml).unwrap();
        let output = run(&["check", "--settings-only", "--config", "switchboard.toml"], dir.path());
        let said =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        (output.status.success(), said)
    };
    let (valid, said) = check("[vendors.q]\nadapter = \"qcall\"\napi_key = \"env:KEY\"\n");
    assert!(valid && said.contains("Vendors: 1"), "{said}");

    let wrong = r#"
        [server]
        listen = "0.0.0.0:8080"
        listne = "127.0.0.1:8080"
        max_in_flight = 0
        [store]
        key = "env:NO_SUCH_VARIABLE"
        [vendors.q]
        adapter = "qcal"
        [vendors.a]
        adapter = "autocalls"
        generation = "1999"
        api_key = "file:no-such-file"
        [routing]
        default = "nobody"
    "#;
    let (valid, said) = check(wrong);
    assert!(!valid, "{said}");
    for key in [
        "server.listen:",
        "server.listne:",
        "server.max_in_flight:",
        "store.key:",
        "vendors.q.adapter:",
        "vendors.a.api_key:",
        "vendors.a.generation:",
        "routing.default:",
    ] {
        assert!(said.lines().any(|line| line.starts_with(key)), "{key} in {said}");
    }
    let served = run(&["serve", "--config", "switchboard.toml"], dir.path());
    assert!(!served.status.success());
}

/// Checks that a gateway without keys does not listen for other machines, because every caller could use the
/// vendors' accounts.
#[test]
fn a_gateway_without_keys_serves_only_its_own_machine() {
    let dir = tempfile::tempdir().unwrap();
    for (listen, keys, valid) in [
        ("0.0.0.0:0", "[]", false),
        ("[::]:0", "[]", false),
        ("127.0.0.1:0", "[]", true),
        ("0.0.0.0:0", "[{ name = \"tests\", secret = \"env:KEY\" }]", true),
    ] {
        let toml = format!("[server]\nlisten = \"{listen}\"\n[auth]\nkeys = {keys}\n");
        std::fs::write(dir.path().join("switchboard.toml"), toml).unwrap();
        let output = run(&["check", "--settings-only", "--config", "switchboard.toml"], dir.path());
        assert_eq!(output.status.success(), valid, "{listen} {keys}: {output:?}");
    }
}

#[test]
fn the_checked_in_contract_is_the_one_that_is_served() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let check = run(&["openapi", "--check", "openapi/openapi.json"], root.as_ref());
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stderr));
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("other.json"), "{\n  \"openapi\": \"3.1.0\",\n  \"other\": 1\n}\n")
        .unwrap();
    let check = run(&["openapi", "--check", "other.json"], dir.path());
    assert!(!check.status.success());
    assert!(String::from_utf8_lossy(&check.stderr).contains("line 3"), "{check:?}");
}

#[tokio::test]
async fn the_contract_and_its_viewer_need_no_key() {
    let harness = Harness::start().await;
    let get = |path: &str| Answer::to(harness.client.get(format!("{}{path}", harness.gateway.url)));
    let served = get("/openapi.json").await.expect(200);
    let printed = run(&["openapi"], harness.dir());
    assert_eq!(served, serde_json::from_slice::<Value>(&printed.stdout).unwrap());
    let mut docs = get("/docs").await;
    if let Some(there) = docs.header("location").map(ToOwned::to_owned) {
        docs = get(&there).await;
    }
    assert_eq!(docs.status, 200, "{}", docs.text);
    assert!(docs.header("content-type").unwrap().starts_with("text/html"), "{docs:?}");
    for elsewhere in ["src=\"http", "src=\"//", "<link href=\"http", "url(http"] {
        assert!(!docs.text.contains(elsewhere), "{elsewhere} in the viewer");
    }
}

/// Checks the first steps in the documentation: one command, then the line that the command prints.
#[tokio::test]
async fn the_line_that_the_sandbox_prints_works_as_pasted() {
    let harness = Harness::start().await;
    let mut process = command(&["serve", "--sandbox"], harness.dir())
        .env("SWITCHBOARD__SERVER__LISTEN", "127.0.0.1:0")
        .env("SWITCHBOARD__SERVER__ADMIN_LISTEN", "")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
    let pasted: Vec<_> = lines
        .skip_while(|line| !line.trim_start().starts_with("curl"))
        .take_while(|line| !line.is_empty())
        .collect();
    let answer = paste(&harness, &pasted.join("\n")).await;
    process.kill().unwrap();
    process.wait().unwrap();
    let made = answer.expect(201);
    assert_eq!(made["placement"]["vendor"], "qcall");
    assert!(made["translation"]["fields"].as_array().is_some_and(|rows| !rows.is_empty()), "{made}");
}

/// Runs a line as a shell with curl would. The shell splits the line into words, so that its quotes are
/// tested too.
async fn paste(harness: &Harness, text: &str) -> Answer {
    let script = format!("curl() {{ printf '%s\\n' \"$@\"; }}\n{text}");
    let words = Command::new("sh").args(["-c", &script]).output().unwrap();
    assert!(words.status.success() && words.stderr.is_empty(), "{words:?}");
    let words = String::from_utf8(words.stdout).unwrap();
    let mut words = words.lines();
    let (mut url, mut headers, mut body) = (None, Vec::new(), None);
    while let Some(word) = words.next() {
        match word {
            "-sS" => {}
            "-H" => headers.push(words.next().unwrap().split_once(": ").unwrap()),
            "-d" => body = words.next().map(ToOwned::to_owned),
            other => url = Some(other),
        }
    }
    let mut request = harness.client.post(url.unwrap()).body(body.unwrap());
    for (name, value) in headers {
        request = request.header(name, value);
    }
    Answer::to(request).await
}
