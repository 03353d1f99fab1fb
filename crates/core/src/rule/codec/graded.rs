//! A codec for a number that the vendor stores as one of a few words.

use serde_json::{Value, json};

use crate::{
    facts::Facts,
    rule::{Codec, Domain, Encoded, Loss, Refusal, Translation, Verdict},
};

/// Builds a codec for a number that the vendor stores as one of a few words. `grades` has (number, word) pairs whose
/// numbers increase in equal steps. The codec sends the nearest grade and reports the rounding.
pub fn graded(grades: &'static [(f64, &'static str)]) -> impl Codec<f64> {
    Graded(grades)
}

struct Graded(&'static [(f64, &'static str)]);

impl Codec<f64> for Graded {
    fn encode(&self, value: &f64, _: &Translation<'_>) -> Result<Encoded, Refusal> {
        let distance = |grade: &f64| (grade - value).abs();
        let nearest = self.0.iter().min_by(|(one, _), (other, _)| distance(one).total_cmp(&distance(other)));
        let Some((grade, word)) = nearest else {
            return Err(Refusal::Unsupported("the vendor has no such choice.".to_owned()));
        };
        let loss = (grade != value).then(|| Loss {
            verdict: Verdict::Rounded,
            sent: json!(grade),
            why: format!("The vendor has {} grades.", self.0.len()),
        });
        Ok(Encoded { wire: json!(word), loss })
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<f64> {
        self.0.iter().find(|(_, word)| wire == word).map(|(grade, _)| *grade)
    }
    fn domain(&self) -> Domain {
        let grade = |index: usize| self.0.get(index).map(|(grade, _)| *grade);
        let step = grade(0).zip(grade(1)).map(|(first, second)| second - first);
        Domain::Number { min: grade(0), max: self.0.last().map(|(grade, _)| *grade), step }
    }
    fn conversion(&self) -> Option<String> {
        let words = self.0.iter().map(|(grade, word)| format!("{grade} as {word:?}"));
        Some(words.collect::<Vec<_>>().join(", "))
    }
}
