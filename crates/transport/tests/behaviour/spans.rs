//! Spans: the facts that they record about an exchange, and the contents that they omit.

use std::{
    io,
    sync::{Arc, Mutex},
};

use serde_json::json;
use switchboard_core::vendor::{AllowedHost, Binary, Exchange, GrantedUrl, Method, Request};
use tracing_subscriber::fmt::{MakeWriter, format::FmtSpan};

use crate::{
    account::{TOKEN, document, request, transport, transport_allowing},
    streaming::recording,
    vendor::{Act, Vendor, answer, answer_with},
};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("a log").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Runs the scenario and returns what is logged.
///
/// If a test without a subscriber is the first to reach a span, the span is disabled for the whole process. Therefore,
/// the scenario runs once to reach all spans, and again after they are enabled.
async fn log_of(filter: &str, scenario: impl AsyncFn()) -> String {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_env_filter(filter)
        .with_span_events(FmtSpan::CLOSE)
        .with_writer(log.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    scenario().await;
    tracing::callsite::rebuild_interest_cache();
    log.0.lock().expect("a log").clear();
    scenario().await;
    drop(guard);
    let bytes = log.0.lock().expect("a log").clone();
    String::from_utf8(bytes).expect("text")
}

#[tokio::test]
async fn each_attempt_is_recorded_without_its_contents() {
    let log = log_of("switchboard_transport=trace", async || {
        let found = Act::Answer(answer(200, r#"{"answer": "private-3"}"#));
        let vendor = Vendor::acting([Act::Reset, found]).await;
        let request = request(Method::Delete).query("q", "private-1").json("private-2".into());
        transport(&vendor.url()).run(document(request)).await.expect("an answer");
    })
    .await;
    let attempts: Vec<_> =
        log.lines().filter(|line| line.contains("vendor attempt{") && line.contains("close")).collect();
    assert_eq!(attempts.len(), 2, "{log}");
    for (attempt, fields) in attempts.iter().zip([["attempt=1", "ambiguous"], ["attempt=2", "status=200"]]) {
        for field in fields.iter().chain(&["vendor=acme", "touch agent", "method=\"DELETE\"", "elapsed_ms="])
        {
            assert!(attempt.contains(field), "{field} is not in {attempt}");
        }
    }
    let conversation = log.lines().rfind(|line| line.contains("vendor exchange{") && line.contains("close"));
    let conversation = conversation.expect("an exchange");
    for field in ["vendor=acme", "operation=\"touch agent\"", "outcome=\"ok\"", "elapsed_ms="] {
        assert!(conversation.contains(field), "{field} is not in {conversation}");
    }
    assert!(!log.contains(TOKEN) && !log.contains("private-"), "{log}");
}

#[tokio::test]
async fn a_recording_is_recorded_without_its_contents() {
    let log = log_of("switchboard_transport=trace", async || {
        let audio = answer_with(200, &["Content-Type: audio/mpeg"], b"private-7");
        let vendor = Vendor::acting([Act::Answer(audio)]).await;
        transport(&vendor.url()).stream(recording(), 1000).await.expect("a body");
    })
    .await;
    let closed = |name: &str| log.lines().rfind(|line| line.contains(name) && line.contains("close"));
    let attempt = closed("vendor attempt{").expect("an attempt");
    for field in
        ["vendor=acme", "read recording", "method=\"GET\"", "attempt=1", "status=200", "ok", "elapsed_ms="]
    {
        assert!(attempt.contains(field), "{field} is not in {attempt}");
    }
    let conversation = log.lines().rfind(|line| !line.contains("vendor attempt{") && line.contains("close"));
    let conversation = conversation.expect("an exchange");
    for field in ["vendor exchange{", "vendor=acme", "read recording", "outcome=\"ok\"", "elapsed_ms="] {
        assert!(conversation.contains(field), "{field} is not in {conversation}");
    }
    assert!(!log.contains(TOKEN) && !log.contains("private-"), "{log}");
}

/// Reads a link, then the file to which it leads.
fn linked_file() -> Exchange<Binary> {
    Exchange::ask(Request::new("read link", Method::Get, ["link"]), |reply| {
        let link = reply.document("a link")?["url"].as_str().and_then(GrantedUrl::parse);
        let request = Request::granted("read file", Method::Get, link.expect("a URL")).accepting("audio/*");
        Ok(Exchange::send(request, |reply| reply.bytes("a file")))
    })
}

#[tokio::test]
async fn no_log_shows_a_granted_url() {
    let log = log_of("trace", async || {
        let audio = answer_with(200, &["Content-Type: audio/mpeg"], b"private-4");
        let files = Vendor::acting([Act::Answer(audio)]).await;
        let link = json!({ "url": format!("{}/private-5?signature=private-6", files.url()) });
        let links = Vendor::always(Act::Answer(answer(200, &link.to_string()))).await;
        let allowed = AllowedHost::origin_of(files.url().parse().expect("a URL"));
        transport_allowing(&links.url(), [allowed]).run(linked_file()).await.expect("a file");
        transport_allowing(&links.url(), []).run(linked_file()).await.expect_err("a refusal");
        assert_eq!(files.target(), "/api/private-5?signature=private-6");
    })
    .await;
    assert!(log.contains("not_sent") && log.contains("status=200"), "{log}");
    assert!(!log.contains(TOKEN) && !log.contains("private-") && !log.contains("signature"), "{log}");
}
