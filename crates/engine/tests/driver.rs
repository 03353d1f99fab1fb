//! The driver of background tasks: pauses, wake-ups, failures and panics.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use switchboard_core::error::{Error, Kind, Result};
use switchboard_engine::background::{BackgroundTask, Driver, Handles, Next, Schedule};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

const INTERVAL: Duration = Duration::from_secs(60);
const RETRY: Duration = Duration::from_secs(5);

/// A task that counts its passes. `end` determines the result of each pass.
struct Counting {
    passes: AtomicU32,
    handles: Arc<Handles>,
    first: Duration,
    end: fn(u32) -> Result<Next>,
}

#[async_trait]
impl BackgroundTask for Counting {
    fn name(&self) -> &'static str {
        "counting"
    }

    fn schedule(&self) -> Schedule {
        let wake = Some(self.handles.operations.clone());
        Schedule { first: self.first, retry: RETRY, wake, debounce: Duration::ZERO }
    }

    async fn run(&self, _shutdown: &CancellationToken) -> Result<Next> {
        (self.end)(self.passes.fetch_add(1, Ordering::SeqCst) + 1)
    }
}

struct Running {
    task: Arc<Counting>,
    handles: Arc<Handles>,
    stop: CancellationToken,
}

impl Running {
    fn start(handles: Arc<Handles>, first: Duration, end: fn(u32) -> Result<Next>) -> Self {
        let task = Arc::new(Counting { passes: AtomicU32::new(0), handles: handles.clone(), first, end });
        let stop = CancellationToken::new();
        Driver::new(vec![task.clone()], handles.clone()).spawn(&stop);
        Self { task, handles, stop }
    }

    fn passes(&self) -> u32 {
        self.task.passes.load(Ordering::SeqCst)
    }

    /// Waits until this number of passes has run. Returns the elapsed time.
    async fn until(&self, passes: u32) -> Duration {
        let begun = Instant::now();
        while self.passes() < passes {
            sleep(Duration::from_millis(10)).await;
            assert!(begun.elapsed() < Duration::from_secs(3600), "{} passes", self.passes());
        }
        begun.elapsed()
    }
}

fn every_minute(_: u32) -> Result<Next> {
    Ok(Next::After(INTERVAL))
}

fn fails_first(pass: u32) -> Result<Next> {
    if pass == 1 { Err(Error::new(Kind::StorageUnavailable, "down")) } else { every_minute(pass) }
}

#[expect(clippy::panic, reason = "the test needs a pass that panics")]
fn panics_first(pass: u32) -> Result<Next> {
    if pass == 1 { panic!("a defect") } else { every_minute(pass) }
}

fn never(_: u32) -> Result<Next> {
    Ok(Next::Never)
}

#[tokio::test(start_paused = true)]
async fn passes_run_at_their_interval_and_when_woken() {
    let running = Running::start(Arc::default(), Duration::ZERO, every_minute);
    assert!(running.until(1).await < RETRY);
    let waited = running.until(2).await;
    assert!(waited >= INTERVAL - RETRY && waited <= INTERVAL + RETRY, "{waited:?}");
    running.handles.operations.send();
    assert!(running.until(3).await < RETRY);
}

#[tokio::test(start_paused = true)]
async fn a_pass_that_panics_ends_alone() {
    let running = Running::start(Arc::default(), Duration::ZERO, panics_first);
    running.until(1).await;
    let waited = running.until(2).await;
    assert!(waited >= RETRY - Duration::from_secs(1) && waited < INTERVAL, "{waited:?}");
    assert!(running.until(3).await >= INTERVAL - RETRY);
}

#[tokio::test(start_paused = true)]
async fn a_pass_that_fails_is_tried_again_soon() {
    let running = Running::start(Arc::default(), Duration::ZERO, fails_first);
    running.until(1).await;
    assert!(running.until(2).await < INTERVAL);
}

#[tokio::test(start_paused = true)]
async fn a_task_without_work_ends() {
    let running = Running::start(Arc::default(), Duration::ZERO, never);
    running.until(1).await;
    running.handles.running.close();
    running.handles.running.wait().await;
    assert_eq!(running.passes(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_stopped_driver_runs_no_further_pass() {
    let running = Running::start(Arc::default(), Duration::ZERO, every_minute);
    running.until(1).await;
    running.stop.cancel();
    running.handles.running.close();
    running.handles.running.wait().await;
    sleep(3 * INTERVAL).await;
    assert_eq!(running.passes(), 1);
}

/// Keeps the pause when the configuration changes, because configurations may change more often than a long
/// interval ends.
#[tokio::test(start_paused = true)]
async fn the_next_driver_continues_the_pause_of_the_previous_one() {
    let handles = Arc::<Handles>::default();
    let before = Running::start(handles.clone(), INTERVAL, every_minute);
    sleep(INTERVAL / 2).await;
    before.stop.cancel();
    assert_eq!(before.passes(), 0);
    let after = Running::start(handles, INTERVAL, every_minute);
    let waited = after.until(1).await;
    assert!(waited <= INTERVAL / 2 + RETRY, "{waited:?}");
}
