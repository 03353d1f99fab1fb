//! Types of fields that allow a closed set of values.

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
    /// `inbound`: the agent answers calls. `outbound`: the agent places calls.
    Direction {
        /// The agent answers calls.
        Inbound,
        /// The agent places calls.
        Outbound,
    }
    /// `agent`: the agent speaks first. `caller`: the agent waits for the other party to speak first.
    Speaker {
        /// The agent speaks first.
        Agent,
        /// The agent waits for the other party to speak first.
        Caller,
    }
    /// `male` or `female`.
    Gender {
        /// A male voice.
        Male,
        /// A female voice.
        Female,
    }
    /// `pipeline`: separate models for speech recognition, language and speech synthesis. `realtime`: one
    /// speech-to-speech model.
    Engine {
        /// Separate models for speech recognition, language and speech synthesis.
        Pipeline,
        /// One speech-to-speech model.
        Realtime,
    }
    /// `vad`: a turn ends after a silence (voice activity detection). `semantic`: a turn ends when the
    /// utterance is complete in meaning.
    Endpointing {
        /// A turn ends after a silence (voice activity detection).
        Vad,
        /// A turn ends when the utterance is complete in meaning.
        Semantic,
    }
    /// `hang_up`: the agent ends the call. `leave_message`: the agent leaves a message. `continue`: the agent
    /// talks as if a person had answered.
    VoicemailAction {
        /// The agent ends the call.
        HangUp,
        /// The agent leaves a message.
        LeaveMessage,
        /// The agent talks as if a person had answered.
        Continue,
    }
}
