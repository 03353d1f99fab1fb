//! Background tasks: their driver, and one file for each task.

mod count;
mod damage;
mod driver;
mod gauges;
mod handles;
mod index;
mod last_run;
mod migrations;
mod operations;
mod poll;
mod realign;
mod sweep;
mod task;
mod wake;

pub use count::CountTask;
pub use driver::Driver;
pub use gauges::Gauges;
pub use handles::Handles;
pub use index::{IndexTask, RoutesTask};
pub use migrations::MigrationsTask;
pub use operations::OperationsTask;
pub use poll::PollTask;
pub use realign::RealignTask;
pub use sweep::SweepTask;
pub use task::{BackgroundTask, Next, Schedule};
pub use wake::{DirtySet, MoveWaker, WakeSignal};
