//! Hearing and speaking: languages, transcribers and voices.

use serde_json::{Value, json};
use switchboard_core::{
    model::Agent,
    plan::{Desired, Planned, Transition},
};

use crate::{agent, body, changed, created, drift, plan, stored, verdict};

const TRANSCRIBERS: [&str; 13] = [
    "assembly-ai",
    "azure",
    "cartesia",
    "deepgram",
    "elevenlabs",
    "gladia",
    "google",
    "openai",
    "soniox",
    "speechmatics",
    "talkscriber",
    "vapi",
    "xai",
];

/// Builds an agent with a voice that has no setting for the language.
fn heard(transcription: Value, language: &str) -> Desired<Agent> {
    let voice = json!({ "id": "alloy", "provider": "openai" });
    agent(json!({ "language": language, "transcription": transcription, "voice": voice }))
}

#[test]
fn the_language_of_each_transcriber_comes_back_as_it_was_sent() {
    const TAGS: [&str; 13] = [
        "en", "en-US", "de", "de-AT", "pt-BR", "zh", "zh-CN", "da-DK", "ko-KR", "sv-SE", "th-TH", "es-419",
        "mul",
    ];
    for provider in TRANSCRIBERS {
        let mut accepted = 0;
        for tag in TAGS {
            let desired = heard(json!({ "provider": provider }), tag);
            let Ok(Planned::Ready(plan)) = plan(&Transition::Create, &desired) else { continue };
            accepted += 1;
            let report = plan.report.clone();
            let document = stored(body(plan), json!({}));
            assert_eq!(drift(&desired, &report, &document), [], "{provider} {tag}");
        }
        assert!(accepted > 1, "{provider}");
    }
}

#[test]
fn a_regional_language_is_sent_in_full_or_as_its_language() {
    for (provider, tag, code, sent) in [
        ("azure", "en-US", "en-US", None),
        ("azure", "de-AT", "de-AT", None),
        ("azure", "de", "de-DE", Some("de-DE")),
        ("deepgram", "de-AT", "de", Some("de")),
        ("deepgram", "pt-BR", "pt-BR", None),
        ("elevenlabs", "en-US", "en", Some("en")),
        ("assembly-ai", "en-US", "en", Some("en")),
        ("google", "pt-BR", "Portuguese", Some("pt")),
    ] {
        let plan = created(&heard(json!({ "provider": provider }), tag));
        let expected = if sent.is_some() { "substituted" } else { "exact" };
        assert_eq!(verdict(&plan, "/language"), (expected, sent.map(Value::from)), "{provider} {tag}");
        assert_eq!(body(plan)["transcriber"]["language"], code, "{provider} {tag}");
    }
    let voice = json!({ "id": "Emma" });
    let azure =
        agent(json!({ "language": "en-US", "voice": voice, "transcription": { "provider": "azure" } }));
    assert_eq!(body(created(&azure))["voice"]["language"], "en-US");
}

#[test]
fn another_language_at_the_vendor_is_drift() {
    let desired = heard(json!({ "provider": "azure" }), "en-US");
    let plan = created(&desired);
    let report = plan.report.clone();
    let document = stored(body(plan), json!({ "transcriber": { "provider": "azure", "language": "en-GB" } }));
    let fields: Vec<_> = drift(&desired, &report, &document).into_iter().map(|drift| drift.field).collect();
    assert_eq!(fields, ["/language"]);
}

#[test]
fn voices_that_name_their_language_get_the_name() {
    for (provider, member, name) in [("playht", "language", "german"), ("minimax", "languageBoost", "German")]
    {
        let voice = json!({ "id": "x", "provider": provider, "speed": 1 });
        let desired = agent(json!({ "language": "de", "voice": voice }));
        let plan = created(&desired);
        let report = plan.report.clone();
        let sent = body(plan);
        assert_eq!(sent["voice"][member], name);
        let held = stored(sent.clone(), json!({}));
        assert_eq!(drift(&desired, &report, &held), [], "{provider}");
        let voice = json!({ "id": "x", "provider": provider, "speed": 1.25 });
        let faster = agent(json!({ "language": "de", "voice": voice }));
        assert_eq!(body(changed(&desired, &held, &faster))["voice"][member], name);
    }
}

#[test]
fn a_required_model_is_assumed() {
    let openai = created(&heard(json!({ "provider": "openai" }), "de"));
    assert_eq!(verdict(&openai, "/transcription/model"), ("assumed", Some(json!("gpt-4o-transcribe"))));
    assert_eq!(body(openai)["transcriber"]["model"], "gpt-4o-transcribe");
    let sesame = created(&agent(json!({ "voice": { "id": "x", "provider": "sesame" } })));
    assert_eq!(body(sesame)["voice"]["model"], "csm-1b");
    // The model of another transcriber does not stay.
    let before = heard(json!({ "provider": "deepgram", "model": "nova-2" }), "de");
    let held = stored(body(created(&before)), json!({}));
    let after = changed(&before, &held, &heard(json!({ "provider": "openai" }), "de"));
    assert_eq!(verdict(&after, "/transcription/model"), ("assumed", Some(json!("gpt-4o-transcribe"))));
    assert_eq!(body(after)["transcriber"]["model"], "gpt-4o-transcribe");
    let several = json!({ "language": "mul", "voice": { "id": "x", "provider": "neuphonic" } });
    let error = plan(&Transition::Create, &agent(several)).err().unwrap();
    assert_eq!(json!(error.violations)[0]["pointer"], "/voice/provider");
}

#[test]
fn the_silence_counts_without_a_method_of_endpointing() {
    let set = |endpointing: Value| {
        created(&agent(
            json!({ "turn_taking": { "endpointing": endpointing, "endpointing_silence_ms": 800 } }),
        ))
    };
    for endpointing in [json!(null), json!("vad")] {
        let sent = body(set(endpointing));
        let plan = &sent["startSpeakingPlan"]["transcriptionEndpointingPlan"];
        assert_eq!(plan["onNoPunctuationSeconds"], 0.8);
    }
    assert_eq!(verdict(&set(json!("semantic")), "/turn_taking/endpointing_silence_ms").0, "unsupported");
}

#[test]
fn older_models_of_deepgram_take_single_words() {
    let heard = |model: &str, words: Value| {
        heard(json!({ "provider": "deepgram", "model": model, "keywords": words }), "en")
    };
    let old = heard("nova-2", json!(["Weber"]));
    let sent = body(created(&old));
    assert_eq!(
        (&sent["transcriber"]["keywords"], sent["transcriber"].get("keyterm")),
        (&json!(["Weber"]), None)
    );
    let weighted = json!({ "transcriber": { "provider": "deepgram", "model": "nova-2", "language": "en", "keywords": ["Weber:3"] } });
    let held = stored(sent, weighted);
    let more = body(changed(&old, &held, &heard("nova-2", json!(["Weber", "Klinik"]))));
    assert_eq!(more["transcriber"]["keywords"], json!(["Weber:3", "Klinik"]));
    let new = body(changed(&old, &held, &heard("nova-3", json!(["Weber"]))));
    assert_eq!(
        (&new["transcriber"]["keyterm"], new["transcriber"].get("keywords")),
        (&json!(["Weber"]), None)
    );

    let phrases = heard("nova-3", json!(["root canal"]));
    let held = stored(body(created(&phrases)), json!({}));
    let plan = changed(&phrases, &held, &heard("nova-2", json!(["root canal"])));
    assert_eq!(verdict(&plan, "/transcription/keywords").0, "unsupported");
    let sent = body(plan);
    assert!(["keyterm", "keywords"].iter().all(|name| sent["transcriber"].get(*name).is_none()), "{sent}");
}

#[test]
fn words_keep_the_sounds_that_the_vendor_has() {
    let with = |words: Value| heard(json!({ "provider": "speechmatics", "keywords": words }), "de");
    let before = with(json!(["Weber"]));
    let known = json!({ "content": "Weber", "soundsLike": ["Veber"] });
    let transcriber = json!({ "provider": "speechmatics", "language": "de", "model": "default", "customVocabulary": [known] });
    let held = stored(body(created(&before)), json!({ "transcriber": transcriber }));
    let sent = body(changed(&before, &held, &with(json!(["Klinik", "Weber"]))));
    assert_eq!(sent["transcriber"]["customVocabulary"], json!([{ "content": "Klinik" }, known]));
}

#[test]
fn members_with_another_meaning_leave_with_their_provider() {
    let at = |provider: &str| heard(json!({ "provider": provider }), "de");
    for (before, after, members) in [
        ("deepgram", "gladia", json!({ "endpointing": 300, "numerals": true, "confidenceThreshold": 0.5 })),
        (
            "assembly-ai",
            "deepgram",
            json!({ "endOfTurnConfidenceThreshold": 0.5, "realtimeUrl": "wss://x.example" }),
        ),
        ("gladia", "speechmatics", json!({ "region": "us-west", "receivePartialTranscripts": true })),
        ("speechmatics", "gladia", json!({ "region": "eu", "minimumSpeechDuration": 0.1 })),
        ("deepgram", "vapi", json!({ "fallbackPlan": { "transcribers": [] } })),
    ] {
        let (language, kept) =
            (if before == "assembly-ai" { "en" } else { "de" }, after == "gladia" && before == "deepgram");
        let [from, to] = [before, after].map(|provider| heard(json!({ "provider": provider }), language));
        let mut transcriber = members.clone();
        transcriber["provider"] = json!(before);
        transcriber["language"] = json!(language);
        let held = stored(body(created(&from)), json!({ "transcriber": transcriber }));
        let sent = body(changed(&from, &held, &to))["transcriber"].clone();
        let left: Vec<_> =
            members.as_object().unwrap().keys().filter(|name| sent.get(name.as_str()).is_some()).collect();
        let expected: &[&str] = if kept { &["confidenceThreshold"] } else { &[] };
        assert_eq!(left, expected, "{before} to {after}: {sent}");
    }
    let same = at("deepgram");
    let transcriber =
        json!({ "provider": "deepgram", "model": "nova-3", "language": "de", "endpointing": 300 });
    let held = stored(body(created(&same)), json!({ "transcriber": transcriber }));
    let more = heard(json!({ "provider": "deepgram", "keywords": ["Weber"] }), "de");
    assert_eq!(body(changed(&same, &held, &more))["transcriber"]["endpointing"], 300);

    let voice = |provider: &str| agent(json!({ "voice": { "id": "x", "provider": provider } }));
    let before = voice("microsoft");
    let styled = json!({ "provider": "microsoft", "voiceId": "x", "style": "cheerful", "speed": 1.9 });
    let held = stored(body(created(&before)), json!({ "voice": styled }));
    let sent = body(changed(&before, &held, &voice("elevenlabs")))["voice"].clone();
    assert_eq!(
        (sent.get("style"), sent.get("speed"), sent.get("heldProvider")),
        (None, None, None),
        "{sent}"
    );
}
