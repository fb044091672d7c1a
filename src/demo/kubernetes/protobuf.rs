//! Objects in Kubernetes' protobuf form, as `kubectl` since 1.32 and other Go clients send them: read into JSON.
//!
//! The envelope is `Unknown` of `k8s.io/apimachinery/pkg/runtime/generated.proto` behind four bytes of magic; field numbers
//! stand in the table of [`schema`]. Go writes fields that are not pointers even when they are zero; JSON leaves those out.

use super::json::micro_stamp;
use super::schema::{self, Field, Shape, TypeDef};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// Media type of the form.
pub const MEDIA_TYPE: &str = "application/vnd.kubernetes.protobuf";
const MAGIC: &[u8] = b"k8s\0";

/// Reads an object with its apiVersion and kind.
///
/// # Errors
/// What is wrong with the bytes: no magic, a kind without a known type, or a message that is cut off.
pub fn decode(bytes: &[u8]) -> Result<Value, String> {
    let bytes = bytes.strip_prefix(MAGIC).ok_or("provided data does not appear to be a protobuf message")?;
    let (mut version, mut kind, mut raw) = ("", "", &[][..]);
    for field in Fields(bytes) {
        match field? {
            (1, Piece::Bytes(meta)) => {
                for field in Fields(meta) {
                    match field? {
                        (1, Piece::Bytes(text)) => version = utf8(text)?,
                        (2, Piece::Bytes(text)) => kind = utf8(text)?,
                        _ => {}
                    }
                }
            }
            (2, Piece::Bytes(inner)) => raw = inner,
            _ => {}
        }
    }
    let definition = schema::of_object(version, kind)
        .ok_or_else(|| format!("no kind {kind:?} is registered for version {version:?}"))?;
    let mut map = object(definition, raw)?;
    map.insert("apiVersion".into(), version.into());
    map.insert("kind".into(), kind.into());
    Ok(Value::Object(map))
}

fn object(definition: &TypeDef, bytes: &[u8]) -> Result<Map<String, Value>, String> {
    let mut map = Map::new();
    members(definition, &mut Vec::new(), bytes, &mut map)?;
    Ok(map)
}

/// Reads the fields of a message, and of those embedded in it, into one object.
fn members(
    definition: &TypeDef,
    place: &mut Vec<u32>,
    bytes: &[u8],
    map: &mut Map<String, Value>,
) -> Result<(), String> {
    for field in Fields(bytes) {
        let (number, piece) = field?;
        place.push(number);
        match (definition.numbered(place), piece) {
            (Some((name, field)), piece) => put(map, name, field, piece)?,
            (None, Piece::Bytes(inner)) if definition.embeds(place) => members(definition, place, inner, map)?,
            // A newer client's field: protobuf has no strictness about those.
            _ => {}
        }
        place.pop();
    }
    Ok(())
}

fn put(map: &mut Map<String, Value>, name: &str, field: &Field, piece: Piece<'_>) -> Result<(), String> {
    match (&field.shape, piece) {
        (Shape::List(inner), piece) => {
            let list = map.entry(name.to_owned()).or_insert_with(|| json!([]));
            let Some(list) = list.as_array_mut() else { return Ok(()) };
            match (&**inner, piece) {
                (Shape::Int | Shape::Long, Piece::Bytes(mut packed)) => {
                    while !packed.is_empty() {
                        list.push((varint(&mut packed)? as i64).into());
                    }
                }
                (inner, piece) => list.push(value(inner, piece)?),
            }
        }
        (Shape::Map(inner), Piece::Bytes(entry)) => {
            let (mut key, mut item) = ("", Piece::Bytes(&[]));
            for field in Fields(entry) {
                match field? {
                    (1, Piece::Bytes(text)) => key = utf8(text)?,
                    (2, piece) => item = piece,
                    _ => {}
                }
            }
            let entries = map.entry(name.to_owned()).or_insert_with(|| json!({}));
            if let Some(entries) = entries.as_object_mut() {
                entries.insert(key.to_owned(), value(inner, item)?);
            }
        }
        (shape, piece) => {
            let value = value(shape, piece)?;
            let zero = value == json!("") || value == json!(false) || value == json!(0);
            if !zero || field.pointer || field.required || matches!(shape, Shape::IntOrText) {
                map.insert(name.to_owned(), value);
            }
        }
    }
    Ok(())
}

fn value(shape: &Shape, piece: Piece<'_>) -> Result<Value, String> {
    Ok(match (shape, piece) {
        (Shape::Text, Piece::Bytes(bytes)) => utf8(bytes)?.into(),
        (Shape::Bool, Piece::Number(n)) => (n != 0).into(),
        (Shape::Int | Shape::Long, Piece::Number(n)) => (n as i64).into(),
        (Shape::Float, Piece::Number(n)) => f64::from_bits(n).into(),
        (Shape::Bytes, Piece::Bytes(bytes)) => STANDARD.encode(bytes).into(),
        (Shape::Quantity, Piece::Bytes(message)) => {
            let text = Fields(message).find_map(|f| f.ok()?.1.bytes()).map_or(Ok("0"), utf8)?;
            if text.is_empty() { "0" } else { text }.into()
        }
        (Shape::IntOrText, Piece::Bytes(message)) => {
            let (mut is_text, mut whole, mut text) = (false, 0, "");
            for field in Fields(message) {
                match field? {
                    (1, Piece::Number(n)) => is_text = n == 1,
                    (2, Piece::Number(n)) => whole = n as i64,
                    (3, Piece::Bytes(bytes)) => text = utf8(bytes)?,
                    _ => {}
                }
            }
            if is_text { text.into() } else { whole.into() }
        }
        (Shape::Time | Shape::MicroTime, Piece::Bytes(message)) => time(shape, message)?,
        (Shape::Any, Piece::Bytes(message)) => {
            let raw = Fields(message).find_map(|f| f.ok()?.1.bytes()).unwrap_or_default();
            serde_json::from_slice(raw).unwrap_or(Value::Null)
        }
        (Shape::Object(name), Piece::Bytes(message)) => match schema::get(name) {
            Some(definition) => Value::Object(object(definition, message)?),
            None => Value::Null,
        },
        _ => return Err("proto: wrong wireType".into()),
    })
}

/// A `Timestamp` message; empty is no time at all, which Go's JSON writes as null.
fn time(shape: &Shape, message: &[u8]) -> Result<Value, String> {
    let (mut seconds, mut nanos) = (None, 0);
    for field in Fields(message) {
        match field? {
            (1, Piece::Number(n)) => seconds = Some(n as i64),
            (2, Piece::Number(n)) => nanos = i32::try_from(n).unwrap_or(0),
            _ => {}
        }
    }
    let Some(seconds) = seconds else { return Ok(Value::Null) };
    let time = Timestamp::new(seconds, nanos).map_err(|e| e.to_string())?;
    Ok(if *shape == Shape::MicroTime { micro_stamp(time) } else { super::json::stamp(time) }.into())
}

fn utf8(bytes: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(bytes).map_err(|_| "proto: invalid UTF-8".into())
}

/// Content of one field.
#[derive(Debug, Clone, Copy)]
enum Piece<'a> {
    /// A varint or the bits of a fixed number.
    Number(u64),
    /// Text, bytes or a message.
    Bytes(&'a [u8]),
}

impl<'a> Piece<'a> {
    fn bytes(self) -> Option<&'a [u8]> {
        match self {
            Piece::Bytes(bytes) => Some(bytes),
            Piece::Number(_) => None,
        }
    }
}

/// The fields of a message one after the other, by number.
struct Fields<'a>(&'a [u8]);

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u32, Piece<'a>), String>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = field(&mut self.0);
        if field.is_err() {
            self.0 = &[];
        }
        Some(field)
    }
}

fn field<'a>(bytes: &mut &'a [u8]) -> Result<(u32, Piece<'a>), String> {
    let tag = varint(bytes)?;
    let number = u32::try_from(tag >> 3).map_err(|_| "proto: illegal tag")?;
    let little = |bytes: &[u8]| bytes.iter().rev().fold(0, |n, b| n << 8 | u64::from(*b));
    let piece = match tag & 7 {
        0 => Piece::Number(varint(bytes)?),
        1 => Piece::Number(little(take(bytes, 8)?)),
        2 => {
            let length = varint(bytes)?;
            Piece::Bytes(take(bytes, length)?)
        }
        5 => Piece::Number(little(take(bytes, 4)?)),
        wire => return Err(format!("proto: illegal wireType {wire}")),
    };
    Ok((number, piece))
}

fn take<'a>(bytes: &mut &'a [u8], length: u64) -> Result<&'a [u8], String> {
    let length = usize::try_from(length).map_err(|_| "unexpected EOF")?;
    let (head, tail) = bytes.split_at_checked(length).ok_or("unexpected EOF")?;
    *bytes = tail;
    Ok(head)
}

fn varint(bytes: &mut &[u8]) -> Result<u64, String> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (first, rest) = bytes.split_first().ok_or("unexpected EOF")?;
        *bytes = rest;
        number |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Ok(number);
        }
    }
    Err("proto: integer overflow".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    // Sent by kubectl 1.32.5: `create deployment rec --image=nginx:1.27 --replicas=0 --port=80`, `create secret generic s
    // --from-literal=p=1`, `create pdb p --selector=a=b --min-available=50%`, `create quota q --hard=cpu=1,pods=2`,
    // `create ingress i --rule=a.ex/x*=web:http`, `auth can-i create pods -n x`.
    const DEPLOYMENT: &str = "azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50EsEBCiMKA3JlYxIAGgRzaG9wIgAqADIAOABCAFoKCgNhcHASA3JlYxKLAQgAEgwK\
        CgoDYXBwEgNyZWMacQocCgASABoAIgAqADIAOABCAFoKCgNhcHASA3JlYxJREjMKBW5naW54EgpuZ2lueDoxLjI3KgAyCgoAEAAY\
        UCIAKgBCAGoAcgCAAQCIAQCQAQCiAQAaADIAQgBKAFIAWABgAGgAggEAigEAmgEAwgEAIgIKACgAOAAaDAgAEAAYACAAKAA4ABoA\
        IgA=";
    const SECRET: &str = "azhzAAoMCgJ2MRIGU2VjcmV0EiEKFQoBcxIAGgRzaG9wIgAqADIAOABCABIGCgFwEgExGgAaACIA";
    const BUDGET: &str = "azhzAAogCglwb2xpY3kvdjESE1BvZERpc3J1cHRpb25CdWRnZXQSOgoVCgFwEgAaBHNob3AiACoAMgA4AEIAEhUKCQgBEAAaAzUw\
        JRIICgYKAWESAWIaCggAGAAgACgAMAAaACIA";
    const QUOTA: &str = "azhzAAoTCgJ2MRINUmVzb3VyY2VRdW90YRI0ChUKAXESABoEc2hvcCIAKgAyADgAQgASGQoKCgNjcHUSAwoBMQoLCgRwb2RzEgMK\
        ATIaABoAIgA=";
    const INGRESS: &str = "azhzAAofChRuZXR3b3JraW5nLms4cy5pby92MRIHSW5ncmVzcxJKChUKAWkSABoEc2hvcCIAKgAyADgAQgASLRorCgRhLmV4EiMK\
        IQofCgIveBIRIg8KA3dlYhIICgRodHRwEAAaBlByZWZpeBoCCgAaACIA";
    const REVIEW: &str = "azhzAAoyChdhdXRob3JpemF0aW9uLms4cy5pby92MRIXU2VsZlN1YmplY3RBY2Nlc3NSZXZpZXcSOQoQCgASABoAIgAqADIAOABC\
        ABIbChkKAXgSBmNyZWF0ZRoAIgAqBHBvZHMyADoAGggIABIAGgAgABoAIgA=";

    fn read(base64: &str) -> Value {
        decode(&STANDARD.decode(base64).unwrap()).unwrap()
    }

    #[test]
    fn what_kubectl_sends_reads_as_the_json_it_stands_for() {
        let meta = |name: &str| json!({"name": name, "namespace": "shop", "creationTimestamp": null});
        let labels = json!({"app": "rec"});
        assert_eq!(
            read(DEPLOYMENT),
            json!({
                "apiVersion": "apps/v1", "kind": "Deployment", "status": {},
                "metadata": {"name": "rec", "namespace": "shop", "creationTimestamp": null, "labels": labels},
                "spec": {
                    "replicas": 0, "selector": {"matchLabels": labels}, "strategy": {},
                    "template": {
                        "metadata": {"creationTimestamp": null, "labels": labels},
                        "spec": {"containers": [
                            {"name": "nginx", "image": "nginx:1.27", "ports": [{"containerPort": 80}], "resources": {}},
                        ]},
                    },
                },
            })
        );
        assert_eq!(
            read(SECRET),
            json!({"apiVersion": "v1", "kind": "Secret", "metadata": meta("s"), "data": {"p": "MQ=="}})
        );
        let budget = read(BUDGET);
        assert_eq!(budget["spec"], json!({"minAvailable": "50%", "selector": {"matchLabels": {"a": "b"}}}));
        assert_eq!(read(QUOTA)["spec"], json!({"hard": {"cpu": "1", "pods": "2"}}));
        // The paths of a rule are embedded; a port by name has the number 0.
        let backend = json!({"service": {"name": "web", "port": {"name": "http"}}});
        let path = json!({"path": "/x", "pathType": "Prefix", "backend": backend});
        assert_eq!(read(INGRESS)["spec"], json!({"rules": [{"host": "a.ex", "http": {"paths": [path]}}]}));
        let asked = json!({"namespace": "x", "verb": "create", "resource": "pods"});
        assert_eq!(read(REVIEW)["spec"], json!({"resourceAttributes": asked}));
    }

    #[test]
    fn broken_bytes_are_told() {
        assert!(decode(b"{}").unwrap_err().contains("does not appear"));
        let whole = STANDARD.decode(SECRET).unwrap();
        assert_eq!(decode(&whole[..whole.len() - 3]).unwrap_err(), "unexpected EOF");
        assert!(decode(b"k8s\0\x0a\x0b\x0a\x02v1\x12\x05Unico").unwrap_err().contains("Unico"));
    }

    #[test]
    fn numbers_lists_and_times_are_read() {
        let definition = |name: &str| schema::get(name).unwrap();
        // Pod security: supplementalGroups 4, once alone and once packed; runAsNonRoot 3 false stands for itself.
        let bytes = [0x20, 0x05, 0x22, 0x02, 0x06, 0x07, 0x18, 0x00];
        let read = Value::Object(object(definition("PodSecurityContext"), &bytes).unwrap());
        assert_eq!(read, json!({"supplementalGroups": [5, 6, 7], "runAsNonRoot": false}));
        // A negative int32 takes ten bytes.
        let bytes = [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
        let read = Value::Object(object(definition("DeploymentSpec"), &bytes).unwrap());
        assert_eq!(read, json!({"replicas": -1}));
        let bytes = [0x0a, 0x02, 0x08, 0x3c];
        let read = Value::Object(object(definition("ContainerStateRunning"), &bytes).unwrap());
        assert_eq!(read, json!({"startedAt": "1970-01-01T00:01:00Z"}));
    }
}
