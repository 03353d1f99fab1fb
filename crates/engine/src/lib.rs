//! The gateway's engine: records, plans, vendors, and the writes that keep them together. HTTP is the API's.
//!
//! Everything is generic over the kind of record: agents and trunks are created, changed, moved through plans and
//! read in the same way, and differ by their model and their vendors' rules only.
//!
//! | room | component | holds |
//! |---|---|---|
//! | [`records`] | [`Repository`] | what is stored |
//! | [`vendors`] | [`Fleet`] | the configured vendors |
//! | [`planning`] | [`Planner`] | decides where records go, and what a write would send |
//! | [`writes`] | [`Writer`] | carries writes to vendors |
//! | [`migrations`] | [`Mover`] | moves agents between vendors |
//! | [`background`] | [`Driver`](background::Driver) | runs what nobody waits for |
//!
//! A room uses those above it. The [`Engine`] only puts the components together.

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
pub use planning::{Planner, Preview, PreviewedRequest, Route, difference};
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
