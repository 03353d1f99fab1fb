//! What the engine needs to know of a kind of record.

use switchboard_core::{Adapter, Agent, Direction, Language, PhoneNumber, Resource, Root, Trunk};
use switchboard_store::Collection;

/// A kind of record that the gateway keeps and places at vendors.
pub trait Managed: Root {
    /// Where it is stored.
    const COLLECTION: Collection;

    /// Whether it can have settings of one vendor only.
    const EXTENSIBLE: bool;

    /// What an adapter can do with it; `None` where the vendor has no such thing.
    fn at(adapter: &dyn Adapter) -> Option<&dyn Resource<Self>>;

    /// The language it is routed by.
    fn language(&self) -> Option<&Language> {
        None
    }

    /// The direction it is routed by.
    fn direction(&self) -> Option<Direction> {
        None
    }

    /// The phone number it is routed by.
    fn phone_number(&self) -> Option<&PhoneNumber> {
        None
    }

    /// The fields that hold names of ours for things of the vendor's, each by kind.
    fn aliased(&mut self) -> Vec<Aliased<'_>> {
        Vec::new()
    }
}

/// A field that may hold an alias.
pub struct Aliased<'a> {
    /// What it names.
    pub kind: AliasKind,
    /// Where it is.
    pub pointer: String,
    /// Its value.
    pub value: &'a mut String,
}

/// What an alias stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AliasKind {
    /// `[voices.NAME]`
    Voice,
    /// `[models.NAME]`
    Model,
    /// `[knowledge_bases.NAME]`
    KnowledgeBase,
}

impl AliasKind {
    /// The table of the configuration that holds them.
    pub fn table(self) -> &'static str {
        match self {
            Self::Voice => "voices",
            Self::Model => "models",
            Self::KnowledgeBase => "knowledge_bases",
        }
    }
}

impl Managed for Agent {
    const COLLECTION: Collection = Collection::Agents;
    const EXTENSIBLE: bool = true;

    fn at(adapter: &dyn Adapter) -> Option<&dyn Resource<Self>> {
        Some(adapter.agents())
    }

    fn language(&self) -> Option<&Language> {
        self.language.as_ref()
    }

    fn direction(&self) -> Option<Direction> {
        self.direction
    }

    fn phone_number(&self) -> Option<&PhoneNumber> {
        self.transfer.phone_number.as_ref()
    }

    fn aliased(&mut self) -> Vec<Aliased<'_>> {
        let voice = self.voice.id.as_mut();
        let voice =
            voice.map(|value| Aliased { kind: AliasKind::Voice, pointer: "/voice/id".to_owned(), value });
        let model = self.model.name.as_mut();
        let model =
            model.map(|value| Aliased { kind: AliasKind::Model, pointer: "/model/name".to_owned(), value });
        let bases = self.knowledge_base_ids.iter_mut().flatten().enumerate().map(|(index, value)| Aliased {
            kind: AliasKind::KnowledgeBase,
            pointer: format!("/knowledge_base_ids/{index}"),
            value,
        });
        voice.into_iter().chain(model).chain(bases).collect()
    }
}

impl Managed for Trunk {
    const COLLECTION: Collection = Collection::Trunks;
    const EXTENSIBLE: bool = false;

    fn at(adapter: &dyn Adapter) -> Option<&dyn Resource<Self>> {
        adapter.trunks()
    }

    fn phone_number(&self) -> Option<&PhoneNumber> {
        self.phone_number.as_ref()
    }
}
