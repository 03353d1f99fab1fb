//! Lists of rows.

use std::{collections::BTreeSet, sync::Arc};

use switchboard_core::error::Kind;
use switchboard_store::{
    BoundId,
    Collection::{Agents, Trunks},
    Filter, Row, Store,
};

use super::delete;
use crate::fixture::{insert, refused, row, update};

async fn page(store: &dyn Store, filter: &Filter, after: Option<&str>, limit: u32) -> Vec<String> {
    let rows = store.list(Agents, filter, after, limit).await.unwrap();
    rows.into_iter().map(|row| row.id).collect()
}

pub async fn pages_are_in_the_order_of_ids(store: Arc<dyn Store>) {
    for id in ["b", "é", "a", "C", "aa"] {
        insert(&*store, &row(id)).await.unwrap();
    }
    insert(&*store, &Row { collection: Trunks, ..row("d") }).await.unwrap();
    let all = Filter::default();
    assert_eq!(page(&*store, &all, None, 10).await, ["C", "a", "aa", "b", "é"]);
    assert_eq!(page(&*store, &all, None, 2).await, ["C", "a"]);
    assert_eq!(page(&*store, &all, Some("a"), 2).await, ["aa", "b"]);
    assert_eq!(page(&*store, &all, Some("between"), 2).await, ["é"]);
    assert_eq!(page(&*store, &all, Some("é"), 2).await, [""; 0]);
    assert_eq!(page(&*store, &all, None, 0).await, [""; 0]);
}

pub async fn filters_must_all_match(store: Arc<dyn Store>) {
    for (id, vendor) in [("a", "qcall"), ("b", "opencx"), ("c", "qcall")] {
        insert(&*store, &Row { vendor: vendor.to_owned(), ..row(id) }).await.unwrap();
    }
    let filter = |vendor: Option<&str>, external_ref: Option<&str>| Filter {
        vendor: vendor.map(str::to_owned),
        external_ref: external_ref.map(str::to_owned),
    };
    assert_eq!(page(&*store, &filter(Some("qcall"), None), None, 10).await, ["a", "c"]);
    assert_eq!(page(&*store, &filter(Some("qcall"), None), Some("a"), 10).await, ["c"]);
    assert_eq!(page(&*store, &filter(None, Some("crm-b")), None, 10).await, ["b"]);
    assert_eq!(page(&*store, &filter(Some("qcall"), Some("crm-b")), None, 10).await, [""; 0]);
    assert_eq!(page(&*store, &filter(Some("opencx"), Some("crm-b")), None, 10).await, ["b"]);
    assert_eq!(page(&*store, &filter(Some("unknown"), None), None, 10).await, [""; 0]);
}

pub async fn pages_do_not_shift_under_writes(store: Arc<dyn Store>) {
    let lasting: BTreeSet<String> = (10..60).map(|number| format!("{number}")).collect();
    for id in &lasting {
        insert(&*store, &row(id)).await.unwrap();
    }
    let writer = Arc::clone(&store);
    let writing = tokio::spawn(async move {
        for number in 10..60 {
            let passing = row(&format!("{number}-passing"));
            insert(&*writer, &passing).await.unwrap();
            update(&*writer, &row(&format!("{number}"))).await.unwrap();
            if number % 2 == 0 {
                delete(&*writer, &passing).await.unwrap();
            }
        }
    });
    let mut met: Vec<String> = Vec::new();
    loop {
        let ids = page(&*store, &Filter::default(), met.last().map(String::as_str), 3).await;
        if ids.is_empty() {
            break;
        }
        met.extend(ids);
    }
    writing.await.unwrap();
    assert!(met.is_sorted_by(|left, right| left < right), "{met:?}");
    let met: BTreeSet<String> = met.into_iter().collect();
    assert!(met.is_superset(&lasting), "{met:?}");
}

pub async fn hidden_rows_are_not_listed_but_take_their_values(store: Arc<dyn Store>) {
    let hidden = Row { hidden: true, ..row("a") };
    insert(&*store, &hidden).await.unwrap();
    insert(&*store, &row("b")).await.unwrap();
    assert_eq!(page(&*store, &Filter::default(), None, 10).await, ["b"]);
    let by_ref = Filter { external_ref: hidden.external_ref.clone(), ..Filter::default() };
    assert_eq!(page(&*store, &by_ref, None, 10).await, [""; 0]);
    assert!(store.get(Agents, "a").await.unwrap().unwrap().hidden);
    let mut taken = store.remote_ids(Agents, "qcall-eu").await.unwrap();
    taken.sort();
    assert_eq!(taken, ["remote-a", "remote-b"]);
    assert_eq!(
        refused(insert(&*store, &Row { id: "c".to_owned(), ..hidden.clone() }).await),
        Kind::AlreadyExists
    );

    update(&*store, &Row { hidden: false, ..hidden }).await.unwrap();
    assert_eq!(page(&*store, &Filter::default(), None, 10).await, ["a", "b"]);
}

pub async fn remote_ids_are_those_of_one_vendor(store: Arc<dyn Store>) {
    for (id, vendor) in [("a", "qcall"), ("b", "opencx"), ("c", "qcall")] {
        insert(&*store, &Row { vendor: vendor.to_owned(), ..row(id) }).await.unwrap();
    }
    let elsewhere = Row { collection: Trunks, vendor: "qcall".to_owned(), ..row("d") };
    insert(&*store, &elsewhere).await.unwrap();
    insert(&*store, &Row { remote_id: None, vendor: "qcall".to_owned(), ..row("e") }).await.unwrap();
    let mut found = store.remote_ids(Agents, "qcall").await.unwrap();
    found.sort();
    assert_eq!(found, ["remote-a", "remote-c"]);
}

pub async fn remote_ids_are_told_with_their_rows(store: Arc<dyn Store>) {
    for (id, vendor, hidden) in [("a", "qcall", false), ("b", "opencx", false), ("c", "qcall", true)] {
        insert(&*store, &Row { vendor: vendor.to_owned(), hidden, ..row(id) }).await.unwrap();
    }
    insert(&*store, &Row { remote_id: None, vendor: "qcall".to_owned(), ..row("e") }).await.unwrap();
    let mut found = store.bound_ids(Agents, "qcall").await.unwrap();
    found.sort_by(|one, other| one.id.cmp(&other.id));
    let taken = |id: &str, hidden| BoundId { remote_id: format!("remote-{id}"), id: id.to_owned(), hidden };
    assert_eq!(found, [taken("a", false), taken("c", true)]);
}
