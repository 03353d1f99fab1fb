//! The printed report.

use std::{io::Write, path::Path};

use crate::{
    cost::Cost,
    measuring::{machine, statistics::median},
    moving::MeasuredMigration,
    options::Options,
    planning::Rounds,
    stage::Stage,
};

/// Writes the conditions on which the results depend and, for profiling, the process ids.
///
/// # Errors
/// Fails if the system does not report the conditions.
pub fn conditions(
    out: &mut impl Write,
    options: &Options,
    stage: &Stage,
    folder: &Path,
) -> anyhow::Result<()> {
    machine::print(out, folder)?;
    writeln!(out, "agents       {}, of which {} move at a time", options.agents(), options.moves())?;
    writeln!(
        out,
        "rounds       {}, vendors answer after {:?}",
        options.rounds(),
        options.latency().unwrap_or_default()
    )?;
    writeln!(out, "processes    gateway {}, vendors {}", stage.gateway.process.id(), stage.vendors.id())?;
    Ok(out.flush()?)
}

/// Writes the medians of all rounds.
///
/// # Errors
/// Fails if the report cannot be written.
pub fn plans(out: &mut impl Write, agents: usize, rounds: &Rounds) -> std::io::Result<()> {
    writeln!(
        out,
        "\n{:<13} {:>8} {:>8} {:>9} {:>8} {:>8} {:>8} {:>9} {:>7}",
        "plan", "wall ms", "CPU ms", "CPU us/1", "MB", "at most", "after", "answer MB", "vendor"
    )?;
    for (place, name) in ["cold", "warm"].into_iter().enumerate() {
        let plans = || rounds.iter().map(|round| &round[place]);
        let cost = |value: fn(&Cost) -> f64| median(plans().map(|plan| value(&plan.cost)));
        let cpu = cost(|cost| cost.gateway_cpu_s);
        writeln!(
            out,
            "{name:<13} {:>8.0} {:>8.0} {:>9.1} {:>8.1} {:>8.1} {:>8.1} {:>9.1} {:>7.0}",
            cost(|cost| cost.wall.as_secs_f64()) * 1e3,
            cpu * 1e3,
            cpu * 1e6 / agents as f64,
            cost(|cost| mb(cost.memory[0])),
            cost(|cost| mb(cost.memory[1])),
            cost(|cost| mb(cost.memory[2])),
            median(plans().map(|plan| mb(plan.bytes as u64))),
            cost(asked),
        )?;
    }
    let ratios = rounds.iter().map(|[cold, warm]| warm.cost.gateway_cpu_s / cold.cost.gateway_cpu_s);
    writeln!(out, "CPU: the gateway's own, user and system. Warm is {:.2} x cold.", median(ratios))
}

/// Writes the medians of all migrations of each kind, next to the cost of creating an agent.
///
/// # Errors
/// Fails if the report cannot be written.
pub fn moves(
    out: &mut impl Write,
    created: &MeasuredMigration,
    journeys: &[MeasuredMigration],
) -> std::io::Result<()> {
    writeln!(
        out,
        "\n{:<13} {:>8} {:>7} {:>9} {:>11} {:>8} {:>8} {:>8} {:>7}",
        "move", "wall s", "each/s", "CPU ms/1", "vendors' ms", "MB", "at most", "after", "vendor"
    )?;
    let kinds = kinds([created].into_iter().chain(journeys));
    for (name, kind) in &kinds {
        let each = |value: fn(&Cost) -> f64| {
            median(kind.iter().map(|journey| value(&journey.cost) / journey.moves as f64))
        };
        let whole = |value: fn(&Cost) -> f64| median(kind.iter().map(|journey| value(&journey.cost)));
        writeln!(
            out,
            "{name:<13} {:>8.2} {:>7.0} {:>9.2} {:>11.2} {:>8.1} {:>8.1} {:>8.1} {:>7.2}",
            whole(|cost| cost.wall.as_secs_f64()),
            1.0 / each(|cost| cost.wall.as_secs_f64()),
            each(|cost| cost.gateway_cpu_s) * 1e3,
            each(|cost| cost.vendors_cpu_s) * 1e3,
            whole(|cost| mb(cost.memory[0])),
            whole(|cost| mb(cost.memory[1])),
            whole(|cost| mb(cost.memory[2])),
            each(asked),
        )?;
    }
    writeln!(out, "\nrequests to vendors for each")?;
    for (name, kind) in &kinds {
        let Some(last) = kind.last() else { continue };
        let asked = last.cost.requests.iter().map(|((vendor, operation), count)| {
            format!("{vendor} {operation} {:.2}", *count as f64 / last.moves as f64)
        });
        writeln!(out, "{name:<13} {}", asked.collect::<Vec<_>>().join(", "))?;
    }
    Ok(())
}

/// Groups the migrations by kind, in the order in which the kinds occur first.
fn kinds<'a>(
    journeys: impl Iterator<Item = &'a MeasuredMigration>,
) -> Vec<(&'a str, Vec<&'a MeasuredMigration>)> {
    let mut kinds: Vec<(&str, Vec<&MeasuredMigration>)> = Vec::new();
    for journey in journeys {
        match kinds.iter_mut().find(|(name, _)| *name == journey.name) {
            Some((_, kind)) => kind.push(journey),
            None => kinds.push((&journey.name, vec![journey])),
        }
    }
    kinds
}

/// Returns the number of requests to any vendor.
fn asked(cost: &Cost) -> f64 {
    cost.requests.values().sum::<usize>() as f64
}

fn mb(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
