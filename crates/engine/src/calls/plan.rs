//! Dry runs of requests to dial.

use serde_json::Value;
use switchboard_core::{
    error::{Error, Kind, Result, Violation},
    plan::Handling,
    rule::Report,
    vendor::Exchange,
};
use switchboard_store::CallSearch;

use super::{
    Dialer, ID_PREFIX,
    guard::{Guard, GuardVerdict, verdict_of_usage},
};
use crate::planning::PreviewedRequest;

/// The result of a dry run of a request to dial.
#[derive(Debug)]
pub struct DialPlan {
    /// The gateway's id of the agent.
    pub agent: String,
    /// The configured vendor that runs the agent, and that would place the call.
    pub vendor: String,
    /// The adapter of the vendor.
    pub adapter: &'static str,
    /// The reason for the placement of the agent at the vendor, such as `routing.default`.
    pub because: String,
    /// The request to the vendor, with secrets masked. `None` if the vendor does not have the agent.
    pub request: Option<PreviewedRequest>,
    /// The translation report.
    pub report: Report,
    /// The verdicts of the guards. A guard has no verdict if the verdict of another guard makes its check pointless, as
    /// [`Guards::check`](super::Guards::check) states. The phone numbers of transfers have only refusals. The call would be refused unless all verdicts permit it.
    pub guards: Vec<GuardVerdict>,
}

impl Dialer {
    /// Plans a dial. Nothing is stored, and only requests for catalogues are sent to the vendor. The verdicts of the
    /// guards apply to the present moment.
    ///
    /// # Errors
    /// The errors of [`Dialer::place`] that do not come from a guard or from dialling, `already_exists` for the
    /// `external_ref` among them.
    pub async fn plan(&self, document: &Value, handling: Handling) -> Result<DialPlan> {
        // Some vendors' requests contain the id of the call as a marker. A plan has no call, so a placeholder replaces
        // the id.
        let prepared = self.prepare(document, &format!("{ID_PREFIX}_plan"), handling).await?;
        self.check_external_ref(prepared.envelope.external_ref.as_deref()).await?;
        let vendor = self.fleet.vendor(&prepared.vendor)?;
        let caps = self.guards.caps(&vendor.configured().calls, vendor.calls()?.limits());
        let peer = self.book.peers().hash(&prepared.peer);
        let usage = self.book.store().usage(vendor.name(), Some(&peer), &caps).await?;
        let mut guards = vec![prepared.readiness];
        guards.extend(self.guards.check(&prepared.peer));
        guards.extend(self.guards.check_transfers(&prepared.transfers));
        guards.extend(usage.iter().map(verdict_of_usage));
        let free = || {
            GuardVerdict::permit(Guard::Dialling, "No other dial to the number is in progress at the vendor.")
        };
        guards.push(self.dialling_now(vendor.name(), &prepared.peer).await?.unwrap_or_else(free));
        Ok(DialPlan {
            agent: prepared.agent.id.clone(),
            vendor: vendor.name().to_owned(),
            adapter: vendor.adapter().descriptor().adapter,
            because: prepared.agent.placement.because.clone(),
            request: prepared.exchange.as_ref().and_then(Exchange::first).map(PreviewedRequest::from),
            report: prepared.report,
            guards,
        })
    }

    /// Checks that no other call has the external reference. The commit of the dial would refuse it, too.
    async fn check_external_ref(&self, given: Option<&str>) -> Result<()> {
        let Some(external_ref) = given else { return Ok(()) };
        let search = CallSearch { external_ref: Some(external_ref.to_owned()), ..CallSearch::default() };
        let found = self.book.store().list(&search, None, 1).await?;
        let Some(other) = found.first() else { return Ok(()) };
        let detail = format!("The call {} already has this external reference.", other.position.id);
        Err(Error::invalid(vec![Violation::at("/external_ref", Kind::AlreadyExists, detail)]))
    }
}
