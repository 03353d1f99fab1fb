//! The search index: its entries, and the queries over them.

use std::sync::Arc;

use jiff::Timestamp;
use switchboard_store::{
    Collection::{Agents, Trunks},
    IndexedRoute, Mutation, Row, Search, SearchChange, SearchEntry, SearchKey, SearchOrder, SearchPosition,
    Store, Term,
};

use super::delete;
use crate::fixture::{insert, row, update};

/// The fingerprint of a routing.
const ROUTING: i64 = 7;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

/// Returns an entry that differs from the others in its id only.
fn entry(id: &str) -> SearchEntry {
    SearchEntry {
        collection: Agents,
        id: id.to_owned(),
        name: "reception".to_owned(),
        vendor: "qcall".to_owned(),
        language: Some("de-at".to_owned()),
        primary_language: Some("de".to_owned()),
        direction: Some("inbound".to_owned()),
        sync: "in_sync".to_owned(),
        fidelity: "exact".to_owned(),
        updated_at: at(0),
        route: IndexedRoute { vendor: Some("qcall".to_owned()), stale: false, routed_by: ROUTING },
        terms: vec![Term::Word("reception".to_owned()), Term::Label("team=sales".to_owned())],
    }
}

async fn index(store: &dyn Store, change: SearchChange) {
    store.commit(vec![Mutation::Index(change)]).await.unwrap();
}

/// Inserts a row with an entry.
async fn add(store: &dyn Store, entry: SearchEntry) {
    let row = Row { updated_at: entry.updated_at, ..row(&entry.id) };
    let index = Mutation::Index(SearchChange::Replace(Box::new(entry)));
    store.commit(vec![Mutation::Insert(row), index]).await.unwrap();
}

async fn found(store: &dyn Store, search: &Search) -> Vec<String> {
    let found = store.search(Agents, search, None, 100).await.unwrap();
    found.into_iter().map(|found| found.row.id).collect()
}

pub async fn every_condition_selects(store: Arc<dyn Store>) {
    let store = &*store;
    add(store, entry("a")).await;
    add(
        store,
        SearchEntry {
            name: "sales desk".to_owned(),
            vendor: "opencx".to_owned(),
            language: Some("de".to_owned()),
            direction: None,
            sync: "failed".to_owned(),
            fidelity: "partial".to_owned(),
            updated_at: at(5),
            route: IndexedRoute { vendor: Some("qcall".to_owned()), stale: true, routed_by: ROUTING },
            terms: vec![Term::Word("sales".to_owned()), Term::Word("desk".to_owned())],
            ..entry("b")
        },
    )
    .await;
    let text = |value: &str| Some(value.to_owned());
    let none = Search::default();
    for (search, expected) in [
        (none.clone(), "a b"),
        (Search { vendor: text("opencx"), ..none.clone() }, "b"),
        (Search { external_ref: text("crm-a"), ..none.clone() }, "a"),
        (Search { external_ref: text("crm-a"), vendor: text("opencx"), ..none.clone() }, ""),
        (Search { language: text("de"), ..none.clone() }, "a b"),
        (Search { language: text("de-at"), ..none.clone() }, "a"),
        (Search { language: text("de-a"), ..none.clone() }, ""),
        (Search { language: text("d"), ..none.clone() }, ""),
        (Search { direction: text("inbound"), ..none.clone() }, "a"),
        (Search { sync: text("failed"), ..none.clone() }, "b"),
        (Search { fidelity: text("partial"), ..none.clone() }, "b"),
        (Search { stale: true, ..none.clone() }, "b"),
        (Search { labels: vec!["team=sales".to_owned()], ..none.clone() }, "a"),
        (Search { labels: vec!["team=sale".to_owned()], ..none.clone() }, ""),
        (Search { labels: vec!["team=sales".to_owned(), "x=y".to_owned()], ..none.clone() }, ""),
        (Search { words: vec!["recep".to_owned()], ..none.clone() }, "a"),
        (Search { words: vec!["sale".to_owned(), "de".to_owned()], ..none.clone() }, "b"),
        (Search { words: vec!["sale".to_owned(), "recep".to_owned()], ..none.clone() }, ""),
        (Search { words: vec!["eception".to_owned()], ..none.clone() }, ""),
        (Search { updated_after: Some(at(0)), ..none.clone() }, "b"),
        (Search { updated_after: Some(at(5)), ..none.clone() }, ""),
        (Search { stale: true, words: vec!["s".to_owned()], vendor: text("opencx"), ..none.clone() }, "b"),
    ] {
        for key in [SearchKey::Id, SearchKey::UpdatedAt, SearchKey::Name] {
            let search = Search { order: SearchOrder { key, descending: false }, ..search.clone() };
            assert_eq!(found(store, &search).await.join(" "), expected, "{search:?}");
        }
    }
    let trunks = store.search(Trunks, &none, None, 100).await.unwrap();
    assert!(trunks.is_empty(), "{trunks:?}");
}

pub async fn pages_follow_each_order(store: Arc<dyn Store>) {
    let store = &*store;
    for (id, name, second) in [("a", "c", 2), ("b", "a", 2), ("c", "b", 0), ("d", "b", 1), ("e", "é", 1)] {
        add(store, SearchEntry { name: name.to_owned(), updated_at: at(second), ..entry(id) }).await;
    }
    for (key, expected) in
        [(SearchKey::Id, "a b c d e"), (SearchKey::UpdatedAt, "c d e a b"), (SearchKey::Name, "b c d a e")]
    {
        let mut expected: Vec<_> = expected.split(' ').collect();
        for descending in [false, true] {
            // A label starts the query at another index than the order.
            for labels in [vec![], vec!["team=sales".to_owned()]] {
                let order = SearchOrder { key, descending };
                let search = Search { labels, order, ..Search::default() };
                let (mut all, mut after): (Vec<String>, Option<SearchPosition>) = (Vec::new(), None);
                loop {
                    let page = store.search(Agents, &search, after.as_ref(), 2).await.unwrap();
                    let Some(last) = page.last() else { break };
                    let position = last.position(key);
                    after = SearchPosition::read(key, &position.to_string());
                    assert_eq!(after, Some(position));
                    all.extend(page.into_iter().map(|found| found.row.id));
                }
                assert_eq!(all, expected, "{search:?}");
            }
            expected.reverse();
        }
    }
}

pub async fn more_rows_than_are_sorted_are_found(store: Arc<dyn Store>) {
    let store = &*store;
    for hundred in 0..21 {
        let mut mutations = Vec::new();
        for number in hundred * 100..(hundred + 1) * 100 {
            let id = format!("{number:04}");
            let mut entry = SearchEntry { name: format!("{:04}", 9999 - number), ..entry(&id) };
            if number % 500 == 0 {
                entry.terms.push(Term::Word("rare".to_owned()));
            }
            mutations.push(Mutation::Insert(row(&id)));
            mutations.push(Mutation::Index(SearchChange::Replace(Box::new(entry))));
        }
        store.commit(mutations).await.unwrap();
    }
    let order = SearchOrder { key: SearchKey::Name, descending: false };
    let common = vec!["recep".to_owned()];
    let rare = vec!["recep".to_owned(), "rare".to_owned()];
    let labels = vec!["team=sales".to_owned()];
    for (search, expected) in [
        (Search { words: common.clone(), ..Search::default() }, "0000"),
        (Search { words: common, order, ..Search::default() }, "2099"),
        (Search { labels: labels.clone(), order, ..Search::default() }, "2099"),
        (Search { words: rare.clone(), labels: labels.clone(), ..Search::default() }, "0000"),
        (Search { words: rare, labels, order, ..Search::default() }, "2000"),
    ] {
        let page = store.search(Agents, &search, None, 1).await.unwrap();
        assert_eq!(page[0].row.id, expected, "{search:?}");
    }
}

pub async fn an_entry_follows_its_row(store: Arc<dyn Store>) {
    let store = &*store;
    add(store, entry("a")).await;
    let team = |name: &str| Search { labels: vec![format!("team={name}")], ..Search::default() };
    let terms = vec![Term::Label("team=support".to_owned())];
    index(store, SearchChange::Replace(Box::new(SearchEntry { terms, ..entry("a") }))).await;
    assert_eq!(found(store, &team("sales")).await, [""; 0]);
    assert_eq!(found(store, &team("support")).await, ["a"]);

    let touch = |routed_by| SearchChange::Touch {
        collection: Agents,
        id: "a".to_owned(),
        updated_at: at(9),
        sync: "failed".to_owned(),
        routed_by,
    };
    index(store, touch(None)).await;
    let touched = Search { sync: Some("failed".to_owned()), updated_after: Some(at(8)), ..Search::default() };
    assert_eq!(found(store, &touched).await, ["a"]);
    assert_eq!(store.unrouted(Agents, ROUTING, 9).await.unwrap().len(), 0);

    // The route of a record that was written since it was read is not stored.
    index(store, touch(Some(-2))).await;
    let unrouted = store.unrouted(Agents, ROUTING, 9).await.unwrap();
    assert_eq!((unrouted[0].row.id.as_str(), unrouted[0].routed_by), ("a", -2));
    let route = |seen| SearchChange::Route {
        collection: Agents,
        id: "a".to_owned(),
        seen,
        route: IndexedRoute { vendor: Some("opencx".to_owned()), stale: true, routed_by: ROUTING },
    };
    let stale = Search { stale: true, ..Search::default() };
    index(store, route(ROUTING)).await;
    assert_eq!(found(store, &stale).await, [""; 0]);
    index(store, route(-2)).await;
    assert_eq!(found(store, &stale).await, ["a"]);
    assert_eq!(store.unrouted(Agents, ROUTING, 9).await.unwrap().len(), 0);
    assert_eq!(store.unrouted(Agents, ROUTING + 1, 9).await.unwrap().len(), 1);

    index(store, SearchChange::Remove { collection: Agents, id: "a".to_owned() }).await;
    assert_eq!(found(store, &Search::default()).await, [""; 0]);
    index(store, SearchChange::Replace(Box::new(entry("a")))).await;
    delete(store, &row("a")).await.unwrap();
    insert(store, &row("a")).await.unwrap();
    assert_eq!(found(store, &Search::default()).await, [""; 0]);
    assert_eq!(found(store, &team("sales")).await, [""; 0]);
}

pub async fn missing_entries_are_added_once(store: Arc<dyn Store>) {
    let store = &*store;
    // A new store has no rows to index.
    assert!(store.is_indexed().await.unwrap());
    for id in ["a", "b", "c"] {
        insert(store, &row(id)).await.unwrap();
    }
    insert(store, &Row { hidden: true, ..row("d") }).await.unwrap();
    let missing = |after: Option<&'static str>| async move {
        let rows = store.unindexed(Agents, after, 2).await.unwrap();
        rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(missing(None).await, ["a", "b"]);
    assert_eq!(missing(Some("b")).await, ["c"]);
    let added = |id: &str, name: &str, version| SearchChange::Add {
        entry: Box::new(SearchEntry { name: name.to_owned(), ..entry(id) }),
        version,
    };
    update(store, &row("b")).await.unwrap();
    for change in
        [added("a", "first", 1), added("a", "second", 1), added("b", "old", 1), added("d", "hidden", 1)]
    {
        index(store, change).await;
    }
    assert_eq!(missing(None).await, ["b", "c"]);
    let by_label = Search { labels: vec!["team=sales".to_owned()], ..Search::default() };
    assert_eq!(found(store, &by_label).await, ["a"]);
    let page = store.search(Agents, &by_label, None, 9).await.unwrap();
    assert_eq!(page[0].name, "first");
    index(store, added("b", "new", 2)).await;
    assert_eq!(missing(None).await, ["c"]);
    index(
        store,
        SearchChange::Add {
            entry: Box::new(SearchEntry { terms: vec![Term::Damaged], ..entry("c") }),
            version: 1,
        },
    )
    .await;
    assert_eq!(store.damaged_ids(Agents, 9).await.unwrap(), ["c"]);
    index(store, SearchChange::Complete).await;
    assert!(store.is_indexed().await.unwrap());
}

pub async fn agents_are_found_by_their_handovers(store: Arc<dyn Store>) {
    let store = &*store;
    let handing_over = |id: &str, to: &[&str]| {
        let terms = to.iter().map(|to| Term::Handover((*to).to_owned())).collect();
        SearchEntry { terms, ..entry(id) }
    };
    add(store, handing_over("b", &["x", "y"])).await;
    add(store, handing_over("a", &["x"])).await;
    // A word or a label is no handover.
    let terms = vec![Term::Word("x".to_owned()), Term::Label("x".to_owned())];
    add(store, SearchEntry { terms, ..entry("c") }).await;
    for (to, after, limit, ids) in [
        ("x", None, 9, &["a", "b"][..]),
        ("x", None, 1, &["a"]),
        ("x", Some("a"), 9, &["b"]),
        ("x", Some("b"), 9, &[]),
        ("y", None, 9, &["b"]),
        ("z", None, 9, &[]),
    ] {
        assert_eq!(store.agents_handing_over(to, after, limit).await.unwrap(), ids, "{to} after {after:?}");
    }
    index(store, SearchChange::Replace(Box::new(handing_over("b", &["y"])))).await;
    index(store, SearchChange::Remove { collection: Agents, id: "a".to_owned() }).await;
    assert_eq!(store.agents_handing_over("x", None, 9).await.unwrap(), [] as [&str; 0]);
}

pub async fn rows_are_counted_by_collection_vendor_and_sync_state(store: Arc<dyn Store>) {
    assert_eq!(store.count_rows().await.unwrap(), []);
    for (id, collection, vendor, sync) in [
        ("a", Agents, "qcall", Some("in_sync")),
        ("b", Agents, "qcall", Some("in_sync")),
        ("c", Agents, "qcall", Some("drifted")),
        ("d", Agents, "qcall", None),
        ("e", Agents, "opencx", Some("in_sync")),
        ("f", Trunks, "qcall", None),
    ] {
        let vendor = vendor.to_owned();
        let row = Row { collection, vendor: vendor.clone(), hidden: sync.is_none(), ..row(id) };
        let entry = sync.map(|sync| SearchEntry { collection, vendor, sync: sync.to_owned(), ..entry(id) });
        let entry = entry.map(|entry| Mutation::Index(SearchChange::Replace(Box::new(entry))));
        store.commit([Mutation::Insert(row)].into_iter().chain(entry).collect()).await.unwrap();
    }
    let counts = store.count_rows().await.unwrap().into_iter();
    let mut counts: Vec<_> =
        counts.map(|count| (count.collection.as_str(), count.vendor, count.sync, count.rows)).collect();
    counts.sort();
    let expected = [
        ("agents", "opencx", Some("in_sync"), 1),
        ("agents", "qcall", None, 1),
        ("agents", "qcall", Some("drifted"), 1),
        ("agents", "qcall", Some("in_sync"), 2),
        ("trunks", "qcall", None, 1),
    ];
    let expected = expected.map(|(collection, vendor, sync, rows)| {
        (collection, vendor.to_owned(), sync.map(ToOwned::to_owned), rows)
    });
    assert_eq!(counts, expected);
}
