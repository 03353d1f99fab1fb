//! The schema of a shared database, and access to it.

use std::sync::Arc;

use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use switchboard_core::error::Kind;
use switchboard_store::{Migrated, migrate, open};

use crate::{
    fixture::{insert, refused, row},
    home::{Home, KEY, key},
};

const OTHER: &str = "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

async fn tamper(home: &Home, sql: &'static str) {
    let mut connection = PgConnection::connect_with(&home.options()).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

pub async fn an_old_schema_is_refused_until_migrated(home: Arc<Home>) {
    let error = home.try_open().await.err().unwrap();
    assert_eq!(error.kind, Kind::StorageUnavailable);
    assert!(error.detail.contains("switchboard migrate"), "{error}");

    let migrations = tokio::join!(migrate(&home.url), migrate(&home.url), migrate(&home.url));
    let migrations = [migrations.0.unwrap(), migrations.1.unwrap(), migrations.2.unwrap()];
    let applied = ["0001_resources", "0002_migrations", "0003_search"].map(ToOwned::to_owned).to_vec();
    let all = Migrated { applied, version: 3 };
    assert_eq!(migrations.iter().filter(|migrated| **migrated == all).count(), 1, "{migrations:?}");
    let none = Migrated { applied: Vec::new(), version: 3 };
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
