//! Migrations of agents between vendors. Planning changes nothing at a vendor. An agent moves without downtime, and its
//! move can be rolled back until the cut-over.
//!
//! ```text
//!            plan ── plan_id ──▶ start                           (one commit: the migration and its moves)
//!                                  │
//!   waiting ──▶ making ──────────▶ cut-over ──▶ retiring ──▶ moved
//!                 │  the successor   one commit: the agent takes the successor's placement,
//!                 │  is created at   and a leftover takes the agent's old placement
//!                 │  the new vendor
//!                 ▼
//!            rolling back ──▶ failed, rolled back
//! ```
//!
//! A *successor* is a hidden record with the agent's desired state, placed at the new vendor. An ordinary operation
//! creates the successor, so the successor is neither lost nor created twice if the process is killed. A *leftover* is a
//! hidden record with the old placement. An ordinary deletion removes the leftover. If the old copy is kept instead, the
//! hidden record is a *standby*. If the agent moves back, the standby becomes the successor.
//!
//! * `selection` reads the selection of agents, and `plan` computes their losses.
//! * `start` starts a migration if its plan is still valid. `control` pauses, resumes and cancels a migration.
//! * A background task keeps a limited number of moves underway. `steps` executes one step of a move: preparing the
//!   `successor`, the `cut_over`, a `roll_back`, or the `release` of the objects that are bound to a standby. The store
//!   holds the state of all moves, so a process can be killed at any moment, and several processes can drive the same
//!   migration.

mod control;
mod cut_over;
mod migration;
mod migration_answer;
mod mover;
mod plan;
mod plan_answer;
mod query;
mod release;
mod roll_back;
mod selection;
mod start;
mod start_request;
mod steps;
mod successor;

pub use control::Order;
pub use migration::{Cause, Counts, Migration, MigrationSpec, Move, OPEN_STATES, Stage, State, accepted};
pub use migration_answer::{MigrationAnswer, MoveAnswer, MoveStatus};
pub use mover::Mover;
pub use plan::MigrationPlan;
pub use plan_answer::PlanAnswer;
pub use selection::{Filter as MigrationFilter, PlacementFilter, Selection};
pub use start_request::{OnBlocked, Start};
