//! The gateway's engine: records, vendors, plans, writes and migrations. HTTP is in the crate `switchboard-api`.
//!
//! Most code is generic over the kind of record. Agents and trunks are created, changed, planned and read in the same
//! way; they differ only in their model and in the adapters' rules. Only agents can be migrated.
//!
//! | module | component | purpose |
//! |---|---|---|
//! | [`records`] | [`Repository`] | reads and commits stored records |
//! | [`vendors`] | [`Fleet`] | holds the configured vendors |
//! | [`planning`] | [`Planner`] | decides placements and plans the requests of a write |
//! | [`writes`] | [`Writer`] | sends writes to vendors |
//! | [`calls`] | [`Dialer`](calls::Dialer), [`Follower`](calls::Follower) | place and follow phone calls |
//! | [`migrations`] | [`Mover`] | moves agents between vendors |
//! | [`background`] | [`Driver`](background::Driver) | runs the background tasks |
//!
//! Of the modules in the table, each uses only those above it, with one exception: `writes`, `calls` and `migrations` share
//! [`background::Handles`] with the background tasks, for example to wake a task. The module [`capability`] compares
//! the capabilities of vendors and uses none of these modules. The [`Engine`] composes the components.

pub mod background;
pub mod calls;
pub mod capability;
mod engine;
pub mod metrics;
pub mod migrations;
mod places;
pub mod planning;
pub mod records;
mod request;
pub mod vendors;
pub mod writes;

pub use engine::Engine;
pub use migrations::{
    Migration, MigrationAnswer, MigrationPlan, Move, MoveAnswer, MoveStatus, Mover, Order, PlacementFilter,
    PlanAnswer, Selection, Start, accepted,
};
pub use places::{Place, PlaceLimits, Places};
pub use planning::{Planner, Preview, PreviewedRequest, Route, difference, preview_steps};
pub use records::{
    AliasKind, Body, Cached, Envelope, Extensions, Filter, Item, Managed, OUTPUT_ONLY, Operation,
    OperationAnswer, OperationKind, OperationStatus, Page, PassedOver, Placement, PlacementAnswer,
    RecordAnswer, RecordedError, Repository, Revision, RevisionAnswer, SETTABLE, SyncState, Uncertainty,
    Visibility, words,
};
pub use request::{Fingerprint, IdempotencyKey, Occupied, RequestContext};
pub use switchboard_store::{Search, SearchKey, SearchOrder};
pub use vendors::{CatalogueSnapshot, Fleet, Vendor, VendorRecord, timing, vet};
pub use writes::{
    Answer, Expected, ImportPreview, ImportRequest, OnDrift, Outcome, RenderProblem, Resolution, SyncRequest,
    Writer,
};
