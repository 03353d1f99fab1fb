//! Migrations between vendors: planned without side effects, executed without downtime, reversible.
//!
//! ```text
//!            plan ── plan_id ──▶ start                           (one commit: the migration and its moves)
//!                                  │
//!   waiting ──▶ making ──────────▶ cut over ──▶ retiring ──▶ moved
//!                 │  the successor   one commit: the agent takes the successor's place,
//!                 │  is made at      and the place it leaves becomes a leftover
//!                 │  the new vendor
//!                 ▼
//!            rolling back ──▶ failed, rolled back
//! ```
//!
//! A *successor* is a hidden record with the agent's desired state, placed at the new vendor. An ordinary operation makes it,
//! so it is found again after a kill and never made twice. A *leftover* is a hidden record with the old place: removed by an
//! ordinary deletion, or kept aside, where it is the successor of the way back.
//!
//! * [`selection`] reads which agents are meant, and [`plan`] says what each of them would lose.
//! * [`start`] begins what was planned, if the world is still the same; [`control`] pauses and cancels it.
//! * The background keeps a bounded number of moves underway; [`steps`] takes one step of one of them: it prepares the
//!   [`successor`], then comes [`cut_over`], or [`roll_back`]. All that they go by is in the store, so they can be killed at any
//!   moment, and several processes can drive the same migration.

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
