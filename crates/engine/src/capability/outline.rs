//! The outline of a move between two vendors: the effect on each field, whatever the agent.

use serde_json::Value;
use switchboard_core::{
    facts::CatalogueKind,
    rule::{Capability, Domain, Support},
};

use super::{Change, Column, Difference, difference};

/// The effects that a move from one vendor to another has on the fields of agents.
#[derive(Debug)]
pub struct MoveOutline {
    /// The fields in the order of the model, extensions last. Includes fields without an effect.
    pub fields: Vec<FieldOutline>,
}

/// The effect of a move on one field.
#[derive(Debug)]
pub struct FieldOutline {
    /// The capabilities of both vendors.
    pub difference: Difference,
    /// The effect on a value of the field.
    pub effect: Effect,
    /// The need for a value at the new vendor. `None` if there is no need, or if the old vendor has the same need.
    pub need: Option<Need>,
}

/// The effect of a move on the value of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The new vendor does not have the field, which is essential: the gateway refuses to move an agent that would lose
    /// it.
    Refused,
    /// The new vendor does not have the field.
    Lost,
    /// The new vendor has one fixed value for every agent.
    Substituted,
    /// The value names an object of the old vendor, so an object of the new vendor must be chosen.
    ChosenAgain,
    /// The new vendor accepts other or fewer values, or restricts changing or clearing the value more.
    Narrowed,
    /// The new vendor has the field and the old one does not, or the new vendor accepts more values or permits more
    /// changes.
    Gained,
    /// The move has no effect on the field.
    None,
}

/// The need for a value at a vendor.
#[derive(Debug, Clone, PartialEq)]
pub enum Need {
    /// The caller must give a value.
    Given,
    /// The gateway sends this value, in the unit of the field, for an agent without a value.
    Assumed(Value),
}

impl MoveOutline {
    /// Derives the outline from the capabilities of the old and the new vendor.
    pub fn new(from: &Column, to: &Column) -> Self {
        let (agents, _) = difference(from, to);
        Self { fields: agents.into_iter().map(FieldOutline::new).collect() }
    }

    /// Lists the fields with this effect.
    pub fn with_effect(&self, effect: Effect) -> impl Iterator<Item = &FieldOutline> {
        self.fields.iter().filter(move |field| field.effect == effect)
    }

    /// Counts the fields with this effect.
    pub fn count(&self, effect: Effect) -> usize {
        self.with_effect(effect).count()
    }

    /// Counts the fields that are lost, substituted or narrowed. Fields whose loss is refused are not included.
    pub fn other_losses(&self) -> usize {
        [Effect::Lost, Effect::Substituted, Effect::Narrowed].map(|effect| self.count(effect)).iter().sum()
    }
}

impl FieldOutline {
    fn new(difference: Difference) -> Self {
        let effect = effect(&difference);
        let needs = |row: &Option<Capability>| row.as_ref().and_then(need);
        let need = needs(&difference.to).filter(|need| needs(&difference.from).as_ref() != Some(need));
        Self { difference, effect, need }
    }
}

fn effect(Difference { change, from, to, .. }: &Difference) -> Effect {
    let support = |row: &Option<Capability>| row.as_ref().map_or(Support::Unsupported, |row| row.support);
    let settable = |row| matches!(support(row), Support::Supported | Support::CreationOnly);
    let fixed = |row: &Option<Capability>| row.as_ref().and_then(|row| row.fixed_value.clone());
    let essential = to.as_ref().is_some_and(|to| to.essential);
    match change {
        Change::Lost if essential => Effect::Refused,
        Change::Lost => Effect::Lost,
        _ if support(to) == Support::Fixed => {
            if fixed(from) == fixed(to) {
                Effect::None
            } else {
                Effect::Substituted
            }
        }
        _ if settable(from) && settable(to) && [from, to].into_iter().flatten().any(names_an_object) => {
            Effect::ChosenAgain
        }
        Change::Narrowed => Effect::Narrowed,
        Change::Gained => Effect::Gained,
        Change::Equal => Effect::None,
    }
}

/// Returns true if a value of the field identifies an object that exists at only one vendor, such as a voice. Languages
/// do not count, because the rules convert their names.
fn names_an_object(row: &Capability) -> bool {
    let name = row.field.rsplit('/').next().unwrap_or_default();
    let is_id = name == "id" || name.ends_with("_id") || name.ends_with("_ids");
    let listed = row.listed_in.or_else(|| row.domain.as_ref().and_then(catalogue));
    is_id || listed.is_some_and(|list| list != CatalogueKind::LANGUAGES)
}

fn catalogue(domain: &Domain) -> Option<CatalogueKind> {
    match domain {
        Domain::Listed { catalogue } => Some(*catalogue),
        Domain::List { items, .. } => catalogue(items),
        _ => None,
    }
}

fn need(row: &Capability) -> Option<Need> {
    match &row.default {
        _ if row.must_be_given => Some(Need::Given),
        Some(value) if row.required => Some(Need::Assumed(value.clone())),
        _ => None,
    }
}
