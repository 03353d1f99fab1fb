//! The bound on transcripts.

use switchboard_core::call::{MAX_TRANSCRIPT_BYTES, Transcript, TranscriptSegment, TranscriptSpeaker};

fn segment(text: String) -> TranscriptSegment {
    TranscriptSegment { speaker: TranscriptSpeaker::Agent, text, start_s: Some(1.5), at: None }
}

#[test]
fn segments_make_one_line_each() {
    let customer = TranscriptSegment { speaker: TranscriptSpeaker::Customer, ..segment("Hello".to_owned()) };
    let transcript = Transcript::from_segments(vec![segment("Good morning".to_owned()), customer]);
    assert_eq!(transcript.text(), "Agent: Good morning\nCustomer: Hello");
    assert!(!transcript.is_truncated());
}

#[test]
fn a_long_transcript_is_cut_after_a_whole_segment() {
    let long = "é".repeat(300_000);
    let transcript = Transcript::from_segments(vec![segment(long.clone()); 5]);
    assert_eq!(transcript.segments().map(<[_]>::len), Some(3));
    assert!(transcript.text().len() <= MAX_TRANSCRIPT_BYTES && transcript.text().ends_with('é'));
    assert!(transcript.is_truncated());
}

#[test]
fn a_first_segment_that_is_too_long_is_cut_after_a_whole_character() {
    let long = segment("é".repeat(MAX_TRANSCRIPT_BYTES));
    let transcript = Transcript::from_segments(vec![long, segment("later".to_owned())]);
    let [kept] = transcript.segments().unwrap() else { panic!("{transcript:?}") };
    assert_eq!(transcript.text(), format!("Agent: {}", kept.text));
    assert_eq!(transcript.text().len(), MAX_TRANSCRIPT_BYTES - 1);
    assert_eq!((kept.start_s, transcript.is_truncated()), (Some(1.5), true));
}

#[test]
fn a_long_text_is_cut_after_a_whole_line_or_character() {
    let line = format!("{}\n", "a".repeat(999_999));
    let lines = Transcript::from_text(&line.repeat(3));
    assert_eq!(lines.text().len(), 1_999_999);
    assert!(lines.is_truncated() && lines.segments().is_none());
    let one = Transcript::from_text(&format!("a{}", "é".repeat(MAX_TRANSCRIPT_BYTES)));
    assert!(one.is_truncated() && one.text().len() == MAX_TRANSCRIPT_BYTES - 1);
    assert!(!Transcript::from_text("short").is_truncated());
}

#[test]
fn debug_shows_no_words() {
    let transcript = Transcript::from_segments(vec![segment("a secret".to_owned())]);
    let shown = format!("{transcript:?} {:?}", transcript.segments());
    assert!(!shown.contains("secret"), "{shown}");
}
