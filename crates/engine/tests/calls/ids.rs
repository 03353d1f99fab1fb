//! An id that the vendor returns is certain, so no inferred match keeps it.

use secrecy::SecretString;
use serde_json::{Value, json};
use switchboard_core::call::{CallMatch, CallObservation, CallStatus};
use switchboard_engine::calls::CallRecord;
use switchboard_store::{CallMutation, CallProgress};

use crate::{
    process::{Process, Site, WAIT, body, call_of},
    server::Treatment,
};

impl Process {
    /// Stores a match of a call that was inferred, with a transcript.
    async fn infer(&self, mut record: CallRecord, remote_id: &str) {
        record.tracked.bind(remote_id, CallMatch::Inferred);
        record.tracked.fold(&CallObservation {
            status: Some(CallStatus::InProgress),
            ..CallObservation::new(remote_id, jiff::Timestamp::now())
        });
        record.progress = CallProgress::Live;
        record.is_dialling = false;
        let call = record.to_row(self.engine.calls().peers()).unwrap();
        let transcript = SecretString::from("{}");
        let keep = WAIT;
        let put = CallMutation::PutTranscript { call: record.id.clone(), transcript, keep };
        let update = CallMutation::Update { call, due: Some(WAIT) };
        self.store.commit(vec![update.into(), put.into()]).await.unwrap();
    }

    async fn has_transcript(&self, id: &str) -> bool {
        self.store.calls().transcript(id).await.unwrap().is_some()
    }

    /// Starts a dial whose answer waits. Returns the request and its call, which is sent.
    async fn begin(
        &self,
        site: &Site,
        body: Value,
    ) -> (tokio::task::JoinHandle<(String, Value)>, CallRecord) {
        let dials = site.asked();
        site.vendor.treat([Treatment::Wait]);
        let process = self.clone();
        let request =
            tokio::spawn(async move { call_of(&process.place(&body, "key-of-wait", WAIT).await.unwrap()) });
        site.vendor.once_asked(dials + 1).await;
        let calls = self.store.calls().list(&Default::default(), None, 10).await.unwrap();
        let sent = calls
            .into_iter()
            .map(|found| found.row.unwrap())
            .find(|row| row.progress == CallProgress::Sent)
            .unwrap();
        (request, CallRecord::from_row(sent).unwrap())
    }
}

#[tokio::test]
async fn an_answered_id_replaces_the_inferred_match_of_another_call() {
    let site = Site::start().await;
    let process = site.standard().await;
    let agent = process.agent(json!({})).await;
    let mut other = body(&agent);
    other["to"]["phone_number"] = json!("+15550100124");
    site.vendor.treat([Treatment::PlaceAndHangUp]);
    let (other, _) = call_of(&process.place(&other, "key-1", WAIT).await.unwrap());
    let (request, _) = process.begin(&site, body(&agent)).await;
    process.infer(process.engine.calls().get(&other).await.unwrap(), "remote-2").await;
    assert!(process.has_transcript(&other).await);
    site.vendor.permits.add_permits(1);
    let (id, call) = request.await.unwrap();
    assert_eq!((&call["remote_id"], &call["match"]), (&json!("remote-2"), &json!("answered")), "{call}");
    let call = process.shown(&other).await;
    assert_eq!((&call["remote_id"], &call["match"]), (&json!(null), &json!("pending")), "{call}");
    assert_eq!(call["status"], "unknown", "{call}");
    assert!(!process.has_transcript(&other).await, "the words are those of the call {id}");
    let reset = process.engine.calls().get(&other).await.unwrap();
    assert!(reset.progress == CallProgress::Live && reset.due_at.is_some());
}

#[tokio::test]
async fn a_late_answer_replaces_another_id_of_the_same_call() {
    let site = Site::start().await;
    let process = site.standard().await;
    let agent = process.agent(json!({})).await;
    let (request, sent) = process.begin(&site, body(&agent)).await;
    process.infer(sent, "remote-9").await;
    site.vendor.permits.add_permits(1);
    let (id, _) = request.await.unwrap();
    let call = process.shown(&id).await;
    assert_eq!((&call["remote_id"], &call["match"]), (&json!("remote-1"), &json!("answered")), "{call}");
    assert_eq!(call["status"], "queued", "the status was that of another call: {call}");
    assert!(!process.has_transcript(&id).await);
}
