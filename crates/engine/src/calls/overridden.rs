//! The agent as it applies to one call, in the vendor's form.

use serde_json::Value;
use switchboard_core::{
    call::Dial,
    error::{Error, InputLocation, Kind, Result, Violation},
    model::Agent,
    plan::Handling,
    rule::Capability,
};

use super::{Dialer, inherit::OVERRIDES};
use crate::{
    records::{Cached, to_document},
    vendors::Vendor,
};

impl Dialer {
    /// Returns the body that would create the agent with the overrides of a dial. `rows` are the vendor's capabilities for
    /// dials.
    ///
    /// # Errors
    /// `capability_loss` for each override that the vendor cannot hold together with the other settings of the agent; the
    /// errors of reading the vendor's catalogues.
    pub(super) async fn agent_for_call(
        &self,
        agent: &Cached<Agent>,
        vendor: &Vendor,
        dial: &Dial,
        rows: &[Capability],
    ) -> Result<Value> {
        let given = to_document("request to dial", &dial.overrides)?;
        let fields = rows.iter().filter_map(|row| row.field.strip_prefix(OVERRIDES));
        let set: Vec<_> =
            fields.filter(|field| given.pointer(field).is_some_and(|value| !value.is_null())).collect();
        let is_set = |at: &str| {
            set.iter().any(|field| {
                at.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        };
        let mut desired = agent.body.desired.clone();
        dial.overrides.apply_to(&mut desired.record);
        // These members refer to other objects, which a call takes from the agent at the vendor.
        desired.record.handovers = None;
        desired.record.phone_number_id = None;
        let target = self.fleet.target::<Agent>(vendor, Handling::Lenient).await?;
        let (_, plan) = target.plan_creation(&desired).await.map_err(|error| as_overrides(error, is_set))?;
        let lost = plan.report.fields.iter().filter(|row| row.verdict.is_loss() && is_set(&row.field));
        let lost: Vec<_> = lost
            .map(|row| {
                let (at, why) = (format!("{OVERRIDES}{}", row.field), row.why.as_deref().unwrap_or_default());
                let detail =
                    format!("{at} cannot be sent to {} with the settings of the agent: {why}", vendor.name());
                Violation::at(at, Kind::CapabilityLoss, detail)
            })
            .collect();
        if lost.is_empty() { Ok(plan.document()) } else { Err(Error::invalid(lost)) }
    }
}

/// Converts the violations of an agent to those of a dial.
fn as_overrides(mut error: Error, is_set: impl Fn(&str) -> bool) -> Error {
    for violation in &mut error.violations {
        if let InputLocation::Pointer(at) = &mut violation.location
            && is_set(at)
        {
            violation.detail = violation.detail.replace(at.as_str(), &format!("{OVERRIDES}{at}"));
            at.insert_str(0, OVERRIDES);
        }
    }
    match error.violations.as_slice() {
        [one] => {
            let detail = one.detail.clone();
            error.with_detail(detail)
        }
        _ => error,
    }
}
