//! Survival trials. The real binary is killed, starved of vendors and given wrong answers, and then checked
//! against the states that it has acknowledged.
//!
//! `.ci/survive [SEED]` runs all trials at full length. All randomness derives from a seed that is printed at
//! the start. The machine determines when exactly a process dies, so the same seed repeats the actions but
//! not every race.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops where it fails")]

mod caller;
mod compare_and_set;
mod dials;
mod drafts;
#[expect(dead_code, unused_imports, reason = "the other tests use more of it")]
#[path = "../harness/mod.rs"]
mod harness;
mod kill_matrix;
mod late;
mod ledger;
mod model;
mod moving;
mod numbers;
mod one_key;
mod one_to_one;
mod outage;
mod personas;
mod postgres;
mod random_kills;
mod reload_storm;
mod scale;
mod side_objects;
mod site;
mod vendor_bodies;

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
};

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use switchboard_sandbox::Vendor;
use tokio::{runtime::Runtime, sync::RwLock};

use crate::{harness::Numbers, scale::Scale};

/// The default number of concurrent trials. Trials spend most of their time waiting.
const PARALLEL: usize = 4;

/// The lock for trials that measure rates or send as many requests as possible. These trials run alone.
static MACHINE: RwLock<()> = RwLock::const_new(());

/// The share of the machine that a trial needs.
#[derive(Clone, Copy)]
enum MachineUse {
    Shared,
    Alone,
}

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(PARALLEL);
    let scale = Scale::from_environment();
    eprintln!("survival: {scale:?}");
    let conclusion = libtest_mimic::run(&arguments, trials(scale));
    dials::print_totals();
    conclusion.exit_code()
}

fn trials(scale: Scale) -> Vec<Trial> {
    use MachineUse::{Alone, Shared};
    let mut trials = Vec::new();
    for vendor in Vendor::ALL {
        let killed = format!("killed_at_every_point::{vendor}");
        trials.push(trial(scale, Shared, killed, async move |_| kill_matrix::at(vendor).await));
        let modelled = format!("as_the_model_says::{vendor}");
        trials.push(trial(scale, Shared, modelled, move |scale| model::holds(vendor, scale)));
        let dialled = format!("dialled_at_most_once::{vendor}");
        trials.push(trial(scale, Shared, dialled, move |scale| dials::at(vendor, scale)));
        let followed = format!("many_live_calls::{vendor}");
        trials.push(trial(scale, Shared, followed, move |scale| dials::many_at(vendor, scale)));
        // OpenCX sells a number with each creation, so only an operator repeats a creation whose answer was lost.
        if vendor != Vendor::OPENCX {
            let late = format!("late_in_any_order::{vendor}");
            trials.push(trial(scale, Shared, late, move |scale| late::at(vendor, scale)));
        }
    }
    for numbers in Numbers::ALL {
        let name = format!("killed_beside_a_number::{}", numbers.vendor);
        trials.push(trial(scale, Shared, name, move |scale| numbers::at_every_step(numbers, scale)));
    }
    use side_objects::{TOOLS, WEBHOOK, at_every_step};
    let one_key = async |_| one_key::in_one_process().await;
    let one_key_at_two = async |_, url| one_key::over_two_replicas(url).await;
    let at_the_vendor = async |_| compare_and_set::at_the_vendor().await;
    let number_at_two = async |_, url| numbers::over_two_replicas(url).await;
    let part_at_two = async |_, url| side_objects::over_two_replicas(url).await;
    let count_at_two = async |_, url| compare_and_set::over_two_replicas(url).await;
    trials.extend([
        trial(scale, Shared, "killed_at_random::on_sqlite", random_kills::on_sqlite),
        trial(scale, Shared, "killed_beside_a_webhook", |scale| at_every_step(WEBHOOK, scale)),
        trial(scale, Shared, "killed_beside_a_tool", |scale| at_every_step(TOOLS, scale)),
        trial(scale, Shared, "killed_before_a_promotion", personas::at_every_step),
        trial(scale, Shared, "killed_beside_a_draft", drafts::at_every_step),
        trial(scale, Shared, "one_key::in_one_process", one_key),
        trial(scale, Shared, "a_storm_of_configurations", reload_storm::run),
        trial(scale, Shared, "moving::there_and_back", moving::there_and_back),
        trial(scale, Shared, "moving::kept_aside", moving::kept_aside),
        trial(scale, Shared, "moving::paused_resumed_and_cancelled", moving::orders),
        on_postgres(scale, Shared, "moving::over_two_replicas", moving::over_two_replicas),
        trial(scale, Alone, "compare_and_set::here", async |_| compare_and_set::here().await),
        trial(scale, Alone, "compare_and_set::at_the_vendor", at_the_vendor),
        trial(scale, Alone, "a_vendor_is_down", outage::run),
        on_postgres(scale, Shared, "killed_at_random::on_postgres", random_kills::on_postgres),
        on_postgres(scale, Shared, "dialled_at_most_once::over_two_replicas", dials::over_two_replicas),
        on_postgres(scale, Shared, "dialled_at_most_once::by_a_stopped_process", dials::before_the_dial),
        trial(scale, Shared, "found_without_an_id::by_list", dials::by_list),
        trial(scale, Shared, "found_without_an_id::by_number", dials::by_number),
        on_postgres(scale, Shared, "one_key::over_two_replicas", one_key_at_two),
        on_postgres(scale, Shared, "one_number::over_two_replicas", number_at_two),
        on_postgres(scale, Shared, "one_lost_part::over_two_replicas", part_at_two),
        on_postgres(scale, Alone, "compare_and_set::over_two_replicas", count_at_two),
    ]);
    trials
}

fn trial<F: Future<Output = ()>>(
    scale: Scale,
    room: MachineUse,
    name: impl Into<String>,
    run: impl FnOnce(Scale) -> F + Send + 'static,
) -> Trial {
    let name = name.into();
    Trial::test(name.clone(), move || repeatable(scale, room, &name, run(scale)))
}

/// Builds a trial that is skipped if there is no PostgreSQL server.
fn on_postgres<F: Future<Output = ()>>(
    scale: Scale,
    room: MachineUse,
    name: &'static str,
    run: impl FnOnce(Scale, String) -> F + Send + 'static,
) -> Trial {
    Trial::ignorable_test(name, move || match postgres::server() {
        None => Ok(Completion::ignored_with(format!("{} is not set", postgres::SERVER))),
        Some(server) => {
            let run = async move { run(scale, postgres::fresh(&server).await).await };
            repeatable(scale, room, name, run).map(|()| Completion::Completed)
        }
    })
}

/// Runs a trial. If it fails, prints the command that repeats it.
fn repeatable(
    scale: Scale,
    room: MachineUse,
    name: &str,
    run: impl Future<Output = ()>,
) -> Result<(), Failed> {
    let runtime = Runtime::new()?;
    let placed = async {
        match room {
            MachineUse::Shared => {
                let _place = MACHINE.read().await;
                run.await;
            }
            MachineUse::Alone => {
                let _place = MACHINE.write().await;
                run.await;
            }
        }
    };
    let ran = catch_unwind(AssertUnwindSafe(|| runtime.block_on(placed)));
    ran.map_err(|why| {
        format!("{}\nseed {}; again: {}", panic_message(&*why), scale.seed, scale.again(name)).into()
    })
}

fn panic_message(why: &(dyn Any + Send)) -> &str {
    let text = why.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| why.downcast_ref::<&str>().copied()).unwrap_or("it panicked")
}
