//! Checks for the adoption of a record that was created at the vendor.

use serde_json::{Value, json};
use switchboard_core::{
    error::Kind,
    model::Root,
    plan::{Handling, Plan, Planned, Transition},
    rule::Report,
};

use crate::bench::Bench;

impl<R: Root> Bench<R> {
    /// Checks that a record can be adopted if the vendor returns this answer, and that it needs no write afterwards: no
    /// change is planned, each value that cannot be read is reported once, no field has drifted, and the report remains
    /// the same. An answer without a required field passes, because such a record cannot be adopted.
    pub fn adopts(&self, answer: &Value) -> Result<(), String> {
        let parts = self.parts_of(answer).map_err(|error| error.detail)?;
        let translator = self.translator(&parts).map_err(|error| error.detail)?;
        let observed = translator.decode(answer);
        let (read, _) = self.read(answer).map_err(|error| error.detail)?;
        if let Err(refused) = self.desired(&read) {
            let lacks = |code| code == Kind::FieldRequired;
            return match refused.violations.iter().find(|violation| !lacks(violation.code)) {
                Some(strange) => {
                    Err(format!("the record was read but is not accepted: {strange:?} in {answer}"))
                }
                // The record lacks required fields, so it cannot be adopted until the caller gives them.
                None => Ok(()),
            };
        }
        let adopted = self.kept(answer, Some(answer), &Report::from_unread(&observed.unread))?;
        for unread in &observed.unread {
            let told = adopted.report.fields.iter().filter(|row| row.field == unread.field).count();
            if told != 1 {
                return Err(format!("{unread:?} of {answer} is reported {told} times"));
            }
        }
        let drift = translator.compare(&observed.state, &adopted.report, answer).drift;
        if !drift.is_empty() {
            return Err(format!("{drift:?} in {answer}"));
        }
        let later = self.kept(answer, None, &adopted.report)?;
        match (json!(adopted.report), json!(later.report)) {
            (then, now) if then == now => Ok(()),
            (then, now) => Err(format!("the report of {answer} changes from {then} to {now}")),
        }
    }

    /// Plans an update of the record in an answer to the state that the record already has. Fails if the plan
    /// sends a request.
    fn kept(&self, answer: &Value, observed: Option<&Value>, previous: &Report) -> Result<Plan, String> {
        let parts = self.parts_of(answer).map_err(|error| error.detail)?;
        let translator = self.translator(&parts).map_err(|error| error.detail)?;
        let state = translator.decode(answer).state;
        let planned = |observed| {
            let step = Transition::Update { before: &state, observed, previous: Some(previous) };
            let planned = translator.plan(&step, &state, Handling::Lenient);
            planned.map_err(|error| format!("{error:?} for {answer}"))
        };
        let planned = match planned(observed)? {
            Planned::NeedsObserved => planned(Some(answer))?,
            ready => ready,
        };
        match planned {
            Planned::Ready(plan) if !plan.sends() => Ok(plan),
            other => Err(format!("{other:?} for {answer}")),
        }
    }
}
