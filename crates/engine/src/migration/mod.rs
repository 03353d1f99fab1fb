//! Moving agents between vendors: planned for nothing, carried out without a gap, with a way back.
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
//! * [`selection`] reads which agents are meant, [`move_impact`] says what each of them would lose, by a
//!   [`loss_diff`] of reports, [`plan`] does so for all.
//! * [`start`] begins what was planned, if the world is still the same; [`control`] pauses and cancels it.
//! * [`drive`] keeps a bounded number of moves underway; [`steps`] takes one step of one of them: it prepares the
//!   [`successor`], then comes [`cut_over`], or [`discard`]. All that they go by is in the store, so they can be killed at any
//!   moment, and several processes can drive the same migration; [`waker`] only spare them looks at moves that wait.
//! * [`automatic`] moves misplaced agents where the configuration says so.

mod answer;
mod automatic;
mod control;
mod cut_over;
mod discard;
mod drive;
mod loss_diff;
mod move_impact;
mod plan;
mod record;
mod selection;
mod start;
mod steps;
mod successor;
mod waker;

pub use control::Order;
pub use record::{Migration, Move, accepted};
pub use selection::Selection;
pub use start::Start;
pub use waker::MoveWaker;
