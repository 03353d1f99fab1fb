//! The decision where a record goes: what rules demand is planned, and no vendor is written to.

use futures::FutureExt;
use switchboard_config::routing::Require;
use switchboard_core::{Error, Handling, Kind, Report, Result, Verdict, Violation};

use super::{
    Planner,
    routing::{Candidate, candidates},
};
use crate::records::{Body, Item, Managed, PassedOver};

/// A vendor, and why it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The vendor's configured name.
    pub vendor: String,
    /// `agent.vendor`, `routing.rules[N]` or `routing.default`.
    pub because: String,
    /// Where the route would have led first.
    pub passed_over: Vec<PassedOver>,
}

impl Planner {
    /// Where a new record goes.
    ///
    /// It does not depend on how the caller wants losses told ([`Handling`]): what is there later is still routed there.
    ///
    /// # Errors
    /// `field_required` where nothing leads anywhere, `capability_loss` where no vendor holds what is demanded, and those of
    /// asking a vendor for the lists that a plan needs.
    pub async fn route<R: Managed>(&self, body: &Body<R>) -> Result<Route> {
        self.decide(body, None).await?.map_err(|passed_over| {
            if passed_over.is_empty() {
                let detail = "No route leads anywhere: name a vendor, or configure routing.default.";
                return Error::invalid(vec![Violation::at("/vendor", Kind::FieldRequired, detail)]);
            }
            let violations = passed_over.into_iter().map(|PassedOver { because, vendor, why }| {
                let detail = format!("{because} does not lead to {vendor}: {why}");
                Violation::at("/vendor", Kind::CapabilityLoss, detail)
            });
            Error::invalid(violations.collect())
        })
    }

    /// Where the route of a stored record leads; it stays at a vendor that is as good as another. Nothing where no route leads
    /// anywhere.
    ///
    /// # Errors
    /// Those of asking a vendor for the lists that a plan needs.
    pub async fn route_of<R: Managed>(&self, item: &Item<R>) -> Result<Option<Route>> {
        Ok(self.decide(&item.body, Some(&item.placement.vendor)).await?.ok())
    }

    /// Whether the route of a stored record leads elsewhere than where it is.
    ///
    /// # Errors
    /// As for [`Planner::route_of`].
    pub async fn misplaced<R: Managed>(&self, item: &Item<R>) -> Result<bool> {
        let route = self.route_of(item).await?;
        Ok(route.is_some_and(|route| route.vendor != item.placement.vendor))
    }

    /// The first candidate that holds what is demanded, else all that were passed over. A vendor that cannot be asked for what
    /// a plan needs is not passed over: that would be for the moment only.
    async fn decide<R: Managed>(
        &self,
        body: &Body<R>,
        at: Option<&str>,
    ) -> Result<Result<Route, Vec<PassedOver>>> {
        let mut passed_over = Vec::new();
        for Candidate { vendor, because, require } in candidates(&self.routing, body, at)? {
            let vendor = vendor.to_owned();
            let why = match require {
                // Few rules demand anything: what the others need should not grow by it.
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

    /// What a vendor would hold less of a record than is demanded, if anything.
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
                return Ok(target.plan_creation(&body.desired)?.1.report);
            }
            // A vendor may want more of a new record than of one that it has.
            target.current_report(&target.resolve(&body.desired)?)
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

/// The fields of a report that are worse than demanded, in words.
fn describe_unmet(require: Require, report: &Report) -> Option<String> {
    let worse = report.fields.iter().filter(|entry| match require {
        Require::Exact => entry.verdict.is_loss(),
        Require::NoUnsupported => entry.verdict == Verdict::Unsupported,
    });
    let fields: Vec<_> = worse.map(|entry| format!("{} is {}", entry.field, entry.verdict.name())).collect();
    (!fields.is_empty()).then(|| format!("{}.", fields.join(", ")))
}
