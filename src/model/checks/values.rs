//! Rules of single values: names, numbers, addresses, quantities.

use super::Rule;
use crate::model::labels::{self, LabelKind};
use crate::model::quantity;
use std::net::{IpAddr, Ipv4Addr};

/// Longest text that most of Magnum's fields take.
pub const TEXT_MAX: usize = 255;
/// Longest name of a bay since Newton (leaves room for the stack's suffix).
pub const BAY_NAME_MAX: usize = 242;

/// At most this many characters.
pub fn length(text: &str, max: usize) -> Option<Rule> {
    (text.chars().count() > max).then_some(Rule::TooLong(max as u64))
}

/// A bay's name since Newton: `^[a-zA-Z][a-zA-Z0-9_.-]*$`, at most 242 characters; empty is allowed.
pub fn bay_name(name: &str) -> Option<Rule> {
    let mut chars = name.chars();
    let first = chars.next()?;
    let rest_is_good = chars.all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'));
    if !first.is_ascii_alphabetic() || !rest_is_good {
        return Some(Rule::BayName);
    }
    length(name, BAY_NAME_MAX)
}

/// `10.0.0.0/24`, IPv4.
pub fn cidr(text: &str) -> Option<Rule> {
    let good = text.split_once('/').is_some_and(|(address, bits)| {
        address.parse::<Ipv4Addr>().is_ok()
            && bits.len() <= 2
            && bits.bytes().all(|b| b.is_ascii_digit())
            && bits.parse::<u8>().is_ok_and(|b| b <= 32)
    });
    (!good).then_some(Rule::NotCidr)
}

/// IPv4 addresses separated by commas; at most one where `one` is set.
pub fn dns_servers(text: &str, one: bool) -> Option<Rule> {
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    if let Some(bad) = parts.iter().find(|p| p.parse::<Ipv4Addr>().is_err()) {
        return Some(Rule::NotAddress((*bad).to_owned()));
    }
    (one && parts.len() > 1).then_some(Rule::OneDns)
}

/// `host:port`, as `insecure_registry` wants it.
pub fn host_port(text: &str) -> Option<Rule> {
    let good = text.rsplit_once(':').is_some_and(|(host, port)| {
        let host_is_good = host.parse::<IpAddr>().is_ok() || is_host(host);
        host_is_good && port.parse::<u16>().is_ok_and(|p| p > 0)
    });
    (!good).then_some(Rule::NotHostPort)
}

fn is_host(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 253
        && text.split('.').all(|part| {
            !part.is_empty()
                && part.len() <= 63
                && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
                && !part.starts_with('-')
                && !part.ends_with('-')
        })
}

/// An `http://` or `https://` address with a host.
pub fn web_address(text: &str) -> Option<Rule> {
    let good = url::Url::parse(text).is_ok_and(|u| matches!(u.scheme(), "http" | "https") && u.host().is_some());
    (!good).then_some(Rule::NotUrl)
}

/// A label's name: what survives Magnum, Heat and the command line.
pub fn label_name(name: &str) -> Option<Rule> {
    let good = !name.is_empty() && !name.contains(['=', ',', '\n']) && name.trim() == name;
    if good { length(name, TEXT_MAX) } else { Some(Rule::LabelName) }
}

/// A label's value against the label's type; labels nobody told us about take anything.
pub fn label_value(name: &str, value: &str) -> Option<Rule> {
    let kind = labels::info(name)?.kind;
    match kind {
        LabelKind::Bool => (!matches!(value.to_ascii_lowercase().as_str(), "true" | "false")).then_some(Rule::NotBool),
        LabelKind::Int(low, high) => whole_number(value, u64::from(low), u64::from(high)),
        LabelKind::Cidr => cidr(value),
        LabelKind::Choice(known) => {
            (!value.is_empty() && !known.contains(&value)).then(|| Rule::NotKnown(known.join(", ")))
        }
        LabelKind::Text | LabelKind::List => None,
    }
}

/// A whole number in a range.
pub fn whole_number(text: &str, low: u64, high: u64) -> Option<Rule> {
    match text.trim().parse::<u64>() {
        Err(_) => Some(Rule::NotNumber),
        Ok(n) if n < low || n > high => Some(Rule::Between(low, high)),
        Ok(_) => None,
    }
}

/// A DNS label as Kubernetes wants names (RFC 1123): small letters, digits, `-`; at most 63.
pub fn kube_name(name: &str) -> Option<Rule> {
    let good = !name.is_empty()
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && !name.starts_with('-')
        && !name.ends_with('-');
    if good { length(name, 63) } else { Some(Rule::KubeName) }
}

/// An image reference: no spaces, no scheme, a non-empty path in small letters.
pub fn image_reference(text: &str) -> Option<Rule> {
    let plain = !text.is_empty() && !text.contains(char::is_whitespace) && !text.contains("://");
    let name = text.split('@').next().unwrap_or_default();
    // A colon after the last slash begins the tag; before it, a registry's port.
    let path_start = name.rfind('/').map_or(0, |at| at + 1);
    let last = name[path_start..].split(':').next().unwrap_or_default();
    let last_is_good = !last.is_empty()
        && last.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-'));
    let tag_is_good = name[path_start..].split_once(':').is_none_or(|(_, tag)| {
        !tag.is_empty() && tag.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
    });
    (!(plain && last_is_good && tag_is_good)).then_some(Rule::ImageRef)
}

/// A CPU quantity; empty = not given.
pub fn cpu(text: &str) -> Option<Rule> {
    (!text.is_empty() && quantity::cpu_milli(text).is_none()).then_some(Rule::NotQuantity)
}

/// A memory quantity; empty = not given.
pub fn memory(text: &str) -> Option<Rule> {
    (!text.is_empty() && quantity::bytes(text).is_none()).then_some(Rule::NotQuantity)
}

/// Docker's memory size: a number with `b`, `k`, `m` or `g`.
pub fn docker_memory(text: &str) -> Option<Rule> {
    let digits = text.trim_end_matches(['b', 'k', 'm', 'g']);
    let good = text.len() - digits.len() <= 1 && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    (!good).then_some(Rule::NotMemory)
}

/// A name of an environment variable (C identifier, with `.` and `-` as Kubernetes allows).
pub fn env_name(name: &str) -> Option<Rule> {
    let good = !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'));
    (!good).then_some(Rule::EnvName)
}

/// A Kubernetes label: `[prefix/]name` and a value of at most 63 characters.
pub fn kube_label(key: &str, value: &str) -> Option<Rule> {
    let word = |text: &str| {
        text.len() <= 63
            && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
            && text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.ends_with(|c: char| c.is_ascii_alphanumeric())
    };
    let key_is_good = match key.split_once('/') {
        Some((prefix, name)) => is_host(prefix) && word(name),
        None => word(key),
    };
    (!(key_is_good && (value.is_empty() || word(value)))).then_some(Rule::KubeLabel)
}

/// Splits a command line into words as a shell does: spaces separate, quotes and `\` keep.
pub fn words(text: &str) -> Result<Vec<String>, Rule> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (Some('"') | None, '\\') => word.get_or_insert_default().push(chars.next().ok_or(Rule::OpenQuote)?),
            (Some(_), c) => word.get_or_insert_default().push(c),
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (None, c) => word.get_or_insert_default().push(c),
        }
    }
    if quote.is_some() {
        return Err(Rule::OpenQuote);
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bay_names_begin_with_a_letter() {
        assert_eq!(bay_name("k8s-gpu_2.a"), None);
        assert_eq!(bay_name(""), None);
        assert_eq!(bay_name("2k8s"), Some(Rule::BayName));
        assert_eq!(bay_name("k8s gpu"), Some(Rule::BayName));
        assert_eq!(bay_name("kü"), Some(Rule::BayName));
        assert_eq!(bay_name(&"a".repeat(242)), None);
        assert_eq!(bay_name(&"a".repeat(243)), Some(Rule::TooLong(242)));
    }

    #[test]
    fn networks_and_addresses() {
        assert_eq!(cidr("10.0.0.0/24"), None);
        assert_eq!(cidr("10.0.0.0"), Some(Rule::NotCidr));
        assert_eq!(cidr("10.0.0.0/33"), Some(Rule::NotCidr));
        assert_eq!(dns_servers("8.8.8.8, 1.1.1.1", false), None);
        assert_eq!(dns_servers("8.8.8.8,1.1.1.1", true), Some(Rule::OneDns));
        assert_eq!(dns_servers("8.8.8.8,dns", false), Some(Rule::NotAddress("dns".into())));
        assert_eq!(host_port("registry.lab:5000"), None);
        assert_eq!(host_port("registry.lab"), Some(Rule::NotHostPort));
        assert_eq!(host_port("-x:5000"), Some(Rule::NotHostPort));
        assert_eq!(host_port("host:0"), Some(Rule::NotHostPort));
        assert_eq!(web_address("http://proxy.lab:3128"), None);
        assert_eq!(web_address("proxy.lab:3128"), Some(Rule::NotUrl));
    }

    #[test]
    fn label_values_have_types() {
        assert_eq!(label_value("auto_healing_enabled", "yes"), Some(Rule::NotBool));
        assert_eq!(label_value("auto_healing_enabled", "True"), None);
        assert_eq!(label_value("boot_volume_size", "80 GB"), Some(Rule::NotNumber));
        assert_eq!(label_value("flannel_backend", "wireguard"), Some(Rule::NotKnown("udp, vxlan, host-gw".into())));
        assert_eq!(label_value("my_own", "anything = at all"), None);
        assert_eq!(label_name("a=b"), Some(Rule::LabelName));
    }

    #[test]
    fn image_references() {
        for good in ["nginx", "nginx:1.27", "registry.lab:5000/team/app:2", "a/b@sha256:0123", "k8s.gcr.io/pause"] {
            assert_eq!(image_reference(good), None, "{good}");
        }
        for bad in ["", "Nginx", "http://nginx", "nginx:", "a b", "team/"] {
            assert_eq!(image_reference(bad), Some(Rule::ImageRef), "{bad}");
        }
    }

    #[test]
    fn command_lines_split_as_in_a_shell() {
        assert_eq!(words(r#"sh -c "echo 'a b'" c\ d"#).unwrap(), ["sh", "-c", "echo 'a b'", "c d"]);
        assert_eq!(words("  ").unwrap(), Vec::<String>::new());
        assert_eq!(words("''").unwrap(), [""]);
        assert_eq!(words("sh -c 'open"), Err(Rule::OpenQuote));
    }

    #[test]
    fn kubernetes_words() {
        assert_eq!(kube_name("checkout-api"), None);
        assert_eq!(kube_name("Checkout"), Some(Rule::KubeName));
        assert_eq!(kube_label("app.kubernetes.io/name", "a"), None);
        assert_eq!(kube_label("app", "a b"), Some(Rule::KubeLabel));
        assert_eq!(env_name("PATH_2"), None);
        assert_eq!(env_name("2PATH"), Some(Rule::EnvName));
        assert_eq!(docker_memory("512m"), None);
        assert_eq!(docker_memory("512mb"), Some(Rule::NotMemory));
        assert_eq!(cpu("250m"), None);
        assert_eq!(memory("lots"), Some(Rule::NotQuantity));
    }

    proptest! {
        #[test]
        fn names_of_the_pattern_pass_and_no_value_panics(good in "[a-zA-Z][a-zA-Z0-9_.-]{0,241}", any in ".*") {
            prop_assert_eq!(bay_name(&good), None);
            let _ = (bay_name(&any), cidr(&any), dns_servers(&any, true), host_port(&any), web_address(&any));
            let _ = (image_reference(&any), kube_name(&any), kube_label(&any, &any), docker_memory(&any), words(&any));
        }

        #[test]
        fn words_of_quoted_words_come_back(list in proptest::collection::vec("[a-z \"]{0,8}", 0..5)) {
            let line: Vec<String> = list.iter().map(|w| format!("'{w}'")).collect();
            prop_assert_eq!(words(&line.join(" ")).unwrap(), list);
        }
    }
}
