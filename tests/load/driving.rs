//! Keeping a server busy for a period of time.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use bytes::Bytes;
use futures::future::try_join_all;
use http_body_util::Full;
use hyper::Request;
use tokio::time::timeout_at;

use crate::measuring::connection::Connection;

/// The longest time that the last requests of a window may take.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The results of one server in one window.
#[derive(Default)]
pub struct Load {
    /// The latencies of all requests in microseconds, sorted.
    pub latencies: Vec<u32>,
    /// The number of bytes in the bodies of all answers.
    pub answered: usize,
}

/// Keeps every connection busy until `end`. `request` builds the next request for the connection with this
/// number.
///
/// # Errors
/// Fails if a request fails or takes too long.
pub async fn drive(
    connections: &mut [Connection],
    end: Instant,
    request: impl Fn(usize) -> hyper::http::Result<Request<Full<Bytes>>>,
) -> anyhow::Result<Load> {
    let request = &request;
    let busy = connections.iter_mut().enumerate().map(async |(number, connection)| {
        let mut load = Load::default();
        let mut begun = Instant::now();
        while begun < end {
            load.answered += connection.send(request(number)?).await?.len();
            let done = Instant::now();
            load.latencies.push((done - begun).as_micros().try_into().context("a request took an hour")?);
            begun = done;
        }
        anyhow::Ok(load)
    });
    let busy = timeout_at((end + TIMEOUT).into(), try_join_all(busy)).await;
    let mut all = Load::default();
    for load in busy.context("a request is not answered")?? {
        all.latencies.extend(load.latencies);
        all.answered += load.answered;
    }
    all.latencies.sort_unstable();
    Ok(all)
}
