//! One vendor as a value: its adapter, its resources, and the conversations with it.

mod account;
mod adapter;
mod exchange;
mod recovery;
mod remote;
mod resource;
mod sample;
mod settings;

pub use account::Account;
pub use adapter::{Adapter, BuildResult, Descriptor, Factory, ReadBack, Setting, Trial, TrialAgents};
pub use exchange::{Body, Exchange, Method, Reader, Reply, Request};
pub use recovery::LostCreation;
pub use remote::{Coverage, Fetched, FoundPart, Performed, Remote};
pub use resource::{OperationKey, Resource, SingleObject, StepContext};
pub use sample::Sample;
pub use settings::Settings;
