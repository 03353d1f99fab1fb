//! The command line.

use std::time::Duration;

use clap::Parser;

/// Measures the planning of migrations, and the moves of agents between vendors.
#[derive(Debug, Parser)]
pub struct Options {
    /// Number of agents to create and plan; the simulated vendor accepts 10,000.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(2..=10_000))]
    agents: u64,
    /// Number of agents that move at a time.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    moves: u64,
    /// Number of measurements. The number of agents limits it, because each agent moves there and back once.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=1000))]
    rounds: u64,
    /// Delay of the vendors' answers, in milliseconds.
    #[arg(long, default_value_t = 0)]
    vendor_ms: u64,
    /// Creates 50 agents and moves 20 of them, once.
    #[arg(long, conflicts_with_all = ["agents", "moves", "rounds"])]
    quick: bool,
    /// The flag that cargo passes to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

impl Options {
    pub fn agents(&self) -> usize {
        if self.quick { 50 } else { self.agents as usize }
    }

    pub fn moves(&self) -> usize {
        if self.quick { 20 } else { self.moves as usize }
    }

    pub fn rounds(&self) -> usize {
        if self.quick { 1 } else { self.rounds as usize }
    }

    pub fn latency(&self) -> Option<Duration> {
        (self.vendor_ms > 0).then(|| Duration::from_millis(self.vendor_ms))
    }
}
