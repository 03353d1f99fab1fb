//! The guards, which protect against unwanted calls and costs.

mod number;
mod verdict;

use std::time::Duration;

use switchboard_config::{
    Problem,
    calls::{Calls, VendorCalls},
};
use switchboard_core::{
    model::{PhoneNumber, Transfer},
    vendor::PublishedCallLimits,
};
use switchboard_store::{CallCap, CallCaps, CapUsage};

pub use number::{NumberPlan, look_up, other_form};
pub use verdict::{Guard, GuardVerdict, refusal};

/// The guards of one configuration.
#[derive(Debug, Clone)]
pub struct Guards {
    calls: Calls,
}

impl Guards {
    /// Creates the guards.
    ///
    /// # Errors
    /// A problem for each configured country that has no numbering plan.
    pub fn new(calls: &Calls) -> Result<Self, Vec<Problem>> {
        let unknown = calls.countries.iter().filter(|code| !number::is_country(code));
        let problem = |code: &String| {
            let message =
                format!("no numbering plan has the country {code:?}; use ISO 3166-1 codes, such as \"GB\"");
            Problem::new("calls.countries", message)
        };
        let problems: Vec<_> = unknown.map(problem).collect();
        if problems.is_empty() { Ok(Self { calls: calls.clone() }) } else { Err(problems) }
    }

    /// Returns the settings of calls.
    pub fn settings(&self) -> &Calls {
        &self.calls
    }

    /// Returns the verdicts of the guards that depend only on the configuration, for a call to this number. If no
    /// subscriber can have the number, or the number is not in E.164 form, the guards of the country and the kind have no
    /// verdict, even if a prefix permits the number. If the configuration
    /// permits no country and no prefix of the number, the guards of the subscriber and the kind have none.
    pub fn check(&self, number: &PhoneNumber) -> Vec<GuardVerdict> {
        let place = match self.calls.place {
            true => GuardVerdict::permit(Guard::Place, "The configuration permits calls."),
            false => GuardVerdict::refuse(
                Guard::Place,
                "The configuration of the gateway permits no calls (calls.place).",
                None,
            ),
        };
        let begins = |prefix: &&String| number.as_str().starts_with(prefix.as_str());
        let denied = self.calls.deny.iter().find(begins);
        let deny = match denied {
            None => GuardVerdict::permit(Guard::Deny, "No prefix in calls.deny applies."),
            Some(prefix) => {
                let reason = format!("Numbers that begin with {prefix} are never called (calls.deny).");
                GuardVerdict::refuse(Guard::Deny, reason, None)
            }
        };
        let mut verdicts = vec![place, deny];
        let prefix = self.calls.prefixes.iter().find(begins);
        // An empty list refuses every number, so the numbering plans need not be loaded.
        let refuses_all = prefix.is_none() && self.calls.countries.is_empty();
        let form = if refuses_all { None } else { other_form(number) };
        if let Some(form) = form {
            let reason = format!(
                "The number contains digits that only callers within its country dial, such as a 0 after the country code; \
                 write {form}."
            );
            verdicts.push(GuardVerdict::refuse(Guard::Subscriber, reason, None));
            return verdicts;
        }
        match prefix {
            Some(prefix) => {
                let reason = format!("Numbers that begin with {prefix} may be called (calls.prefixes).");
                let guards = [Guard::Subscriber, Guard::Country, Guard::Kind];
                verdicts.extend(guards.map(|guard| GuardVerdict::permit(guard, reason.clone())));
            }
            None if refuses_all => verdicts.push(GuardVerdict::refuse(
                Guard::Country,
                "The configuration of the gateway permits calls to no country (calls.countries) and to no prefix of this \
                 number (calls.prefixes).",
                None,
            )),
            None => verdicts.extend(self.check_plan(look_up(number))),
        }
        verdicts
    }

    /// Returns the refusals of the guards for the phone numbers to which the caller lets the agent transfer the call, with
    /// their locations in the request. The limits on calls do not apply to transfers.
    pub fn check_transfers(&self, transfers: &[Transfer]) -> Vec<GuardVerdict> {
        let numbered = transfers.iter().enumerate();
        let verdicts = numbered.flat_map(|(index, transfer)| {
            let location = format!("/overrides/transfers/{index}/phone_number");
            let verdicts = self.check(&transfer.phone_number).into_iter();
            verdicts.map(move |verdict| verdict.at(location.clone()))
        });
        verdicts.filter(|verdict| !verdict.permits && verdict.guard != Guard::Place).collect()
    }

    fn check_plan(&self, plan: Option<NumberPlan>) -> Vec<GuardVerdict> {
        let Some(NumberPlan { country, kind }) = plan else {
            let reason = "No subscriber can have this number: it is an emergency number, another special number, or not \
                          assigned. Only calls.prefixes can permit it.";
            return vec![GuardVerdict::refuse(Guard::Subscriber, reason, None)];
        };
        let subscriber = GuardVerdict::permit(Guard::Subscriber, "A subscriber can have this number.");
        let country = match country {
            Some(code) if self.calls.countries.contains(&code) => GuardVerdict::permit(
                Guard::Country,
                format!("Numbers of {code} may be called (calls.countries)."),
            ),
            Some(code) => {
                let reason = format!("The number belongs to {code}, which is not in calls.countries.");
                GuardVerdict::refuse(Guard::Country, reason, None)
            }
            None => {
                let reason = "The number belongs to no country. Only calls.prefixes can permit it.";
                GuardVerdict::refuse(Guard::Country, reason, None)
            }
        };
        let kind = match kind {
            Some(kind) if self.calls.kinds.contains(&kind) => GuardVerdict::permit(
                Guard::Kind,
                format!("Numbers of the kind {} may be called (calls.kinds).", kind.name()),
            ),
            Some(kind) => {
                let reason =
                    format!("The number is of the kind {}, which is not in calls.kinds.", kind.name());
                GuardVerdict::refuse(Guard::Kind, reason, None)
            }
            None => {
                let reason = "The kind of the number is not known. Only calls.prefixes can permit it.";
                GuardVerdict::refuse(Guard::Kind, reason, None)
            }
        };
        vec![subscriber, country, kind]
    }

    /// Returns the limits on the calls of a vendor. A limit in the vendor's own configuration takes precedence.
    /// Otherwise, the lower of the vendor's published limit and the limit for all vendors applies. The limit for each
    /// number is always the one for all vendors.
    pub fn caps(&self, vendor: &VendorCalls, published: PublishedCallLimits) -> CallCaps {
        let limit = |own: Option<u32>, published: Option<u32>, all: u32| {
            own.unwrap_or_else(|| published.map_or(all, |published| published.min(all)))
        };
        CallCaps {
            max_live: limit(vendor.max_live, published.concurrent, self.calls.max_live),
            per_minute: limit(vendor.per_minute, None, self.calls.per_minute),
            per_day: limit(vendor.per_day, published.per_day, self.calls.per_day),
            per_number_per_day: self.calls.per_number_per_day,
        }
    }
}

/// Returns the verdict of a limit on calls.
pub fn verdict_of_usage(usage: &CapUsage) -> GuardVerdict {
    let CapUsage { cap, limit, calls, wait } = usage;
    let (guard, of) = match cap {
        CallCap::MaxLive => (Guard::MaxLive, "live calls of the vendor"),
        CallCap::PerMinute => (Guard::PerMinute, "calls of the vendor in the last 60 seconds"),
        CallCap::PerDay => (Guard::PerDay, "calls of the vendor in the last 24 hours"),
        CallCap::PerNumberPerDay => (Guard::PerNumberPerDay, "calls to the number in the last 24 hours"),
    };
    let reason = format!("The limit {} is {limit}, and there are {calls} {of}.", cap.as_str());
    match usage.is_reached() {
        false => GuardVerdict::permit(guard, reason),
        true => GuardVerdict::refuse(guard, reason, wait.filter(|wait| *wait > Duration::ZERO)),
    }
}
