//! The gateway process under test.

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

use super::{KEY, TIMEOUT, config::STORE_KEY, trials::secrets};

/// The interval at which the tests check whether a process has ended.
const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// The log messages after a reload of the configuration.
pub const TAKEN: &str = "configuration replaced";
pub const REFUSED: &str = "failed to replace the configuration";
const RELOADS: [&str; 2] = [TAKEN, REFUSED];

/// A `switchboard serve` process.
pub struct Gateway {
    pub process: Child,
    /// The base URL of the API.
    pub url: String,
    /// The URL of the health routes.
    pub admin_url: String,
    log: Arc<Mutex<String>>,
    readers: Vec<JoinHandle<()>>,
}

impl Gateway {
    /// Starts the binary and waits until it accepts requests.
    pub async fn start(arguments: &[&str], dir: &Path) -> Self {
        Self::started(command(arguments, dir)).await
    }

    /// Starts a command that runs the binary, and waits until it accepts requests.
    pub async fn started(mut command: Command) -> Self {
        let mut process = command.stderr(Stdio::piped()).spawn().unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let stderr = process.stderr.take().unwrap();
        let (reader, mut lines) = follow(stderr, log.clone());
        let mut gateway =
            Self { process, url: String::new(), admin_url: String::new(), log, readers: vec![reader] };
        gateway.url = gateway.address_in(&mut lines, "serving the API").await;
        gateway.admin_url = gateway.address_in(&mut lines, "serving health").await;
        gateway
    }

    /// Waits for the log line with this message and returns the address in it.
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

    /// Returns the log events about reloads of the configuration, oldest first.
    pub fn reloads(&self) -> Vec<Value> {
        let log = self.log();
        let events = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        events.filter(|event| RELOADS.iter().any(|message| event["message"] == *message)).collect()
    }

    /// Returns the log so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Sends the process the signal to stop, as a supervisor does.
    pub fn terminate(&self) {
        self.signal("TERM");
    }

    /// Sends the process the signal to reload its configuration.
    pub fn hang_up(&self) {
        self.signal("HUP");
    }

    /// Sends the process a signal, such as `STOP`.
    pub fn signal(&self, name: &str) {
        let id = self.process.id().to_string();
        let kill = format!("kill -{name} \"$0\"");
        assert!(Command::new("sh").args(["-c", &kill, &id]).status().unwrap().success());
    }

    /// Waits until the process has ended, without stopping it. The vendors keep running meanwhile.
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

    /// Reads the remaining output of a process that has ended.
    fn hear_out(&mut self) {
        self.readers.drain(..).for_each(|reader| reader.join().unwrap());
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Runs the binary until it ends.
pub fn run(arguments: &[&str], dir: &Path) -> Output {
    command(arguments, dir).output().unwrap()
}

/// Builds a command whose process may open at most this number of files.
pub fn command_with_descriptors(arguments: &[&str], dir: &Path, descriptors: u32) -> Command {
    let inner = command(arguments, dir);
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -n {descriptors}; exec \"$0\" \"$@\"")]);
    command.arg(inner.get_program()).args(inner.get_args()).current_dir(dir).env_clear().stdin(Stdio::null());
    command.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command
}

/// Builds a command. The process inherits nothing from the machine's environment.
pub fn command(arguments: &[&str], dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_switchboard-under-test"));
    command
        .args(arguments)
        .current_dir(dir)
        .env_clear()
        .env("KEY", KEY)
        .env("STORE_KEY", STORE_KEY)
        .envs(secrets())
        .stdin(Stdio::null());
    command
}

/// Collects the output of a process in `log` and forwards each line.
fn follow(
    from: impl Read + Send + 'static,
    log: Arc<Mutex<String>>,
) -> (JoinHandle<()>, UnboundedReceiver<String>) {
    let (sender, lines) = unbounded_channel();
    let reader = std::thread::spawn(move || {
        for line in BufReader::new(from).lines() {
            let line = line.unwrap();
            log.lock().unwrap().push_str(&format!("{line}\n"));
            // After the start, the receiver no longer exists.
            let _ = sender.send(line);
        }
    });
    (reader, lines)
}
