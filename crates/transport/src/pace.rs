//! The limit on the number of requests per second.

use std::{
    num::NonZeroU32,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant as StdInstant},
};

use governor::{
    Quota, RateLimiter,
    clock::Clock,
    middleware::NoOpMiddleware,
    state::{InMemoryState, NotKeyed},
};
use tokio::time::{Instant, sleep_until};

use crate::failure::Failure;

/// A rate limit. Requests begin in the order of their arrival.
pub(crate) struct Pace {
    limiter: RateLimiter<NotKeyed, InMemoryState, TokioClock, NoOpMiddleware<StdInstant>>,
    interval: Duration,
    head: tokio::sync::Mutex<()>,
    queue: Mutex<Queue>,
}

/// The requests that wait for a turn.
struct Queue {
    length: u32,
    /// The time of the next turn. The first waiting request gets this turn.
    next: Instant,
}

/// Tokio's clock for the rate limiter, so that turns and deadlines use the same time.
#[derive(Debug, Clone)]
struct TokioClock;

impl Clock for TokioClock {
    type Instant = StdInstant;

    fn now(&self) -> StdInstant {
        Instant::now().into_std()
    }
}

impl Pace {
    /// Creates a limit of `rate` requests per second. After a pause, `burst` requests may begin simultaneously. A
    /// `burst` of 0 means 1. Returns `None` if the rate is not valid.
    pub fn new(rate: f64, burst: u32) -> Option<Self> {
        let interval = Duration::try_from_secs_f64(rate.recip()).ok()?;
        let quota =
            Quota::with_period(interval)?.allow_burst(NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN));
        Some(Self {
            limiter: RateLimiter::direct_with_clock(quota, TokioClock),
            interval,
            head: tokio::sync::Mutex::new(()),
            queue: Mutex::new(Queue { length: 0, next: Instant::now() }),
        })
    }

    /// Waits for a turn. Fails immediately if the turn would be after the deadline.
    pub async fn acquire(&self, deadline: Instant) -> Result<(), Failure> {
        let Some(_place) = self.join(deadline)? else { return Ok(()) };
        let _front = self.head.lock().await;
        while let Some(next) = self.next() {
            self.queue().next = next;
            sleep_until(next).await;
        }
        Ok(())
    }

    /// Adds a request to the end of the queue, or returns `None` if the request may begin immediately. Fails if the
    /// request's turn would be after the deadline.
    fn join(&self, deadline: Instant) -> Result<Option<QueueSlot<'_>>, Failure> {
        let mut queue = self.queue();
        if queue.length == 0 {
            let Some(next) = self.next() else { return Ok(None) };
            queue.next = next;
        }
        if queue.next + self.interval.saturating_mul(queue.length) > deadline {
            return Err(Failure::DeadlinePassed);
        }
        queue.length += 1;
        Ok(Some(QueueSlot(self)))
    }

    /// Takes a turn if one is available, and returns `None`. Otherwise, returns the time of the next turn.
    fn next(&self) -> Option<Instant> {
        let not_yet = self.limiter.check().err()?;
        Some(Instant::from_std(not_yet.earliest_possible()))
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request's position in the queue. Dropping the slot removes the request from the queue.
struct QueueSlot<'a>(&'a Pace);

impl Drop for QueueSlot<'_> {
    fn drop(&mut self) {
        self.0.queue().length -= 1;
    }
}
