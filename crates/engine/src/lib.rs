//! The gateway's engine: records, plans, vendors and writes. HTTP belongs to the API.
//!
//! Everything is generic over the kind of record: agents and trunks are created, changed, planned and read in the same
//! way, and differ only in their model and their vendors' rules.
//!
//! | module | component | purpose |
//! |---|---|---|
//! | [`records`] | [`Repository`] | reads and commits stored records |
//! | [`vendors`] | [`Fleet`] | holds the configured vendors |
//! | [`planning`] | [`Planner`] | decides placements and plans the requests of a write |
//! | [`writes`] | [`Writer`] | carries writes to vendors |
//! | [`migrations`] | [`Mover`] | moves agents between vendors |
//! | [`background`] | [`Driver`](background::Driver) | runs the work that no caller waits for |
//!
//! A module uses only those above it. The [`Engine`] composes the components.

pub mod background;
pub mod capability;
mod engine;
pub mod migrations;
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
pub use planning::{Planner, Preview, PreviewedRequest, Route, difference, preview_steps};
pub use records::{
    Body, Cached, Envelope, Extensions, Filter, Item, Managed, OUTPUT_ONLY, Operation, OperationAnswer,
    OperationKind, OperationStatus, Page, PassedOver, Placement, PlacementAnswer, RecordAnswer,
    RecordedError, Repository, Revision, RevisionAnswer, SETTABLE, SyncState, Uncertainty, Visibility,
};
pub use request::{IdempotencyKey, RequestContext};
pub use vendors::{CatalogueSnapshot, Fleet, Vendor, VendorRecord, timing, vet};
pub use writes::{
    Answer, Expected, ImportPreview, ImportRequest, OnDrift, Outcome, RenderProblem, Resolution,
    ResolutionRequest, SyncRequest, Writer,
};
