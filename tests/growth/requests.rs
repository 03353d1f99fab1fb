//! The measured requests: one window for each request at each store, in a different order in every round.

use std::{
    io::{Write as _, stderr},
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

use anyhow::ensure;
use bytes::Bytes;
use futures::future::try_join_all;
use http_body_util::Full;
use hyper::{Request, header::AUTHORIZATION};

use crate::{
    driving::drive,
    measuring::{
        connection::Connection,
        gateway::{Gateway, KEY},
    },
    options::Options,
    stores::{Stores, creation},
};

/// The number of agents that `get` reads in turn.
const WORKING_SET: usize = 64;

/// A list: its name in the report, and its query.
const LISTS: [(&str, &str); 24] = [
    ("page", ""),
    ("page -created_at", "&sort=-created_at"),
    ("page name", "&sort=name"),
    ("page -updated_at", "&sort=-updated_at"),
    ("vendor", "&vendor=instant"),
    ("vendor name", "&vendor=instant&sort=name"),
    ("vendor -updated_at", "&vendor=instant&sort=-updated_at"),
    ("language", "&language=de"),
    ("language name", "&language=de&sort=name"),
    ("direction", "&direction=inbound"),
    ("direction updated", "&direction=inbound&sort=updated_at"),
    ("sync", "&sync=failed"),
    ("sync name", "&sync=failed&sort=name"),
    ("fidelity", "&fidelity=approximate"),
    ("fidelity updated", "&fidelity=approximate&sort=updated_at"),
    ("stale", "&placement=stale"),
    ("label", "&label=team=sales"),
    ("label name", "&label=team=sales&sort=name"),
    ("label -updated_at", "&label=team=sales&sort=-updated_at"),
    ("q common", "&q=reserv"),
    ("q common name", "&q=reserv&sort=name"),
    ("q rare", "&q=00000000"),
    ("updated_after", "&updated_after=2026-01-01T00:00:00Z"),
    ("two filters", "&direction=inbound&label=team=sales&q=desk"),
];

/// The cost of one request at one store in one window.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// The gateway's processor time for each request, in microseconds.
    pub cpu_us: f64,
    /// The median latency, in microseconds.
    pub p50_us: u32,
    /// The number of bytes in an answer's body.
    pub answer_bytes: f64,
}

/// The windows of one request in one round: at the small store, and at the large one.
pub type Pair = (String, Window, Window);

/// Lists the names of all measured requests.
pub fn names() -> Vec<&'static str> {
    ["create", "get", "get any"].into_iter().chain(LISTS.map(|(name, _)| name)).collect()
}

/// # Errors
/// Fails if any request fails.
pub async fn measure(stores: &Stores, options: &Options) -> anyhow::Result<Vec<Vec<Pair>>> {
    let mut names = names();
    names.retain(|name| options.wants(name));
    let number = AtomicU64::new(options.small.into());
    let mut rounds = Vec::new();
    for round in 1..=options.rounds.max(1) {
        writeln!(stderr(), "round {round} of {}", options.rounds.max(1))?;
        let mut pairs = Vec::new();
        for name in &names {
            let small = window(&stores.small, name, stores, options, &number).await?;
            let large = window(&stores.large, name, stores, options, &number).await?;
            pairs.push(((*name).to_owned(), small, large));
        }
        rounds.push(pairs);
        names.rotate_left(1);
    }
    Ok(rounds)
}

async fn window(
    gateway: &Gateway,
    name: &str,
    stores: &Stores,
    options: &Options,
    number: &AtomicU64,
) -> anyhow::Result<Window> {
    let open = (0..options.connections).map(|_| Connection::open(gateway.address));
    let mut connections = try_join_all(open).await?;
    let request = |_| {
        let next = number.fetch_add(1, Ordering::Relaxed);
        let place = usize::try_from(next).unwrap_or(0);
        match (name, LISTS.iter().find(|(list, _)| *list == name)) {
            (_, Some((_, query))) => get(&format!("/v1/agents?limit=50{query}")),
            ("create", _) => creation(stores.body.with(next)),
            ("get", _) => get(&format!("/v1/agents/{}", stores.ids[place % WORKING_SET])),
            _ => get(&format!("/v1/agents/{}", stores.ids[place * 7919 % stores.ids.len()])),
        }
    };
    drive(&mut connections, Instant::now() + options.window() / 5, request).await?;
    let cpu = gateway.process.cpu_s()?;
    let load = drive(&mut connections, Instant::now() + options.window(), request).await?;
    let cpu = gateway.process.cpu_s()? - cpu;
    let requests = load.latencies.len();
    ensure!(requests > 0, "there was no time for a request");
    Ok(Window {
        cpu_us: cpu * 1e6 / requests as f64,
        p50_us: load.latencies[requests / 2],
        answer_bytes: load.answered as f64 / requests as f64,
    })
}

fn get(path: &str) -> hyper::http::Result<Request<Full<Bytes>>> {
    Request::get(path).header(AUTHORIZATION, format!("Bearer {KEY}")).body(Full::default())
}
