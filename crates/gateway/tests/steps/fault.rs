//! The point at which a write is interrupted.

use std::sync::{
    Mutex,
    atomic::{AtomicBool, AtomicU32, Ordering},
};

use tokio::sync::watch;

/// The point at which a write is interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    pub at: At,
    /// The number of the request or commit, counted from 1 since the write began.
    pub number: u32,
    pub when: When,
}

/// The events that are counted, and the kind of interruption.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// The process is killed at a request to the vendor.
    Request,
    /// The process is killed at a commit to the store.
    Commit,
    /// The vendor drops the connection of a request, and the process continues.
    Connection,
    /// The vendor drops the connection of a request and is busy from then on, and the process continues.
    Outage,
    /// The vendor refuses a request, and the process continues.
    Refusal,
    /// The vendor is busy at a request, and the process continues.
    Busy,
}

/// The moment of the interruption, relative to the request or commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// The request or the commit was not carried out.
    Before,
    /// It was carried out, but no answer arrived.
    After,
}

/// All ways to interrupt a write.
pub const WAYS: [(At, When); 7] = [
    (At::Request, When::Before),
    (At::Request, When::After),
    (At::Commit, When::Before),
    (At::Commit, When::After),
    (At::Connection, When::Before),
    (At::Connection, When::After),
    (At::Busy, When::Before),
];

/// A counter of the requests and commits of a write, which reports when the cut is reached.
pub struct FaultPoint {
    cut: Mutex<Option<Cut>>,
    requests: AtomicU32,
    commits: AtomicU32,
    reached: watch::Sender<bool>,
    /// True if a read of a record's operations waits for the next commit.
    pub reads_late: AtomicBool,
    /// True if a read of an operation never ends.
    pub stalls: AtomicBool,
    /// The number of reads that never end.
    pub stalled: watch::Sender<u32>,
    /// The number of times that the failed moves of a migration were read. The store fails the first of these reads.
    pub failed_moves_reads: watch::Sender<u32>,
}

impl Default for FaultPoint {
    fn default() -> Self {
        let (cut, requests, commits, reads_late, stalls) = Default::default();
        let (reached, stalled, failed_moves_reads) =
            (watch::Sender::new(false), watch::Sender::new(0), watch::Sender::new(0));
        Self { cut, requests, commits, reached, reads_late, stalls, stalled, failed_moves_reads }
    }
}

impl FaultPoint {
    /// Restarts counting, up to this cut.
    pub fn set(&self, cut: Option<Cut>) {
        *self.cut.lock().unwrap() = cut;
        self.requests.store(0, Ordering::SeqCst);
        self.commits.store(0, Ordering::SeqCst);
        self.reached.send_replace(false);
    }

    /// Counts a request.
    pub fn request(&self) -> u32 {
        self.requests.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// Returns the number of the next commit.
    pub fn next_commit(&self) -> u32 {
        self.commits.load(Ordering::SeqCst) + 1
    }

    /// Counts a commit that has been carried out.
    pub fn committed(&self) {
        self.commits.fetch_add(1, Ordering::SeqCst);
    }

    /// Returns whether any commit has been carried out.
    pub fn has_commits(&self) -> bool {
        self.commits.load(Ordering::SeqCst) > 0
    }

    /// Returns whether this is the cut, and if so records that it was reached.
    pub fn reach(&self, at: At, number: u32, when: When) -> bool {
        let reached = *self.cut.lock().unwrap() == Some(Cut { at, number, when });
        if reached {
            self.reached.send_replace(true);
        }
        reached
    }

    /// Returns whether the cut was reached.
    pub fn was_reached(&self) -> bool {
        *self.reached.borrow()
    }

    /// Returns whether the vendor is in an outage.
    pub fn outage_lasts(&self) -> bool {
        let lasts = self.cut.lock().unwrap().is_some_and(|cut| cut.at == At::Outage);
        lasts && self.was_reached()
    }

    /// Returns whether the process was killed.
    pub fn has_killed(&self) -> bool {
        let kills = self.cut.lock().unwrap().is_some_and(|cut| matches!(cut.at, At::Request | At::Commit));
        kills && self.was_reached()
    }

    /// Waits until the cut is reached.
    pub async fn reached(&self) {
        self.reached.subscribe().wait_for(|reached| *reached).await.unwrap();
    }

    /// Waits until the process is killed.
    pub async fn killed(&self) {
        let mut reached = self.reached.subscribe();
        while !self.has_killed() {
            reached.changed().await.unwrap();
        }
    }
}
