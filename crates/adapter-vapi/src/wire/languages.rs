//! The languages, which the vendor spells differently for each transcriber and each voice.
//!
//! In the form that the rules read, a language is a BCP 47 tag in both places. The lists are from the vendor's OpenAPI
//! document of 2026-08-20.

use std::{collections::BTreeSet, sync::LazyLock};

use serde_json::Value;
use switchboard_core::prelude::*;

use super::VOICE_PROVIDERS;

/// The languages of the transcribers vapi, 11labs, soniox and cartesia, as ISO 639-1 codes.
const ISO: &str = "\
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo \
    es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg \
    ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn \
    no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta \
    te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yue yo za zh zu";
/// The languages of the transcriber deepgram, except the codes that are no BCP 47 tags.
const DEEPGRAM: &str = "\
    ar az ba be bg bn br bs ca cs da da-DK de de-CH el en en-AU en-CA en-GB en-IE en-IN en-NZ en-US es es-419 et eu fa \
    fi fr fr-CA ha haw he hi hr hu id is it ja kn ko ko-KR ln lt lv mk mr ms nl nl-BE no pl pt pt-BR pt-PT ro ru sk sl \
    sn so sr su sv sv-SE ta te th th-TH tl tr tt uk ur vi yo zh zh-CN zh-HK zh-Hans zh-Hant zh-TW";
/// The languages of the transcriber gladia.
const GLADIA: &str = "\
    af sq am ar hy as az ba eu be bn bs br bg ca zh hr cs da nl en et fo fi fr gl ka de el gu ht ha haw he hi hu is id \
    it ja jv kn kk km ko lo la lv ln lt lb mk mg ms ml mt mi mr mn my ne no nn oc ps fa pl pt pa ro ru sa sr sn sd si sk \
    sl so es su sw sv tl tg ta tt te th bo tr tk uk ur uz vi cy yi yo";
/// The languages of the transcriber openai.
const OPENAI: &str = "\
    af ar hy az be bs bg ca zh hr cs da nl en et fi fr gl de el he hi hu is id it ja kn kk ko lv lt mk ms mr mi ne no fa \
    pl pt ro ru sr sk sl es sw sv tl ta th tr uk ur vi cy";
/// The languages of the transcriber talkscriber.
const TALKSCRIBER: &str = "\
    en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi ml cy \
    sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd gu am yi lo \
    uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba su yue";
/// The languages of the transcriber speechmatics, except those of several languages.
const SPEECHMATICS: &str = "\
    ar ba eu be bn bg yue ca hr cs da nl en eo et fi fr gl de el he hi hu id ia ga it ja ko lv lt ms mt mr mn no fa pl \
    pt ro ru sk sl es sw sv tl ta th tr uk ur ug vi cy zh";
/// The languages of the transcriber xai.
const XAI: &str = "\
    ar cs da nl en fil fr de hi id it ja ko mk ms fa pl pt ro ru es sv th tr vi";
/// The locales of the transcriber azure.
const AZURE: &str = "\
    af-ZA am-ET ar-AE ar-BH ar-DZ ar-EG ar-IL ar-IQ ar-JO ar-KW ar-LB ar-LY ar-MA ar-OM ar-PS ar-QA ar-SA ar-SY ar-TN \
    ar-YE az-AZ bg-BG bn-IN bs-BA ca-ES cs-CZ cy-GB da-DK de-AT de-CH de-DE el-GR en-AU en-CA en-GB en-GH en-HK en-IE \
    en-IN en-KE en-NG en-NZ en-PH en-SG en-TZ en-US en-ZA es-AR es-BO es-CL es-CO es-CR es-CU es-DO es-EC es-ES es-GQ \
    es-GT es-HN es-MX es-NI es-PA es-PE es-PR es-PY es-SV es-US es-UY es-VE et-EE eu-ES fa-IR fi-FI fil-PH fr-BE fr-CA \
    fr-CH fr-FR ga-IE gl-ES gu-IN he-IL hi-IN hr-HR hu-HU hy-AM id-ID is-IS it-CH it-IT ja-JP jv-ID ka-GE kk-KZ km-KH \
    kn-IN ko-KR lo-LA lt-LT lv-LV mk-MK ml-IN mn-MN mr-IN ms-MY mt-MT my-MM nb-NO ne-NP nl-BE nl-NL pa-IN pl-PL ps-AF \
    pt-BR pt-PT ro-RO ru-RU si-LK sk-SK sl-SI so-SO sq-AL sr-RS sv-SE sw-KE sw-TZ ta-IN te-IN th-TH tr-TR uk-UA ur-IN \
    uz-UZ vi-VN wuu-CN yue-CN zh-CN zh-HK zh-TW zu-ZA";

/// The languages of the transcriber google, which names them in English.
#[rustfmt::skip]
const GOOGLE: &[(&str, &str)] = &[
    ("mul", "Multilingual"), ("ar", "Arabic"), ("bn", "Bengali"), ("bg", "Bulgarian"), ("zh", "Chinese"), ("hr", "Croatian"),
    ("cs", "Czech"), ("da", "Danish"), ("nl", "Dutch"), ("en", "English"), ("et", "Estonian"), ("fi", "Finnish"), ("fr", "French"),
    ("de", "German"), ("el", "Greek"), ("he", "Hebrew"), ("hi", "Hindi"), ("hu", "Hungarian"), ("id", "Indonesian"), ("it", "Italian"),
    ("ja", "Japanese"), ("ko", "Korean"), ("lv", "Latvian"), ("lt", "Lithuanian"), ("no", "Norwegian"), ("pl", "Polish"),
    ("pt", "Portuguese"), ("ro", "Romanian"), ("ru", "Russian"), ("sr", "Serbian"), ("sk", "Slovak"), ("sl", "Slovenian"),
    ("es", "Spanish"), ("sw", "Swahili"), ("sv", "Swedish"), ("th", "Thai"), ("tr", "Turkish"), ("uk", "Ukrainian"), ("vi", "Vietnamese"),
];

/// The locales that azure gets for languages without a region, if the first one of the list is not the usual one.
const USUAL_LOCALES: &[&str] = &["ar-SA", "en-US", "pt-BR", "sw-KE", "ta-IN", "zh-CN"];

/// The languages of the voice providers that accept only some. Each word is a code of the vendor.
const VOICES: &[(&str, &str)] = &[
    (
        "vapi",
        "auto en en-US en-GB en-AU en-CA ja zh de hi fr fr-FR fr-CA ko pt pt-BR pt-PT it es es-ES es-MX id nl tr fil pl sv bg \
         ro ar ar-SA ar-AE ar-EG cs el fi hr ms sk da ta uk ru hu no vi bn gu he ka kn ml mr pa te th tl",
    ),
    (
        "cartesia",
        "ar bg bn cs da de el en es fi fr gu he hi hr hu id it ja ka kn ko ml mr ms nl no pa pl pt ro ru sk sv ta te th tl tr uk \
         vi zh",
    ),
    ("rime-ai", "en es de fr ar hi ja he pt ta si"),
    ("xai", "auto en ar-SA ar-EG ar-AE bn zh fr de hi id it ja ko pt-BR pt-PT ru es-ES es-MX tr vi"),
    ("inworld", "en zh ko nl fr es ja de it pl pt ru hi he ar"),
];

fn codes(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.split_ascii_whitespace()
}

fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

/// The tags that the gateway sends. Any other tag becomes its language without script and region.
pub static TAGS: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    let all = [ISO, DEEPGRAM, GLADIA, OPENAI, TALKSCRIBER, SPEECHMATICS, XAI].into_iter().flat_map(codes);
    let azure = codes(AZURE).map(primary);
    let tags: BTreeSet<_> = all.chain(azure).chain(["mul"]).collect();
    tags.into_iter().map(|tag| (tag, tag)).collect()
});

/// The tags that each transcriber accepts.
pub static BY_TRANSCRIBER: LazyLock<Vec<(&str, &[&str])>> = LazyLock::new(|| {
    let own = |list: &'static str| codes(list).collect::<Vec<_>>();
    let with_several = |list| [own(list), vec!["mul"]].concat();
    let google = GOOGLE.iter().map(|(tag, _)| *tag).collect();
    let azure: BTreeSet<_> = codes(AZURE).flat_map(|locale| [locale, primary(locale)]).collect();
    let rows = [
        ("deepgram", with_several(DEEPGRAM)),
        ("vapi", own(ISO)),
        ("11labs", own(ISO)),
        ("soniox", own(ISO)),
        ("cartesia", own(ISO)),
        ("azure", azure.into_iter().collect()),
        ("google", google),
        ("gladia", own(GLADIA)),
        ("openai", own(OPENAI)),
        ("talkscriber", own(TALKSCRIBER)),
        ("speechmatics", with_several(SPEECHMATICS)),
        ("xai", own(XAI)),
        ("assembly-ai", vec!["en", "mul"]),
    ];
    rows.into_iter().map(|(provider, tags)| (provider, &*tags.leak())).collect()
});

/// All tags, which a transcriber without a list accepts.
pub static ANY: LazyLock<Vec<&str>> = LazyLock::new(|| TAGS.iter().map(|(tag, _)| *tag).collect());

/// The voice providers that accept each tag.
pub static VOICES_BY_TAG: LazyLock<Vec<(&str, &[&str])>> = LazyLock::new(|| {
    let speaks = |tag: &str, provider: &str| {
        let list = VOICES.iter().find(|(known, _)| *known == provider);
        list.is_none_or(|(_, list)| voice_code_in(list, tag).is_some())
    };
    let providers =
        |tag| VOICE_PROVIDERS.iter().copied().filter(|provider| speaks(tag, provider)).collect::<Vec<_>>();
    ANY.iter().map(|tag| (*tag, &*providers(tag).leak())).collect()
});

/// Returns the vendor's code of a language for a transcriber.
pub fn transcriber_code(provider: &str, tag: &str) -> String {
    let found = match provider {
        "google" => GOOGLE.iter().find(|(known, _)| *known == tag).map(|(_, name)| *name),
        "azure" => azure_locale(tag),
        "speechmatics" if tag == "mul" => Some("auto"),
        "speechmatics" if tag == "zh" => Some("cmn"),
        _ if tag == "mul" => Some("multi"),
        _ => None,
    };
    found.unwrap_or(tag).to_owned()
}

/// Returns the tag of a transcriber's code.
pub fn transcriber_tag<'a>(provider: &str, code: &'a str) -> &'a str {
    match (provider, code) {
        ("google", name) => GOOGLE.iter().find(|(_, known)| *known == name).map_or(code, |(tag, _)| *tag),
        ("azure", locale) if azure_locale(primary(locale)) == Some(locale) => primary(locale),
        ("speechmatics", "auto") | (_, "multi") => "mul",
        ("speechmatics", "cmn") => "zh",
        _ => code,
    }
}

/// Returns the locale of azure: the tag itself, or the usual locale of the language.
fn azure_locale(tag: &str) -> Option<&'static str> {
    let same = |locale: &&str| locale.eq_ignore_ascii_case(tag);
    let own = |locale: &&str| locale.eq_ignore_ascii_case(&format!("{tag}-{tag}"));
    let begins = |locale: &&str| !tag.contains('-') && primary(locale) == tag;
    let usual = USUAL_LOCALES.iter().copied().find(begins);
    codes(AZURE).find(same).or(usual).or_else(|| codes(AZURE).find(own)).or_else(|| codes(AZURE).find(begins))
}

/// Returns the vendor's code of a language for a voice; `None` if the voice, its id or its model determines the language.
pub fn voice_code(provider: &str, model: Option<&str>, tag: &str) -> Option<String> {
    match provider {
        // Other models refuse the member (vendor OpenAPI document, 2026-08-20).
        "11labs" => {
            let takes_language = model.is_some_and(|model| model.ends_with("_v2_5"));
            (takes_language && tag != "mul").then(|| primary(tag).to_owned())
        }
        "lmnt" if tag == "mul" => Some("auto".to_owned()),
        "lmnt" | "neuphonic" => Some(primary(tag).to_owned()),
        _ => {
            let (_, list) = VOICES.iter().find(|(known, _)| *known == provider)?;
            Some(voice_code_in(list, tag).unwrap_or(tag).to_owned())
        }
    }
}

/// Finds a language in a list of codes: the tag, the language without a region, or the first region of the language.
fn voice_code_in(list: &'static str, tag: &str) -> Option<&'static str> {
    let tag = if tag == "mul" { "auto" } else { tag };
    let find = |wanted: &str| codes(list).find(|code| code.eq_ignore_ascii_case(wanted));
    find(tag).or_else(|| find(primary(tag))).or_else(|| codes(list).find(|code| primary(code) == tag))
}

/// Builds the codec for the language, as a BCP 47 tag.
pub fn language() -> impl Codec<Language> {
    Tag(languages(&TAGS))
}

/// Builds the codec for a further language, which the transcribers take without a region.
pub fn further_language() -> impl Codec<Language> {
    static PLAIN: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| codes(ISO).map(|tag| (tag, tag)).collect());
    Tag(languages(&PLAIN))
}

/// A codec that reads every tag, also one that the gateway would not send.
struct Tag<C>(C);

impl<C: Codec<Language>> Codec<Language> for Tag<C> {
    fn encode(&self, value: &Language, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        self.0.encode(value, with)
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<Language> {
        Language::new(wire.as_str()?).ok()
    }
    fn conversion(&self) -> Option<String> {
        Some("by the vendor's list of languages".to_owned())
    }
}
