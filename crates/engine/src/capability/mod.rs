//! The capabilities of vendors, side by side. They are derived from the adapters' rules, and used by the API, the OpenAPI
//! document, the documentation page, the READMEs and the command line.

mod diff;
pub mod markdown;
mod matrix;
pub mod table;
mod wording;

pub use diff::{Change, Difference, difference};
pub use matrix::{Column, Matrix, built_in};
pub use wording::{limits, support};
