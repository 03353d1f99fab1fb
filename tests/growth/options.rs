//! The command line.

use std::{net::SocketAddr, time::Duration};

use anyhow::ensure;
use clap::{Parser, Subcommand, builder::PossibleValuesParser};

use crate::requests;

/// Measures the cost of a request, by the number of stored agents.
#[derive(Debug, Parser)]
pub struct Options {
    /// Number of agents in the small store, at least 500.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(500..=10_000))]
    pub small: u32,
    /// Number of agents in the large store, a multiple of that in the small store.
    #[arg(long, default_value_t = 100_000)]
    pub large: u32,
    /// Number of measurements of each request at each store.
    #[arg(long, default_value_t = 5)]
    pub rounds: usize,
    /// Length of one window, in seconds.
    #[arg(long, default_value_t = 1.5)]
    seconds: f64,
    /// Number of concurrent connections.
    #[arg(long, default_value_t = 32)]
    pub connections: usize,
    /// Number of starts of the gateway with the large store.
    #[arg(long, default_value_t = 5)]
    pub starts: usize,
    /// Measures only these requests.
    #[arg(long, value_name = "REQUEST", value_parser = PossibleValuesParser::new(requests::names()))]
    only: Vec<String>,
    /// The flag that cargo passes to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
    /// The role of this process. If omitted, the process is the client.
    #[command(subcommand)]
    pub role: Option<Role>,
}

#[derive(Debug, Clone, Subcommand)]
#[command(hide = true)]
pub enum Role {
    /// The instant vendor.
    Vendor { listen: SocketAddr },
}

impl Options {
    pub fn window(&self) -> Duration {
        Duration::from_secs_f64(self.seconds.clamp(0.1, 3600.0))
    }

    /// Returns the number by which the agents of the small store are multiplied in the large store.
    ///
    /// # Errors
    /// Fails if the large store cannot have exactly the given number of agents.
    pub fn times(&self) -> anyhow::Result<u32> {
        let Self { small, large, .. } = self;
        ensure!(*large > 0 && large % small == 0, "--large {large} is not a multiple of --small {small}");
        Ok(large / small)
    }

    pub fn wants(&self, request: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == request)
    }
}
