//! Messages: Fluent bundles in English and Japanese, and the switch between the words Bay and Cluster.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::borrow::Cow;

/// A language of the interface.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Default,
    serde::Serialize,
    serde::Deserialize,
    strum::EnumIter,
    clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// 日本語.
    Ja,
}

impl Lang {
    /// The best language for a locale such as `ja_JP.UTF-8`.
    pub fn of_locale(locale: &str) -> Lang {
        if locale.to_ascii_lowercase().starts_with("ja") { Lang::Ja } else { Lang::En }
    }

    /// The language of this computer.
    pub fn of_system() -> Lang {
        sys_locale::get_locale().map_or(Lang::En, |l| Lang::of_locale(&l))
    }

    /// Its own name.
    pub fn title(self) -> &'static str {
        match self {
            Lang::En => "English",
            Lang::Ja => "日本語",
        }
    }
}

/// Which words stand for Magnum's two central objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize, strum::EnumIter)]
#[serde(rename_all = "lowercase")]
pub enum Vocabulary {
    /// Bay, bay model.
    #[default]
    Bay,
    /// Cluster, cluster template.
    Cluster,
}

/// Digits in groups of three: `4,995`. Both languages write them so.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// How a number stands in a message: whole numbers in groups of three, all others as Fluent writes them.
fn whole_number(value: &FluentValue<'_>) -> Option<String> {
    match value {
        FluentValue::Number(n) if n.value >= 1000.0 && n.value.fract() == 0.0 => Some(grouped(n.value as u64)),
        _ => None,
    }
}

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        /// Every message file: name, English text, Japanese text.
        pub const FILES: &[(&str, &str, &str)] = &[$((
            $name,
            include_str!(concat!("../assets/i18n/en/", $name, ".ftl")),
            include_str!(concat!("../assets/i18n/ja/", $name, ".ftl")),
        )),*];
    };
}

files![
    "common",
    "problems",
    "shell",
    "sign_in",
    "bays",
    "bay",
    "placement",
    "nodes",
    "workloads",
    "pods",
    "services",
    "events",
    "bay_models",
    "forms",
    "containers",
    "manifests",
    "activity",
    "settings",
    "walkthrough",
];

/// Terms for each vocabulary: English, Japanese.
const TERMS: [(Vocabulary, &str, &str); 2] = [
    (Vocabulary::Bay, include_str!("../assets/i18n/en/terms_bay.ftl"), include_str!("../assets/i18n/ja/terms_bay.ftl")),
    (
        Vocabulary::Cluster,
        include_str!("../assets/i18n/en/terms_cluster.ftl"),
        include_str!("../assets/i18n/ja/terms_cluster.ftl"),
    ),
];

/// All messages of one language and vocabulary. Cheap to ask: plain messages come back borrowed.
pub struct Texts {
    lang: Lang,
    vocabulary: Vocabulary,
    bundle: FluentBundle<FluentResource>,
}

impl Texts {
    /// Parses the built-in messages. A file that does not parse is a bug that `tests/i18n.rs` finds; its good part is used.
    pub fn new(lang: Lang, vocabulary: Vocabulary) -> Texts {
        let id = match lang {
            Lang::En => "en",
            Lang::Ja => "ja",
        };
        let language = id.parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        bundle.set_formatter(Some(|value, _| whole_number(value)));
        bundle.set_use_isolating(false);
        let pick = |en: &'static str, ja: &'static str| match lang {
            Lang::En => en,
            Lang::Ja => ja,
        };
        let terms = TERMS.iter().filter(|t| t.0 == vocabulary).map(|t| pick(t.1, t.2));
        let files = FILES.iter().map(|f| pick(f.1, f.2));
        for text in terms.chain(files) {
            let resource = match FluentResource::try_new(text.to_owned()) {
                Ok(resource) => resource,
                Err((resource, errors)) => {
                    tracing::error!(?errors, "message file with syntax errors");
                    resource
                }
            };
            if let Err(errors) = bundle.add_resource(resource) {
                tracing::error!(?errors, "message defined twice");
            }
        }
        Texts { lang, vocabulary, bundle }
    }

    /// Language in use.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// Vocabulary in use.
    pub fn vocabulary(&self) -> Vocabulary {
        self.vocabulary
    }

    /// A message without arguments; the id itself where it is missing.
    pub fn t<'a>(&'a self, id: &'a str) -> Cow<'a, str> {
        let Some(pattern) = self.bundle.get_message(id).and_then(|m| m.value()) else {
            tracing::error!(id, "message missing");
            return Cow::Borrowed(id);
        };
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, None, &mut errors);
        if !errors.is_empty() {
            tracing::error!(id, ?errors, "message cannot be formatted");
        }
        text
    }

    /// A message with arguments; the id itself where it is missing.
    pub fn f(&self, id: &str, args: &[(&str, FluentValue<'_>)]) -> String {
        let Some(pattern) = self.bundle.get_message(id).and_then(|m| m.value()) else {
            tracing::error!(id, "message missing");
            return id.to_owned();
        };
        let mut fluent_args = FluentArgs::with_capacity(args.len());
        for (name, value) in args {
            fluent_args.set(*name, value.clone());
        }
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&fluent_args), &mut errors).into_owned();
        if !errors.is_empty() {
            tracing::error!(id, ?errors, "message cannot be formatted");
        }
        text
    }

    /// Whether a message exists.
    pub fn has(&self, id: &str) -> bool {
        self.bundle.has_message(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_messages_come_in_threes() {
        for lang in [Lang::En, Lang::Ja] {
            let texts = Texts::new(lang, Vocabulary::Bay);
            let words = texts.f("overview-health-all-ready", &[("count", FluentValue::from(5_000))]);
            assert!(words.contains("5,000"), "{words}");
        }
        assert_eq!(whole_number(&FluentValue::from(999)), None);
        assert_eq!(whole_number(&FluentValue::from(1234.5)), None);
    }

    #[test]
    fn vocabulary_is_one_switch() {
        let bay = Texts::new(Lang::En, Vocabulary::Bay);
        let cluster = Texts::new(Lang::En, Vocabulary::Cluster);
        assert_eq!(bay.t("word-bays"), "Bays");
        assert_eq!(cluster.t("word-bays"), "Clusters");
        assert_eq!(Texts::new(Lang::Ja, Vocabulary::Bay).t("word-bays"), "ベイ");
    }

    #[test]
    fn an_unknown_message_shows_its_id() {
        assert_eq!(Texts::new(Lang::En, Vocabulary::Bay).t("no-such-message"), "no-such-message");
    }
}
