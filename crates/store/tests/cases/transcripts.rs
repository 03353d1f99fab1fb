//! Transcripts of calls.

use std::{sync::Arc, time::Duration};

use secrecy::{ExposeSecret as _, SecretString};
use switchboard_core::error::{Kind, Result};
use switchboard_store::{CallMutation, Store};

use super::{
    calls::{NOW, added, change, drop_call},
    operations::LONG,
};
use crate::fixture::{call, refused};

async fn put(store: &dyn Store, call: &str, text: &str, keep: Duration) -> Result<()> {
    let (call, transcript) = (call.to_owned(), SecretString::from(text));
    change(store, CallMutation::PutTranscript { call, transcript, keep }).await
}

async fn text(store: &dyn Store, call: &str) -> Option<String> {
    let found = store.calls().transcript(call).await.unwrap();
    found.map(|found| found.expose_secret().to_owned())
}

pub async fn a_transcript_comes_back_as_it_went_in(store: Arc<dyn Store>) {
    added(&*store, call("call_1")).await;
    assert_eq!(text(&*store, "call_1").await, None);
    let long = "ü\0'".repeat(500_000);
    for given in ["", "first", &long] {
        put(&*store, "call_1", given, LONG).await.unwrap();
        assert_eq!(text(&*store, "call_1").await.as_deref(), Some(given));
    }
    let remove = CallMutation::DropTranscript { call: "call_1".to_owned() };
    change(&*store, remove.clone()).await.unwrap();
    assert_eq!(text(&*store, "call_1").await, None);
    change(&*store, remove).await.unwrap();
}

pub async fn a_transcript_needs_its_call(store: Arc<dyn Store>) {
    assert_eq!(refused(put(&*store, "call_1", "text", LONG).await), Kind::NotFound);
    assert_eq!(text(&*store, "call_1").await, None);
}

pub async fn a_transcript_goes_with_its_call(store: Arc<dyn Store>) {
    for id in ["call_1", "call_2"] {
        added(&*store, call(id)).await;
        put(&*store, id, id, LONG).await.unwrap();
    }
    let first = store.calls().get("call_1").await.unwrap().unwrap();
    drop_call(&*store, &first).await.unwrap();
    assert_eq!(text(&*store, "call_1").await, None);
    assert_eq!(text(&*store, "call_2").await.as_deref(), Some("call_2"));
}

pub async fn transcripts_expire(store: Arc<dyn Store>) {
    for (id, keep) in [("b", NOW), ("a", NOW), ("c", LONG)] {
        added(&*store, call(id)).await;
        put(&*store, id, id, keep).await.unwrap();
    }
    assert_eq!(store.calls().expired_transcripts(10).await.unwrap(), ["b", "a"]);
    assert_eq!(store.calls().expired_transcripts(1).await.unwrap(), ["b"]);
    assert_eq!(text(&*store, "b").await.as_deref(), Some("b"));
    put(&*store, "b", "again", LONG).await.unwrap();
    assert_eq!(store.calls().expired_transcripts(10).await.unwrap(), ["a"]);
}
