//! OpenAPI v2 in protobuf, as `kubectl` asks for it: a writer for the parts of the document that are served.
//!
//! Message and field numbers: `github.com/google/gnostic`, openapiv2/OpenAPIv2.proto.

use serde_json::{Map, Value};

/// Writes length-delimited fields.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push((value as u8 & 0x7f) | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    fn bytes(&mut self, field: u64, bytes: &[u8]) -> &mut Self {
        self.varint(field << 3 | 2);
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
        self
    }

    fn text(&mut self, field: u64, text: &str) -> &mut Self {
        if text.is_empty() { self } else { self.bytes(field, text.as_bytes()) }
    }

    fn flag(&mut self, field: u64, value: bool) -> &mut Self {
        if value {
            self.varint(field << 3);
            self.varint(1);
        }
        self
    }

    fn message(&mut self, field: u64, message: &Message) -> &mut Self {
        self.bytes(field, &message.0)
    }
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or("")
}

fn members<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    value.get(name).and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

/// A document.
pub(super) fn document(value: &Value) -> Vec<u8> {
    let mut out = Message::default();
    let mut info = Message::default();
    info.text(1, text(&value["info"], "title")).text(2, text(&value["info"], "version"));
    out.text(1, text(value, "swagger")).message(2, &info);
    let mut paths = Message::default();
    for (name, item) in members(value, "paths") {
        let mut path = Message::default();
        for (verb, number) in [("get", 2), ("patch", 8)] {
            if let Some(known) = item.get(verb) {
                path.message(number, &operation(known));
            }
        }
        paths.message(2, &named(name, &path));
    }
    out.message(8, &paths);
    let mut definitions = Message::default();
    for (name, schema) in members(value, "definitions") {
        definitions.message(1, &named(name, &self::schema(schema)));
    }
    out.message(9, &definitions);
    out.0
}

fn named(name: &str, value: &Message) -> Message {
    let mut out = Message::default();
    out.text(1, name).message(2, value);
    out
}

/// Vendor extensions hold their value as YAML; JSON is YAML.
fn extensions(out: &mut Message, field: u64, value: &Value) {
    for (name, value) in value.as_object().into_iter().flatten().filter(|(n, _)| n.starts_with("x-")) {
        let mut any = Message::default();
        any.text(2, &value.to_string());
        out.message(field, &named(name, &any));
    }
}

fn operation(value: &Value) -> Message {
    let mut out = Message::default();
    out.text(5, text(value, "operationId"));
    for parameter in value["parameters"].as_array().into_iter().flatten() {
        let mut query = Message::default();
        query.text(2, text(parameter, "in")).text(4, text(parameter, "name")).text(6, text(parameter, "type"));
        // QueryParameterSubSchema in NonBodyParameter in Parameter in ParametersItem.
        let wrapped = [3, 2, 1].into_iter().fold(query, |inner, field| {
            let mut outer = Message::default();
            outer.message(field, &inner);
            outer
        });
        out.message(8, &wrapped);
    }
    let mut responses = Message::default();
    for (code, response) in members(value, "responses") {
        let mut inner = Message::default();
        inner.text(1, text(response, "description"));
        let mut choice = Message::default();
        choice.message(1, &inner);
        responses.message(1, &named(code, &choice));
    }
    out.message(9, &responses);
    extensions(&mut out, 13, value);
    out
}

fn schema(value: &Value) -> Message {
    let mut out = Message::default();
    out.text(1, text(value, "$ref")).text(2, text(value, "format")).text(4, text(value, "description"));
    out.flag(16, value.get("uniqueItems").and_then(Value::as_bool).unwrap_or(false));
    for name in value["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        out.text(19, name);
    }
    if let Some(inner) = value.get("additionalProperties") {
        let mut item = Message::default();
        item.message(1, &schema(inner));
        out.message(21, &item);
    }
    if let Some(kind) = value.get("type").and_then(Value::as_str) {
        let mut item = Message::default();
        item.text(1, kind);
        out.message(22, &item);
    }
    if let Some(inner) = value.get("items") {
        let mut items = Message::default();
        items.message(1, &schema(inner));
        out.message(23, &items);
    }
    if value.get("properties").is_some() {
        let mut properties = Message::default();
        for (name, inner) in members(value, "properties") {
            properties.message(1, &named(name, &schema(inner)));
        }
        out.message(25, &properties);
    }
    extensions(&mut out, 31, value);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_are_written_with_their_numbers() {
        let mut message = Message::default();
        message.text(1, "ab").flag(16, true);
        assert_eq!(message.0, [0x0a, 2, b'a', b'b', 0x80, 0x01, 1]);
        let written = schema(&json!({"type": "string", "x-a": 1}));
        // TypeItem in field 22, then the extension in field 31.
        assert_eq!(
            written.0,
            [
                0xb2, 0x01, 8, 0x0a, 6, b's', b't', b'r', b'i', b'n', b'g', 0xfa, 0x01, 10, 0x0a, 3, b'x', b'-', b'a',
                0x12, 3, 0x12, 1, b'1'
            ]
        );
    }
}
