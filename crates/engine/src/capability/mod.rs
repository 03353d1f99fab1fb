//! The capabilities of vendors, side by side, and the effects of moves between vendors. The module derives both from
//! the adapters' rules. The API, the OpenAPI document, the documentation pages, the READMEs and the command line use them.

mod diff;
pub mod markdown;
mod matrix;
mod outline;
pub mod table;
mod with_calls;
mod wording;

pub use diff::{Change, Difference, difference};
pub use matrix::{Column, Matrix, built_in};
pub use outline::{Effect, FieldOutline, MoveOutline, Need};
pub use wording::{limits, support};
