//! The cost of a call.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::model::Described;

/// The maximum number of characters of an amount, without its sign.
const MAX_AMOUNT: usize = 40;

/// The price that the vendor charges for a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CallCost {
    /// The amount, as a decimal number in a string, such as `0.12`.
    #[schema(pattern = r"^-?[0-9]+(\.[0-9]+)?$")]
    amount: String,
    /// The currency, as an ISO 4217 code such as `USD`. Null if the vendor does not return it, or if the amount is in
    /// credits.
    #[schema(pattern = "^[A-Z]{3}$")]
    currency: Option<String>,
    /// The unit of the amount.
    #[serde(default)]
    #[schema(inline)]
    unit: CostUnit,
}

/// The unit of a cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum CostUnit {
    /// The vendor's own credits.
    Credits,
    /// Units of the currency.
    #[default]
    Currency,
}

impl CallCost {
    /// Builds a cost in a currency. Returns `None` if the amount is not a decimal number, or if the currency is not a
    /// three-letter code.
    pub fn in_currency(amount: &Value, currency: Option<&str>) -> Option<Self> {
        let currency = match currency {
            Some(code) if code.len() == 3 && code.bytes().all(|letter| letter.is_ascii_alphabetic()) => {
                Some(code.to_ascii_uppercase())
            }
            Some(_) => return None,
            None => None,
        };
        Some(Self { amount: decimal(amount)?, currency, unit: CostUnit::Currency })
    }

    /// Builds a cost in hundredths of a currency, such as cents. Returns `None` in the same cases as
    /// [`Self::in_currency`].
    pub fn in_hundredths(amount: &Value, currency: &str) -> Option<Self> {
        let cost = Self::in_currency(amount, Some(currency))?;
        Some(Self { amount: shifted(&cost.amount), ..cost })
    }

    /// Builds a cost in the vendor's own credits. Returns `None` if the amount is not a decimal number.
    pub fn in_credits(amount: &Value) -> Option<Self> {
        Some(Self { amount: decimal(amount)?, currency: None, unit: CostUnit::Credits })
    }

    /// Returns the amount, as a decimal number in a string.
    pub fn amount(&self) -> &str {
        &self.amount
    }

    /// Returns the currency, if it is known.
    pub fn currency(&self) -> Option<&str> {
        self.currency.as_deref()
    }

    /// Returns the unit of the amount.
    pub fn unit(&self) -> CostUnit {
        self.unit
    }

    /// Compares two costs that a vendor returned for one call. The greater one applies. Costs rank by whether the
    /// currency is known, then by unit (a currency above credits), then by amount.
    pub(super) fn rank(&self, other: &Self) -> Ordering {
        let known = |cost: &Self| cost.currency.is_some();
        known(self)
            .cmp(&known(other))
            .then_with(|| self.unit.cmp(&other.unit))
            .then_with(|| compare(&self.amount, &other.amount))
            .then_with(|| (&self.currency, &self.amount).cmp(&(&other.currency, &other.amount)))
    }
}

/// Returns the value as a decimal number in plain notation, without leading zeros. Returns `None` if the value is
/// neither a JSON number nor a string in plain notation, or if it is too long.
fn decimal(wire: &Value) -> Option<String> {
    let text = match wire {
        Value::Number(number) => plain(&number.to_string())?,
        Value::String(text) => text.trim().to_owned(),
        _ => return None,
    };
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.as_str()),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |digits: &str| digits.bytes().all(|digit| digit.is_ascii_digit());
    if digits.len() > MAX_AMOUNT || whole.is_empty() || !is_number(whole) || !is_number(fraction) {
        return None;
    }
    if digits.ends_with('.') {
        return None;
    }
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        whole => whole,
    };
    let amount = match fraction {
        "" => whole.to_owned(),
        fraction => format!("{whole}.{fraction}"),
    };
    let is_zero = amount.bytes().all(|digit| matches!(digit, b'0' | b'.'));
    Some(if is_zero { amount } else { format!("{sign}{amount}") })
}

/// Writes a number without an exponent: `1.5e-7` becomes `0.00000015`. Returns `None` if the exponent is outside the
/// range from -29 to 29.
fn plain(number: &str) -> Option<String> {
    let Some((mantissa, exponent)) = number.split_once(['e', 'E']) else { return Some(number.to_owned()) };
    let exponent: i32 = exponent.parse().ok().filter(|exponent: &i32| exponent.unsigned_abs() < 30)?;
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", mantissa),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let point = i32::try_from(whole.len()).ok()? + exponent;
    Some(match usize::try_from(point) {
        Ok(point) if point >= digits.len() => format!("{sign}{digits:0<point$}"),
        Ok(point) if point > 0 => format!("{sign}{}.{}", &digits[..point], &digits[point..]),
        _ => format!("{sign}0.{}{digits}", "0".repeat(usize::try_from(-point).ok()?)),
    })
}

/// Divides a decimal number by 100.
fn shifted(amount: &str) -> String {
    let (sign, digits) = match amount.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", amount),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = format!("{whole:0>3}");
    let (above, below) = whole.split_at(whole.len() - 2);
    format!("{sign}{above}.{below}{fraction}")
}

/// Compares two decimal numbers in plain notation.
fn compare(one: &str, other: &str) -> Ordering {
    let parts = |amount: &str| {
        let (negative, digits) = match amount.strip_prefix('-') {
            Some(digits) => (true, digits.to_owned()),
            None => (false, amount.to_owned()),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
        (negative, whole.to_owned(), fraction.trim_end_matches('0').to_owned())
    };
    let ((one_negative, one_whole, one_rest), (other_negative, other_whole, other_rest)) =
        (parts(one), parts(other));
    let size = one_whole
        .len()
        .cmp(&other_whole.len())
        .then(one_whole.cmp(&other_whole))
        .then(one_rest.cmp(&other_rest));
    match (one_negative, other_negative) {
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) => size,
        (true, true) => size.reverse(),
    }
}
