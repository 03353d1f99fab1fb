//! The printed report.

use std::io::Write;

use crate::{
    measuring::{process::Memory, statistics::median},
    options::Options,
    requests::{Pair, Window},
    stores::Starts,
};

/// The aims: the ratio of costs, the duration of a start in milliseconds, and the resident memory in bytes.
const RATIO: f64 = 1.2;
const START_MS: f64 = 100.0;
const RESIDENT: u64 = 128_000_000;

/// # Errors
/// Fails if the report cannot be written.
pub fn conditions(out: &mut impl Write, options: &Options) -> std::io::Result<()> {
    let Options { small, large, connections, .. } = options;
    writeln!(
        out,
        "agents       {small} in one store, {large} in the other, of which all but {small} are copies; 5,000 bytes each\n\
         load         {connections} connections; one instant vendor, no reading back\n\
         windows      {} s each, {} rounds, both stores in turn",
        options.window().as_secs_f64(),
        options.rounds,
    )
}

/// Writes the medians of all rounds, and the ratios within each round.
///
/// # Errors
/// Fails if the report cannot be written.
pub fn table(out: &mut impl Write, options: &Options, rounds: &[Vec<Pair>]) -> std::io::Result<()> {
    writeln!(
        out,
        "\n{:<19} {:>10} {:>10} {:>8} {:>8} {:>8} {:>8}  ratio of CPU (rounds), aim {RATIO}",
        "request", options.small, options.large, "p50 ms", "p50 ms", "bytes", "bytes"
    )?;
    let mut names: Vec<_> = rounds.iter().take(1).flatten().map(|(name, ..)| name.clone()).collect();
    names.dedup();
    for name in names {
        let pairs: Vec<_> = rounds.iter().flatten().filter(|(of, ..)| *of == name).collect();
        let of = |pick: fn(&Pair) -> f64| median(pairs.iter().map(|pair| pick(pair)));
        let ratios: Vec<_> = pairs.iter().map(|(_, small, large)| large.cpu_us / small.cpu_us).collect();
        let ratio = median(ratios.iter().copied());
        let p50 = |window: &Window| f64::from(window.p50_us) / 1e3;
        writeln!(
            out,
            "{name:<19} {:>7.1} us {:>7.1} us {:>8.2} {:>8.2} {:>8.0} {:>8.0}  {ratio:.2} ({:.2} to {:.2}) {}",
            of(|pair| pair.1.cpu_us),
            of(|pair| pair.2.cpu_us),
            median(pairs.iter().map(|pair| p50(&pair.1))),
            median(pairs.iter().map(|pair| p50(&pair.2))),
            of(|pair| pair.1.answer_bytes),
            of(|pair| pair.2.answer_bytes),
            ratios.iter().copied().fold(f64::INFINITY, f64::min),
            ratios.iter().copied().fold(0.0, f64::max),
            met(ratio <= RATIO),
        )?;
    }
    writeln!(out, "CPU: the gateway's own processor time for each request, user and system.")
}

/// # Errors
/// Fails if the report cannot be written.
pub fn memory(out: &mut impl Write, when: &str, memory: Memory) -> std::io::Result<()> {
    let mb = |bytes: u64| bytes as f64 / 1e6;
    let Memory { resident, anonymous, peak } = memory;
    writeln!(
        out,
        "memory of {when}: {:.1} MB resident ({:.1} anonymous), {:.1} at most; aim 128 MB: {}",
        mb(resident),
        mb(anonymous),
        mb(peak),
        met(resident <= RESIDENT)
    )
}

/// # Errors
/// Fails if the report cannot be written.
pub fn starts(out: &mut impl Write, options: &Options, starts: &Starts) -> std::io::Result<()> {
    let ms: Vec<_> = starts.took.iter().map(|took| took.as_secs_f64() * 1e3).collect();
    let took = median(ms.iter().copied());
    let each: Vec<_> = ms.iter().map(|ms| format!("{ms:.0}")).collect();
    writeln!(
        out,
        "{} starts over {} agents, each after a kill: first answer after {took:.1} ms ({}), aim {START_MS}: {}",
        ms.len(),
        options.large,
        each.join(", "),
        met(took <= START_MS)
    )?;
    memory(out, "the large store, at rest", starts.idle)
}

fn met(is: bool) -> &'static str {
    if is { "met" } else { "missed" }
}
