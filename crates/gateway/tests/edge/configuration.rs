//! What a configuration can say, and what it is told when it is wrong.

use std::{collections::HashMap, fs, path::PathBuf, process::Command, time::Duration};

use secrecy::ExposeSecret;
use serde_json::json;
use switchboard_gateway::{
    auth::KeyHash,
    config::{Config, DEFAULTS, Environment, Problem, Problems, vendor::Limits},
};
use tempfile::TempDir;

fn environment(variables: &[(&str, &str)]) -> Environment {
    variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn file(text: &str) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("switchboard.toml");
    fs::write(&path, text).unwrap();
    (folder, path)
}

fn load(text: &str, variables: &[(&str, &str)]) -> Result<Config, Problems> {
    let (_folder, path) = file(text);
    Config::load(None, Some(&path), &environment(variables), &|_, _, _| Vec::new())
}

#[track_caller]
fn problems(text: &str, variables: &[(&str, &str)]) -> Vec<(String, String)> {
    let Problems(problems) = load(text, variables).expect_err("no problem was found");
    problems.into_iter().map(|problem| (problem.key, problem.message)).collect()
}

/// That these are the problems, in the order of their keys: each key, and words of its message.
#[track_caller]
fn expect_problems(text: &str, variables: &[(&str, &str)], expected: &[(&str, &str)]) {
    let found = problems(text, variables);
    let keys: Vec<_> = found.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, expected.iter().map(|(key, _)| *key).collect::<Vec<_>>(), "{found:#?}");
    for ((key, message), (_, words)) in found.iter().zip(expected) {
        assert!(message.contains(words), "{key}: {message:?} does not say {words:?}");
    }
}

const FULL: &str = r#"
[server]
listen = "0.0.0.0:80"
admin_listen = ""
header_timeout_s = 2.5
[store]
url = "sqlite:///var/lib/switchboard.db"
key = "env:STORE_KEY"
[auth]
keys = [
  { name = "crm", secret = "env:CRM_KEY" },
  { name = "ops", hash = "sha256:9F86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" },
]
[vendors.qcall-eu]
adapter = "qcall"
api_key = "env:QCALL_KEY"
regions = ["eu", "env:REGION"]
strict = true
nested = { token = "env:QCALL_KEY", size = 3 }
timeout_s = 20
attempts = 2
rate_per_s = 0.5
burst = 3
breaker_failures = 7
breaker_open_s = 0.1
breaker_longest_s = 2
auth_pause_s = 0
[vendors.autocalls]
adapter = "autocalls"
[routing]
default = "qcall-eu"
[[routing.rules]]
when = { language = ["de", "fr-CH"], direction = ["inbound"], labels = { team = "sales" } }
vendor = "autocalls"
[[routing.rules]]
when = {}
vendor = "qcall-eu"
[voices.warm]
qcall-eu = "v-1"
autocalls = "42"
[models.fast]
autocalls = "3"
[telemetry]
log = "info,switchboard=debug"
format = "json"
[public]
docs = false
"#;

const SECRETS: [(&str, &str); 4] =
    [("STORE_KEY", "the-store-key"), ("CRM_KEY", "a-key-of-sixteen"), ("QCALL_KEY", "007"), ("REGION", "us")];

#[test]
fn the_defaults_are_a_configuration() {
    let config = Config::load(None, None, &Environment::new(), &|_, _, _| Vec::new()).unwrap();
    assert_eq!(config.server.listen, "127.0.0.1:8080".parse().unwrap());
    assert_eq!(config.server.admin_listen, Some("127.0.0.1:8081".parse().unwrap()));
    assert_eq!(config.server.header_timeout, Duration::from_secs(10));
    assert_eq!(config.server.body_timeout, Duration::from_secs(30));
    assert_eq!(config.server.max_body_bytes, 1 << 20);
    assert_eq!(config.server.max_in_flight, 512);
    assert_eq!(config.server.shutdown_grace, Duration::from_secs(20));
    assert_eq!(config.store.url.expose_secret(), "sqlite://switchboard.db");
    assert!(config.store.key.is_none() && config.keys.is_empty() && config.vendors.is_empty());
    assert!(config.public.docs);
}

#[test]
fn the_examples_in_the_defaults_are_true() {
    let uncommented: String = DEFAULTS
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(code)
                if code.starts_with(['[', ' ', ']']) || code.contains(" = ") && !code.ends_with('.') =>
            {
                code
            }
            _ => line,
        })
        .filter(|line| {
            !["keys = []", "rules = []", "[vendors]", "[voices]", "[models]", "[knowledge_bases]"]
                .contains(line)
        })
        .map(|line| format!("{line}\n"))
        .collect();
    let secrets =
        [("SWITCHBOARD_STORE_KEY", "k"), ("SWITCHBOARD_KEY", "a-key-of-sixteen"), ("QCALL_KEY", "k")];
    let with_autocalls = format!("{uncommented}\n[vendors.autocalls]\nadapter = \"autocalls\"\n");
    let config =
        load(&with_autocalls, &secrets).unwrap_or_else(|problems| panic!("{problems}\n{with_autocalls}"));
    assert_eq!(config.keys.len(), 2);
    assert_eq!(config.vendors["qcall-eu"].limits.attempts, Some(3));
    assert_eq!(config.routing.rules.len(), 1);
    assert_eq!((config.voices.len(), config.models.len(), config.knowledge_bases.len()), (1, 1, 1));
}

#[test]
fn a_file_goes_over_the_defaults() {
    let config = load(FULL, &SECRETS).unwrap();
    assert_eq!(config.server.listen, "0.0.0.0:80".parse().unwrap());
    assert_eq!(config.server.admin_listen, None);
    assert_eq!(config.server.header_timeout, Duration::from_millis(2500));
    assert_eq!(config.server.max_in_flight, 512);
    assert_eq!(config.store.key.unwrap().expose_secret(), "the-store-key");
    let hashes: Vec<_> = config.keys.iter().map(|key| (key.name.as_str(), key.hash)).collect();
    assert_eq!(hashes, [("crm", KeyHash::of("a-key-of-sixteen")), ("ops", KeyHash::of("test"))]);
    assert_eq!(config.routing.default.as_deref(), Some("qcall-eu"));
    let rule = &config.routing.rules[0];
    assert_eq!(rule.when.language.iter().map(|tag| tag.as_str()).collect::<Vec<_>>(), ["de", "fr-CH"]);
    assert_eq!(
        (rule.when.direction.as_slice(), rule.vendor.as_str()),
        (["inbound".to_owned()].as_slice(), "autocalls")
    );
    assert_eq!(rule.when.labels["team"], "sales");
    assert_eq!(config.voices["warm"]["autocalls"], "42");
}

#[test]
fn a_preset_goes_over_the_defaults_and_under_the_file() {
    let preset = "[server]\nmax_in_flight = 3\nbody_timeout_s = 3\n";
    let (_folder, path) = file("[server]\nbody_timeout_s = 4\n");
    let config = Config::load(Some(preset), Some(&path), &Environment::new(), &|_, _, _| Vec::new()).unwrap();
    assert_eq!((config.server.max_in_flight, config.server.body_timeout), (3, Duration::from_secs(4)));
}

#[test]
fn a_vendor_keeps_its_adapter_s_settings_with_references_resolved() {
    let config = load(FULL, &SECRETS).unwrap();
    let vendor = &config.vendors["qcall-eu"];
    assert_eq!(vendor.adapter, "qcall");
    let expected = json!({
        "api_key": "007", "nested": {"size": 3, "token": "007"}, "regions": ["eu", "us"], "strict": true
    });
    assert_eq!(vendor.settings, expected);
    assert_eq!((vendor.limits.timeout, vendor.limits.attempts), (Some(Duration::from_secs(20)), Some(2)));
    assert_eq!(vendor.limits.concurrency, None);
    let seconds = |seconds| Some(Duration::from_secs_f64(seconds));
    assert_eq!((vendor.limits.rate_per_s, vendor.limits.burst), (Some(0.5), Some(3)));
    assert_eq!((vendor.limits.breaker_failures, vendor.limits.breaker_open), (Some(7), seconds(0.1)));
    assert_eq!((vendor.limits.breaker_longest, vendor.limits.auth_pause), (seconds(2.0), seconds(0.0)));
    assert_eq!(config.vendors["autocalls"].limits, Limits::default());
}

#[test]
fn the_environment_goes_over_the_file_and_leaves_text_alone() {
    let variables = [
        ("SWITCHBOARD__SERVER__MAX_IN_FLIGHT", "9"),
        ("SWITCHBOARD__SERVER__HEADER_TIMEOUT_S", "1.5"),
        ("SWITCHBOARD__PUBLIC__DOCS", "true"),
        ("SWITCHBOARD__VENDORS__QCALL-EU__WORKSPACE", "1e3"),
        ("SWITCHBOARD__ROUTING__DEFAULT", "autocalls"),
        ("SWITCHBOARD_OTHER", "not for us"),
    ];
    let config = load(FULL, &[SECRETS.as_slice(), &variables].concat()).unwrap();
    assert_eq!(config.server.max_in_flight, 9);
    assert_eq!(config.server.header_timeout, Duration::from_millis(1500));
    assert!(config.public.docs);
    assert_eq!(config.vendors["qcall-eu"].settings["workspace"], "1e3");
    assert_eq!(config.routing.default.as_deref(), Some("autocalls"));
}

#[test]
fn a_secret_may_be_in_a_file_whose_last_line_break_is_not_part_of_it() {
    let (folder, _) = file("");
    let path = folder.path().join("key");
    fs::write(&path, "two\nlines\n").unwrap();
    let text = format!("[store]\nkey = \"file:{}\"\n", path.display());
    assert_eq!(load(&text, &[]).unwrap().store.key.unwrap().expose_secret(), "two\nlines");
}

#[test]
fn a_database_may_be_named_by_a_reference_and_needs_a_key() {
    let url = "postgres://switchboard:hunter2@db/switchboard";
    let variables = [("DATABASE_URL", url), ("STORE_KEY", "the-store-key")];
    let config = load("[store]\nurl = \"env:DATABASE_URL\"\nkey = \"env:STORE_KEY\"\n", &variables).unwrap();
    assert_eq!(config.store.url.expose_secret(), url);
    let shown = format!("{config:?}");
    assert!(!shown.contains("hunter2"), "{shown}");
    expect_problems("[store]\nurl = \"env:DATABASE_URL\"\n", &variables, &[("store.key", "the same key")]);
    expect_problems("[store]\nurl = \"env:NOWHERE\"\n", &[], &[("store.url", "NOWHERE is not set")]);
}

#[test]
fn writes_are_carried_as_configured() {
    let defaults = load("", &[]).unwrap().writes;
    let seconds = Duration::from_secs;
    assert_eq!((defaults.wait, defaults.longest_wait), (seconds(10), seconds(60)));
    assert_eq!((defaults.absence, defaults.poll), (seconds(30), seconds(300)));
    assert_eq!((defaults.keep_answers, defaults.keep_revisions), (seconds(48 * 3600), 1000));
    let writes = load("[writes]\nwait_s = 0.5\npoll_s = 0\nkeep_operations_h = 1\n", &[]).unwrap().writes;
    assert_eq!((writes.wait, writes.poll), (Duration::from_millis(500), Duration::ZERO));
    assert_eq!(writes.keep_operations, seconds(3600));
    expect_problems(
        "[writes]\nwait_s = 61\nkeep_answers_h = 0\nkeep_revisions = 1\nlongest_retry = 3\n",
        &[],
        &[
            ("writes.keep_answers_h", "from 1 to 8760"),
            ("writes.keep_revisions", "from 10 to 1000000"),
            ("writes.longest_retry", "did you mean \"longest_retry_s\"?"),
            ("writes.wait_s", "not be longer than longest_wait_s"),
        ],
    );
}

#[test]
fn no_secret_is_shown() {
    let config = load(FULL, &SECRETS).unwrap();
    let shown = format!("{config:?}");
    for secret in ["the-store-key", "a-key-of-sixteen", "007"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn every_problem_is_told_at_once() {
    let text = r#"
        [server]
        listen = "localhost"
        lisen = "127.0.0.1:1"
        header_timeout_s = "soon"
        body_timeout_s = 0
        max_in_flight = -1
        max_body_bytes = 1.5
        shutdown_grace_s = nan
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
        vendor = "nobody"
        [[routing.rules]]
        [voices.warm]
        qcall-us = "v"
        qcall-eu = 7
        [telemetry]
        log = "switchboard=loud"
        format = "xml"
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
            ("auth.keys[1].name", "\"a\" names two keys"),
            ("auth.keys[1].secret", "at least 16 characters"),
            ("auth.keys[2].secret", "either this or hash"),
            ("auth.keys[3].name", "is missing"),
            ("auth.keys[3].secret", "not both"),
            ("auth.keys[4].hash", "64 hexadecimal digits"),
            ("auth.keys[5]", "must be a table"),
            ("public.docs", "from the environment"),
            ("publik", "did you mean \"public\"?"),
            ("routing.default", "did you mean \"qcall-eu\"?"),
            ("routing.rule", "did you mean \"rules\"?"),
            ("routing.rules[0].vendor", "There is no vendor \"nobody\"."),
            ("routing.rules[0].when.direction", "neither inbound nor outbound"),
            ("routing.rules[0].when.lables", "did you mean \"labels\"?"),
            ("routing.rules[0].when.language", "not a language tag"),
            ("routing.rules[1].vendor", "is missing"),
            ("server.body_timeout_s", "from 0.1 to 600"),
            ("server.header_timeout_s", "soon"),
            ("server.lisen", "did you mean \"listen\"?"),
            ("server.listen", "cannot be read"),
            ("server.max_body_bytes", ""),
            ("server.max_in_flight", ""),
            ("server.shutdown_grace_s", "from 0 to 600"),
            ("store.key", "not the secret itself"),
            ("store.url", "\"sqlite:\" or \"postgres:\""),
            ("telemetry.format", "xml"),
            ("telemetry.log", ""),
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
            ("voices.warm.qcall-eu", "as text"),
            ("voices.warm.qcall-us", "did you mean \"qcall-eu\"?"),
        ],
    );
    let told = load(text, &variables).unwrap_err().to_string();
    for secret in ["hunter2", "a-literal-secret", "too-short"] {
        assert!(!told.contains(secret), "{told}");
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
fn the_adapter_judges_its_settings_among_the_other_problems() {
    let (_folder, path) =
        file("[server]\nlisten = 5\n[vendors.qcall-eu]\nadapter = \"qcall\"\nkey = \"env:K\"\n");
    let judged = Config::load(None, Some(&path), &environment(&[("K", "v")]), &|name, adapter, settings| {
        assert_eq!((name, adapter, settings), ("qcall-eu", "qcall", &json!({"key": "v"})));
        vec![Problem::new("key", "is not a key"), Problem::new("", "is not reachable")]
    });
    let keys: Vec<_> = judged.unwrap_err().0.into_iter().map(|problem| problem.key).collect();
    assert_eq!(keys, ["server.listen", "vendors.qcall-eu", "vendors.qcall-eu.key"]);
}

#[test]
fn a_file_that_is_not_toml_is_told_without_its_lines() {
    let found = problems("[vendors.a]\nadapter = \"qcall\"\napi_key = \"hunter2\n", &[]);
    let [(key, message)] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(key, "");
    assert!(message.contains("line 3") && message.contains("switchboard.toml"), "{message}");
    assert!(!message.contains("hunter2"), "{message}");
    let nowhere =
        Config::load(None, Some("/nowhere/at/all.toml".as_ref()), &Environment::new(), &|_, _, _| Vec::new());
    assert!(nowhere.unwrap_err().to_string().contains("/nowhere/at/all.toml"));
}

fn check(text: &str) -> (Option<i32>, String, String) {
    let (_folder, path) = file(text);
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
fn check_tells_whether_a_configuration_is_valid() {
    let (code, told, _) = check("[auth]\nkeys = [{ name = \"a\", secret = \"env:K\" }]\n");
    assert_eq!(code, Some(0), "{told}");
    let (code, _, told) = check("[server]\nlisten = \"nowhere\"\nport = 80\n");
    assert_eq!(code, Some(1));
    let keys: Vec<_> = told.lines().filter_map(|line| line.split_once(": ")).map(|(key, _)| key).collect();
    assert_eq!(keys, ["server.listen", "server.port"], "{told}");
}
