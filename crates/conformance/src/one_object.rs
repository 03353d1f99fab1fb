//! Direct use of a resource's exchanges in an adapter's own tests. The resource must have only one part.

use serde_json::Value;
use switchboard_core::{
    error::Result,
    model::Record,
    plan::{Parts, StepAction, VendorStep},
    vendor::{Exchange, Fetched, OperationKey, Performed, ReadScope, Remote, Resource, StepAnswer},
};

/// The exchanges of a resource with one part, without a plan.
pub trait OneObject<R: Record> {
    /// Creates a record with this body. `bound` lists the ids of existing records, so that none of them is mistaken for
    /// the new record.
    fn create(&self, body: Value, bound: &[&str]) -> Exchange<Performed>;

    /// Reads the record with this id. Returns `None` if the vendor cannot return a single record.
    fn fetch_one(&self, id: &str) -> Option<Exchange<Option<Remote>>>;

    /// Updates the record with this id. Returns the vendor's document if the answer contains the whole
    /// record.
    fn update(&self, id: &str, body: Value) -> Exchange<Option<Value>>;

    /// Deletes the record with this id.
    fn delete(&self, id: &str) -> Exchange<()>;
}

impl<R: Record> OneObject<R> for dyn Resource<R> + '_ {
    fn create(&self, body: Value, bound: &[&str]) -> Exchange<Performed> {
        let step = VendorStep::new("", StepAction::Create(body));
        performed(self.perform(step, &Parts::NONE, OperationKey::default()), bound)
    }

    fn fetch_one(&self, id: &str) -> Option<Exchange<Option<Remote>>> {
        self.fetch(&Parts::root(id), ReadScope::Bound).map(|exchange| exchange.map(Fetched::found))
    }

    fn update(&self, id: &str, body: Value) -> Exchange<Option<Value>> {
        let step = VendorStep::new("", StepAction::Update(body));
        performed(self.perform(step, &Parts::root(id), OperationKey::default()), &[]).map(Performed::whole)
    }

    fn delete(&self, id: &str) -> Exchange<()> {
        let step = VendorStep::new("", StepAction::Delete);
        performed(self.perform(step, &Parts::root(id), OperationKey::default()), &[]).map(drop)
    }
}

#[expect(clippy::panic, reason = "a test whose step cannot be sent is to stop")]
fn performed(exchange: Result<Exchange<StepAnswer>>, bound: &[&str]) -> Exchange<Performed> {
    let bound = bound.iter().map(|id| (*id).to_owned()).collect();
    let exchange = exchange.and_then(|exchange| exchange.then(|answer| Ok(answer.identify(bound))));
    exchange.unwrap_or_else(|error| panic!("the step cannot be sent: {error}"))
}
