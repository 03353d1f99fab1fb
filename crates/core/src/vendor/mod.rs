//! One vendor as a value: its adapter, its resources, and the conversations with it.

mod account;
mod adapter;
mod exchange;
mod recovery;
mod sample;
mod settings;

pub use account::Account;
pub use adapter::{Adapter, BuildResult, Creation, Descriptor, Factory, ReadBack, Remote, Resource, Setting};
pub use exchange::{Body, Exchange, Method, Reader, Reply, Request};
pub use recovery::{LostCreation, matches_creation};
pub use sample::Sample;
pub use settings::Settings;
