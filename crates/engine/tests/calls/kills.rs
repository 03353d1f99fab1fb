//! The process is killed at each commit of a dial and at the dial itself.

use serde_json::json;
use switchboard_core::error::Kind;
use switchboard_engine::Outcome;
use switchboard_store::{CallProgress, CallSearch};

use crate::{
    fault::{At, Cut, When},
    process::Site,
};

/// The state after the process was killed.
#[derive(Debug, PartialEq)]
struct After {
    progress: Option<CallProgress>,
    dials: usize,
    /// True if the idempotency key is stored.
    has_key: bool,
}

async fn killed(cut: Cut) -> (Site, After, String) {
    let site = Site::start().await;
    let process = site.standard().await;
    let agent = process.agent(json!({})).await;
    site.fault.set(Some(cut));
    tokio::select! {
        biased;
        () = site.fault.killed() => {}
        answer = process.call(&agent, "key-1") => panic!("{cut:?}: {answer:?}"),
    }
    let calls = process.store.calls().list(&CallSearch::default(), None, 10).await.unwrap();
    let replay = process.store.replay("", "key-1").await.unwrap();
    let after = After {
        progress: calls.first().map(|call| call.progress),
        dials: site.dials(),
        has_key: replay.is_some(),
    };
    site.fault.set(None);
    (site, after, agent)
}

#[tokio::test]
async fn a_call_that_is_not_marked_as_sent_was_not_dialled() {
    let nothing = || After { progress: None, dials: 0, has_key: false };
    let at = |progress, dials| After { progress: Some(progress), dials, has_key: true };
    for (number, when, expected) in [
        (1, When::Before, nothing()),
        (1, When::After, at(CallProgress::Intended, 0)),
        (2, When::Before, at(CallProgress::Intended, 0)),
        (2, When::After, at(CallProgress::Sent, 0)),
        (3, When::Before, at(CallProgress::Sent, 1)),
        (3, When::After, at(CallProgress::Live, 1)),
    ] {
        let cut = Cut { at: At::Commit, number, when };
        let (site, after, agent) = killed(cut).await;
        assert_eq!(after, expected, "{cut:?}");
        // Nothing dials again, whatever is asked next with this key.
        let next = site.standard().await;
        let answer = next.call(&agent, "key-1").await;
        match expected.progress {
            None => assert_eq!(site.dials(), 1, "{cut:?}: {answer:?}"),
            Some(CallProgress::Live) => {
                assert!(matches!(answer.unwrap().outcome, Outcome::CallPlaced { .. }), "{cut:?}");
                assert_eq!(site.dials(), 1, "{cut:?}");
            }
            Some(_) => {
                assert_eq!(answer.unwrap_err().kind, Kind::IdempotencyInProgress, "{cut:?}");
                assert_eq!(site.dials(), expected.dials, "{cut:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_process_that_is_killed_while_it_dials_leaves_a_call_that_is_sent() {
    for (when, dials) in [(When::Before, 0), (When::After, 1)] {
        let cut = Cut { at: At::Request, number: 1, when };
        let (_, after, _) = killed(cut).await;
        assert_eq!(after, After { progress: Some(CallProgress::Sent), dials, has_key: true }, "{cut:?}");
    }
}

#[tokio::test]
async fn every_sent_call_is_due_so_that_it_is_recovered() {
    for number in [1, 2] {
        let (site, _, _) = killed(Cut { at: At::Commit, number, when: When::After }).await;
        let process = site.standard().await;
        assert!(process.store.calls().next_due(&[]).await.unwrap().is_some());
    }
}
