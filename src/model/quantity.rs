//! Kubernetes quantities (`250m`, `1.5Gi`) to numbers and back to short text.
//!
//! Grammar: <https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/>.

/// CPU of a quantity in thousandths of a core; `None` if it is not a quantity.
pub fn cpu_milli(text: &str) -> Option<u64> {
    let value = parse(text)?;
    Some((value * 1000.0).ceil() as u64)
}

/// Bytes of a quantity; `None` if it is not a quantity.
pub fn bytes(text: &str) -> Option<u64> {
    Some(parse(text)?.ceil() as u64)
}

fn parse(text: &str) -> Option<f64> {
    let text = text.trim();
    let end = text
        .char_indices()
        .find(|(i, c)| {
            !(c.is_ascii_digit() || *c == '.' || (*i == 0 && (*c == '+' || *c == '-')) || is_exponent(text, *i))
        })
        .map_or(text.len(), |(i, _)| i);
    let (number, suffix) = text.split_at(end);
    let number: f64 = number.parse().ok()?;
    if number < 0.0 {
        return None;
    }
    let factor = match suffix {
        "" => 1.0,
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "E" => 1e18,
        "Ki" => 1024.0,
        "Mi" => 1024f64.powi(2),
        "Gi" => 1024f64.powi(3),
        "Ti" => 1024f64.powi(4),
        "Pi" => 1024f64.powi(5),
        "Ei" => 1024f64.powi(6),
        _ => return None,
    };
    Some(number * factor)
}

/// `1e3`, `1E-3`: an exponent's letter or sign, but not the suffix `E` (exa) or `Ei`.
fn is_exponent(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let digit_after = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
    match bytes.get(at) {
        Some(b'e' | b'E') => {
            digit_after(at + 1) || (matches!(bytes.get(at + 1), Some(b'+' | b'-')) && digit_after(at + 2))
        }
        Some(b'+' | b'-') => at > 0 && matches!(bytes.get(at - 1), Some(b'e' | b'E')) && digit_after(at + 1),
        _ => false,
    }
}

/// Cores for people: `250 m` below ten cores' tenths, else `1.5`, `24`.
pub fn cores_text(milli: u64) -> String {
    if milli < 1000 {
        format!("{milli} m")
    } else if milli.is_multiple_of(1000) {
        format!("{}", milli / 1000)
    } else {
        format!("{:.1}", milli as f64 / 1000.0)
    }
}

/// Bytes for people in binary units: `31 Mi`, `6.0 Gi`.
pub fn bytes_text(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["", "Ki", "Mi", "Gi", "Ti", "Pi"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    if unit == 0 {
        format!("{bytes}")
    } else if value < 10.0 {
        format!("{value:.1} {}", UNITS[unit])
    } else {
        format!("{value:.0} {}", UNITS[unit])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_in_all_notations() {
        assert_eq!(cpu_milli("250m"), Some(250));
        assert_eq!(cpu_milli("1.5"), Some(1500));
        assert_eq!(cpu_milli("2e0"), Some(2000));
        assert_eq!(cpu_milli("100n"), Some(1));
        assert_eq!(cpu_milli("fast"), None);
        assert_eq!(cpu_milli("-1"), None);
    }

    #[test]
    fn memory_in_all_notations() {
        assert_eq!(bytes("128Mi"), Some(128 << 20));
        assert_eq!(bytes("1G"), Some(1_000_000_000));
        assert_eq!(bytes("1E"), Some(1_000_000_000_000_000_000));
        assert_eq!(bytes("1e3"), Some(1000));
        assert_eq!(bytes("1Gib"), None);
        assert_eq!(bytes_text(256 << 20), "256 Mi");
        assert_eq!(bytes_text(6 << 30), "6.0 Gi");
    }
}
