//! Several writes that search for, or wait for, what others create.

use std::{sync::atomic::Ordering, time::Duration};

use serde_json::json;
use switchboard_engine::{Outcome, SyncState};

use crate::{
    URL, WAIT,
    fault::{At, Cut, When},
    process::{Process, Write},
    site::{Site, agent},
};

/// The maximum number of searches in the 4 seconds in which another creation runs. With a pause of 200 milliseconds, there
/// would be about 18.
const MAX_SEARCHES: u32 = 11;

/// The number of reads of one search: the list, twice, and the agent.
const READS: u32 = 3;

/// Loses the answers to the creations of two equal agents, of which the store has the prompts and the webhooks.
fn two_lost_creations(backwards: bool) {
    let site = Site::start();
    site.vendor.lists_backwards.store(backwards, Ordering::SeqCst);
    *site.vendor.unanswered.lock().unwrap() = Some("agents");
    let process = Process::start(&site);
    let front_desk = agent("Front desk", "Be brief.", Some(URL));
    for number in 1..=2 {
        process.ask(&Write::Create(front_desk.clone()), "", Duration::ZERO).unwrap();
        process.until(site.vendor.has_stored("agents", number));
    }
    drop(process);
    *site.vendor.unanswered.lock().unwrap() = None;
    let process = Process::start(&site);
    process.settle();
    site.check(&process, &[&front_desk, &front_desk], &format!("backwards: {backwards}"));
}

#[test]
fn each_of_two_equal_lost_creations_keeps_its_webhook() {
    for backwards in [false, true] {
        two_lost_creations(backwards);
    }
}

#[test]
fn a_search_that_meets_a_running_creation_repeats_ever_more_rarely() {
    let site = Site::start();
    let process = Process::start_with(&site, &site.config_with_long_times());
    let front_desk = agent("Front desk", "Be brief.", None);
    *site.vendor.answers_late.lock().unwrap() = Some(("prompts", u32::MAX));
    process.ask(&Write::Create(front_desk.clone()), "", Duration::ZERO).unwrap();
    process.until(site.vendor.carried_out());
    // The answer with the id of the second agent is lost.
    site.fault.set(Some(Cut { at: At::Connection, number: 2, when: When::After }));
    process.ask(&Write::Create(front_desk), "", Duration::ZERO).unwrap();
    process.until(site.fault.reached());
    // The first creation gets no answer, and ends.
    process.until_attempted(2, 1);
    let reads = site.vendor.stored().requests.get("GET agents").copied().unwrap_or_default();
    assert!((READS..=MAX_SEARCHES * READS).contains(&reads), "{reads} reads");
}

#[test]
fn an_attempt_that_ends_before_its_first_request_has_sent_nothing() {
    let site = Site::start();
    let process = Process::start(&site);
    let before = agent("Front desk", "Be brief.", None);
    let made = process.write(&Write::Create(before), "", WAIT).unwrap().unwrap();
    let Outcome::Created { id, .. } = made.outcome else { panic!("{made:?}") };
    site.fault.set(Some(Cut { at: At::Outage, number: 2, when: When::After }));
    process.ask(&Write::Patch(json!({ "name": "Back desk" })), &id, Duration::ZERO).unwrap();
    process.until_attempted(1, 1);
    let uncertain = process.records().remove(0).uncertainty;
    site.fault.stalls.store(true, Ordering::SeqCst);
    site.fault.set(None);
    // The next attempt waits for the store until its time is over.
    let mut stalled = site.fault.stalled.subscribe();
    process.until(async { drop(stalled.wait_for(|stalled| *stalled > 0).await.unwrap()) });
    process.until_attempted(1, 2);
    let record = process.records().remove(0);
    assert_eq!((record.sync.state, record.uncertainty), (SyncState::Retrying, uncertain));
    site.fault.stalls.store(false, Ordering::SeqCst);
    process.settle();
    site.check(&process, &[&agent("Back desk", "Be brief.", None)], "stalled");
}

#[test]
fn a_search_waits_for_that_of_another_process() {
    let (site, hour) = (Site::start(), Duration::from_secs(3600));
    let process = Process::start(&site);
    let leases = || process.store.calls();
    process.until(async { assert!(leases().acquire("search/toy", "another", hour).await.unwrap()) });
    let front_desk = agent("Front desk", "Be brief.", None);
    site.fault.set(Some(Cut { at: At::Connection, number: 1, when: When::Before }));
    process.ask(&Write::Create(front_desk.clone()), "", Duration::ZERO).unwrap();
    // The second attempt searches, and gives up waiting.
    process.until_attempted(1, 2);
    assert_eq!(site.vendor.stored().requests.get("GET prompts"), None);
    process.until(async { leases().release("search/toy", "another").await.unwrap() });
    process.settle();
    site.check(&process, &[&front_desk], "lease");
    process.until(async { assert!(leases().acquire("search/toy", "another", hour).await.unwrap()) });
}
