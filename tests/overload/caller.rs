//! The caller whose service is measured.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use bytes::Bytes;
use futures::future::try_join_all;
use hyper::{Method, StatusCode};
use tokio::time::{sleep, timeout};

use crate::{
    measuring::{connection::Connection, gateway::KEY},
    stage::{CALLERS, Stage, change, request},
};

/// The longest wait for an answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The pause after an answer that is no success.
const PAUSE: Duration = Duration::from_millis(100);

/// The answers that the caller received.
#[derive(Default)]
pub struct Served {
    /// The number of answers by status. 0 stands for no answer.
    pub by_status: BTreeMap<u16, u64>,
    /// The latencies of the successes in milliseconds, sorted.
    pub latencies: Vec<f64>,
    /// The longest time without a success, also at the end.
    pub longest_gap: Duration,
}

/// Reads and changes the caller's agents in turn on all connections until `end`.
///
/// # Errors
/// Fails if a request cannot be built.
pub async fn drive(stage: &Stage, end: Instant) -> anyhow::Result<Served> {
    let all =
        try_join_all(stage.paths[..CALLERS].iter().map(async |path| one(stage, path, end).await)).await?;
    let mut served = Served::default();
    for one in all {
        for (status, count) in one.by_status {
            *served.by_status.entry(status).or_default() += count;
        }
        served.latencies.extend(one.latencies);
        served.longest_gap = served.longest_gap.max(one.longest_gap);
    }
    served.latencies.sort_by(f64::total_cmp);
    Ok(served)
}

async fn one(stage: &Stage, path: &str, end: Instant) -> anyhow::Result<Served> {
    let mut served = Served::default();
    let mut connection = None;
    let mut last_success = Instant::now();
    for number in 0_u64.. {
        let begun = Instant::now();
        if begun >= end {
            break;
        }
        let status = ask(&mut connection, stage, path, number).await?;
        *served.by_status.entry(status).or_default() += 1;
        if (200..300).contains(&status) {
            served.latencies.push(begun.elapsed().as_secs_f64() * 1e3);
            served.longest_gap = served.longest_gap.max(last_success.elapsed());
            last_success = Instant::now();
        } else {
            sleep(PAUSE).await;
        }
    }
    // A gateway that no longer serves has no further success that ends the gap.
    served.longest_gap = served.longest_gap.max(last_success.elapsed());
    Ok(served)
}

/// Sends one request and returns the status of the answer, or 0 if there is none. The next request then opens a new
/// connection.
async fn ask(
    connection: &mut Option<Connection>,
    stage: &Stage,
    path: &str,
    number: u64,
) -> anyhow::Result<u16> {
    let request = match number % 2 {
        0 => request(Method::GET, path, KEY, Bytes::new())?,
        _ => request(Method::PATCH, path, KEY, change(number))?,
    };
    let answered = timeout(TIMEOUT, async {
        if connection.is_none() {
            *connection = Some(Connection::open(stage.gateway.address).await?);
        }
        match connection {
            Some(open) => open.ask(request).await,
            None => Ok((StatusCode::default(), Bytes::new())),
        }
    });
    match answered.await {
        Ok(Ok((status, _))) => Ok(status.as_u16()),
        _ => {
            *connection = None;
            Ok(0)
        }
    }
}
