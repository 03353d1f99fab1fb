//! The exchanges that perform the steps of a bound part: they bind an object of the vendor to a record, or unbind it.

use serde_json::Value;

use crate::{
    error::{Error, Kind, Outcome, Result, VendorFailure},
    plan::{PartState, StepAction},
    vendor::{Exchange, Performed, Reply, Request, StepAnswer},
};

/// The use of an object that can be bound, such as a phone number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// Nothing uses the object.
    Free,
    /// The record with this id uses the object, and nothing else does.
    Record(String),
    /// Something else uses the object, such as several records.
    Other,
}

/// An object that can be bound, as the vendor returned it.
pub struct Bindable {
    /// The vendor's document of the object.
    pub document: Value,
    /// The use of the object.
    pub holder: Holder,
}

/// A binding of an object to a record that does not own it. See [`Part::bound`](crate::rule::Part::bound).
pub struct Binding {
    /// The name of the part.
    pub part: &'static str,
    /// The vendor's id of the object.
    pub object: String,
    /// The remote id of the record.
    pub record: String,
    /// The request that reads the object.
    pub read: Request,
    /// The reader of the answer to `read`.
    pub reader: fn(Reply) -> Result<Bindable>,
    /// The reader of the answer to a request that changes the object with this id. Returns the object's use.
    pub changed: fn(Reply, object: &str) -> Result<Holder>,
}

impl Binding {
    /// Builds the exchange of a step, which reads the object first. `change` builds the request that changes the
    /// object. It receives the object as it was read, and the remote id of the record, or `None` to unbind the object.
    ///
    /// The exchange fails with [`Error::in_use`] if something else uses an object that is to be bound, and with
    /// `vendor_rejected` if the answer to a change does not show the change.
    pub fn perform(
        self,
        action: &StepAction,
        change: impl FnOnce(&Bindable, Option<&str>) -> Request + Send + 'static,
    ) -> Exchange<StepAnswer> {
        let binds = matches!(action, StepAction::Create(_) | StepAction::Update(_));
        let Self { part, object, record, read, reader, changed } = self;
        let done = Performed::new(PartState::new(object.as_str()));
        Exchange::ask(read, move |reply| {
            let seen = reader(reply)?;
            if is_held(&seen.holder, &record) == binds {
                return Ok(Exchange::Done(done.into()));
            }
            if binds && seen.holder != Holder::Free {
                return Err(Error::in_use(part, &object));
            }
            let request = change(&seen, binds.then_some(record.as_str()));
            Ok(Exchange::send(request, move |reply| {
                match is_held(&changed(reply, &object)?, &record) == binds {
                    true => Ok(done.into()),
                    false => Err(unchanged(part, &object)),
                }
            }))
        })
    }
}

fn is_held(holder: &Holder, record: &str) -> bool {
    matches!(holder, Holder::Record(id) if id == record)
}

impl Error {
    /// Builds the error for an object that cannot be bound because something else at the vendor uses it. `part` is the
    /// name of the bound part.
    pub fn in_use(part: &str, object: &str) -> Self {
        let why = format!(
            "Another agent at the vendor uses {}, which is not taken over. Unbind it there, or set another value.",
            shown(part, object)
        );
        about(Kind::InUse, part, why)
    }

    /// Builds the error for an object that the vendor does not have. `part` is the name of the bound part.
    pub fn unknown_object(part: &str, object: &str) -> Self {
        about(Kind::VendorRejected, part, format!("The vendor does not have {}.", shown(part, object)))
    }
}

fn unchanged(part: &str, object: &str) -> Error {
    let why =
        format!("The vendor accepted the request, and did not change the use of {}.", shown(part, object));
    about(Kind::VendorRejected, part, why)
}

/// Describes an object for messages, such as `the phone number "+15550100123"`.
fn shown(part: &str, object: &str) -> String {
    format!("the {} {object:?}", part.replace('_', " "))
}

fn about(kind: Kind, part: &str, why: String) -> Error {
    let fields = vec![(format!("/{part}"), why.clone())];
    Error::vendor(kind, VendorFailure::new(Outcome::Rejected).fields(fields)).with_detail(why)
}
