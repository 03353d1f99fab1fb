//! The values of a configuration. The modules below test single sections, problems, the JSON Schema and comparisons.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops where it fails")]

mod calls;
mod routing;
mod schema;
mod slips;
mod values;
mod wrong;

use std::{collections::BTreeMap, fs, path::PathBuf, time::Duration};

use secrecy::ExposeSecret;
use serde_json::json;
use switchboard_config::{
    Config, DEFAULTS, Environment, KeyHash, Problems, telemetry::Signal, vendor::Limits,
};
use switchboard_core::vendor::AllowedHost;
use tempfile::TempDir;

use wrong::expect_problems;

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
    assert_eq!(config.server.watch_config, Duration::from_secs(1));
    assert_eq!(config.server.shutdown_grace, Duration::from_secs(20));
    assert_eq!(config.store.url.expose_secret(), "sqlite://switchboard.db");
    assert!(config.store.key.is_none() && config.keys.is_empty() && config.vendors.is_empty());
    assert!(config.public.docs);
    assert!(config.telemetry.metrics && config.telemetry.otlp.is_none());
}

#[test]
fn a_collector_is_read_with_its_headers() {
    let text = r#"
        [telemetry]
        otlp_endpoint = "https://collector.example"
        otlp_headers = { authorization = "env:TOKEN" }
        otlp_signals = ["logs"]
        otlp_metrics_s = 5
        sample_ratio = 0.25
        [vendors.a]
        adapter = "qcall"
        propagate_trace = true
        allowed_hosts = ["control.example.com", "*.calls.example.com"]
        [vendors.b]
        adapter = "qcall"
    "#;
    let config = load(text, &[("TOKEN", "Bearer of-the-collector")]).unwrap();
    let otlp = config.telemetry.otlp.expect("a collector");
    assert_eq!(otlp.endpoint.as_str(), "https://collector.example/");
    assert_eq!(otlp.headers["authorization"].expose_secret(), "Bearer of-the-collector");
    assert!(otlp.sends(Signal::Logs) && !otlp.sends(Signal::Traces) && !otlp.sends(Signal::Metrics));
    assert_eq!((otlp.metrics_interval, otlp.sample_ratio), (Duration::from_secs(5), 0.25));
    assert!(!format!("{otlp:?}").contains("of-the-collector"));
    assert!(config.vendors["a"].propagate_trace && !config.vendors["b"].propagate_trace);
    let hosts = [AllowedHost::exact("control.example.com"), AllowedHost::below("calls.example.com")];
    assert_eq!(config.vendors["a"].allowed_hosts, hosts);
    assert_eq!(config.vendors["b"].allowed_hosts, []);
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
            let empty = [
                "keys = []",
                "rules = []",
                "accept_loss = []",
                "[vendors]",
                "[voices]",
                "[models]",
                "[knowledge_bases]",
                "[phone_numbers]",
            ];
            !empty.contains(line)
        })
        .map(|line| format!("{line}\n"))
        .collect();
    let secrets = [
        ("SWITCHBOARD_STORE_KEY", "k"),
        ("SWITCHBOARD_KEY", "a-key-of-sixteen"),
        ("QCALL_KEY", "k"),
        ("OTLP_AUTHORIZATION", "Bearer k"),
    ];
    let with_autocalls = format!("{uncommented}\n[vendors.autocalls]\nadapter = \"autocalls\"\n");
    let config =
        load(&with_autocalls, &secrets).unwrap_or_else(|problems| panic!("{problems}\n{with_autocalls}"));
    assert_eq!(config.keys.len(), 2);
    assert_eq!(config.vendors["qcall-eu"].limits.attempts, Some(3));
    assert_eq!(config.routing.rules.len(), 2);
    assert_eq!((config.voices.len(), config.models.len()), (1, 1));
    assert_eq!((config.knowledge_bases.len(), config.phone_numbers.len()), (1, 1));
}

#[test]
fn a_file_goes_over_the_defaults() {
    let config = load(FULL, &SECRETS).unwrap();
    assert_eq!(config.server.listen, "0.0.0.0:80".parse().unwrap());
    assert_eq!(config.server.admin_listen, None);
    assert_eq!(config.server.header_timeout, Duration::from_millis(2500));
    assert_eq!(config.server.max_in_flight, 512);
    assert_eq!(config.server.watch_config, Duration::from_secs(1));
    assert_eq!(config.store.key.unwrap().expose_secret(), "the-store-key");
    let hashes: Vec<_> = config.keys.iter().map(|key| (key.name.as_str(), key.hash)).collect();
    assert_eq!(hashes, [("crm", KeyHash::from_key("a-key-of-sixteen")), ("ops", KeyHash::from_key("test"))]);
    assert_eq!(config.routing.default.as_deref(), Some("qcall-eu"));
    let rule = &config.routing.rules[0];
    assert_eq!(rule.when.language.iter().map(|tag| tag.as_str()).collect::<Vec<_>>(), ["de", "fr-CH"]);
    assert_eq!(rule.when.direction, ["inbound"]);
    assert_eq!(rule.vendors, BTreeMap::from([("autocalls".to_owned(), 1)]));
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
