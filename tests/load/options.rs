//! The command line.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use clap::{Parser, Subcommand};

use crate::variant::Variant;

/// Measures Switchboard under load, and compares it with the smallest server that could do the same work.
#[derive(Debug, Parser)]
pub struct Options {
    /// Number of measurements of each variant.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Length of one window, in seconds.
    #[arg(long, default_value_t = 3.0)]
    seconds: f64,
    /// Number of concurrent connections, each with its own agent.
    #[arg(long, default_value_t = 64)]
    pub connections: usize,
    /// Number of starts of the gateway with each store.
    #[arg(long, default_value_t = 10)]
    pub starts: usize,
    /// Runs three rounds of short windows.
    #[arg(long, conflicts_with_all = ["rounds", "seconds"])]
    quick: bool,
    /// Does not read records back after a write, which would be a second exchange with the vendor.
    #[arg(long)]
    pub no_read_back: bool,
    /// Measures only these variants.
    #[arg(long, value_name = "VARIANT")]
    only: Vec<Variant>,
    /// The flag that cargo passes to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
    /// The role of this process. If omitted, the process is the client.
    #[command(subcommand)]
    pub role: Option<Role>,
}

#[derive(Debug, Subcommand)]
#[command(hide = true)]
pub enum Role {
    /// The instant vendor.
    Vendor { listen: SocketAddr },
    /// The pass-through. If there is a store, it commits every document.
    Bare { listen: SocketAddr, vendor: SocketAddr, store: Option<PathBuf> },
}

impl Options {
    pub fn variants(&self) -> Vec<Variant> {
        let wanted = |variant: &Variant| self.only.is_empty() || self.only.contains(variant);
        Variant::ALL.into_iter().filter(wanted).collect()
    }

    pub fn rounds(&self) -> usize {
        if self.quick { 3 } else { self.rounds.max(1) }
    }

    pub fn window(&self) -> Duration {
        Duration::from_secs_f64(if self.quick { 0.6 } else { self.seconds.clamp(0.1, 3600.0) })
    }

    /// Returns the length of the load before a window. This load fills caches and opens connections, and is not
    /// measured.
    pub fn warm_up(&self) -> Duration {
        self.window().min(Duration::from_millis(500)) / 2
    }
}
