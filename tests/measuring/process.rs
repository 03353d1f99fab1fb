//! A server in its own process, and the system's figures about the process.

use std::{
    fs::{self, File},
    io::{Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};

/// The unit in which Linux reports processor time, on every platform that Rust supports.
const TICKS_PER_S: f64 = 100.0;
/// The longest time that a start may take.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The interval at which the benchmark checks whether a process answers.
const POLL_INTERVAL: Duration = Duration::from_micros(100);

/// A process. Dropping the value ends the process.
pub struct Process {
    child: Child,
    log: PathBuf,
}

/// Resident memory, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Memory {
    /// All resident memory, including the pages of the program file.
    pub resident: u64,
    /// The pages that are not backed by a file.
    pub anonymous: u64,
    /// The peak of resident memory since the start.
    pub peak: u64,
}

impl Process {
    /// Starts a server. Its output goes to a file next to its folder, as with a supervisor.
    ///
    /// # Errors
    /// Fails if the process cannot be started.
    pub fn start(command: &mut Command, folder: &Path) -> anyhow::Result<Self> {
        let log = folder.with_added_extension("log");
        let said = File::options().create(true).append(true).open(&log)?;
        command.stdin(Stdio::null()).stdout(said.try_clone()?).stderr(said);
        let child = command.spawn().with_context(|| format!("{command:?}"))?;
        Ok(Self { child, log })
    }

    /// Requests a path until the answer is a success.
    ///
    /// # Errors
    /// Fails if the process ends or does not become ready in time.
    pub fn wait_until_ready(&mut self, address: SocketAddr, path: &str) -> anyhow::Result<()> {
        let begun = Instant::now();
        while !is_ready(address, path) {
            if self.child.try_wait()?.is_some() {
                bail!("the server ended: {}", fs::read_to_string(&self.log)?);
            }
            ensure!(begun.elapsed() < TIMEOUT, "the server does not answer at {address}");
            sleep(POLL_INTERVAL);
        }
        Ok(())
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Returns the processor time that the process has used so far, in seconds: user time and system time.
    ///
    /// # Errors
    /// Fails if the process has ended.
    pub fn cpu_s(&self) -> anyhow::Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.id()))?;
        // The command's name may contain spaces. The third field is the first one after the name.
        let (_, fields) = stat.rsplit_once(") ").context("no process")?;
        let ticks = fields.split(' ').skip(14 - 3).take(2).map(str::parse::<f64>);
        Ok(ticks.sum::<Result<f64, _>>()? / TICKS_PER_S)
    }

    /// # Errors
    /// Fails if the process has ended.
    pub fn memory(&self) -> anyhow::Result<Memory> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id()))?;
        let bytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
            let line = line.with_context(|| format!("no {name}"))?;
            anyhow::Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1024)
        };
        Ok(Memory { resident: bytes("VmRSS")?, anonymous: bytes("RssAnon")?, peak: bytes("VmHWM")? })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The process may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns a free address of this machine. Nothing reserves the address until a server uses it.
///
/// # Errors
/// Fails if there is no free address.
pub fn free_address() -> std::io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}

fn is_ready(address: SocketAddr, path: &str) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")?;
        let mut beginning = [0; "HTTP/1.1 2".len()];
        stream.read_exact(&mut beginning)?;
        Ok(beginning == *b"HTTP/1.1 2")
    };
    ask().unwrap_or_default()
}
