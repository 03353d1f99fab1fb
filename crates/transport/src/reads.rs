//! The recent answers to the reads of a task, so that its exchanges do not read the same object twice.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use switchboard_core::vendor::{Destination, Method, Reply, Request};
use tokio::time::Instant;

/// The maximum age of an answer.
const MAX_AGE: Duration = Duration::from_secs(2);
/// The maximum number of answers.
const CAPACITY: usize = 16;

/// The answers to the recent GET requests of a task, such as an attempt of a write. An answer is used at most 2 seconds
/// after its request was sent, and not after a request that may change the vendor's data.
#[derive(Default)]
pub struct Reads(Mutex<Vec<Read>>);

struct Read {
    path: String,
    query: Vec<(&'static str, String)>,
    sent: Instant,
    reply: Reply,
}

impl Reads {
    /// Returns the recent answer to a request. If the request may change the vendor's data, forgets all answers.
    pub(crate) fn answer(&self, request: &Request) -> Option<Reply> {
        let mut reads = self.locked();
        if !request.is_read {
            reads.clear();
        }
        reads.retain(|read| read.sent.elapsed() <= MAX_AGE);
        let path = path(request)?;
        let same = |read: &&Read| read.path == path && read.query == request.query;
        reads.iter().find(same).map(|read| read.reply.clone())
    }

    /// Keeps the answer to a request that was sent at `sent`.
    pub(crate) fn keep(&self, request: &Request, sent: Instant, reply: &Reply) {
        let Some(path) = path(request) else { return };
        let mut reads = self.locked();
        if reads.len() >= CAPACITY {
            reads.remove(0);
        }
        reads.push(Read { path, query: request.query.clone(), sent, reply: reply.clone() });
    }

    fn locked(&self) -> MutexGuard<'_, Vec<Read>> {
        // Ignore poisoning: no change of the list can end half-way.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the path of a request whose answer can be used again: a GET for a JSON document below the base URL.
fn path(request: &Request) -> Option<String> {
    let can_be_kept = request.method == Method::Get && request.accept.is_none() && request.body.is_none();
    match &request.to {
        to @ Destination::Path(_) if can_be_kept => Some(to.to_string()),
        _ => None,
    }
}
