//! Calls: add, mark as sent, update, drop.

use std::{sync::Arc, time::Duration};

use secrecy::{ExposeSecret as _, SecretString};
use switchboard_core::error::{Kind, Result};
use switchboard_store::{
    CallCaps, CallMutation,
    CallProgress::{self, Intended, Live, Over, Sent},
    CallRow, Mutation, Replay, Retention, Store,
};

use super::{operations::LONG, pointers, replay, sweeps::FOREVER};
use crate::fixture::{call, document, refused};

pub const NOW: Duration = Duration::ZERO;

pub async fn change(store: &dyn Store, change: CallMutation) -> Result<()> {
    store.commit(vec![Mutation::from(change)]).await
}

/// Adds a call that is due after `due`.
pub async fn add(store: &dyn Store, call: CallRow, due: Option<Duration>) -> Result<()> {
    change(store, CallMutation::Add { call, due, caps: None }).await
}

pub async fn add_within(store: &dyn Store, call: CallRow, caps: CallCaps) -> Result<()> {
    change(store, CallMutation::Add { call, due: Some(LONG), caps: Some(caps) }).await
}

pub async fn update(store: &dyn Store, call: &CallRow, due: Option<Duration>) -> Result<()> {
    change(store, CallMutation::Update { call: call.clone(), due }).await
}

pub async fn drop_call(store: &dyn Store, call: &CallRow) -> Result<()> {
    change(store, drop_of(call)).await
}

fn drop_of(call: &CallRow) -> CallMutation {
    CallMutation::Drop { id: call.id.clone(), version: call.version, fence: call.fence }
}

pub async fn found(store: &dyn Store, id: &str) -> CallRow {
    store.calls().get(id).await.unwrap().unwrap()
}

/// Adds a held call and returns it as stored.
pub async fn added(store: &dyn Store, call: CallRow) -> CallRow {
    let id = call.id.clone();
    add(store, call, Some(LONG)).await.unwrap();
    found(store, &id).await
}

/// Returns the pointers of the violations, and checks that each detail names this call.
fn taken(result: Result<()>, other: &str) -> Vec<String> {
    let error = result.unwrap_err();
    assert!(error.violations.iter().all(|violation| violation.detail.contains(other)), "{error:?}");
    pointers(&error)
}

pub async fn a_call_comes_back_as_it_went_in(store: Arc<dyn Store>) {
    for progress in CallProgress::ALL {
        let given = CallRow { progress, ..call(progress.as_str()) };
        let stored = added(&*store, given.clone()).await;
        assert_eq!((stored.version, stored.fence, stored.sent_at), (1, 1, None));
        assert_eq!(stored.created_at, stored.updated_at);
        assert_eq!(stored.due_at.unwrap().duration_since(stored.created_at).as_secs(), 3600);
        let personal = stored.personal.as_ref().unwrap().expose_secret();
        assert_eq!(personal, given.personal.as_ref().unwrap().expose_secret());
        let expected = CallRow {
            version: 1,
            fence: 1,
            due_at: stored.due_at,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            ..given
        };
        assert_eq!(format!("{stored:?}"), format!("{expected:?}"));
    }
    assert!(store.calls().get("call_2").await.unwrap().is_none());
}

pub async fn absent_values_of_a_call_stay_absent(store: Arc<dyn Store>) {
    for id in ["call_1", "call_2"] {
        let bare = CallRow {
            agent: None,
            remote_id: None,
            progress: Over,
            direction: None,
            external_ref: None,
            peer: None,
            personal: None,
            ..call(id)
        };
        add(&*store, bare, None).await.unwrap();
        let stored = found(&*store, id).await;
        assert_eq!((&stored.agent, &stored.remote_id, &stored.direction), (&None, &None, &None));
        assert_eq!((&stored.external_ref, &stored.peer, stored.due_at), (&None, &None, None));
        assert!(stored.personal.is_none());
    }
}

pub async fn a_taken_value_names_the_other_call(store: Arc<dyn Store>) {
    let first = added(&*store, call("call_1")).await;
    let with = |change: fn(&mut CallRow, &CallRow)| {
        let mut other = call("call_2");
        change(&mut other, &first);
        other
    };
    let external_ref = with(|other, first| other.external_ref.clone_from(&first.external_ref));
    assert_eq!(taken(add(&*store, external_ref, Some(LONG)).await, "call_1"), ["/external_ref"]);
    let remote_id = with(|other, first| other.remote_id.clone_from(&first.remote_id));
    assert_eq!(taken(add(&*store, remote_id.clone(), Some(LONG)).await, "call_1"), ["/remote_id"]);
    let all = CallRow { id: "call_2".to_owned(), ..first.clone() };
    assert_eq!(
        taken(add(&*store, all, Some(LONG)).await, "call_1"),
        ["/external_ref", "/remote_id", "/to/phone_number"]
    );
    let same = CallRow { id: first.id.clone(), ..call("call_2") };
    assert_eq!(taken(add(&*store, same, Some(LONG)).await, "call_1"), ["/id"]);
    assert!(store.calls().get("call_2").await.unwrap().is_none());

    let elsewhere = CallRow { vendor: "opencx".to_owned(), ..remote_id };
    add(&*store, elsewhere, Some(LONG)).await.unwrap();
}

pub async fn one_dial_to_a_number_at_a_vendor(store: Arc<dyn Store>) {
    let first = added(&*store, call("call_1")).await;
    let second = |id| CallRow { peer: first.peer.clone(), ..call(id) };
    let error = add(&*store, second("call_2"), Some(LONG)).await.unwrap_err();
    assert_eq!((error.kind, error.violations.len()), (Kind::StateConflict, 1));
    assert_eq!(taken(Err(error), "call_1"), ["/to/phone_number"]);

    // A dial at another vendor is not refused, and neither is a call that the gateway did not dial.
    add(&*store, CallRow { vendor: "opencx".to_owned(), ..second("call_3") }, Some(LONG)).await.unwrap();
    let seen = CallRow { dialling: false, ..second("call_4") };
    let seen = added(&*store, seen).await;
    let dialling = CallRow { dialling: true, ..seen };
    assert_eq!(taken(update(&*store, &dialling, Some(LONG)).await, "call_1"), ["/to/phone_number"]);

    let peer = first.peer.clone().unwrap();
    let blocking = async |vendor: &str| store.calls().dialling(vendor, &peer).await.unwrap();
    let found = blocking(&first.vendor).await.unwrap();
    assert_eq!(found.call.id, "call_1");
    assert!(found.since < LONG && found.due.is_some_and(|due| due <= LONG), "{found:?}");
    assert_eq!(blocking("opencx").await.unwrap().call.id, "call_3");

    update(&*store, &CallRow { dialling: false, ..first.clone() }, Some(LONG)).await.unwrap();
    assert!(blocking(&first.vendor).await.is_none());
    add(&*store, second("call_2"), Some(LONG)).await.unwrap();
}

pub async fn a_call_is_sent_once_by_its_holder(store: Arc<dyn Store>) {
    let intended = added(&*store, call("call_1")).await;
    let sent = |fence| CallMutation::MarkSent { id: "call_1".to_owned(), fence, hold: 2 * LONG };
    assert_eq!(refused(change(&*store, sent(2)).await), Kind::StateConflict);
    change(&*store, sent(1)).await.unwrap();
    let stored = found(&*store, "call_1").await;
    assert_eq!((stored.progress, stored.version, stored.fence), (Sent, 2, 1));
    let sent_at = stored.sent_at.unwrap();
    assert!(sent_at >= intended.created_at);
    assert_eq!(stored.due_at.unwrap().duration_since(sent_at).as_secs(), 7200);
    assert_eq!(refused(change(&*store, sent(1)).await), Kind::StateConflict);
    let unknown = CallMutation::MarkSent { id: "call_2".to_owned(), fence: 1, hold: LONG };
    assert_eq!(refused(change(&*store, unknown).await), Kind::StateConflict);

    update(&*store, &CallRow { progress: Live, ..stored }, None).await.unwrap();
    let live = found(&*store, "call_1").await;
    assert_eq!((live.sent_at, live.due_at), (Some(sent_at), None));
}

pub async fn a_dial_is_always_due(store: Arc<dyn Store>) {
    for progress in [Intended, Sent] {
        assert_eq!(refused(add(&*store, CallRow { progress, ..call("call_1") }, None).await), Kind::Internal);
    }
    let first = added(&*store, call("call_1")).await;
    assert_eq!(refused(update(&*store, &first, None).await), Kind::Internal);
}

pub async fn an_update_replaces_the_call(store: Arc<dyn Store>) {
    let first = added(&*store, call("call_1")).await;
    let given = CallRow {
        agent: None,
        remote_id: Some("bound".to_owned()),
        progress: Live,
        status: "ringing".to_owned(),
        direction: None,
        external_ref: None,
        peer: None,
        dialling: false,
        counted: false,
        document: document("new"),
        personal: Some(SecretString::from("other")),
        vendor: "opencx".to_owned(),
        origin: "vendor".to_owned(),
        ..first.clone()
    };
    update(&*store, &given, Some(2 * LONG)).await.unwrap();
    let stored = found(&*store, "call_1").await;
    assert_eq!(stored.due_at.unwrap().duration_since(stored.updated_at).as_secs(), 7200);
    assert_eq!(stored.personal.as_ref().unwrap().expose_secret(), "other");
    let expected = CallRow {
        version: 2,
        vendor: first.vendor,
        origin: first.origin,
        due_at: stored.due_at,
        updated_at: stored.updated_at,
        ..given
    };
    assert_eq!(format!("{stored:?}"), format!("{expected:?}"));
}

pub async fn an_update_needs_the_version_and_the_fence(store: Arc<dyn Store>) {
    let first = added(&*store, call("call_1")).await;
    assert_eq!(refused(update(&*store, &call("call_2"), Some(LONG)).await), Kind::NotFound);
    let late = CallRow { version: 2, ..first.clone() };
    assert_eq!(refused(update(&*store, &late, Some(LONG)).await), Kind::PreconditionFailed);
    let fenced = CallRow { fence: 0, ..first.clone() };
    assert_eq!(refused(update(&*store, &fenced, Some(LONG)).await), Kind::StateConflict);
    assert_eq!(format!("{:?}", found(&*store, "call_1").await), format!("{first:?}"));
    update(&*store, &first, Some(LONG)).await.unwrap();
    assert_eq!(refused(update(&*store, &first, Some(LONG)).await), Kind::PreconditionFailed);
}

pub async fn an_update_to_a_taken_value_names_the_other_call(store: Arc<dyn Store>) {
    let first = added(&*store, call("call_1")).await;
    let second = added(&*store, call("call_2")).await;
    let (external_ref, remote_id) = (first.external_ref.clone(), first.remote_id.clone());
    let both = CallRow { external_ref, remote_id, ..second.clone() };
    assert_eq!(taken(update(&*store, &both, Some(LONG)).await, "call_1"), ["/external_ref", "/remote_id"]);
    // A call keeps its own values.
    update(&*store, &second, Some(LONG)).await.unwrap();
}

pub async fn a_dropped_call_is_gone_and_frees_its_values(store: Arc<dyn Store>) {
    let first = added(&*store, call("call_1")).await;
    drop_call(&*store, &first).await.unwrap();
    assert!(store.calls().get("call_1").await.unwrap().is_none());
    assert_eq!(refused(drop_call(&*store, &first).await), Kind::NotFound);
    add(&*store, CallRow { id: "call_2".to_owned(), ..first }, Some(LONG)).await.unwrap();
}

pub async fn a_drop_needs_the_version_and_the_fence(store: Arc<dyn Store>) {
    let first = added(&*store, call("call_1")).await;
    let late = CallRow { version: 2, ..first.clone() };
    assert_eq!(refused(drop_call(&*store, &late).await), Kind::PreconditionFailed);
    let fenced = CallRow { fence: 2, ..first };
    assert_eq!(refused(drop_call(&*store, &fenced).await), Kind::StateConflict);
    found(&*store, "call_1").await;
}

pub async fn a_call_and_its_key_are_one_commit(store: Arc<dyn Store>) {
    let steps = |id: &str| {
        vec![
            Mutation::from(CallMutation::Add { call: call(id), due: Some(LONG), caps: None }),
            Mutation::Remember(replay("key", id)),
        ]
    };
    store.commit(steps("call_1")).await.unwrap();
    assert_eq!(refused(store.commit(steps("call_2")).await), Kind::IdempotencyInProgress);
    assert!(store.calls().get("call_2").await.unwrap().is_none());
    let answer = Mutation::Answer { operation: "call_1".to_owned(), reply: b"201".to_vec() };
    store.commit(vec![answer]).await.unwrap();
    assert_eq!(store.replay("dev", "key").await.unwrap().unwrap().reply.unwrap(), b"201");
}

pub async fn a_dropped_call_frees_its_key(store: Arc<dyn Store>) {
    let first = added(&*store, call("call_1")).await;
    store.commit(vec![Mutation::Remember(replay("key", "call_1"))]).await.unwrap();
    let forget = Mutation::Forget { operation: "call_1".to_owned() };
    let stale = CallMutation::Drop { id: first.id.clone(), version: 9, fence: 1 };
    let refusal = store.commit(vec![forget.clone(), Mutation::from(stale)]).await;
    assert_eq!(refused(refusal), Kind::PreconditionFailed);
    assert!(store.replay("dev", "key").await.unwrap().is_some());

    store.commit(vec![Mutation::from(drop_of(&first)), forget]).await.unwrap();
    assert!(store.replay("dev", "key").await.unwrap().is_none());
    store.commit(vec![Mutation::Remember(replay("key", "call_2"))]).await.unwrap();
}

pub async fn an_answered_key_is_not_forgotten(store: Arc<dyn Store>) {
    let answered = Replay { reply: Some(b"422".to_vec()), ..replay("key", "call_1") };
    let others = replay("other", "call_2");
    store.commit(vec![Mutation::Remember(answered), Mutation::Remember(others)]).await.unwrap();
    store.commit(vec![Mutation::Forget { operation: "call_1".to_owned() }]).await.unwrap();
    assert!(store.replay("dev", "key").await.unwrap().is_some());
    assert!(store.replay("dev", "other").await.unwrap().is_some());
}

pub async fn the_key_of_a_dial_is_kept_until_its_outcome(store: Arc<dyn Store>) {
    let dial = added(&*store, call("call_1")).await;
    store.commit(vec![Mutation::Remember(replay("key", "call_1"))]).await.unwrap();
    let none = Retention { replays: NOW, ..FOREVER };
    assert_eq!(store.sweep(&none).await.unwrap(), 0);
    update(&*store, &CallRow { progress: Live, ..dial }, None).await.unwrap();
    assert_eq!(store.sweep(&none).await.unwrap(), 1);
}

pub async fn printing_a_call_hides_its_personal_data(store: Arc<dyn Store>) {
    let stored = added(&*store, call("call_1")).await;
    assert_eq!(stored.progress, Intended);
    assert!(!format!("{stored:?}").contains("number of"), "{stored:?}");
}
