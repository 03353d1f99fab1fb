//! Tests of SQLite's query plans for searches.

use super::query::{Driver, search};
use crate::{
    Collection, Search, SearchKey, SearchOrder, SearchPosition,
    sql::Dialect,
    sqlite::plans::{EmptyDatabase, count_of, plan_of},
};

/// Returns the steps of the plan for a query that starts at this driver.
fn plan(
    database: &EmptyDatabase,
    query: &Search,
    driver: Option<&Driver<'_>>,
    after: Option<&SearchPosition>,
) -> Vec<String> {
    let find = search(Dialect::Sqlite, Collection::Agents, query, driver, after, 51);
    plan_of(database, find)
}

fn positions(key: SearchKey) -> [Option<SearchPosition>; 2] {
    let id = "agt_0".to_owned();
    let position = match key {
        SearchKey::Id => SearchPosition::Id(id),
        SearchKey::UpdatedAt => SearchPosition::UpdatedAt(jiff::Timestamp::UNIX_EPOCH, id),
        SearchKey::Name => SearchPosition::Name("reception".to_owned(), id),
    };
    [None, Some(position)]
}

/// Returns the index range that a query with this driver reads first.
fn start(driver: &Driver<'_>) -> String {
    match driver {
        Driver::ExternalRef(_) => "resources_external_ref (collection=? AND external_ref=?".to_owned(),
        Driver::Column(column, _) => format!("resource_search_{column} (collection=? AND {column}=?"),
        Driver::Stale => "resource_search_stale (collection=? AND stale=?".to_owned(),
        Driver::Label(_) => {
            "SEARCH resource_terms USING PRIMARY KEY (collection=? AND kind=? AND term=?".to_owned()
        }
        Driver::Word(_) => {
            "SEARCH resource_terms USING PRIMARY KEY (collection=? AND kind=? AND term>? AND term<?"
                .to_owned()
        }
        Driver::UpdatedAfter(_) => "resource_search_updated_at (collection=? AND updated_at>?".to_owned(),
    }
}

#[tokio::test]
async fn every_filter_and_order_is_a_range_of_an_index() {
    let database = EmptyDatabase::create().await;
    let some = || Some("x".to_owned());
    let queries = [
        Search::default(),
        Search { vendor: some(), ..Search::default() },
        Search { external_ref: some(), ..Search::default() },
        Search { language: some(), ..Search::default() },
        Search { language: Some("de-at".to_owned()), ..Search::default() },
        Search { direction: some(), ..Search::default() },
        Search { sync: some(), ..Search::default() },
        Search { fidelity: some(), ..Search::default() },
        Search { stale: true, ..Search::default() },
        Search { labels: vec!["team=sales".to_owned()], ..Search::default() },
        Search { words: vec!["recep".to_owned(), "x".to_owned()], ..Search::default() },
        Search { updated_after: Some(jiff::Timestamp::UNIX_EPOCH), ..Search::default() },
        Search { vendor: some(), direction: some(), labels: vec!["a=b".to_owned()], ..Search::default() },
    ];
    for query in queries {
        for key in [SearchKey::Id, SearchKey::UpdatedAt, SearchKey::Name] {
            for (descending, after) in [false, true].into_iter().flat_map(|d| positions(key).map(|p| (d, p)))
            {
                let query = Search { order: SearchOrder { key, descending }, ..query.clone() };
                let drivers = Driver::all(&query);
                // The query can start at each of its conditions, or follow the index of its order.
                let starts = drivers.iter().map(Some).chain([None]);
                for driver in starts {
                    let steps = plan(&database, &query, driver, after.as_ref());
                    let shown = format!("{query:?} from {driver:?}: {steps:#?}");
                    assert!(steps.iter().all(|step| !step.starts_with("SCAN resource")), "{shown}");
                    assert!(steps.iter().all(|step| !step.contains("AUTOMATIC")), "{shown}");
                    let sorts = steps.iter().any(|step| step.contains("TEMP B-TREE FOR"));
                    let in_order = match driver {
                        None => true,
                        Some(driver) => key == SearchKey::Id && driver.is_in_order_of_ids(),
                    };
                    assert!(!(sorts && in_order), "{shown}");
                    let start = driver.map(start);
                    assert!(
                        start.is_none_or(|start| steps.iter().any(|step| step.contains(&start))),
                        "{shown}"
                    );
                    if driver.is_none() && key == SearchKey::Name {
                        assert!(steps.iter().any(|step| step.contains("resource_search_name")), "{shown}");
                    }
                    if driver.is_none() && key == SearchKey::UpdatedAt {
                        assert!(
                            steps.iter().any(|step| step.contains("resource_search_updated_at")),
                            "{shown}"
                        );
                    }
                }
            }
        }
    }
}

/// Checks that a query that has to sort its rows finds them all if there are more of them than when they were counted.
#[tokio::test]
async fn rows_that_were_added_after_the_count_hide_no_others() {
    let rows = "WITH RECURSIVE rows(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM rows WHERE id < 3000)";
    let inserts = format!(
        "{rows} INSERT INTO resources SELECT 'agents', id, 1, 1, 0, 'qcall', NULL, NULL, '{{}}', NULL, id, id FROM rows; \
         {rows} INSERT INTO resource_search SELECT 'agents', id, '', 'qcall', NULL, NULL, NULL, 'in_sync', 'exact', id, \
         NULL, 0, 1 FROM rows; \
         {rows} INSERT INTO resource_terms SELECT 'agents', 'word', 'reception', id FROM rows"
    );
    let words = Search { words: vec!["recep".to_owned()], ..Search::default() };
    let times = Search { updated_after: Some(jiff::Timestamp::UNIX_EPOCH), ..Search::default() };
    for query in [words, times] {
        let database = EmptyDatabase::create().await;
        let drivers = Driver::all(&query);
        let find = search(Dialect::Sqlite, Collection::Agents, &query, drivers.first(), None, 5000);
        assert_eq!(count_of(&database, &inserts, &find), 3000, "{query:?}");
    }
}
