//! The cases, by what they are about.

pub mod lists;
pub mod races;
pub mod values;
pub mod writes;
