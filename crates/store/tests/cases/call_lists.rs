//! Lists and counts of calls.

use std::{collections::BTreeSet, sync::Arc};

use switchboard_store::{
    CallCount, CallMutation, CallPosition,
    CallProgress::{self, Intended, Live, Over, Sent, Settling},
    CallRow, CallSearch, ExpiredCall, FoundCall, Store,
};

use super::{
    calls::{NOW, add, added, change, drop_call, found},
    operations::LONG,
};
use crate::fixture::call;

fn ids(calls: &[CallRow]) -> Vec<&str> {
    calls.iter().map(|call| call.id.as_str()).collect()
}

async fn page(
    store: &dyn Store,
    search: &CallSearch,
    after: Option<&CallPosition>,
    limit: u32,
) -> Vec<CallRow> {
    rows(store.calls().list(search, after, limit).await.unwrap())
}

/// Returns the calls of a list, of which none may be damaged.
fn rows(found: Vec<FoundCall>) -> Vec<CallRow> {
    found.into_iter().map(|found| found.row.unwrap()).collect()
}

/// Adds a call at this vendor with this progress, with or without a remote id.
async fn at(store: &dyn Store, id: &str, vendor: &str, progress: CallProgress, matched: bool) -> CallRow {
    let remote_id = matched.then(|| format!("remote-{id}"));
    added(store, CallRow { vendor: vendor.to_owned(), progress, remote_id, ..call(id) }).await
}

pub async fn calls_are_listed_newest_first(store: Arc<dyn Store>) {
    // The order of the ids differs from the order of the times.
    let order = ["c", "a", "d", "b", "e"];
    for id in order {
        added(&*store, call(id)).await;
    }
    let all = CallSearch::default();
    let listed = page(&*store, &all, None, 10).await;
    let mut expected = order.to_vec();
    expected.reverse();
    assert_eq!(ids(&listed), expected);
    let mut paged = Vec::new();
    let mut after = None;
    loop {
        let next = page(&*store, &all, after.as_ref(), 2).await;
        let Some(last) = next.last() else { break };
        after = Some(last.position());
        paged.extend(next);
    }
    assert_eq!(ids(&paged), expected);
    assert!(page(&*store, &all, None, 0).await.is_empty());
}

pub async fn every_condition_of_a_list_selects(store: Arc<dyn Store>) {
    let text = |value: &str| Some(value.to_owned());
    let first = added(&*store, call("call_1")).await;
    let second = CallRow {
        agent: text("agt_2"),
        vendor: "opencx".to_owned(),
        status: "ended".to_owned(),
        direction: text("inbound"),
        origin: "vendor".to_owned(),
        progress: Over,
        ..call("call_2")
    };
    let second = added(&*store, second).await;
    let third = added(&*store, CallRow { agent: None, direction: None, ..call("call_3") }).await;
    let none = CallSearch::default();
    for (search, expected) in [
        (none.clone(), vec!["call_3", "call_2", "call_1"]),
        (CallSearch { agent: text("agt_1"), ..none.clone() }, vec!["call_1"]),
        (CallSearch { agent: text("agt_2"), ..none.clone() }, vec!["call_2"]),
        (CallSearch { vendor: text("qcall-eu"), ..none.clone() }, vec!["call_3", "call_1"]),
        (CallSearch { status: text("ended"), ..none.clone() }, vec!["call_2"]),
        (CallSearch { status: text("placing"), ..none.clone() }, vec!["call_3", "call_1"]),
        (CallSearch { direction: text("outbound"), ..none.clone() }, vec!["call_1"]),
        (CallSearch { direction: text("inbound"), ..none.clone() }, vec!["call_2"]),
        (CallSearch { origin: text("api"), ..none.clone() }, vec!["call_3", "call_1"]),
        (CallSearch { origin: text("vendor"), ..none.clone() }, vec!["call_2"]),
        (CallSearch { peer: third.peer.clone(), ..none.clone() }, vec!["call_3"]),
        (CallSearch { external_ref: text("crm-call_2"), ..none.clone() }, vec!["call_2"]),
        (CallSearch { created_after: Some(first.created_at), ..none.clone() }, vec!["call_3", "call_2"]),
        (CallSearch { created_before: Some(third.created_at), ..none.clone() }, vec!["call_2", "call_1"]),
        (
            CallSearch {
                created_after: Some(first.created_at),
                created_before: Some(third.created_at),
                ..none.clone()
            },
            vec!["call_2"],
        ),
        (
            CallSearch {
                vendor: text("qcall-eu"),
                status: text("placing"),
                agent: text("agt_1"),
                ..none.clone()
            },
            vec!["call_1"],
        ),
        (CallSearch { vendor: text("qcall-eu"), direction: text("inbound"), ..none.clone() }, vec![]),
        (CallSearch { external_ref: text("crm-call_2"), vendor: text("qcall-eu"), ..none.clone() }, vec![]),
        (CallSearch { peer: second.peer.clone(), origin: text("vendor"), ..none.clone() }, vec!["call_2"]),
    ] {
        assert_eq!(ids(&page(&*store, &search, None, 10).await), expected, "{search:?}");
        let after = page(&*store, &search, Some(&second.position()), 10).await;
        let older: Vec<_> = expected.into_iter().filter(|id| *id == "call_1").collect();
        assert_eq!(ids(&after), older, "{search:?} after call_2");
    }
}

pub async fn pages_of_calls_do_not_shift_under_writes(store: Arc<dyn Store>) {
    let mut lasting = BTreeSet::new();
    for number in 10..50 {
        let id = format!("call_{number}");
        added(&*store, call(&id)).await;
        lasting.insert(id);
    }
    let writer = Arc::clone(&store);
    let writing = tokio::spawn(async move {
        for number in 0..40 {
            let passing = added(&*writer, call(&format!("passing_{number}"))).await;
            if number % 2 == 0 {
                drop_call(&*writer, &passing).await.unwrap();
            }
        }
    });
    let mut met = Vec::new();
    let mut after = None;
    loop {
        let next = page(&*store, &CallSearch::default(), after.as_ref(), 3).await;
        let Some(last) = next.last() else { break };
        after = Some(last.position());
        met.extend(next.into_iter().map(|call| call.id).filter(|id| id.starts_with("call_")));
    }
    writing.await.unwrap();
    assert_eq!(met.len(), lasting.len(), "{met:?}");
    assert_eq!(met.into_iter().collect::<BTreeSet<_>>(), lasting);
}

pub async fn a_position_is_written_and_read(store: Arc<dyn Store>) {
    let position = added(&*store, call("call_1")).await.position();
    assert_eq!(CallPosition::read(&position.to_string()), Some(position));
    for wrong in ["", "call_1", "call_1:", "call_1:x", "call_1:99999999999999999999"] {
        assert_eq!(CallPosition::read(wrong), None, "{wrong}");
    }
}

pub async fn live_and_unmatched_calls_are_listed_oldest_first(store: Arc<dyn Store>) {
    for (id, progress, matched) in [
        ("e", Intended, false),
        ("d", Sent, true),
        ("c", Live, false),
        ("b", Settling, false),
        ("a", Over, false),
        ("f", Live, true),
    ] {
        at(&*store, id, "qcall-eu", progress, matched).await;
    }
    at(&*store, "g", "opencx", Live, false).await;
    let calls = store.calls();
    assert_eq!(ids(&rows(calls.live("qcall-eu", None, 10).await.unwrap())), ["e", "d", "c", "f"]);
    assert_eq!(ids(&rows(calls.unmatched("qcall-eu", None, 10).await.unwrap())), ["e", "c", "b"]);
    assert_eq!(ids(&rows(calls.live("opencx", None, 10).await.unwrap())), ["g"]);
    assert!(calls.live("vapi", None, 10).await.unwrap().is_empty());
    let second = found(&*store, "d").await.position();
    assert_eq!(ids(&rows(calls.live("qcall-eu", Some(&second), 1).await.unwrap())), ["c"]);
    assert_eq!(ids(&rows(calls.unmatched("qcall-eu", Some(&second), 10).await.unwrap())), ["c", "b"]);
}

pub async fn calls_are_found_by_their_remote_ids(store: Arc<dyn Store>) {
    for (id, vendor) in [("a", "qcall-eu"), ("b", "opencx"), ("c", "qcall-eu")] {
        at(&*store, id, vendor, Live, true).await;
    }
    let wanted = ["remote-a", "remote-b", "remote-c", "unknown"].map(str::to_owned);
    let mut bound = rows(store.calls().bound("qcall-eu", &wanted).await.unwrap());
    bound.sort_by(|one, other| one.id.cmp(&other.id));
    assert_eq!(ids(&bound), ["a", "c"]);
    assert!(store.calls().bound("qcall-eu", &[]).await.unwrap().is_empty());
}

pub async fn calls_are_counted_by_vendor_and_progress(store: Arc<dyn Store>) {
    assert!(store.calls().count().await.unwrap().is_empty());
    for (id, vendor, progress, matched) in [
        ("a", "qcall-eu", Live, true),
        ("b", "qcall-eu", Live, false),
        ("c", "qcall-eu", Over, false),
        ("d", "qcall-eu", Settling, true),
        ("e", "opencx", Live, true),
    ] {
        at(&*store, id, vendor, progress, matched).await;
    }
    let mut counts = store.calls().count().await.unwrap();
    counts.sort_by(|one, other| (&one.vendor, one.progress).cmp(&(&other.vendor, other.progress)));
    let count = |vendor: &str, progress, calls, unmatched| CallCount {
        vendor: vendor.to_owned(),
        progress,
        calls,
        unmatched,
    };
    assert_eq!(
        counts,
        [count("opencx", Live, 1, 0), count("qcall-eu", Live, 2, 1), count("qcall-eu", Settling, 1, 0)]
    );
}

pub async fn calls_that_are_over_expire(store: Arc<dyn Store>) {
    for (id, progress) in [("b", Over), ("a", Over), ("c", Live)] {
        let call = CallRow { progress, ..call(id) };
        add(&*store, call, (progress == Live).then_some(LONG)).await.unwrap();
    }
    let calls = store.calls();
    assert!(calls.expired(LONG, 10).await.unwrap().is_empty());
    assert_eq!(calls.expired(NOW, 1).await.unwrap()[0].id, "b");
    let expired = calls.expired(NOW, 10).await.unwrap();
    assert_eq!(expired.iter().map(|call| call.id.as_str()).collect::<Vec<_>>(), ["b", "a"]);
    for ExpiredCall { id, version, fence } in expired {
        change(&*store, CallMutation::Drop { id, version, fence }).await.unwrap();
    }
    assert_eq!(ids(&page(&*store, &CallSearch::default(), None, 10).await), ["c"]);
}
