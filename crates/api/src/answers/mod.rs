//! The answers that the API assembles itself. The engine defines the answers for records, operations, migrations and
//! capabilities.

mod alias;
mod call;
mod capability;
mod plan;
mod problem;
mod vendor;

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Serialize;
use switchboard_core::{facts::CatalogueEntry, model::Component};
use switchboard_engine::{
    MigrationAnswer, MoveAnswer, OperationAnswer, calls::CallAnswer, capability::Column,
};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ArrayBuilder, ObjectBuilder, Ref, RefOr, Schema, Type, schema::SchemaType},
};

pub use alias::AliasAnswer;
pub use call::CallPlan;
pub use capability::CapabilityDifference;
pub use plan::{ImportPlan, Plan, PlannedRequest};
pub use problem::ProblemExplanation;
pub use vendor::{VendorAgent, VendorAnswer};

pub type AliasList = WholeList<AliasAnswer>;
pub type CallList = List<CallAnswer<'static>>;
pub type CapabilityList = WholeList<Column>;
pub type CatalogueList = WholeList<CatalogueEntry>;
pub type MigrationList = List<MigrationAnswer<'static>>;
pub type MoveList = List<MoveAnswer<'static>>;
pub type OperationList = List<OperationAnswer<'static>>;
pub type ProblemList = WholeList<ProblemExplanation>;
pub type VendorAgentList = WholeList<VendorAgent>;
pub type VendorList = WholeList<VendorAnswer>;

/// A page of a list.
#[derive(Debug, Serialize)]
pub struct List<T> {
    /// The items of the page.
    pub data: Vec<T>,
    /// The ids of the stored items on the page that cannot be read. Omitted if empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unreadable: Vec<String>,
    /// For a list of misplaced records, a time at which every route followed the current routing, or `Some(None)` if
    /// the gateway may still have to route some records. `None` for any other list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub routes_checked_at: Option<Option<Timestamp>>,
    /// The cursor of the next page; null on the last page.
    pub next_cursor: Option<String>,
}

/// A list that is returned whole.
#[derive(Debug, Serialize)]
pub struct WholeList<T> {
    /// All items.
    data: Vec<T>,
    /// Always null, so that callers can read every list in the same way.
    next_cursor: (),
}

impl<T> WholeList<T> {
    /// Builds a list of these items.
    pub fn new(data: impl IntoIterator<Item = T>) -> Self {
        Self { data: data.into_iter().collect(), next_cursor: () }
    }
}

impl<T: ToSchema> PartialSchema for List<T> {
    fn schema() -> RefOr<Schema> {
        page(&T::name())
    }
}

impl<T: ToSchema> PartialSchema for WholeList<T> {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .description(Some("A list that is returned whole."))
            .property("data", items(&T::name(), "All items."))
            .required("data")
            .property("next_cursor", cursor("Always null: the list has no further page."))
            .required("next_cursor")
            .build()
            .into()
    }
}

impl<T: ToSchema> ToSchema for List<T> {
    fn name() -> Cow<'static, str> {
        list_name(&T::name())
    }

    fn schemas(out: &mut Vec<Component>) {
        out.push((T::name().into_owned(), T::schema()));
        T::schemas(out);
    }
}

impl<T: ToSchema> ToSchema for WholeList<T> {
    fn name() -> Cow<'static, str> {
        list_name(&T::name())
    }

    fn schemas(out: &mut Vec<Component>) {
        List::<T>::schemas(out);
    }
}

/// Names the schema of a list after its items: `OperationList` for `Operation`, `CapabilityList` for `Capabilities`, and
/// `CatalogueList` for `CatalogueEntry`.
fn list_name(item: &str) -> Cow<'static, str> {
    let item = match item.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => item.trim_end_matches("Entry").to_owned(),
    };
    Cow::Owned(format!("{item}List"))
}

/// Builds the schema of a page whose items have the schema with the name `of`.
pub fn page(of: &str) -> RefOr<Schema> {
    let unreadable = ArrayBuilder::new().items(ObjectBuilder::new().schema_type(Type::String)).description(Some(
        "The ids of the stored items of the page that cannot be read, because their data is damaged. Omitted if empty. The \
         gateway's log has the causes.",
    ));
    ObjectBuilder::new()
        .description(Some("A page of a list."))
        .property("data", items(of, "The items of the page, in the order of the list."))
        .required("data")
        .property("unreadable", unreadable)
        .property("next_cursor", cursor("The cursor of the next page; null on the last page."))
        .required("next_cursor")
        .build()
        .into()
}

fn items(of: &str, about: &str) -> ArrayBuilder {
    ArrayBuilder::new().items(Ref::from_schema_name(of)).description(Some(about))
}

fn cursor(about: &str) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
        .description(Some(about))
}
