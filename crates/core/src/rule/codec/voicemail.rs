//! Codecs for the reaction to a voicemail, at vendors that store the action and the message in one value.

use serde_json::{Value, json};

use crate::{
    facts::Facts,
    model::VoicemailAction,
    rule::{Codec, Domain, Encoded, Loss, Refusal, Translation, Verdict},
};

/// The reaction to a voicemail, as one vendor value describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoicemailReaction<'a> {
    /// The agent talks as if a person had answered.
    Continue,
    /// The agent ends the call.
    HangUp,
    /// The agent leaves a message and ends the call. An empty string stands for a message that is not known yet. `None`
    /// stands for a message in the vendor's own words.
    Leave(Option<&'a str>),
}

/// The form in which a vendor stores the reaction to a voicemail.
#[derive(Clone, Copy)]
pub struct VoicemailForm {
    /// Reads the reaction; `None` if the vendor value cannot be read.
    pub read: fn(&Value) -> Option<VoicemailReaction<'_>>,
    /// Returns the vendor value with this reaction. The second argument is the previous vendor value, whose other data
    /// is kept.
    pub write: fn(VoicemailReaction<'_>, &Value) -> Value,
}

impl VoicemailForm {
    /// Builds the codec for the action, to be used in a [`facet`](crate::rule::facet()). An agent that has no message
    /// to leave hangs up.
    pub fn action(self) -> impl Codec<VoicemailAction> {
        Action(self)
    }

    /// Builds the codec for the message, to be used in a [`facet`](crate::rule::facet()). `text` converts the message.
    pub fn message(self, text: impl Codec<String>) -> impl Codec<String> {
        Message { form: self, text }
    }
}

struct Action(VoicemailForm);

impl Codec<VoicemailAction> for Action {
    fn encode(&self, value: &VoicemailAction, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let reaction = match value {
            VoicemailAction::Continue => VoicemailReaction::Continue,
            VoicemailAction::HangUp => VoicemailReaction::HangUp,
            VoicemailAction::LeaveMessage => match (self.0.read)(with.held) {
                Some(VoicemailReaction::Leave(_)) => return Ok(with.held.clone().into()),
                _ => VoicemailReaction::Leave(Some("")),
            },
        };
        Ok((self.0.write)(reaction, with.held).into())
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<VoicemailAction> {
        Some(match (self.0.read)(wire)? {
            VoicemailReaction::Continue => VoicemailAction::Continue,
            VoicemailReaction::HangUp => VoicemailAction::HangUp,
            VoicemailReaction::Leave(_) => VoicemailAction::LeaveMessage,
        })
    }
    fn lacks(&self, _: &Value) -> bool {
        false
    }
    fn completed(&self, wire: &Value) -> Option<Encoded> {
        let lacks_message = (self.0.read)(wire) == Some(VoicemailReaction::Leave(Some("")));
        lacks_message.then(|| Encoded {
            wire: (self.0.write)(VoicemailReaction::HangUp, wire),
            loss: Some(Loss {
                verdict: Verdict::Substituted,
                sent: json!(VoicemailAction::HangUp),
                why: "There is no voicemail.message to leave, so the agent hangs up.".to_owned(),
            }),
        })
    }
    fn domain(&self) -> Domain {
        let all = [VoicemailAction::HangUp, VoicemailAction::LeaveMessage, VoicemailAction::Continue];
        Domain::Choice { values: all.iter().map(|action| json!(action)).collect() }
    }
}

struct Message<C> {
    form: VoicemailForm,
    text: C,
}

impl<C: Codec<String>> Codec<String> for Message<C> {
    fn encode(&self, value: &String, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let Some(VoicemailReaction::Leave(_)) = (self.form.read)(with.held) else {
            return Err(Refusal::Unsupported("voicemail.action is not leave_message.".to_owned()));
        };
        let Encoded { wire, loss } = self.text.encode(value, with)?;
        let wire = (self.form.write)(VoicemailReaction::Leave(wire.as_str()), with.held);
        Ok(Encoded { wire, loss })
    }
    fn decode(&self, wire: &Value, facts: &Facts) -> Option<String> {
        match (self.form.read)(wire)? {
            VoicemailReaction::Leave(Some(message)) => self.text.decode(&json!(message), facts),
            _ => None,
        }
    }
    fn lacks(&self, wire: &Value) -> bool {
        match (self.form.read)(wire) {
            Some(VoicemailReaction::Leave(Some(message))) => message.is_empty(),
            reaction => reaction.is_some(),
        }
    }
    fn rest(&self, held: &Value) -> Option<Value> {
        Some(match (self.form.read)(held) {
            Some(VoicemailReaction::Leave(Some(_))) => {
                (self.form.write)(VoicemailReaction::Leave(Some("")), held)
            }
            _ => held.clone(),
        })
    }
    fn domain(&self) -> Domain {
        self.text.domain()
    }
}
