//! The process is killed at each commit of a dial and at the dial itself.

use serde_json::json;
use switchboard_core::error::Kind;
use switchboard_engine::Outcome;
use switchboard_store::{CallProgress, CallSearch};
use tokio::runtime::{self, Runtime};

use crate::{
    fault::{At, Cut, When},
    process::{Process, Site},
};

/// The state after the process was killed.
#[derive(Debug, PartialEq)]
struct After {
    progress: Option<CallProgress>,
    dials: usize,
    /// True if the idempotency key is stored.
    has_key: bool,
}

/// A vendor on a runtime of its own, and the agent of a process that was killed.
struct Killed {
    site: Site,
    agent: String,
    vendors: Runtime,
}

impl Killed {
    /// Kills a process at the cut. Also returns the state after the process was killed.
    fn at(cut: Cut) -> (Self, After) {
        let vendors = runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let site = vendors.block_on(Site::start());
        let (agent, after) = in_process(&site, async |process| {
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
                progress: calls.first().map(|call| call.row.as_ref().unwrap().progress),
                dials: site.dials(),
                has_key: replay.is_some(),
            };
            (agent, after)
        });
        site.fault.set(None);
        (Self { site, agent, vendors }, after)
    }

    /// Stops the vendor.
    fn end(self) {
        self.vendors.shutdown_background();
    }
}

/// Runs a process on a runtime of its own, and kills the process: no task shuts down cleanly.
fn in_process<T>(site: &Site, work: impl AsyncFnOnce(&Process) -> T) -> T {
    let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let result = runtime.block_on(async {
        let process = site.standard().await;
        work(&process).await
    });
    drop(runtime);
    result
}

#[test]
fn a_call_that_is_not_marked_as_sent_was_not_dialled() {
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
        let (killed, after) = Killed::at(cut);
        assert_eq!(after, expected, "{cut:?}");
        // A later request with this key never causes a second dial.
        let site = &killed.site;
        let answer = in_process(site, async |next| next.call(&killed.agent, "key-1").await);
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
        killed.end();
    }
}

#[test]
fn a_process_that_is_killed_while_it_dials_leaves_a_call_that_is_sent() {
    for (when, dials) in [(When::Before, 0), (When::After, 1)] {
        let cut = Cut { at: At::Request, number: 1, when };
        let (killed, after) = Killed::at(cut);
        assert_eq!(after, After { progress: Some(CallProgress::Sent), dials, has_key: true }, "{cut:?}");
        killed.end();
    }
}

#[test]
fn every_sent_call_is_due_so_that_it_is_recovered() {
    for number in [1, 2] {
        let (killed, _) = Killed::at(Cut { at: At::Commit, number, when: When::After });
        let due = in_process(&killed.site, async |next| next.store.calls().next_due(&[]).await.unwrap());
        assert!(due.is_some());
        killed.end();
    }
}
