//! Durability, the one-process limit, and the place of the files.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::Path,
};

use secrecy::ExposeSecret as _;
use switchboard_core::error::Kind;
use switchboard_store::{Collection::Agents, Mutation, Replay, migrate, open};

use crate::{
    fixture::{insert, refused, row},
    folder::{opened, url},
};

/// Checks the permissions of all files, also of those that an earlier version has created.
#[tokio::test]
async fn only_the_owner_may_read_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let modes = || -> Vec<(String, u32)> {
        let files = fs::read_dir(folder.path()).unwrap().map(Result::unwrap);
        files
            .map(|file| {
                let mode = file.metadata().unwrap().permissions().mode() & 0o777;
                (file.file_name().into_string().unwrap(), mode)
            })
            .collect()
    };
    for _ in 0..2 {
        let running = opened(&folder).await;
        let _ = insert(&*running.store, &row("agt_1")).await;
        let found = modes();
        assert!(found.iter().any(|(name, _)| name.ends_with("-wal")), "{found:?}");
        assert!(found.iter().all(|(_, mode)| *mode == 0o600), "{found:?}");
        running.store.close().await;
        fs::set_permissions(folder.path().join("test.db"), fs::Permissions::from_mode(0o644)).unwrap();
    }
}

#[tokio::test]
async fn an_answered_write_survives_a_kill() {
    let (folder, after) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let running = opened(&folder).await;
    insert(&*running.store, &row("agt_1")).await.unwrap();
    // A kill at this moment would leave exactly these files.
    for file in fs::read_dir(folder.path()).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), after.path().join(file.file_name())).unwrap();
    }
    let found = opened(&after).await.store.get(Agents, "agt_1").await.unwrap().unwrap();
    assert_eq!(found.secrets.read().unwrap().unwrap().expose_secret(), "secret of agt_1");
}

#[tokio::test]
async fn a_file_is_open_once() {
    let folder = tempfile::tempdir().unwrap();
    let first = opened(&folder).await;
    let alias = tempfile::tempdir().unwrap();
    symlink(folder.path().join("test.db"), alias.path().join("test.db")).unwrap();
    for name in [folder.path(), alias.path()] {
        let error = open(&url(name), None).await.err().unwrap();
        assert_eq!(error.kind, Kind::StorageUnavailable);
        assert!(error.detail.contains("test.db.lock is held by another process"), "{error}");
    }

    first.store.close().await;
    let second = opened(&folder).await;
    drop(second);
    opened(&folder).await;
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.db");
    let text = "These are my notes. ".repeat(500);
    fs::write(&path, &text).unwrap();
    assert_eq!(refused(open(&url(folder.path()), None).await), Kind::StorageUnavailable);
    assert_eq!(fs::read_to_string(path).unwrap(), text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_does_not_grow_without_end() {
    const WRITTEN: u64 = 160;
    let folder = tempfile::tempdir().unwrap();
    let store = opened(&folder).await.store;
    for number in 0..WRITTEN {
        let request = Replay {
            scope: "dev".to_owned(),
            key: number.to_string(),
            fingerprint: Vec::new(),
            operation: None,
            reply: Some(vec![0; 1 << 20]),
            created_at: row("agt_1").created_at,
        };
        store.commit(vec![Mutation::Remember(request)]).await.unwrap();
    }
    let log = fs::metadata(folder.path().join("test.db-wal")).unwrap().len();
    assert!(log < 96 << 20, "{log} bytes for {WRITTEN} MiB");
}

#[tokio::test]
async fn a_place_that_cannot_hold_a_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("test.db")).unwrap();
    let missing = folder.path().join("missing");
    for path in [folder.path(), &missing, Path::new("/proc")] {
        assert_eq!(refused(open(&url(path), None).await), Kind::StorageUnavailable, "{}", path.display());
    }
    assert!(!missing.exists());
}

#[tokio::test]
async fn a_url_of_another_kind_is_refused_without_repeating_it() {
    for url in
        ["mysql://me:hunter2@db/x", "sqlite://", "sqlite://:memory:", "sqlite://x.db?mode=ro", "x.db", ""]
    {
        let error = open(url, None).await.err().unwrap();
        assert_eq!(error.kind, Kind::ValidationFailed, "{url}");
        assert!(
            error.detail.contains("sqlite://PATH") && error.detail.contains("sqlite::memory:"),
            "{error}"
        );
        assert!(!error.detail.contains("hunter2"), "{error}");
    }
}

/// Checks that a database behind a symbolic link has one lock and one key, also if the link is older than the file.
#[tokio::test]
async fn a_link_to_a_file_that_does_not_exist_yet_leads_to_it() {
    let (folder, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    symlink("second.db", folder.path().join("test.db")).unwrap();
    symlink(data.path().join("real.db"), folder.path().join("second.db")).unwrap();
    let first = opened(&folder).await;
    insert(&*first.store, &row("agt_1")).await.unwrap();
    for extension in ["db", "db.lock", "db.key"] {
        assert!(data.path().join(format!("real.{extension}")).exists(), "{extension}");
    }
    let target = format!("sqlite://{}/real.db", data.path().display());
    assert_eq!(refused(open(&target, None).await), Kind::StorageUnavailable, "the database is open");
    first.store.close().await;
    drop(first);
    assert!(opened(&folder).await.store.get(Agents, "agt_1").await.unwrap().is_some());

    let circle = tempfile::tempdir().unwrap();
    symlink("test.db", circle.path().join("test.db")).unwrap();
    assert_eq!(refused(open(&url(circle.path()), None).await), Kind::StorageUnavailable);
}

/// Checks that the store notices that its file is no longer at its path, instead of writing where no later process looks.
#[tokio::test]
async fn a_file_that_was_moved_or_deleted_is_unavailable() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(&folder).await.store;
    insert(&*store, &row("agt_1")).await.unwrap();
    let (path, elsewhere) = (folder.path().join("test.db"), folder.path().join("elsewhere.db"));

    fs::rename(&path, &elsewhere).unwrap();
    assert_eq!(refused(store.check().await), Kind::StorageUnavailable);
    assert_eq!(refused(insert(&*store, &row("agt_2")).await), Kind::StorageUnavailable);
    assert!(!path.exists(), "the store creates a new database");
    fs::copy(&elsewhere, &path).unwrap();
    assert_eq!(refused(store.check().await), Kind::StorageUnavailable, "a copy is another file");

    fs::rename(&elsewhere, &path).unwrap();
    store.check().await.unwrap();
    insert(&*store, &row("agt_2")).await.unwrap();

    fs::remove_file(&path).unwrap();
    assert_eq!(refused(store.check().await), Kind::StorageUnavailable);
    assert_eq!(refused(insert(&*store, &row("agt_3")).await), Kind::StorageUnavailable);
}

/// Checks that a database with two names is refused under both: each name has its own lock and its own log.
#[tokio::test]
async fn a_file_with_a_hard_link_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let running = opened(&folder).await;
    insert(&*running.store, &row("agt_1")).await.unwrap();
    let other = tempfile::tempdir().unwrap();
    let link = other.path().join("test.db");
    fs::hard_link(folder.path().join("test.db"), &link).unwrap();
    for outcome in
        [open(&url(other.path()), None).await.map(drop), migrate(&url(other.path())).await.map(drop)]
    {
        let error = outcome.unwrap_err();
        assert_eq!(error.kind, Kind::StorageUnavailable);
        assert!(error.detail.contains("test.db has 2 names (hard links)"), "{error}");
    }
    assert!(!other.path().join("test.db-wal").exists());

    insert(&*running.store, &row("agt_2")).await.unwrap();
    running.store.close().await;
    assert_eq!(refused(open(&url(folder.path()), None).await), Kind::StorageUnavailable);
    fs::remove_file(link).unwrap();
    opened(&folder).await.store.get(Agents, "agt_2").await.unwrap().unwrap();
}
