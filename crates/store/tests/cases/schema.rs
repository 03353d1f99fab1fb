//! The schema of a shared database, and access to it.

use std::sync::Arc;

use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use switchboard_core::error::Kind;
use switchboard_store::{CallCaps, CallProgress::Live, CallRow, Migrated, migrate, open};

use super::{
    calls::{NOW, add, add_within, found},
    operations::{LONG, begin},
};
use crate::{
    fixture::{call, damaged_calls, insert, operation, refused, row},
    home::{Home, KEY, key},
};

const OTHER: &str = "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

async fn tamper(home: &Home, sql: impl Into<String>) {
    let mut connection = PgConnection::connect_with(&home.options()).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql.into())).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

pub async fn an_old_schema_is_refused_until_migrated(home: Arc<Home>) {
    let error = home.try_open().await.err().unwrap();
    assert_eq!(error.kind, Kind::StorageUnavailable);
    assert!(error.detail.contains("switchboard migrate"), "{error}");

    let migrations = tokio::join!(migrate(&home.url), migrate(&home.url), migrate(&home.url));
    let migrations = [migrations.0.unwrap(), migrations.1.unwrap(), migrations.2.unwrap()];
    let applied =
        ["0001_resources", "0002_migrations", "0003_search", "0004_calls"].map(ToOwned::to_owned).to_vec();
    let all = Migrated { applied, version: 4 };
    assert_eq!(migrations.iter().filter(|migrated| **migrated == all).count(), 1, "{migrations:?}");
    let none = Migrated { applied: Vec::new(), version: 4 };
    assert_eq!(migrations.iter().filter(|migrated| **migrated == none).count(), 2, "{migrations:?}");
    insert(&*home.open().await, &row("agt_1")).await.unwrap();
}

pub async fn a_later_schema_is_refused(home: Arc<Home>) {
    migrate(&home.url).await.unwrap();
    tamper(
        &home,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9999, 'later', TRUE, '\\x00', 0)",
    )
    .await;
    for error in [home.try_open().await.err().unwrap(), migrate(&home.url).await.unwrap_err()] {
        assert_eq!(error.kind, Kind::StorageUnavailable);
        assert!(error.detail.contains("later version"), "{error}");
    }
}

pub async fn a_key_is_needed_and_stays_the_same(home: Arc<Home>) {
    migrate(&home.url).await.unwrap();
    let error = open(&home.url, None).await.err().unwrap();
    assert_eq!(error.kind, Kind::ValidationFailed);
    assert!(error.detail.contains("store.key"), "{error}");

    // Two replicas open the new database concurrently.
    let (one, other) = tokio::join!(home.try_open(), home.try_open());
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_eq!(one.signing_key, other.signing_key);
    assert_eq!(one.notice, None);
    let error = open(&home.url, Some(key(OTHER))).await.err().unwrap();
    assert_eq!(error.kind, Kind::StorageUnavailable);
    assert!(error.detail.contains("master key"), "{error}");
}

/// Checks that a database of the schema before calls keeps its rows and gets the new tables.
pub async fn an_earlier_schema_gets_the_tables_of_calls(home: Arc<Home>) {
    migrate(&home.url).await.unwrap();
    let store = home.open().await;
    insert(&*store, &row("agt_1")).await.unwrap();
    store.close().await;
    tamper(
        &home,
        "DROP TABLE calls; DROP TABLE transcripts; DROP TABLE leases; \
         DELETE FROM _sqlx_migrations WHERE version = 4",
    )
    .await;
    assert_eq!(home.try_open().await.err().unwrap().kind, Kind::StorageUnavailable);
    let applied = vec!["0004_calls".to_owned()];
    assert_eq!(migrate(&home.url).await.unwrap(), Migrated { applied, version: 4 });
    let store = home.open().await;
    let agents = switchboard_store::Collection::Agents;
    assert!(store.get(agents, "agt_1").await.unwrap().is_some());
    add(&*store, call("call_1"), Some(LONG)).await.unwrap();
    found(&*store, "call_1").await;
}

pub async fn a_call_counts_for_its_window(home: Arc<Home>) {
    migrate(&home.url).await.unwrap();
    let store = home.open().await;
    let dial = |id: &str| CallRow { peer: Some(b"peer".to_vec()), dialling: false, ..call(id) };
    let one = CallCaps { max_live: 9, per_minute: 1, per_day: 9, per_number_per_day: 9 };
    add_within(&*store, dial("a"), one).await.unwrap();
    assert_eq!(refused(add_within(&*store, dial("b"), one).await), Kind::StateConflict);
    tamper(&home, "UPDATE calls SET created_at = created_at - 60000000").await;
    add_within(&*store, dial("b"), one).await.unwrap();

    let two = CallCaps { max_live: 9, per_minute: 9, per_day: 2, per_number_per_day: 2 };
    assert_eq!(refused(add_within(&*store, dial("c"), two).await), Kind::StateConflict);
    tamper(&home, "UPDATE calls SET created_at = created_at - 86400000000 WHERE id = 'a'").await;
    add_within(&*store, dial("c"), two).await.unwrap();
}

/// Checks that a lease is free if its latest renewal is in the future, because the clock was set back.
pub async fn a_lease_of_the_future_is_free(home: Arc<Home>) {
    migrate(&home.url).await.unwrap();
    let store = home.open().await;
    assert!(store.calls().acquire("lease", "one", LONG).await.unwrap());
    // The current time of a statement that waited for a lock may be before the latest renewal.
    tamper(&home, "UPDATE leases SET renewed_at = renewed_at + 10000000").await;
    assert!(!store.calls().acquire("lease", "other", LONG).await.unwrap());
    tamper(&home, "UPDATE leases SET renewed_at = renewed_at + 90000000").await;
    assert!(store.calls().acquire("lease", "other", LONG).await.unwrap());
}

/// Checks that a hold ends within its time if it began in the future, because the clock was set back.
pub async fn a_hold_of_the_future_ends_in_time(home: Arc<Home>) {
    migrate(&home.url).await.unwrap();
    let store = home.open().await;
    begin(&*store, operation("op_1", "agt_1"), Some(LONG)).await.unwrap();
    add(&*store, call("call_1"), Some(LONG)).await.unwrap();
    for table in ["operations", "calls"] {
        tamper(
            &home,
            format!(
                "UPDATE {table} SET due_at = due_at + 86400000000, updated_at = updated_at + 86400000000"
            ),
        )
        .await;
    }
    assert!(store.claim(LONG, &[], 10).await.unwrap().is_empty(), "its process may be working");
    assert!(store.calls().claim(LONG, &[], 10).await.unwrap().is_empty(), "its process may be dialling");
    for wait in [store.next_due(&[]).await, store.calls().next_due(&[]).await] {
        let wait = wait.unwrap().unwrap();
        assert!(wait <= LONG && wait > LONG / 2, "{wait:?}");
    }
}

pub async fn a_damaged_call_is_held_and_not_claimed(home: Arc<Home>) {
    migrate(&home.url).await.unwrap();
    let store = home.open().await;
    for id in ["call_1", "call_2"] {
        add(&*store, CallRow { progress: Live, ..call(id) }, Some(NOW)).await.unwrap();
    }
    tamper(&home, "UPDATE calls SET personal = '\\x00' WHERE id = 'call_1'").await;
    let claimed = store.calls().claim(LONG, &[], 10).await.unwrap();
    assert_eq!(claimed.iter().map(|call| call.id.as_str()).collect::<Vec<_>>(), ["call_2"]);
    assert!(store.calls().claim(LONG, &[], 10).await.unwrap().is_empty());
    assert_eq!(refused(store.calls().get("call_1").await), Kind::Internal);
}

pub async fn a_damaged_call_hides_no_other(home: Arc<Home>) {
    migrate(&home.url).await.unwrap();
    let store = home.open().await;
    damaged_calls::add_calls(&*store).await;
    tamper(&home, damaged_calls::damage("'\\x00'")).await;
    damaged_calls::check_lists(&*store).await;
}

pub async fn a_damaged_document_is_given_back(home: Arc<Home>) {
    migrate(&home.url).await.unwrap();
    let store = home.open().await;
    for id in ["agt_1", "agt_2"] {
        insert(&*store, &row(id)).await.unwrap();
    }
    tamper(&home, "UPDATE resources SET document = '{\"name\": ' WHERE id = 'agt_1'").await;
    let agents = switchboard_store::Collection::Agents;
    let damaged = store.get(agents, "agt_1").await.unwrap().unwrap();
    damaged.document.read::<Value>().unwrap_err();
    let whole = store.get(agents, "agt_2").await.unwrap().unwrap();
    assert_eq!(whole.document, row("agt_2").document);
    tamper(&home, "DROP TABLE resources").await;
    assert_eq!(refused(store.get(agents, "agt_2").await), Kind::StorageUnavailable);
    assert_eq!(refused(store.check().await), Kind::StorageUnavailable);
}

/// Checks that broken connections are replaced and that uncommitted work is repeated.
pub async fn broken_connections_are_replaced(home: Arc<Home>) {
    migrate(&home.url).await.unwrap();
    let store = home.open().await;
    for number in 0..10 {
        tamper(
            &home,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        .await;
        insert(&*store, &row(&format!("agt_{number}"))).await.unwrap();
    }
}

pub async fn urls_are_not_repeated(home: Arc<Home>) {
    let url = url::Url::parse(&home.url).unwrap();
    let with = |change: &dyn Fn(&mut url::Url)| {
        let mut url = url.clone();
        url.set_password(Some("hunter2")).unwrap();
        change(&mut url);
        url.to_string()
    };
    for (url, kind) in [
        (with(&|url| url.set_path("no_such_database")), Kind::StorageUnavailable),
        (with(&|url| url.set_query(Some("host=/nowhere"))), Kind::StorageUnavailable),
        (with(&|url| url.set_query(Some("pasword=hunter2"))), Kind::ValidationFailed),
        (with(&|url| url.set_query(Some("sslmode=hunter2"))), Kind::ValidationFailed),
        ("postgres://me:hunter2@[::bad/x".to_owned(), Kind::ValidationFailed),
    ] {
        for error in [open(&url, Some(key(KEY))).await.err().unwrap(), migrate(&url).await.unwrap_err()] {
            assert_eq!(error.kind, kind, "{error:?}");
            assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
        }
    }
}
