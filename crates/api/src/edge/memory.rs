//! The bound on the memory of request bodies.

use std::sync::{Arc, Mutex, PoisonError};

use switchboard_core::error::{Error, Kind, Result};
use switchboard_engine::metrics::Limit;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The unit in which memory is counted, in bytes.
const UNIT: usize = 1024;

/// The memory for the bodies of all requests.
#[derive(Debug, Clone)]
pub(super) struct BodyMemory {
    free: Arc<Semaphore>,
    /// The size, in units.
    size: usize,
}

impl BodyMemory {
    /// Creates the memory with a size in bytes, rounded up to whole units.
    pub fn new(bytes: usize) -> Self {
        let size = bytes.div_ceil(UNIT);
        Self { free: Arc::new(Semaphore::new(size)), size }
    }

    /// Creates an empty reservation for one request.
    pub fn reserve(&self) -> Reservation {
        Reservation { memory: self.clone(), held: Arc::default() }
    }
}

/// The memory that the body of one request occupies. The memory becomes free when all clones are dropped.
#[derive(Debug, Clone)]
pub(super) struct Reservation {
    memory: BodyMemory,
    held: Arc<Mutex<Option<OwnedSemaphorePermit>>>,
}

impl Reservation {
    /// Enlarges the reservation to a size in bytes, rounded up to whole units. Never reduces it.
    ///
    /// # Errors
    /// `body_too_large` if the body does not fit even into the whole memory, which is possible after a reload of a larger
    /// `max_body_bytes`; `overloaded` if the bodies of other requests leave too little memory.
    pub fn enlarge(&self, bytes: usize) -> Result<()> {
        if bytes.div_ceil(UNIT) > self.memory.size {
            let detail = format!("The body is larger than {} bytes.", self.memory.size * UNIT);
            return Err(Error::new(Kind::BodyTooLarge, detail));
        }
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let known = held.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let more = u32::try_from(bytes.div_ceil(UNIT).saturating_sub(known)).unwrap_or(u32::MAX);
        let permit = self.memory.free.clone().try_acquire_many_owned(more).map_err(|_| {
            Limit::Bodies.count_refusal();
            let detail = "The bodies of other requests occupy the memory that the gateway has for bodies; try again shortly.";
            Error::new(Kind::Overloaded, detail)
        })?;
        match held.as_mut() {
            Some(held) => held.merge(permit),
            None => *held = Some(permit),
        }
        Ok(())
    }
}
