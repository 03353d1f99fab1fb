//! Leaf values with their own meaning.

mod duration;
mod text;
