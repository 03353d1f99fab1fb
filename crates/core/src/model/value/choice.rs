//! Closed sets of words.

use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use crate::model::Leaf;

macro_rules! choices {
    ($($(#[doc = $about:literal])* $name:ident { $($(#[doc = $doc:literal])* $variant:ident),* $(,)? })*) => { $(
        $(#[doc = $about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[doc = $doc])* $variant),* }

        impl Leaf for $name {
            fn schema() -> RefOr<Schema> {
                <Self as PartialSchema>::schema()
            }
        }
    )* };
}

choices! {
    /// `inbound` answers calls, `outbound` places them.
    Direction {
        /// Answers calls.
        Inbound,
        /// Places calls.
        Outbound,
    }
    /// `agent` greets, `caller` lets the other side speak first.
    Speaker {
        /// The agent greets.
        Agent,
        /// The agent waits for the other side.
        Caller,
    }
    /// `male` or `female`.
    Gender {
        /// A male voice.
        Male,
        /// A female voice.
        Female,
    }
    /// `pipeline` hears, thinks and speaks in three models; `realtime` does it in one.
    Engine {
        /// Speech to text, a language model, text to speech.
        Pipeline,
        /// One model from speech to speech.
        Realtime,
    }
    /// `vad` waits for silence (voice activity detection), `semantic` goes by meaning.
    Endpointing {
        /// By silence (voice activity detection).
        Vad,
        /// By meaning.
        Semantic,
    }
}
