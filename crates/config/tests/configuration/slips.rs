//! Values that an operator easily gets wrong.

use std::process::Command;

use super::{file, load, wrong::expect_problems};

#[test]
fn a_log_filter_is_a_level_or_names_a_target_of_this_program() {
    for log in ["debgu", "text", "info,debgu", "switchboard=debug,verbose"] {
        let text = format!("[telemetry]\nlog = {log:?}\n");
        expect_problems(&text, &[], &[("telemetry.log", "is no level; give \"off\", \"error\"")]);
    }
    for log in
        ["debug", "WARN", "off", "info,switchboard_transport=debug", "info,hyper=warn", "switchboard_store"]
    {
        let text = format!("[telemetry]\nlog = {log:?}\n");
        assert_eq!(load(&text, &[]).unwrap().telemetry.log, log);
    }
}

#[test]
fn an_accepted_loss_is_a_field_of_an_agent() {
    let text = "[routing]\naccept_loss = [\"\", \"/voice\", \"/voice/speed\", \"/extensions/vapi/x\", \"/nope/x\", \"/voice/sped\"]\n";
    let expected = [
        ("routing.accept_loss[4]", "There is no field \"/nope/x\"."),
        ("routing.accept_loss[5]", "did you mean \"/voice/speed\"?"),
    ];
    expect_problems(text, &[], &expected);
}

#[test]
fn two_keys_have_two_secrets() {
    let text =
        "[auth]\nkeys = [{ name = \"a\", secret = \"env:K\" }, { name = \"b\", secret = \"env:K\" }]\n";
    let key = [("K", "a-key-of-sixteen")];
    expect_problems(text, &key, &[("auth.keys[1].secret", "the secret of two keys")]);
}

#[test]
fn the_url_of_a_collector_has_no_credentials() {
    for url in ["https://me:hunter2@collector.example", "https://collector.example?key=hunter2"] {
        let text = format!("[telemetry]\notlp_endpoint = {url:?}\n");
        expect_problems(
            &text,
            &[],
            &[("telemetry.otlp_endpoint", "without credentials, query and fragment")],
        );
        assert!(!load(&text, &[]).unwrap_err().to_string().contains("hunter2"));
    }
}

#[test]
fn a_named_pipe_is_refused_and_not_read() {
    let (folder, path) = file("");
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let text = format!("[store]\nkey = \"file:{}\"\n", pipe.display());
    expect_problems(&text, &[], &[("store.key", "it is not a regular file")]);
    // A link to a regular file, as Kubernetes mounts secrets, is read.
    std::fs::write(&path, "the-store-key").unwrap();
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    load(&format!("[store]\nkey = \"file:{}\"\n", link.display()), &[]).unwrap();
}

#[test]
fn a_number_beyond_its_type_is_reported_with_the_range() {
    let text = "[server]\nmax_in_flight = 99999999999\n[writes]\nkeep_operations_h = 9223372036854775807\n";
    let expected = [
        ("calls.max_live", "must be from 0 to 100000, not 99999999999999999999"),
        ("server.max_in_flight", "must be from 1 to 65536, not 99999999999"),
        ("writes.keep_operations_h", "must be from 1 to 8760, not 9223372036854775807"),
    ];
    expect_problems(text, &[("SWITCHBOARD__CALLS__MAX_LIVE", "99999999999999999999")], &expected);
    let text = "[server]\nmax_body_memory_bytes = nan\n";
    expect_problems(text, &[], &[("server.max_body_memory_bytes", "must be a whole number")]);
}

#[test]
fn an_item_of_the_wrong_type_is_named() {
    let text = "[calls]\ndeny = [\"+4930\", 4930]\n[vendors.a]\nadapter = \"qcall\"\n\
                [[routing.rules]]\nwhen = { labels = { team = 1, tier = \"gold\" } }\nvendor = \"a\"\n";
    let expected = [
        ("calls.deny", "must be a list of strings, not a list in which the item [1] is a number"),
        (
            "routing.rules[0].when.labels",
            "must be a table of strings, not a table in which \"team\" is a number",
        ),
    ];
    expect_problems(text, &[], &expected);
}

#[test]
fn an_empty_variable_is_not_called_unset() {
    let text = "[store]\nkey = \"env:K\"\n";
    expect_problems(text, &[("K", "")], &[("store.key", "the environment variable K is empty")]);
    expect_problems(text, &[], &[("store.key", "the environment variable K is not set")]);
}

#[test]
fn a_variable_in_place_of_a_table_is_the_only_problem() {
    let expected = [("server", "must be a table, not a string (from the environment)")];
    expect_problems("", &[("SWITCHBOARD__SERVER", "foo")], &expected);
}
