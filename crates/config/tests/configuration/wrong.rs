//! Problems of a configuration.

use serde_json::json;
use switchboard_config::{Config, Environment, Problem, Problems};

use super::{environment, file, load};

#[track_caller]
fn problems(text: &str, variables: &[(&str, &str)]) -> Vec<(String, String)> {
    let Problems(problems) = load(text, variables).expect_err("no problem was found");
    problems.into_iter().map(|problem| (problem.key, problem.message)).collect()
}

/// Asserts that a configuration has exactly these problems in the order of their keys, each with a part of
/// its message.
#[track_caller]
pub fn expect_problems(text: &str, variables: &[(&str, &str)], expected: &[(&str, &str)]) {
    let found = problems(text, variables);
    let keys: Vec<_> = found.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, expected.iter().map(|(key, _)| *key).collect::<Vec<_>>(), "{found:#?}");
    for ((key, message), (_, words)) in found.iter().zip(expected) {
        assert!(message.contains(words), "{key}: {message:?} does not contain {words:?}");
    }
}

#[test]
fn every_problem_is_reported_together() {
    let text = r#"
        [server]
        listen = "localhost"
        lisen = "127.0.0.1:1"
        header_timeout_s = "soon"
        body_timeout_s = 0
        max_in_flight = -1
        max_body_bytes = 1.5
        shutdown_grace_s = nan
        watch_config_s = 0.01
        [store]
        url = "mysql://user:hunter2@db/x"
        key = "a-literal-secret"
        [auth]
        keys = [
          { name = "a", secret = "env:NOWHERE" },
          { name = "a", secret = "env:SHORT" },
          { name = "b" },
          { secret = "env:LONG", hash = "sha256:00" },
          { name = "d", hash = "sha256:+f" },
          "e",
        ]
        [vendors.Upper]
        adapter = "qcall"
        [vendors.qcall-eu]
        api_key = "file:/nowhere/at/all"
        timeout_s = 1
        attempt_timeout_s = 2
        attempts = 0
        rate_per_s = 0
        burst = 0
        breaker_failures = 0
        breaker_open_s = 3
        breaker_longest_s = 2
        auth_pause_s = -1
        [vendors.flat]
        adapter = ["x"]
        [routing]
        default = "qcal-eu"
        rule = []
        [[routing.rules]]
        when = { language = ["german!"], direction = ["sideways"], lables = {} }
        vendor = "unknown"
        [[routing.rules]]
        [voices.warm]
        qcall-us = "v"
        qcall-eu = 7
        [telemetry]
        log = "switchboard=loud"
        format = "xml"
        metrics = "some"
        otlp_endpoint = "ftp://collector"
        otlp_headers = { Authorization = "env:LONG", token = "a-literal-secret", size = [1] }
        otlp_signals = ["traces", "spans"]
        otlp_metrics_s = 0
        sample_ratio = 1.5
        [publik]
        docs = true
    "#;
    let variables =
        [("SHORT", "too-short"), ("LONG", "a-key-of-sixteen"), ("SWITCHBOARD__PUBLIC__DOCS", "perhaps")];
    expect_problems(
        text,
        &variables,
        &[
            ("auth.keys[0].secret", "environment variable NOWHERE is not set"),
            ("auth.keys[1].name", "\"a\" is the name of two keys"),
            ("auth.keys[1].secret", "at least 16 bytes"),
            ("auth.keys[2].secret", "is missing; give either secret or hash"),
            ("auth.keys[3].name", "is missing"),
            ("auth.keys[3].secret", "not both"),
            ("auth.keys[4].hash", "64 hexadecimal digits"),
            ("auth.keys[5]", "must be a table"),
            ("public.docs", "from the environment"),
            ("publik", "did you mean \"public\"?"),
            ("routing.default", "did you mean \"qcall-eu\"?"),
            ("routing.rule", "did you mean \"rules\"?"),
            ("routing.rules[0].vendor", "There is no vendor \"unknown\"."),
            ("routing.rules[0].when.direction", "must be inbound or outbound, not \"sideways\""),
            ("routing.rules[0].when.lables", "did you mean \"labels\"?"),
            ("routing.rules[0].when.language", "not a language tag"),
            ("routing.rules[1].vendor", "is missing"),
            ("server.body_timeout_s", "from 0.1 to 600"),
            ("server.header_timeout_s", "must be a number, not a string"),
            ("server.lisen", "did you mean \"listen\"?"),
            ("server.listen", "is not valid"),
            ("server.max_body_bytes", ""),
            ("server.max_in_flight", ""),
            ("server.shutdown_grace_s", "from 0 to 600"),
            ("server.watch_config_s", "0 (never) or from 0.1 to 3600"),
            ("store.key", "not the secret itself"),
            ("store.url", "\"sqlite:\" or \"postgres:\""),
            ("telemetry.format", "xml"),
            ("telemetry.log", ""),
            ("telemetry.metrics", "must be"),
            ("telemetry.otlp_endpoint", "an HTTP or HTTPS URL"),
            ("telemetry.otlp_headers.Authorization", "in lower case"),
            ("telemetry.otlp_headers.size", "must be"),
            ("telemetry.otlp_headers.token", "not the secret itself"),
            ("telemetry.otlp_metrics_s", "from 1 to 3600"),
            ("telemetry.otlp_signals[1]", "not \"spans\""),
            ("telemetry.sample_ratio", "from 0 to 1"),
            ("vendors.Upper", "lower-case letters"),
            ("vendors.flat.adapter", "must be"),
            ("vendors.qcall-eu.adapter", "is missing"),
            ("vendors.qcall-eu.api_key", "cannot be read"),
            ("vendors.qcall-eu.attempt_timeout_s", "not be longer than timeout_s"),
            ("vendors.qcall-eu.attempts", "from 1 to 10"),
            ("vendors.qcall-eu.auth_pause_s", "from 0 to 600"),
            ("vendors.qcall-eu.breaker_failures", "from 1 to 1000"),
            ("vendors.qcall-eu.breaker_open_s", "not be longer than breaker_longest_s"),
            ("vendors.qcall-eu.burst", "from 1 to 10000"),
            ("vendors.qcall-eu.rate_per_s", "from 0.1 to 10000"),
            ("voices.warm.qcall-eu", "as a string"),
            ("voices.warm.qcall-us", "did you mean \"qcall-eu\"?"),
        ],
    );
    let shown = load(text, &variables).unwrap_err().to_string();
    for secret in ["hunter2", "a-literal-secret", "too-short"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn without_a_key_the_api_is_for_this_machine_only() {
    for open in ["0.0.0.0:80", "[::]:80", "192.0.2.1:80"] {
        let text = format!("[server]\nlisten = \"{open}\"\n");
        expect_problems(&text, &[], &[("server.listen", "loopback")]);
        let with_key = format!("{text}[auth]\nkeys = [{{ name = \"a\", secret = \"env:K\" }}]\n");
        assert!(load(&with_key, &[("K", "a-key-of-sixteen")]).is_ok());
    }
    assert!(load("[server]\nlisten = \"[::1]:80\"\n", &[]).is_ok());
}

#[test]
fn two_listeners_need_two_addresses() {
    let text = "[server]\nadmin_listen = \"127.0.0.1:8080\"\n";
    expect_problems(text, &[], &[("server.admin_listen", "the same as server.listen")]);
}

#[test]
fn a_key_that_is_blanked_is_missing() {
    let blank = [("SWITCHBOARD__SERVER__MAX_IN_FLIGHT", ""), ("SWITCHBOARD__STORE__URL", "")];
    expect_problems("", &blank, &[("server.max_in_flight", "is missing"), ("store.url", "is missing")]);
}

#[test]
fn an_empty_variable_removes_no_list_and_no_table() {
    let text = "[auth]\nkeys = [{ name = \"a\", secret = \"env:K\" }]\n[calls]\ndeny = [\"+4930\"]\n";
    let key = ("K", "a-key-of-sixteen");
    for (variable, problem) in [
        (
            "SWITCHBOARD__AUTH__KEYS",
            ("auth.keys", "must be a list, not an empty string (from the environment)"),
        ),
        ("SWITCHBOARD__AUTH", ("auth", "must be a table, not an empty string")),
        ("SWITCHBOARD__CALLS__DENY", ("calls.deny", "must be a list of strings, not an empty string")),
        ("SWITCHBOARD__VENDORS", ("vendors", "must be a table, not an empty string")),
        ("SWITCHBOARD__ROUTING__RULES", ("routing.rules", "must be a list, not an empty string")),
        ("SWITCHBOARD__TELEMETRY__OTLP_HEADERS", ("telemetry.otlp_headers", "must be a table")),
    ] {
        expect_problems(text, &[key, (variable, "")], &[problem]);
    }
}

#[test]
fn a_value_of_another_type_is_refused_and_not_converted() {
    let text = r#"
        [server]
        max_in_flight = "9"
        [calls]
        max_live = 0.4
        per_number_per_day = 5.5
        per_day = -1
        place = 1
        prefixes = [4930]
        [vendors.a]
        adapter = "qcall"
        attempts = true
        timeout_s = true
        read_back = "false"
        [[routing.rules]]
        when = { labels = { team = 7 } }
        vendor = "a"
        [telemetry]
        log = true
        otlp_endpoint = "http://127.0.0.1:4317"
        otlp_headers = { token = 7 }
    "#;
    let expected = [
        ("calls.max_live", "must be a whole number, not a number with a fraction"),
        ("calls.per_day", "must be a whole number, not a negative number"),
        ("calls.per_number_per_day", "must be a whole number, not a number with a fraction"),
        ("calls.place", "must be a boolean, not a number"),
        ("calls.prefixes", "must be a list of strings"),
        ("routing.rules[0].when.labels", "must be a table of strings"),
        ("server.max_in_flight", "must be a whole number, not a string"),
        ("telemetry.log", "must be a string, not a boolean"),
        ("telemetry.otlp_headers.token", "must be a string, not a number"),
        ("vendors.a.attempts", "must be a whole number, not a boolean"),
        ("vendors.a.read_back", "must be a boolean, not a string"),
        ("vendors.a.timeout_s", "must be a number, not a boolean"),
    ];
    expect_problems(text, &[], &expected);
}

#[test]
fn a_variable_is_text_with_the_value() {
    for (text, wrong) in [("5", false), ("5.5", true), ("true", true), ("on", true), ("-1", true)] {
        let variables = [("SWITCHBOARD__CALLS__PER_NUMBER_PER_DAY", text)];
        match wrong {
            false => assert_eq!(load("", &variables).unwrap().calls.per_number_per_day, 5),
            true => expect_problems(
                "",
                &variables,
                &[(
                    "calls.per_number_per_day",
                    "must be a whole number, not a string (from the environment)",
                )],
            ),
        }
    }
    assert!(!load("", &[("SWITCHBOARD__PUBLIC__DOCS", "false")]).unwrap().public.docs);
}

#[test]
fn a_password_in_a_wrong_url_is_not_repeated() {
    let text = "[telemetry]\notlp_endpoint = \"https://me:hunter2@collector:port\"\n";
    let found = problems(text, &[]);
    let [(key, message)] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(
        (key.as_str(), message.contains("is not valid: invalid port number")),
        ("telemetry.otlp_endpoint", true)
    );
    assert!(!message.contains("hunter2"), "{message}");
}

#[test]
fn an_attempt_is_not_longer_than_the_default_of_the_exchange() {
    let text = "[vendors.a]\nadapter = \"qcall\"\nattempt_timeout_s = 31\n";
    expect_problems(
        text,
        &[],
        &[("vendors.a.attempt_timeout_s", "not be longer than timeout_s, which is 30")],
    );
    assert!(load(&format!("{text}timeout_s = 31\n"), &[]).is_ok());
}

#[test]
fn the_adapter_judges_its_settings_among_the_other_problems() {
    let (_folder, path) = file(
        "[server]\nlisten = 5\n[vendors.qcall-eu]\nadapter = \"qcall\"\nkey = \"env:K\"\nsize = 1\n\
              other = \"plain\"\nlist = [\"env:K\", \"evn:K\"]\n",
    );
    let judged =
        Config::load(None, Some(&path), &environment(&[("K", "v")]), &|misspelt, adapter, settings| {
            assert_eq!((misspelt, adapter), (["list[1]".to_owned()].as_slice(), "qcall"));
            assert_eq!(settings, &json!({"key": "v", "list": ["v", "evn:K"], "other": "plain", "size": 1}));
            vec![Problem::new("key", "is not a key"), Problem::new("", "is not reachable")]
        });
    let keys: Vec<_> = judged.unwrap_err().0.into_iter().map(|problem| problem.key).collect();
    assert_eq!(keys, ["server.listen", "vendors.qcall-eu", "vendors.qcall-eu.key"]);
}

#[test]
fn a_file_that_is_not_toml_is_reported_without_its_lines() {
    let found = problems("[vendors.a]\nadapter = \"qcall\"\napi_key = \"hunter2\n", &[]);
    let [(key, message)] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(key, "");
    assert!(message.contains("line 3") && message.contains("switchboard.toml"), "{message}");
    assert!(!message.contains("hunter2"), "{message}");
    let nowhere =
        Config::load(None, Some("/nowhere/at/all.toml".as_ref()), &Environment::new(), &|_, _, _| Vec::new());
    assert!(nowhere.unwrap_err().to_string().contains("/nowhere/at/all.toml"));
}

#[test]
fn a_secret_needs_different_characters() {
    let text = "[auth]\nkeys = [{ name = \"a\", secret = \"env:EQUAL\" }]\n";
    let equal = [("EQUAL", "aaaaaaaaaaaaaaaa")];
    expect_problems(text, &equal, &[("auth.keys[0].secret", "5 different characters")]);
}

#[test]
fn a_value_of_the_wrong_type_is_not_repeated_because_it_may_be_a_misplaced_secret() {
    let text = "[server]\nmax_in_flight = \"hunter2\"\n[vendors.q]\nadapter = \"qcall\"\ntimeout_s = \"env:KEY\"\n[routing]\naccept_loss = \"hunter2\"\n";
    let variables = [("SWITCHBOARD__WRITES__WAIT_S", "hunter2")];
    for (key, message) in problems(text, &variables) {
        assert!(message.starts_with("must be ") || message.contains("expected"), "{key}: {message}");
        assert!(!message.contains("hunter2"), "{key}: {message}");
    }
}
