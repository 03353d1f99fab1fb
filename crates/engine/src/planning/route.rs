//! The routing decision. To check the requirement of a rule, the planner plans the record at the rule's vendors. Nothing is
//! written to a vendor.

use futures::FutureExt;
use switchboard_config::routing::Require;
use switchboard_core::{
    error::{Error, Kind, Result, Violation},
    plan::Handling,
    rule::{Report, Verdict},
};

use super::{
    Planner,
    routing::{Candidate, candidates, pin},
};
use crate::{
    records::{Body, Item, Managed, PassedOver},
    vendors::Vendor,
};

/// The vendor that should run a record, and the reason for the choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The vendor's configured name.
    pub vendor: String,
    /// The entry that decided the choice: `agent.vendor`, `trunk.vendor`, `routing.rules[N]`, `routing.default` or
    /// `migration`.
    pub because: String,
    /// The preferred vendors that do not meet their rule's requirement.
    pub passed_over: Vec<PassedOver>,
}

impl Planner {
    /// Decides the route of a new record.
    ///
    /// The decision does not depend on the caller's [`Handling`] of losses, because the placement also applies to later
    /// writes with another handling.
    ///
    /// # Errors
    /// `field_required` if no route applies, `capability_loss` if no vendor meets its rule's requirement, and the errors of
    /// reading a vendor's catalogues.
    pub async fn route<R: Managed>(&self, body: &Body<R>) -> Result<Route> {
        self.decide(body, None).await?.map_err(|passed_over| {
            if passed_over.is_empty() {
                let known: Vec<_> = self.fleet.vendors().map(Vendor::name).collect();
                let detail = format!(
                    "No route applies: name one of the vendors {} in /vendor, or configure routing.default.",
                    known.join(", ")
                );
                return Error::invalid(vec![Violation::at("/vendor", Kind::FieldRequired, detail)]);
            }
            let violations = passed_over.into_iter().map(|PassedOver { because, vendor, why }| {
                let detail = format!("{because} does not lead to {vendor}: {why}");
                Violation::at("/vendor", Kind::CapabilityLoss, detail)
            });
            Error::invalid(violations.collect())
        })
    }

    /// Decides the route of a stored record. A rule that names the record's present vendor prefers that vendor. Returns
    /// `None` if no pin, rule or default applies, or if no vendor meets its rule's requirement.
    ///
    /// # Errors
    /// The errors of reading a vendor's catalogues.
    pub async fn route_of<R: Managed>(&self, item: &Item<R>) -> Result<Option<Route>> {
        Ok(self.decide(&item.body, Some(&item.placement.vendor)).await?.ok())
    }

    /// Updates the reason for the placement of a changed record if a pin chose its vendor, the record has no pin any
    /// more, and its route leads to the same vendor. If the route cannot be decided now, the reason stays as it is until
    /// the next change.
    pub async fn explain_without_pin<R: Managed>(&self, changed: &mut Item<R>) {
        if changed.body.envelope.vendor.is_some() || changed.placement.because != pin::<R>() {
            return;
        }
        if let Ok(Some(route)) = self.route_of(changed).await
            && route.vendor == changed.placement.vendor
        {
            changed.placement.because = route.because;
            changed.placement.passed_over = route.passed_over;
        }
    }

    /// Returns true if a stored record has a route and the route leads to a vendor other than the present one.
    ///
    /// # Errors
    /// The errors of [`Planner::route_of`].
    pub async fn misplaced<R: Managed>(&self, item: &Item<R>) -> Result<bool> {
        let route = self.route_of(item).await?;
        Ok(route.is_some_and(|route| route.vendor != item.placement.vendor))
    }

    /// Returns the first candidate that has no requirement or meets the requirement of its rule. If there is none,
    /// returns all candidates that were passed over. If the catalogues of a vendor cannot be read, returns an error
    /// instead of passing the vendor over, because the failure may be temporary.
    async fn decide<R: Managed>(
        &self,
        body: &Body<R>,
        at: Option<&str>,
    ) -> Result<Result<Route, Vec<PassedOver>>> {
        let mut passed_over = Vec::new();
        for Candidate { vendor, because, require } in candidates(self.routing(), body, at)? {
            let vendor = vendor.to_owned();
            let why = match require {
                // Few rules have requirements. Boxing this future keeps the enclosing future small.
                Some(require) => self.unmet_requirement(body, &vendor, at, require).boxed().await?,
                None => None,
            };
            match why {
                Some(why) => passed_over.push(PassedOver { because, vendor, why }),
                None => return Ok(Ok(Route { vendor, because, passed_over })),
            }
        }
        Ok(Err(passed_over))
    }

    /// Describes why a vendor does not meet a requirement. Returns `None` if the vendor meets the requirement.
    async fn unmet_requirement<R: Managed>(
        &self,
        body: &Body<R>,
        vendor: &str,
        at: Option<&str>,
        require: Require,
    ) -> Result<Option<String>> {
        let planned = async {
            let target = self.fleet.target::<R>(self.fleet.named(vendor)?, Handling::Lenient).await?;
            if at != Some(vendor) {
                let target = target.checking(None, &body.desired).await;
                return Ok(target.plan_creation(&body.desired).await?.1.report);
            }
            // A vendor may have stricter rules for a new record than for an existing one. The present vendor is
            // therefore judged by the report of an update without changes.
            target.current_report(&target.resolve_known(&body.desired).await?)
        };
        match planned.await {
            Ok(report) => Ok(describe_unmet(require, &report)),
            Err(refused) if refused.vendor.is_none() && !refused.violations.is_empty() => {
                let details = refused.violations.iter().map(|violation| violation.detail.as_str());
                Ok(Some(details.collect::<Vec<_>>().join(" ")))
            }
            Err(error) => Err(error),
        }
    }
}

/// Describes the fields of a report that do not meet a requirement. Returns `None` if all fields meet the requirement.
fn describe_unmet(require: Require, report: &Report) -> Option<String> {
    let worse = report.fields.iter().filter(|entry| match require {
        Require::Exact => entry.verdict.is_loss(),
        Require::NoUnsupported => entry.verdict == Verdict::Unsupported,
    });
    let fields: Vec<_> = worse.map(|entry| format!("{} is {}", entry.field, entry.verdict.name())).collect();
    (!fields.is_empty()).then(|| format!("{}.", fields.join(", ")))
}
