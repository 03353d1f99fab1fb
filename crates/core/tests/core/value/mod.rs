//! Leaf values with a meaning of their own.

mod duration;
mod text;
