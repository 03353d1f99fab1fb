//! The process under test.

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::{Arc, Mutex},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::{KEY, TIMEOUT, config::STORE_KEY};

/// The interval at which the tests check whether a process has ended.
const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// The log messages after a reload of the configuration.
pub const TAKEN: &str = "configuration replaced";
pub const REFUSED: &str = "failed to replace the configuration";
const RELOADS: [&str; 2] = [TAKEN, REFUSED];

/// A `switchboard serve` process.
pub struct Gateway {
    pub process: Child,
    /// `http://` and the address at which the API is served.
    pub url: String,
    /// The URL of the health routes.
    pub admin_url: String,
    log: Arc<Mutex<String>>,
    readers: Vec<JoinHandle<()>>,
}

impl Gateway {
    /// Starts the binary and waits until it serves.
    pub async fn start(arguments: &[&str], dir: &Path) -> Self {
        let mut process = command(arguments, dir).stderr(Stdio::piped()).spawn().unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let stderr = process.stderr.take().unwrap();
        let (reader, mut lines) = follow(stderr, log.clone());
        let mut gateway =
            Self { process, url: String::new(), admin_url: String::new(), log, readers: vec![reader] };
        gateway.url = gateway.address_in(&mut lines, "serving the API").await;
        gateway.admin_url = gateway.address_in(&mut lines, "serving health").await;
        gateway
    }

    /// Reads the address in the first line of the log with this message.
    async fn address_in(&self, lines: &mut UnboundedReceiver<String>, message: &str) -> String {
        let find = async {
            while let Some(line) = lines.recv().await {
                let event: Value = serde_json::from_str(&line).unwrap_or_default();
                if event["message"] == message {
                    return format!("http://{}", event["address"].as_str().unwrap());
                }
            }
            panic!("the gateway ended before {message:?}: {}", self.log())
        };
        tokio::time::timeout(TIMEOUT, find).await.unwrap_or_else(|_| panic!("no {message:?}: {}", self.log()))
    }

    /// Returns the log's events about reloads of the configuration, the oldest first.
    pub fn reloads(&self) -> Vec<Value> {
        let log = self.log();
        let events = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        events.filter(|event| RELOADS.iter().any(|message| event["message"] == *message)).collect()
    }

    /// Returns the log so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Signals the process to stop, as its supervisor does.
    pub fn terminate(&self) {
        self.signal("TERM");
    }

    /// Signals the process to read its configuration anew.
    pub fn hang_up(&self) {
        self.signal("HUP");
    }

    fn signal(&self, name: &str) {
        let id = self.process.id().to_string();
        let kill = format!("kill -{name} \"$0\"");
        assert!(Command::new("sh").args(["-c", &kill, &id]).status().unwrap().success());
    }

    /// Waits for the process to end by itself. The vendors keep running meanwhile.
    pub async fn ended(&mut self) -> ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                self.hear_out();
                return status;
            }
            assert!(begun.elapsed() < TIMEOUT, "the gateway does not end: {}", self.log());
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    /// Kills the process.
    pub fn stop(&mut self) {
        // The process may have ended already.
        let _ = self.process.kill();
        self.process.wait().unwrap();
        self.hear_out();
    }

    /// Reads the last output of a process that has ended.
    fn hear_out(&mut self) {
        self.readers.drain(..).for_each(|reader| reader.join().unwrap());
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Runs the binary to its end.
pub fn run(arguments: &[&str], dir: &Path) -> Output {
    command(arguments, dir).output().unwrap()
}

/// Builds a command. The process inherits only the path to its tools from the machine's environment.
pub fn command(arguments: &[&str], dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_switchboard-under-test"));
    command
        .args(arguments)
        .current_dir(dir)
        .env_clear()
        .env("KEY", KEY)
        .env("STORE_KEY", STORE_KEY)
        .stdin(Stdio::null());
    command
}

/// Collects the output and passes its lines on.
fn follow(
    from: impl Read + Send + 'static,
    log: Arc<Mutex<String>>,
) -> (JoinHandle<()>, UnboundedReceiver<String>) {
    let (sender, lines) = unbounded_channel();
    let reader = std::thread::spawn(move || {
        for line in BufReader::new(from).lines() {
            let line = line.unwrap();
            log.lock().unwrap().push_str(&format!("{line}\n"));
            // After the process serves, no receiver listens any more.
            let _ = sender.send(line);
        }
    });
    (reader, lines)
}
