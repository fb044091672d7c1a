//! Kubernetes quantities as the scheduler needs them: thousandths and whole units, and back to text.

use serde_json::Value;

/// Makes texts of the quantities that were written as numbers, wherever a tree has resources.
///
/// # Errors
/// The API's sentence about a text that is no quantity.
pub fn normalize(tree: &mut Value) -> Result<(), String> {
    match tree {
        Value::Object(map) => {
            for (key, value) in map {
                if matches!(key.as_str(), "requests" | "limits" | "hard") && value.is_object() {
                    value.as_object_mut().into_iter().flatten().try_for_each(|(_, amount)| text(amount))?;
                } else {
                    normalize(value)?;
                }
            }
            Ok(())
        }
        Value::Array(items) => items.iter_mut().try_for_each(normalize),
        _ => Ok(()),
    }
}

fn text(amount: &mut Value) -> Result<(), String> {
    if let Value::Number(number) = amount {
        *amount = Value::String(number.to_string());
    }
    match amount.as_str() {
        Some(text) if parse(text).is_none() => {
            Err("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'".into())
        }
        _ => Ok(()),
    }
}

/// Value of a quantity in thousandths, rounded up; `None` when the text is no quantity.
pub fn milli(text: &str) -> Option<u64> {
    let value = parse(text)?;
    let milli = (value * 1000.0).ceil();
    (milli >= 0.0).then_some(milli as u64)
}

/// Value of a quantity in whole units, rounded up.
pub fn units(text: &str) -> Option<u64> {
    let value = parse(text)?.ceil();
    (value >= 0.0).then_some(value as u64)
}

/// Signed value; grammar of `k8s.io/apimachinery/pkg/api/resource`.
pub fn parse(text: &str) -> Option<f64> {
    let digits = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '+' | '-'))).unwrap_or(text.len());
    let (number, suffix) = text.split_at(digits);
    let number: f64 = number.parse().ok()?;
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
        _ => {
            let exponent: i32 = suffix.strip_prefix(['e', 'E'])?.parse().ok()?;
            10f64.powi(exponent)
        }
    };
    Some(number * factor)
}

/// Thousandths as text: `250m`, `4`.
pub fn cpu_text(milli: u64) -> String {
    if milli.is_multiple_of(1000) { (milli / 1000).to_string() } else { format!("{milli}m") }
}

/// Bytes in the biggest binary unit that divides them: `128Mi`, `1500`.
pub fn bytes_text(bytes: u64) -> String {
    let units = ["", "Ki", "Mi", "Gi", "Ti"];
    let mut rest = bytes;
    let mut unit = 0;
    while rest > 0 && rest.is_multiple_of(1024) && unit + 1 < units.len() {
        rest /= 1024;
        unit += 1;
    }
    format!("{rest}{}", units[unit])
}

/// Bytes in Ki, as kubelets report memory.
pub fn kibi_text(bytes: u64) -> String {
    format!("{}Ki", bytes / 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_and_written() {
        assert_eq!(milli("250m"), Some(250));
        assert_eq!(milli("1.5"), Some(1500));
        assert_eq!(units("64Mi"), Some(64 << 20));
        assert_eq!(units("1e3"), Some(1000));
        assert_eq!(units("12 apples"), None);
        assert_eq!(milli("-1"), None);
        assert_eq!(cpu_text(2000), "2");
        assert_eq!(cpu_text(1250), "1250m");
        assert_eq!(kibi_text(2048), "2Ki");
        assert_eq!((bytes_text(3 << 30).as_str(), bytes_text(1536 << 20).as_str()), ("3Gi", "1536Mi"));
        assert_eq!((bytes_text(0).as_str(), bytes_text(1500).as_str()), ("0", "1500"));
    }

    #[test]
    fn quantities_written_as_numbers_become_texts_and_nonsense_is_refused() {
        let mut spec = serde_json::json!({"containers": [{"resources": {"requests": {"cpu": 2, "memory": "1Gi"}}}]});
        normalize(&mut spec).unwrap();
        assert_eq!(spec["containers"][0]["resources"]["requests"], serde_json::json!({"cpu": "2", "memory": "1Gi"}));
        let mut spec = serde_json::json!({"resources": {"limits": {"cpu": "much"}}});
        assert!(normalize(&mut spec).unwrap_err().starts_with("quantities must match"));
    }
}
