//! The commands that prepare a machine: `init`, `schema`, `completions`, `man`, and the output of `serve --sandbox`.

use std::{collections::BTreeSet, fs, io::Read as _, path::Path, process::Stdio};

use serde_json::{Deserializer, Value, json};
use tempfile::TempDir;

use super::CommandOutput;
use crate::harness::{command, run};

fn cli(arguments: &[&str], directory: &Path) -> CommandOutput {
    CommandOutput::new(run(arguments, directory))
}

#[test]
fn init_writes_a_valid_configuration_and_agent_and_replaces_nothing() {
    let folder = TempDir::new().unwrap();
    let written = cli(&["init", "new", "--json"], folder.path()).json(0);
    let files: BTreeSet<_> =
        written["files"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    let agent = "new/agents/reception.yaml";
    assert!(files.contains("new/switchboard.toml") && files.contains(agent), "{files:?}");
    cli(&["check", "--settings-only", "--config", "new/switchboard.toml"], folder.path()).expect(0);

    fs::write(folder.path().join(agent), "name: mine\n").unwrap();
    fs::remove_file(folder.path().join("new/switchboard.toml")).unwrap();
    let again = cli(&["init", "new"], folder.path());
    assert!(again.code == 1 && again.err.contains(agent), "{again:?}");
    assert_eq!(fs::read_to_string(folder.path().join(agent)).unwrap(), "name: mine\n");
    assert!(!folder.path().join("new/switchboard.toml").exists(), "nothing is written");
}

/// Starts the written configuration with simulated vendors, and applies the written agent there.
#[test]
fn the_files_of_init_work_with_simulated_vendors() {
    let folder = TempDir::new().unwrap();
    cli(&["init"], folder.path()).expect(0);
    let serve = ["serve", "--sandbox", "--config", "switchboard.toml", "--json"];
    let mut serve =
        command(&[&serve[..], &["--listen", "127.0.0.1:0", "--admin-listen", ""]].concat(), folder.path());
    let mut gateway = serve.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let greeting = Deserializer::from_reader(gateway.stdout.as_mut().unwrap()).into_iter::<Value>().next();
    let greeting = greeting.unwrap().unwrap();
    let text = |name: &str| greeting[name].as_str().unwrap().to_owned();
    let apply = |arguments: &[&str]| {
        let mut apply = command(arguments, folder.path());
        apply.env("SWITCHBOARD_URL", text("url")).env("SWITCHBOARD_KEY", text("key"));
        CommandOutput::new(apply.output().unwrap())
    };
    let applied = apply(&["apply", "-f", "agents", "--json"]);
    let unchanged = apply(&["plan", "-f", "agents"]);
    gateway.kill().unwrap();
    gateway.wait().unwrap();
    assert_eq!(applied.json(0)["summary"]["created"], 1);
    unchanged.expect(0);
    assert!(!folder.path().join("switchboard.db").exists(), "simulated vendors keep no records");
}

#[test]
fn the_schemas_accept_and_refuse_what_the_api_does() {
    let folder = TempDir::new().unwrap();
    let schema = |kind| cli(&["schema", kind], folder.path()).json(0);
    let agents = jsonschema::validator_for(&schema("agent")).unwrap();
    let agent = json!({
        "name": "Reception", "direction": "inbound", "language": "de", "external_ref": "a",
        "prompt": { "instructions": "You answer the phone." }, "voice": { "id": "warm-female" },
    });
    assert!(agents.is_valid(&agent) && agents.is_valid(&json!([agent, agent])));
    for (pointer, wrong) in [("/direction", json!("in")), ("/voice/id", json!(7)), ("/name", json!(""))] {
        let mut agent = agent.clone();
        *agent.pointer_mut(pointer).unwrap() = wrong;
        assert!(!agents.is_valid(&agent), "{pointer}");
    }
    let trunks = jsonschema::validator_for(&schema("trunk")).unwrap();
    let trunk = json!({
        "name": "Main", "phone_number": "+4930123456", "carrier": { "type": "telnyx", "connection_id": "c" },
    });
    assert!(trunks.is_valid(&trunk) && !trunks.is_valid(&json!({ "name": "Main" })));
    assert_eq!(schema("configuration")["type"], "object");
}

#[test]
fn every_command_has_a_manual_page_and_a_completion() {
    let folder = TempDir::new().unwrap();
    let pages = cli(&["man", "man1", "--json"], folder.path()).json(0);
    let pages = pages["files"].as_array().unwrap();
    for name in
        ["switchboard", "switchboard-serve", "switchboard-agents-patch", "switchboard-operations-resolve"]
    {
        let path = format!("man1/{name}.1");
        assert!(pages.contains(&json!(path)), "{name} in {pages:?}");
        let mut page = String::new();
        fs::File::open(folder.path().join(path)).unwrap().read_to_string(&mut page).unwrap();
        assert!(page.contains(".SH NAME") && page.contains(".SH SYNOPSIS"), "{page}");
    }
    for (shell, word) in [
        ("bash", "complete -F _switchboard"),
        ("zsh", "#compdef switchboard"),
        ("fish", "complete -c switchboard"),
    ] {
        let script = cli(&["completions", shell], folder.path()).expect(0);
        assert!(script.contains(word) && script.contains("idempotency-key"), "{shell}");
    }
}

#[test]
fn capabilities_are_tables_markdown_or_json() {
    let folder = TempDir::new().unwrap();
    let table = cli(&["capabilities"], folder.path()).expect(0);
    assert!(table.starts_with("Agents\nfield ") && !table.contains('|') && !table.contains('`'), "{table}");
    let markdown = cli(&["capabilities", "--markdown"], folder.path()).expect(0);
    assert!(markdown.starts_with("## Agents\n\n| field | "), "{markdown}");
    let json = cli(&["capabilities", "--json"], folder.path()).json(0);
    assert!(json["data"].as_array().unwrap().iter().any(|it| it["vendor"] == "qcall"), "{json}");
    let diff = cli(&["capabilities", "--diff", "qcall", "opencx", "--json"], folder.path()).json(0);
    assert_eq!((&diff["from"], &diff["to"]), (&json!("qcall"), &json!("opencx")));
    let unknown = cli(&["capabilities", "--vendor", "qcal"], folder.path());
    assert!(unknown.code == 1 && unknown.err.contains("did you mean \"qcall\"?"), "{unknown:?}");
}
