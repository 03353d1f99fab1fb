//! The point at which a write is cut off.

use std::sync::{
    Mutex,
    atomic::{AtomicU32, Ordering},
};

use tokio::sync::watch;

/// A point of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    pub at: At,
    /// Counted from 1 since the write began.
    pub number: u32,
    pub when: When,
}

/// The thing that is counted, and the way in which the write is cut off there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// The process is killed at a request to the vendor.
    Request,
    /// The process is killed at a commit to the store.
    Commit,
    /// The vendor drops the connection of a request, and the process lives on.
    Connection,
    /// The vendor drops the connection of a request and is busy from then on, and the process lives on.
    Outage,
    /// The vendor refuses a request, and the process lives on.
    Refusal,
    /// The vendor is busy at a request, and the process lives on.
    Busy,
}

/// The side of the point on which the write is cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// The request or the commit was not carried out.
    Before,
    /// It was carried out, and nobody heard of it.
    After,
}

/// All ways to cut a write off.
pub const WAYS: [(At, When); 7] = [
    (At::Request, When::Before),
    (At::Request, When::After),
    (At::Commit, When::Before),
    (At::Commit, When::After),
    (At::Connection, When::Before),
    (At::Connection, When::After),
    (At::Busy, When::Before),
];

/// Counts the requests and commits of a write, and falls at the cut.
pub struct Blade {
    cut: Mutex<Option<Cut>>,
    requests: AtomicU32,
    commits: AtomicU32,
    fell: watch::Sender<bool>,
}

impl Default for Blade {
    fn default() -> Self {
        let (cut, requests, commits) = Default::default();
        Self { cut, requests, commits, fell: watch::Sender::new(false) }
    }
}

impl Blade {
    /// Begins to count anew, up to this cut.
    pub fn raise(&self, cut: Option<Cut>) {
        *self.cut.lock().unwrap() = cut;
        self.requests.store(0, Ordering::SeqCst);
        self.commits.store(0, Ordering::SeqCst);
        self.fell.send_replace(false);
    }

    /// Counts a request.
    pub fn request(&self) -> u32 {
        self.requests.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// Gives the number of the next commit.
    pub fn next_commit(&self) -> u32 {
        self.commits.load(Ordering::SeqCst) + 1
    }

    /// Counts a commit that was carried out.
    pub fn committed(&self) {
        self.commits.fetch_add(1, Ordering::SeqCst);
    }

    /// Tells whether any commit was carried out.
    pub fn has_commits(&self) -> bool {
        self.commits.load(Ordering::SeqCst) > 0
    }

    /// Falls if this is the cut; tells whether it did.
    pub fn falls(&self, at: At, number: u32, when: When) -> bool {
        let falls = *self.cut.lock().unwrap() == Some(Cut { at, number, when });
        if falls {
            self.fell.send_replace(true);
        }
        falls
    }

    /// Tells whether the cut was reached.
    pub fn has_fallen(&self) -> bool {
        *self.fell.borrow()
    }

    /// Tells whether an outage lasts.
    pub fn lasts(&self) -> bool {
        let lasts = self.cut.lock().unwrap().is_some_and(|cut| cut.at == At::Outage);
        lasts && self.has_fallen()
    }

    /// Tells whether the process is as good as dead.
    pub fn has_killed(&self) -> bool {
        let kills = self.cut.lock().unwrap().is_some_and(|cut| matches!(cut.at, At::Request | At::Commit));
        kills && self.has_fallen()
    }

    /// Waits until the process has to die.
    pub async fn killed(&self) {
        let mut fell = self.fell.subscribe();
        while !self.has_killed() {
            fell.changed().await.unwrap();
        }
    }
}
