//! A codec for numbers in the vendor's unit, range and steps.

use std::ops::RangeInclusive;

use serde_json::Value;

use crate::{
    facts::Facts,
    model::Quantity,
    rule::{Codec, Domain, Encoded, Loss, Refusal, Translation, Verdict, codec::wire_number},
};

/// A codec for numbers in the vendor's unit, range and steps.
pub struct Number {
    scale: f64,
    steps: Option<f64>,
    up: bool,
    range: Option<RangeInclusive<f64>>,
    unit: Option<&'static str>,
}

/// Builds a codec for a number that the vendor stores in the same unit.
pub fn number() -> Number {
    Number { scale: 1.0, steps: None, up: false, range: None, unit: None }
}

/// Builds a codec for seconds at a vendor that accepts whole seconds.
pub fn seconds() -> Number {
    number().steps(1.0)
}

/// Builds a codec for seconds at a vendor that accepts whole minutes. The codec rounds up, because rounding
/// must not shorten a call.
pub fn minutes() -> Number {
    Number { scale: 1.0 / 60.0, up: true, unit: Some("minutes"), ..number().steps(1.0) }
}

impl Number {
    /// Sets the vendor's `unit`. The vendor's number is the normalized number times `scale`.
    pub fn scaled(self, scale: f64, unit: &'static str) -> Self {
        Self { scale, unit: Some(unit), ..self }
    }

    /// Sets the step. The vendor accepts only multiples of `step`, in the vendor's unit, so the codec rounds other
    /// numbers and reports this.
    pub fn steps(self, step: f64) -> Self {
        Self { steps: Some(step), ..self }
    }

    /// Sets the range that the vendor accepts, in the vendor's unit. The codec sends the nearest limit for a number
    /// outside the range, and reports this.
    pub fn within(self, range: RangeInclusive<f64>) -> Self {
        Self { range: Some(range), ..self }
    }

    fn stepped(&self, number: f64) -> f64 {
        let Some(step) = self.steps else { return number };
        let count = number / step;
        // Without this check, a floating-point error could round a whole count up to the next count.
        let count = if self.up && !same(count, count.round()) { count.ceil() } else { count.round() };
        // Dividing by the whole inverse of a decimal step (12 / 10 instead of 12 * 0.1) avoids floating-point errors.
        let inverse = (1.0 / step).round();
        if (inverse * step - 1.0).abs() < 1e-9 { count / inverse } else { count * step }
    }

    /// Converts a normalized number to the vendor's unit. A number in the same unit is returned unchanged.
    fn theirs(&self, number: f64) -> f64 {
        if self.scale == 1.0 { number } else { clean(number * self.scale) }
    }

    fn ours(&self, number: f64) -> f64 {
        if self.scale == 1.0 { number } else { clean(number / self.scale) }
    }

    fn why(&self, verdict: Verdict) -> String {
        let unit = self.unit.map(|unit| format!(" {unit}")).unwrap_or_default();
        match (verdict, &self.range, self.steps) {
            (Verdict::Clamped, Some(range), _) => {
                format!("The vendor takes {} to {}{unit}.", range.start(), range.end())
            }
            (_, _, Some(1.0)) => {
                format!(
                    "The vendor takes whole{}{}.",
                    if self.unit.is_some() { unit } else { " numbers".to_owned() },
                    if self.up { ", rounded up" } else { "" }
                )
            }
            (_, _, Some(step)) => format!("The vendor takes steps of {step}{unit}."),
            _ => "The vendor takes another number.".to_owned(),
        }
    }
}

impl<T: Quantity> Codec<T> for Number {
    fn encode(&self, value: &T, _: &Translation<'_>) -> Result<Encoded, Refusal> {
        let asked = self.theirs(value.number());
        let stepped = self.stepped(asked);
        let sent = self.range.as_ref().map_or(stepped, |range| stepped.clamp(*range.start(), *range.end()));
        let verdict = if same(sent, stepped) { Verdict::Rounded } else { Verdict::Clamped };
        let loss = (!same(sent, asked)).then(|| Loss {
            verdict,
            sent: wire_number(self.ours(sent)),
            why: self.why(verdict),
        });
        Ok(Encoded { wire: wire_number(sent), loss })
    }

    /// Reads numbers in strings as well, and ignores the range, because vendors return values outside their
    /// documented ranges.
    fn decode(&self, wire: &Value, _: &Facts) -> Option<T> {
        let number = wire.as_f64().or_else(|| wire.as_str()?.trim().parse().ok())?;
        T::from_number(self.ours(number))
    }

    fn domain(&self) -> Domain {
        let range = self.range.as_ref();
        Domain::Number {
            min: range.map(|range| self.ours(*range.start())),
            max: range.map(|range| self.ours(*range.end())),
            step: self.steps.map(|step| self.ours(step)),
        }
    }

    fn conversion(&self) -> Option<String> {
        let unit = self.unit?;
        Some(if self.up { format!("to {unit}, rounded up") } else { format!("to {unit}") })
    }
}

/// Rounds off the floating-point error of scaling: 0.35, not 0.35000000000000003.
fn clean(number: f64) -> f64 {
    let clean = (number * 1e9).round() / 1e9;
    if clean.is_finite() && same(clean, number) { clean } else { number }
}

/// Returns true if two numbers are equal up to the rounding error of a few floating-point operations.
fn same(one: f64, other: f64) -> bool {
    (one - other).abs() <= 4.0 * f64::EPSILON * one.abs().max(other.abs())
}
