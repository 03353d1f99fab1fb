//! Tests of SQLite's query plans for calls.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    caps, claim, count,
    list::{self, Open},
};
use crate::{
    CallCaps, CallPosition, CallSearch,
    sql::{Dialect, Statement},
    sqlite::plans::{EmptyDatabase, plan_of},
};

fn position() -> Option<CallPosition> {
    Some(CallPosition { created_us: 0, id: "call_0".to_owned() })
}

/// Checks that the plan follows this index, and neither sorts nor scans the calls.
#[track_caller]
fn follows(database: &EmptyDatabase, statement: Statement, index: &str) {
    let sql = statement.sql().to_owned();
    let steps = plan_of(database, statement);
    let shown = format!("{sql}: {steps:#?}");
    assert!(steps.iter().any(|step| step.contains(&format!("INDEX {index}"))), "{shown}");
    assert!(steps.iter().all(|step| !step.contains("TEMP B-TREE")), "{shown}");
    assert!(steps.iter().all(|step| !step.starts_with("SCAN calls") || step.contains(index)), "{shown}");
}

#[tokio::test]
async fn every_condition_of_a_list_is_a_range_of_an_index() {
    let database = EmptyDatabase::create().await;
    let some = || Some("x".to_owned());
    let all = CallSearch {
        agent: some(),
        vendor: some(),
        status: some(),
        direction: some(),
        origin: some(),
        ..CallSearch::default()
    };
    let times = |search: &CallSearch| CallSearch {
        created_after: Some(Timestamp::UNIX_EPOCH),
        created_before: Some(Timestamp::UNIX_EPOCH),
        ..search.clone()
    };
    for search in [all.clone(), times(&all)] {
        for after in [None, position()] {
            let list =
                |search: &CallSearch, start| list::list(Dialect::Sqlite, search, start, after.as_ref(), 51);
            for (column, _) in list::columns(&search) {
                follows(&database, list(&search, Some(column)), &format!("calls_{column} ({column}=?"));
            }
            let peer = CallSearch { peer: Some(vec![1]), ..search.clone() };
            follows(&database, list(&peer, Some("peer")), "calls_peer (peer=?");
            let external_ref = CallSearch { external_ref: some(), ..search.clone() };
            let find = list(&external_ref, Some("external_ref"));
            let steps = plan_of(&database, find);
            assert!(
                steps.iter().any(|step| step.contains("calls_external_ref (external_ref=?")),
                "{steps:#?}"
            );
        }
    }
    for search in [CallSearch::default(), times(&CallSearch::default())] {
        for after in [None, position()] {
            let find = list::list(Dialect::Sqlite, &search, None, after.as_ref(), 51);
            follows(&database, find, "calls_created_at");
        }
    }
}

#[tokio::test]
async fn open_calls_claims_and_caps_read_a_range_of_an_index() {
    let database = EmptyDatabase::create().await;
    let sqlite = Dialect::Sqlite;
    for which in [Open::Live, Open::Unmatched] {
        for after in [None, position()] {
            follows(&database, list::open(sqlite, "x", which, after.as_ref(), 51), "calls_open (vendor=?");
        }
    }
    for except in [vec![], vec!["x".to_owned()]] {
        follows(&database, claim::due(sqlite, &except, 51), "calls_due (due_at<?");
        follows(&database, claim::next_due(sqlite, &except), "calls_due");
    }
    follows(&database, list::expired(sqlite, Duration::ZERO, 51), "calls_over (updated_at<?");
    let steps = plan_of(&database, count(sqlite));
    assert!(steps.iter().any(|step| step.contains("calls_open")), "{steps:#?}");

    let caps = CallCaps { max_live: 1, per_minute: 1, per_day: 1, per_number_per_day: 1 };
    let indexes = [
        "calls_open (vendor=?",
        "calls_counted_vendor (vendor=? AND created_at>?",
        "calls_counted_vendor (vendor=? AND created_at>?",
        "calls_counted_peer (peer=? AND created_at>?",
    ];
    for ((.., usage), index) in caps::usage(sqlite, "x", Some(&[1]), &caps).into_iter().zip(indexes) {
        follows(&database, usage, index);
    }
}
