//! Parameters that several operations have.

use utoipa::{
    IntoParams,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

/// Which agent.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct AgentId {
    /// The agent's id.
    #[param(example = "agt_01kkcvb8q0e9w8d2m7a3r5x6tz")]
    #[expect(dead_code, reason = "it is read by the documentation only")]
    id: String,
}

/// Which trunk.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct TrunkId {
    /// The trunk's id.
    #[param(example = "trk_01kkcvb8q0e9w8d2m7a3r5x6tz")]
    #[expect(dead_code, reason = "it is read by the documentation only")]
    id: String,
}

/// Which operation.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OperationId {
    /// The operation's id.
    #[param(example = "op_01kkcvb8q0e9w8d2m7a3r5x6tz")]
    #[expect(dead_code, reason = "it is read by the documentation only")]
    id: String,
}

/// Which migration.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct MigrationId {
    /// The migration's id.
    #[param(example = "mig_01kkcvb8q0e9w8d2m7a3r5x6tz")]
    #[expect(dead_code, reason = "it is read by the documentation only")]
    id: String,
}

/// Which revision.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct RevisionNumber {
    /// The number of the revision.
    #[param(example = 1, minimum = 1)]
    #[expect(dead_code, reason = "it is read by the documentation only")]
    revision: u64,
}

/// Which vendor.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct VendorName {
    /// The vendor's configured name.
    #[param(example = "qcall")]
    #[expect(dead_code, reason = "it is read by the documentation only")]
    vendor: String,
}

/// Which problem.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ProblemCode {
    /// The stable code.
    #[param(example = "capability_loss")]
    #[expect(dead_code, reason = "it is read by the documentation only")]
    code: String,
}

/// How many items a page has.
struct PageSize;

impl utoipa::PartialSchema for PageSize {
    /// Without a width: any number is taken, and 200 is what the large ones mean.
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(1))
            .default(Some(50.into()))
            .build()
            .into()
    }
}

impl utoipa::ToSchema for PageSize {}

/// Which part of a list that has no filters.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it is read by the documentation only")]
pub struct Page {
    /// How many items a page has; more than 200 is 200.
    #[param(required = false, inline)]
    limit: PageSize,
    /// `next_cursor` of the page before.
    #[param(required = false)]
    cursor: String,
}

/// Which operations.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it is read by the documentation only")]
pub struct Operations {
    /// How many items a page has; more than 200 is 200.
    #[param(required = false, inline)]
    limit: PageSize,
    /// `next_cursor` of the page before.
    #[param(required = false)]
    cursor: String,
    /// Only what stands like this.
    #[param(required = false, inline)]
    state: OperationStateChoice,
    /// Only what is about this agent or trunk.
    #[param(required = false)]
    resource_id: String,
    /// Only what is for this configured vendor.
    #[param(required = false)]
    vendor: String,
}

/// How an operation stands.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "it is read by the documentation only")]
pub enum OperationStateChoice {
    /// The vendor is being asked.
    Running,
    /// It is tried (again) when it is due.
    Waiting,
    /// Somebody has to say what to do.
    NeedsAttention,
    /// The vendor has what was asked.
    Succeeded,
    /// The vendor refused it.
    Failed,
    /// A newer operation does its work, or it was given up.
    Superseded,
}

/// Which agents of a migration.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it is read by the documentation only")]
pub struct Moves {
    /// How many items a page has; more than 200 is 200.
    #[param(required = false, inline)]
    limit: PageSize,
    /// `next_cursor` of the page before.
    #[param(required = false)]
    cursor: String,
    /// Only those that are so far.
    #[param(required = false, inline)]
    state: MoveStateChoice,
}

/// How far an agent of a migration is.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "it is read by the documentation only")]
pub enum MoveStateChoice {
    /// It has not begun.
    Waiting,
    /// It is on its way.
    Underway,
    /// It has moved, and its old vendor has not removed yet what it left.
    Retiring,
    /// It has moved.
    Moved,
    /// It could not, and is where it was.
    Failed,
    /// It was called back, or deleted meanwhile.
    RolledBack,
}

/// Which part of a list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it is read by the documentation only")]
pub struct List {
    /// How many items a page has; more than 200 is 200.
    #[param(required = false, inline)]
    limit: PageSize,
    /// `next_cursor` of the page before.
    #[param(required = false)]
    cursor: String,
    /// Only what runs at this configured vendor.
    #[param(required = false)]
    vendor: String,
    /// Only what has this key of yours.
    #[param(required = false)]
    external_ref: String,
    /// Only what is not where its route leads now. A page may be short, or empty, and go on all the same.
    #[param(required = false, inline)]
    placement: PlacementChoice,
}

/// How a record is placed.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "it is read by the documentation only")]
pub enum PlacementChoice {
    /// Elsewhere than its route leads now.
    Stale,
}

/// Whether to ask the vendor anew.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it is read by the documentation only")]
pub struct Refresh {
    /// Asks the vendor whatever is kept.
    #[param(required = false, default = false)]
    refresh: bool,
}

/// From where to where.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it is read by the documentation only")]
pub struct Move {
    /// The configured vendor that runs the record.
    #[param(example = "qcall")]
    from: String,
    /// The configured vendor that would.
    #[param(example = "autocalls")]
    to: String,
}

/// What becomes of the vendor's record.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it is read by the documentation only")]
pub struct OnVendor {
    /// `delete` removes it at the vendor too; `keep` leaves it there.
    #[param(required = false, inline)]
    on_vendor: OnVendorChoice,
}

/// What becomes of the vendor's record.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "it is read by the documentation only")]
pub enum OnVendorChoice {
    /// It is removed.
    Delete,
    /// It stays.
    Keep,
}

/// What every write takes.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it is read by the documentation only")]
pub struct Write {
    /// A key of the caller's own for this very request: sent again with the same key, it is not carried out again but
    /// answered as before, with `Idempotent-Replayed: true`. Remembered for 48 hours unless configured otherwise.
    #[param(
        rename = "Idempotency-Key",
        required = false,
        min_length = 1,
        max_length = 255,
        example = "7c1e9a52-order-4711"
    )]
    idempotency_key: String,
}

/// What to do about loss, and how long to wait.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it is read by the documentation only")]
pub struct Prefer {
    /// `handling=strict` refuses any loss of what the request changes; `handling=lenient`, the default, reports it
    /// (RFC 7240). On writes, `wait=SECONDS` is how long to wait for the vendor before the answer is 202, 10 unless
    /// configured otherwise. What was applied is answered in `Preference-Applied`.
    #[param(rename = "Prefer", required = false, example = "handling=lenient")]
    prefer: String,
}

/// The revision a change is made to.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it is read by the documentation only")]
pub struct IfMatch {
    /// The `ETag` that was read; another revision is 412.
    #[param(rename = "If-Match", required = false, example = "\"1\"")]
    if_match: String,
}

/// The revision a replacement is made to.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it is read by the documentation only")]
pub struct RequiredIfMatch {
    /// The `ETag` that was read; another revision is 412, none 428.
    #[param(rename = "If-Match", example = "\"1\"")]
    if_match: String,
}
