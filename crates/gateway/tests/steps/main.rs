//! A write in several steps is interrupted at each point, and the next process finishes it. No object is
//! created twice or left behind, and a secret that was shown once is not lost.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops where it fails")]

mod adapter;
#[path = "../../../conformance/tests/toys/bare.rs"]
mod bare;
mod fault;
mod process;
mod rivals;
mod server;
mod site;
mod store;

use std::{
    collections::BTreeSet,
    sync::atomic::Ordering,
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use switchboard_core::error::Kind;
use switchboard_engine::Outcome;

use self::{
    fault::{At, Cut, WAYS, When},
    process::{Process, Write},
    site::{Site, agent, asked, with_tools},
};

const URL: &str = "https://hooks.northwind.example/calls";

/// The wait of a caller that is answered with the result of the write.
const WAIT: Duration = Duration::from_secs(20);

/// A write, and the record before and after it.
struct Case {
    write: Write,
    before: Option<Value>,
    after: Option<Value>,
}

impl Case {
    fn creation(after: Value) -> Self {
        Self { write: Write::Create(after.clone()), before: None, after: Some(after) }
    }

    fn update(before: Value, patch: Value, after: Value) -> Self {
        Self { write: Write::Patch(patch), before: Some(before), after: Some(after) }
    }

    /// Interrupts the write at each point in each way. Returns the number of points for each way. With a
    /// caller that does not wait, the write has one commit more, for the caller's answer.
    fn everywhere(&self) -> Vec<u32> {
        let hurried = WAYS.into_iter().filter(|(at, _)| *at == At::Commit).map(|way| (Duration::ZERO, way));
        let ways = WAYS.into_iter().map(|way| (WAIT, way)).chain(hurried);
        // The runs mostly wait, so the ways run concurrently.
        thread::scope(|scope| {
            let run = |(wait, (at, when))| {
                scope.spawn(move || {
                    let cuts =
                        (1..).take_while(|number| self.cut_off(Cut { at, number: *number, when }, wait));
                    cuts.last().unwrap_or_default()
                })
            };
            let runs: Vec<_> = ways.map(run).collect();
            runs.into_iter().map(|run| run.join().unwrap()).collect()
        })
    }

    /// Interrupts the write once and has the next process finish it. Returns whether the write has such a
    /// point.
    fn cut_off(&self, cut: Cut, wait: Duration) -> bool {
        let context = format!("{:?}, {cut:?}, {wait:?}", self.write);
        let site = Site::start();
        // Another record has the same values, and must keep its own parts.
        let alike = self.after.as_ref().or(self.before.as_ref()).unwrap();
        let process = Process::start(&site);
        process.write(&Write::Create(alike.clone()), "", WAIT).unwrap().unwrap();
        let id = self.before.as_ref().map_or(String::new(), |before| {
            let made = process.write(&Write::Create(before.clone()), "", WAIT).unwrap().unwrap();
            let Outcome::Created { id, .. } = made.outcome else { panic!("{context}: {made:?}") };
            id
        });
        site.check(
            &process,
            &[Some(alike), self.before.as_ref()].into_iter().flatten().collect::<Vec<_>>(),
            &context,
        );
        site.fault.set(Some(cut));
        let answer = process.write(&self.write, &id, wait);
        let (reached, begun) = (site.fault.was_reached(), site.fault.has_commits());
        assert_eq!(answer.is_none(), site.fault.has_killed(), "{context}");
        if !reached {
            answer.unwrap().expect(&context);
        }
        drop(process);
        site.fault.set(None);
        let process = Process::start(&site);
        process.settle();
        let left = if begun { &self.after } else { &self.before };
        site.check(
            &process,
            &[Some(alike), left.as_ref()].into_iter().flatten().collect::<Vec<_>>(),
            &context,
        );
        reached
    }
}

#[test]
fn a_creation_of_three_parts_is_finished() {
    let points = Case::creation(agent("Front desk", "Be brief.", Some(URL))).everywhere();
    assert_eq!(points, [7, 7, 5, 5, 7, 7, 7, 6, 6]);
}

#[test]
fn a_creation_of_two_parts_is_finished() {
    let points = Case::creation(agent("Front desk", "Be brief.", None)).everywhere();
    assert_eq!(points, [5, 5, 4, 4, 5, 5, 5, 5, 5]);
}

#[test]
fn a_change_of_each_part_is_finished() {
    let patch = json!({
        "name": "Back desk",
        "prompt": { "instructions": "Be long." },
        "webhook": { "url": "https://hooks.northwind.example/other" },
    });
    let after = agent("Back desk", "Be long.", Some("https://hooks.northwind.example/other"));
    let points = Case::update(agent("Front desk", "Be brief.", Some(URL)), patch, after).everywhere();
    assert_eq!(points, [10, 10, 5, 5, 10, 10, 10, 6, 6]);
}

#[test]
fn a_change_that_adds_a_part_is_finished() {
    let patch = json!({ "prompt": { "instructions": "Be long." }, "webhook": { "url": URL } });
    let (before, after) =
        (agent("Front desk", "Be brief.", None), agent("Front desk", "Be long.", Some(URL)));
    let points = Case::update(before, patch, after).everywhere();
    assert_eq!(points, [9, 9, 5, 5, 9, 9, 9, 6, 6]);
}

#[test]
fn a_change_that_removes_a_part_is_finished() {
    let (before, after) =
        (agent("Front desk", "Be brief.", Some(URL)), agent("Front desk", "Be brief.", None));
    let points = Case::update(before, json!({ "webhook": { "url": null } }), after).everywhere();
    assert_eq!(points, [8, 8, 4, 4, 8, 8, 8, 5, 5]);
}

#[test]
fn a_deletion_is_finished() {
    let before = agent("Front desk", "Be brief.", Some(URL));
    let points = Case { write: Write::Delete, before: Some(before), after: None }.everywhere();
    assert_eq!(points, [3, 3, 4, 4, 3, 3, 3, 5, 5]);
}

const NUMBER: &str = "+15550100199";

/// Builds an agent with these tools.
fn tooled(end: Option<&str>, transfer: Option<&str>) -> Value {
    with_tools(agent("Front desk", "Be brief.", None), end, transfer)
}

fn both() -> Value {
    tooled(Some("Say goodbye."), Some(NUMBER))
}

#[test]
fn a_creation_with_tools_is_finished() {
    assert_eq!(Case::creation(both()).everywhere(), [9, 9, 6, 6, 9, 9, 9, 7, 7]);
}

#[test]
fn a_change_that_adds_a_tool_is_finished() {
    let patch = json!({ "transfers": [{ "phone_number": NUMBER }], "ending": { "hang_up": { "instructions": "Hang up." } } });
    let (before, after) = (tooled(Some("Say goodbye."), None), tooled(Some("Hang up."), Some(NUMBER)));
    assert_eq!(Case::update(before, patch, after).everywhere(), [11, 11, 5, 5, 11, 11, 11, 6, 6]);
}

#[test]
fn a_change_that_removes_a_tool_is_finished() {
    let patch = json!({ "ending": { "hang_up": null }, "transfers": [{ "phone_number": "+15550100188" }] });
    let after = tooled(None, Some("+15550100188"));
    assert_eq!(Case::update(both(), patch, after).everywhere(), [11, 11, 5, 5, 11, 11, 11, 6, 6]);
}

#[test]
fn a_change_that_removes_all_tools_is_finished() {
    let patch = json!({ "ending": null, "transfers": null });
    let points = Case::update(both(), patch, tooled(None, None)).everywhere();
    assert_eq!(points, [10, 10, 5, 5, 10, 10, 10, 6, 6]);
}

#[test]
fn a_deletion_of_an_agent_with_tools_is_finished() {
    let case = Case { write: Write::Delete, before: Some(both()), after: None };
    assert_eq!(case.everywhere(), [4, 4, 5, 5, 4, 4, 4, 6, 6]);
}

/// Creates an agent with an outage after a request, and deletes the agent during the outage. Returns whether there is
/// such a request.
fn deleted_in_an_outage(front_desk: &Value, number: u32) -> bool {
    let context = format!("outage after request {number}");
    let site = Site::start();
    let process = Process::start(&site);
    process.write(&Write::Create(front_desk.clone()), "", WAIT).unwrap().unwrap();
    site.fault.set(Some(Cut { at: At::Outage, number, when: When::After }));
    let made = process.ask(&Write::Create(front_desk.clone()), "", WAIT).expect(&context);
    let reached = site.fault.was_reached();
    let id = serde_json::from_slice::<Value>(&made.body).unwrap()["id"].as_str().unwrap().to_owned();
    // While an attempt at the creation is running, the deletion is refused, and the caller sends it again.
    let deadline = Instant::now() + WAIT;
    loop {
        match process.ask(&Write::Delete, &id, Duration::ZERO) {
            Err(busy) if busy.kind == Kind::StateConflict && Instant::now() < deadline => {}
            answer => {
                answer.expect(&context);
                break;
            }
        }
    }
    site.fault.set(None);
    process.settle();
    site.check(&process, &[front_desk], &context);
    reached
}

#[test]
fn a_deletion_takes_what_an_unfinished_creation_made() {
    for (front_desk, requests) in [(agent("Front desk", "Be brief.", Some(URL)), 7), (both(), 9)] {
        let last = (1..).take_while(|number| deleted_in_an_outage(&front_desk, *number)).last();
        assert_eq!(last, Some(requests));
    }
}

#[test]
fn a_change_sees_what_a_lost_creation_left() {
    for (front_desk, requests) in [(agent("Front desk", "Be brief.", Some(URL)), 7), (both(), 9)] {
        for number in 1..=requests {
            changed_as_a_lost_creation_is_stored(&front_desk, number);
        }
    }
}

/// Creates an agent, loses the answer to a request, and changes the agent. Between the change's reads of the record and
/// of the record's operations, the result of the creation is stored.
fn changed_as_a_lost_creation_is_stored(front_desk: &Value, number: u32) {
    let context = format!("lost answer to request {number}");
    let site = Site::start();
    let process = Process::start(&site);
    site.fault.set(Some(Cut { at: At::Connection, number, when: When::After }));
    let made = process.ask(&Write::Create(front_desk.clone()), "", Duration::ZERO).expect(&context);
    let id = serde_json::from_slice::<Value>(&made.body).unwrap()["id"].as_str().unwrap().to_owned();
    site.fault.reads_late.store(true, Ordering::SeqCst);
    let patch = json!({ "prompt": { "instructions": "Be long." } });
    process.ask(&Write::Patch(patch.clone()), &id, WAIT).expect(&context);
    assert!(site.fault.was_reached(), "{context}");
    site.fault.reads_late.store(false, Ordering::SeqCst);
    process.settle();
    let mut wanted = front_desk.clone();
    wanted["prompt"] = patch["prompt"].clone();
    site.check(&process, &[&wanted], &context);
}

/// Creates an agent and refuses one request. Returns whether there is such a request.
fn created_with_a_refusal(front_desk: &Value, number: u32) -> bool {
    let context = format!("refusal of request {number}");
    let site = Site::start();
    let process = Process::start(&site);
    process.write(&Write::Create(front_desk.clone()), "", WAIT).unwrap().unwrap();
    site.fault.set(Some(Cut { at: At::Refusal, number, when: When::Before }));
    let answer = process.write(&Write::Create(front_desk.clone()), "", WAIT).unwrap();
    let wanted = vec![front_desk; 1 + usize::from(answer.is_ok())];
    site.check(&process, &wanted, &context);
    site.fault.was_reached()
}

#[test]
fn a_refused_creation_leaves_nothing() {
    for (front_desk, requests) in [(agent("Front desk", "Be brief.", Some(URL)), 7), (both(), 9)] {
        let last = (1..).take_while(|number| created_with_a_refusal(&front_desk, *number)).last();
        assert_eq!(last, Some(requests));
    }
}

/// Changes an agent and refuses one request, then repeats the change. Returns whether there is such a
/// request.
fn changed_with_a_refusal(number: u32) -> bool {
    let context = format!("refusal of request {number}");
    let (site, before) = (Site::start(), agent("Front desk", "Be brief.", None));
    let process = Process::start(&site);
    let made = process.write(&Write::Create(before), "", WAIT).unwrap().unwrap();
    let Outcome::Created { id, .. } = made.outcome else { panic!("{context}: {made:?}") };
    site.fault.set(Some(Cut { at: At::Refusal, number, when: When::Before }));
    let patch = json!({ "prompt": { "instructions": "Be long." }, "webhook": { "url": URL } });
    let _refused = process.write(&Write::Patch(patch), &id, WAIT).unwrap();
    let reached = site.fault.was_reached();
    site.check_honesty(&process, &context);
    site.fault.set(None);
    process.write(&Write::Patch(json!({ "name": "Back desk" })), &id, WAIT).unwrap().expect(&context);
    let records = process.records();
    assert_eq!(records.len(), 1, "{context}");
    let wanted = asked(&records[0]);
    assert_eq!(wanted["name"], "Back desk", "{context}");
    site.check(&process, &[&wanted], &context);
    reached
}

#[test]
fn a_change_that_was_refused_halfway_is_not_in_sync() {
    let last = (1..).take_while(|number| changed_with_a_refusal(*number)).last();
    assert_eq!(last, Some(9));
}

/// Creates an agent and loses one of its requests, or the answer, then creates an equal agent. The vendor carries out the second agent's
/// creation in `collection`, and answers it only after the search for the lost one has listed the collection.
/// A search reads `lists` lists of it.
fn created_while_an_equal_one_is_sought(lost: u32, when: When, (collection, lists): (&'static str, u32)) {
    let context = format!("lost request {lost}, {when:?}, late answer of {collection}");
    let site = Site::start();
    let process = Process::start(&site);
    let front_desk = agent("Front desk", "Be brief.", Some(URL));
    site.fault.set(Some(Cut { at: At::Connection, number: lost, when }));
    process.ask(&Write::Create(front_desk.clone()), "", Duration::ZERO).expect(&context);
    process.until(site.fault.reached());
    *site.vendor.answers_late.lock().unwrap() = Some((collection, lists));
    process.ask(&Write::Create(front_desk.clone()), "", Duration::ZERO).expect(&context);
    process.until(site.vendor.carried_out());
    process.settle();
    assert!(site.vendor.has_answered_late(), "{context}: no search has listed the collection");
    site.check(&process, &[&front_desk, &front_desk], &context);
    let mut parts = BTreeSet::new();
    for record in process.records() {
        for (part, state) in record.placement.parts.iter() {
            assert!(
                parts.insert((part.to_owned(), state.id.clone())),
                "{context}: shared {part}; {record:?}"
            );
        }
    }
}

#[test]
fn no_search_takes_a_part_that_another_creation_is_making() {
    for when in [When::Before, When::After] {
        for (lost, collection) in [(1, "prompts"), (2, "webhooks")] {
            created_while_an_equal_one_is_sought(lost, when, (collection, 1));
        }
    }
}

#[test]
fn an_agent_that_could_not_move_is_remembered_after_a_failure_of_the_store() {
    let site = Site::start();
    let process = Process::start(&site);
    process.write(&Write::Create(agent("Front desk", "Be brief.", None)), "", WAIT).unwrap().unwrap();
    drop(process);
    site.fault.set(Some(Cut { at: At::Refusal, number: 1, when: When::Before }));
    let process = Process::start_with(&site, &site.config_of_a_move());
    // After the failed read, the task reads the failed moves again, and starts no second migration.
    let mut reads = site.fault.failed_moves_reads.subscribe();
    process.until(async { drop(reads.wait_for(|reads| *reads == 2).await.unwrap()) });
    process.settle();
    assert_eq!(process.records()[0].placement.vendor, "toy");
}
