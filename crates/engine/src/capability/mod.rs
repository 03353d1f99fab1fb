//! The capabilities of vendors, side by side. The module derives them from the adapters' rules. The API, the OpenAPI
//! document, the documentation page, the READMEs and the command line use them.

mod diff;
pub mod markdown;
mod matrix;
pub mod table;
mod wording;

pub use diff::{Change, Difference, difference};
pub use matrix::{Column, Matrix, built_in};
pub use wording::{limits, support};
