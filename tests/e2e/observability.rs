//! The files of `deploy/observability`: every expression names metrics that exist, and every alert has a runbook.

use std::{collections::BTreeSet, fs, path::PathBuf};

use serde_json::Value;

use crate::metrics::manual;

const RULES: &str = include_str!("../../deploy/observability/rules.yaml");
const MANUAL: &str = include_str!("../../docs/OPERATING.md");
/// The beginnings of the names of the gateway's metrics.
const OURS: [&str; 4] = ["switchboard_", "http_", "db_", "process_"];

fn dashboards() -> Vec<(String, Value)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../deploy/observability/dashboards");
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let read = |path: PathBuf| {
        let document = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        (path.file_stem().unwrap().to_string_lossy().into_owned(), document)
    };
    files.map(read).collect()
}

/// Collects the values of the members named `expr`, at any depth.
fn expressions(document: &Value, found: &mut Vec<String>) {
    match document {
        Value::Object(members) => {
            found.extend(members.get("expr").and_then(Value::as_str).map(ToOwned::to_owned));
            members.values().for_each(|member| expressions(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| expressions(item, found)),
        _ => {}
    }
}

/// Returns the names in an expression that begin like metrics. A recorded rule begins with `switchboard:`, so it is not
/// one of them.
fn names(expression: &str) -> BTreeSet<&str> {
    let words = expression.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != ':');
    words.filter(|word| OURS.iter().any(|beginning| word.starts_with(beginning))).collect()
}

fn recorded() -> BTreeSet<&'static str> {
    RULES.lines().filter_map(|line| line.trim().strip_prefix("- record: ")).collect()
}

/// Checks that an expression names only metrics and labels of the manual, and rules that are recorded.
fn check(place: &str, expression: &str) {
    let listed = manual();
    for name in names(expression) {
        let ends = ["_bucket", "_sum", "_count"];
        let base = ends.into_iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
        let label = listed.values().any(|row| row.contains(&format!("`{name}`")));
        assert!(
            listed.contains_key(name) || listed.contains_key(base) || label,
            "{place}: {name} in {expression}"
        );
    }
    let rules = expression.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != ':');
    for rule in rules.filter(|word| word.starts_with("switchboard:")) {
        assert!(recorded().contains(rule), "{place}: {rule} in {expression}");
    }
}

#[test]
fn dashboards_show_metrics_that_exist() {
    let dashboards = dashboards();
    let titles: BTreeSet<_> = dashboards.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(titles, BTreeSet::from(["overview", "vendors", "writes"]));
    for (name, document) in &dashboards {
        let mut found = Vec::new();
        expressions(document, &mut found);
        assert!(found.len() >= 6, "{name} has {} expressions", found.len());
        found.iter().for_each(|expression| check(name, expression));
    }
}

#[test]
fn rules_name_metrics_that_exist() {
    for line in RULES.lines().filter(|line| !line.trim_start().starts_with('#') && !line.contains("runbook:"))
    {
        check("rules.yaml", line);
    }
}

#[test]
fn every_alert_has_a_runbook() {
    let alerts: Vec<_> = RULES.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    assert!(alerts.len() >= 10, "{alerts:?}");
    let tests = include_str!("../../deploy/observability/rules_test.yaml");
    for alert in alerts {
        assert!(MANUAL.contains(&format!("\n### {alert}\n")), "{alert} has no heading in OPERATING.md");
        let runbook = format!("runbook: docs/OPERATING.md#{}\n", alert.to_lowercase());
        assert!(RULES.contains(&runbook), "{runbook}");
        let cases = tests.lines().filter(|line| line.contains(&format!("alertname: {alert}")));
        let (silent, firing): (Vec<_>, Vec<_>) = cases.partition(|line| line.contains("exp_alerts: []"));
        assert!(
            !firing.is_empty() && !silent.is_empty() || alert == "StoreDown" || alert == "OperationsStuck",
            "{alert} needs both cases"
        );
    }
}
