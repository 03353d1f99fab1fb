//! The normalized trunk.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use switchboard_core_derive::Fields;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type, schema::AdditionalProperties};

use crate::{
    error::{Kind, Violation, unknown_name},
    model::{
        Component, Leaf, PhoneNumber, Root, Secret, Secrets,
        agent::tag,
        leaf::parse,
        schema,
        secret::{self, check_given, is_set},
        strict_value::StrictValue,
        wrong_choice,
    },
};

/// A SIP trunk: the carrier account by which a vendor places and receives calls.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Trunk {
    /// The name of the trunk, without control characters and without the characters that change the direction of text
    /// (U+202A to U+202E and U+2066 to U+2069).
    #[field(required, min_len = 1, max_len = 255)]
    pub name: Option<String>,
    /// The phone number for outgoing and incoming calls.
    #[field(required, essential)]
    pub phone_number: Option<PhoneNumber>,
    /// The carrier account of the trunk. If one member changes, the gateway sends all members to the vendor.
    #[field(required, essential)]
    pub carrier: Option<Carrier>,
}

impl Root for Trunk {
    const NAME: &'static str = "trunk";
    const PREFIX: &'static str = "trk";
    const SECRETS: &'static [&'static str] = &["/carrier"];

    fn label(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn secrets(&self) -> Secrets {
        let secrets = self.carrier.as_ref().map(Leaf::secrets).unwrap_or_default();
        secret::below("/carrier", secrets).collect()
    }
}

/// The carrier of a trunk's calls, with the data of the carrier account.
///
/// Serialization shows no secret: `auth_token` and `password` become the booleans `auth_token_set` and `password_set`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Carrier {
    /// A Twilio account.
    Twilio {
        /// The SID of the Twilio account.
        account_sid: String,
        /// The auth token of the Twilio account.
        #[serde(rename(serialize = "auth_token_set"), serialize_with = "is_set")]
        auth_token: Option<Secret>,
    },
    /// A Telnyx connection.
    Telnyx {
        /// The id of the Telnyx connection.
        connection_id: String,
    },
    /// A carrier that is reached through a SIP URI.
    Sip {
        /// The SIP URI to which calls are sent.
        termination_uri: String,
        /// The user name for the SIP trunk.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        username: Option<String>,
        /// The password for the SIP trunk.
        #[serde(default, rename(serialize = "password_set"), serialize_with = "is_set")]
        password: Option<Secret>,
    },
}

const SECRET_MEMBERS: [&str; 2] = ["auth_token", "password"];

/// The members that the gateway shows in place of secrets.
const SET_MEMBERS: [&str; 2] = ["auth_token_set", "password_set"];

impl Leaf for Carrier {
    fn schema() -> RefOr<Schema> {
        schema::reference("Carrier")
    }

    fn components(out: &mut Vec<Component>) {
        schema::tagged(
            out,
            "Carrier",
            "type",
            [("twilio", "TwilioCarrier"), ("telnyx", "TelnyxCarrier"), ("sip", "SipCarrier")],
        );
        let twilio = object(
            &[("account_sid", "The SID of the Twilio account.")],
            &[],
            &[(
                "auth_token",
                "The auth token of the Twilio account. Required unless a value is already stored.",
            )],
        );
        let telnyx = object(&[("connection_id", "The id of the Telnyx connection.")], &[], &[]);
        let uri = ("termination_uri", "The SIP URI to which calls are sent.");
        let sip = object(
            &[uri],
            &[("username", "The user name for the SIP trunk.")],
            &[("password", "The password for the SIP trunk.")],
        );
        schema::variant(out, "TwilioCarrier", twilio, &[("type", "twilio")]);
        schema::variant(out, "TelnyxCarrier", telnyx, &[("type", "telnyx")]);
        schema::variant(out, "SipCarrier", sip, &[("type", "sip")]);
    }

    fn secrets(&self) -> Secrets {
        let (path, secret) = match self {
            Self::Twilio { auth_token, .. } => ("/auth_token", auth_token),
            Self::Sip { password, .. } => ("/password", password),
            Self::Telnyx { .. } => return Secrets::new(),
        };
        secret.iter().map(|Secret(text)| (path.to_owned(), text.clone())).collect()
    }

    /// Reads a carrier. Ignores members that are null, and boolean `*_set` members, which the gateway's own
    /// answers contain. Refuses a mask in place of a secret. Returns the violations of all members.
    fn read(value: &Value, at: &str) -> Result<Self, Vec<Violation>> {
        let kind = tag(value, at, "type")?;
        let (required, optional): (&[&str], &[&str]) = match kind {
            "twilio" => (&["account_sid", "auth_token"], &[]),
            "telnyx" => (&["connection_id"], &[]),
            "sip" => (&["termination_uri"], &["username", "password"]),
            other => {
                let at = format!("{at}/type");
                let detail = wrong_choice(&at, other, &["twilio", "telnyx", "sip"]);
                return Err(vec![Violation::at(at, Kind::ValidationFailed, detail)]);
            }
        };
        let known = || required.iter().chain(optional).copied();
        let given = value.as_object().into_iter().flatten();
        let wrong = given.filter(|(name, _)| *name != "type").filter_map(|(name, member)| {
            let member_at = format!("{at}/{}", schema::escape(name));
            // Details do not repeat the given value, because it may be a secret of the wrong type.
            let (code, detail) = match member {
                Value::Null => return None,
                Value::Bool(_) if SET_MEMBERS.contains(&name.as_str()) => return None,
                _ if !known().any(|known| known == name) => {
                    (Kind::UnknownField, unknown_name("field", name, known()))
                }
                _ if SECRET_MEMBERS.contains(&name.as_str()) => return check_given(member, &member_at),
                Value::String(_) => return None,
                _ => (Kind::ValidationFailed, format!("{member_at} must be a string.")),
            };
            Some(Violation::at(member_at, code, detail))
        });
        let missing = required.iter().filter(|name| value[**name].is_null()).map(|name| {
            let detail = format!("{at}/{name} is required.");
            Violation::at(format!("{at}/{name}"), Kind::FieldRequired, detail)
        });
        let violations: Vec<_> = wrong.chain(missing).collect();
        match violations.is_empty() {
            true => parse(StrictValue::without(value, &SET_MEMBERS), at).map_err(|violation| vec![violation]),
            false => Err(violations),
        }
    }
}

fn object(required: &[(&str, &str)], optional: &[(&str, &str)], secrets: &[(&str, &str)]) -> RefOr<Schema> {
    let text = |doc: &str| ObjectBuilder::new().schema_type(Type::String).description(Some(doc));
    let mut object = ObjectBuilder::new()
        .schema_type(Type::Object)
        .additional_properties(Some(AdditionalProperties::FreeForm(false)));
    for (name, doc) in required {
        object = object.property(*name, text(doc)).required(*name);
    }
    for (name, doc) in optional {
        object = object.property(*name, text(doc));
    }
    for (name, doc) in secrets {
        let doc = format!("{doc} Write-only. An update without this member keeps the stored value.");
        object = object.property(*name, text(&doc).write_only(true));
        let set = ObjectBuilder::new().schema_type(Type::Boolean).read_only(true);
        object = object
            .property(format!("{name}_set"), set.description(Some(format!("True if `{name}` is stored."))));
    }
    object.build().into()
}
