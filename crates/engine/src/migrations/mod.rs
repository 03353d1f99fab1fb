//! Migrations between vendors: planned without side effects, executed without downtime, reversible.
//!
//! ```text
//!            plan ── plan_id ──▶ start                           (one commit: the migration and its moves)
//!                                  │
//!   waiting ──▶ making ──────────▶ cut-over ──▶ retiring ──▶ moved
//!                 │  the successor   one commit: the agent takes the successor's place,
//!                 │  is created at   and the place it leaves becomes a leftover
//!                 │  the new vendor
//!                 ▼
//!            rolling back ──▶ failed, rolled back
//! ```
//!
//! A *successor* is a hidden record with the agent's desired state, placed at the new vendor. An ordinary operation creates
//! it, so it is found again after a kill and never created twice. A *leftover* is a hidden record with the old placement. An
//! ordinary deletion removes it, or it becomes a *standby*: the successor of the way back.
//!
//! * `selection` reads which agents a caller selects, and `plan` computes their losses.
//! * `start` starts a migration if nothing that its plan depends on has changed; `control` pauses and cancels it.
//! * The background keeps a bounded number of moves underway. `steps` executes one step of a move: it prepares the
//!   `successor`, then comes the `cut_over` or a `roll_back`. The store holds all their state, so a process can be
//!   killed at any moment, and several processes can drive the same migration.

mod control;
mod cut_over;
mod migration;
mod migration_answer;
mod mover;
mod plan;
mod plan_answer;
mod query;
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
