//! The normalized model.
