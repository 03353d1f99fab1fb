//! Calls at a vendor: the exchanges about them, and the resolution of aliases in a dial.

use switchboard_core::{
    call::Dial,
    error::{Error, Kind, Result, Violation},
    facts::Facts,
    plan::{Desired, Translator},
    vendor::{Calls, Exchange, Placed, is_private},
};

use super::{Fleet, Vendor, timing::timed};
use crate::{
    records::{AliasKind, Aliased},
    request::RequestContext,
};

/// The right to send one dial. It is granted only to a caller's request, and sending the dial consumes it. Therefore,
/// no background task can dial, and no dial is repeated.
pub struct DialRight(());

impl DialRight {
    /// Grants the right to a request.
    pub fn for_request(_: &RequestContext) -> Self {
        Self(())
    }
}

impl Vendor {
    /// Returns the rules and exchanges of the vendor's calls.
    ///
    /// # Errors
    /// `capability_loss` if the gateway cannot place or read calls at this vendor.
    pub fn calls(&self) -> Result<&dyn Calls> {
        self.adapter().calls().ok_or_else(|| {
            let title = self.adapter().descriptor().title;
            let detail = format!(
                "The agent runs at {} ({title}), where the gateway cannot place calls; move the agent to another vendor.",
                self.name()
            );
            Error::invalid(vec![Violation::at("/agent_id", Kind::CapabilityLoss, detail)])
        })
    }

    /// Returns the translator of dials, without the vendor's catalogues.
    pub fn dial_translator<'a>(&'a self, calls: &'a dyn Calls) -> Translator<'a, Dial> {
        Translator::new(calls.rules(), self.adapter().descriptor().adapter).at(self.name())
    }

    /// Runs an exchange that concerns calls but does not place one, such as reading the vendor's list of calls.
    ///
    /// # Errors
    /// The errors of the exchange.
    pub async fn run_for_calls<T: Send + 'static>(&self, exchange: Exchange<T>) -> Result<T> {
        timed(self.run_unmapped(exchange)).await
    }

    /// Sends a dial. Converts errors about the vendor's fields into errors about the fields of the request.
    ///
    /// # Errors
    /// The errors of the exchange.
    pub async fn dial(&self, _right: DialRight, exchange: Exchange<Placed>) -> Result<Placed> {
        timed(self.run_unmapped(exchange)).await.map_err(|error| match self.adapter().calls() {
            Some(calls) => self.dial_translator(calls).map_vendor_fields(error),
            None => error,
        })
    }
}

impl Fleet {
    /// Loads the catalogues and the known names that the plan of a dial needs.
    ///
    /// # Errors
    /// The errors of loading the catalogues.
    pub async fn dial_facts(
        &self,
        vendor: &Vendor,
        calls: &dyn Calls,
        desired: &Desired<Dial>,
    ) -> Result<Facts> {
        let mut facts = Facts::default();
        for kind in calls.rules().catalogues() {
            if let Some(listed) = vendor.catalogue(*kind, false).await? {
                facts = facts.with(*kind, listed.entries);
            }
        }
        let mut facts = facts.with_remote_vendor(!is_private(vendor.adapter().base_url()));
        for Aliased { kind, value, .. } in aliased(&mut desired.record.clone()) {
            facts = vendor.checking(facts, self.aliases_in_force(), kind, vec![&*value]).await;
        }
        Ok(facts)
    }

    /// Replaces the aliases in a dial with the vendor's ids.
    ///
    /// # Errors
    /// `capability_loss` for every alias without an id at this vendor, if the vendor supports the field.
    pub fn resolve_dial(
        &self,
        vendor: &Vendor,
        calls: &dyn Calls,
        desired: &Desired<Dial>,
    ) -> Result<Desired<Dial>> {
        let mut resolved = desired.clone();
        let rows = || Ok(vendor.dial_translator(calls).capabilities());
        self.aliases_in_force().replace_all(
            aliased(&mut resolved.record),
            vendor.name(),
            vendor.name(),
            rows,
        )?;
        Ok(resolved)
    }
}

/// Returns the fields of a dial whose values may be aliases.
fn aliased(dial: &mut Dial) -> Vec<Aliased<&mut String>> {
    let number = dial.from.phone_number_id.as_mut().map(|value| Aliased {
        kind: AliasKind::PhoneNumber,
        pointer: "/from/phone_number_id".to_owned(),
        value,
    });
    let voice = dial.overrides.voice.id.as_mut().map(|value| Aliased {
        kind: AliasKind::Voice,
        pointer: "/overrides/voice/id".to_owned(),
        value,
    });
    number.into_iter().chain(voice).collect()
}
