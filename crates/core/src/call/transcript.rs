//! The transcript of a call.

use std::{
    fmt,
    hash::{DefaultHasher, Hash, Hasher},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::model::Described;

/// The maximum size of a transcript: 2 MiB, counted over the UTF-8 bytes of its text.
pub const MAX_TRANSCRIPT_BYTES: usize = 2 * 1024 * 1024;

/// The words that were spoken in a call.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Transcript {
    /// The segments, in the order in which they were spoken. Null if the vendor returns the transcript as text in a
    /// form that the gateway cannot divide reliably.
    segments: Option<Vec<TranscriptSegment>>,
    /// The whole transcript as text, with one line per segment.
    text: String,
    /// True if the gateway cut the transcript after 2 MiB.
    truncated: bool,
}

/// A portion of a transcript that one party spoke without interruption.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TranscriptSegment {
    /// The party that spoke.
    #[schema(inline)]
    pub speaker: TranscriptSpeaker,
    /// The words.
    pub text: String,
    /// The beginning of the segment, in seconds from the beginning of the call. Null if not known.
    #[schema(minimum = 0)]
    pub start_s: Option<f64>,
    /// The time at which the segment begins. Null if not known.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
}

/// A party of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum TranscriptSpeaker {
    /// The AI agent.
    Agent,
    /// The other party.
    Customer,
    /// A person who took the call over from the agent.
    HumanAgent,
    /// The vendor's system, such as a tool or an announcement.
    System,
}

/// The availability of a transcript.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum TranscriptState {
    /// The transcript may still follow.
    #[default]
    Pending,
    /// The transcript can be read.
    Available,
    /// The call has no transcript.
    None,
    /// The transcript was deleted because its retention period is over.
    Expired,
    /// The transcript was erased on request.
    Erased,
}

impl TranscriptSpeaker {
    fn label(self) -> &'static str {
        match self {
            Self::Agent => "Agent",
            Self::Customer => "Customer",
            Self::HumanAgent => "Human agent",
            Self::System => "System",
        }
    }
}

impl Transcript {
    /// Builds a transcript from segments. Cuts it after the last segment that fits into 2 MiB of text or, if the first
    /// segment is longer, after the last character that fits.
    pub fn from_segments(segments: Vec<TranscriptSegment>) -> Self {
        let (mut text, mut kept) = (String::new(), Vec::with_capacity(segments.len()));
        let mut truncated = false;
        for mut segment in segments {
            let label = format!("{}: ", segment.speaker.label());
            let label = if text.is_empty() { label } else { format!("\n{label}") };
            let Some(room) = MAX_TRANSCRIPT_BYTES.checked_sub(text.len() + label.len()) else {
                truncated = true;
                break;
            };
            truncated = segment.text.len() > room;
            if truncated && !kept.is_empty() {
                break;
            }
            segment.text.truncate(segment.text.floor_char_boundary(room));
            text.push_str(&label);
            text.push_str(&segment.text);
            kept.push(segment);
            if truncated {
                break;
            }
        }
        Self { segments: Some(kept), text, truncated }
    }

    /// Builds a transcript from text. Cuts it after the last line that fits into 2 MiB or, if the first line is longer,
    /// after the last character that fits.
    pub fn from_text(text: &str) -> Self {
        if text.len() <= MAX_TRANSCRIPT_BYTES {
            return Self { segments: None, text: text.to_owned(), truncated: false };
        }
        let fitting = &text[..text.floor_char_boundary(MAX_TRANSCRIPT_BYTES)];
        let whole_lines = fitting.rfind('\n').filter(|end| *end > 0);
        let text = whole_lines.and_then(|end| fitting.get(..end)).unwrap_or(fitting);
        Self { segments: None, text: text.to_owned(), truncated: true }
    }

    /// Returns the segments, or `None` if the vendor returns only text.
    pub fn segments(&self) -> Option<&[TranscriptSegment]> {
        self.segments.as_deref()
    }

    /// Returns the whole transcript as text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns true if the transcript was cut after 2 MiB.
    pub fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// Returns true if the transcript contains no words.
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Returns the weight by which the transcript is compared with other transcripts of the same call.
    pub(super) fn weight(&self) -> TranscriptWeight {
        let mut hasher = DefaultHasher::new();
        self.text.hash(&mut hasher);
        for segment in self.segments.iter().flatten() {
            (segment.speaker, segment.start_s.map(f64::to_bits), segment.at).hash(&mut hasher);
        }
        let segments = self.segments.as_ref().map_or(0, Vec::len);
        TranscriptWeight { length: self.text.len(), segments, hash: hasher.finish() }
    }
}

/// The size and a hash of a transcript. Of two transcripts of one call, the one with the greater weight applies: the
/// longer text, then the greater number of segments. The hash only decides between transcripts of equal size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct TranscriptWeight {
    length: usize,
    segments: usize,
    hash: u64,
}

/// `Debug` shows no words.
impl fmt::Debug for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let segments = self.segments.as_ref().map(Vec::len);
        write!(f, "Transcript({} bytes, segments: {segments:?})", self.text.len())
    }
}

/// `Debug` shows no words.
impl fmt::Debug for TranscriptSegment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TranscriptSegment({:?}, {} bytes)", self.speaker, self.text.len())
    }
}
