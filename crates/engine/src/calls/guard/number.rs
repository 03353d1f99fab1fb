//! The country and the kind of a phone number.

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberType};
use switchboard_config::calls::NumberKind;
use switchboard_core::model::PhoneNumber;

/// The country and the kind of a phone number that a subscriber can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberPlan {
    /// The country (ISO 3166-1 alpha-2). `None` if the number belongs to no country, such as that of a satellite phone.
    pub country: Option<String>,
    /// The kind. `None` if it does not follow from the numbering plan of the country.
    pub kind: Option<NumberKind>,
}

/// Looks up the country and the kind of a phone number in the numbering plans. Returns `None` if no subscriber can have
/// the number: an emergency number, another short number, or a number in an unassigned range.
///
/// The first call loads the numbering plans, which then use about 10 MB of memory.
pub fn look_up(number: &PhoneNumber) -> Option<NumberPlan> {
    let parsed = PHONE_NUMBER_UTIL.parse(number.as_str(), None).ok()?;
    if !PHONE_NUMBER_UTIL.is_valid_number(&parsed) {
        return None;
    }
    let country = parsed.get_region_code().map(|region| region.to_string());
    let country =
        country.filter(|code| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()));
    Some(NumberPlan { country, kind: kind(parsed.get_type()) })
}

/// Returns the E.164 form of a phone number if it differs from the number as given. The number as given then contains
/// digits that only callers within the country dial, such as the 0 in `+49030123401`. Telephone networks may ignore these
/// digits, so the other checks, which compare digits, would take the number for another one.
pub fn other_form(number: &PhoneNumber) -> Option<String> {
    let parsed = PHONE_NUMBER_UTIL.parse(number.as_str(), None).ok()?;
    let form = parsed.format_as(PhoneNumberFormat::E164).into_owned();
    (form.starts_with('+') && form != number.as_str()).then_some(form)
}

/// Returns true if the numbering plans have a country with this code.
pub fn is_country(code: &str) -> bool {
    PHONE_NUMBER_UTIL.get_supported_regions().any(|region| region.to_string() == code)
}

fn kind(kind: PhoneNumberType) -> Option<NumberKind> {
    Some(match kind {
        PhoneNumberType::FixedLine => NumberKind::FixedLine,
        PhoneNumberType::Mobile => NumberKind::Mobile,
        PhoneNumberType::FixedLineOrMobile => NumberKind::FixedLineOrMobile,
        PhoneNumberType::TollFree => NumberKind::TollFree,
        PhoneNumberType::PremiumRate => NumberKind::PremiumRate,
        PhoneNumberType::SharedCost => NumberKind::SharedCost,
        PhoneNumberType::VoIP => NumberKind::Voip,
        PhoneNumberType::PersonalNumber => NumberKind::PersonalNumber,
        PhoneNumberType::Pager => NumberKind::Pager,
        PhoneNumberType::UAN => NumberKind::Uan,
        PhoneNumberType::VoiceMail => NumberKind::Voicemail,
        PhoneNumberType::Unknown => return None,
    })
}
