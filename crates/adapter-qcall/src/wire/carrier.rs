//! The carrier of a dialer's calls. Three carriers share one set of fields. A field that does not apply is an
//! empty string.

use serde::{Deserialize, Serialize};
use switchboard_core::prelude::*;

use crate::wire::said;

/// The fields of a dialer that identify its carrier. The type does not implement `Debug`, because two fields are
/// secrets.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Account {
    dialer_type: Kind,
    sid: String,
    auth_token: String,
    sip_termination_uri: String,
    sip_trunk_user_name: String,
    sip_trunk_password: String,
}

/// The carriers, with the vendor's capitalization (QCall docs, dialers/update).
#[derive(Default, Serialize, Deserialize)]
enum Kind {
    #[default]
    Twilio,
    Telnyx,
    #[serde(rename = "sip")]
    Sip,
}

/// Converts a carrier to the vendor's fields. Refuses a Twilio account without a token.
pub fn write_carrier(carrier: &Carrier, _: &Translation<'_>) -> Result<Account, Refusal> {
    Ok(match carrier {
        Carrier::Twilio { account_sid, auth_token } => Account {
            dialer_type: Kind::Twilio,
            sid: account_sid.clone(),
            auth_token: secret(auth_token).ok_or_else(|| {
                Refusal::Refused("the vendor requires the token of a Twilio account.".to_owned())
            })?,
            ..Account::default()
        },
        Carrier::Telnyx { connection_id } => {
            Account { dialer_type: Kind::Telnyx, sid: connection_id.clone(), ..Account::default() }
        }
        Carrier::Sip { termination_uri, username, password } => Account {
            dialer_type: Kind::Sip,
            sip_termination_uri: termination_uri.clone(),
            sip_trunk_user_name: username.clone().unwrap_or_default(),
            sip_trunk_password: secret(password).unwrap_or_default(),
            ..Account::default()
        },
    })
}

/// Converts the vendor's fields to a carrier. Omits a secret whose field is empty.
pub fn read_carrier(account: Account, _: &Facts) -> Option<Carrier> {
    let secret = |text: String| said(Some(text)).map(|text| Secret::from(text.as_str()));
    Some(match account.dialer_type {
        Kind::Twilio => Carrier::Twilio { account_sid: account.sid, auth_token: secret(account.auth_token) },
        Kind::Telnyx => Carrier::Telnyx { connection_id: account.sid },
        Kind::Sip => Carrier::Sip {
            termination_uri: account.sip_termination_uri,
            username: said(Some(account.sip_trunk_user_name)),
            password: secret(account.sip_trunk_password),
        },
    })
}

fn secret(secret: &Option<Secret>) -> Option<String> {
    secret.as_ref().map(|secret| secret.expose().to_owned())
}
