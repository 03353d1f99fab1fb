//! Planning of writes: the placement, the requests, and the losses.

mod arrival;
mod change;
mod condition;
mod loss_diff;
mod move_impact;
mod planner;
mod preview;
mod route;
mod route_check;
mod route_table;
mod routing;
pub mod weights;

pub use change::{PlannedChange, refuse_self};
pub use condition::{has, matches, speaks, takes};
pub use loss_diff::LossDiff;
pub use move_impact::MoveImpact;
pub use planner::Planner;
pub use preview::{Preview, PreviewedRequest, difference, preview_steps};
pub use route::Route;
