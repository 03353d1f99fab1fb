//! The contracts of a vendor's adapter: its account, its resources and its exchanges.

mod account;
mod adapter;
mod address;
mod binding;
mod body;
mod call_pages;
mod calls;
mod credentials;
mod destination;
mod exchange;
mod host;
mod pages;
mod private;
mod recovery;
mod remote;
mod resource;
mod sample;
mod settings;
mod status;

pub use account::Account;
pub use adapter::{Adapter, BuildResult, Descriptor, Factory, ReadBack, Setting, Trial, TrialAgents};
pub use address::{is_addressable, is_path_segment};
pub use binding::{Bindable, Binding, Holder};
pub use body::{Binary, Body, Payload};
pub use call_pages::{CallListPage, CallPages};
pub use calls::{
    AnswersId, CallObservations, CallWindow, Calls, Marks, PlaceCall, Placed, PublishedCallLimits,
};
pub(crate) use credentials::is_kept;
pub use credentials::{CredentialPlaces, has_mark};
pub use destination::{Destination, GrantedUrl};
pub use exchange::{Exchange, Method, Reader, Reply, Request};
pub use host::AllowedHost;
pub use pages::{Pages, Rows, next_page};
pub use private::is_private;
pub use recovery::LostCreation;
pub use remote::{Coverage, Fetched, FindCreated, FoundPart, Performed, Remote, StepAnswer};
pub use resource::{OperationKey, ReadScope, Resource, SingleObject};
pub use sample::Sample;
pub use settings::Settings;
pub use status::status_meaning;
