//! The README and the guides: their code blocks run in order, from a new directory, with a gateway that has simulated
//! vendors.
//!
//! The words after the language of a block are for this test: `no-run: REASON` for a block that the test leaves out,
//! and `file=PATH` for a block that is the content of a file.

use std::{
    fmt::Write as _,
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Deserializer, Value, json};
use tempfile::TempDir;

use crate::harness::{client, command};

/// The address of the gateway in the guides.
const ADDRESS: &str = "http://127.0.0.1:8080";

/// A `curl` that fails if the answer is a refusal.
const CURL: &str = "#!/bin/sh\nPATH=${PATH#*:}\nexec curl --fail-with-body --max-time 60 \"$@\"\n";

/// A code block of a document.
struct Block {
    line: usize,
    language: String,
    /// The words after the language.
    marker: String,
    code: String,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Lists the README and the guides.
fn documents() -> Vec<PathBuf> {
    let guides = fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let mut guides: Vec<_> = guides.filter(|path| path.extension().is_some_and(|of| of == "md")).collect();
    guides.sort();
    std::iter::once(root().join("README.md")).chain(guides).collect()
}

fn blocks(text: &str) -> Vec<Block> {
    let (mut blocks, mut open): (Vec<Block>, Option<Block>) = (Vec::new(), None);
    for (index, line) in text.lines().enumerate() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(info), None) => {
                let (language, marker) = info.split_once(' ').unwrap_or((info, ""));
                let (language, marker) = (language.to_owned(), marker.to_owned());
                open = Some(Block { line: index + 1, language, marker, code: String::new() });
            }
            (None, Some(block)) => writeln!(block.code, "{line}").unwrap(),
            (None, None) => {}
        }
    }
    blocks
}

/// A gateway with simulated vendors. It ends when it is dropped.
pub struct Gateway {
    process: Child,
    url: String,
    key: String,
}

impl Gateway {
    pub fn start(arguments: &[&str], directory: &Path) -> Self {
        let always = ["serve", "--sandbox", "--json", "--listen", "127.0.0.1:0", "--admin-listen", ""];
        let mut serve = command(&[&always[..], arguments].concat(), directory);
        let mut process = serve.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let greeting =
            Deserializer::from_reader(process.stdout.as_mut().unwrap()).into_iter::<Value>().next();
        let greeting = greeting.unwrap().unwrap();
        let text = |name: &str| greeting[name].as_str().unwrap().to_owned();
        Self { url: text("url"), key: text("key"), process }
    }

    /// Builds a shell command that finds `switchboard`, and a strict `curl`, in its path.
    pub fn shell(&self, script: &str, directory: &Path, tools: &Path) -> Command {
        let path = format!("{}:{}", tools.display(), std::env::var("PATH").unwrap());
        let mut shell = Command::new("sh");
        shell.args(["-eu", "-c", script]).current_dir(directory).env_clear().env("PATH", path);
        shell.env("HOME", directory).env("SWITCHBOARD_URL", &self.url).env("SWITCHBOARD_KEY", &self.key);
        shell.stdin(Stdio::null());
        shell
    }

    async fn agents(&self) -> Value {
        let client = client();
        let request = client.get(format!("{}/v1/agents", self.url)).bearer_auth(&self.key);
        request.send().await.unwrap().json().await.unwrap()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Makes the directory of the tools.
pub fn tools(folder: &TempDir) -> PathBuf {
    let tools = folder.path().join("bin");
    fs::create_dir(&tools).unwrap();
    symlink(env!("CARGO_BIN_EXE_switchboard-under-test"), tools.join("switchboard")).unwrap();
    fs::write(tools.join("curl"), CURL).unwrap();
    fs::set_permissions(tools.join("curl"), fs::Permissions::from_mode(0o755)).unwrap();
    tools
}

#[test]
fn the_blocks_of_the_readme_and_the_guides_run_in_order() {
    let mut ran = 0;
    for document in documents() {
        let name = document.file_name().unwrap().to_str().unwrap().to_owned();
        let folder = TempDir::new().unwrap();
        let (tools, work) = (tools(&folder), folder.path().join("work"));
        fs::create_dir(&work).unwrap();
        let gateway = Gateway::start(&[], &work);
        let mut script = String::new();
        for Block { line, language, marker, code } in blocks(&fs::read_to_string(&document).unwrap()) {
            if let Some(file) = marker.strip_prefix("file=") {
                writeln!(
                    script,
                    "mkdir -p $(dirname {file}); cat > {file} <<'END-OF-BLOCK'\n{code}END-OF-BLOCK"
                )
                .unwrap();
                if file == "switchboard.toml" {
                    writeln!(script, "QCALL_API_KEY=x AUTOCALLS_API_KEY=x OPENCX_API_KEY=x switchboard check --settings-only --config {file}").unwrap();
                }
                ran += 1;
            } else if let Some(reason) = marker.strip_prefix("no-run: ") {
                println!("{name}:{line}: not run: {reason}");
                assert!(reason.len() > 10, "{name}:{line}: give the reason");
            } else if language == "sh" {
                assert_eq!(marker, "", "{name}:{line}");
                writeln!(script, "echo '{name}:{line}: run' >&2\n{}", code.replace(ADDRESS, &gateway.url))
                    .unwrap();
                ran += 1;
            } else {
                println!("{name}:{line}: not run: {language}");
                assert_eq!(marker, "", "{name}:{line}");
            }
        }
        let output = gateway.shell(&script, &work, &tools).output().unwrap();
        let told = [&output.stdout[..], &output.stderr].map(String::from_utf8_lossy).concat();
        println!("{told}");
        assert!(output.status.success(), "{name}: {told}");
    }
    assert!(ran >= 12, "{ran} blocks ran");
}

/// Checks that the request of the documentation and the file that `init` writes describe one agent, which every
/// simulated vendor accepts.
#[test]
fn the_example_is_one_agent_that_every_vendor_accepts() {
    let folder = TempDir::new().unwrap();
    let (tools, example) = (tools(&folder), root().join("crates/api/src/examples/new_agent.json"));
    let example: Value = serde_json::from_str(&fs::read_to_string(example).unwrap()).unwrap();
    let gateway = Gateway::start(&[], folder.path());
    let create = format!(
        "switchboard init\nswitchboard plan -f agents/ && exit 1\n\
         curl -sS \"$SWITCHBOARD_URL/v1/agents\" -H \"Authorization: Bearer $SWITCHBOARD_KEY\" -H 'Content-Type: application/json' -d '{example}'\n\
         switchboard plan -f agents/\n\
         for vendor in $(curl -sS \"$SWITCHBOARD_URL/v1/vendors\" -H \"Authorization: Bearer $SWITCHBOARD_KEY\" | grep -o '\"name\":\"[a-z0-9-]*\"' | cut -d'\"' -f4); do\n\
         echo \"made at $vendor\"\n\
         printf '%s' '{example}' | sed \"s/\\\"external_ref\\\":\\\"reception\\\"/\\\"vendor\\\":\\\"$vendor\\\"/\" | \
         curl -sS \"$SWITCHBOARD_URL/v1/agents\" -H \"Authorization: Bearer $SWITCHBOARD_KEY\" -H 'Content-Type: application/json' -d @-\n\
         done"
    );
    let output = gateway.shell(&create, folder.path(), &tools).output().unwrap();
    let told = [&output.stdout[..], &output.stderr].map(String::from_utf8_lossy).concat();
    assert!(output.status.success(), "{told}");
    assert!(told.matches("made at").count() >= 4, "{told}");
    // The documents show the same agent.
    for document in ["README.md", "docs/QUICKSTART.md"] {
        let text = fs::read_to_string(root().join(document)).unwrap();
        let body = text.split("-d '").nth(1).unwrap().split("'\n```").next().unwrap();
        assert_eq!(serde_json::from_str::<Value>(body).unwrap(), example, "{document}");
    }
}

/// Switches the vendor in the configuration that `init` writes, as the README prints it.
#[tokio::test(flavor = "multi_thread")]
async fn the_example_moves_when_the_configuration_changes() {
    let folder = TempDir::new().unwrap();
    let tools = tools(&folder);
    assert!(command(&["init"], folder.path()).output().unwrap().status.success());
    let gateway = Gateway::start(&["--config", "switchboard.toml"], folder.path());
    let applied = gateway.shell("switchboard apply -f agents/", folder.path(), &tools).output().unwrap();
    assert!(applied.status.success(), "{applied:?}");
    assert_eq!(gateway.agents().await["data"][0]["placement"]["vendor"], "qcall");
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let switch = blocks(&readme).into_iter().find(|block| block.code.contains("on_change")).unwrap();
    let file = folder.path().join("switchboard.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{text}\n{}", switch.code)).unwrap();
    let reload = format!("kill -HUP {}", gateway.process.id());
    assert!(gateway.shell(&reload, folder.path(), &tools).status().unwrap().success());
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        let agents = gateway.agents().await;
        if agents["data"][0]["placement"]["vendor"] == json!("autocalls") {
            assert_eq!(agents["data"].as_array().unwrap().len(), 1);
            return;
        }
        assert!(Instant::now() < end, "{agents}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
