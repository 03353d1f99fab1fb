//! The killing of another process at an exact point of an exchange. Tests then check the state that the process
//! has stored durably.

use std::fs;
use std::time::Duration;

use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use serde::{Deserialize, Serialize};

use crate::faults::When;

/// The longest time that a killed process may take to disappear.
const GONE_TIME: Duration = Duration::from_secs(10);

/// The interval at which the sandbox checks whether the process is gone.
const POLL_INTERVAL: Duration = Duration::from_millis(1);

/// The point of an exchange at which a process is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KillPoint {
    /// The request has been read in full, and may be one that the vendor refuses. The request is never carried out.
    Received,
    /// The request is authenticated and satisfies the contract, but no record has changed. The request is never
    /// carried out.
    BeforeApply,
    /// The request has been carried out, but no byte of the answer has been sent.
    AfterApply,
    /// The status, the headers and half of the body have been flushed to the socket. The other half is never
    /// sent.
    HalfAnswer,
    /// The whole answer has been flushed to the socket.
    AfterAnswer,
}

impl KillPoint {
    /// Returns whether the point is before or after the request is carried out. Returns `None` for the points during
    /// and after the answer.
    pub(crate) const fn side(self) -> Option<When> {
        match self {
            Self::Received | Self::BeforeApply => Some(When::Before),
            Self::AfterApply => Some(When::After),
            Self::HalfAnswer | Self::AfterAnswer => None,
        }
    }

    /// Returns true if a request that the vendor refuses never reaches this point.
    pub(crate) const fn is_beyond_refusal(self) -> bool {
        matches!(self, Self::BeforeApply | Self::AfterApply)
    }
}

/// The id of a process to kill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Victim(i32);

impl Victim {
    /// Checks that the process can be killed.
    ///
    /// # Errors
    ///
    /// The reason why the process cannot be killed: the id does not name exactly one other process, the process
    /// does not exist, or the process belongs to another user.
    pub(crate) fn check(self) -> Result<(), String> {
        // Zero and negative ids are process groups, and 1 is the init process.
        if self.0 < 2 || i64::from(self.0) == i64::from(std::process::id()) {
            return Err("pid must be the id of exactly one other process".to_owned());
        }
        let here = Pid::from_raw(self.0).ok_or(Errno::SRCH).and_then(test_kill_process);
        here.map_err(|error| format!("pid {}: {error}", self.0))
    }

    /// Sends SIGKILL, and waits until the process has ended and its open files are closed, at most 10 seconds.
    /// Logs a failure as a warning.
    pub(crate) async fn kill(self) {
        let Some(pid) = Pid::from_raw(self.0) else { return };
        if let Err(error) = kill_process(pid, Signal::KILL) {
            tracing::warn!(pid = self.0, %error, "not killed");
            return;
        }
        let gone = async {
            while !is_gone(pid) {
                tokio::time::sleep(POLL_INTERVAL).await;
            }
        };
        match tokio::time::timeout(GONE_TIME, gone).await {
            Ok(()) => tracing::debug!(pid = self.0, "killed"),
            Err(_) => tracing::warn!(pid = self.0, "killed, but the process still exists"),
        }
    }
}

/// Returns whether the process has ended. A zombie process keeps its id until its parent waits for it, but it
/// has ended once its last thread has ended.
fn is_gone(pid: Pid) -> bool {
    if test_kill_process(pid) == Err(Errno::SRCH) {
        return true;
    }
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The fields follow the command's name, which is in parentheses and may contain any character. After the
    // name, the state is the first field and the number of threads the 18th (proc_pid_stat(5)).
    let Some((_, members)) = stat.rsplit_once(") ") else { return false };
    let mut members = members.split(' ');
    let ended = matches!(members.next(), Some("Z" | "X"));
    let threads = members.nth(16).and_then(|threads| threads.parse::<u32>().ok());
    ended && threads.is_some_and(|threads| threads <= 1)
}
