//! Durations, which are numbers in JSON.

use std::{fmt, time::Duration};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::openapi::{RefOr, Schema};

use crate::model::{Leaf, Measure, schema};

/// A leaf that number codecs can convert.
pub trait Quantity: Leaf {
    /// Returns the number, in the field's unit.
    fn number(&self) -> f64;

    /// Builds the quantity from a number in the field's unit. A `u32` is rounded to a whole number. Returns
    /// `None` if the type cannot hold the number, such as a negative duration.
    fn from_number(number: f64) -> Option<Self>;
}

impl Quantity for f64 {
    fn number(&self) -> f64 {
        *self
    }
    fn from_number(number: f64) -> Option<Self> {
        number.is_finite().then_some(number)
    }
}

impl Quantity for u32 {
    fn number(&self) -> f64 {
        f64::from(*self)
    }
    fn from_number(number: f64) -> Option<Self> {
        let whole = number.round();
        (whole >= 0.0 && whole <= f64::from(Self::MAX)).then_some(whole as Self)
    }
}

macro_rules! durations {
    ($($name:ident, $unit:literal, $per_second:literal;)*) => { $(
        #[doc = concat!("A duration, which is a number of ", $unit, " in JSON.")]
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(pub Duration);

        impl Quantity for $name {
            fn number(&self) -> f64 {
                // Whole nanoseconds preserve every number of seconds that has at most nine decimals.
                self.0.as_nanos() as f64 / (1e9 / $per_second)
            }
            fn from_number(number: f64) -> Option<Self> {
                Duration::try_from_secs_f64(number / $per_second).ok().map(Self)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let number = self.number();
                match number.fract() == 0.0 {
                    true => serializer.serialize_u64(number as u64),
                    false => serializer.serialize_f64(number),
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let number = f64::deserialize(deserializer)?;
                Self::from_number(number).ok_or_else(|| de::Error::custom(concat!("must be a number of ", $unit, ", zero or more")))
            }
        }

        impl Leaf for $name {
            fn measure(&self) -> Measure {
                Measure::Number(self.number())
            }
            fn schema() -> RefOr<Schema> {
                schema::number(concat!("The unit is ", $unit, "."))
            }
        }
    )* };
}

durations! {
    Seconds, "seconds", 1.0;
    Millis, "milliseconds", 1e3;
}

impl Seconds {
    /// Returns the duration, rounded to milliseconds.
    pub fn in_millis(self) -> Self {
        let micros = self.0.as_micros().saturating_add(500);
        u64::try_from(micros / 1000).map_or(self, |millis| Self(Duration::from_millis(millis)))
    }
}

/// Shows the number of seconds for messages, rounded to milliseconds, such as `0.3` or `10`.
impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.in_millis().number())
    }
}
