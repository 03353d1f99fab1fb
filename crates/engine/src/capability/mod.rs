//! What vendors can hold, side by side: one set of rows, read off the adapters' rules, for the API, the document, the
//! docs page, the READMEs and the terminal.

mod diff;
pub mod markdown;
mod matrix;
mod wording;

pub use diff::{Change, Difference, difference};
pub use matrix::{Column, Matrix, built_in};
pub use wording::{limits, support};
