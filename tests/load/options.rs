//! The command line.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use clap::{Parser, Subcommand};

use crate::variant::Variant;

/// Measures Switchboard under load, beside the least that could do its work.
#[derive(Debug, Parser)]
pub struct Options {
    /// How often each variant is measured.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// How long one window is, in seconds.
    #[arg(long, default_value_t = 3.0)]
    seconds: f64,
    /// Connections at once, each with an agent of its own.
    #[arg(long, default_value_t = 64)]
    pub connections: usize,
    /// How often the gateway is started over each store.
    #[arg(long, default_value_t = 10)]
    pub starts: usize,
    /// Three rounds of short windows.
    #[arg(long, conflicts_with_all = ["rounds", "seconds"])]
    quick: bool,
    /// Leaves out reading records back after they were written, which is a second conversation with the vendor.
    #[arg(long)]
    pub no_read_back: bool,
    /// Measures only these.
    #[arg(long, value_name = "VARIANT")]
    only: Vec<Variant>,
    /// What cargo tells every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
    /// Which of the processes around the gateway this is; none is the client.
    #[command(subcommand)]
    pub role: Option<Role>,
}

#[derive(Debug, Subcommand)]
#[command(hide = true)]
pub enum Role {
    /// The instant vendor.
    Vendor { listen: SocketAddr },
    /// The pass-through; with a store, it commits.
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

    /// What is not counted of the load before a window: caches fill, connections open.
    pub fn warm_up(&self) -> Duration {
        self.window().min(Duration::from_millis(500)) / 2
    }
}
