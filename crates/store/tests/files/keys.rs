//! The master key and the secrets that it seals.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use secrecy::{ExposeSecret as _, SecretString};
use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};
use switchboard_core::error::Kind;
use switchboard_store::{Collection::Agents, MasterKey, Mutation, Notice, Revision, Row, open};
use tempfile::TempDir;

use crate::fixture::{insert, refused, revision, row, update};

/// The same key in both encodings.
const HEX: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F";
const BASE64: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const OTHER: &str = "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

fn key(text: &str) -> Option<MasterKey> {
    Some(MasterKey::parse(&SecretString::from(text)).unwrap())
}

fn url(folder: &TempDir) -> String {
    format!("sqlite://{}/test.db", folder.path().display())
}

fn key_file(folder: &TempDir) -> PathBuf {
    folder.path().join("test.db.key")
}

fn contains(path: &Path, text: &str) -> bool {
    let bytes = fs::read(path).unwrap();
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn a_key_is_32_bytes_in_either_form() {
    for text in ["", "short", &HEX[1..], &HEX.replace('f', "g"), &BASE64[4..], "AAEC", &BASE64.repeat(2)] {
        let error = MasterKey::parse(&SecretString::from(text)).unwrap_err();
        assert_eq!(error.kind, Kind::ValidationFailed);
        assert!(text.is_empty() || !format!("{error:?}").contains(text), "{error:?}");
    }
    let printed = format!("{:?}", key(&format!(" {HEX}\n")));
    assert_eq!(printed, "Some(MasterKey([REDACTED]))");
}

#[tokio::test]
async fn a_key_file_is_made_once_and_private() {
    let folder = tempfile::tempdir().unwrap();
    let first = open(&url(&folder), None).await.unwrap();
    let path = fs::canonicalize(key_file(&folder)).unwrap();
    assert_eq!(first.notice, Some(Notice::KeyCreated(path.clone())));
    assert!(first.notice.unwrap().to_string().contains("test.db.key"));
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&path).unwrap();
    first.store.close().await;

    let second = open(&url(&folder), None).await.unwrap();
    assert_eq!(second.notice, None);
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    let mut files: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    files.sort();
    assert_eq!(files, ["test.db", "test.db-shm", "test.db-wal", "test.db.key", "test.db.lock"]);
}

#[tokio::test]
async fn a_key_file_that_others_may_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    open(&url(&folder), None).await.unwrap().store.close().await;
    for mode in [0o640, 0o604, 0o620] {
        fs::set_permissions(key_file(&folder), fs::Permissions::from_mode(mode)).unwrap();
        let error = open(&url(&folder), None).await.err().unwrap();
        assert_eq!(error.kind, Kind::StorageUnavailable);
        assert!(error.detail.contains("test.db.key") && error.detail.contains("chmod 600"), "{error}");
    }
    fs::set_permissions(key_file(&folder), fs::Permissions::from_mode(0o400)).unwrap();
    open(&url(&folder), None).await.unwrap();
}

#[tokio::test]
async fn a_lost_key_file_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    open(&url(&folder), None).await.unwrap().store.close().await;
    let text = fs::read_to_string(key_file(&folder)).unwrap();

    fs::remove_file(key_file(&folder)).unwrap();
    let error = open(&url(&folder), None).await.err().unwrap();
    assert_eq!(error.kind, Kind::StorageUnavailable);
    assert!(error.detail.contains("test.db.key"), "{error}");
    assert!(!key_file(&folder).exists());

    for other in ["not a key".to_owned(), "A".repeat(5000), text.replace(&text[..4], "////")] {
        fs::write(key_file(&folder), other).unwrap();
        fs::set_permissions(key_file(&folder), fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(refused(open(&url(&folder), None).await), Kind::StorageUnavailable);
    }
    fs::write(key_file(&folder), text).unwrap();
    open(&url(&folder), None).await.unwrap();
}

#[tokio::test]
async fn another_key_is_refused_at_opening() {
    let folder = tempfile::tempdir().unwrap();
    let first = open(&url(&folder), key(HEX)).await.unwrap();
    insert(&*first.store, &row("agt_1")).await.unwrap();
    first.store.close().await;
    assert_eq!(first.notice, None);
    assert!(!key_file(&folder).exists(), "a configured key must not be written to a file");

    let error = open(&url(&folder), key(OTHER)).await.err().unwrap();
    assert_eq!(error.kind, Kind::StorageUnavailable);
    assert!(error.detail.contains("master key"), "{error}");
    assert_eq!(refused(open(&url(&folder), None).await), Kind::StorageUnavailable);

    let second = open(&url(&folder), key(BASE64)).await.unwrap();
    let found = second.store.get(Agents, "agt_1").await.unwrap().unwrap();
    assert_eq!(found.secrets.read().unwrap().unwrap().expose_secret(), "secret of agt_1");
}

#[tokio::test]
async fn no_secret_is_readable_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let secret = "sip-password-4711";
    let store = open(&url(&folder), key(HEX)).await.unwrap().store;
    let first = Row { secrets: SecretString::from(secret).into(), ..row("agt_1") };
    insert(&*store, &first).await.unwrap();
    update(&*store, &first).await.unwrap();
    let kept = Revision { secrets: SecretString::from(secret).into(), ..revision("agt_1", 1) };
    store.commit(vec![Mutation::AddRevision(kept)]).await.unwrap();

    let log = folder.path().join("test.db-wal");
    assert!(contains(&log, "Reception"), "the document is in the searched file");
    for close in [false, true] {
        if close {
            store.close().await;
            assert!(!log.exists());
            assert!(contains(&folder.path().join("test.db"), "Reception"));
        }
        for file in fs::read_dir(folder.path()).unwrap() {
            let path = file.unwrap().path();
            for text in [secret, HEX, BASE64] {
                assert!(!contains(&path, text), "{text} in {}", path.display());
            }
        }
    }
}

#[tokio::test]
async fn sealing_twice_gives_two_ciphertexts() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&url(&folder), key(HEX)).await.unwrap().store;
    let mut connection = SqliteConnection::connect(&url(&folder)).await.unwrap();
    let first = row("agt_1");
    insert(&*store, &first).await.unwrap();
    let mut sealed = Vec::new();
    for version in 1..4 {
        let select = sqlx::query_scalar("SELECT secrets FROM resources WHERE id = 'agt_1'");
        sealed.push(select.fetch_one(&mut connection).await.unwrap());
        update(&*store, &Row { version, ..first.clone() }).await.unwrap();
    }
    let nonces: std::collections::BTreeSet<&[u8]> =
        sealed.iter().map(|sealed: &Vec<u8>| &sealed[8..32]).collect();
    assert_eq!(nonces.len(), 3);
}

#[tokio::test]
async fn secrets_open_in_their_own_row_only() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&url(&folder), key(HEX)).await.unwrap().store;
    insert(&*store, &row("agt_1")).await.unwrap();
    insert(&*store, &row("agt_2")).await.unwrap();
    let mut connection = SqliteConnection::connect(&url(&folder)).await.unwrap();
    for tampering in [
        "UPDATE resources SET secrets = (SELECT secrets FROM resources WHERE id = 'agt_1') WHERE id = 'agt_2'",
        "UPDATE resources SET secrets = substr(secrets, 1, length(secrets) - 1) WHERE id = 'agt_2'",
        "UPDATE resources SET secrets = substr(secrets, 1, 20) WHERE id = 'agt_2'",
        "UPDATE resources SET secrets = x'00' WHERE id = 'agt_2'",
        "UPDATE resources SET secrets = x'' WHERE id = 'agt_2'",
    ] {
        sqlx::query(tampering).execute(&mut connection).await.unwrap();
        let found = store.get(Agents, "agt_2").await.unwrap().unwrap();
        let error = found.secrets.read().unwrap_err();
        assert_eq!(error.kind, Kind::Internal, "{tampering}");
        assert!(error.detail.contains("agt_2") && !format!("{error:?}").contains("secret of"), "{error:?}");
        assert!(store.get(Agents, "agt_1").await.unwrap().is_some());
    }
}

#[tokio::test]
async fn secrets_open_in_their_own_revision_only() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&url(&folder), key(HEX)).await.unwrap().store;
    let steps = vec![
        Mutation::Insert(row("agt_1")),
        Mutation::AddRevision(revision("agt_1", 1)),
        Mutation::AddRevision(revision("agt_1", 2)),
        Mutation::AddRevision(revision("agt_2", 1)),
    ];
    store.commit(steps).await.unwrap();
    let mut connection = SqliteConnection::connect(&url(&folder)).await.unwrap();
    for other in [
        "SELECT secrets FROM revisions WHERE record = 'agt_1' AND number = 1",
        "SELECT secrets FROM revisions WHERE record = 'agt_2' AND number = 1",
        "SELECT secrets FROM resources WHERE id = 'agt_1'",
    ] {
        let swap = format!("UPDATE revisions SET secrets = ({other}) WHERE record = 'agt_1' AND number = 2");
        sqlx::query(AssertSqlSafe(swap)).execute(&mut connection).await.unwrap();
        let found = store.revision(Agents, "agt_1", 2).await.unwrap().unwrap();
        let error = found.secrets.read().unwrap_err();
        assert_eq!(error.kind, Kind::Internal, "{other}");
        assert!(error.detail.contains("agt_1/2") && !format!("{error:?}").contains("secret of"), "{error:?}");
    }
    assert!(store.revision(Agents, "agt_1", 1).await.unwrap().is_some());
}
