//! The printed report.

use std::io::Write;

use crate::{
    measuring::{process::Memory, statistics::median},
    rounds::Window,
    starts::Starts,
    variant::Variant,
};

/// Writes the medians of all rounds, and the ratios within each round.
///
/// # Errors
/// Fails if the report cannot be written.
pub fn table(
    out: &mut impl Write,
    variants: &[Variant],
    rounds: &[Vec<Window>],
    reads_back: bool,
) -> std::io::Result<()> {
    writeln!(
        out,
        "\n{:<16} {:>9} {:>11} {:>8} {:>8} {:>7} {:>7}  ratio of CPU (rounds)",
        "variant", "CPU us", "requests/s", "p50 ms", "p99 ms", "vendor", "bytes"
    )?;
    for variant in variants {
        let windows: Vec<_> = rounds.iter().filter_map(|round| window_of(round, *variant)).collect();
        let median = |value: fn(&Window) -> f64| median(windows.iter().copied().map(value));
        writeln!(
            out,
            "{:<16} {:>9.1} {:>11.0} {:>8.2} {:>8.2} {:>7.2} {:>7.0}  {}",
            variant.name(),
            median(|window| window.cpu_us),
            median(|window| window.requests_per_s),
            median(|window| f64::from(window.p50_us) / 1e3),
            median(|window| f64::from(window.p99_us) / 1e3),
            median(|window| window.vendor_calls),
            median(|window| window.answer_bytes),
            ratios(*variant, rounds, reads_back)
        )?;
    }
    writeln!(out, "CPU: the server's own processor time for each request, user and system.")
}

/// Compares a variant with each of its bases.
fn ratios(variant: Variant, rounds: &[Vec<Window>], reads_back: bool) -> String {
    let aims = variant.aims(reads_back).iter();
    let ratios: Vec<_> = aims.filter_map(|(base, most)| ratio(variant, *base, *most, rounds)).collect();
    ratios.join("; ")
}

/// Returns the median of the ratios within each round. Ratios are computed within a round because its windows
/// are close in time.
fn ratio(variant: Variant, base: Variant, most: f64, rounds: &[Vec<Window>]) -> Option<String> {
    let cpu = |round: &[Window], variant| window_of(round, variant).map(|window| window.cpu_us);
    let ratios: Vec<_> =
        rounds.iter().filter_map(|round| Some(cpu(round, variant)? / cpu(round, base)?)).collect();
    let (least, largest) =
        (ratios.iter().copied().reduce(f64::min)?, ratios.iter().copied().reduce(f64::max)?);
    let ratio = median(ratios.iter().copied());
    let aim = match most {
        f64::INFINITY => String::new(),
        most => format!(", aim {most}: {}", met(ratio <= most)),
    };
    Some(format!("{ratio:.3} x {} ({least:.3} to {largest:.3}){aim}", base.name()))
}

/// Writes the memory after the load, and compares it with the aim.
///
/// # Errors
/// Fails if the report cannot be written.
pub fn memory_after_load(out: &mut impl Write, after: Memory) -> std::io::Result<()> {
    memory(out, "after the load", after)?;
    writeln!(out, "aim 64 MB: {}", met(after.resident <= 64_000_000))
}

fn memory(out: &mut impl Write, when: &str, memory: Memory) -> std::io::Result<()> {
    let mb = |bytes: u64| bytes as f64 / 1e6;
    let Memory { resident, anonymous, peak } = memory;
    writeln!(
        out,
        "memory {when}: {:.1} MB resident ({:.1} anonymous), {:.1} at most",
        mb(resident),
        mb(anonymous),
        mb(peak)
    )
}

/// # Errors
/// Fails if the report cannot be written.
pub fn starts(out: &mut impl Write, store: &str, starts: &Starts) -> std::io::Result<()> {
    let took = median(starts.took.iter().map(|took| took.as_secs_f64() * 1e3));
    writeln!(
        out,
        "\n{} starts over {store}: first answer after {took:.1} ms, aim 50: {}",
        starts.took.len(),
        met(took <= 50.0)
    )?;
    memory(out, "at rest", starts.idle)?;
    writeln!(out, "aim 20 MB: {}", met(starts.idle.resident <= 20_000_000))
}

fn window_of(round: &[Window], variant: Variant) -> Option<&Window> {
    round.iter().find(|window| window.variant == variant)
}

fn met(is: bool) -> &'static str {
    if is { "met" } else { "missed" }
}
