//! The printed report.

use std::{io::Write, time::Duration};

use crate::{caller::Served, measuring::process::Memory, watch::Seen};

const MIB: f64 = 1024.0 * 1024.0;

/// Writes the answers that the caller received.
///
/// # Errors
/// Fails if the report cannot be written.
pub fn caller(out: &mut impl Write, name: &str, served: &Served, time: Duration) -> std::io::Result<()> {
    let statuses: Vec<_> =
        served.by_status.iter().map(|(status, count)| format!("{count} x {status}")).collect();
    writeln!(
        out,
        "{name:<12} {:.0} s: {:.0} successes/s, p50 {:.1} ms, p99 {:.1} ms, longest time without one {:.1} s; answers: {}",
        time.as_secs_f64(),
        rate(served, time),
        quantile(&served.latencies, 0.5),
        quantile(&served.latencies, 0.99),
        served.longest_gap.as_secs_f64(),
        statuses.join(", ")
    )
}

/// Writes the share of the caller's requests that succeeded, and the rate compared with the caller alone.
///
/// # Errors
/// Fails if the report cannot be written.
pub fn goodput(
    out: &mut impl Write,
    (quiet, alone): (&Served, Duration),
    (busy, whole): (&Served, Duration),
    cpu_s: f64,
) -> std::io::Result<()> {
    let all: u64 = busy.by_status.values().sum();
    let share = busy.latencies.len() as f64 / all.max(1) as f64;
    writeln!(
        out,
        "goodput      {:.1} % of the caller's requests succeeded; {:.0} % of its rate alone; the gateway used {:.0} % of one core",
        share * 100.0,
        rate(busy, whole) / rate(quiet, alone) * 100.0,
        cpu_s / whole.as_secs_f64() * 100.0
    )
}

/// Writes the health and the memory of the gateway.
///
/// # Errors
/// Fails if the report cannot be written.
pub fn watched(out: &mut impl Write, seen: &Seen, after: Memory) -> std::io::Result<()> {
    let slow = seen.livez_ms.iter().filter(|ms| **ms > 100.0).count();
    writeln!(
        out,
        "livez        {} answers, {} without an answer: p50 {:.1} ms, p99 {:.1} ms, longest {:.1} ms, {slow} over 100 ms",
        seen.livez_ms.len(),
        seen.unanswered,
        quantile(&seen.livez_ms, 0.5),
        quantile(&seen.livez_ms, 0.99),
        seen.livez_ms.last().copied().unwrap_or(f64::NAN),
    )?;
    writeln!(
        out,
        "memory       highest resident {:.0} MiB seen, {:.0} MiB peak, {:.0} MiB afterwards",
        seen.resident as f64 / MIB,
        after.peak as f64 / MIB,
        after.resident as f64 / MIB
    )
}

fn rate(served: &Served, time: Duration) -> f64 {
    served.latencies.len() as f64 / time.as_secs_f64()
}

/// Returns the quantile of sorted values; NaN for no values.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let index = (sorted.len().saturating_sub(1)) as f64 * share;
    sorted.get(index.round() as usize).copied().unwrap_or(f64::NAN)
}
