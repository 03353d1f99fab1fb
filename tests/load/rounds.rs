//! The measurement: one window for each variant, in a different order in every round.

use std::{
    io::{Write as _, stderr},
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

use anyhow::ensure;
use futures::future::try_join_all;
use http_body_util::Full;
use hyper::Request;

use crate::{
    driving::drive, measuring::connection::Connection, options::Options, stage::Stage, variant::Variant,
    vendor::SEEN,
};

/// The results of one variant in one window.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    pub variant: Variant,
    /// The server's processor time for each request, in microseconds.
    pub cpu_us: f64,
    pub requests_per_s: f64,
    /// The median latency, in microseconds.
    pub p50_us: u32,
    /// The 99th percentile of the latency, in microseconds.
    pub p99_us: u32,
    /// The number of vendor requests for each request.
    pub vendor_calls: f64,
    /// The number of bytes in an answer's body.
    pub answer_bytes: f64,
}

/// # Errors
/// Fails if any request fails.
pub async fn run(stage: &Stage, options: &Options) -> anyhow::Result<Vec<Vec<Window>>> {
    let mut order = options.variants();
    let mut rounds = Vec::new();
    // Numbering starts after the numbers of the existing agents, so that every request changes a name.
    let number = AtomicU64::new(options.connections as u64);
    for round in 1..=options.rounds() {
        writeln!(stderr(), "round {round} of {}", options.rounds())?;
        let mut windows = Vec::new();
        for variant in &order {
            windows.push(window(stage, options, *variant, &number).await?);
        }
        rounds.push(windows);
        order.rotate_left(1);
    }
    Ok(rounds)
}

async fn window(
    stage: &Stage,
    options: &Options,
    variant: Variant,
    number: &AtomicU64,
) -> anyhow::Result<Window> {
    let server = variant.server();
    let process = stage.process(server);
    let open = (0..options.connections).map(|_| Connection::open(stage.address(server)));
    let mut connections = try_join_all(open).await?;
    let request = |connection: usize| {
        let number = number.fetch_add(1, Ordering::Relaxed);
        variant.request(stage.agent(server, connection), &stage.bodies, number)
    };
    drive(&mut connections, Instant::now() + options.warm_up(), request).await?;

    let mut vendor = Connection::open(stage.vendor_address).await?;
    let seen = seen(&mut vendor).await?;
    let cpu = process.cpu_s()?;
    let begun = Instant::now();
    let load = drive(&mut connections, begun + options.window(), request).await?;
    let elapsed = begun.elapsed();
    let cpu = process.cpu_s()? - cpu;
    let seen = self::seen(&mut vendor).await? - seen;

    let requests = load.latencies.len();
    ensure!(requests > 0, "there was no time for a request");
    let quantile = |share: f64| load.latencies[((requests - 1) as f64 * share).round() as usize];
    Ok(Window {
        variant,
        cpu_us: cpu * 1e6 / requests as f64,
        requests_per_s: requests as f64 / elapsed.as_secs_f64(),
        p50_us: quantile(0.50),
        p99_us: quantile(0.99),
        vendor_calls: seen / requests as f64,
        answer_bytes: load.answered as f64 / requests as f64,
    })
}

async fn seen(vendor: &mut Connection) -> anyhow::Result<f64> {
    let answer = vendor.send(Request::get(SEEN).body(Full::default())?).await?;
    Ok(std::str::from_utf8(&answer)?.parse()?)
}
