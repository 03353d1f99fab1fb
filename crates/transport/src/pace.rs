//! The rate limit: the number of requests that may begin per second.

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

/// A rate limit that lets requests begin in the order of their arrival.
pub(crate) struct Pace {
    limiter: RateLimiter<NotKeyed, InMemoryState, TokioClock, NoOpMiddleware<StdInstant>>,
    interval: Duration,
    head: tokio::sync::Mutex<()>,
    queue: Mutex<Queue>,
}

/// The requests that wait for a turn.
struct Queue {
    length: u32,
    /// The next turn of the first of them.
    next: Instant,
}

/// Tokio's clock for the rate limiter, so that its turns and the deadlines of requests use the same time.
#[derive(Debug, Clone)]
struct TokioClock;

impl Clock for TokioClock {
    type Instant = StdInstant;

    fn now(&self) -> StdInstant {
        Instant::now().into_std()
    }
}

impl Pace {
    /// Creates a limit of `rate` requests per second and `burst` at a time after a pause. Returns `None` for an invalid rate.
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

    /// Waits for a turn. Fails immediately if the turn would come after the deadline.
    pub async fn acquire(&self, deadline: Instant) -> Result<(), Failure> {
        let Some(_place) = self.join(deadline)? else { return Ok(()) };
        let _front = self.head.lock().await;
        while let Some(next) = self.next() {
            self.queue().next = next;
            sleep_until(next).await;
        }
        Ok(())
    }

    /// Enters the queue at its end. Returns `None` if it is this request's turn already.
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

    /// Takes a turn, or returns the time of the next one.
    fn next(&self) -> Option<Instant> {
        let not_yet = self.limiter.check().err()?;
        Some(Instant::from_std(not_yet.earliest_possible()))
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in the queue, released when dropped.
struct QueueSlot<'a>(&'a Pace);

impl Drop for QueueSlot<'_> {
    fn drop(&mut self) {
        self.0.queue().length -= 1;
    }
}
