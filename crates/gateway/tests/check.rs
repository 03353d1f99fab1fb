//! The command `switchboard check`, run as a process.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::{collections::HashMap, fs, process::Command};

use tempfile::TempDir;

fn check(text: &str) -> (Option<i32>, String, String) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("switchboard.toml");
    fs::write(&path, text).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_switchboard"))
        .args(["check", "--config"])
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
