//! Files that are no database, and the check that a database can be opened.

use std::{collections::BTreeMap, fs, os::unix::fs::PermissionsExt as _, path::Path};

use secrecy::SecretString;
use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};
use switchboard_core::error::Kind;
use switchboard_store::{MasterKey, migrate, open, preflight};
use tempfile::TempDir;

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const OTHER: &str = "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

fn key(text: &str) -> MasterKey {
    MasterKey::parse(&SecretString::from(text)).unwrap()
}

fn url(folder: &TempDir) -> String {
    format!("sqlite://{}/test.db", folder.path().display())
}

/// Returns the files of a folder with their modes and contents.
fn files(folder: &Path) -> BTreeMap<String, (u32, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let file = |entry: fs::DirEntry| {
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        (entry.file_name().into_string().unwrap(), (mode, fs::read(entry.path()).unwrap()))
    };
    entries.map(file).collect()
}

async fn tamper(folder: &TempDir, sql: &str) {
    let mut connection = SqliteConnection::connect(&url(folder)).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_no_database_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.db");
    fs::write(&path, "notes of the operator\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let before = files(folder.path());
    let refused = [
        open(&url(&folder), None).await.map(drop),
        migrate(&url(&folder)).await.map(drop),
        preflight(&url(&folder), None),
    ];
    for refused in refused {
        let error = refused.unwrap_err();
        assert_eq!(error.kind, Kind::StorageUnavailable);
        assert!(error.detail.contains("is not a database"), "{error}");
        assert_eq!(files(folder.path()), before);
    }
}

#[tokio::test]
async fn a_preflight_finds_what_an_open_would_refuse_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |key: Option<&str>, words: &str| {
        let before = files(folder.path());
        let key = key.map(self::key);
        let found = preflight(&url(&folder), key.as_ref());
        match words {
            "" => found.unwrap(),
            words => {
                let error = found.unwrap_err();
                assert!(error.detail.contains(words), "{error}");
            }
        }
        assert_eq!(files(folder.path()), before);
    };
    refused(None, "");
    open(&url(&folder), None).await.unwrap().store.close().await;
    refused(None, "");
    refused(Some(OTHER), "not the key with which");
    let own = folder.path().join("test.db.key");
    let kept = fs::read_to_string(&own).unwrap();
    fs::remove_file(&own).unwrap();
    refused(None, "sealed with a master key: restore");
    refused(Some(kept.trim()), "");

    tamper(&folder, "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (99, 'later', TRUE, x'00', 0)").await;
    refused(Some(kept.trim()), "later version");
    assert!(open(&url(&folder), Some(key(kept.trim()))).await.is_err());
}

#[tokio::test]
async fn a_failed_schema_file_is_named_without_its_statements() {
    let folder = tempfile::tempdir().unwrap();
    open(&url(&folder), Some(key(KEY))).await.unwrap().store.close().await;
    tamper(&folder, "DELETE FROM _sqlx_migrations WHERE version = 4").await;
    let error = open(&url(&folder), Some(key(KEY))).await.err().unwrap();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.starts_with("the schema file 0004_calls failed: ") && cause.contains("exists"), "{cause}");
    assert!(!cause.to_uppercase().contains("CREATE TABLE"), "{cause}");
}
