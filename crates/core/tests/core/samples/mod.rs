//! Random records. They are built with struct literals, so that the tests do not compile if a field is not sampled.

mod tools;

use std::{fmt::Debug, ops::RangeInclusive, time::Duration};

use proptest::{
    collection::{btree_map, hash_set, vec},
    option::of,
    prelude::*,
    sample::select,
};
use serde_json::{Map, Value};
use switchboard_core::model::{
    Agent, Alphabet, Analysis, Audio, CallLimits, Carrier, Criterion, Direction, Ending, EndpointKey,
    Endpointing, Engine, EventName, ExtractedType, Extraction, Gender, Greeting, Handover, HangUp, Keypad,
    Language, Millis, Model, ModelEndpoint, OptOut, PhoneNumber, Privacy, Prompt, Pronunciation, Root,
    Seconds, Sentiment, Silence, Speaker, Timezone, Transcription, Transfer, TransferMode, Trunk, TurnTaking,
    Voice, Voicemail, VoicemailAction, WebUrl, Webhook, put_secret,
};
use tools::tool;

/// Adds the secrets of a record to its JSON, which omits them.
pub fn with_secrets<R: Root>(mut document: Value, record: &R) -> Value {
    for (path, secret) in record.secrets() {
        put_secret(&mut document, &path, &secret);
    }
    document
}

pub const LANGUAGES: [&str; 8] = ["en", "en-US", "en-GB", "de", "de-AT", "zh-Hant-TW", "pt-BR", "mul"];

pub fn text() -> impl Strategy<Value = String> + Clone {
    "\\PC{1,12}"
}

pub fn language() -> impl Strategy<Value = Language> + Clone {
    select(&LANGUAGES).prop_map(|tag| Language::new(tag).unwrap())
}

pub fn phone_number() -> impl Strategy<Value = PhoneNumber> + Clone {
    "\\+[1-9][0-9]{6,14}".prop_map(|text| PhoneNumber::new(&text).unwrap())
}

fn timezone() -> impl Strategy<Value = Timezone> {
    select(&["Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC"])
        .prop_map(|name| Timezone::new(name).unwrap())
}

fn url() -> impl Strategy<Value = WebUrl> {
    "https?://[a-z]{1,8}\\.example(/[a-z0-9]{0,8})?(\\?[a-z]=[0-9]{1,3})?"
        .prop_map(|text| WebUrl::new(&text).unwrap())
}

fn seconds(range: RangeInclusive<u64>) -> impl Strategy<Value = Seconds> {
    nanos(range, 1_000_000_000).prop_map(Seconds)
}

fn millis(range: RangeInclusive<u64>) -> impl Strategy<Value = Millis> {
    nanos(range, 1_000_000).prop_map(Millis)
}

/// Generates durations. Half of them are whole multiples of the unit, as people write them.
fn nanos(range: RangeInclusive<u64>, unit: u64) -> impl Strategy<Value = Duration> {
    let fine = *range.start() * unit..=*range.end() * unit;
    prop_oneof![range.prop_map(move |n| n * unit), fine].prop_map(Duration::from_nanos)
}

fn choice<T: Debug + Clone + 'static>(values: &'static [T]) -> impl Strategy<Value = Option<T>> {
    of(select(values))
}

fn flag() -> impl Strategy<Value = Option<bool>> {
    of(any::<bool>())
}

fn words() -> impl Strategy<Value = Option<String>> {
    of(text())
}

pub fn agent() -> impl Strategy<Value = Agent> {
    let head = (text(), select(&[Direction::Inbound, Direction::Outbound]), language());
    let tongues = (of(vec(language(), 0..4)), of(timezone()));
    // Boxed, because all groups together do not fit on a test's stack.
    let talk = (
        prompt().boxed(),
        greeting().boxed(),
        voice().boxed(),
        model().boxed(),
        turn_taking().boxed(),
        silence().boxed(),
        (transcription(), of(vec(pronunciation(), 0..3)), keypad()).boxed(),
    );
    let rest = (
        call().boxed(),
        voicemail().boxed(),
        audio().boxed(),
        ending().boxed(),
        opt_out().boxed(),
        analysis().boxed(),
        webhook().boxed(),
        privacy().boxed(),
    );
    let lists = (
        of(btree_map(text(), text(), 0..4)),
        of(vec(tool().boxed(), 0..4)).boxed(),
        of(vec(text(), 0..4)),
        words(),
        of(vec(transfer(), 1..4)),
        of(vec(text(), 0..4)),
        of(vec(handover(), 1..4)),
    );
    (head, tongues, talk, rest, lists).prop_map(|(head, tongues, talk, rest, lists)| Agent {
        name: Some(head.0),
        direction: Some(head.1),
        language: Some(head.2),
        additional_languages: tongues.0,
        timezone: tongues.1,
        prompt: talk.0,
        greeting: talk.1,
        voice: talk.2,
        model: talk.3,
        transcription: talk.6.0,
        pronunciations: talk.6.1,
        turn_taking: talk.4,
        silence: talk.5,
        keypad: talk.6.2,
        call: rest.0,
        voicemail: rest.1,
        audio: rest.2,
        ending: rest.3,
        transfers: lists.4,
        handovers: lists.6,
        opt_out: rest.4,
        analysis: rest.5,
        webhook: rest.6,
        privacy: rest.7,
        variables: lists.0,
        tools: lists.1,
        tool_ids: lists.5,
        knowledge_base_ids: lists.2,
        phone_number_id: lists.3,
    })
}

fn prompt() -> impl Strategy<Value = Prompt> {
    (text(), words(), words(), of(url())).prop_map(|(instructions, goal, company_name, company_website)| {
        Prompt { instructions: Some(instructions), goal, company_name, company_website }
    })
}

fn greeting() -> impl Strategy<Value = Greeting> {
    (words(), choice(&[Speaker::Agent, Speaker::Caller]), flag(), flag(), of(seconds(0..=300))).prop_map(
        |(message, first_speaker, generated, interruptible, delay_s)| Greeting {
            message,
            first_speaker,
            generated,
            interruptible,
            delay_s,
        },
    )
}

fn voice() -> impl Strategy<Value = Voice> {
    let texts = (text(), words(), words(), words(), words());
    let gender = choice(&[Gender::Male, Gender::Female]);
    let numbers = (of(0.25..=4.0), of(0.0..=1.0), of(0.0..=1.0), of(0.0..=1.0));
    let rest = (flag(), of(vec(text(), 0..4)));
    (texts, gender, numbers, rest).prop_map(|(texts, gender, numbers, rest)| Voice {
        id: Some(texts.0),
        fallback_ids: rest.1,
        name: texts.1,
        accent: texts.2,
        gender,
        provider: texts.3,
        model: texts.4,
        speed: numbers.0,
        stability: numbers.1,
        similarity: numbers.2,
        style: numbers.3,
        speaker_boost: rest.0,
    })
}

fn model() -> impl Strategy<Value = Model> {
    let engine = choice(&[Engine::Pipeline, Engine::Realtime]);
    let named = words().prop_map(|name| (None, name));
    let source = prop_oneof![named, endpoint().prop_map(|endpoint| (Some(endpoint), None))];
    (engine, source, of(0.0..=2.0), of(1..=100_000_u32), of(vec(text(), 0..4))).prop_map(
        |(engine, (endpoint, name), temperature, max_tokens, fallback)| Model {
            engine,
            endpoint,
            name,
            temperature,
            max_tokens,
            fallback,
        },
    )
}

fn endpoint() -> impl Strategy<Value = ModelEndpoint> {
    let url = "https://[a-z]{1,8}\\.example(/v[0-9])?".prop_map(|text| WebUrl::new(&text).unwrap());
    let key = of("hush-[!-~]{0,8}").prop_map(|key| match key {
        Some(key) => EndpointKey::Known(key.as_str().into()),
        None => EndpointKey::None,
    });
    (url, words(), key).prop_map(|(url, model, key)| ModelEndpoint { url, model, key })
}

fn transcription() -> impl Strategy<Value = Transcription> {
    (words(), words(), of(vec(text(), 0..4))).prop_map(|(provider, model, keywords)| Transcription {
        provider,
        model,
        keywords,
    })
}

fn pronunciation() -> impl Strategy<Value = Pronunciation> {
    (text(), text(), select(&[Alphabet::Alias, Alphabet::Ipa]))
        .prop_map(|(text, say, alphabet)| Pronunciation { text, say, alphabet })
}

fn keypad() -> impl Strategy<Value = Keypad> {
    (flag(), flag()).prop_map(|(accept_digits, press_digits)| Keypad { accept_digits, press_digits })
}

fn privacy() -> impl Strategy<Value = Privacy> {
    (of(1..=36_500_u32), flag()).prop_map(|(retention_days, redact)| Privacy { retention_days, redact })
}

fn turn_taking() -> impl Strategy<Value = TurnTaking> {
    let kind = choice(&[Endpointing::Vad, Endpointing::Semantic]);
    let numbers = (of(0.0..=1.0), of(0.0..=1.0), of(0..=10_u32));
    (kind, numbers, of(millis(0..=60_000)), flag()).prop_map(
        |(endpointing, numbers, silence, interruptible)| TurnTaking {
            endpointing,
            endpointing_sensitivity: numbers.0,
            endpointing_silence_ms: silence,
            interruptible,
            interruption_sensitivity: numbers.1,
            interruption_min_words: numbers.2,
        },
    )
}

fn silence() -> impl Strategy<Value = Silence> {
    (of(seconds(0..=3600)), of(vec(text(), 0..4)), of(0..=100_u32), of(seconds(0..=3600))).prop_map(
        |(reprompt_after_s, reprompts, max_reprompts, hang_up_after_s)| Silence {
            reprompt_after_s,
            reprompts,
            max_reprompts,
            hang_up_after_s,
        },
    )
}

fn call() -> impl Strategy<Value = CallLimits> {
    (of(seconds(1..=86_400)), flag(), of(seconds(1..=600))).prop_map(
        |(max_duration_s, record, ring_timeout_s)| CallLimits { max_duration_s, record, ring_timeout_s },
    )
}

fn voicemail() -> impl Strategy<Value = Voicemail> {
    let action = choice(&[VoicemailAction::HangUp, VoicemailAction::LeaveMessage, VoicemailAction::Continue]);
    (action, words()).prop_map(|(action, message)| Voicemail { action, message })
}

fn audio() -> impl Strategy<Value = Audio> {
    (words(), of(0.0..=1.0), flag(), flag(), of(vec(text(), 0..4))).prop_map(
        |(ambient_sound, ambient_volume, noise_cancellation, fillers, filler_words)| Audio {
            ambient_sound,
            ambient_volume,
            noise_cancellation,
            fillers,
            filler_words,
        },
    )
}

fn ending() -> impl Strategy<Value = Ending> {
    (words(), of(words())).prop_map(|(message, instructions)| Ending {
        message,
        hang_up: instructions.map(|instructions| HangUp { instructions }),
    })
}

fn transfer() -> impl Strategy<Value = Transfer> {
    let mode = select(&[TransferMode::Cold, TransferMode::Warm]);
    (phone_number(), words(), mode, words()).prop_map(|(phone_number, condition, mode, message)| Transfer {
        phone_number,
        condition,
        mode,
        message,
    })
}

fn handover() -> impl Strategy<Value = Handover> {
    (text(), words()).prop_map(|(agent_id, condition)| Handover { agent_id, condition })
}

fn opt_out() -> impl Strategy<Value = OptOut> {
    (flag(), words()).prop_map(|(enabled, script)| OptOut { enabled, script })
}

fn analysis() -> impl Strategy<Value = Analysis> {
    let sentiment = [text(), text(), text(), text()].prop_map(|[general, positive, negative, neutral]| {
        Sentiment { general, positive, negative, neutral }
    });
    let criterion = (text(), text()).prop_map(|(name, prompt)| Criterion { name, prompt });
    let prompts = (words(), words(), of(vec(criterion, 0..3)));
    (flag(), flag(), prompts, of(sentiment), of(vec(extraction(), 0..3))).prop_map(
        |(evaluate, emotions, prompts, sentiment, extraction)| Analysis {
            evaluate,
            criteria: prompts.2,
            emotions,
            summary_prompt: prompts.0,
            outcome_prompt: prompts.1,
            sentiment,
            extraction,
        },
    )
}

/// Generates data points. Only strings have choices.
fn extraction() -> impl Strategy<Value = Extraction> {
    let kind = select(&[
        ExtractedType::String,
        ExtractedType::Number,
        ExtractedType::Integer,
        ExtractedType::Boolean,
    ]);
    let choices = of(hash_set(text(), 1..4));
    (text(), kind, text(), choices).prop_map(|(name, r#type, description, choices)| {
        let choices = choices.filter(|_| r#type == ExtractedType::String);
        Extraction { name, r#type, description, choices: choices.map(|set| set.into_iter().collect()) }
    })
}

fn webhook() -> impl Strategy<Value = Webhook> {
    let event = select(&["call.answered", "call.ended", "call.analyzed"])
        .prop_map(|name| EventName::new(name).unwrap());
    let delivery = (of(vec(event, 0..3)), of(seconds(1..=600)));
    (of(url()), flag(), delivery, flag(), flag()).prop_map(
        |(url, enabled, delivery, only_completed, include_recording)| Webhook {
            url,
            enabled,
            events: delivery.0,
            timeout_s: delivery.1,
            only_completed,
            include_recording,
        },
    )
}

/// Generates objects with arbitrary members, whose names include every character that pointers escape.
pub fn any_object() -> impl Strategy<Value = Map<String, Value>> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    let value = scalar.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            vec(("[a-c~/]{1,3}", inner), 0..3).prop_map(|members| members.into_iter().collect()),
        ]
    });
    vec(("[a-c~/]{1,3}", value), 0..4).prop_map(|members| members.into_iter().collect())
}

/// Generates trunks. All secrets begin with the same characters, so that a test can search for them.
pub fn trunk() -> impl Strategy<Value = Trunk> {
    let secret = || "hush-[a-zA-Z0-9]{8,24}".prop_map(|text| text.as_str().into());
    let carrier = prop_oneof![
        (text(), secret())
            .prop_map(|(account_sid, token)| Carrier::Twilio { account_sid, auth_token: Some(token) }),
        text().prop_map(|connection_id| Carrier::Telnyx { connection_id }),
        (text(), words(), of(secret())).prop_map(|(termination_uri, username, password)| Carrier::Sip {
            termination_uri,
            username,
            password,
        }),
    ];
    (text(), phone_number(), carrier).prop_map(|(name, phone_number, carrier)| Trunk {
        name: Some(name),
        phone_number: Some(phone_number),
        carrier: Some(carrier),
    })
}
