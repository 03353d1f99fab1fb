//! The command `switchboard check`, run as a process.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::{collections::HashMap, fs, net::TcpListener, process::Command};

use tempfile::TempDir;

fn check(text: &str) -> (Option<i32>, String, String) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("switchboard.toml");
    fs::write(&path, text).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_switchboard"))
        .args(["check", "--settings-only", "--config"])
        .arg(&path)
        .env_clear()
        .envs(HashMap::from([("K", "a-key-of-sixteen")]))
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn check_reports_a_valid_and_an_invalid_configuration() {
    let (code, shown, _) = check("[auth]\nkeys = [{ name = \"a\", secret = \"env:K\" }]\n");
    assert_eq!(code, Some(0), "{shown}");
    let (code, _, shown) = check("[server]\nlisten = \"nowhere\"\nport = 80\n");
    assert_eq!(code, Some(1));
    let keys: Vec<_> = shown.lines().filter_map(|line| line.split_once(": ")).map(|(key, _)| key).collect();
    assert_eq!(keys, ["server.listen", "server.port"], "{shown}");
}

/// Runs `check` with checks of the machine, in a directory of its own.
fn check_machine(folder: &TempDir, text: &str) -> (Option<i32>, Vec<(String, String)>) {
    fs::write(folder.path().join("switchboard.toml"), text).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_switchboard"))
        .args(["check", "--json", "--config", "switchboard.toml"])
        .current_dir(folder.path())
        .env_clear()
        .output()
        .unwrap();
    let printed: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let errors = printed["errors"].as_array().unwrap().iter();
    (output.status.code(), errors.map(|error| (text(&error["key"]), text(&error["detail"]))).collect())
}

#[test]
fn check_reports_an_address_in_use_and_a_folder_that_does_not_exist() {
    let folder = TempDir::new().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let text = |listen: &str, url: &str| {
        format!("[server]\nlisten = \"{listen}\"\nadmin_listen = \"\"\n[store]\nurl = \"{url}\"\n")
    };
    let (code, errors) = check_machine(&folder, &text(&address.to_string(), "sqlite://none/a.db"));
    assert_eq!(code, Some(1));
    let keys: Vec<_> = errors.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["server.listen", "store.url"], "{errors:?}");
    assert!(
        errors[0].1.contains("is in use") && errors[1].1.contains("folder that does not exist"),
        "{errors:?}"
    );

    let before: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    let (code, errors) = check_machine(&folder, &text("127.0.0.1:0", "sqlite://a.db"));
    assert_eq!((code, errors), (Some(0), Vec::new()));
    let after: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(before, after, "check leaves no file behind");

    // The address of another machine, for documentation (RFC 5737).
    let foreign = "[server]\nlisten = \"192.0.2.1:80\"\n[auth]\nkeys = [{ name = \"a\", hash = \"sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\" }]\n";
    let (_, errors) = check_machine(&folder, &format!("{foreign}[store]\nurl = \"sqlite::memory:\"\n"));
    assert!(
        errors.iter().any(|(key, why)| key == "server.listen" && why.contains("not an address")),
        "{errors:?}"
    );
}

#[test]
fn check_reports_a_database_that_serve_could_not_open() {
    let folder = TempDir::new().unwrap();
    let text =
        "[server]\nlisten = \"127.0.0.1:0\"\nadmin_listen = \"\"\n[store]\nurl = \"sqlite://notes.txt\"\n";
    fs::write(folder.path().join("notes.txt"), "notes of the operator").unwrap();
    let (code, errors) = check_machine(&folder, text);
    assert_eq!(code, Some(1));
    assert_eq!(errors[0].0, "store.url", "{errors:?}");
    assert!(errors[0].1.contains("is not a database"), "{errors:?}");
    let (code, _, shown) = check("[store]\nurl = \"sqlite://a.db?mode=ro\"\n");
    assert_eq!(code, Some(1));
    assert!(shown.contains("store.url: ") && shown.contains("without parameters"), "{shown}");
}

#[test]
fn check_reports_the_secret_of_a_vendor_that_is_a_misspelt_reference() {
    let vendor = "[vendors.q]\nadapter = \"qcall\"\nbase_url = \"http://127.0.0.1:9\"\n";
    for literal in ["evn:QK-hunter2", "$QK_hunter2"] {
        let (code, _, shown) = check(&format!("{vendor}api_key = \"{literal}\"\n"));
        assert_eq!(code, Some(1));
        assert!(shown.starts_with("vendors.q.api_key: must be a reference"), "{shown}");
        assert!(!shown.contains(literal), "{shown}");
    }
    for accepted in ["env:K", "hunter2-hunter2"] {
        let (code, _, shown) = check(&format!("{vendor}api_key = \"{accepted}\"\n"));
        assert_eq!(code, Some(0), "{shown}");
    }
}
