//! The documentation of the operations that every kind of record has.

use serde_json::{Value, json};
use switchboard_core::model::Root;
use switchboard_engine::OperationAnswer;
use utoipa::openapi::{
    ObjectBuilder, Required, Type,
    path::{Parameter, ParameterBuilder, ParameterIn},
};

use super::{
    Exposed,
    filters::{CallFilters, RecordFilters, RecordOrder},
    handlers::OnVendor,
};
use crate::{
    answers::Plan,
    edge::{
        precondition::{IfMatch, RequiredIfMatch},
        prefer::{Prefer, PreferWait},
        query::PageQuery,
        write_headers::WriteHeaders,
    },
    examples,
    openapi::{
        operation::{About, Answer},
        problems::{self, Failures, of_changes, of_lists, of_writes},
    },
    report_detail::ReportDetail,
};

/// The media types of a body that is not a merge patch.
pub const JSON: &[&str] = &["application/json"];
/// The media types of a merge patch.
const MERGE_PATCH: &[&str] = &["application/merge-patch+json", "application/json"];

pub const REVISION: (&str, &str) = ("ETag", "The revision of the record.");
const OPERATION: (&str, &str) = ("Location", "The address of the operation.");
const RETRY_AFTER: (&str, &str) =
    ("Retry-After", "The number of seconds to wait before reading the operation.");

pub const ACCEPTED: &str =
    "Accepted by the gateway, but not yet confirmed by the vendor. The operation shows the progress.";
const ASKED_AGAIN: &str = "If the vendor is unavailable or does not confirm the write in time, the gateway continues the \
    write in the background";

pub fn create<R: Exposed>() -> About {
    let Names { title, some, the, .. } = names::<R>();
    let about = format!(
        "Creates {the} in the gateway and at the vendor that its route leads to. `translation` in the answer lists the fields \
         that the vendor does not hold exactly as requested. {ASKED_AGAIN}."
    );
    let made = format!("The address of {the}.");
    begin::<R>(&format!("create{title}"), &format!("Create {some}"), &about)
        .takes::<Prefer>(ParameterIn::Header)
        .takes::<WriteHeaders>(ParameterIn::Header)
        .takes::<ReportDetail>(ParameterIn::Query)
        .body(JSON, &format!("New{title}"), (R::EXAMPLES.new)())
        .answers(
            201,
            "Created in the gateway and at the vendor.",
            kept::<R>().with(&[REVISION, ("Location", &made)]),
        )
        .answers(202, ACCEPTED, accepted::<R>())
        .fails(of_writes::<R, problems::Created>())
}

pub fn list<R: Exposed>() -> About {
    let Names { title, many, .. } = names::<R>();
    let about = format!(
        "Lists {many}, by default in the order of their creation. A record must match every filter. `next_cursor` is null on the \
         last page, and only there; a cursor is valid only with the filters and the order of its list. With an order other than \
         that of the creation, a record that changes while a caller reads the pages can be listed twice or not at all. \
         `placement=stale` lists only {many} that run at a vendor other than the one to which their route leads now. For this \
         filter, the gateway reads the vendors' catalogues if a routing rule requires them. Otherwise, the gateway sends no \
         request to vendors."
    );
    let calls =
        |about: About| if R::TAKES_CALLS { about.takes::<CallFilters>(ParameterIn::Query) } else { about };
    let about = begin::<R>(&format!("list{title}s"), &format!("List {many}"), &about)
        .takes::<PageQuery>(ParameterIn::Query)
        .takes::<RecordFilters>(ParameterIn::Query);
    calls(about)
        .takes::<RecordOrder>(ParameterIn::Query)
        .takes::<ReportDetail>(ParameterIn::Query)
        .answers(200, "A page of records.", Answer::new(&format!("{title}List"), (R::EXAMPLES.list)()))
        .fails(of_lists::<R, problems::RecordsListed>())
}

pub fn get<R: Exposed>() -> About {
    let Names { title, some, the, .. } = names::<R>();
    let secrets = if R::SECRETS.is_empty() { "" } else { ", without its secrets" };
    let about =
        format!("Returns {the} as the gateway last accepted it{secrets}. Sends no request to the vendor.");
    begin::<R>(&format!("get{title}"), &format!("Read {some}"), &about)
        .parameter(id::<R>())
        .takes::<ReportDetail>(ParameterIn::Query)
        .answers(200, &format!("{}.", capitalized(&the)), kept::<R>().with(&[REVISION]))
        .fails(problems::Read::responses())
}

pub fn replace<R: Exposed>() -> About {
    let Names { title, some, .. } = names::<R>();
    let about = format!(
        "Replaces all settable fields. A field that the body omits loses its value, but an omitted secret is kept. Requires \
         `If-Match`. {ASKED_AGAIN}, until the vendor has accepted this change or a newer one."
    );
    begin::<R>(&format!("replace{title}"), &format!("Replace {some}"), &about)
        .parameter(id::<R>())
        .takes::<RequiredIfMatch>(ParameterIn::Header)
        .takes::<Prefer>(ParameterIn::Header)
        .takes::<WriteHeaders>(ParameterIn::Header)
        .takes::<ReportDetail>(ParameterIn::Query)
        .body(JSON, &format!("New{title}"), (R::EXAMPLES.new)())
        .changes::<R>()
        .fails(of_writes::<R, problems::Replaced>())
}

pub fn patch<R: Exposed>() -> About {
    let Names { title, some, .. } = names::<R>();
    let about = format!(
        "Applies a JSON merge patch (RFC 7396): an omitted field keeps its value, and null clears a field. A patch that changes \
         nothing is not sent to the vendor. {ASKED_AGAIN}, until the vendor has accepted this change or a newer one."
    );
    begin::<R>(&format!("patch{title}"), &format!("Change {some}"), &about)
        .parameter(id::<R>())
        .takes::<IfMatch>(ParameterIn::Header)
        .takes::<Prefer>(ParameterIn::Header)
        .takes::<WriteHeaders>(ParameterIn::Header)
        .takes::<ReportDetail>(ParameterIn::Query)
        .body(MERGE_PATCH, &format!("{title}Patch"), (R::EXAMPLES.patch)())
        .changes::<R>()
        .fails(of_writes::<R, problems::Changed>())
}

pub fn delete<R: Exposed>() -> About {
    let Names { title, some, the, .. } = names::<R>();
    let about = format!(
        "Deletes {the} from the gateway and at the vendor; with `on_vendor=keep`, only from the gateway. The deletion also \
         succeeds if the vendor no longer has the record. If the vendor does not remove the record in time, the gateway continues \
         the deletion in the background."
    );
    let accepted =
        "Deleted from the gateway, but not yet removed by the vendor. The operation shows the progress.";
    begin::<R>(&format!("delete{title}"), &format!("Delete {some}"), &about)
        .parameter(id::<R>())
        .takes::<IfMatch>(ParameterIn::Header)
        .takes::<OnVendor>(ParameterIn::Query)
        .takes::<PreferWait>(ParameterIn::Header)
        .takes::<WriteHeaders>(ParameterIn::Header)
        .answers(
            204,
            "Deleted from the gateway, and at the vendor unless `on_vendor=keep`.",
            Answer::default(),
        )
        .answers(202, accepted, Answer::new("Operation", examples::removal()).with(&[OPERATION, RETRY_AFTER]))
        .refers_to::<OperationAnswer>()
        .fails(of_changes::<R, problems::Removed>())
}

pub fn plan<R: Exposed>() -> About {
    let Names { title, some, .. } = names::<R>();
    let about = "Returns a dry run of a creation: the selected vendor, the requests that the gateway would send to it, and the \
        losses. Changes nothing. Reads the vendors' catalogues if the routing or the translation requires them.";
    begin::<R>(&format!("plan{title}"), &format!("Plan {some}"), about)
        .takes::<Prefer>(ParameterIn::Header)
        .takes::<ReportDetail>(ParameterIn::Query)
        .body(JSON, &format!("New{title}"), (R::EXAMPLES.new)())
        .answers(200, "The plan.", Answer::new("Plan", (R::EXAMPLES.plan)()))
        .refers_to::<Plan>()
        .fails(of_lists::<R, problems::Planned>())
}

pub fn plan_patch<R: Exposed>() -> About {
    let Names { title, some, .. } = names::<R>();
    let about = "Returns a dry run of a merge patch: the requests that the gateway would send to the vendor, and the losses. \
        Changes nothing. Reads the vendor's record if the vendor accepts only whole records as updates, and the vendor's \
        catalogues if the translation requires them.";
    begin::<R>(&format!("plan{title}Patch"), &format!("Plan a change to {some}"), about)
        .parameter(id::<R>())
        .takes::<Prefer>(ParameterIn::Header)
        .takes::<ReportDetail>(ParameterIn::Query)
        .body(MERGE_PATCH, &format!("{title}Patch"), (R::EXAMPLES.patch)())
        .answers(200, "The plan.", Answer::new("Plan", (R::EXAMPLES.patch_plan)()))
        .refers_to::<Plan>()
        .fails(of_changes::<R, problems::ChangePlanned>())
}

impl About {
    /// Adds the answers to a change: 200 and 202.
    pub fn changes<R: Exposed>(self) -> Self {
        self.answers(
            200,
            "Changed in the gateway and, if the change concerns the vendor, at the vendor.",
            kept::<R>().with(&[REVISION]),
        )
        .answers(202, ACCEPTED, accepted::<R>())
    }
}

/// The names of a kind of record in descriptions.
pub struct Names {
    /// The name of the record's schema, such as `Agent`.
    pub title: String,
    /// The name with the indefinite article, such as `an agent`.
    pub some: String,
    /// The name with the definite article, such as `the agent`.
    pub the: String,
    /// The plural, such as `agents`.
    pub many: String,
}

pub fn names<R: Root>() -> Names {
    let article = if R::NAME.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    Names {
        title: R::name().into_owned(),
        some: format!("{article} {}", R::NAME),
        the: format!("the {}", R::NAME),
        many: format!("{}s", R::NAME),
    }
}

/// Starts the documentation of an operation on a kind of record.
pub fn begin<R: Root>(operation: &str, summary: &str, about: &str) -> About {
    About::new(&names::<R>().many, operation, summary, about)
}

/// Documents the path parameter that identifies a record.
pub fn id<R: Root>() -> Parameter {
    ParameterBuilder::new()
        .name("id")
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some(format!("The id of the {}.", R::NAME)))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .example(Some(json!(format!("{}_01kkcvb8q0e9w8d2m7a3r5x6tz", R::PREFIX))))
        .build()
}

/// Documents an answer with the example record of this kind.
pub fn kept<R: Exposed>() -> Answer {
    record::<R>((R::EXAMPLES.answer)())
}

/// Documents an answer with this example record.
pub fn record<R: Root>(example: Value) -> Answer {
    Answer::new(&R::name(), example)
}

/// Documents an answer with a record whose operation continues in the background.
pub fn accepted<R: Exposed>() -> Answer {
    record::<R>((R::EXAMPLES.accepted)()).with(&[REVISION, OPERATION, RETRY_AFTER])
}

pub fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
