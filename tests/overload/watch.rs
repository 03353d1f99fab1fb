//! The gateway's health during the overload.

use std::time::{Duration, Instant};

use http_body_util::Full;
use hyper::Request;
use tokio::time::{sleep, timeout};

use crate::{measuring::connection::Connection, stage::Stage};

/// The pause between two readings of the gateway's health.
const INTERVAL: Duration = Duration::from_secs(1);
/// The longest wait for the answer of `/livez`.
const TIMEOUT: Duration = Duration::from_secs(5);

#[derive(Default)]
pub struct Seen {
    /// The latencies of `/livez` in milliseconds, sorted.
    pub livez_ms: Vec<f64>,
    /// The number of requests to `/livez` without an answer.
    pub unanswered: usize,
    /// The greatest resident memory that was read, in bytes.
    pub resident: u64,
}

/// Asks `/livez` at the admin address and reads the memory of the gateway every second until `end`.
///
/// # Errors
/// Fails if the gateway has ended.
pub async fn until(stage: &Stage, end: Instant) -> anyhow::Result<Seen> {
    let mut seen = Seen::default();
    while Instant::now() < end {
        let begun = Instant::now();
        match timeout(TIMEOUT, livez(stage)).await {
            Ok(Ok(())) => seen.livez_ms.push(begun.elapsed().as_secs_f64() * 1e3),
            _ => seen.unanswered += 1,
        }
        seen.resident = seen.resident.max(stage.gateway.process.memory()?.resident);
        sleep(INTERVAL).await;
    }
    seen.livez_ms.sort_by(f64::total_cmp);
    Ok(seen)
}

async fn livez(stage: &Stage) -> anyhow::Result<()> {
    let mut connection = Connection::open(stage.gateway.admin).await?;
    let request = Request::get("/livez").body(Full::default())?;
    let (status, _) = connection.ask(request).await?;
    anyhow::ensure!(status.is_success(), "{status}");
    Ok(())
}
