//! The interface of a kind of record.

use serde::{Deserialize, Serialize};
use switchboard_core::{
    facts::CatalogueKind,
    model::{Agent, Described, Direction, Handover, Language, PhoneNumber, Root, Trunk},
    vendor::{Adapter, Resource},
};
use switchboard_store::Collection;

/// A kind of record that the gateway stores and places at vendors.
pub trait Managed: Root {
    /// The collection in the store.
    const COLLECTION: Collection;

    /// True if records of this kind can have extensions.
    const EXTENSIBLE: bool;

    /// Returns an adapter's rules and exchanges for this kind of record, or `None` if the vendor does not have this kind.
    fn at(adapter: &dyn Adapter) -> Option<&dyn Resource<Self>>;

    /// Returns the record's language, which routing rules compare, or `None` if the record has none.
    fn language(&self) -> Option<&Language> {
        None
    }

    /// Returns the record's call direction, which routing rules compare, or `None` if the record has none.
    fn direction(&self) -> Option<Direction> {
        None
    }

    /// Returns the phone numbers that routing rules compare: the number of a trunk, or the numbers to which an agent
    /// transfers calls.
    fn phone_numbers(&self) -> Vec<&PhoneNumber> {
        Vec::new()
    }

    /// Returns the record's handovers of calls to other agents.
    fn handovers(&self) -> &[Handover] {
        &[]
    }

    /// Returns the record's handovers, for replacing the ids of the agents.
    fn handovers_mut(&mut self) -> &mut [Handover] {
        &mut []
    }

    /// Returns each field that is set and whose value may be an alias.
    fn aliased(&self) -> Vec<Aliased<&String>> {
        Vec::new()
    }

    /// Returns the fields of [`Managed::aliased`], in the same order, for replacing their values.
    fn aliased_mut(&mut self) -> Vec<Aliased<&mut String>> {
        Vec::new()
    }
}

/// A field whose value may be an alias. `V` borrows the value.
pub struct Aliased<V> {
    /// The kind of alias.
    pub kind: AliasKind,
    /// The JSON pointer of the field, or of its item if the field is a list.
    pub pointer: String,
    /// The value.
    pub value: V,
}

/// The kind of object that an alias stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum AliasKind {
    /// A voice, configured as `[voices.NAME]`.
    Voice,
    /// A language model, configured as `[models.NAME]`.
    Model,
    /// A knowledge base, configured as `[knowledge_bases.NAME]`.
    KnowledgeBase,
    /// A phone number, configured as `[phone_numbers.NAME]`.
    PhoneNumber,
}

impl AliasKind {
    /// All kinds of aliases.
    pub const ALL: [Self; 4] = [Self::Voice, Self::Model, Self::KnowledgeBase, Self::PhoneNumber];

    /// Returns the kind of catalogue that lists the objects of this kind at a vendor.
    pub fn catalogue(self) -> CatalogueKind {
        match self {
            Self::Voice => CatalogueKind::VOICES,
            Self::Model => CatalogueKind::MODELS,
            Self::KnowledgeBase => CatalogueKind::KNOWLEDGE_BASES,
            Self::PhoneNumber => CatalogueKind::PHONE_NUMBERS,
        }
    }

    /// Returns the kind of the aliases that an agent's field may contain, or `None` if it contains no aliases.
    pub fn of_field(pointer: &str) -> Option<Self> {
        let once = || std::iter::once(());
        let fields = aliased_fields(Some(()), once(), Some(()), once(), once(), Some(()));
        fields
            .into_iter()
            .find(|field| field.pointer.trim_end_matches("/0") == pointer)
            .map(|field| field.kind)
    }

    /// Returns the name of the configuration table with the aliases of this kind.
    pub fn table(self) -> &'static str {
        match self {
            Self::Voice => "voices",
            Self::Model => "models",
            Self::KnowledgeBase => "knowledge_bases",
            Self::PhoneNumber => "phone_numbers",
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

    fn phone_numbers(&self) -> Vec<&PhoneNumber> {
        self.transfers.iter().flatten().map(|transfer| &transfer.phone_number).collect()
    }

    fn handovers(&self) -> &[Handover] {
        self.handovers.as_deref().unwrap_or_default()
    }

    fn handovers_mut(&mut self) -> &mut [Handover] {
        self.handovers.as_deref_mut().unwrap_or_default()
    }

    fn aliased(&self) -> Vec<Aliased<&String>> {
        aliased_fields(
            self.voice.id.as_ref(),
            self.voice.fallback_ids.iter().flatten(),
            self.model.name.as_ref(),
            self.model.fallback.iter().flatten(),
            self.knowledge_base_ids.iter().flatten(),
            self.phone_number_id.as_ref(),
        )
    }

    fn aliased_mut(&mut self) -> Vec<Aliased<&mut String>> {
        aliased_fields(
            self.voice.id.as_mut(),
            self.voice.fallback_ids.iter_mut().flatten(),
            self.model.name.as_mut(),
            self.model.fallback.iter_mut().flatten(),
            self.knowledge_base_ids.iter_mut().flatten(),
            self.phone_number_id.as_mut(),
        )
    }
}

/// Lists the fields of an agent whose values may be aliases.
fn aliased_fields<V>(
    voice: Option<V>,
    other_voices: impl Iterator<Item = V>,
    model: Option<V>,
    other_models: impl Iterator<Item = V>,
    knowledge_bases: impl Iterator<Item = V>,
    phone_number: Option<V>,
) -> Vec<Aliased<V>> {
    fn field<V>(kind: AliasKind, pointer: &str, value: V) -> Aliased<V> {
        Aliased { kind, pointer: pointer.to_owned(), value }
    }
    fn items<V>(
        kind: AliasKind,
        pointer: &str,
        values: impl Iterator<Item = V>,
    ) -> impl Iterator<Item = Aliased<V>> {
        values.enumerate().map(move |(index, value)| field(kind, &format!("{pointer}/{index}"), value))
    }
    let voice = voice.map(|value| field(AliasKind::Voice, "/voice/id", value));
    let model = model.map(|value| field(AliasKind::Model, "/model/name", value));
    let fields = voice.into_iter().chain(items(AliasKind::Voice, "/voice/fallback_ids", other_voices));
    let fields = fields.chain(model).chain(items(AliasKind::Model, "/model/fallback", other_models));
    let fields = fields.chain(items(AliasKind::KnowledgeBase, "/knowledge_base_ids", knowledge_bases));
    fields.chain(phone_number.map(|value| field(AliasKind::PhoneNumber, "/phone_number_id", value))).collect()
}

impl Managed for Trunk {
    const COLLECTION: Collection = Collection::Trunks;
    const EXTENSIBLE: bool = false;

    fn at(adapter: &dyn Adapter) -> Option<&dyn Resource<Self>> {
        adapter.trunks()
    }

    fn phone_numbers(&self) -> Vec<&PhoneNumber> {
        self.phone_number.iter().collect()
    }
}
