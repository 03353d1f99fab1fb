//! The rate limit: how many requests may begin in a time.

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

/// Lets requests begin at a rate, in the order in which they came.
pub(crate) struct Pace {
    limiter: RateLimiter<NotKeyed, InMemoryState, Runtime, NoOpMiddleware<StdInstant>>,
    interval: Duration,
    front: tokio::sync::Mutex<()>,
    line: Mutex<Line>,
}

/// Those who wait for a turn.
struct Line {
    length: u32,
    /// When the first of them may go.
    next: Instant,
}

/// The clock that the deadlines go by.
#[derive(Debug, Clone)]
struct Runtime;

impl Clock for Runtime {
    type Instant = StdInstant;

    fn now(&self) -> StdInstant {
        Instant::now().into_std()
    }
}

impl Pace {
    /// So many requests per second, and so many at once after a pause; `None` where that is no rate.
    pub fn new(rate: f64, burst: u32) -> Option<Self> {
        let interval = Duration::try_from_secs_f64(rate.recip()).ok()?;
        let quota =
            Quota::with_period(interval)?.allow_burst(NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN));
        Some(Self {
            limiter: RateLimiter::direct_with_clock(quota, Runtime),
            interval,
            front: tokio::sync::Mutex::new(()),
            line: Mutex::new(Line { length: 0, next: Instant::now() }),
        })
    }

    /// Waits for a turn, but not where it would come after the deadline.
    pub async fn turn(&self, deadline: Instant) -> Result<(), Failure> {
        let Some(_place) = self.join(deadline)? else { return Ok(()) };
        let _front = self.front.lock().await;
        while let Some(next) = self.next() {
            self.line().next = next;
            sleep_until(next).await;
        }
        Ok(())
    }

    /// A place at the end of the line; `None` where it is one's turn at once.
    fn join(&self, deadline: Instant) -> Result<Option<Place<'_>>, Failure> {
        let mut line = self.line();
        if line.length == 0 {
            let Some(next) = self.next() else { return Ok(None) };
            line.next = next;
        }
        if line.next + self.interval.saturating_mul(line.length) > deadline {
            return Err(Failure::Late);
        }
        line.length += 1;
        Ok(Some(Place(self)))
    }

    /// Takes a turn where there is one, else says when there will be.
    fn next(&self) -> Option<Instant> {
        let not_yet = self.limiter.check().err()?;
        Some(Instant::from_std(not_yet.earliest_possible()))
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in the line, given up when dropped.
struct Place<'a>(&'a Pace);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.line().length -= 1;
    }
}
