//! Spans: the facts of an exchange that they record, and the contents that they omit.

use std::{
    io,
    sync::{Arc, Mutex},
};

use switchboard_core::vendor::Method;
use tracing_subscriber::fmt::{MakeWriter, format::FmtSpan};

use crate::{
    account::{TOKEN, document, request, transport},
    vendor::{Act, Vendor, answer},
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

#[tokio::test]
async fn each_attempt_is_recorded_without_its_contents() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_env_filter("switchboard_transport=trace")
        .with_span_events(FmtSpan::CLOSE)
        .with_writer(log.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    // A span that another test without a subscriber meets first is disabled globally: so all of them are met here once,
    // and then enabled again.
    let vendor = Vendor::acting([Act::Reset, Act::Answer(answer(200, "{}"))]).await;
    transport(&vendor.url()).run(document(request(Method::Put))).await.expect("an answer");
    tracing::callsite::rebuild_interest_cache();
    log.0.lock().expect("a log").clear();

    let vendor = Vendor::acting([Act::Reset, Act::Answer(answer(200, r#"{"answer": "private-3"}"#))]).await;
    let request = request(Method::Put).query("q", "private-1").json("private-2".into());
    transport(&vendor.url()).run(document(request)).await.expect("an answer");
    drop(guard);

    let log = String::from_utf8(log.0.lock().expect("a log").clone()).expect("text");
    let attempts: Vec<_> =
        log.lines().filter(|line| line.contains("vendor attempt{") && line.contains("close")).collect();
    assert_eq!(attempts.len(), 2, "{log}");
    for (attempt, fields) in attempts.iter().zip([["attempt=1", "ambiguous"], ["attempt=2", "status=200"]]) {
        for field in fields.iter().chain(&["vendor=acme", "touch agent", "method=\"PUT\"", "elapsed_ms="]) {
            assert!(attempt.contains(field), "{field} is not in {attempt}");
        }
    }
    let conversation = log.lines().rfind(|line| line.contains("conversation{") && line.contains("close"));
    let conversation = conversation.expect("a conversation");
    for field in ["vendor=acme", "operation=\"touch agent\"", "outcome=\"ok\"", "elapsed_ms="] {
        assert!(conversation.contains(field), "{field} is not in {conversation}");
    }
    assert!(!log.contains(TOKEN) && !log.contains("private-"), "{log}");
}
