//! The rules for writing each field of an agent to Vapi and reading it back.
//!
//! Paths, ranges and defaults are from the vendor's OpenAPI document of 2026-08-20, unless another source is named. The
//! paths are those of the form that `wire/shape.rs` describes, which has one place for each field.

mod speech;

pub use speech::SPEEDS;

use serde_json::json;
use switchboard_core::prelude::*;

use crate::wire;

const NO_SETTING: &str = "The vendor has no such setting.";
const ONE_PROMPT: &str = "The vendor has one prompt.";
/// The effect of null on a stored string is not documented. The vendor's validation ignores null (inferred).
const BY_NULL: &str = "The vendor does not document how this value is removed. The gateway sends null.";

const ENDPOINT: &str = "/model/endpoint";
const MODE: &str = "/firstMessageMode";
const VOICEMAIL: &str = "/voicemailDetection";
const SERVER: &str = "/server/url";
const EVALUATE: &str = "/analysisPlan/successEvaluationPlan/enabled";
const MESSAGES: &str = "/serverMessages";
const REPROMPT: &str = "/hooks/[name=switchboard-reprompt]/options/timeoutSeconds";

/// Returns a rule for each field of an agent.
pub fn rules() -> AgentRules {
    AgentRules {
        name: at("/name", wire::described(text().max_len(40), "of at most 40 characters")).required(),
        direction: fixed("inbound and outbound", "An assistant takes and places calls; a phone number is assigned for inbound calls."),
        language: speech::language(),
        additional_languages: at("/transcriber/languages", list(wire::further_language()))
            .cleared_by(json!([]))
            .only_when("/transcriber/provider", ["vapi", "soniox", "gladia"], "The gateway sets several languages of the transcribers vapi, soniox and gladia only."),
        timezone: unsupported("The vendor has a time zone only in placeholders of the prompt."),
        prompt: PromptRules {
            instructions: at("/model/messages/[role=system]/content", text()).required(),
            goal: unsupported(ONE_PROMPT),
            company_name: unsupported(ONE_PROMPT),
            company_website: unsupported(ONE_PROMPT),
        },
        greeting: GreetingRules {
            message: at("/firstMessage", wire::spoken(None)).cleared_by_inference(json!(null), BY_NULL),
            first_speaker: facet(MODE, wire::speaker())
                .needs(
                    "/firstMessage",
                    "Without greeting.message, the language model composes the greeting of an agent that speaks first.",
                )
                .without_it(json!(wire::SPEAKS_WITHOUT_MESSAGE))
                .default(json!("assistant-waits-for-user"))
                .cleared_as(Speaker::Agent),
            generated: facet(MODE, wire::generated()).cleared_as(false),
            interruptible: at("/firstMessageInterruptionsEnabled", flag()).cleared_as(false),
            delay_s: unsupported("The vendor has one pause for all turns, startSpeakingPlan.waitSeconds; it is kept."),
        },
        voice: speech::voice(),
        model: ModelRules {
            engine: unsupported("The language model determines it: one with realtime in its name hears and speaks itself."),
            endpoint: facet(ENDPOINT, wire::endpoint())
                .called()
                .note("Sent as a model of custom-llm. The vendor requires the name of the model."),
            name: at("/model/model", wire::model())
                .required()
                .default(json!("openai/gpt-4.1"))
                .replaced_by(ENDPOINT),
            temperature: at("/model/temperature", number().within(0.0..=2.0)),
            max_tokens: at("/model/maxTokens", number().steps(1.0).within(50.0..=10_000.0)),
            fallback: at("/model/fallbackModels", wire::fallback())
                .cleared_by(json!([]))
                .only_when("/model/model", starting_with("openai/"), "Only a model of OpenAI can have fallbacks."),
        },
        transcription: speech::transcription(),
        pronunciations: facet("/voice/chunkPlan/formatPlan/replacements", wire::pronunciations()),
        turn_taking: speech::turn_taking(),
        silence: silence(),
        keypad: KeypadRules {
            accept_digits: at("/keypadInputPlan/enabled", flag()).cleared_as(false),
            press_digits: existence("/model/tools/[type=dtmf]", &[("type", "dtmf")]),
        },
        call: CallLimitsRules {
            max_duration_s: at("/maxDurationSeconds", number().within(10.0..=43_200.0))
                .cleared_as(DEFAULT_DURATION)
                .note("The vendor ends the call without a word. Some of its workers may refuse more than about 900 seconds."),
            record: at("/artifactPlan/recordingEnabled", flag()).required().default(json!(true)).cleared_as(true),
            ring_timeout_s: at("/transportConfigurations/[provider=twilio]/timeout", number().within(1.0..=600.0))
                .note("Only for phone numbers that were imported from Twilio."),
        },
        voicemail: VoicemailRules {
            action: facet(VOICEMAIL, wire::VOICEMAIL.action()).cleared_as(VoicemailAction::Continue),
            message: facet(VOICEMAIL, wire::VOICEMAIL.message(wire::spoken(Some(1000))))
                .note("The vendor takes a message only if voicemail.action is leave_message."),
        },
        audio: AudioRules {
            ambient_sound: at("/backgroundSound", wire::ambient_sound())
                .required()
                .default(json!("off"))
                .cleared_as("off".to_owned())
                .note("If none is given, the gateway sends off: the vendor's default is the sound of an office."),
            ambient_volume: unsupported(NO_SETTING),
            noise_cancellation: at("/backgroundSpeechDenoisingPlan/smartDenoisingPlan/enabled", flag()).cleared_as(false),
            fillers: unsupported(NO_SETTING),
            filler_words: unsupported(NO_SETTING),
        },
        ending: EndingRules {
            message: at("/endCallMessage", wire::spoken(Some(1000))).cleared_by_inference(json!(null), BY_NULL),
            hang_up: at("/model/tools/[type=endCall]", wire::hang_up()),
        },
        transfers: facet("/model/tools/[type=transferCall]", wire::transfers())
            .note("A warm transfer works only with a phone number that was imported from Twilio (vendor guides, 2026-08-20)."),
        handovers: facet("/model/tools/[type=handoff]", wire::handovers())
            .note("The other assistant is named by its id. Destinations of the vendor's tool that name no id are kept."),
        opt_out: OptOutRules { enabled: unsupported(NO_SETTING), script: unsupported(NO_SETTING) },
        analysis: analysis(),
        webhook: webhook(),
        privacy: PrivacyRules {
            retention_days: unsupported(NO_SETTING),
            redact: unsupported("The vendor redacts what one transcriber hears, not all results."),
        },
        variables: unsupported("The vendor takes the values with each call."),
        tools: facet("/model/apiRequests", wire::tools())
            .cleared_by(json!([]))
            .called()
            .note("The vendor sends HTTP requests, without parameters if the method is get or delete. Its tools that book meetings or send messages need an integration of the account. Set them up at the vendor; they are kept."),
        tool_ids: at("/model/toolIds", list(text())).cleared_by(json!([])),
        knowledge_base_ids: unsupported("This adapter does not assign knowledge bases yet. Assign them at the vendor; they are kept."),
        phone_number_id: bound("/phone_number", NUMBER_PER_CALL).listed(CatalogueKind::PHONE_NUMBERS, ListedBy::Id),
    }
}

/// The vendor's default for the maximum duration of a call.
const DEFAULT_DURATION: Seconds = Seconds(std::time::Duration::from_secs(600));
/// The vendor's default for the silence after which a call ends (vendor guides, 2026-08-20).
const DEFAULT_SILENCE: Seconds = Seconds(std::time::Duration::from_secs(30));

/// Returns the rules for silence. Reprompts are stored in a hook, which is found by its name.
fn silence() -> SilenceRules {
    const NEEDS: &str = "The vendor reprompts only if silence.reprompt_after_s is set.";
    const NONE: &str = "There are no reprompts while silence.reprompt_after_s or silence.max_reprompts is 0.";
    const COUNT: &str = "/hooks/[name=switchboard-reprompt]/options/triggerMaxCount";
    SilenceRules {
        reprompt_after_s: at(REPROMPT, wire::zero_or(number().within(1.0..=1000.0)))
            .only_when(COUNT, other_than(0), NONE)
            .note("Without silence.reprompts, the language model chooses the words."),
        reprompts: at("/hooks/[name=switchboard-reprompt]/do/[type=say]/exact", wire::reprompts())
            .needs(REPROMPT, NEEDS)
            .only_when(REPROMPT, other_than(0), NONE),
        max_reprompts: at(COUNT, wire::zero_or(number().steps(1.0).within(1.0..=10.0)))
            .default(json!(0))
            .needs(REPROMPT, NEEDS),
        // The field is not in the vendor's OpenAPI document, but its server accepts it (vendor guides and gitops, 2026).
        hang_up_after_s: at("/silenceTimeoutSeconds", number().within(10.0..=3600.0))
            .cleared_as(DEFAULT_SILENCE),
    }
}

fn analysis() -> AnalysisRules {
    AnalysisRules {
        evaluate: at(EVALUATE, flag()).cleared_as(true),
        criteria: unsupported(
            "The vendor has one evaluation of a call; analysis.outcome_prompt can state the criteria.",
        ),
        emotions: unsupported("The vendor's setting has no effect (vendor tool gitops, 2026-06-08)."),
        summary_prompt: at("/analysisPlan/summaryPlan/messages", wire::prompt()).only_when(
            "/analysisPlan/summaryPlan/enabled",
            other_than(false),
            "The vendor's summaries are switched off there.",
        ),
        outcome_prompt: at("/analysisPlan/successEvaluationPlan/messages", wire::prompt())
            .only_when(EVALUATE, other_than(false), "The vendor uses it only if analysis.evaluate is true.")
            .note(
                "The vendor uses the instructions to evaluate the success of a call. The result is a string.",
            ),
        sentiment: unsupported("The vendor does not classify the sentiment; analysis.extraction can do so."),
        extraction: facet("/analysisPlan/structuredDataPlan", wire::extraction())
            .cleared_by(json!({ "enabled": false }))
            .note("The order is not kept."),
    }
}

fn webhook() -> WebhookRules {
    WebhookRules {
        url: at(SERVER, text()).called().note(
            "The vendor sends tool calls to the same URL. Without one, the URL of the phone number or of the organisation applies.",
        ),
        enabled: facet(MESSAGES, wire::delivery()).cleared_as(true),
        events: facet(MESSAGES, wire::events())
            .required()
            .default(json!(wire::DEFAULT_MESSAGES))
            .cleared_by(json!(wire::DEFAULT_MESSAGES)),
        timeout_s: at("/server/timeoutSeconds", number().within(1.0..=300.0))
            .needs(SERVER, "The vendor waits only for the answer of a webhook with a URL."),
        only_completed: unsupported("The vendor's report also comes for calls that failed after they were connected."),
        include_recording: fixed(true, "The vendor's report has the URLs of the recording, if the call was recorded."),
    }
}
