//! The command line.

use std::net::SocketAddr;

use clap::{Parser, Subcommand};

/// Measures the service of one caller while other clients overload the gateway.
#[derive(Debug, Parser)]
pub struct Options {
    /// Length of the overload, in minutes.
    #[arg(long, default_value_t = 10.0)]
    pub minutes: f64,
    /// Length of the measurement of the caller alone, in seconds.
    #[arg(long, default_value_t = 20.0)]
    pub alone_seconds: f64,
    /// The flag that cargo passes to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
    /// The role of this process. If omitted, the process is the caller.
    #[command(subcommand)]
    pub role: Option<Role>,
}

#[derive(Debug, Subcommand)]
#[command(hide = true)]
pub enum Role {
    /// The vendor that answers immediately.
    Vendor { listen: SocketAddr },
    /// The vendor that never answers a write.
    Hanging { listen: SocketAddr },
    /// The clients that overload the gateway.
    Clients {
        /// Address of the API.
        api: SocketAddr,
        /// Path of the agent at the hanging vendor.
        writes_at: String,
        /// Paths of the agents at the other vendor.
        paths: Vec<String>,
    },
}
